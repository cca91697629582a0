/* coverage.h -- which RRsets of a zone have no signature by an algorithm of its keys. Fed record by record. Where
 * signatures stand by their names and names in canonical order, as all signers write, one name is kept at a time; what
 * that leaves open is kept as hashes and settled by a second reading. */
#ifndef ODSF_CORE_ZONE_COVERAGE_H
#define ODSF_CORE_ZONE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/zone/octets.h"
#include "core/zone/scan.h"

enum { COVERAGE_TYPES = 64, OWNER_TEXT_MAX = 1024 };

struct coverage_type {
	uint16_t type;
	bool present;
	uint32_t mask; /* algorithms that sign it, see coverage_bit() */
};

struct coverage_sum { /* RRsets alike, judged at the end, for the keys may stand last */
	uint32_t mask;
	uint16_t type;        /* of the first */
	uint64_t count, name; /* hash of the owner of the first */
};

struct coverage { /* zero-initialised is empty */
	uint64_t seed;
	uint32_t algorithms; /* of the DNSKEY set */
	char texts[2][OWNER_TEXT_MAX +
	              OCTETS]; /* of the name at hand, and of the cut; which is which changes, for no copy */
	size_t owner;          /* which of them */
	size_t owner_len;
	bool has_ns, has_dname;
	struct coverage_type types[COVERAGE_TYPES];
	size_t type_count;
	char apex[OWNER_TEXT_MAX];
	size_t apex_len;
	bool apex_escaped; /* so that its text is another one where nothing is escaped */
	size_t cut_len;    /* of the last delegation or DNAME: the zone does not answer for what is below */
	struct coverage_sum sums[COVERAGE_TYPES];
	size_t sum_count;
	struct coverage_open *open; /* what a second reading has to settle */
};

uint32_t coverage_bit(unsigned algorithm);

/* The name at hand. */
static inline const char *coverage_owner(const struct coverage *c)
{
	return c->texts[c->owner];
}

/* What follows is of @owner, text, absolute; the same again is nothing new. OCTETS behind it may be read. */
void coverage_name(struct coverage *c, const char *owner, size_t len);
/* A record, a signature of the name at hand. An SOA names the apex. */
void coverage_record(struct coverage *c, uint16_t type);
void coverage_signature(struct coverage *c, uint16_t covered, unsigned algorithm);
/* Behind the last record. True: a second reading is needed: each entry to coverage_again(), with what a signature
 * covers and its algorithm. */
bool coverage_done(struct coverage *c);
void coverage_again(struct coverage *c, const struct zentry *entry, uint16_t covered, unsigned algorithm);
/* How many RRsets must be signed and are not by any algorithm of the keys; *type and *name of one of them:
 * the hash of its owner in wire form, under the seed. */
uint64_t coverage_missing(const struct coverage *c, uint16_t *type, uint64_t *name);
void coverage_clear(struct coverage *c);

#endif
