/* Whatever a file holds: the scanner ends with records or one fault, and reads them the same in pieces of any size. */
#include <stdlib.h>

#include "core/base/mem.h"
#include "tests/support/zone_text.h"

/* libldns loses a few octets of a malformed IPSECKEY record; that is its own, and bounded by the record. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:ldns_str2rdf_ipseckey\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t records_of(const uint8_t *data, size_t size, size_t piece, enum rc *rc)
{
	struct zone_text t = { .text = (const char *)data, .len = size, .piece = piece };
	uint8_t *wire = xcalloc(1, RDATA_MAX);
	struct zentry entry;
	struct err e = { 0 };
	struct zscan s;
	uint64_t records;
	bool more;

	zone_text_scan(&s, &t);
	while ((*rc = scan_next(&s, &entry, &more, &e)) == RC_OK && more) {
		size_t len;

		*rc = scan_rdata(&s, &entry, wire, &len, &e);
		if (*rc != RC_OK)
			break;
	}
	if (*rc != RC_OK && e.text[0] == '\0')
		abort();
	records = s.records;
	scan_clear(&s);
	free(wire);
	return records;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum rc whole, pieces;

	if (records_of(data, size, 65536, &whole) != records_of(data, size, 3, &pieces) || whole != pieces)
		abort();
	return 0;
}
