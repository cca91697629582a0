/* rr.h -- one record of text, in ldns's terms. */
#ifndef ODSF_CORE_ZONE_RR_H
#define ODSF_CORE_ZONE_RR_H

#include <stdbool.h>

#include <ldns/ldns.h>

/* Whether @rr has every field of its type. One without ("DS \# 0", or no rdata at all on the wire) passes ldns's
 * parsers, and ends the program in its accessors, which assert. */
bool rr_whole(const ldns_rr *rr);

/* NULL when @text is no record, or not a whole one. The caller frees it with ldns_rr_free(). */
ldns_rr *rr_parse(const char *text);

#endif
