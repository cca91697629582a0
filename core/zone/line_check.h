/* line_check.h -- whether what stands in a line can be rdata of its type, at a
 * glance. */
#ifndef ODSF_CORE_ZONE_LINE_CHECK_H
#define ODSF_CORE_ZONE_LINE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [@p, @nl) of a plain line. True: good; false: it has to be parsed to tell.
 * Octets up to SOURCE_SLACK behind @nl may be read. */
bool line_rdata_good(uint16_t type, const char *p, const char *nl);
/* [@p, @p + @len), which ends in a dot and holds no escape, is a name. Octets up
 * to SOURCE_SLACK behind it may be read. */
bool line_owner_good(const char *p, size_t len);
/* Whole groups of base 64, nothing else. */
bool line_base64(const char *p, const char *nl);

#endif
