/* Taking a run back: newest first, down from where it stands, and never from behind the point of no return. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/run/engine_run.h"
#include "core/run/step_kit.h"

enum { MIRROR_SECONDS = 60 };

enum rc engine_may_undo(struct engine *en, struct err *e)
{
	size_t final = engine_final(en);
	bool behind = false;
	enum rc rc;

	for (size_t i = final + 1; i < en->plan->step_count; i++)
		behind = behind || en->steps[i].intent || en->steps[i].done;
	if (final >= en->plan->step_count || (!behind && !en->steps[final].intent && !en->steps[final].done))
		return RC_OK;
	if (!behind && !en->steps[final].done) {
		rc = en->plan->steps[final].step->not_taken(&en->ctx, e);
		if (rc == RC_OK)
			return RC_OK;
		if (rc != RC_BLOCKED)
			(void)err_in(e, "it cannot be seen whether the signer of %s has published anything",
			             en->plan->to);
	} else {
		(void)err_set(e, RC_BLOCKED, "the signer of %s has started: what it published cannot be taken back",
		              en->plan->to);
	}
	err_hint(e, "Finish this run with resume; then switch back: ods-failover run %s --to %s",
	         run_kind_name(en->plan->kind), en->plan->from);
	return RC_BLOCKED;
}

/* Nothing was published, so the step counts as never done. */
static enum rc forget_final(struct engine *en, size_t final, struct err *e)
{
	enum rc rc;

	if (final >= en->plan->step_count || !en->steps[final].intent)
		return RC_OK;
	en->at = final;
	rc = engine_write(en, final, PHASE_UNDO, RC_OK, 0, "it had not taken effect", e);
	if (rc == RC_OK)
		en->steps[final].intent = en->steps[final].done = false;
	return rc;
}

static enum rc take_back_step(struct engine *en, size_t i, struct err *e)
{
	const struct step *s = en->plan->steps[i].step;
	int64_t began = clock_mono_ms();
	char *text = plan_words(en->plan, s->undo_text, en->run.id);
	struct err why = { 0 };
	enum rc rc, wrote;

	en->at = i;
	engine_step_event(en, ST_UNDOING, PHASE_UNDO, RC_OK, SEV_OK, 0, text, NULL);
	/* The intent to undo, on disk before it is done: RC_UNKNOWN until its outcome is. */
	rc = engine_write(en, i, PHASE_UNDO, RC_UNKNOWN, 0, text, e);
	free(text);
	if (rc != RC_OK)
		return rc;
	engine_unsee(en, i);
	buf_reset(&en->ctx.observed);
	rc = s->undo(&en->ctx, e);
	wrote = engine_write(en, i, PHASE_UNDO, rc == RC_UNKNOWN ? RC_REMOTE : rc, clock_mono_ms() - began,
	                     rc == RC_OK ? buf_str(&en->ctx.observed) : e->text, &why);
	if (wrote != RC_OK) {
		*e = why;
		return wrote;
	}
	if (rc != RC_OK) {
		engine_step_event(en, engine_failed_as(rc), PHASE_UNDO, rc,
		                  engine_failed_as(rc) == ST_UNSURE ? SEV_UNKNOWN : SEV_STOP, clock_mono_ms() - began,
		                  e->text, e->hint);
		return rc;
	}
	en->steps[i].intent = false;
	if (s->run == lease_run)
		en->lease_held = false;
	engine_step_event(en, ST_UNDONE, PHASE_UNDO, RC_OK, SEV_OK, clock_mono_ms() - began, buf_str(&en->ctx.observed),
	                  NULL);
	return RC_OK;
}

enum rc engine_take_back(struct engine *en, struct err *e)
{
	size_t final = engine_final(en);
	enum rc rc = engine_may_undo(en, e);

	if (rc == RC_OK)
		rc = forget_final(en, final, e);
	for (size_t i = final; rc == RC_OK && i-- > 0;) {
		const struct step *s = en->plan->steps[i].step;

		if (!en->steps[i].intent || s->undo == NULL)
			continue;
		rc = engine_extend_lease(en, s, e);
		if (rc == RC_OK)
			rc = take_back_step(en, i, e);
		if (rc == RC_OK && s->run != lease_run)
			engine_mirror_or_say(en, 0, MIRROR_SECONDS);
	}
	return rc;
}
