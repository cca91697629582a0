/* jobs_run.c -- the engine on its own thread, its events on the bus. */
#include "tui/console/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/step_kit.h"

struct carry {
	struct jobs *j;
	enum run_what what;
	const struct plan *plan;
	char *run, *reason, *operator_name;
	char **overrides; /* NULL behind the last */
	struct engine *engine;
	struct journal *journal;
};

static void release_event(void *p)
{
	struct run_event *ev = p;

	run_event_free(&ev);
}

static void on_event(void *ctx, struct run_event *ev)
{
	struct carry *c = ctx;
	bool progress = ev->kind == EV_PROGRESS;

	bus_post(c->j->bus, (struct msg){ .kind = progress ? MSG_PROGRESS : MSG_RUN,
	                                  .latest = progress,
	                                  .payload = ev,
	                                  .release = release_event });
}

static void drop(void *arg)
{
	struct carry *c = arg;

	journal_close(&c->journal);
	free(c->run);
	free(c->reason);
	free(c->operator_name);
	for (char **o = c->overrides; o != NULL && *o != NULL; o++)
		free(*o);
	free(c->overrides);
	free(c);
}

static void carry_out(void *arg)
{
	struct carry *c = arg;
	struct err *e = xcalloc(1, sizeof *e);
	enum rc rc;

	switch (c->what) {
	case RUN_NEW:
		rc = engine_run(c->engine, c->plan, e);
		break;
	case RUN_RESUME:
		rc = engine_resume(c->engine, c->run, e);
		break;
	case RUN_UNDO:
	default:
		rc = engine_undo(c->engine, c->run, e);
		break;
	}
	e->rc = rc;
	bus_post(c->j->bus, (struct msg){ .kind = MSG_RUN_OVER, .payload = e, .release = free });
	drop(c);
}

static char **copy_list(char *const *list)
{
	size_t n = 0;
	char **copy;

	while (list != NULL && list[n] != NULL)
		n++;
	copy = xcalloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(list[i]);
	return copy;
}

enum rc job_run(struct jobs *j, const struct run_order *order, struct engine **engine, struct err *e)
{
	struct carry *c = xcalloc(1, sizeof *c);
	struct engine_args args = { .pair = j->pair, .hosts = { j->hosts[0], j->hosts[1] }, .resolver = j->resolver };
	enum rc rc = journal_open(&c->journal, j->journal_path, false, e);

	if (rc != RC_OK) {
		drop(c);
		return rc;
	}
	c->j = j;
	c->what = order->what;
	c->plan = order->plan;
	c->run = xstrdup(order->run);
	c->reason = xstrdup(order->reason);
	c->operator_name = xstrdup(order->operator_name);
	c->overrides = copy_list(order->overrides);
	args.journal = c->journal;
	args.policy.reason = c->reason;
	args.policy.operator_name = c->operator_name;
	args.policy.overrides = (const char *const *)c->overrides;
	args.event = on_event;
	args.ctx = c;
	args.cancel = j->run_cancel;
	cancel_reset(j->run_cancel);
	c->engine = *engine = engine_new(&args);
	worker_do(j->carry, carry_out, drop, c);
	return RC_OK;
}

void job_break_run(struct jobs *j)
{
	cancel_raise(j->run_cancel);
}

static bool take_gate(void *ctx, const struct journal_entry *n)
{
	enum tri *ahead = ctx;

	if (n->phase == PHASE_VERIFY && n->rc == RC_OK && strcmp(n->step, "gate") == 0)
		*ahead = TRI_NO;
	return *ahead == TRI_YES;
}

enum tri job_gate_ahead(struct jobs *j)
{
	struct journal *journal = NULL;
	struct journal_run r;
	struct err e;
	bool found = false;
	enum tri ahead = TRI_UNKNOWN;

	if (journal_open(&journal, j->journal_path, true, &e) == RC_OK &&
	    journal_find(journal, j->pair->name, NULL, true, &r, &found, &e) == RC_OK && found) {
		ahead = TRI_YES;
		if (journal_each(journal, r.id, take_gate, &ahead, &e) != RC_OK)
			ahead = TRI_UNKNOWN;
	}
	journal_close(&journal);
	return ahead;
}

struct plan *job_recorded_plan(struct jobs *j, char run[RUN_ID])
{
	struct journal *journal = NULL;
	struct journal_run r;
	struct buf json = { 0 };
	struct plan *plan = NULL;
	struct err e;
	bool found = false;

	if (journal_open(&journal, j->journal_path, true, &e) == RC_OK &&
	    journal_find(journal, j->pair->name, NULL, true, &r, &found, &e) == RC_OK && found) {
		str_copy(run, RUN_ID, r.id);
		if (journal_attachment(journal, r.id, FACT_PLAN, &json, &found, &e) != RC_OK || !found ||
		    plan_from_json(&plan, j->pair, buf_str(&json), &e) != RC_OK)
			plan = NULL;
	}
	journal_close(&journal);
	buf_free(&json);
	return plan;
}
