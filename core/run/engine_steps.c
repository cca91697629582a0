/* One step: check, approval, intent on disk, run, verify; and what the journal says about those before. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/run/engine_run.h"
#include "core/run/step_kit.h"

enum { MIRROR_SECONDS = 60 };

size_t engine_final(const struct engine *en)
{
	size_t i = 0;

	while (i < en->plan->step_count && !en->plan->steps[i].step->final)
		i++;
	return i;
}

void engine_unsee(struct engine *en, size_t i)
{
	for (; i < en->plan->step_count; i++)
		en->steps[i].done = false;
}

static bool replay_row(void *ctx, const struct journal_entry *n)
{
	struct engine *en = ctx;
	size_t i = 0;

	while (i < en->plan->step_count && strcmp(en->plan->steps[i].step->id, n->step) != 0)
		i++;
	if (n->phase == PHASE_WARN)
		en->warnings++;
	if (i == en->plan->step_count)
		return true;
	if (n->attempt > en->steps[i].attempts)
		en->steps[i].attempts = n->attempt;
	if (n->phase == PHASE_INTENT) {
		en->steps[i].intent = true;
		en->steps[i].done = false;
	} else if (n->phase == PHASE_VERIFY) {
		en->steps[i].done = n->rc == RC_OK;
	} else if (n->phase == PHASE_UNDO) {
		engine_unsee(en, i);
		if (n->rc == RC_OK)
			en->steps[i].intent = false;
	}
	return true;
}

enum rc engine_replay(struct engine *en, struct err *e)
{
	free(en->steps);
	en->steps = xcalloc(en->plan->step_count + 1, sizeof *en->steps);
	en->warnings = 0;
	return journal_each(en->args.journal, en->run.id, replay_row, en, e);
}

static bool is_lease(const struct step *s)
{
	return s->run == lease_run;
}

static enum rc cancelled(struct engine *en, enum rc rc, struct err *e)
{
	if (rc != RC_OK && rc != RC_CANCELLED && cancel_raised(en->args.cancel))
		return err_set(e, RC_CANCELLED, "stopped by the operator");
	return rc;
}

/* Looks whether the step is done already; journals whatever is not simply "to do". */
static enum rc look(struct engine *en, const struct step *s, enum step_state *state, struct err *e)
{
	struct err why = { 0 }, *out = e != NULL ? e : &why;
	enum rc seen = RC_OK;
	enum rc rc;

	engine_step_event(en, ST_CHECKING, PHASE_CHECK, RC_OK, SEV_OK, 0, s->title, NULL);
	*state = s->check(&en->ctx, out);
	if (*state == STEP_TODO)
		return RC_OK;
	if (*state == STEP_DONE)
		return engine_write(en, en->at, PHASE_CHECK, RC_OK, 0, "it is so already", out);
	if (*state == STEP_BLOCKED)
		seen = out->rc != RC_OK ? out->rc : err_set(out, RC_BLOCKED, "something else must come first");
	else
		seen = out->rc != RC_OK ? out->rc : err_set(out, RC_UNKNOWN, "it could not be observed");
	if (seen == RC_REMOTE && *state == STEP_BLOCKED)
		seen = out->rc = RC_BLOCKED;
	rc = engine_write(en, en->at, PHASE_CHECK, seen, 0, out->text, &why);
	if (rc != RC_OK) {
		*out = why;
		return rc;
	}
	return seen;
}

static const char *operator_of(const struct engine *en)
{
	return en->ctx.operator_name;
}

/* Waits for the operator's word. RC_CANCELLED with en->next set when it is not "do it". */
static enum rc approve(struct engine *en, const struct step *s, struct err *e)
{
	bool final = s->risk == RISK_FINAL;
	const char *confirm = en->args.policy.confirm;
	struct err why = { 0 };
	char text[400];
	bool can_undo;
	enum rc rc;

	if (en->args.policy.yes || (final && confirm != NULL)) {
		(void)snprintf(text, sizeof text, "approved beforehand by %s%s%s", operator_of(en),
		               final ? ", confirmed with " : "", final ? confirm : "");
		if (en->args.policy.yes)
			return engine_write(en, en->at, PHASE_APPROVE, RC_OK, 0, text, e);
	}
	can_undo = en->at > 0 && engine_may_undo(en, &why) == RC_OK;
	for (;;) {
		enum answer a = ANSWER_STOP;
		char *typed = NULL;
		bool wrong;

		if (final && confirm == NULL)
			(void)snprintf(
			    text, sizeof text,
			    "%s. From here on there is no way back. Type the name of the instance that stops "
			    "being active (%s).",
			    s->title, en->plan->from);
		else
			(void)snprintf(text, sizeof text, "%s. %s", s->title, s->why);
		rc = engine_question(en, final && confirm == NULL ? ASK_CONFIRM : ASK_APPROVE, can_undo, text, NULL, &a,
		                     &typed, e);
		wrong = rc == RC_OK && a == ANSWER_APPROVE && final && confirm == NULL &&
		        (typed == NULL || strcmp(typed, en->plan->from) != 0);
		free(typed);
		if (rc != RC_OK)
			return rc;
		if (wrong) {
			engine_step_event(en, ST_WAITING, PHASE_APPROVE, RC_BLOCKED, SEV_WARN, 0,
			                  "That is not the name.", NULL);
			continue;
		}
		if (a == ANSWER_APPROVE) {
			(void)snprintf(text, sizeof text, "approved by %s%s%s", operator_of(en),
			               final ? ", confirmed with " : "", final ? en->plan->from : "");
			return engine_write(en, en->at, PHASE_APPROVE, RC_OK, 0, text, e);
		}
		en->next = a == ANSWER_UNDO && can_undo ? NEXT_UNDO : NEXT_STOP;
		rc = engine_write(
		    en, en->at, PHASE_APPROVE, RC_BLOCKED, 0,
		    en->next == NEXT_UNDO ? "not approved: take everything back" : "not approved: stop here", e);
		return rc != RC_OK ? rc : err_set(e, RC_CANCELLED, "stopped by the operator before %s", s->id);
	}
}

int engine_lease_need(const struct step *s)
{
	return 2 * s->timeout_s + LEASE_SPARE_SECONDS;
}

void engine_renewed(struct engine *en, int seconds)
{
	en->asked_ms = en->renewed_ms = clock_boot_ms();
	en->renewed_s = seconds;
	en->lease_doubt = false;
}

enum rc engine_hold_lease(struct engine *en, int seconds, struct err *e)
{
	struct err why = { 0 };
	enum rc rc = lease_renew(&en->ctx, seconds, &why);

	if (rc == RC_OK) {
		engine_renewed(en, seconds);
		return RC_OK;
	}
	en->asked_ms = clock_boot_ms();
	/* A host that cannot be asked has not taken it away, until the time is over that it granted. */
	if (rc != RC_BLOCKED && en->asked_ms - en->renewed_ms < (int64_t)en->renewed_s * 1000)
		return RC_OK;
	en->lease_lost = true;
	en->lease_held = false;
	return err_set(e, RC_BLOCKED, "the lease is lost: %s", why.text);
}

enum rc engine_extend_lease(struct engine *en, const struct step *s, struct err *e)
{
	int need = engine_lease_need(s);

	if (!en->lease_held || is_lease(s))
		return RC_OK;
	if (!en->lease_doubt && en->renewed_s >= need && clock_boot_ms() - en->renewed_ms < LEASE_FRESH_MS)
		return RC_OK;
	return engine_hold_lease(en, need, e);
}

static bool outcome_unknown(enum rc rc)
{
	return engine_failed_as(rc) == ST_UNSURE;
}

/* INTENT is on disk before run() starts. A connection that is lost in the middle says nothing: look again. */
static enum rc do_run(struct engine *en, const struct step *s, struct err *e)
{
	int64_t began = clock_mono_ms();
	struct err looked = { 0 };
	enum step_state state;
	enum rc rc, wrote;
	char *text;

	if (s->run == NULL)
		return RC_OK;
	text = plan_words(en->plan, s->command, en->run.id);
	rc = engine_write(en, en->at, PHASE_INTENT, RC_OK, 0, text, e);
	free(text);
	if (rc != RC_OK)
		return rc;
	en->steps[en->at].intent = true;
	/* Perhaps had from here on: what a stop gives back must not depend on an answer that was lost. */
	en->lease_held = en->lease_held || is_lease(s);
	engine_step_event(en, ST_RUNNING, PHASE_INTENT, RC_OK, SEV_OK, 0, s->title, NULL);
	buf_reset(&en->ctx.observed);
	rc = s->run(&en->ctx, e);
	wrote = engine_write(en, en->at, PHASE_RUN, rc, clock_mono_ms() - began,
	                     rc == RC_OK ? buf_str(&en->ctx.observed) : e->text, &looked);
	if (wrote != RC_OK) {
		*e = looked;
		return wrote;
	}
	if (!outcome_unknown(rc) || cancel_raised(en->args.cancel))
		return rc;
	engine_step_event(en, ST_UNSURE, PHASE_RUN, rc, SEV_UNKNOWN, clock_mono_ms() - began, e->text, e->hint);
	wrote = look(en, s, &state, &looked);
	if (wrote == RC_DB) {
		*e = looked;
		return wrote;
	}
	return wrote == RC_OK && state == STEP_DONE ? RC_OK : rc;
}

static enum rc do_verify(struct engine *en, const struct step *s, struct err *e)
{
	int64_t began = clock_mono_ms(), took;
	char *expected = plan_words(en->plan, s->expected, en->run.id);
	struct err why = { 0 };
	enum rc rc, wrote;

	engine_step_event(en, ST_VERIFYING, PHASE_VERIFY, RC_OK, SEV_OK, 0, expected, NULL);
	free(expected);
	buf_reset(&en->ctx.observed);
	rc = s->verify(&en->ctx, e);
	took = clock_mono_ms() - began;
	/* A step that says why by its code alone still has a sentence. */
	if (rc != RC_OK && e->text[0] == '\0')
		rc = err_set(e, rc, "%s", rc_text(rc));
	wrote =
	    engine_write(en, en->at, PHASE_VERIFY, rc, took, rc == RC_OK ? buf_str(&en->ctx.observed) : e->text, &why);
	if (wrote != RC_OK) {
		*e = why;
		return wrote;
	}
	if (rc == RC_OK) {
		en->steps[en->at].done = true;
		if (is_lease(s)) {
			en->lease_held = true;
			engine_renewed(en, LEASE_SPARE_SECONDS);
		} else if (s->run == release_run) {
			en->lease_held = false;
		}
		engine_step_event(en, ST_DONE, PHASE_VERIFY, RC_OK, SEV_OK, took, buf_str(&en->ctx.observed), NULL);
	}
	return rc;
}

static enum rc attempt(struct engine *en, const struct step *s, struct err *e)
{
	enum step_state state;
	enum rc rc;

	memset(e, 0, sizeof *e);
	en->steps[en->at].attempts++;
	rc = engine_extend_lease(en, s, e);
	if (rc == RC_OK)
		rc = look(en, s, &state, e);
	if (rc == RC_OK && state == STEP_TODO) {
		if (s->run != NULL)
			rc = approve(en, s, e);
		/* Who was asked may have been away for long: is it still ours to do? */
		if (s->run != NULL && !en->args.policy.yes)
			en->lease_doubt = true;
		if (rc == RC_OK)
			rc = engine_extend_lease(en, s, e);
		if (rc == RC_OK)
			rc = do_run(en, s, e);
	}
	return rc == RC_OK ? do_verify(en, s, e) : rc;
}

/* Retry, undo or stop: the operator's word; without one, stop. */
static enum next after_failure(struct engine *en, const struct step *s, enum rc rc, struct err *e)
{
	struct err why = { 0 };
	enum answer a = ANSWER_STOP;
	bool can_undo = engine_may_undo(en, &why) == RC_OK;
	char *text, *by_hand;

	engine_step_event(en, engine_failed_as(rc), PHASE_RUN, rc, outcome_unknown(rc) ? SEV_UNKNOWN : SEV_STOP, 0,
	                  e->text, e->hint);
	if (en->args.policy.yes)
		return NEXT_STOP;
	by_hand = plan_words(en->plan, s->by_hand, en->run.id);
	text = xasprintf("%s: %s. Try again%s, or stop here? By hand: %s", s->title, e->text,
	                 can_undo ? ", take everything back" : "", by_hand);
	rc = engine_question(en, ASK_FAILED, can_undo, text, e->hint, &a, NULL, e);
	free(text);
	free(by_hand);
	if (rc != RC_OK || (a == ANSWER_UNDO && !can_undo))
		return NEXT_STOP;
	return a == ANSWER_APPROVE ? NEXT_ON : a == ANSWER_UNDO ? NEXT_UNDO : NEXT_STOP;
}

enum next engine_carry_out(struct engine *en, size_t i, struct err *e)
{
	const struct step *s = en->plan->steps[i].step;

	en->at = i;
	en->next = NEXT_ON;
	for (;;) {
		enum rc rc = engine_take_notes(en, e);
		enum next next;

		if (rc == RC_OK)
			rc = cancelled(en, attempt(en, s, e), e);
		if (rc == RC_OK)
			return NEXT_ON;
		if (en->next != NEXT_ON)
			return en->next;
		if (en->ctx.refused != 0)
			return NEXT_REFUSE;
		if (rc == RC_CANCELLED || rc == RC_DB || en->lease_lost)
			return NEXT_STOP;
		next = after_failure(en, s, rc, e);
		if (next != NEXT_ON)
			return next;
	}
}
