/* verify.h -- DNSSEC verification of a whole signed zone: every RRset's signatures, the keys, the denial chain, the
 * digest of the zone. */
#ifndef ODSF_CORE_ZONE_VERIFY_H
#define ODSF_CORE_ZONE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/zone/scan.h"

struct zone_failure {
	const char *owner, *type, *text;
};

struct zone_verdict { /* strings live in the arena; free with zone_verdict_clear() */
	struct arena arena;
	bool ok;
	const char *zone; /* the SOA's owner, without the final dot */
	uint32_t serial;
	int64_t at;
	int64_t records, verified, failed; /* signatures */
	struct zone_failure *failures;
	size_t failure_count; /* the first hundred; all are counted in failure_total */
	int64_t failure_total;
	const char **dnskeys;
	size_t dnskey_count; /* "flags protocol algorithm base64" */
	int64_t first_expiry;
	const char *first_rrset;
};

/* Verifies what the started scanner @s gives, as of @at, on all cores. A pipe must be spooled (source_spool()), for
 * some files need a second look. Where names are in canonical order, as signers write them, a few of them are kept at a
 * time; of an NSEC3 chain 48 octets a name; any other order is right, and kept whole. @keys: DNSKEY and DS records that
 * caches hold, as zone text, or NULL. RC_PARSE: cannot be read, or is cut short: e has the line; RC_UNKNOWN: nothing in
 * @keys is of the zone; RC_CANCELLED by the source's cancel. A zone that does not verify is RC_OK with ok false.
 * Blocks; any thread. */
MUST_CHECK enum rc zone_verify(struct zscan *s, const char *keys, int64_t at, struct zone_verdict *v, struct err *e);
/* The same of a zone in memory, called @name in errors. */
MUST_CHECK enum rc zone_verify_text(const char *text, size_t len, const char *name, const char *keys, int64_t at,
                                    struct zone_verdict *v, struct cancel *c, struct err *e);
void zone_verdict_clear(struct zone_verdict *v);

#endif
