/* line_check.h -- whether what stands in a line can be rdata of its type, at a glance: many octets at a time. All that
 * is said no to is still to be parsed. Octets up to SOURCE_SLACK behind what is looked at may be read, here and below.
 */
#ifndef ODSF_CORE_ZONE_LINE_CHECK_H
#define ODSF_CORE_ZONE_LINE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each: behind the longest such text at @p, whatever stands there; NULL: it does not begin with one. */

/* An absolute name, not the root, of octets that mean nothing but themselves in any field: letters, digits, * + , - /
 * and _. *dot: where its first label ends; may be NULL. */
const char *line_name_end(const char *p, uint32_t *dot);
/* The dot that ends a label of such octets; NULL: none does. */
const char *line_label_end(const char *p);
/* Four numbers up to 255 without a 0 before them. */
const char *line_ipv4_end(const char *p);
/* Without a part in decimals (RFC 4291 section 2.2). */
const char *line_ipv6_end(const char *p);
/* Thirty-two octets in base 32: the hash of an NSEC3 record. */
const char *line_hash_end(const char *p);

/* Rdata of such a form (rrtype_form()), not the empty one, one blank between its fields, in a line that may end behind
 * @end. */
const char *line_form_end(const char *form, const char *p, const char *end);

/* [@p, @nl) of a plain line is rdata of its type: by parsing it. */
bool line_rdata_good(uint16_t type, const char *p, const char *nl);
/* [@p, @p + @len), which ends in a dot and holds no escape, is a name. */
bool line_owner_good(const char *p, size_t len);
/* [@p, @end): the types of a bitmap, one blank between. */
bool line_types_good(const char *p, const char *end);
/* Behind algorithm, flags, iterations and salt of an NSEC3 record; NULL. */
const char *line_nsec3_params_good(const char *p, const char *nl);
/* [@p, @end): whole groups of base 64, nothing else. */
bool line_base64(const char *p, const char *end);
/* Both [@p, @p + @len) and [@q, @q + @len) are. */
bool line_base64_both(const char *p, const char *q, size_t len);

#endif
