#include "tui/console/jobs.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/journal.h"
#include "tui/console/model.h"

void jobs_start(struct jobs *j)
{
	j->look = worker_new();
	j->make = worker_new();
	j->read = worker_new();
	j->carry = worker_new();
	j->study = worker_new();
}

bool jobs_end(struct jobs *j)
{
	bool ended;

	cancel_raise(j->cancel);
	cancel_raise(j->run_cancel);
	job_study_cancel(j);
	bus_close(j->bus);
	/* A run first: it writes down where it stopped. */
	ended = worker_end(&j->carry, 15000);
	ended = worker_end(&j->look, 3000) && ended;
	ended = worker_end(&j->study, 3000) && ended;
	ended = worker_end(&j->make, 1000) && ended;
	return worker_end(&j->read, 1000) && ended;
}

static void release_board(void *p)
{
	struct board *b = p;

	board_unref(&b);
}

static void release_plan(void *p)
{
	struct plan_made *made = p;

	plan_free(&made->plan);
	free(made);
}

static void release_journal(void *p)
{
	struct journal_copy *copy = p;

	journal_copy_free(&copy);
}

/* Arguments of a job. */
struct order {
	struct jobs *j;
	enum run_kind kind;
	bool mirrors;
	struct board *board;
	char *run;
};

static void drop(void *arg)
{
	struct order *o = arg;

	board_unref(&o->board);
	free(o->run);
	free(o);
}

static struct measured how_long(struct jobs *j, enum run_kind kind)
{
	struct measured m = { 0 };
	struct journal *journal = NULL;
	struct err e;

	if (journal_open(&journal, j->journal_path, true, &e) == RC_OK &&
	    journal_measured(journal, j->pair->name, run_kind_name(kind), &m, &e) != RC_OK)
		m = (struct measured){ 0 };
	journal_close(&journal);
	return m;
}

static void ignore_event(void *ctx, struct run_event *ev)
{
	(void)ctx;
	run_event_free(&ev);
}

static void read_mirrors(struct jobs *j)
{
	struct engine_args args = { .pair = j->pair,
		                    .hosts = { j->hosts[0], j->hosts[1] },
		                    .resolver = j->resolver,
		                    .event = ignore_event,
		                    .cancel = j->cancel };
	struct err *e = xcalloc(1, sizeof *e);
	struct engine *en;
	enum rc rc = journal_open(&args.journal, j->journal_path, false, e);

	if (rc == RC_OK) {
		en = engine_new(&args);
		rc = engine_read_mirrors(en, e);
		engine_free(&en);
	}
	journal_close(&args.journal);
	e->rc = rc;
	bus_post(j->bus, (struct msg){ .kind = MSG_MIRRORS, .payload = e, .release = free });
}

static void look(void *arg)
{
	struct order *o = arg;
	struct jobs *j = o->j;
	struct board *b;
	bool mirrors;

	b = board_observe(j->pair, j->hosts, j->resolver, how_long(j, o->kind), o->kind, j->cancel);
	/* A host that keeps silent would keep the next look waiting. */
	mirrors = o->mirrors && b->obs[0]->reachable && b->obs[1]->reachable;
	bus_post(j->bus, (struct msg){ .kind = MSG_BOARD, .payload = b, .release = release_board });
	if (mirrors)
		read_mirrors(j);
	drop(o);
}

void job_look(struct jobs *j, enum run_kind kind, bool mirrors)
{
	struct order *o = xcalloc(1, sizeof *o);

	*o = (struct order){ .j = j, .kind = kind, .mirrors = mirrors };
	worker_do(j->look, look, drop, o);
}

static void make_plan(void *arg)
{
	struct order *o = arg;
	struct jobs *j = o->j;
	struct plan_made *made = xcalloc(1, sizeof *made);
	enum rc rc = plan_make(&made->plan, o->board, o->kind, NULL, &made->why);

	if (rc == RC_OK)
		rc = plan_rehearse(made->plan, o->board, j->hosts, j->cancel, &made->why);
	if (rc != RC_OK)
		plan_free(&made->plan);
	bus_post(j->bus, (struct msg){ .kind = MSG_PLAN, .payload = made, .release = release_plan });
	drop(o);
}

void job_plan(struct jobs *j, struct board *b, enum run_kind kind)
{
	struct order *o = xcalloc(1, sizeof *o);

	*o = (struct order){ .j = j, .kind = kind, .board = board_ref(b) };
	worker_do(j->make, make_plan, drop, o);
}

struct reading {
	struct journal_copy *copy;
	size_t run_cap, entry_cap;
};

enum { RUNS_MOST = 200, ENTRIES_MOST = 5000 };

static bool take_run(void *ctx, const struct journal_run *r)
{
	struct reading *reading = ctx;
	struct journal_copy *c = reading->copy;

	c->runs = vec_grow(c->runs, c->run_count, &reading->run_cap, sizeof *c->runs);
	c->runs[c->run_count++] = *r;
	return c->run_count < RUNS_MOST;
}

static char *safe(const char *text)
{
	struct buf out = { 0 };

	if (text == NULL)
		return NULL;
	for (const char *p = text; *p != '\0';) { /* line by line: they stay lines */
		size_t len = 0;

		while (p[len] != '\0' && p[len] != '\n')
			len++;
		str_escape(&out, p, len, 2000);
		p += len;
		if (*p == '\n') {
			buf_addc(&out, '\n');
			p++;
		}
	}
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

static bool take_entry(void *ctx, const struct journal_entry *n)
{
	struct reading *reading = ctx;
	struct journal_copy *c = reading->copy;
	struct journal_entry *e;

	c->entries = vec_grow(c->entries, c->entry_count, &reading->entry_cap, sizeof *c->entries);
	e = &c->entries[c->entry_count++];
	*e = *n;
	e->run = NULL;
	e->step = safe(n->step != NULL ? n->step : "");
	e->host = safe(n->host);
	e->text = safe(n->text != NULL ? n->text : "");
	return c->entry_count < ENTRIES_MOST;
}

static void read_journal(void *arg)
{
	struct order *o = arg;
	struct jobs *j = o->j;
	struct reading reading = { .copy = xcalloc(1, sizeof *reading.copy) };
	struct journal *journal = NULL;
	struct err e = { 0 };
	bool any = access(j->journal_path, F_OK) == 0; /* none yet: no run, and nothing to complain about */
	enum rc rc = any ? journal_open(&journal, j->journal_path, true, &e) : RC_OK;

	if (rc == RC_OK && any)
		rc = journal_each_run(journal, take_run, &reading, &e);
	if (rc == RC_OK && any && o->run[0] != '\0') {
		str_copy(reading.copy->run, sizeof reading.copy->run, o->run);
		rc = journal_each(journal, o->run, take_entry, &reading, &e);
	}
	if (rc != RC_OK)
		str_copy(reading.copy->error, sizeof reading.copy->error, e.text);
	journal_close(&journal);
	bus_post(j->bus, (struct msg){ .kind = MSG_JOURNAL, .payload = reading.copy, .release = release_journal });
	drop(o);
}

void job_journal(struct jobs *j, const char *run)
{
	struct order *o = xcalloc(1, sizeof *o);

	*o = (struct order){ .j = j, .run = xstrdup(run) };
	worker_do(j->read, read_journal, drop, o);
}
