/* step_records.h -- DNS records as the steps compare them: out of the signer's files, and as the public servers give
 * them. */
#ifndef ODSF_CORE_RUN_STEP_RECORDS_H
#define ODSF_CORE_RUN_STEP_RECORDS_H

#include <ldns/ldns.h>

#include "core/run/step.h"

/* Adds the records of @text, one a line as the signer writes them, that belong to @owner (NULL: any) and are of @type
 * (0: any). Records in another form are skipped: what is missing then does not compare equal. */
void records_add(ldns_rr_list *list, const char *text, const char *owner, ldns_rr_type type);
/* Adds copies of those of @type. */
void records_of(ldns_rr_list *into, const ldns_rr_list *from, ldns_rr_type type);
/* Moves the RRSIGs that cover @type out of a list into a new one. */
ldns_rr_list *records_signatures(const ldns_rr_list *list, ldns_rr_type covered);
/* Same records, whatever their order and TTL. */
bool records_equal(const ldns_rr_list *a, const ldns_rr_list *b);
/* Every record of @part is in @whole. */
bool records_within(const ldns_rr_list *part, const ldns_rr_list *whole);

/* What @server answers for @type, signatures included. RC_UNKNOWN: no usable answer. */
MUST_CHECK enum rc records_ask(struct step_ctx *c, const char *server, const char *zone, const char *type,
                               ldns_rr_list *list, struct err *e);
/* The DNSKEY set that the public servers agree on; without any server, that of the old active's signed file.
 * RC_UNKNOWN: silent or different among them. */
MUST_CHECK enum rc records_published_keys(struct step_ctx *c, const char *zone, ldns_rr_list *keys, struct err *e);

#endif
