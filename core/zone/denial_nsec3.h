/* denial_nsec3.h -- the NSEC3 chain (RFC 5155 section 7.1; opt-out section 6; empty non-terminals). */
#ifndef ODSF_CORE_ZONE_DENIAL_NSEC3_H
#define ODSF_CORE_ZONE_DENIAL_NSEC3_H

#include "core/zone/denial.h"

void denial_nsec3_check(const struct zone_view *v, struct zone_records *z, denial_fault_fn fault, void *ctx);

#endif
