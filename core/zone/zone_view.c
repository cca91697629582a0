#include "core/zone/zone_view.h"

#include <ldns/ldns.h>

void znode_make(struct znode *n, struct arena *a, struct zrecord *records, size_t count)
{
	uint32_t sets = 0;

	count = zrecords_sort(records, count);
	for (size_t i = 0; i < count; i++)
		sets += i == 0 || records[i].type != records[i - 1].type;
	n->name = records[0].owner;
	n->rrsets = arena_alloc(a, sets * sizeof *n->rrsets);
	n->rrset_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || records[i].type != records[i - 1].type)
			n->rrsets[n->rrset_count++] =
			    (struct zrrset){ .records = &records[i], .type = records[i].type };
		n->rrsets[n->rrset_count - 1].count++;
	}
}

const struct zrrset *znode_rrset(const struct znode *n, uint16_t type)
{
	for (uint32_t i = 0; i < n->rrset_count; i++)
		if (n->rrsets[i].type == type)
			return &n->rrsets[i];
	return NULL;
}

bool znode_is_nsec3(const struct znode *n)
{
	bool nsec3 = false;

	for (uint32_t i = 0; i < n->rrset_count; i++) {
		if (n->rrsets[i].type != LDNS_RR_TYPE_NSEC3 && n->rrsets[i].type != LDNS_RR_TYPE_RRSIG)
			return false;
		nsec3 = nsec3 || n->rrsets[i].type == LDNS_RR_TYPE_NSEC3;
	}
	return nsec3;
}

/* Below the last cut. A DNAME record of the apex hides the names of the zone, and not those of its NSEC3 records. */
static bool is_occluded(const struct zone_shape *s, const struct znode *n)
{
	return s->has_cut && zname_below(n->name, &s->cut.name) &&
	       !(znode_is_nsec3(n) && zname_compare(&s->cut.name, &s->apex.name) == 0);
}

void zone_shape_place(struct zone_shape *s, struct znode *n)
{
	bool apex = zname_compare(n->name, &s->apex.name) == 0;

	if (!zname_below(n->name, &s->apex.name))
		n->kind = NODE_OUTSIDE;
	else if (is_occluded(s, n))
		n->kind = NODE_OCCLUDED;
	else if (!apex && znode_is_nsec3(n))
		n->kind = NODE_NSEC3;
	else if (!apex && znode_rrset(n, LDNS_RR_TYPE_NS) != NULL)
		n->kind = NODE_DELEGATION;
	else
		n->kind = NODE_AUTHORITATIVE;
	if (n->kind == NODE_DELEGATION ||
	    (n->kind == NODE_AUTHORITATIVE && znode_rrset(n, LDNS_RR_TYPE_DNAME) != NULL)) {
		zname_hold(&s->cut, n->name);
		s->has_cut = true;
	}
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
