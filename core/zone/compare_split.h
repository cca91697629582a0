/* compare_split.h -- where two files can be cut so that two threads compare the
 * halves. A bad cut costs time, never the answer: what has no partner in its
 * half is paired at the end. */
#ifndef ODSF_CORE_ZONE_COMPARE_SPLIT_H
#define ODSF_CORE_ZONE_COMPARE_SPLIT_H

#include "core/zone/compare_walk.h"

struct split {
	uint64_t at[2]; /* starts of lines of the same name */
};

/* False when they are small, or no regular files, or no such place is found. */
bool split_find(struct split *split, struct zscan *const scan[2]);

/* Takes what @half found into @whole; halves in their order. */
void walk_join(struct walk *whole, struct walk *half);

#endif
