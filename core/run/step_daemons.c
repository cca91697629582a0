/* The daemons of the old active: run the enforcer once, stop it, stop the signer. What the tools' exit codes say is
 * worth nothing here: a daemon is down when its process is gone from /proc. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/run/step_kit.h"

enum {
	LOOK_SECONDS = 30,
	START_SECONDS = 90,
	ENFORCE_SECONDS = 240,
	/* The signer ends only after its NotifyCommand has returned (13 s were seen), and must not be killed before. */
	STOP_SIGNER_SECONDS = 120,
	STOP_ENFORCER_SECONDS = 60,
	SLACK_SECONDS = 30, /* for the way there and back */
};

static enum rc look(struct step_ctx *c, struct host *h, const char *daemon, struct far_answer *a, struct err *e)
{
	enum rc rc = kit_do(c, h, a, LOOK_SECONDS, e, "alive", daemon, NULL);

	if (rc == RC_OK && !kit_is(a, "running", "yes") && !kit_is(a, "running", "no"))
		rc = err_set(e, RC_UNKNOWN, "%s: it could not be seen whether the %s runs", h->config->name, daemon);
	return rc;
}

enum step_state daemon_state(struct step_ctx *c, struct host *h, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	enum step_state state = STEP_UNSURE;

	if (look(c, h, daemon, &a, e) == RC_OK) {
		if (kit_is(&a, "running", "no"))
			state = STEP_TODO;
		else if (kit_is(&a, "answers", "yes"))
			state = STEP_DONE;
		else
			(void)err_set(e, RC_UNKNOWN, "%s: the %s runs (pid %" PRId64 ") but does not answer",
			              h->config->name, daemon, kit_number(&a, "pid"));
	}
	far_answer_clear(&a);
	return state;
}

static enum rc gone(struct step_ctx *c, struct host *h, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = look(c, h, daemon, &a, e);

	if (rc == RC_OK && kit_is(&a, "running", "yes"))
		rc = err_set(e, RC_BLOCKED, "%s: the %s still lives, pid %" PRId64, h->config->name, daemon,
		             kit_number(&a, "pid"));
	else if (rc == RC_OK && (kit_is(&a, "pidfile", "yes") || kit_is(&a, "socket", "yes")))
		rc = err_set(e, RC_REMOTE, "%s: the %s is gone but left its run files", h->config->name, daemon);
	far_answer_clear(&a);
	return rc;
}

static enum rc silent(struct step_ctx *c, struct host *h, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = look(c, h, daemon, &a, e);

	if (rc == RC_OK && kit_is(&a, "running", "yes"))
		rc = err_set(e, RC_BLOCKED, "%s: the %s runs, pid %" PRId64, h->config->name, daemon,
		             kit_number(&a, "pid"));
	far_answer_clear(&a);
	return rc;
}

enum rc daemons_silent(struct step_ctx *c, struct host *h, struct err *e)
{
	enum rc rc = silent(c, h, "enforcer", e);

	return rc == RC_OK ? silent(c, h, "signer", e) : rc;
}

/* A hung daemon: only its pid, only after asking (now or beforehand), and only after it was looked at again: it may
 * have gone meanwhile. */
static enum rc kill_hung(struct step_ctx *c, struct host *h, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	char question[300], pid[24];
	enum rc rc = look(c, h, daemon, &a, e);

	(void)snprintf(pid, sizeof pid, "%" PRId64, kit_number(&a, "pid"));
	if (rc != RC_OK || kit_is(&a, "running", "no")) {
		far_answer_clear(&a);
		return rc;
	}
	far_answer_clear(&a);
	(void)snprintf(
	    question, sizeof question,
	    "The %s of %s did not stop and still lives with pid %s. It may be waiting for its NotifyCommand. "
	    "Kill exactly that process?",
	    daemon, h->config->name, pid);
	rc = c->kill_hung ? RC_OK : c->ask != NULL ? c->ask(c->ctx, question, e) : RC_BLOCKED;
	if (rc != RC_OK) {
		if (rc == RC_BLOCKED) {
			(void)err_set(e, rc, "%s: the %s is hung, pid %s, and was not killed", h->config->name, daemon,
			              pid);
			err_hint(
			    e,
			    "Look at it on %s, end it by its pid, then go on with the run; or go on with --kill-hung.",
			    h->config->name);
		}
		return rc;
	}
	rc = kit_do(c, h, &a, LOOK_SECONDS, e, "kill", daemon, pid, NULL);
	kit_saw(c, "the %s of %s was hung and was killed, pid %s", daemon, h->config->name, pid);
	far_answer_clear(&a);
	return rc;
}

enum rc daemon_stop(struct step_ctx *c, struct host *h, const char *daemon, int seconds, struct err *e)
{
	struct far_answer a = { 0 };
	char limit[16];
	enum rc rc;

	(void)snprintf(limit, sizeof limit, "%d", seconds);
	rc = kit_do(c, h, &a, seconds + SLACK_SECONDS, e, "stop", daemon, limit, NULL);
	far_answer_clear(&a);
	return rc == RC_UNKNOWN || rc == RC_TIMEOUT ? kill_hung(c, h, daemon, e) : rc;
}

enum rc daemon_start(struct step_ctx *c, struct host *h, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	char limit[16];
	enum rc rc;

	(void)snprintf(limit, sizeof limit, "%d", START_SECONDS);
	rc = kit_do(c, h, &a, START_SECONDS + SLACK_SECONDS, e, "start", daemon, limit, NULL);
	far_answer_clear(&a);
	return rc;
}

enum step_state enforce_check(struct step_ctx *c, struct err *e)
{
	enum step_state state = daemon_state(c, c->old_active, "enforcer", e);

	if (state == STEP_DONE)
		return STEP_TODO;
	if (state == STEP_TODO) {
		(void)err_set(e, RC_BLOCKED, "the enforcer of %s is not running", c->plan->from);
		return STEP_BLOCKED;
	}
	return state;
}

static enum rc idle(struct step_ctx *c, const char *verb, size_t least, struct err *e)
{
	struct far_answer a = { 0 };
	char limit[16], tasks[24];
	enum rc rc;

	(void)snprintf(limit, sizeof limit, "%d", ENFORCE_SECONDS);
	(void)snprintf(tasks, sizeof tasks, "%zu", least);
	rc = kit_do(c, c->old_active, &a, ENFORCE_SECONDS + SLACK_SECONDS, e, verb, limit,
	            strcmp(verb, "idle") == 0 ? tasks : NULL, NULL);
	if (rc == RC_OK && !kit_is(&a, "idle", "yes"))
		rc = err_set(e, RC_UNKNOWN, "%s: the enforcer has not come to rest", c->plan->from);
	if (rc == RC_OK)
		kit_saw(c, "idle, %" PRId64 " tasks scheduled for %zu zones", kit_number(&a, "tasks"),
		        c->plan->zone_count);
	far_answer_clear(&a);
	return rc;
}

enum rc enforce_run(struct step_ctx *c, struct err *e)
{
	return idle(c, "enforce", c->plan->zone_count, e);
}

enum rc enforce_verify(struct step_ctx *c, struct err *e)
{
	return idle(c, "idle", c->plan->zone_count, e);
}

enum rc enforce_undo(struct step_ctx *c, struct err *e)
{
	(void)e;
	kit_saw(c, "nothing to take back: the enforcer of %s did what was due in any case", c->plan->from);
	return RC_OK;
}

/* Of a step whose goal is a daemon that does not run. */
static enum step_state stop_check(struct step_ctx *c, const char *daemon, struct err *e)
{
	struct far_answer a = { 0 };
	enum step_state state = STEP_UNSURE;

	if (look(c, c->old_active, daemon, &a, e) == RC_OK)
		state = kit_is(&a, "running", "no") && kit_is(&a, "pidfile", "no") && kit_is(&a, "socket", "no")
		            ? STEP_DONE
		            : STEP_TODO;
	far_answer_clear(&a);
	return state;
}

static enum rc stop_verify(struct step_ctx *c, const char *daemon, struct err *e)
{
	enum rc rc = gone(c, c->old_active, daemon, e);

	if (rc == RC_OK)
		kit_saw(c, "no process and no run files of the %s on %s", daemon, c->plan->from);
	return rc;
}

static enum rc back(struct step_ctx *c, const char *daemon, struct err *e)
{
	enum step_state state = daemon_state(c, c->old_active, daemon, e);

	if (state == STEP_UNSURE)
		return RC_UNKNOWN;
	return state == STEP_DONE ? RC_OK : daemon_start(c, c->old_active, daemon, e);
}

enum step_state stop_enforcer_check(struct step_ctx *c, struct err *e)
{
	return stop_check(c, "enforcer", e);
}

enum rc stop_enforcer_run(struct step_ctx *c, struct err *e)
{
	return daemon_stop(c, c->old_active, "enforcer", STOP_ENFORCER_SECONDS, e);
}

enum rc stop_enforcer_verify(struct step_ctx *c, struct err *e)
{
	return stop_verify(c, "enforcer", e);
}

/* Its zones may not be the plan's any more, which may be why the run is taken back: at work is what has a task. */
enum rc stop_enforcer_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = back(c, "enforcer", e);

	if (rc == RC_OK)
		rc = idle(c, "idle", c->plan->zone_count > 0, e);
	if (rc == RC_OK)
		kit_saw(c, "the enforcer of %s runs again", c->plan->from);
	return rc;
}

enum step_state stop_signer_check(struct step_ctx *c, struct err *e)
{
	return stop_check(c, "signer", e);
}

enum rc stop_signer_run(struct step_ctx *c, struct err *e)
{
	return daemon_stop(c, c->old_active, "signer", STOP_SIGNER_SECONDS, e);
}

enum rc stop_signer_verify(struct step_ctx *c, struct err *e)
{
	return stop_verify(c, "signer", e);
}

/* Taken back newest first, so the signer starts before the enforcer. It has to have a task in its queue before the
 * enforcer can send it an `update`, which would abort a signer that is still recovering its zones. */
enum rc stop_signer_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = silent(c, c->new_active, "signer", e); /* who knows who started one there meanwhile */

	if (rc == RC_OK)
		rc = back(c, "signer", e);
	if (rc == RC_OK)
		rc = signer_has_task(c, c->old_active, START_SECONDS, e);
	if (rc == RC_OK)
		kit_saw(c, "the signer of %s runs again", c->plan->from);
	return rc;
}
