/* denial.h -- the NSEC or NSEC3 chain of a zone: complete, in order, and true (RFC 4034 section 4, RFC 5155
 * section 7.1). Names are given one after another; of an NSEC chain one is kept, of an NSEC3 chain 48 octets a name. */
#ifndef ODSF_CORE_ZONE_DENIAL_H
#define ODSF_CORE_ZONE_DENIAL_H

#include "core/zone/denial_nsec3.h"

enum { CHAINS_MAX = 4 };

struct denial {
	bool nsec;
	const struct zname *apex;
	denial_fault_fn fault;
	void *ctx;
	bool pending;                          /* the name before has an NSEC record */
	struct zname_copy name;                /* it */
	struct zname_copy pointed;             /* what it points to */
	struct nsec3_chain chains[CHAINS_MAX]; /* one for each NSEC3PARAM record: two while the zone changes them */
	size_t chain_count;
};

/* Of the zone whose @apex it is, placed; zero-initialised before. denial_clear() it. */
void denial_start(struct denial *d, const struct zname *name, const struct znode *apex, denial_fault_fn fault,
                  void *ctx);
/* The apex first, then all others in canonical order, those of NSEC3 anywhere; they are placed. */
void denial_name(struct denial *d, const struct znode *n);
/* Of the chains of NSEC3 no more is kept at a time than this many octets each: they may take several readings. Behind
 * denial_start(). */
void denial_bound(struct denial *d, size_t octets);
/* Behind the last name. Of NSEC3 it leaves faults that denial_name_faults() tells. */
void denial_end(struct denial *d);
/* Behind denial_end(): all names, the apex too, are to be given once more. */
bool denial_next(struct denial *d);
/* The records of a hashed name do not stand together, or there are two: only a sorted reading can judge. */
bool denial_twice(const struct denial *d);
/* Reads the octets of @first again, where there are faults of NSEC3, and tells of which names they are; how many could
 * not be told are added to *untold. */
MUST_CHECK enum rc denial_name_faults(struct denial *d, const struct zscan *first, const struct wire_name *origin,
                                      int64_t *untold, struct err *e);
void denial_clear(struct denial *d);

#endif
