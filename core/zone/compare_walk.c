#include "core/zone/compare_walk.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/compare_facts.h"
#include "core/zone/compare_lines.h"
#include "core/zone/compare_record.h"
#include "core/zone/hash.h"
#include "core/zone/line_memory.h"
#include "core/zone/rrtype.h"

struct grecord {
	struct record_hash r;
	uint64_t offset;
	uint64_t twin_at; /* of a twin: where the other one is */
	uint16_t type;
	bool paired, twin; /* a twin differs in its times and octets */
};

struct group { /* the records of a name that stand together */
	bool full;
	struct wire_name owner;
	uint64_t owner_hash, from, to;
	bool nsec3; /* nothing but NSEC3 and its signatures */
	struct grecord *records;
	size_t count, cap;
};

struct walk_private {
	struct group groups[2];
	uint8_t rdata[RDATA_MAX];
};

/* One more record of side @side's group. */
static enum rc add_record(struct walk *w, int side, const struct zentry *entry, struct err *e)
{
	struct group *g = &w->own->groups[side];
	struct grecord *r;
	size_t len;
	enum rc rc = scan_rdata(w->scan[side], entry, w->own->rdata, &len, e);

	if (rc != RC_OK)
		return rc;
	facts_take(&w->facts[side], entry, w->own->rdata, len);
	g->records = vec_grow(g->records, g->count, &g->cap, sizeof *g->records);
	r = &g->records[g->count++];
	r->r = record_hash(w->seed, g->owner_hash, entry->type, entry->ttl, w->own->rdata, len);
	r->type = entry->type;
	r->offset = entry->offset;
	r->paired = r->twin = false;
	g->nsec3 &= r->type == RRTYPE_NSEC3 || (r->type == RRTYPE_RRSIG && r->r.covered == RRTYPE_NSEC3);
	g->to = entry->offset + entry->text_len + 1;
	return RC_OK;
}

static void note_owner(struct walk *w, int side, const struct group *g)
{
	char text[OWNER_ROOM] = "";
	size_t len;

	if (g->nsec3 || (w->synced.owner_hash == g->owner_hash && w->synced.to[side] == g->from))
		return;
	name_to_text(text, TEXT_NAME_MAX - 1, g->owner.wire, g->owner.len);
	len = strlen(text);
	if (g->owner.len > 1)
		text[len++] = '.';
	owner_note(w, side, text, len);
}

/* Reads the next name of @side. Not full at the end of the file. */
static enum rc read_group(struct walk *w, int side, struct err *e)
{
	struct group *g = &w->own->groups[side];
	struct zentry entry;
	bool more;
	enum rc rc = RC_OK;

	if (g->full)
		return RC_OK;
	g->count = 0;
	g->nsec3 = true;
	while ((rc = scan_next(w->scan[side], &entry, &more, e)) == RC_OK && more) {
		if (g->count == 0) {
			g->owner = *entry.owner;
			g->owner_hash = hash_octets(g->owner.wire, g->owner.len, w->seed);
			g->from = entry.offset;
		} else if (entry.owner->len != g->owner.len ||
		           memcmp(entry.owner->wire, g->owner.wire, g->owner.len) != 0) {
			scan_unread(w->scan[side], &entry, &g->owner);
			break;
		}
		rc = add_record(w, side, &entry, e);
		if (rc != RC_OK)
			return rc;
	}
	if (rc != RC_OK)
		return rc;
	g->full = g->count > 0;
	if (g->full)
		note_owner(w, side, g);
	return RC_OK;
}

static void add_spot(struct walk *w, int side, uint64_t owner, uint64_t from, uint64_t to)
{
	struct spots *s = &w->spots[side];

	if (w->disordered) /* of no use any more */
		return;
	if (s->count > 0 && s->items[s->count - 1].from == from) {
		if (to - from > s->items[s->count - 1].len)
			s->items[s->count - 1].len = (uint32_t)(to - from);
		return;
	}
	s->items = vec_grow(s->items, s->count, &s->cap, sizeof *s->items);
	s->items[s->count++] = (struct spot){ owner, from, (uint32_t)(to - from) };
}

static void sample_timing(struct walk *w, uint64_t left, uint64_t right)
{
	w->timing++;
	if (w->sample_count < TIMING_SAMPLES)
		w->samples[w->sample_count++] = (struct timing_sample){ { left, right } };
}

static void leave(struct walk *w, int side, const struct grecord *r)
{
	struct leftover l = { .hash = r->r.hash,
		              .side = (uint64_t)side & 1,
		              .tag = r->r.tag & ((1u << LEFTOVER_TAG_BITS) - 1),
		              .offset = r->offset & ((1ull << 40) - 1) };

	if (leftover_put(&w->left, l) == LEFTOVER_TIMING)
		w->timing++;
}

/* The lines of the name that the fast lane passed over already belong to it
 * too. */
static uint64_t group_start(const struct walk *w, int side, const struct group *g)
{
	const struct synced *s = &w->synced;

	return s->owner_hash == g->owner_hash && s->to[side] == g->from ? s->from[side] : g->from;
}

static bool is_denial(uint16_t type)
{
	return type == RRTYPE_NSEC || type == RRTYPE_NSEC3;
}

/* Where the two chains have no record in common they are compared by what they mean (compare_meaning.h): leaving each
 * of their records to find a partner would take memory without a bound, and find none. */
static void pass_chain(struct walk *w, struct group *g)
{
	enum facts_denial denial = facts_denial(&w->facts[0], &w->facts[1]);

	for (size_t i = 0; i < g->count && denial != DENY_ALIKE; i++) {
		struct grecord *r = &g->records[i];
		bool passed =
		    is_denial(r->type) || (denial == DENY_APART && r->type == RRTYPE_RRSIG && is_denial(r->r.covered));

		w->chain_passed |= passed && !r->paired;
		r->paired |= passed;
	}
}

/* What the group still holds has no partner near. */
static void leave_group(struct walk *w, int side)
{
	struct group *g = &w->own->groups[side];
	bool any = false;

	pass_chain(w, g);
	for (size_t i = 0; i < g->count; i++) {
		if (g->records[i].paired)
			continue;
		leave(w, side, &g->records[i]);
		any = true;
	}
	if (any) {
		add_spot(w, side, g->owner_hash, group_start(w, side, g), g->to);
		if (w->synced.owner_hash == g->owner_hash && w->synced.to[!side] > w->synced.from[!side])
			add_spot(w, !side, g->owner_hash, w->synced.from[!side], w->synced.to[!side]);
	}
	g->full = false;
}

static int by_hash(const void *left, const void *right)
{
	const struct grecord *a = left, *b = right;

	return a->r.hash < b->r.hash ? -1 : a->r.hash > b->r.hash;
}

static int by_offset(const void *left, const void *right)
{
	const struct grecord *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void pair(struct grecord *a, struct grecord *b)
{
	if (!a->paired && !b->paired && a->r.tag != b->r.tag) {
		a->twin = true;
		a->twin_at = b->offset;
	}
	a->paired = b->paired = true;
}

static void pair_sorted(struct group *a, struct group *b)
{
	size_t i = 0, k = 0;

	while (i < a->count && k < b->count) {
		uint64_t x = a->records[i].r.hash, y = b->records[k].r.hash;

		if (x < y) {
			i++;
		} else if (y < x) {
			k++;
		} else {
			size_t i_end = i, k_end = k;

			while (i_end < a->count && a->records[i_end].r.hash == x)
				i_end++;
			while (k_end < b->count && b->records[k_end].r.hash == x)
				k_end++;
			pair(&a->records[i], &b->records[k]);
			while (i < i_end)
				a->records[i++].paired = true;
			while (k < k_end)
				b->records[k++].paired = true;
		}
	}
}

/* Two groups of one name: as sets. */
static void match(struct walk *w, struct group *a, struct group *b)
{
	if (a->count * b->count <= 64) {
		for (size_t i = 0; i < a->count; i++)
			for (size_t k = 0; k < b->count; k++)
				if (a->records[i].r.hash == b->records[k].r.hash)
					pair(&a->records[i], &b->records[k]);
	} else {
		qsort(a->records, a->count, sizeof *a->records, by_hash);
		qsort(b->records, b->count, sizeof *b->records, by_hash);
		pair_sorted(a, b);
		/* The seed of the hashes is another each time; what is shown is not. */
		qsort(a->records, a->count, sizeof *a->records, by_offset);
	}
	for (size_t i = 0; i < a->count; i++)
		if (a->records[i].twin)
			sample_timing(w, a->records[i].offset, a->records[i].twin_at);
}

static bool any_left(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->records[i].paired)
			return true;
	return false;
}

static void both(struct walk *w)
{
	struct group *g = w->own->groups;
	bool left = false;

	match(w, &g[0], &g[1]);
	for (int side = 0; side < 2; side++) {
		pass_chain(w, &g[side]);
		left |= any_left(&g[side]);
	}
	for (int side = 0; side < 2 && left; side++)
		add_spot(w, side, g[side].owner_hash, group_start(w, side, &g[side]), g[side].to);
	for (int side = 0; side < 2; side++)
		leave_group(w, side);
}

static bool same_owner(const struct group *a, const struct group *b)
{
	return a->owner.len == b->owner.len && memcmp(a->owner.wire, b->owner.wire, a->owner.len) == 0;
}

/* Which side's name comes first, to be left: NSEC3 wherever it stands, then the
 * one that is first in order. */
static int first_side(const struct group *g)
{
	char text[2][OWNER_ROOM] = { "", "" };

	if (!g[0].full || !g[1].full)
		return g[0].full ? 0 : 1;
	if (g[0].nsec3 != g[1].nsec3)
		return g[0].nsec3 ? 0 : 1;
	for (int side = 0; side < 2; side++)
		name_to_text(text[side], TEXT_NAME_MAX, g[side].owner.wire, g[side].owner.len);
	return owner_follows(text[0], strlen(text[0]), text[1], strlen(text[1])) ? 0 : 1;
}

static enum rc slow_step(struct walk *w, bool *done, struct err *e)
{
	struct group *g = w->own->groups;
	enum rc rc = RC_OK;

	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = read_group(w, side, e);
	if (rc != RC_OK)
		return rc;
	*done = !g[0].full && !g[1].full;
	if (*done)
		return RC_OK;
	if (g[0].full && g[1].full && same_owner(&g[0], &g[1]))
		both(w);
	else
		leave_group(w, first_side(g));
	return RC_OK;
}

enum rc walk_run(struct walk *w, struct err *e)
{
	bool done = false;
	enum rc rc = RC_OK;

	w->own = xcalloc(1, sizeof *w->own);
	w->memory = xcalloc(1, sizeof *w->memory);
	while (rc == RC_OK && !done) {
		if (!w->own->groups[0].full && !w->own->groups[1].full)
			rc = walk_lines(w, e);
		if (rc == RC_OK)
			rc = slow_step(w, &done, e);
	}
	for (int side = 0; side < 2; side++)
		w->contextual |= w->scan[side]->contextual;
	return rc;
}

void walk_clear(struct walk *w)
{
	leftovers_clear(&w->left);
	for (int side = 0; side < 2; side++) {
		free(w->spots[side].items);
		if (w->own != NULL)
			free(w->own->groups[side].records);
	}
	free(w->own);
	free(w->memory);
	w->own = NULL;
	w->memory = NULL;
}
