#include "core/zone/compare.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/zone/compare_explain.h"
#include "core/zone/compare_facts.h"
#include "core/zone/compare_meaning.h"
#include "core/zone/compare_split.h"
#include "core/zone/compare_text.h"
#include "core/zone/hash.h"
#include "core/zone/rrtype.h"

enum { LINE_MAX_SAMPLED = 8192, TIMING_KEPT = 10 };

struct half {
	struct walk *walk;
	struct err e;
	enum rc rc;
};

static void *run_half(void *ctx)
{
	struct half *h = ctx;

	h->rc = walk_run(h->walk, &h->e);
	return NULL;
}

static void walk_start(struct walk *w, struct zscan *left, struct zscan *right, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	w->scan[0] = left;
	w->scan[1] = right;
	w->seed = seed;
	w->origin = left->origin;
}

/* Both halves at once. *done false: one must walk the whole alone, for order or
 * layout do not allow it, or to say where a fault is. */
static enum rc walk_halves(struct walk *w, const struct split *split, bool *done, struct err *e)
{
	struct zscan parts[2][2];
	struct walk *walks = xcalloc(2, sizeof *walks);
	struct half halves[2] = { { .walk = &walks[0] }, { .walk = &walks[1] } };
	pthread_t thread;
	enum rc rc = RC_OK;

	for (int i = 0; i < 2; i++) {
		for (int side = 0; side < 2; side++) {
			struct zscan *part = &parts[i][side];

			memset(part, 0, sizeof *part);
			part->origin = w->scan[side]->origin;
			source_part(&part->source, &w->scan[side]->source, i == 0 ? 0 : split->at[side],
			            i == 0 ? split->at[side] : UINT64_MAX);
		}
		walk_start(&walks[i], &parts[i][0], &parts[i][1], w->seed);
	}
	*done = pthread_create(&thread, NULL, run_half, &halves[1]) == 0;
	if (*done) {
		run_half(&halves[0]);
		(void)pthread_join(thread, NULL);
	}
	if (*done && cancel_raised(w->scan[0]->source.cancel))
		rc = err_set(e, RC_CANCELLED, "interrupted");
	else if (*done)
		*done = halves[0].rc == RC_OK && halves[1].rc == RC_OK && !walks[0].contextual && !walks[1].contextual;
	if (rc == RC_OK && *done) {
		walk_join(w, &walks[0]);
		walk_join(w, &walks[1]);
		for (int side = 0; side < 2; side++) {
			w->scan[side]->records = parts[0][side].records + parts[1][side].records;
			w->scan[side]->soa = parts[0][side].soa || parts[1][side].soa;
		}
	}
	for (int i = 0; i < 2; i++) {
		walk_clear(&walks[i]);
		for (int side = 0; side < 2; side++)
			scan_clear(&parts[i][side]);
	}
	free(walks);
	return rc;
}

static enum rc walk_all(struct walk *w, unsigned threads, struct err *e)
{
	bool done = false;
	struct split split;
	enum rc rc = RC_OK;

	if (threads > 1 && split_find(&split, w->scan))
		rc = walk_halves(w, &split, &done, e);
	if (rc == RC_OK && !done)
		rc = walk_run(w, e);
	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = scan_whole(w->scan[side], e);
	return rc;
}

/* The line at @offset taken apart; false when it can't be read alone. */
static bool sample_line(struct walk *w, int side, uint64_t offset, struct wire_name *owner, uint16_t *type,
                        uint32_t *ttl, char **rdata)
{
	struct buf text = { 0 };
	struct zscan scan = { 0 };
	struct zentry entry;
	struct err e;
	bool more = false, good;
	const char *nl;

	good = source_octets(&w->scan[side]->source, offset, LINE_MAX_SAMPLED, &text, &e) == RC_OK &&
	       (nl = memchr(text.p, '\n', text.len)) != NULL;
	if (good) {
		text.len = (size_t)(nl - text.p) + 1;
		source_text(&scan.source, &text, "");
		scan.origin = w->origin;
		good = scan_next(&scan, &entry, &more, &e) == RC_OK && more;
	}
	if (good) {
		*owner = *entry.owner;
		*type = entry.type;
		*ttl = entry.ttl;
		*rdata = xstrndup(entry.rdata, entry.rdata_len);
	}
	buf_free(&scan.joined);
	buf_free(&scan.last_line);
	buf_free(&text);
	return good;
}

/* Some of what differs in timing, to show how. */
static void show_timing(struct explain *x, struct walk *w)
{
	uint64_t total = w->timing;

	for (size_t i = 0; i < w->sample_count && i < TIMING_KEPT && !w->contextual; i++) {
		char *rdata[2] = { NULL, NULL };
		struct named_record records[2] = { 0 };
		struct record_list lists[2];
		struct wire_name owner = { 0 };
		uint16_t type = 0, other = 0;

		if (sample_line(w, 0, w->samples[i].offset[0], &owner, &type, &records[0].ttl, &rdata[0]) &&
		    sample_line(w, 1, w->samples[i].offset[1], &owner, &other, &records[1].ttl, &rdata[1]) &&
		    type == other) {
			for (int side = 0; side < 2; side++) {
				records[side].type = type;
				records[side].text = rdata[side];
				lists[side] = (struct record_list){ &records[side], 1, 1 };
			}
			text_timing(x->sentence, sizeof x->sentence, &owner, type, (const char *const *)rdata,
			            x->options->names);
			explain_change(x, BAND_TIMING, &owner, type, &lists[0], &lists[1], x->sentence);
		}
		free(rdata[0]);
		free(rdata[1]);
	}
	x->d->counts[BAND_TIMING] = total;
}

static bool same_zone(const struct walk *w)
{
	const struct wire_name *a = &w->facts[0].apex, *b = &w->facts[1].apex;

	return w->facts[0].soa && w->facts[1].soa && a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}

/* What secondaries make of the two serials (RFC 1982). */
static void judge_serials(struct zone_difference *d, const struct compare_options *o, bool same_zone)
{
	d->order = serial_compare(d->serials[0], d->serials[1]);
	if (!same_zone)
		d->serial_note = arena_printf(&d->arena, "the two files are of different zones");
	else if (d->order == SERIAL_UNDEFINED)
		d->serial_note = arena_printf(&d->arena,
		                              "serials %u and %u lie 2^31 apart: neither is greater "
		                              "(RFC 1982), secondaries may do either",
		                              d->serials[0], d->serials[1]);
	else if (d->order == SERIAL_EQUAL && !d->equal)
		d->serial_note = arena_printf(&d->arena,
		                              "both have serial %u with different content: a secondary of one never "
		                              "takes that of the other",
		                              d->serials[0]);
	else if (d->order != SERIAL_EQUAL)
		d->serial_note = arena_printf(&d->arena, "%s has the greater serial, %u",
		                              o->names[d->order == SERIAL_LESS], d->serials[d->order == SERIAL_LESS]);
}

/* A delegation below a cut of one side alone has no signature that would tell that it is hidden there: its NSEC3 record
 * is. */
static enum rc note_hidden(struct explain *x, const struct walk *w, struct err *e)
{
	struct zscan scan = { .origin = w->origin };
	struct wire_name last = { 0 };
	struct zentry entry;
	bool more;
	enum rc rc;

	source_part(&scan.source, &w->scan[0]->source, 0, UINT64_MAX);
	while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
		const struct wire_name *n = entry.owner;
		bool present[2];

		if (last.len == n->len && memcmp(last.wire, n->wire, n->len) == 0)
			continue;
		last = *n;
		for (int side = 0; side < 2; side++)
			present[side] = !cuts_below(&x->cuts, n, side);
		if (present[0] != present[1])
			denial_name_hidden(&x->denial, n, present);
	}
	scan_clear(&scan);
	return rc;
}

static bool denies(const struct facts *f)
{
	return f->nsec || f->nsec3;
}

static enum rc explain_all(struct walk *w, struct explain *x, struct err *e)
{
	struct differing *found = NULL;
	enum rc rc = differing_find(&found, w, e);

	/* What was passed over can only be compared by what it means. */
	x->by_meaning = w->chain_passed || facts_denial(&w->facts[0], &w->facts[1]) != DENY_ALIKE ||
	                denies(&w->facts[0]) != denies(&w->facts[1]);
	x->denial.seed = w->seed;
	x->denial.apex = same_zone(w) ? &w->facts[0].apex : NULL;
	x->denial.params = w->facts[0].nsec3 ? &w->facts[0].params : NULL;
	x->cuts.seed = w->seed;
	x->cuts.apex = x->denial.apex;
	x->cuts_known = x->denial.apex == NULL;
	if (rc == RC_OK)
		rc = differing_each(found, explain_content, x, e);
	if (rc == RC_OK && explain_again(x))
		rc = differing_each(found, explain_content, x, e);
	if (rc == RC_OK && x->cuts.cuts.table.count > 0 && x->denial_left && x->denial.params != NULL)
		rc = note_hidden(x, w, e);
	if (rc == RC_OK && x->by_meaning)
		rc = meaning_compare(x, w, e);
	else if (rc == RC_OK && x->denial_left)
		rc = differing_each(found, explain_denial, x, e);
	differing_free(&found);
	denial_changes_clear(&x->denial);
	cuts_clear(&x->cuts);
	return rc;
}

enum rc zone_compare(struct zscan *left, struct zscan *right, const struct compare_options *o,
                     struct zone_difference *d, struct err *e)
{
	struct walk *w = xcalloc(1, sizeof *w);
	struct explain x = { .options = o, .d = d };
	char zone[TEXT_NAME_MAX];
	enum rc rc;

	memset(d, 0, sizeof *d);
	walk_start(w, left, right, hash_seed());
	rc = walk_all(w, o->threads, e);
	if (rc == RC_OK) {
		for (int side = 0; side < 2; side++) {
			x.facts[side] = &w->facts[side];
			d->serials[side] = w->facts[side].serial;
			d->records[side] = w->scan[side]->records;
		}
		name_to_text(zone, sizeof zone, w->facts[0].apex.wire, w->facts[0].apex.len);
		d->zone = arena_strdup(&d->arena, zone);
		rc = explain_all(w, &x, e);
	}
	if (rc == RC_OK)
		show_timing(&x, w);
	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = source_same(&w->scan[side]->source, e);
	if (rc == RC_OK) {
		d->equal = true;
		for (int band = 0; band < BAND_TIMING; band++)
			d->equal &= d->counts[band] == 0;
		judge_serials(d, o, same_zone(w));
	}
	walk_clear(w);
	free(w);
	return rc;
}

void zone_difference_clear(struct zone_difference *d)
{
	free(d->changes);
	arena_free(&d->arena);
	memset(d, 0, sizeof *d);
}
