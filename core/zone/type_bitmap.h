/* type_bitmap.h -- the type bitmap of NSEC and NSEC3 (RFC 4034 section 4.1.2). */
#ifndef ODSF_CORE_ZONE_TYPE_BITMAP_H
#define ODSF_CORE_ZONE_TYPE_BITMAP_H

#include "core/zone/zone_view.h"

enum { TYPE_BITMAP_MAX = 256 * 34 };

/* The one bitmap that names exactly the types of @n that the zone answers for. @n NULL: an empty non-terminal, no type
 * at all. @nsec: the NSEC record itself and its signature count (always so; with NSEC3 only what the name holds).
 * Returns its length. */
size_t type_bitmap_make(uint8_t out[TYPE_BITMAP_MAX], const struct znode *n, bool nsec);

#endif
