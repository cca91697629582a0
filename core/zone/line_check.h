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
/* Parts of such rdata, each [@p, @end): an absolute name; the types of a bitmap, one blank between; the hash of an
 * NSEC3 record. */
bool line_name_good(const char *p, const char *end);
bool line_types_good(const char *p, const char *end);
bool line_hash_good(const char *p, const char *end);
/* Behind algorithm, flags, iterations and salt of an NSEC3 record; NULL. */
const char *line_nsec3_params_good(const char *p, const char *nl);
/* Whole groups of base 64, nothing else. */
bool line_base64(const char *p, const char *nl);

#endif
