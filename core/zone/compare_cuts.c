#include "core/zone/compare_cuts.h"

#include <string.h>

#include "core/zone/hash.h"
#include "core/zone/rrtype.h"

enum { BELOW = 1, AT = 4 }; /* what the cut of the left side hides; of the right side, one bit on */

static bool has(const struct record_list *list, uint16_t type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].type == type)
			return true;
	return false;
}

void cuts_note(struct cut_changes *c, const struct differing_name *name)
{
	const struct wire_name *n = &name->owner;
	bool apex = c->apex != NULL && c->apex->len == n->len && memcmp(c->apex->wire, n->wire, n->len) == 0;
	bool delegation[2], cut[2];

	for (int side = 0; side < 2; side++) {
		delegation[side] = !apex && has(&name->sides[side], RRTYPE_NS);
		cut[side] = delegation[side] || has(&name->sides[side], RRTYPE_DNAME);
	}
	for (int side = 0; side < 2; side++) {
		uint64_t what = (cut[side] && !cut[!side] ? (uint64_t)BELOW << side : 0) |
		                (delegation[side] && !delegation[!side] ? (uint64_t)AT << side : 0);

		if (what != 0)
			*hash_map_at(&c->cuts, hash_octets(n->wire, n->len, c->seed)) |= what;
	}
}

bool cuts_below(const struct cut_changes *c, const struct wire_name *owner, int side)
{
	const uint8_t *p = owner->wire;
	size_t len = owner->len;

	while (c->cuts.table.count > 0 && *p != 0) {
		len -= *p + 1u;
		p += *p + 1u;
		if ((hash_map_get(&c->cuts, hash_octets(p, len, c->seed)) & (uint64_t)BELOW << side) != 0)
			return true;
	}
	return false;
}

bool cuts_unsigned(const struct cut_changes *c, const struct wire_name *owner, uint16_t type, int side)
{
	if (c->cuts.table.count == 0)
		return false;
	if (type != RRTYPE_DS && type != RRTYPE_NSEC &&
	    (hash_map_get(&c->cuts, hash_octets(owner->wire, owner->len, c->seed)) & (uint64_t)AT << side) != 0)
		return true;
	return cuts_below(c, owner, side);
}

void cuts_clear(struct cut_changes *c)
{
	hash_map_clear(&c->cuts);
}
