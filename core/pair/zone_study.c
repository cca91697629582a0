#include "core/pair/zone_study.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

enum { TOLD_MS = 200, THREADS = 2, NAME_SERVER = -1 };

struct work {
	const struct study_args *args;
	struct zone_study *study;
	int instance[2]; /* whose side it is; or NAME_SERVER's */
	const char *names[2];
	struct zone_copy *copy[2]; /* NULL: not fetched */
	struct source_meter meter;
	uint64_t observed[2]; /* sizes, until the transfer tells */
	atomic_int_fast64_t told_ms;
	size_t passes; /* over each file */
	int64_t floor; /* of the policy */
};

/* ---- what there is ---- */

static bool file_absent(const struct observation *o, const char *zone)
{
	for (size_t i = 0; i < o->file_count; i++)
		if (strcmp(o->files[i].what, "signed zone") == 0 && o->files[i].zone != NULL &&
		    name_equal(o->files[i].zone, zone))
			return o->files[i].exists == TRI_NO;
	return false;
}

enum study_side_state zone_study_side(const struct board *b, const struct board_zone *z, int index, char *why,
                                      size_t cap)
{
	const struct observation *o = b->obs[index];
	const char *name = b->pair->instance[index].name;

	why[0] = '\0';
	if (!o->reachable) {
		(void)snprintf(why, cap, "%s was not observed: %s", name, o->why != NULL ? o->why : "no answer");
		return STUDY_FAILED;
	}
	if (z->on[index] == NULL) {
		(void)snprintf(why, cap, "%s does not have the zone", name);
		return STUDY_NONE;
	}
	if (z->on[index]->signed_zone.know.ok)
		return STUDY_READ;
	if (z->on[index]->signed_path == NULL && z->on[index]->output == ADAPTER_DNS) {
		(void)snprintf(why, cap, "%s has no signed file of it: its output adapter is DNS", name);
		return STUDY_NONE;
	}
	if (file_absent(o, z->name)) {
		(void)snprintf(why, cap, "%s has no signed file of it: its signer writes one when it runs", name);
		return STUDY_NONE;
	}
	return STUDY_READ; /* why it said nothing is told by reading it */
}

uint64_t zone_study_size(const struct board_zone *z)
{
	uint64_t size = 0;

	for (int k = 0; k < 2; k++)
		if (z->on[k] != NULL && z->on[k]->signed_zone.know.ok && z->on[k]->signed_zone.size > 0)
			size += (uint64_t)z->on[k]->signed_zone.size;
	return size;
}

/* ---- progress ---- */

static void tell(struct work *w, bool reading)
{
	struct study_progress p = { .done = atomic_load(&w->meter.octets),
		                    .names = { w->names[0], w->names[1] },
		                    .reading = reading };
	bool known = true;

	for (int k = 0; k < 2; k++) {
		struct zone_copy_state state = { .total = 0 };

		if (w->copy[k] == NULL)
			continue;
		zone_copy_state(w->copy[k], &state);
		p.arrived[k] = state.done;
		p.sizes[k] = state.total > 0 ? state.total : w->observed[k];
		p.total += p.sizes[k] * w->passes;
		known = known && (p.sizes[k] > 0 || w->instance[k] != NAME_SERVER);
	}
	if (!known) /* a name server tells no size before its end */
		p.total = 0;
	if (p.done > p.total && p.total > 0) /* some files need a second look */
		p.done = p.total;
	w->args->told(w->args->ctx, &p);
}

static void on_read(void *ctx, uint64_t octets)
{
	struct work *w = ctx;
	int64_t now = clock_mono_ms(), before = atomic_load(&w->told_ms);

	(void)octets;
	if (now - before < TOLD_MS || !atomic_compare_exchange_strong(&w->told_ms, &before, now))
		return; /* or the other thread tells */
	tell(w, true);
}

/* ---- the work ---- */

static void side_failed(struct study_side *s, enum rc rc, const struct err *e)
{
	s->state = STUDY_FAILED;
	s->rc = rc;
	(void)str_copy(s->why, sizeof s->why, e->text);
}

static void start(struct work *w, const struct board_zone *z, int k)
{
	struct study_side *s = &w->study->side[k];
	struct zone_copy_args args = { .zone = z->name, .timeout_s = w->args->timeout_s, .cancel = w->args->cancel };
	int i = w->instance[k];

	if (i == NAME_SERVER) {
		args.resolver = w->args->resolver;
		args.server = w->args->server;
		args.timeout_s = ZONE_COPY_SILENCE;
	} else {
		args.host = w->args->hosts[i];
		args.dir = w->args->dir;
		if (z->on[i] != NULL && z->on[i]->signed_zone.know.ok && z->on[i]->signed_zone.size > 0)
			w->observed[k] = (uint64_t)z->on[i]->signed_zone.size;
	}
	s->octets = w->observed[k];
	w->copy[k] = zone_copy_start(&args);
}

static void not_compared(struct zone_study *study, enum rc rc, const char *why)
{
	study->rc = rc;
	(void)str_copy(study->why, sizeof study->why, why);
}

static enum rc compare(struct work *w, struct err *e)
{
	struct compare_options o = { .names = { w->names[0], w->names[1] },
		                     .samples = w->args->samples,
		                     .threads = THREADS };
	struct zscan scans[2] = { { .source = { .fd = -1, .spool = -1 } }, { .source = { .fd = -1, .spool = -1 } } };
	enum rc rc = RC_OK;

	for (int k = 0; k < 2 && rc == RC_OK; k++)
		rc = zone_copy_scan(w->copy[k], &scans[k], o.names[k], &w->meter, e);
	if (rc == RC_OK)
		rc = zone_compare(&scans[0], &scans[1], &o, &w->study->difference, e);
	for (int k = 0; k < 2; k++)
		scan_clear(&scans[k]);
	return rc;
}

static enum rc expire(struct work *w, int k, struct err *e)
{
	struct study_side *s = &w->study->side[k];
	struct zscan scan;
	enum rc rc = zone_copy_scan(w->copy[k], &scan, w->names[k], &w->meter, e);

	s->expiry = xcalloc(1, sizeof *s->expiry);
	if (rc == RC_OK)
		rc = zone_expiry(&scan, w->study->at, w->floor, s->expiry, e);
	scan_clear(&scan);
	if (rc != RC_OK) {
		free(s->expiry);
		s->expiry = NULL;
	}
	return rc;
}

/* Waits for both; what came is only true when it came whole. */
static void all_came(struct work *w)
{
	for (int k = 0; k < 2; k++) {
		struct study_side *s = &w->study->side[k];
		struct zone_copy_state state;
		struct err e = { 0 };
		enum rc rc;

		if (w->copy[k] == NULL || s->state != STUDY_READ)
			continue;
		if (!w->args->expiry && w->study->side[1 - k].state == STUDY_FAILED)
			continue; /* there is nothing to compare it with: it is given up */
		rc = zone_copy_ended(w->copy[k], &e);
		if (rc != RC_OK)
			side_failed(s, rc, &e);
		zone_copy_state(w->copy[k], &state);
		s->kept = state.kept;
		s->octets = state.done;
	}
}

static void judge_comparison(struct zone_study *study, bool wanted, enum rc rc, const struct err *e)
{
	enum study_side_state worst = STUDY_READ;

	if (!wanted)
		return;
	for (int k = 0; k < 2; k++)
		if (study->side[k].state > worst) {
			worst = study->side[k].state;
			not_compared(study, study->side[k].rc, study->side[k].why);
		}
	if (worst == STUDY_READ && rc != RC_OK)
		not_compared(study, rc, e->text);
	study->compared = worst == STUDY_READ && rc == RC_OK;
	if (!study->compared)
		zone_difference_clear(&study->difference);
}

/* The two instances; or the active and the name server. */
static void name_sides(struct work *w, const struct board *b)
{
	for (int k = 0; k < 2; k++) {
		w->instance[k] = w->args->server == NULL ? k : k == 0 ? b->active : NAME_SERVER;
		w->names[k] = w->instance[k] == NAME_SERVER ? w->args->server : b->pair->instance[w->instance[k]].name;
	}
}

static void study_sides(struct work *w, const struct board *b, const struct board_zone *z)
{
	struct zone_study *study = w->study;
	bool wanted = w->args->compare && !w->args->active_only;
	bool fetched[2] = { false, false };
	struct err e = { 0 };
	enum rc rc = RC_OK;

	for (int k = 0; k < 2; k++)
		if (w->instance[k] != NAME_SERVER)
			study->side[k].state =
			    zone_study_side(b, z, w->instance[k], study->side[k].why, sizeof study->side[k].why);
	for (int k = 0; k < 2; k++) {
		bool other = study->side[1 - k].state == STUDY_READ;

		fetched[k] = study->side[k].state == STUDY_READ && (w->args->expiry || (wanted && other)) &&
		             !(w->args->active_only && w->instance[k] != b->active);
		if (fetched[k])
			start(w, z, k);
	}
	if (w->args->told != NULL)
		tell(w, false);
	for (int k = 0; k < 2; k++)
		if (fetched[k] && (rc = zone_copy_begun(w->copy[k], &e)) != RC_OK)
			side_failed(&study->side[k], rc, &e);
	rc = RC_OK;
	if (wanted && study->side[0].state == STUDY_READ && study->side[1].state == STUDY_READ)
		rc = compare(w, &e);
	all_came(w);
	judge_comparison(study, wanted, rc, &e);
	for (int k = 0; k < 2; k++)
		if (fetched[k] && w->args->expiry && study->side[k].state == STUDY_READ &&
		    (rc = expire(w, k, &e)) != RC_OK)
			side_failed(&study->side[k], rc, &e);
}

struct zone_study *zone_study_make(const struct study_args *args)
{
	struct work w = { .args = args, .study = xcalloc(1, sizeof *w.study) };
	const struct board_zone *z = board_zone(args->board, args->zone);

	w.study->zone = xstrdup(z != NULL ? z->name : args->zone);
	w.study->at = clock_now();
	name_sides(&w, args->board);
	w.passes = (args->compare && !args->active_only ? 1u : 0u) + (args->expiry ? 1u : 0u);
	if (args->told != NULL) {
		w.meter.tell = on_read;
		w.meter.ctx = &w;
	}
	if (z != NULL) {
		w.floor = board_floor(args->board, z);
		study_sides(&w, args->board, z);
	} else {
		not_compared(w.study, RC_USAGE, "there is no such zone");
	}
	for (int k = 0; k < 2; k++)
		zone_copy_free(&w.copy[k]);
	return w.study;
}

void zone_study_free(struct zone_study **study)
{
	struct zone_study *s = *study;

	if (s == NULL)
		return;
	for (int k = 0; k < 2; k++)
		free(s->side[k].expiry);
	if (s->compared)
		zone_difference_clear(&s->difference);
	free(s->zone);
	free(s);
	*study = NULL;
}
