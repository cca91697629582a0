/* rdata_text.h -- rdata from presentation to canonical wire form (RFC 4034 section 6.2; the next name of NSEC is
 * lowered too, since names compare without regard to case). Common types are read here, ten times as fast as by ldns;
 * whatever is unusual in them, and every other type, by ldns, which also has the last word on what is wrong. */
#ifndef ODSF_CORE_ZONE_RDATA_TEXT_H
#define ODSF_CORE_ZONE_RDATA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/zone/name_text.h"

enum { RDATA_MAX = 65535 };

/* The rdata @text of @type, one line without parentheses or comment, into @out (RDATA_MAX octets). False: only ldns can
 * tell. */
bool rdata_quick(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                 size_t *out_len);
/* The same by ldns, of anything. False, with *why (borrowed, static) when it is no rdata of @type. */
bool rdata_by_ldns(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                   size_t *out_len, const char **why);
/* One, then the other. */
bool rdata_from_text(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                     size_t *out_len, const char **why);

#endif
