/* compare_denial.h -- which differences of an NSEC or NSEC3 chain follow from
 * names that came, went, or changed their types: those are told by what
 * changed, not once more by the chain. */
#ifndef ODSF_CORE_ZONE_COMPARE_DENIAL_H
#define ODSF_CORE_ZONE_COMPARE_DENIAL_H

#include "core/zone/compare_names.h"
#include "core/zone/hash_set.h"

struct denial_changes { /* seed and params set, else zero */
	uint64_t seed;
	const struct facts_nsec3 *params; /* NULL: NSEC */
	const struct wire_name *apex;
	struct hash_map names;   /* changed names, by hash of their wire form or of
	                            their hashed label */
	struct hash_set parents; /* names above that are noted, with the sides */
};

/* @name holds other types on each side; @present: any at all. */
void denial_name_changed(struct denial_changes *d, const struct differing_name *name, const bool present[2]);
/* @owner is the same on both sides, and a cut hides it on one: @present where it does not. */
void denial_name_hidden(struct denial_changes *d, const struct wire_name *owner, const bool present[2]);
/* Whether the difference between the two @sets, of @type and one owner, is a
 * consequence. */
bool denial_follows(const struct denial_changes *d, const struct differing_name *name, uint16_t type,
                    const struct record_list sets[2]);
void denial_changes_clear(struct denial_changes *d);

#endif
