/* leftover.h -- records that have no partner on the other side yet, as 16
 * octets each: a hash, and where it stands. What is equal finds itself here
 * whatever the order of the files. */
#ifndef ODSF_CORE_ZONE_LEFTOVER_H
#define ODSF_CORE_ZONE_LEFTOVER_H

#include <stddef.h>
#include <stdint.h>

enum { LEFTOVER_TAG_BITS = 23 };

struct leftover {
	uint64_t hash; /* of what must be equal; 0: free */
	uint64_t side : 1;
	uint64_t tag : LEFTOVER_TAG_BITS; /* of what may differ: times and signature
	                                     of an RRSIG, serial of an SOA */
	uint64_t offset : 40;
};

struct leftovers { /* zero-initialised is empty */
	struct leftover *slots;
	size_t size, count;
};

enum leftover_met {
	LEFTOVER_ALONE,
	LEFTOVER_EQUAL,
	LEFTOVER_TIMING /* the tags differ */
};

/* Pairs @r with one of the other side, which is taken out; or keeps it. One of
 * its own side that is equal is enough: an RRset is a set (RFC 2181 section 5).
 */
enum leftover_met leftover_put(struct leftovers *l, struct leftover r);
void leftovers_clear(struct leftovers *l);

#endif
