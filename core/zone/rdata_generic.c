#include "core/zone/rdata_generic.h"

#include <string.h>

#include <ldns/ldns.h>

#include "core/base/buf.h"
#include "core/zone/rdata_text.h"
#include "core/zone/rrtype.h"
#include "core/zone/special.h"

bool rdata_is_generic(const char *text, size_t len)
{
	return len >= 2 && text[0] == '\\' && text[1] == '#' && (len == 2 || is_blank(text[2]));
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The length behind \#; -1: none. */
static long length_of(const char **p, const char *end)
{
	long v = 0;
	const char *start;

	while (*p < end && is_blank(**p))
		++*p;
	for (start = *p; *p < end && **p >= '0' && **p <= '9' && v <= RDATA_MAX; ++*p)
		v = v * 10 + (**p - '0');
	return *p == start || v > RDATA_MAX || (*p < end && !is_blank(**p)) ? -1 : v;
}

bool rdata_generic_octets(const char *text, size_t len, uint8_t *out, size_t *out_len, const char **why)
{
	const char *p = text + 2, *end = text + len;
	long wanted = length_of(&p, end);
	int high = -1;
	size_t n = 0;

	*why = "expected \\#, a length up to 65535, and so many octets in hexadecimal";
	if (wanted < 0)
		return false;
	for (; p < end; p++) {
		int v = hex_digit(*p);

		if (is_blank(*p))
			continue;
		if (v < 0 || n == (size_t)wanted)
			return false;
		if (high >= 0)
			out[n++] = (uint8_t)(high << 4 | v);
		high = high < 0 ? v : -1;
	}
	*out_len = n;
	return high < 0 && n == (size_t)wanted;
}

/* libldns' own form of the record whose rdata is [@rdata, @rdata + @len), NULL: it is none of that type. */
static ldns_rr *record_of(uint16_t type, const uint8_t *rdata, size_t len)
{
	const uint8_t head[] = { 0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1, 0, 0, 0,
		                 0, (uint8_t)(len >> 8),  (uint8_t)len };
	struct buf wire = { 0 };
	ldns_rr *rr = NULL;
	size_t at = 0;

	buf_add(&wire, head, sizeof head);
	buf_add(&wire, rdata, len);
	if (ldns_wire2rr(&rr, (const uint8_t *)wire.p, wire.len, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK ||
	    at != wire.len) {
		ldns_rr_free(rr);
		rr = NULL;
	}
	buf_free(&wire);
	return rr;
}

static bool canonical(const ldns_rr_descriptor *d, uint16_t type, uint8_t *rdata, size_t len)
{
	ldns_rr *rr = len == 0 && ldns_rr_descriptor_minimum(d) > 0 ? NULL : record_of(type, rdata, len);
	ldns_buffer *wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	bool good = false;

	if (rr != NULL && wire != NULL) {
		ldns_rr2canonical(rr);
		if (type == RRTYPE_NSEC && ldns_rr_rd_count(rr) > 0)
			ldns_dname2canonical(ldns_rr_rdf(rr, 0));
		/* Another length: a name in it was compressed, or something stands behind. */
		good = ldns_rr_rdata2buffer_wire(wire, rr) == LDNS_STATUS_OK && ldns_buffer_position(wire) == len;
		if (good && len > 0)
			memcpy(rdata, ldns_buffer_begin(wire), len);
	}
	ldns_rr_free(rr);
	ldns_buffer_free(wire);
	return good;
}

bool rdata_generic(uint16_t type, const char *text, size_t len, uint8_t *out, size_t *out_len, const char **why)
{
	const ldns_rr_descriptor *d = ldns_rr_descript(type);

	if (!rdata_generic_octets(text, len, out, out_len, why))
		return false;
	if (d == NULL || d->_name == NULL || d->_type != type ||
	    type == LDNS_RR_TYPE_SINK) /* which it takes for text */
		return true;
	*why = "these octets are no rdata of the type";
	return canonical(d, type, out, *out_len);
}
