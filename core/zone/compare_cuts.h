/* compare_cuts.h -- names that are a delegation, or hold a DNAME record, on one side alone: that zone does not answer
 * for what is below, so that its signatures and its part of the chain go, and come back, with the cut. */
#ifndef ODSF_CORE_ZONE_COMPARE_CUTS_H
#define ODSF_CORE_ZONE_COMPARE_CUTS_H

#include "core/zone/compare_names.h"
#include "core/zone/hash_set.h"

struct cut_changes { /* seed and apex set, else zero */
	uint64_t seed;
	const struct wire_name *apex; /* NULL: none */
	struct hash_map cuts;         /* by hash of the wire form: the sides */
};

/* @name may be one. */
void cuts_note(struct cut_changes *c, const struct differing_name *name);
/* @owner is below a cut that only @side has. */
bool cuts_below(const struct cut_changes *c, const struct wire_name *owner, int side);
/* @side has no signature over @type of @owner for a cut that the other lacks. */
bool cuts_unsigned(const struct cut_changes *c, const struct wire_name *owner, uint16_t type, int side);
void cuts_clear(struct cut_changes *c);

#endif
