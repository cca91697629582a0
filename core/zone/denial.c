#include "core/zone/denial.h"

#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/zone/type_bitmap.h"

enum { TEXT_MAX = 1024 };

/* A name that the NSEC chain has to hold: what the zone answers for (RFC 4034 section 4: no glue, no empty
 * non-terminal). */
static bool in_chain(const struct znode *n)
{
	return n->kind == NODE_AUTHORITATIVE || n->kind == NODE_DELEGATION;
}

void denial_start(struct denial *d, const struct zname *name, const struct znode *apex, denial_fault_fn fault,
                  void *ctx)
{
	const struct zrrset *param = znode_rrset(apex, LDNS_RR_TYPE_NSEC3PARAM);

	d->apex = name;
	d->fault = fault;
	d->ctx = ctx;
	for (uint32_t i = 0; param != NULL && i < param->count && d->chain_count < CHAINS_MAX; i++)
		d->chain_count += nsec3_chain_start(&d->chains[d->chain_count], name, &param->records[i], fault, ctx);
	d->chains[0].first = true;
	if (param != NULL && param->count > CHAINS_MAX)
		fault(ctx, name, LDNS_RR_TYPE_NSEC3PARAM, "has more NSEC3PARAM records than chains are checked");
	d->nsec = d->chain_count == 0 && znode_rrset(apex, LDNS_RR_TYPE_NSEC) != NULL;
	if (d->nsec || d->chain_count > 0)
		return;
	if (param != NULL)
		fault(ctx, name, LDNS_RR_TYPE_NSEC3PARAM,
		      "the NSEC3PARAM record is malformed, or of another hash than SHA-1");
	else
		fault(ctx, name, LDNS_RR_TYPE_NSEC, "the zone has neither an NSEC nor an NSEC3 chain");
}

void denial_bound(struct denial *d, size_t octets)
{
	for (size_t i = 0; i < d->chain_count; i++)
		d->chains[i].window.limit = octets;
}

static void check_pointed(struct denial *d, const struct zname *next)
{
	char text[2 * TEXT_MAX + 64], said[TEXT_MAX], is[TEXT_MAX];

	if (!d->pending || zname_compare(&d->pointed.name, next) == 0)
		return;
	name_to_text(said, sizeof said, d->pointed.wire, d->pointed.name.wire_len);
	name_to_text(is, sizeof is, next->wire, next->wire_len);
	(void)snprintf(text, sizeof text, "the NSEC record points to %s, the next name is %s", said, is);
	d->fault(d->ctx, &d->name.name, LDNS_RR_TYPE_NSEC, text);
}

static void point(struct denial *d, const struct znode *n, const struct zrrset *set)
{
	const struct zrecord *r = set->records;
	uint8_t bitmap[TYPE_BITMAP_MAX];
	struct arena scratch = { 0 };
	size_t len = 0, want;

	while (len < r->rdata_len && r->rdata[len] != 0)
		len += r->rdata[len] + 1u;
	len++;
	if (set->count != 1 || len > r->rdata_len || len > NAME_MAX_WIRE) {
		d->fault(d->ctx, n->name, LDNS_RR_TYPE_NSEC, "has more than one NSEC record, or a malformed one");
		return;
	}
	zname_hold(&d->name, n->name);
	zname_hold(&d->pointed, zname_make(&scratch, r->rdata, len));
	arena_free(&scratch);
	d->pending = true;
	want = type_bitmap_make(bitmap, n, true);
	if (want != r->rdata_len - len || memcmp(bitmap, r->rdata + len, want) != 0)
		d->fault(d->ctx, n->name, LDNS_RR_TYPE_NSEC, "the NSEC record names other types than there are");
}

static void nsec_name(struct denial *d, const struct znode *n)
{
	const struct zrrset *set = znode_rrset(n, LDNS_RR_TYPE_NSEC);

	if (!in_chain(n)) {
		if (n->kind == NODE_OCCLUDED && set != NULL)
			d->fault(d->ctx, n->name, LDNS_RR_TYPE_NSEC, "has an NSEC record, but lies below a delegation");
		return;
	}
	check_pointed(d, n->name);
	d->pending = false;
	if (set != NULL)
		point(d, n, set);
	else
		d->fault(d->ctx, n->name, LDNS_RR_TYPE_NSEC, "has no NSEC record: the chain is broken here");
}

void denial_name(struct denial *d, const struct znode *n)
{
	if (d->nsec)
		nsec_name(d, n);
	for (size_t i = 0; i < d->chain_count; i++) {
		if (d->chains[i].done)
			continue;
		nsec3_chain_record(&d->chains[i], n);
		if (in_chain(n))
			nsec3_chain_name(&d->chains[i], n);
	}
}

void denial_end(struct denial *d)
{
	if (d->nsec)
		check_pointed(d, d->apex);
	for (size_t i = 0; i < d->chain_count; i++)
		if (!d->chains[i].done)
			nsec3_chain_end(&d->chains[i]);
}

bool denial_next(struct denial *d)
{
	bool more = false;

	for (size_t i = 0; i < d->chain_count; i++) {
		d->chains[i].done = d->chains[i].done || !nsec3_chain_next(&d->chains[i]);
		more |= !d->chains[i].done;
	}
	return more;
}

bool denial_twice(const struct denial *d)
{
	for (size_t i = 0; i < d->chain_count; i++)
		if (d->chains[i].twice)
			return true;
	return false;
}

enum rc denial_name_faults(struct denial *d, const struct zscan *first, const struct wire_name *origin, int64_t *untold,
                           struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < d->chain_count && rc == RC_OK; i++) {
		struct zscan scan = { .origin = *origin };
		int64_t left = 0;

		if (d->chains[i].fault_total == 0)
			continue;
		source_part(&scan.source, &first->source, 0, UINT64_MAX);
		rc = nsec3_chain_name_faults(&d->chains[i], &scan, &left, e);
		scan_clear(&scan);
		*untold += left;
	}
	return rc;
}

void denial_clear(struct denial *d)
{
	for (size_t i = 0; i < d->chain_count; i++)
		nsec3_chain_clear(&d->chains[i]);
}
