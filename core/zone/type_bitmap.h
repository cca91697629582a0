/* type_bitmap.h -- the type bitmap of NSEC and NSEC3 (RFC 4034 section 4.1.2). */
#ifndef ODSF_CORE_ZONE_TYPE_BITMAP_H
#define ODSF_CORE_ZONE_TYPE_BITMAP_H

#include "core/zone/zone_view.h"

/* Whether the bitmap @p names exactly the types of @n that the zone answers for. @n NULL: an empty non-terminal, no
 * type at all. @nsec: the NSEC record itself and its signature count (always so; with NSEC3 only what the name holds).
 */
bool type_bitmap_fits(const struct znode *n, const uint8_t *p, size_t len, bool nsec);

#endif
