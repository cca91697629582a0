/* A run from its beginning to its end: begun, taken up again, or taken back. */
#include "core/run/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/engine_run.h"
#include "core/run/step_kit.h"

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 4,
	EXIT_STOPPED = 5,
	EXIT_ISSUES = 6,
	EXIT_INTERRUPTED = 130,
	MIRROR_SECONDS = 60,
	HELLO_SECONDS = 30,
	LAST_SECONDS = 20, /* for what is tried once more when a run stops */
};

struct engine *engine_new(const struct engine_args *args)
{
	struct engine *en = xcalloc(1, sizeof *en);

	en->args = *args;
	en->answer_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&en->lock, NULL);
	atomic_init(&en->stop_after, false);
	return en;
}

void engine_free(struct engine **en)
{
	if (*en == NULL)
		return;
	for (size_t i = 0; i < (*en)->note_count; i++)
		free((*en)->notes[i]);
	free((*en)->notes);
	free((*en)->typed);
	free((*en)->steps);
	buf_free(&(*en)->ctx.observed);
	plan_free(&(*en)->own_plan);
	buf_free(&(*en)->mirrored.lines);
	if ((*en)->answer_fd >= 0)
		close((*en)->answer_fd);
	pthread_mutex_destroy(&(*en)->lock);
	free(*en);
	*en = NULL;
}

static void set_context(struct engine *en)
{
	const struct engine_policy *p = &en->args.policy;

	buf_free(&en->ctx.observed);
	en->ctx = (struct step_ctx){
		.pair = en->args.pair,
		.plan = en->plan,
		.resolver = en->args.resolver,
		.journal = en->args.journal,
		.run = en->run.id,
		.cancel = en->args.cancel,
		.progress = engine_progress,
		.ask = engine_ask,
		.warn = engine_warn,
		.beat = engine_beat,
		.ctx = en,
		.operator_name =
		    p->operator_name != NULL && p->operator_name[0] != '\0' ? p->operator_name : "operator",
		.reason = p->reason != NULL && p->reason[0] != '\0' ? p->reason : "no reason given",
		.overrides = p->overrides,
		.steal_lease = p->steal_lease,
		.kill_hung = p->kill_hung,
	};
	if (en->plan != NULL) {
		en->ctx.old_active = en->args.hosts[en->plan->from_index];
		en->ctx.new_active = en->args.hosts[en->plan->to_index];
	}
}

static enum rc say_end(struct engine *en, enum outcome outcome, int exit_code, enum rc rc, const char *text,
                       const char *hint)
{
	struct run_event ev = { .kind = EV_END, .rc = rc, .outcome = outcome, .exit_code = exit_code };

	ev.severity = exit_code == EXIT_DONE ? SEV_OK : exit_code == EXIT_ISSUES ? SEV_WARN : SEV_STOP;
	engine_emit(en, ev, text, hint);
	return rc;
}

/* Refused before anything was written down. */
static enum rc refuse(struct engine *en, int exit_code, const struct err *e)
{
	return say_end(en, OUTCOME_REFUSED, exit_code, e->rc, e->text, e->hint);
}

/* The journal's last word, on the instances too, and the lease given back so that the next one need not wait. The run
 * may have been cancelled: this is tried all the same, for a short time. */
static void close_run(struct engine *en, enum outcome outcome, struct err *e)
{
	struct err ignored = { 0 };

	en->ctx.cancel = NULL;
	if (journal_end(en->args.journal, en->run.id, outcome, e) != RC_OK)
		return;
	en->run.outcome = outcome;
	engine_mirror_or_say(en, 0, LAST_SECONDS);
	if (en->lease_held && lease_undo(&en->ctx, &ignored) != RC_OK)
		engine_step_event(en, engine_failed_as(ignored.rc), PHASE_NOTE, ignored.rc, SEV_WARN, 0, ignored.text,
		                  "The lease expires by itself in some minutes.");
	en->lease_held = false;
}

static enum rc stop(struct engine *en, const char *why, enum rc rc, const struct err *reason)
{
	bool interrupted = cancel_raised(en->args.cancel);
	int exit_code = rc == RC_DB ? rc_exit_code(RC_DB) : interrupted ? EXIT_INTERRUPTED : EXIT_STOPPED;
	struct err e = { 0 }, may = { 0 };
	bool can_undo;
	char *hint, *text;

	en->ctx.cancel = NULL;
	can_undo = engine_may_undo(en, &may) == RC_OK;
	text = xasprintf("run %s stopped %s%s%s", en->run.id, why, reason != NULL ? ": " : "",
	                 reason != NULL ? reason->text : "");
	close_run(en, OUTCOME_STOPPED, &e);
	hint = xasprintf("%s%sGo on with: ods-failover resume %s%s%s", reason != NULL ? reason->hint : "",
	                 reason != NULL && reason->hint[0] != '\0' ? " " : "", en->run.id,
	                 can_undo ? ", or take it back with: ods-failover undo " : "", can_undo ? en->run.id : "");
	(void)say_end(en, OUTCOME_STOPPED, exit_code, rc, text, hint);
	free(hint);
	free(text);
	return rc;
}

static enum rc take_back(struct engine *en, int exit_code, struct err *e)
{
	enum rc rc = engine_take_back(en, e);
	char *text;

	if (rc != RC_OK)
		return stop(en, "while it was taken back", rc, e);
	close_run(en, OUTCOME_UNDONE, e);
	text = xasprintf("run %s is taken back: %s is the active as before", en->run.id, en->plan->from);
	rc = say_end(en, OUTCOME_UNDONE, exit_code, RC_OK, text, NULL);
	free(text);
	return rc;
}

/* A gate or lease that says no: what was done is the lease at most, and that is given back. */
static enum rc refuse_run(struct engine *en, struct err *e)
{
	struct err why = *e, undo = { 0 };
	int exit_code = en->ctx.refused;

	if (engine_take_back(en, &undo) != RC_OK)
		engine_step_event(en, engine_failed_as(undo.rc), PHASE_UNDO, undo.rc, SEV_WARN, 0, undo.text,
		                  undo.hint);
	close_run(en, OUTCOME_REFUSED, &undo);
	return say_end(en, OUTCOME_REFUSED, exit_code, RC_BLOCKED, why.text, why.hint);
}

static enum rc finish(struct engine *en, struct err *e)
{
	enum outcome outcome = en->warnings > 0 ? OUTCOME_ISSUES : OUTCOME_DONE;
	char *text = xasprintf("run %s is done: %s is the active%s", en->run.id, en->plan->to,
	                       en->warnings > 0 ? ", with issues that are left to do" : "");
	enum rc rc;

	close_run(en, outcome, e);
	rc = en->run.outcome == outcome
	         ? say_end(en, outcome, outcome == OUTCOME_DONE ? EXIT_DONE : EXIT_ISSUES, RC_OK, text, NULL)
	         : say_end(en, OUTCOME_OPEN, rc_exit_code(RC_DB), RC_DB, e->text, e->hint);
	free(text);
	return rc;
}

static enum rc stop_here(struct engine *en, size_t i, struct err *e)
{
	char *why = xasprintf("behind step %s, as was asked", en->plan->steps[i].step->id);
	enum rc rc = stop(en, why, RC_OK, NULL);

	(void)e;
	free(why);
	return rc;
}

/* After each step; of the first one it must succeed: without it nobody else could ever go on with this run. */
static enum rc mirror(struct engine *en, size_t i, struct err *e)
{
	int lease_s =
	    en->lease_held && i + 1 < en->plan->step_count ? engine_lease_need(en->plan->steps[i + 1].step) : 0;

	if (i > 0) {
		engine_mirror_or_say(en, lease_s, MIRROR_SECONDS);
		return RC_OK;
	}
	if (engine_mirror(en, lease_s, MIRROR_SECONDS, e) != RC_OK)
		return err_in(e, "the journal could not be mirrored");
	return RC_OK;
}

static enum rc drive(struct engine *en, struct err *e)
{
	const char *until = en->args.policy.until;

	for (size_t i = 0; i < en->plan->step_count; i++) {
		const char *id = en->plan->steps[i].step->id;
		enum next next;

		if (en->steps[i].done)
			continue;
		next = engine_carry_out(en, i, e);
		if (next == NEXT_ON && mirror(en, i, e) != RC_OK)
			next = NEXT_STOP;
		if (next == NEXT_REFUSE)
			return refuse_run(en, e);
		if (next == NEXT_UNDO)
			return take_back(en, EXIT_STOPPED, e);
		if (next == NEXT_STOP) {
			char *why = xasprintf("at step %s", id);
			enum rc rc = stop(en, why, e->rc != RC_OK ? e->rc : RC_CANCELLED, e);

			free(why);
			return rc;
		}
		if (i + 1 < en->plan->step_count &&
		    ((until != NULL && strcmp(until, id) == 0) || atomic_load(&en->stop_after)))
			return stop_here(en, i, e);
	}
	return finish(en, e);
}

static enum rc check_until(struct engine *en, struct err *e)
{
	const char *until = en->args.policy.until;

	for (size_t i = 0; until != NULL && i < en->plan->step_count; i++)
		if (strcmp(en->plan->steps[i].step->id, until) == 0)
			return RC_OK;
	return until == NULL
	           ? RC_OK
	           : err_set(e, RC_USAGE, "there is no step %s in a %s", until, run_kind_name(en->plan->kind));
}

/* What has no undo needs the losing instance's name; headless it has to come beforehand. */
static enum rc check_confirm(struct engine *en, struct err *e)
{
	const struct engine_policy *p = &en->args.policy;
	size_t final = engine_final(en);

	if (final >= en->plan->step_count || (en->steps != NULL && en->steps[final].done))
		return RC_OK;
	if (p->confirm != NULL && strcmp(p->confirm, en->plan->from) != 0)
		err_set(e, RC_BLOCKED, "%s is not the instance that stops being active", p->confirm);
	else if (p->confirm == NULL && p->yes)
		err_set(e, RC_BLOCKED, "a step of this run has no undo and was not confirmed");
	else
		return RC_OK;
	err_hint(e, "Give --confirm with the name of the instance that stops being active.");
	return RC_BLOCKED;
}

/* One run at a time: another that stopped midway has to be finished or taken back first. */
static enum rc check_others(struct engine *en, struct err *e)
{
	struct journal_run other;
	bool found = false;
	enum rc rc = engine_fetch(en, NULL, e);

	if (rc == RC_OK)
		rc = journal_find(en->args.journal, en->args.pair->name, NULL, true, &other, &found, e);
	if (rc != RC_OK || !found)
		return rc;
	err_set(e, RC_BLOCKED, "run %s (%s from %s to %s) has stopped midway%s%s", other.id, other.kind, other.from,
	        other.to, other.step[0] != '\0' ? " at step " : "", other.step);
	err_hint(e, "Go on with it: ods-failover resume %s, or take it back: ods-failover undo %s", other.id, other.id);
	return RC_BLOCKED;
}

static enum rc begin(struct engine *en, struct err *e)
{
	struct journal_run *r = &en->run;
	const char *id;
	char *json;
	enum rc rc;

	memset(r, 0, sizeof *r);
	(void)str_copy(r->kind, sizeof r->kind, run_kind_name(en->plan->kind));
	(void)str_copy(r->plan_id, sizeof r->plan_id, en->plan->id);
	(void)str_copy(r->pair, sizeof r->pair, en->args.pair->name);
	(void)str_copy(r->from, sizeof r->from, en->plan->from);
	(void)str_copy(r->to, sizeof r->to, en->plan->to);
	(void)str_copy(r->operator_name, sizeof r->operator_name, en->ctx.operator_name);
	(void)str_copy(r->reason, sizeof r->reason, en->ctx.reason);
	(void)str_copy(r->version, sizeof r->version, ODSF_VERSION);
	rc = journal_begin(en->args.journal, r, e);
	if (rc != RC_OK)
		return rc;
	id = r->id;
	en->begun = true;
	json = plan_json(en->plan);
	rc = journal_attach(en->args.journal, id, FACT_PLAN, json, strlen(json), e);
	free(json);
	return rc == RC_OK ? engine_replay(en, e) : rc;
}

enum rc engine_run(struct engine *en, const struct plan *plan, struct err *e)
{
	enum rc rc = RC_OK;

	en->plan = plan;
	set_context(en);
	if (plan->refusal_count > 0)
		rc = err_set(e, RC_BLOCKED, "%s", plan->refusals[0]);
	else if (plan->step_count == 0)
		rc = err_set(e, RC_BLOCKED, "the plan has no steps");
	if (rc == RC_OK)
		rc = check_until(en, e);
	if (rc == RC_OK)
		rc = check_confirm(en, e);
	if (rc == RC_OK)
		rc = check_others(en, e);
	if (rc == RC_OK)
		rc = begin(en, e);
	if (rc != RC_OK)
		return refuse(en, rc_exit_code(rc), e);
	return drive(en, e);
}

static enum rc find(struct engine *en, const char *run, struct err *e)
{
	bool found = false;
	enum rc rc = engine_fetch(en, run, e);

	if (rc == RC_OK)
		rc = journal_find(en->args.journal, en->args.pair->name, run, run == NULL, &en->run, &found, e);
	if (rc == RC_OK && !found)
		rc = run != NULL
		         ? err_set(e, RC_USAGE, "there is no run %s of pair %s, neither here nor on the instances", run,
		                   en->args.pair->name)
		         : err_set(e, RC_USAGE, "no run of pair %s has stopped midway", en->args.pair->name);
	if (rc == RC_OK && en->run.outcome != OUTCOME_OPEN && en->run.outcome != OUTCOME_STOPPED)
		rc = err_set(e, RC_BLOCKED, "run %s is %s: there is nothing to go on with", en->run.id,
		             outcome_name(en->run.outcome));
	return rc == RC_OK ? journal_verify(en->args.journal, en->run.id, e) : rc;
}

enum rc engine_read_mirrors(struct engine *en, struct err *e)
{
	set_context(en);
	return engine_fetch(en, NULL, e);
}

/* An instance is a name, and whose it is may have changed, or be another in the failover.xml of a colleague. Who cannot
 * be asked now is asked for the lease. */
static enum rc check_machines(struct engine *en, struct err *e)
{
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < 2; i++) {
		const char *name = en->args.pair->instance[i].name, *was = en->plan->machines[i];
		struct far_answer a = { 0 };
		struct err ignored = { 0 };
		char is[17] = "";

		if (kit_do(&en->ctx, en->args.hosts[i], &a, HELLO_SECONDS, &ignored, "hello", NULL) == RC_OK)
			plan_machine(is, far_fact(&a, "machine-id"), far_fact(&a, "hostname"));
		if (was != NULL && was[0] != '\0' && is[0] != '\0' && strcmp(is, was) != 0) {
			rc = err_set(e, RC_BLOCKED, "%s is another machine than when run %s began (it is %.60s now)",
			             name, en->run.id, far_fact(&a, "hostname"));
			err_hint(e, "Set right which <Host> of failover.xml is which, then go on.");
		}
		far_answer_clear(&a);
	}
	return rc;
}

/* The run as the journal has it, with the plan that it was begun with. */
static enum rc load(struct engine *en, const char *run, struct err *e)
{
	struct buf json = { 0 };
	bool found = false;
	enum rc rc;

	set_context(en);
	rc = find(en, run, e);
	if (rc == RC_OK)
		rc = journal_attachment(en->args.journal, en->run.id, FACT_PLAN, &json, &found, e);
	if (rc == RC_OK && !found)
		rc = err_set(e, RC_DB, "the journal of run %s does not have its plan", en->run.id);
	if (rc == RC_OK)
		rc = plan_from_json(&en->own_plan, en->args.pair, buf_str(&json), e);
	buf_free(&json);
	if (rc != RC_OK)
		return rc;
	en->plan = en->own_plan;
	if (strcmp(en->plan->id, en->run.plan_id) != 0)
		return err_set(e, RC_DB, "the plan of run %s is not the one it was begun with", en->run.id);
	set_context(en);
	rc = check_machines(en, e);
	return rc == RC_OK ? engine_replay(en, e) : rc;
}

/* Whether the lease can be had, before a word is written: whoever holds it goes on writing this run, and an entry of
 * ours between theirs would part the two journals for good. */
static enum rc look_at_lease(struct engine *en, struct err *e)
{
	enum step_state state = en->plan->steps[0].step->check(&en->ctx, e);

	if (state == STEP_TODO || state == STEP_DONE)
		return RC_OK;
	if (e->rc == RC_OK)
		(void)err_set(e, state == STEP_BLOCKED ? RC_BLOCKED : RC_UNKNOWN, "the lease could not be looked at");
	return e->rc;
}

/* Open again in the journal; then the lease, before anything else. */
static enum rc reopen(struct engine *en, const char *verb, enum next *next, struct err *e)
{
	char *text = xasprintf("%s by %s, because: %s", verb, en->ctx.operator_name, en->ctx.reason);
	enum rc rc = journal_reopen(en->args.journal, en->run.id, text, e);

	free(text);
	*next = NEXT_STOP;
	if (rc != RC_OK)
		return rc;
	en->begun = true;
	*next = engine_carry_out(en, 0, e);
	if (*next == NEXT_ON)
		engine_mirror_or_say(en, 0, MIRROR_SECONDS);
	return RC_OK;
}

/* Somebody else is at it, or the lease could not be had: the run stays as it is, and resumable. */
static enum rc not_ours(struct engine *en, bool reopened, struct err *e)
{
	struct err why = *e, ignored = { 0 };
	int exit_code = cancel_raised(en->args.cancel) ? EXIT_INTERRUPTED
	                : en->ctx.refused != 0         ? EXIT_REFUSED
	                                               : EXIT_STOPPED;

	if (reopened && journal_end(en->args.journal, en->run.id, OUTCOME_STOPPED, &ignored) != RC_OK)
		why = ignored;
	return say_end(en, exit_code == EXIT_REFUSED ? OUTCOME_REFUSED : OUTCOME_STOPPED, exit_code,
	               why.rc != RC_OK ? why.rc : RC_BLOCKED, why.text, why.hint);
}

/* What is done already is not looked at again, but shown. */
static void say_done(struct engine *en)
{
	for (size_t i = 1; i < en->plan->step_count; i++) {
		if (!en->steps[i].done)
			continue;
		en->at = i;
		engine_step_event(en, ST_DONE, PHASE_CHECK, RC_OK, SEV_OK, 0, "done before the run stopped", NULL);
	}
	en->at = 0;
}

enum rc engine_resume(struct engine *en, const char *run, struct err *e)
{
	enum next next;
	enum rc rc = load(en, run, e);

	if (rc == RC_OK)
		rc = check_until(en, e);
	if (rc == RC_OK)
		rc = check_confirm(en, e);
	if (rc != RC_OK)
		return refuse(en, rc_exit_code(rc), e);
	if (look_at_lease(en, e) != RC_OK)
		return not_ours(en, false, e);
	say_done(en);
	rc = reopen(en, "taken up again", &next, e);
	if (rc != RC_OK)
		return refuse(en, rc_exit_code(rc), e);
	return next == NEXT_ON ? drive(en, e) : not_ours(en, true, e);
}

static enum rc ask_once(struct engine *en, struct err *e)
{
	enum answer a = ANSWER_STOP;
	size_t count = 0;
	char *text;
	enum rc rc;

	if (en->args.policy.yes)
		return RC_OK;
	for (size_t i = 0; i < en->plan->step_count; i++)
		count += en->steps[i].intent;
	text = xasprintf("Take back %zu steps of run %s, so that %s is the active as before?", count, en->run.id,
	                 en->plan->from);
	rc = engine_question(en, ASK_YES, false, text, NULL, &a, NULL, e);
	free(text);
	if (rc == RC_OK && a != ANSWER_APPROVE)
		rc = err_set(e, RC_CANCELLED, "nothing was taken back");
	return rc;
}

enum rc engine_undo(struct engine *en, const char *run, struct err *e)
{
	enum next next;
	enum rc rc = load(en, run, e);

	if (rc == RC_OK)
		rc = engine_may_undo(en, e);
	if (rc == RC_OK) {
		say_done(en);
		rc = ask_once(en, e);
	}
	if (rc != RC_OK)
		return refuse(en, rc == RC_CANCELLED ? EXIT_STOPPED : rc_exit_code(rc), e);
	if (look_at_lease(en, e) != RC_OK)
		return not_ours(en, false, e);
	rc = reopen(en, "to be taken back", &next, e);
	if (rc != RC_OK)
		return refuse(en, rc_exit_code(rc), e);
	return next == NEXT_ON ? take_back(en, EXIT_DONE, e) : not_ours(en, true, e);
}
