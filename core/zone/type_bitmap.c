#include "core/zone/type_bitmap.h"

#include <string.h>

#include <ldns/ldns.h>

enum { WINDOWS = 256, WINDOW_OCTETS = 32 };

static void set_bit(uint8_t *bits, uint16_t type)
{
	bits[type >> 3] = (uint8_t)(bits[type >> 3] | 0x80 >> (type & 7));
}

/* At a delegation the parent's side has NS, and DS with its signature; address records there are glue. */
static bool counts(const struct znode *n, uint16_t type, bool nsec)
{
	if (n->kind == NODE_DELEGATION && type != LDNS_RR_TYPE_NS && type != LDNS_RR_TYPE_DS &&
	    type != LDNS_RR_TYPE_RRSIG && type != LDNS_RR_TYPE_NSEC)
		return false;
	return nsec || type != LDNS_RR_TYPE_NSEC;
}

bool type_bitmap_fits(const struct znode *n, const uint8_t *p, size_t len, bool nsec)
{
	uint8_t want[WINDOWS * WINDOW_OCTETS] = { 0 }, got[WINDOWS * WINDOW_OCTETS] = { 0 };

	for (uint32_t i = 0; n != NULL && i < n->rrset_count; i++)
		if (counts(n, n->rrsets[i].type, nsec))
			set_bit(want, n->rrsets[i].type);
	for (size_t i = 0; i < len;) {
		size_t octets;

		if (len - i < 3)
			return false;
		octets = p[i + 1];
		if (octets == 0 || octets > WINDOW_OCTETS || len - i - 2 < octets)
			return false;
		memcpy(got + (size_t)p[i] * WINDOW_OCTETS, p + i + 2, octets);
		i += 2 + octets;
	}
	return memcmp(want, got, sizeof want) == 0;
}
