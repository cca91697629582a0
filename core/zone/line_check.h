/* line_check.h -- whether what stands in a line can be rdata of its type, at a
 * glance. */
#ifndef ODSF_CORE_ZONE_LINE_CHECK_H
#define ODSF_CORE_ZONE_LINE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

/* [@p, @nl) of a plain line. True: good; false: it has to be parsed to tell.
 * Octets up to SOURCE_SLACK behind @nl may be read. */
bool line_rdata_good(uint16_t type, const char *p, const char *nl);
/* Whole groups of base 64, nothing else. */
bool line_base64(const char *p, const char *nl);

#endif
