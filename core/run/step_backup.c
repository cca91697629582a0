/* The backup rite. Its commands exit 0 even when they touched nothing: what counts is the state that is listed
 * afterwards. Prepared on the old active before the copy, committed on the new one, whose database holds the prepared
 * state. */
#include <inttypes.h>

#include "core/run/step_kit.h"

enum { CALL_SECONDS = 90 };

static enum rc rite(struct step_ctx *c, struct host *h, const char *verb, struct far_answer *a, struct err *e)
{
	enum rc rc = kit_do(c, h, a, CALL_SECONDS, e, "backup", verb, NULL);

	if (rc == RC_OK &&
	    (kit_number(a, "required") < 0 || kit_number(a, "prepared") < 0 || kit_number(a, "done") < 0))
		rc = err_set(e, RC_UNKNOWN, "%s: the backup states of the keys could not be read", h->config->name);
	/* The list exits 0 in any case; one without a key is no answer of an enforcer that has zones. */
	if (rc == RC_OK && c->plan->zone_count > 0 &&
	    kit_number(a, "required") + kit_number(a, "prepared") + kit_number(a, "done") == 0 &&
	    kit_number(a, "not-required") <= 0)
		rc = err_set(e, RC_UNKNOWN, "%s: the list of keys and their backup states is empty", h->config->name);
	return rc;
}

static enum rc do_rite(struct step_ctx *c, struct host *h, const char *verb, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = rite(c, h, verb, &a, e);

	far_answer_clear(&a);
	return rc;
}

static enum rc see(struct step_ctx *c, struct host *h, bool prepared_allowed, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = rite(c, h, "list", &a, e);

	if (rc == RC_OK && kit_number(&a, "required") > 0)
		rc = err_set(e, RC_REMOTE, "%s: %" PRId64 " keys are still not backed up", h->config->name,
		             kit_number(&a, "required"));
	else if (rc == RC_OK && !prepared_allowed && kit_number(&a, "prepared") > 0)
		rc = err_set(e, RC_REMOTE, "%s: %" PRId64 " keys are still only prepared", h->config->name,
		             kit_number(&a, "prepared"));
	if (rc == RC_OK)
		kit_saw(c, "backup states: %" PRId64 " prepared, %" PRId64 " done, none required",
		        kit_number(&a, "prepared"), kit_number(&a, "done"));
	far_answer_clear(&a);
	return rc;
}

enum rc backup_prepare_run(struct step_ctx *c, struct err *e)
{
	return do_rite(c, c->old_active, "prepare", e);
}

enum rc backup_prepare_verify(struct step_ctx *c, struct err *e)
{
	return see(c, c->old_active, true, e);
}

enum rc backup_prepare_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = do_rite(c, c->old_active, "rollback", e);

	if (rc == RC_OK)
		kit_saw(c, "no key of %s is marked as prepared any more", c->plan->from);
	return rc;
}

enum rc backup_commit_run(struct step_ctx *c, struct err *e)
{
	return do_rite(c, c->new_active, "commit", e);
}

enum rc backup_commit_verify(struct step_ctx *c, struct err *e)
{
	return see(c, c->new_active, false, e);
}

enum rc backup_commit_undo(struct step_ctx *c, struct err *e)
{
	(void)e;
	kit_saw(
	    c, "nothing to take back by itself: the database of %s, where it was committed, is put aside with the rest",
	    c->plan->to);
	return RC_OK;
}
