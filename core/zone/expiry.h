/* expiry.h -- when the signatures of a zone run out, and what has none. One pass over the file, at the speed of the
 * disk in the layout of signers; bounded memory. */
#ifndef ODSF_CORE_ZONE_EXPIRY_H
#define ODSF_CORE_ZONE_EXPIRY_H

#include "core/zone/coverage.h"
#include "core/zone/histogram.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan.h"

struct rrset_seen {                 /* the first of its kind that was met */
	char owner[OWNER_TEXT_MAX]; /* presentation, without the final dot; empty: none */
	char type[RRTYPE_TEXT];
	int64_t at; /* expiration, or inception; 0 where there is none */
};

struct zone_expiry {
	char zone[OWNER_TEXT_MAX]; /* the SOA's owner */
	uint32_t serial;
	int64_t now, floor; /* as given */
	uint64_t records, signatures;
	struct rrset_seen first, last;  /* to expire; the signature of first.type */
	uint64_t expired, future;       /* signatures; inception after now */
	uint64_t below;                 /* signatures with less left than the floor, the expired ones among them */
	struct rrset_seen first_future; /* the farthest of them */
	bool has_keys;                  /* a DNSKEY set */
	uint64_t uncovered;             /* RRsets that the zone must sign, and no algorithm of its keys does */
	struct rrset_seen uncovered_example;
	struct histogram histogram; /* of all signatures, by expiration */
};

/* @s is started; a pipe must be spooled (source_spool()), for some files need a second look. Times are judged at @now;
 * @floor are the seconds that the policy lets every signature have left, 0: it is not known. Blocks; any thread. */
MUST_CHECK enum rc zone_expiry(struct zscan *s, int64_t now, int64_t floor, struct zone_expiry *x, struct err *e);

#endif
