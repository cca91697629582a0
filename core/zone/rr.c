#include "core/zone/rr.h"

bool rr_whole(const ldns_rr *rr)
{
	const ldns_rr_descriptor *type = ldns_rr_descript((uint16_t)ldns_rr_get_type(rr));

	return ldns_rr_rd_count(rr) >= ldns_rr_descriptor_minimum(type) ||
	       ldns_rr_descriptor_field_type(type, 0) == LDNS_RDF_TYPE_UNKNOWN; /* may well be empty */
}

ldns_rr *rr_parse(const char *text)
{
	ldns_rr *rr = NULL;

	if (ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) != LDNS_STATUS_OK)
		return NULL;
	if (!rr_whole(rr)) {
		ldns_rr_free(rr);
		return NULL;
	}
	return rr;
}
