#include "core/zone/coverage_open.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/hash.h"
#include "core/zone/rrtype.h"

struct node { /* a name, or one above it */
	uint64_t hash;
	uint32_t parent, first; /* its first RRset; NONE */
	uint8_t delegation, dname;
};

struct rrset {
	uint32_t node, next;
	uint32_t mask;
	uint16_t type;
};

struct coverage_open {
	uint64_t seed;
	struct node *nodes;
	size_t node_count, node_cap;
	uint32_t *slots; /* of nodes, open addressing; NONE: free */
	size_t slot_count;
	struct rrset *rrsets;
	size_t rrset_count, rrset_cap;
};

enum { NONE = UINT32_MAX };

static uint32_t *slot_of(const struct coverage_open *o, uint64_t hash)
{
	size_t i = (size_t)hash & (o->slot_count - 1);

	while (o->slots[i] != NONE && o->nodes[o->slots[i]].hash != hash)
		i = (i + 1) & (o->slot_count - 1);
	return &o->slots[i];
}

static void grow(struct coverage_open *o)
{
	if (o->node_count * 2 < o->slot_count)
		return;
	o->slot_count = o->slot_count == 0 ? 64 : o->slot_count * 2;
	o->slots = xrealloc(o->slots, o->slot_count * sizeof *o->slots);
	memset(o->slots, 0xff, o->slot_count * sizeof *o->slots);
	for (size_t i = 0; i < o->node_count; i++)
		*slot_of(o, o->nodes[i].hash) = (uint32_t)i;
}

/* The node of the name at @wire, and those of all above it. */
static uint32_t node_of(struct coverage_open *o, const uint8_t *wire, size_t len)
{
	uint64_t hash = hash_octets(wire, len, o->seed);
	uint32_t *slot, parent, index;

	grow(o);
	slot = slot_of(o, hash);
	if (*slot != NONE)
		return *slot;
	parent = wire[0] == 0 ? NONE : node_of(o, wire + wire[0] + 1, len - wire[0] - 1);
	grow(o);
	o->nodes = vec_grow(o->nodes, o->node_count, &o->node_cap, sizeof *o->nodes);
	index = (uint32_t)o->node_count++;
	o->nodes[index] = (struct node){ .hash = hash, .parent = parent, .first = NONE };
	*slot_of(o, hash) = index;
	return index;
}

static void add(struct coverage_open **open, uint64_t seed, const struct wire_name *owner, uint16_t type)
{
	struct coverage_open *o = *open;
	uint32_t node;

	if (o == NULL) {
		o = *open = xcalloc(1, sizeof *o);
		o->seed = seed;
	}
	node = node_of(o, owner->wire, owner->len);
	for (uint32_t i = o->nodes[node].first; i != NONE; i = o->rrsets[i].next)
		if (o->rrsets[i].type == type)
			return;
	o->rrsets = vec_grow(o->rrsets, o->rrset_count, &o->rrset_cap, sizeof *o->rrsets);
	o->rrsets[o->rrset_count] = (struct rrset){ .node = node, .next = o->nodes[node].first, .type = type };
	o->nodes[node].first = (uint32_t)o->rrset_count++;
}

void coverage_open_text(struct coverage_open **open, uint64_t seed, const char *owner, size_t len, uint16_t type)
{
	struct wire_name name;

	if (name_from_text(&name, owner, len, NULL))
		add(open, seed, &name, type);
}

uint64_t coverage_open_hash(uint64_t seed, const char *owner, size_t len)
{
	struct wire_name name;

	return name_from_text(&name, owner, len, NULL) ? hash_octets(name.wire, name.len, seed) : 0;
}

void coverage_open_entry(struct coverage_open *o, const struct zentry *entry, const struct wire_name *apex,
                         uint16_t covered, unsigned algorithm)
{
	bool is_apex = entry->owner->len == apex->len && memcmp(entry->owner->wire, apex->wire, apex->len) == 0;
	uint32_t index;

	if (entry->type != RRTYPE_RRSIG && entry->type != RRTYPE_DNAME && (entry->type != RRTYPE_NS || is_apex))
		return;
	index = *slot_of(o, hash_octets(entry->owner->wire, entry->owner->len, o->seed));
	if (index == NONE)
		return;
	for (uint32_t i = entry->type == RRTYPE_RRSIG ? o->nodes[index].first : NONE; i != NONE; i = o->rrsets[i].next)
		if (o->rrsets[i].type == covered)
			o->rrsets[i].mask |= coverage_bit(algorithm);
	if (entry->type == RRTYPE_NS)
		o->nodes[index].delegation = 1;
	else if (entry->type == RRTYPE_DNAME)
		o->nodes[index].dname = 1;
}

/* The zone answers for the RRset, so that it must be signed. */
static bool must_sign(const struct coverage_open *o, const struct rrset *r, uint64_t apex)
{
	const struct node *n = &o->nodes[r->node];

	if (n->delegation && r->type != RRTYPE_DS && r->type != RRTYPE_NSEC)
		return false;
	while (n->hash != apex) {
		if (n->parent == NONE)
			return false; /* not in this zone at all */
		n = &o->nodes[n->parent];
		/* A DNAME record of the apex does not hide its NSEC3 records. */
		if (n->hash != apex ? n->dname || n->delegation : n->dname && r->type != RRTYPE_NSEC3)
			return false;
	}
	return true;
}

uint64_t coverage_open_missing(const struct coverage_open *o, const struct wire_name *apex, uint32_t algorithms,
                               uint16_t *type, uint64_t *name)
{
	uint64_t missing = 0, top = hash_octets(apex->wire, apex->len, o->seed);

	for (size_t i = 0; i < o->rrset_count; i++) {
		const struct rrset *r = &o->rrsets[i];

		if ((r->mask & algorithms) != 0 || !must_sign(o, r, top))
			continue;
		if (missing++ == 0) {
			*type = r->type;
			*name = o->nodes[r->node].hash;
		}
	}
	return missing;
}

void coverage_open_free(struct coverage_open **open)
{
	if (*open == NULL)
		return;
	free((*open)->nodes);
	free((*open)->slots);
	free((*open)->rrsets);
	free(*open);
	*open = NULL;
}
