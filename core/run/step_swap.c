/* The copy set in place, the old active fenced, the new one made ready to start. */
#include <inttypes.h>
#include <string.h>

#include "core/run/step_kit.h"

enum { SWAP_SECONDS = 180, CALL_SECONDS = 60 };

/* Which side of the swap holds on the new active: "none", "partial", "swapped", "back". */
static enum rc side(struct step_ctx *c, struct far_answer *a, struct err *e)
{
	enum rc rc = kit_do(c, c->new_active, a, CALL_SECONDS, e, "swapped", c->run, NULL);

	if (rc == RC_OK && far_fact(a, "state") == NULL)
		rc = err_set(e, RC_UNKNOWN, "%s does not say whether the copy set is in place", c->plan->to);
	return rc;
}

enum step_state swap_check(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum step_state state = STEP_UNSURE;
	enum rc rc = side(c, &a, e);

	if (rc == RC_OK && kit_is(&a, "state", "swapped"))
		state = STEP_DONE;
	else if (rc == RC_OK) {
		rc = daemons_silent(c, c->new_active, e);
		state = rc == RC_OK ? STEP_TODO : rc == RC_BLOCKED ? STEP_BLOCKED : STEP_UNSURE;
	}
	far_answer_clear(&a);
	return state;
}

enum rc swap_run(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, SWAP_SECONDS, e, "swap", c->run, c->run, NULL);

	far_answer_clear(&a);
	return rc;
}

enum rc swap_verify(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = side(c, &a, e);

	if (rc == RC_OK && !kit_is(&a, "state", "swapped"))
		rc =
		    err_set(e, RC_REMOTE, "the copy set is not in place on %s: %s", c->plan->to, far_fact(&a, "state"));
	if (rc == RC_OK)
		kit_saw(c, "the copy set is in place on %s, its old state is put aside", c->plan->to);
	far_answer_clear(&a);
	return rc;
}

enum rc swap_undo(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, SWAP_SECONDS, e, "swap-back", c->run, NULL);

	far_answer_clear(&a);
	if (rc == RC_OK)
		rc = side(c, &a, e);
	if (rc == RC_OK && (kit_is(&a, "state", "swapped") || kit_is(&a, "state", "partial")))
		rc = err_set(e, RC_REMOTE, "the old state is not back in place on %s", c->plan->to);
	if (rc == RC_OK)
		kit_saw(c, "the old state of %s is back in place", c->plan->to);
	far_answer_clear(&a);
	return rc;
}

static enum rc fenced(struct step_ctx *c, struct host *h, bool *yes, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, h, &a, CALL_SECONDS, e, "fenced", NULL);

	*yes = kit_is(&a, "fenced", "yes");
	if (rc == RC_OK && !*yes && !kit_is(&a, "fenced", "no"))
		rc = err_set(e, RC_UNKNOWN, "%s does not say whether its daemons can start by themselves",
		             h->config->name);
	far_answer_clear(&a);
	return rc;
}

enum step_state fence_check(struct step_ctx *c, struct err *e)
{
	bool yes;

	if (fenced(c, c->old_active, &yes, e) != RC_OK)
		return STEP_UNSURE;
	return yes ? STEP_DONE : STEP_TODO;
}

enum rc fence_run(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->old_active, &a, CALL_SECONDS, e, "fence", c->run, NULL);

	far_answer_clear(&a);
	return rc;
}

/* Fenced, and proven silent: both daemons gone. */
enum rc fence_verify(struct step_ctx *c, struct err *e)
{
	bool yes;
	enum rc rc = fenced(c, c->old_active, &yes, e);

	if (rc == RC_OK && !yes)
		rc = err_set(e, RC_REMOTE, "the daemons of %s could still start by themselves", c->plan->from);
	if (rc == RC_OK)
		rc = daemons_silent(c, c->old_active, e);
	if (rc == RC_OK)
		kit_saw(c, "no daemon runs on %s, and none can start by itself", c->plan->from);
	return rc;
}

enum rc fence_undo(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->old_active, &a, CALL_SECONDS, e, "unfence", c->run, NULL);

	far_answer_clear(&a);
	if (rc == RC_OK)
		kit_saw(c, "the fence on %s is taken away", c->plan->from);
	return rc;
}

enum rc ready_run(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, CALL_SECONDS, e, "ready", c->run, NULL);

	far_answer_clear(&a);
	return rc;
}

/* A standby's units may be disabled, which is no fence: they are left as they are, but the operator has to know. */
static void warn_boot(struct step_ctx *c, const struct far_answer *a)
{
	for (size_t i = 0; i < a->fact_count; i++) {
		const char *daemon = a->facts[i].value, *unit = strchr(daemon, ' ');

		if (strcmp(a->facts[i].key, "not-at-boot") == 0 && unit != NULL)
			kit_warn(c, "the %.*s of %s is not started at boot: systemctl enable %s", (int)(unit - daemon),
			         daemon, c->plan->to, unit + 1);
	}
}

/* One thing that is left keeps one daemon down, which is not yet a fence. */
enum rc ready_verify(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, CALL_SECONDS, e, "fenced", NULL);
	const char *by = far_fact(&a, "by");

	if (rc == RC_OK && (by != NULL || kit_is(&a, "fenced", "yes")))
		rc = err_set(e, RC_REMOTE, "%s still keeps the daemons of %s from starting",
		             by != NULL ? by : "a fence", c->plan->to);
	else if (rc == RC_OK && !kit_is(&a, "fenced", "no"))
		rc = err_set(e, RC_UNKNOWN, "%s does not say whether its daemons can start", c->plan->to);
	if (rc == RC_OK) {
		kit_saw(c, "nothing keeps the daemons of %s from starting", c->plan->to);
		warn_boot(c, &a);
	}
	far_answer_clear(&a);
	return rc;
}

enum rc ready_undo(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, CALL_SECONDS, e, "unready", c->run, NULL);

	far_answer_clear(&a);
	if (rc == RC_OK)
		kit_saw(c, "what kept the daemons of %s from starting is put back", c->plan->to);
	return rc;
}
