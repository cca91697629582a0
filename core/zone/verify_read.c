#include "core/zone/verify_read.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/rrtype.h"

struct reading {
	const struct verify_taker *taker;
	struct zrecord *items; /* of the name at hand */
	size_t count, cap, octets;
	const struct zname *owner;
	struct arena *arena;
	struct zname_copy last, last_of_all;
	struct wire_name apex;
	struct buf soa;
	uint8_t wire[RDATA_MAX];
};

static bool close_name(struct reading *r)
{
	struct verify_node v = { .count = r->count, .octets = r->octets };
	struct zrecord *records;
	bool nsec3;

	if (r->count == 0)
		return true;
	records = arena_dup(r->arena, r->items, r->count, sizeof *records);
	znode_make(&v.node, r->arena, records, r->count);
	nsec3 = znode_is_nsec3(&v.node);
	v.last = r->last.name.wire_len > 0 ? &r->last.name : NULL;
	v.last_of_all = r->last_of_all.name.wire_len > 0 ? &r->last_of_all.name : NULL;
	r->count = r->octets = 0;
	v.count = 0;
	for (uint32_t i = 0; i < v.node.rrset_count; i++)
		v.count += v.node.rrsets[i].count;
	if (!r->taker->node(r->taker->ctx, &v))
		return false;
	if (!nsec3)
		zname_hold(&r->last, v.node.name);
	zname_hold(&r->last_of_all, v.node.name);
	return true;
}

static void open_name(struct reading *r, const struct wire_name *owner)
{
	r->arena = r->taker->arena(r->taker->ctx);
	r->owner = zname_make(r->arena, owner->wire, owner->len);
}

static void add(struct reading *r, const struct zentry *entry, size_t len)
{
	r->items = vec_grow(r->items, r->count, &r->cap, sizeof *r->items);
	r->items[r->count++] = (struct zrecord){
		.owner = r->owner,
		.rdata = (const uint8_t *)arena_strndup(r->arena, (const char *)r->wire, len),
		.ttl = entry->ttl,
		.rdata_len = (uint16_t)len,
		.type = entry->type,
	};
	r->octets += len + sizeof *r->items;
}

/* An SOA record: of the one name, or the same once more at the end of a transfer. */
static enum rc check_soa(struct reading *r, const struct zscan *s, const struct zentry *entry, size_t len, bool *again,
                         struct err *e)
{
	const struct wire_name *n = entry->owner;

	if (r->apex.len == 0) {
		r->apex = *n;
		buf_add(&r->soa, r->wire, len);
	} else if (r->apex.len != n->len || memcmp(r->apex.wire, n->wire, n->len) != 0) {
		return source_fault(&s->source, e, entry->line, entry->text, entry->text_len,
		                    "a second SOA record, of another name: a zone has one");
	} else {
		*again = r->soa.len == len && memcmp(r->soa.p, r->wire, len) == 0;
	}
	return RC_OK;
}

static bool same_name(const struct zname *name, const struct wire_name *owner)
{
	return name != NULL && name->wire_len == owner->len && memcmp(name->wire, owner->wire, owner->len) == 0;
}

static enum rc read_names(struct reading *r, struct zscan *s, struct err *e)
{
	struct zentry entry;
	bool more;
	enum rc rc;

	while ((rc = scan_next(s, &entry, &more, e)) == RC_OK && more) {
		bool again = false;
		size_t len;

		rc = zrecord_rdata(s, &entry, r->wire, &len, e);
		if (rc == RC_OK && entry.type == RRTYPE_SOA)
			rc = check_soa(r, s, &entry, len, &again, e);
		if (rc != RC_OK)
			return rc;
		if (again)
			continue;
		if (r->count == 0 || !same_name(r->owner, entry.owner)) {
			if (!close_name(r))
				return RC_OK;
			open_name(r, entry.owner);
		}
		add(r, &entry, len);
	}
	if (rc == RC_OK)
		rc = scan_whole(s, e);
	if (rc == RC_OK)
		(void)close_name(r);
	return rc;
}

enum rc verify_read(struct zscan *s, const struct verify_taker *taker, struct err *e)
{
	struct reading *r = xcalloc(1, sizeof *r);
	enum rc rc;

	r->taker = taker;
	rc = read_names(r, s, e);
	free(r->items);
	buf_free(&r->soa);
	free(r);
	return rc;
}

/* The names whose records are @items [@from, @to), which are in order. */
static bool give(struct zone_records *z, size_t from, size_t to, const struct verify_taker *taker)
{
	struct verify_node v = { .count = to - from };

	for (size_t i = from; i < to; i++)
		v.octets += z->items[i].rdata_len + sizeof *z->items;
	znode_make(&v.node, taker->arena(taker->ctx), &z->items[from], v.count);
	return taker->node(taker->ctx, &v);
}

static size_t end_of(const struct zone_records *z, size_t i)
{
	size_t n = i + 1;

	while (n < z->count && zname_compare(z->items[i].owner, z->items[n].owner) == 0)
		n++;
	return n;
}

enum rc verify_read_sorted(struct zscan *s, struct zone_records *z, const struct verify_taker *taker, struct err *e)
{
	enum rc rc = zone_records_read(z, s, e);
	bool more = rc == RC_OK;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0, end; more && i < z->count; i = end) {
			end = end_of(z, i);
			if ((zname_compare(z->items[i].owner, z->apex) == 0) == (pass == 0))
				more = give(z, i, end, taker);
		}
	return rc;
}
