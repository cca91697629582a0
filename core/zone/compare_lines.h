/* compare_lines.h -- the fast lane: as long as both files hold the same lines,
 * or signatures that differ in their times alone, nothing is parsed but looked
 * at. */
#ifndef ODSF_CORE_ZONE_COMPARE_LINES_H
#define ODSF_CORE_ZONE_COMPARE_LINES_H

#include "core/zone/compare_walk.h"

/* Goes on until something is not so, at the start of a line of both; sets
 * w->synced. */
MUST_CHECK enum rc walk_lines(struct walk *w, struct err *e);

/* Another owner, NSEC3's apart, on @side, absolute: is it behind the last one?
 */
void owner_note(struct walk *w, int side, const char *text, size_t len);

#endif
