#include "core/zone/denial.h"

#include <string.h>

#include <ldns/ldns.h>

#include "core/zone/denial_nsec3.h"
#include "core/zone/type_bitmap.h"

/* A name that the NSEC chain has to hold: what the zone answers for (RFC 4034 section 4: no glue, no empty
 * non-terminal). */
static bool in_chain(const struct znode *n)
{
	return n->kind == NODE_AUTHORITATIVE || n->kind == NODE_DELEGATION;
}

static const struct znode *next_in_chain(const struct zone_view *v, size_t i)
{
	while (++i < v->node_count)
		if (in_chain(&v->nodes[i]))
			return &v->nodes[i];
	return v->apex;
}

static void check_nsec(const struct zone_view *v, size_t i, struct zone_records *z, denial_fault_fn fault, void *ctx)
{
	const struct znode *n = &v->nodes[i], *next = next_in_chain(v, i);
	const struct zrrset *set = znode_rrset(n, LDNS_RR_TYPE_NSEC);
	const struct zrecord *r = set != NULL ? set->records : NULL;
	size_t name_len = 0;
	struct zname *said;

	if (r == NULL) {
		fault(ctx, n->name, LDNS_RR_TYPE_NSEC, "has no NSEC record: the chain is broken here");
		return;
	}
	while (name_len < r->rdata_len && r->rdata[name_len] != 0)
		name_len += r->rdata[name_len] + 1u;
	name_len++;
	if (set->count != 1 || name_len > r->rdata_len || name_len > NAME_MAX_WIRE) {
		fault(ctx, n->name, LDNS_RR_TYPE_NSEC, "has more than one NSEC record, or a malformed one");
		return;
	}
	said = zname_make(&z->arena, r->rdata, name_len);
	if (zname_compare(said, next->name) != 0)
		fault(ctx, n->name, LDNS_RR_TYPE_NSEC,
		      arena_printf(&z->arena, "the NSEC record points to %s, the next name is %s",
		                   zname_text(&z->arena, said), zname_text(&z->arena, next->name)));
	if (!type_bitmap_fits(n, r->rdata + name_len, r->rdata_len - name_len, true))
		fault(ctx, n->name, LDNS_RR_TYPE_NSEC, "the NSEC record names other types than there are");
}

void denial_check(const struct zone_view *v, struct zone_records *z, denial_fault_fn fault, void *ctx)
{
	if (znode_rrset(v->apex, LDNS_RR_TYPE_NSEC3PARAM) != NULL) {
		denial_nsec3_check(v, z, fault, ctx);
		return;
	}
	if (znode_rrset(v->apex, LDNS_RR_TYPE_NSEC) == NULL) {
		fault(ctx, v->apex->name, LDNS_RR_TYPE_NSEC, "the zone has neither an NSEC nor an NSEC3 chain");
		return;
	}
	for (size_t i = 0; i < v->node_count; i++)
		if (in_chain(&v->nodes[i]))
			check_nsec(v, i, z, fault, ctx);
		else if (v->nodes[i].kind == NODE_OCCLUDED && znode_rrset(&v->nodes[i], LDNS_RR_TYPE_NSEC) != NULL)
			fault(ctx, v->nodes[i].name, LDNS_RR_TYPE_NSEC,
			      "has an NSEC record, but lies below a delegation");
}
