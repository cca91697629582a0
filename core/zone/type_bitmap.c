#include "core/zone/type_bitmap.h"

#include <string.h>

#include <ldns/ldns.h>

enum { WINDOW_OCTETS = 32 };

/* At a delegation the parent's side has NS, and DS with its signature; address records there are glue. */
static bool counts(const struct znode *n, uint16_t type, bool nsec)
{
	if (n->kind == NODE_DELEGATION && type != LDNS_RR_TYPE_NS && type != LDNS_RR_TYPE_DS &&
	    type != LDNS_RR_TYPE_RRSIG && type != LDNS_RR_TYPE_NSEC)
		return false;
	return nsec || type != LDNS_RR_TYPE_NSEC;
}

size_t type_bitmap_make(uint8_t out[TYPE_BITMAP_MAX], const struct znode *n, bool nsec)
{
	size_t len = 0, window = 0; /* where the last window starts */

	for (uint32_t i = 0; n != NULL && i < n->rrset_count; i++) {
		uint16_t type = n->rrsets[i].type;
		size_t octet = (size_t)(type & 0xff) / 8;

		if (!counts(n, type, nsec))
			continue;
		if (len == 0 || out[window] != type >> 8) {
			window = len;
			out[len++] = (uint8_t)(type >> 8);
			out[len++] = 0;
			memset(out + len, 0, WINDOW_OCTETS);
		}
		out[window + 2 + octet] = (uint8_t)(out[window + 2 + octet] | 0x80 >> (type & 7));
		out[window + 1] = (uint8_t)(octet + 1); /* types come in order */
		len = window + 2 + octet + 1;
	}
	return len;
}
