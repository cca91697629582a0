/* compare_walk.h -- both files side by side, once: equal lines are passed over,
 * what has no partner is left as a hash. */
#ifndef ODSF_CORE_ZONE_COMPARE_WALK_H
#define ODSF_CORE_ZONE_COMPARE_WALK_H

#include "core/zone/compare.h"
#include "core/zone/leftover.h"
#include "core/zone/octets.h"

enum { FACTS_KEYS = 64, TIMING_SAMPLES = 10, TEXT_NAME_MAX = 1024 };

struct facts_key {
	uint16_t tag, flags;
	uint8_t algorithm;
};

struct facts_nsec3 {
	uint8_t algorithm, flags, salt_len;
	uint16_t iterations;
	uint8_t salt[255];
};

struct facts { /* of one side */
	bool soa;
	struct wire_name apex;
	uint32_t serial, soa_ttl, minimum;
	struct facts_key keys[FACTS_KEYS];
	size_t key_count;
	bool nsec, nsec3;
	struct facts_nsec3 params;
};

/* A name's lines that hold a leftover; where names are in order they are all
 * that it has. */
struct spot {
	uint64_t owner; /* hash of its wire form under the seed */
	uint64_t from;
	uint32_t len;
};

struct spots {
	struct spot *items; /* by offset */
	size_t count, cap;
};

enum { OWNER_ROOM = TEXT_NAME_MAX + OCTETS }; /* for a text of owner_follows() */

struct name_at { /* an owner as text */
	char text[OWNER_ROOM];
	size_t len; /* 0: none */
};

struct timing_sample {
	uint64_t offset[2];
};

struct synced { /* the name that the fast lane was in when it ended: its lines
	           so far */
	uint64_t owner_hash;
	uint64_t from[2], to[2];
};

struct walk { /* zero-initialised, seed and scans apart */
	struct zscan *scan[2];
	uint64_t seed;
	struct wire_name origin; /* before any $ORIGIN */
	struct leftovers left;
	struct spots spots[2];
	bool disordered;                  /* names are not in canonical order, or come twice: spots are
	                                     not complete */
	bool chain_passed;                /* records of chains of other owners were left out */
	bool contextual;                  /* the meaning of a line depends on those before it */
	struct name_at first[2], last[2]; /* owners, NSEC3's left out */
	uint64_t timing;
	struct timing_sample samples[TIMING_SAMPLES];
	size_t sample_count;
	struct facts facts[2];
	struct synced synced;
	struct line_memory *memory; /* of the fast lane */
	struct walk_private *own;
};

/* To the end of both. */
MUST_CHECK enum rc walk_run(struct walk *w, struct err *e);
void walk_clear(struct walk *w);

/* Whether the owner @b stands behind @a in canonical order (RFC 4034
 * section 6.1); text without escapes. OCTETS behind both may be read. */
bool owner_follows(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
