/* backup2.h -- the head and the trailer of the signer's state file of a zone, ZONE.backup2, form v3
 * (OpenDNSSEC 2.1.12 signer/src/signer/zone.c and signconf.c). The daemon itself never checks the trailer and takes a
 * truncated file for a smaller zone; so it is checked here. */
#ifndef ODSF_CORE_OPENDNSSEC_BACKUP2_H
#define ODSF_CORE_OPENDNSSEC_BACKUP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

struct backup2_key {
	const char *locator;
	int algorithm, flags, key_tag;
	bool publish, ksk, zsk;
};

struct backup2 { /* strings in the arena given */
	const char *zone;
	int64_t next_resign;
	uint32_t inbound, internal, outbound;
	int64_t lastmod;         /* modification time of the signconf it was made from */
	const char *serial_mode; /* "counter" … */
	struct backup2_key *keys;
	size_t key_count;
	bool complete; /* the last line is the trailer, its end included */
};

/* @text is the whole file, or its head up to the line ";;" and its last line. RC_PARSE with the reason when the head is
 * not of this form; a head that is good and a trailer that is missing is RC_OK with complete false. */
MUST_CHECK enum rc backup2_parse(struct backup2 *b, struct arena *a, const char *file, const char *text, size_t len,
                                 struct err *e);

#endif
