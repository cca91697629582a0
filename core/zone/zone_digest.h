/* zone_digest.h -- ZONEMD: the digest of a whole zone (RFC 8976), of the SIMPLE scheme. */
#ifndef ODSF_CORE_ZONE_ZONE_DIGEST_H
#define ODSF_CORE_ZONE_ZONE_DIGEST_H

#include "core/zone/zone_view.h"

struct zone_digest;

/* Of the zone whose @apex it is; NULL when that has no ZONEMD record. The apex must live as long. */
struct zone_digest *zone_digest_new(const struct znode *apex);
/* All names in strict canonical order, but for the apex, which is first; placed. @d may be NULL. */
void zone_digest_add(struct zone_digest *d, const struct znode *n);
/* What is wrong (static), or NULL. */
const char *zone_digest_end(struct zone_digest *d);
void zone_digest_free(struct zone_digest **d);

#endif
