#include "core/zone/rdata_text.h"

#include <string.h>

#include <ldns/ldns.h>

#include "core/base/buf.h"
#include "core/zone/rrtype.h"

enum { TEXT_MAX = 65000 }; /* libldns cuts longer ones without a word */

static ldns_rdf *origin_rdf(const struct wire_name *origin)
{
	return origin != NULL && origin->len > 0 ? ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin->len, origin->wire)
	                                         : NULL;
}

/* Why libldns is not asked at all; NULL: it is. */
static const char *unreadable(uint16_t type, const char *text, size_t len)
{
	const char *alpn;

	if (len >= TEXT_MAX)
		return "longer than text of this type is read: expected \\# and hexadecimal";
	if (ldns_rr_descript(type)->_name == NULL)
		return "text of this type is not read: expected \\# and hexadecimal";
	/* It takes apart \\ and \, of the two levels that RFC 9460 section A.1 has otherwise. */
	alpn = type == LDNS_RR_TYPE_SVCB || type == LDNS_RR_TYPE_HTTPS ? memmem(text, len, " alpn=", 6) : NULL;
	if (alpn != NULL && memchr(alpn, '\\', (size_t)(text + len - alpn)) != NULL)
		return "escapes beside alpn are not read: expected \\# and hexadecimal";
	return memchr(text, '\0', len) != NULL ? ldns_get_errorstr_by_id(LDNS_STATUS_SYNTAX_RDATA_ERR) : NULL;
}

bool rdata_by_ldns(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                   size_t *out_len, const char **why)
{
	ldns_buffer *wire;
	struct buf line = { 0 };
	ldns_rdf *from;
	ldns_rr *rr = NULL;
	ldns_status status;
	bool good = false;

	*why = unreadable(type, text, len);
	if (*why != NULL)
		return false;
	wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	from = origin_rdf(origin);
	buf_addf(&line, ". 0 IN TYPE%u ", type);
	buf_add(&line, text, len);
	status = ldns_rr_new_frm_str(&rr, buf_str(&line), 0, from, NULL);
	if (status == LDNS_STATUS_OK) {
		ldns_rr2canonical(rr);
		if (type == RRTYPE_NSEC && ldns_rr_rd_count(rr) > 0)
			ldns_dname2canonical(ldns_rr_rdf(rr, 0));
		if (wire == NULL || ldns_rr_rdata2buffer_wire(wire, rr) != LDNS_STATUS_OK ||
		    ldns_buffer_position(wire) > RDATA_MAX)
			status = LDNS_STATUS_SYNTAX_RDATA_ERR;
	}
	if (status == LDNS_STATUS_OK) {
		*out_len = ldns_buffer_position(wire);
		memcpy(out, ldns_buffer_begin(wire), *out_len);
		good = true;
	} else {
		*why = ldns_get_errorstr_by_id(status);
	}
	ldns_rr_free(rr);
	ldns_rdf_deep_free(from);
	ldns_buffer_free(wire);
	buf_free(&line);
	return good;
}
