/* denial.h -- the NSEC or NSEC3 chain of a zone: complete, in order, and true (RFC 4034 section 4, RFC 5155
 * section 7.1). Names are given one after another; of an NSEC chain one is kept, of an NSEC3 chain 48 octets a name. */
#ifndef ODSF_CORE_ZONE_DENIAL_H
#define ODSF_CORE_ZONE_DENIAL_H

#include "core/zone/denial_nsec3.h"

struct denial {
	bool nsec, nsec3;
	const struct zname *apex;
	denial_fault_fn fault;
	void *ctx;
	bool pending;              /* the name before has an NSEC record */
	struct zname_copy name;    /* it */
	struct zname_copy pointed; /* what it points to */
	struct nsec3_chain chain;
};

/* Of the zone whose @apex it is, placed; zero-initialised before. denial_clear() it. */
void denial_start(struct denial *d, const struct zname *name, const struct znode *apex, denial_fault_fn fault,
                  void *ctx);
/* The apex first, then all others in canonical order, those of NSEC3 anywhere; they are placed. */
void denial_name(struct denial *d, const struct znode *n);
/* Behind the last name. Of NSEC3 it leaves d->chain.faults, which nsec3_chain_name_faults() tells. */
void denial_end(struct denial *d);
void denial_clear(struct denial *d);

#endif
