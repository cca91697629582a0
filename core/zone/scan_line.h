/* scan_line.h -- the head of a line as OpenDNSSEC, ldns and dig write it: owner, TTL, IN, type, a tab or blanks
 * between. */
#ifndef ODSF_CORE_ZONE_SCAN_LINE_H
#define ODSF_CORE_ZONE_SCAN_LINE_H

#include <stdbool.h>
#include <stdint.h>

struct zline {
	const char *owner, *type_text, *rdata;
	uint32_t owner_len, type_len;
	uint32_t ttl;
};

/* Takes the line [@p, @nl) apart. False when it is of another form: relative or quoted owner, no TTL or class. */
bool line_head(struct zline *l, const char *p, const char *nl);
/* Where the record on the line [@p, @nl) ends: at @nl, or at its comment. NULL: it holds what changes the meaning of
 * the text around it: a quote, parenthesis, escape, or control other than a tab. */
const char *line_record_end(const char *p, const char *nl);

#endif
