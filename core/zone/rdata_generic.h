/* rdata_generic.h -- rdata as RFC 3597 section 5 writes that of any type: \#, its length, hexadecimal. */
#ifndef ODSF_CORE_ZONE_RDATA_GENERIC_H
#define ODSF_CORE_ZONE_RDATA_GENERIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @text begins with \#. */
bool rdata_is_generic(const char *text, size_t len);
/* Its octets as they are written, into @out (RDATA_MAX octets). False, with *why (borrowed, static) when it is
 * malformed.
 */
bool rdata_generic_octets(const char *text, size_t len, uint8_t *out, size_t *out_len, const char **why);
/* The same in canonical form, as rdata_from_text() makes it; of a type that libldns knows it must be rdata of it. */
bool rdata_generic(uint16_t type, const char *text, size_t len, uint8_t *out, size_t *out_len, const char **why);

#endif
