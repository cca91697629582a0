/* denial.h -- the NSEC or NSEC3 chain of a zone: complete, in order, and true (RFC 4034 section 4, RFC 5155
 * section 7.1). */
#ifndef ODSF_CORE_ZONE_DENIAL_H
#define ODSF_CORE_ZONE_DENIAL_H

#include "core/zone/zone_view.h"

/* Told of each fault; @name in the caller's zone. */
typedef void (*denial_fault_fn)(void *ctx, const struct zname *name, uint16_t type, const char *text);

/* Checks whichever chain the apex announces. Memory for the time of the check from @z's arena. */
void denial_check(const struct zone_view *v, struct zone_records *z, denial_fault_fn fault, void *ctx);

#endif
