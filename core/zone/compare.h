/* compare.h -- what differs between two zone files, by what it means: two that
 * healthy signers made of one zone differ in timing alone. Names compare
 * without regard to case, rdata canonically, TTLs count; order and layout do
 * not. At the speed of the disk where both are laid out alike; right, and in
 * bounded memory, where they are not. */
#ifndef ODSF_CORE_ZONE_COMPARE_H
#define ODSF_CORE_ZONE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/zone/scan.h"
#include "core/zone/serial.h"

enum zone_band {
	BAND_DATA,     /* what the unsigned zone says, TTLs included */
	BAND_KEYS,     /* DNSKEY, CDS, CDNSKEY, algorithms that sign */
	BAND_COVERAGE, /* an RRset of both signed on one side only, or by other keys
	                */
	BAND_DENIAL,   /* NSEC against NSEC3, their parameters, their chain */
	BAND_TIMING,   /* times and octets of signatures, the serial */
	BAND_COUNT,
};
const char *zone_band_name(enum zone_band band); /* "data"… */

struct zone_change { /* of an RRset */
	enum zone_band band;
	const char *owner, *type;   /* without the final dot */
	const char **left, **right; /* "TTL TYPE rdata": the records that the other side lacks */
	size_t left_count, right_count;
	const char *text; /* one sentence */
};

struct compare_options {
	const char *names[2]; /* what the sides are called in sentences */
	size_t samples;       /* changes kept of each band; all are counted. Of timing at
	                         most ten */
	unsigned threads;     /* 1 or 2 */
};

struct zone_difference { /* strings live in the arena; free with
	                    zone_difference_clear() */
	struct arena arena;
	const char *zone; /* of the left side */
	bool equal;       /* nothing but timing */
	uint32_t serials[2];
	enum serial_order order; /* of the left against the right */
	uint64_t records[2];
	uint64_t counts[BAND_COUNT]; /* changed RRsets; of timing: signatures, and the
	                                SOA */
	struct zone_change *changes;
	size_t change_count, change_cap;
	const char *serial_note; /* what the serials mean for secondaries; NULL:
	                            nothing to say */
};

/* Compares what two started scanners give; a pipe must be spooled. The scanners
 * are read to their end, or are not when they are of regular files. RC_PARSE:
 * one of them is no whole zone file; RC_CANCELLED. Blocks; any thread. */
MUST_CHECK enum rc zone_compare(struct zscan *left, struct zscan *right, const struct compare_options *o,
                                struct zone_difference *d, struct err *e);
void zone_difference_clear(struct zone_difference *d);

#endif
