/* A zone file: verified as it comes and sorted, and the two agree where it can be verified at all. */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/zone/record.h"
#include "core/zone/verify.h"
#include "tests/fuzz/scratch.h"

/* libldns loses a few octets of a malformed IPSECKEY record; that is its own, and bounded by the record. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:ldns_str2rdf_ipseckey\n";
}

static void read_loose(const char *text)
{
	struct zone_records z = { 0 };
	struct err e = { 0 };
	enum rc rc = zone_records_parse_loose(&z, text, &e);

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
	char *text = xstrndup((const char *)data, size);
	struct zone_verdict v = { 0 }, with_keys = { 0 };
	struct err e = { 0 };
	enum rc rc = zone_verify_text((const char *)data, size, "zone", NULL, 1795538310, &v, NULL, &e);

	read_loose(text);
	if (rc == RC_OK && v.ok != (v.failure_total == 0))
		abort();
	if (rc != RC_OK && e.text[0] == '\0')
		abort();
	if (zone_verify_text((const char *)data, size, "zone", text, 1795538310, &with_keys, NULL, &e) == RC_OK &&
	    rc != RC_OK)
		abort();
	zone_verdict_clear(&v);
	zone_verdict_clear(&with_keys);
	free(text);
	return 0;
}
