/* signconf.h -- what the enforcer tells the signer about a zone (/usr/share/opendnssec/signconf.rnc). */
#ifndef ODSF_CORE_OPENDNSSEC_SIGNCONF_H
#define ODSF_CORE_OPENDNSSEC_SIGNCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

struct signconf_key {
	int flags, algorithm;
	const char *locator;
	bool ksk, zsk, publish; /* none of them: on its way out */
};

struct signconf { /* strings in the arena given; durations in seconds */
	const char *zone, *serial;
	int64_t resign, refresh, validity, validity_denial, jitter, inception_offset;
	bool nsec3;
	struct signconf_key *keys;
	size_t key_count;
};

/* RC_PARSE with file and line when it is not XML, has no zone, a key without a locator, or lacks a timing. */
MUST_CHECK enum rc signconf_parse(struct signconf *s, struct arena *a, const char *file, const char *text, size_t len,
                                  struct err *e);

#endif
