/* The gate: nothing is begun over a finding that says stop, or one that could not be observed, unless it is overridden
 * by its id with a reason; and only while the plan is still true. */
#include <string.h>

#include "core/base/str.h"
#include "core/run/journal.h"
#include "core/run/step_kit.h"

enum { EXIT_NO_GO = 2, EXIT_UNKNOWN = 3, EXIT_REFUSED = 4 };

/* The reason given for @id; NULL when it was not overridden. */
static const char *override_reason(const struct step_ctx *c, const char *id)
{
	size_t len = strlen(id);

	for (const char *const *o = c->overrides; o != NULL && *o != NULL; o++)
		if (strncmp(*o, id, len) == 0 && (*o)[len] == '=' && (*o)[len + 1] != '\0')
			return *o + len + 1;
	return NULL;
}

static enum rc journal_override(struct step_ctx *c, const struct finding *f, const char *reason, struct err *e)
{
	struct journal_entry n = { .run = c->run, .step = "gate", .phase = PHASE_OVERRIDE, .host = f->instance };
	struct buf text = { 0 };
	enum rc rc;

	buf_addf(&text, "%s overridden by %s, because: %s; it says: ", f->id, c->operator_name, reason);
	str_escape(&text, f->text, strlen(f->text), 300);
	n.text = buf_str(&text);
	rc = journal_append(c->journal, &n, e);
	buf_free(&text);
	return rc;
}

/* Overridden it would be passed here, and stop the run further on, with the daemons down. */
static enum rc refuse_override(struct step_ctx *c, const struct finding *f, struct err *e)
{
	c->refused = EXIT_REFUSED;
	err_set(e, RC_BLOCKED, "%s (%s), which cannot be overridden", f->text, f->id);
	if (f->hint != NULL)
		err_hint(e, "%s", f->hint);
	return RC_BLOCKED;
}

static enum rc judge(struct step_ctx *c, const struct board *b, struct err *e)
{
	const struct finding *first = NULL;
	size_t against = 0;

	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];
		const char *reason;

		if (f->severity != SEV_STOP && f->severity != SEV_UNKNOWN)
			continue;
		reason = override_reason(c, f->id);
		if (reason != NULL && !check_may_override(f->id))
			return refuse_override(c, f, e);
		if (reason != NULL) {
			enum rc rc = journal_override(c, f, reason, e);

			if (rc != RC_OK)
				return rc;
			continue;
		}
		if (first == NULL || f->severity > first->severity)
			first = f;
		against++;
	}
	if (first == NULL) {
		kit_saw(c, "no finding says stop or unknown");
		return RC_OK;
	}
	c->refused = first->severity == SEV_STOP ? EXIT_NO_GO : EXIT_UNKNOWN;
	err_set(e, RC_BLOCKED, "%s (%s)%s", first->text, first->id, against > 1 ? ", and there are others" : "");
	if (first->hint != NULL)
		err_hint(e, "%s", first->hint);
	else
		err_hint(e, "ods-failover check %s lists what is against it", run_kind_name(c->plan->kind));
	return RC_BLOCKED;
}

/* An instance that was not observed is the gate's unknown, never a plan that is no longer true. */
static enum rc still_true(struct step_ctx *c, const struct board *b, struct err *e)
{
	struct plan *now = NULL;
	enum rc rc = plan_make(&now, b, c->plan->kind, c->plan->to, e);

	if (rc == RC_OK && now->refusal_count > 0)
		rc = err_set(e, RC_BLOCKED, "%s", now->refusals[0]);
	else if (rc == RC_OK && strcmp(now->id, c->plan->id) != 0)
		rc = err_set(e, RC_BLOCKED,
		             "the plan %.12s is no longer true: versions, zones, keys or policies have changed since",
		             c->plan->id);
	if (rc == RC_BLOCKED || rc == RC_USAGE) {
		c->refused = EXIT_REFUSED;
		err_hint(e, "Make a new plan.");
	}
	plan_free(&now);
	return rc;
}

enum rc gate_verify(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2];
	struct measured measured = { 0 };
	struct board *b;
	enum rc rc = journal_measured(c->journal, c->pair->name, run_kind_name(c->plan->kind), &measured, e);

	if (rc != RC_OK)
		return rc;
	hosts[c->plan->from_index] = c->old_active;
	hosts[c->plan->to_index] = c->new_active;
	b = board_observe(c->pair, hosts, c->resolver, measured, c->plan->kind, c->cancel);
	if (cancel_raised(c->cancel))
		rc = err_set(e, RC_CANCELLED, "stopped while observing");
	if (rc == RC_OK)
		rc = judge(c, b, e);
	if (rc == RC_OK && b->obs[0]->reachable && b->obs[1]->reachable)
		rc = still_true(c, b, e);
	board_unref(&b);
	return rc;
}
