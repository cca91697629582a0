#include "core/zone/compare_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/compare_record.h"
#include "core/zone/hash.h"
#include "core/zone/hash_set.h"
#include "core/zone/rrtype.h"

enum {
	NAME_COST = 1024,               /* octets that a name and its records take, about */
	PART_BUDGET = 12 * 1024 * 1024, /* names held at a time */
	RECORD_SHARE = 32,              /* or so many octets for each record of a file, when that is more */
};

struct place { /* of a name with a difference */
	uint64_t owner, from;
	uint32_t len, side;
};

struct differing {
	struct walk *walk;
	struct hash_set owners;
	struct place *places; /* sorted by owner; NULL: names are not in order, both
	                         files are read again */
	size_t place_count, place_cap;
	size_t *order; /* first places of the names, in the order of the file */
	size_t order_count, order_cap;
	uint8_t rdata[RDATA_MAX];
};

static int by_owner(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return a->from < b->from ? -1 : a->from > b->from;
}

static int spot_by_offset(const void *left, const void *right)
{
	const struct spot *a = left, *b = right;

	return a->from < b->from ? -1 : a->from > b->from;
}

static const struct spot *spot_at(const struct spots *s, uint64_t offset)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->items[middle].from <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &s->items[low - 1] : NULL;
}

static int order_of_names(const void *left, const void *right, void *ctx)
{
	const struct place *places = ctx, *a = &places[*(const size_t *)left], *b = &places[*(const size_t *)right];

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->side < b->side ? -1 : a->side > b->side;
}

/* Names in order: the spots of those with a leftover are all of them. */
static void find_by_spots(struct differing *found)
{
	struct walk *w = found->walk;

	for (int side = 0; side < 2; side++)
		if (w->spots[side].count > 0)
			qsort(w->spots[side].items, w->spots[side].count, sizeof(struct spot), spot_by_offset);
	for (size_t i = 0; i < w->left.size; i++) {
		const struct leftover *l = &w->left.slots[i];
		const struct spot *spot = l->hash != 0 ? spot_at(&w->spots[l->side], l->offset) : NULL;

		if (spot != NULL)
			hash_set_add(&found->owners, spot->owner);
	}
	for (uint32_t side = 0; side < 2; side++) {
		for (size_t i = 0; i < w->spots[side].count; i++) {
			const struct spot *s = &w->spots[side].items[i];

			if (!hash_set_has(&found->owners, s->owner))
				continue;
			found->places =
			    vec_grow(found->places, found->place_count, &found->place_cap, sizeof *found->places);
			found->places[found->place_count++] = (struct place){ s->owner, s->from, s->len, side };
		}
	}
	if (found->place_count == 0)
		return;
	qsort(found->places, found->place_count, sizeof *found->places, by_owner);
	for (size_t i = 0; i < found->place_count; i++) {
		if (i > 0 && found->places[i].owner == found->places[i - 1].owner)
			continue;
		found->order = vec_grow(found->order, found->order_count, &found->order_cap, sizeof *found->order);
		found->order[found->order_count++] = i;
	}
	qsort_r(found->order, found->order_count, sizeof *found->order, order_of_names, found->places);
}

static void again(struct zscan *scan, const struct walk *w, int side)
{
	memset(scan, 0, sizeof *scan);
	source_part(&scan->source, &w->scan[side]->source, 0, UINT64_MAX);
	scan->origin = w->origin;
}

static bool is_leftover(const struct leftovers *l, uint64_t hash, int side)
{
	if (l->size == 0)
		return false;
	for (size_t i = (size_t)(hash >> 7) & (l->size - 1); l->slots[i].hash != 0; i = (i + 1) & (l->size - 1))
		if (l->slots[i].hash == hash && (int)l->slots[i].side == side)
			return true;
	return false;
}

/* Names in any order: whose record is a leftover? */
static enum rc find_by_reading(struct differing *found, struct err *e)
{
	struct walk *w = found->walk;
	enum rc rc = RC_OK;

	for (int side = 0; side < 2 && rc == RC_OK; side++) {
		struct zentry entry;
		struct zscan scan;
		bool more;

		again(&scan, w, side);
		while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
			uint64_t owner = hash_octets(entry.owner->wire, entry.owner->len, w->seed);
			struct record_hash r;
			size_t len;

			rc = scan_rdata(&scan, &entry, found->rdata, &len, e);
			if (rc != RC_OK)
				break;
			r = record_hash(w->seed, owner, entry.type, entry.ttl, found->rdata, len);
			if (is_leftover(&w->left, r.hash, side))
				hash_set_add(&found->owners, owner);
		}
		scan_clear(&scan);
	}
	return rc;
}

enum rc differing_find(struct differing **made, struct walk *w, struct err *e)
{
	struct differing *found = *made = xcalloc(1, sizeof *found);

	found->walk = w;
	if (w->left.count == 0)
		return RC_OK;
	if (!w->disordered && !w->contextual) {
		find_by_spots(found);
		return RC_OK;
	}
	return find_by_reading(found, e);
}

void differing_free(struct differing **found)
{
	if (*found == NULL)
		return;
	hash_set_clear(&(*found)->owners);
	free((*found)->places);
	free((*found)->order);
	free(*found);
	*found = NULL;
}

/* Adds @entry's record, in the form that is compared. */
static enum rc add(struct differing *found, struct arena *a, struct record_list *list, const struct zscan *scan,
                   const struct zentry *entry, struct err *e)
{
	struct named_record *r;
	uint8_t head[512];
	size_t len, at;
	enum rc rc = scan_rdata(scan, entry, found->rdata, &len, e);

	if (rc != RC_OK)
		return rc;
	list->items = vec_grow(list->items, list->count, &list->cap, sizeof *list->items);
	r = &list->items[list->count++];
	r->type = entry->type;
	r->covered = 0;
	r->written_ttl = entry->ttl;
	r->text = arena_strndup(a, entry->rdata, entry->rdata_len);
	if (entry->type == RRTYPE_RRSIG) {
		size_t n = rrsig_head(found->rdata, len, head, &at);

		r->covered = (uint16_t)(found->rdata[0] << 8 | found->rdata[1]);
		if (n > 0) {
			memcpy(found->rdata, head, n);
			len = n;
		}
	} else if (entry->type == RRTYPE_SOA && len > 20) {
		memset(found->rdata + len - 20, 0, 4);
	}
	r->ttl = compared_ttl(r->covered != 0 ? r->covered : r->type, entry->ttl);
	r->wire = (const uint8_t *)arena_strndup(a, (const char *)found->rdata, len);
	r->wire_len = (uint32_t)len;
	return RC_OK;
}

static int record_order(const void *left, const void *right)
{
	const struct named_record *a = left, *b = right;
	uint32_t n = a->wire_len < b->wire_len ? a->wire_len : b->wire_len;
	int order;

	if (a->covered != b->covered)
		return a->covered < b->covered ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	order = n > 0 ? memcmp(a->wire, b->wire, n) : 0;
	if (order != 0)
		return order;
	if (a->wire_len != b->wire_len)
		return a->wire_len < b->wire_len ? -1 : 1;
	return a->ttl < b->ttl ? -1 : a->ttl > b->ttl;
}

static void as_set(struct record_list *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->items, list->count, sizeof *list->items, record_order);
	for (size_t i = 1; i < list->count; i++)
		if (record_order(&list->items[kept], &list->items[i]) != 0)
			list->items[++kept] = list->items[i];
	list->count = kept + 1;
}

/* The records of one place. */
static enum rc read_place(struct differing *found, struct arena *a, const struct place *p, struct differing_name *name,
                          struct buf *text, struct err *e)
{
	struct zscan scan = { 0 };
	struct zentry entry;
	bool more;
	enum rc rc;

	rc = source_octets(&found->walk->scan[p->side]->source, p->from, p->len, text, e);
	if (rc != RC_OK)
		return rc;
	source_text(&scan.source, text, found->walk->scan[p->side]->source.name);
	scan.origin = found->walk->origin;
	while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
		if (hash_octets(entry.owner->wire, entry.owner->len, found->walk->seed) != p->owner)
			continue;
		name->owner = *entry.owner;
		rc = add(found, a, &name->sides[p->side], &scan, &entry, e);
		if (rc != RC_OK)
			break;
	}
	buf_free(&scan.joined);
	buf_free(&scan.last_line);
	return rc;
}

static void clear_name(struct differing_name *name)
{
	for (int side = 0; side < 2; side++)
		name->sides[side].count = 0;
}

static enum rc each_by_place(struct differing *found, differing_name_fn fn, void *ctx, struct err *e)
{
	struct differing_name name = { 0 };
	struct buf text = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < found->order_count && rc == RC_OK; i++) {
		struct arena a = { 0 };
		size_t first = found->order[i];

		clear_name(&name);
		name.hash = found->places[first].owner;
		for (size_t k = first; rc == RC_OK && k < found->place_count && found->places[k].owner == name.hash;
		     k++)
			rc = read_place(found, &a, &found->places[k], &name, &text, e);
		for (int side = 0; side < 2; side++)
			as_set(&name.sides[side]);
		if (rc == RC_OK)
			rc = fn(ctx, &name, e);
		arena_free(&a);
	}
	buf_free(&text);
	for (int side = 0; side < 2; side++)
		free(name.sides[side].items);
	return rc;
}

struct part { /* the names that are held at a time */
	struct arena arena;
	struct hash_map index; /* owner to place in names, and one more */
	struct differing_name **names;
	size_t count, cap;
};

static struct differing_name *name_of(struct part *part, uint64_t hash, const struct wire_name *owner)
{
	uint64_t *at = hash_map_at(&part->index, hash);
	struct differing_name *name;

	if (*at != 0)
		return part->names[*at - 1];
	name = arena_alloc(&part->arena, sizeof *name);
	name->hash = hash;
	name->owner = *owner;
	part->names = vec_grow(part->names, part->count, &part->cap, sizeof *part->names);
	part->names[part->count++] = name;
	*at = part->count;
	return name;
}

static void clear_part(struct part *part)
{
	for (size_t i = 0; i < part->count; i++)
		for (int side = 0; side < 2; side++)
			free(part->names[i]->sides[side].items);
	free(part->names);
	hash_map_clear(&part->index);
	arena_free(&part->arena);
	memset(part, 0, sizeof *part);
}

static enum rc read_part(struct differing *found, struct part *part, uint64_t number, uint64_t parts, struct err *e)
{
	enum rc rc = RC_OK;

	for (int side = 0; side < 2 && rc == RC_OK; side++) {
		struct zentry entry;
		struct zscan scan;
		bool more;

		again(&scan, found->walk, side);
		while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
			uint64_t owner = hash_octets(entry.owner->wire, entry.owner->len, found->walk->seed);

			if ((owner >> 32) % parts != number || !hash_set_has(&found->owners, owner))
				continue;
			rc =
			    add(found, &part->arena, &name_of(part, owner, entry.owner)->sides[side], &scan, &entry, e);
			if (rc != RC_OK)
				break;
		}
		scan_clear(&scan);
	}
	return rc;
}

static int names_in_order(const void *left, const void *right)
{
	const struct differing_name *a = *(struct differing_name *const *)left,
	                            *b = *(struct differing_name *const *)right;
	char x[OWNER_ROOM] = "", y[OWNER_ROOM] = "";

	name_to_text(x, TEXT_NAME_MAX, a->owner.wire, a->owner.len);
	name_to_text(y, TEXT_NAME_MAX, b->owner.wire, b->owner.len);
	return owner_follows(x, strlen(x), y, strlen(y)) ? -1 : owner_follows(y, strlen(y), x, strlen(x));
}

static enum rc each_by_reading(struct differing *found, differing_name_fn fn, void *ctx, struct err *e)
{
	uint64_t records = found->walk->scan[0]->records + found->walk->scan[1]->records;
	uint64_t budget = records * RECORD_SHARE > PART_BUDGET ? records * RECORD_SHARE : PART_BUDGET;
	uint64_t parts = found->owners.table.count * NAME_COST / budget + 1;
	enum rc rc = RC_OK;

	for (uint64_t number = 0; number < parts && rc == RC_OK; number++) {
		struct part part = { 0 };

		rc = read_part(found, &part, number, parts, e);
		if (rc == RC_OK && part.count > 0)
			qsort(part.names, part.count, sizeof *part.names, names_in_order);
		for (size_t i = 0; i < part.count && rc == RC_OK; i++) {
			for (int side = 0; side < 2; side++)
				as_set(&part.names[i]->sides[side]);
			rc = fn(ctx, part.names[i], e);
		}
		clear_part(&part);
	}
	return rc;
}

enum rc differing_each(struct differing *found, differing_name_fn fn, void *ctx, struct err *e)
{
	if (found->owners.table.count == 0)
		return RC_OK;
	return found->places != NULL ? each_by_place(found, fn, ctx, e) : each_by_reading(found, fn, ctx, e);
}
