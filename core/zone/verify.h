/* verify.h -- DNSSEC verification of a whole signed zone: every RRset's signatures, the keys, the denial chain. */
#ifndef ODSF_CORE_ZONE_VERIFY_H
#define ODSF_CORE_ZONE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/cancel.h"
#include "core/base/err.h"

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
	size_t failure_count; /* the first hundred; all are counted in failed */
	int64_t failure_total;
	const char **dnskeys;
	size_t dnskey_count; /* "flags protocol algorithm base64" */
	int64_t first_expiry;
	const char *first_rrset;
};

/* Verifies the zone file @text (@len octets, one presentation-format file, absolute or relative names) as of @at.
 * @keys: DNSKEY and DS records that caches hold, as zone text, or NULL. RC_PARSE: cannot be read, or is cut short:
 * e has the line. A zone that does not verify is RC_OK with ok false. Blocks; any thread. */
MUST_CHECK enum rc zone_verify(const char *text, size_t len, const char *keys, int64_t at, struct zone_verdict *v,
                               struct cancel *c, struct err *e);
void zone_verdict_clear(struct zone_verdict *v);

#endif
