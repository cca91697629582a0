/* A zone file: read into sorted records, and verified. */
#include <stdlib.h>

#include "core/zone/record.h"
#include "core/zone/verify.h"
#include "tests/fuzz/scratch.h"

static void read_records(const char *text, size_t len, bool zone)
{
	struct zone_records z = { 0 };
	struct err e = { 0 };
	enum rc rc = zone_records_parse(&z, text, len, zone, &e);

	if (rc != RC_OK && (rc != RC_PARSE || e.text[0] == '\0'))
		abort();
	for (size_t i = 0; rc == RC_OK && i < z.count; i++) {
		(void)zname_text(&z.arena, z.items[i].owner);
		(void)rrtype_text(&z.arena, z.items[i].type);
		if (i > 0 && zname_compare(z.items[i - 1].owner, z.items[i].owner) > 0)
			abort();
	}
	zone_records_clear(&z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct zone_verdict v = { 0 };
	struct err e = { 0 };

	read_records(text, size, true);
	read_records(text, size, false);
	if (zone_verify(text, size, NULL, 1795538310, &v, NULL, &e) == RC_OK && v.ok != (v.failure_total == 0))
		abort();
	zone_verdict_clear(&v);
	return 0;
}
