/* Who is the active from now on: the record that both instances keep. */
#include "core/run/step_kit.h"

enum { CALL_SECONDS = 30 };

struct recorded {
	struct host *host;
	const char *role;
};

static enum rc record_is(struct step_ctx *c, const struct recorded *r, bool *same, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, r->host, &a, CALL_SECONDS, e, "record", "get", NULL);

	*same = rc == RC_OK && kit_is(&a, "role", r->role) && kit_is(&a, "run", c->run);
	far_answer_clear(&a);
	return rc;
}

enum step_state roles_check(struct step_ctx *c, struct err *e)
{
	const struct recorded order[2] = { { c->old_active, "standby" }, { c->new_active, "active" } };
	bool both = true;

	for (int i = 0; i < 2; i++) {
		bool same;

		if (record_is(c, &order[i], &same, e) != RC_OK)
			return STEP_UNSURE;
		both = both && same;
	}
	return both ? STEP_DONE : STEP_TODO;
}

/* The loser first: two standbys for a moment are a finding, two actives would be a danger. */
enum rc roles_run(struct step_ctx *c, struct err *e)
{
	const struct recorded order[2] = { { c->old_active, "standby" }, { c->new_active, "active" } };
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < 2; i++) {
		struct far_answer a = { 0 };

		rc = kit_do(c, order[i].host, &a, CALL_SECONDS, e, "record", "set", order[i].role, c->run,
		            order[i].host->config->name, NULL);
		far_answer_clear(&a);
	}
	return rc;
}

enum rc roles_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = roles_check(c, e);

	if (state == STEP_UNSURE)
		return RC_UNKNOWN;
	if (state != STEP_DONE)
		return err_set(e, RC_REMOTE, "the records of the roles do not say what this run wrote");
	kit_saw(c, "%s is the active, %s the standby", c->plan->to, c->plan->from);
	return RC_OK;
}
