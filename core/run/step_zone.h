/* step_zone.h -- the signed zone of an instance as a step reads it: by the zone engine, from a copy on this machine,
 * which is fetched again only when the file changed there. */
#ifndef ODSF_CORE_RUN_STEP_ZONE_H
#define ODSF_CORE_RUN_STEP_ZONE_H

#include <ldns/ldns.h>

#include "core/pair/zone_copy.h"
#include "core/run/step.h"
#include "core/zone/verify.h"

/* Begins to fetch it; *copy is the caller's to zone_copy_free(), and NULL when it did not begin. As zone_copy_begun().
 */
MUST_CHECK enum rc signed_zone_open(struct step_ctx *c, struct host *h, const char *zone, struct zone_copy **copy,
                                    struct err *e);
/* Verifies it while it arrives, under @keys as zone_verify() has them. RC_OK only when it came whole; the verdict is
 * then the caller's to clear. */
MUST_CHECK enum rc signed_zone_verify(struct zone_copy *copy, const char *zone, const char *keys,
                                      struct zone_verdict *v, struct err *e);
/* Adds its DNSKEY records, and the signatures of its SOA and of its DNSKEY set, in the form of step_records.h. Waits
 * for the end of the transfer. */
MUST_CHECK enum rc signed_zone_apex(struct zone_copy *copy, const char *zone, ldns_rr_list *list, struct err *e);

#endif
