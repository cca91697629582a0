/* denial_zone.h -- the denial chain of a zone by itself, its signatures left aside. */
#ifndef ODSF_CORE_ZONE_DENIAL_ZONE_H
#define ODSF_CORE_ZONE_DENIAL_ZONE_H

#include "core/zone/denial.h"

/* Reads the octets that @first reads once more, under @origin, and checks whether its chain is complete, in order, and
 * true. Tells the first faults, counts all in *faults. Of names in canonical order a few are kept; of an NSEC3 chain
 * @octets at most (0: 48 a name), for which it is read as often as it takes; a file in another order is kept whole. */
MUST_CHECK enum rc denial_of_zone(const struct zscan *first, const struct wire_name *origin, size_t octets,
                                  denial_fault_fn fault, void *ctx, int64_t *faults, struct err *e);

#endif
