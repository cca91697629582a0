#include "core/zone/zone_view.h"

#include <ldns/ldns.h>

/* How many neighbours of @z from @i on have the same owner and, with @by_type, the same type. */
static size_t run_length(const struct zone_records *z, size_t i, bool by_type)
{
	size_t n = 1;

	while (i + n < z->count && zname_compare(z->items[i].owner, z->items[i + n].owner) == 0 &&
	       (!by_type || z->items[i].type == z->items[i + n].type))
		n++;
	return n;
}

static void fill_node(struct znode *node, struct zone_records *z, size_t first, size_t count)
{
	size_t sets = 0;

	for (size_t i = first; i < first + count; i += run_length(z, i, true))
		sets++;
	node->name = z->items[first].owner;
	node->rrsets = arena_alloc(&z->arena, sets * sizeof *node->rrsets);
	for (size_t i = first; i < first + count;) {
		struct zrrset *set = &node->rrsets[node->rrset_count++];

		set->records = &z->items[i];
		set->count = (uint32_t)run_length(z, i, true);
		set->type = z->items[i].type;
		i += set->count;
	}
}

const struct zrrset *znode_rrset(const struct znode *n, uint16_t type)
{
	for (uint32_t i = 0; i < n->rrset_count; i++)
		if (n->rrsets[i].type == type)
			return &n->rrsets[i];
	return NULL;
}

static bool holds_nsec3_only(const struct znode *n)
{
	bool nsec3 = false;

	for (uint32_t i = 0; i < n->rrset_count; i++) {
		if (n->rrsets[i].type != LDNS_RR_TYPE_NSEC3 && n->rrsets[i].type != LDNS_RR_TYPE_RRSIG)
			return false;
		nsec3 = nsec3 || n->rrsets[i].type == LDNS_RR_TYPE_NSEC3;
	}
	return nsec3;
}

static void set_kinds(struct zone_view *v, const struct zname *apex)
{
	const struct zname *cut = NULL; /* nearest delegation or DNAME at or above */

	for (size_t i = 0; i < v->node_count; i++) {
		struct znode *n = &v->nodes[i];

		if (!zname_below(n->name, apex)) {
			n->kind = NODE_OUTSIDE;
		} else if (cut != NULL && zname_below(n->name, cut)) {
			n->kind = NODE_OCCLUDED;
		} else if (zname_compare(n->name, apex) == 0) {
			n->kind = NODE_AUTHORITATIVE;
			v->apex = n;
		} else if (holds_nsec3_only(n)) {
			n->kind = NODE_NSEC3;
		} else if (znode_rrset(n, LDNS_RR_TYPE_NS) != NULL) {
			n->kind = NODE_DELEGATION;
			cut = n->name;
		} else {
			n->kind = NODE_AUTHORITATIVE;
		}
		if (n->kind == NODE_AUTHORITATIVE && znode_rrset(n, LDNS_RR_TYPE_DNAME) != NULL && n != v->apex)
			cut = n->name;
	}
}

void zone_view_make(struct zone_view *v, struct zone_records *z)
{
	size_t names = 0;

	for (size_t i = 0; i < z->count; i += run_length(z, i, false))
		names++;
	v->nodes = arena_alloc(&z->arena, (names + 1) * sizeof *v->nodes);
	v->node_count = 0;
	v->apex = NULL;
	for (size_t i = 0; i < z->count;) {
		size_t n = run_length(z, i, false);

		fill_node(&v->nodes[v->node_count++], z, i, n);
		i += n;
	}
	set_kinds(v, z->apex);
}

bool znode_signed_type(const struct znode *n, uint16_t type)
{
	switch (n->kind) {
	case NODE_AUTHORITATIVE:
		return type != LDNS_RR_TYPE_RRSIG;
	case NODE_DELEGATION:
		return type == LDNS_RR_TYPE_DS || type == LDNS_RR_TYPE_NSEC;
	case NODE_NSEC3:
		return type == LDNS_RR_TYPE_NSEC3;
	case NODE_OCCLUDED:
	case NODE_OUTSIDE:
		break;
	}
	return false;
}
