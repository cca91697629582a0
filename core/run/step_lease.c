/* The lease on both instances: taken first, kept while the run goes on, released last. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/run/step_kit.h"

enum { LEASE_SECONDS = 300, CALL_SECONDS = 30 };

struct words {
	char expires[24], pid[24], host[64];
};

/* The far side takes a small EXPIRES as seconds from now, by its own clock: the console's may be wrong. */
static void make_words(struct words *w, int seconds)
{
	(void)snprintf(w->expires, sizeof w->expires, "%d", seconds);
	(void)snprintf(w->pid, sizeof w->pid, "%ld", (long)getpid());
	memset(w->host, 0, sizeof w->host);
	if (gethostname(w->host, sizeof w->host - 1) != 0 || w->host[0] == '\0')
		(void)str_copy(w->host, sizeof w->host, "unknown");
}

static enum rc change(struct step_ctx *c, struct host *h, const char *verb, int seconds, struct err *e)
{
	struct far_answer a = { 0 };
	struct words w;
	enum rc rc;

	make_words(&w, seconds);
	rc = kit_do(c, h, &a, CALL_SECONDS, e, "lease", verb, c->run, w.expires, c->operator_name, w.host, w.pid,
	            c->reason, NULL);
	far_answer_clear(&a);
	return rc;
}

/* NOBODY: free, expired, or of a console of this run that is gone. ELSEWHERE: this run, but another living console. */
enum holder { HOLDS_NOBODY, HOLDS_OURS, HOLDS_ELSEWHERE, HOLDS_OTHER };

/* A process of this machine that is gone holds nothing any more: a killed console does not lock its operator out. */
static bool is_gone(const struct far_answer *a, const struct words *w)
{
	int64_t pid = kit_number(a, "pid");

	return kit_is(a, "host", w->host) && pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static enum holder judge(const struct step_ctx *c, const struct far_answer *a, const struct words *w)
{
	bool same_run = kit_is(a, "run", c->run);

	if (kit_is(a, "held", "no") || kit_is(a, "expired", "yes"))
		return HOLDS_NOBODY;
	if (!same_run)
		return HOLDS_OTHER;
	if (kit_is(a, "host", w->host) && kit_is(a, "pid", w->pid))
		return HOLDS_OURS;
	return is_gone(a, w) ? HOLDS_NOBODY : HOLDS_ELSEWHERE;
}

static const char *fact(const struct far_answer *a, const char *key)
{
	const char *v = far_fact(a, key);

	return v != NULL ? v : "?";
}

static enum rc show(struct step_ctx *c, struct host *h, enum holder *holder, struct err *e)
{
	struct far_answer a = { 0 };
	struct words w;
	char until[TIME_TEXT];
	enum rc rc;

	make_words(&w, 0);
	*holder = HOLDS_NOBODY;
	rc = kit_do(c, h, &a, CALL_SECONDS, e, "lease", "show", NULL);
	if (rc == RC_OK && !kit_is(&a, "held", "yes") && !kit_is(&a, "held", "no"))
		rc = err_set(e, RC_UNKNOWN, "%s does not say who holds the lease", h->config->name);
	if (rc == RC_OK)
		*holder = judge(c, &a, &w);
	if (*holder >= HOLDS_ELSEWHERE) {
		time_text(until, kit_number(&a, "expires"));
		(void)err_set(e, RC_BLOCKED, "%s: the lease is held by %s on %s for run %s until %s", h->config->name,
		              fact(&a, "owner"), fact(&a, "host"), fact(&a, "run"), until);
		err_hint(e, "Ask them, or wait until it has expired.");
	}
	far_answer_clear(&a);
	return rc;
}

enum step_state lease_check(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2] = { c->old_active, c->new_active };
	enum step_state state = STEP_DONE;

	for (int i = 0; i < 2; i++) {
		enum holder holder;

		if (show(c, hosts[i], &holder, e) != RC_OK)
			return STEP_UNSURE;
		if (holder >= HOLDS_ELSEWHERE && !c->steal_lease) {
			c->refused = rc_exit_code(RC_BLOCKED);
			return STEP_BLOCKED;
		}
		if (holder != HOLDS_OURS)
			state = STEP_TODO;
	}
	return state;
}

enum rc lease_run(struct step_ctx *c, struct err *e)
{
	const char *verb = c->steal_lease ? "steal" : "take";
	struct err ignored;
	enum rc rc;

	rc = change(c, c->old_active, verb, LEASE_SECONDS, e);
	if (rc == RC_OK) {
		rc = change(c, c->new_active, verb, LEASE_SECONDS, e);
		if (rc == RC_BLOCKED && change(c, c->old_active, "release", 0, &ignored) != RC_OK)
			kit_saw(c, "the lease on %s stays until it expires", c->plan->from);
	}
	if (rc == RC_BLOCKED)
		c->refused = rc_exit_code(RC_BLOCKED);
	return rc;
}

enum rc lease_verify(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2] = { c->old_active, c->new_active };

	for (int i = 0; i < 2; i++) {
		enum holder holder;
		enum rc rc = show(c, hosts[i], &holder, e);

		if (rc != RC_OK)
			return rc;
		if (holder == HOLDS_NOBODY)
			return err_set(e, RC_UNKNOWN, "%s does not show the lease as ours", hosts[i]->config->name);
		if (holder != HOLDS_OURS)
			return RC_BLOCKED;
	}
	kit_saw(c, "held on %s and %s", c->plan->from, c->plan->to);
	return RC_OK;
}

enum rc lease_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = change(c, c->new_active, "release", 0, e);

	if (rc == RC_OK)
		rc = change(c, c->old_active, "release", 0, e);
	if (rc == RC_OK)
		kit_saw_too(c, "the lease is released on %s and %s", c->plan->from, c->plan->to);
	return rc;
}

enum rc lease_renew(struct step_ctx *c, int seconds, struct err *e)
{
	enum rc rc = change(c, c->old_active, "renew", seconds, e);

	return rc == RC_OK ? change(c, c->new_active, "renew", seconds, e) : rc;
}

enum step_state release_check(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2] = { c->old_active, c->new_active };

	for (int i = 0; i < 2; i++) {
		enum holder holder;

		if (show(c, hosts[i], &holder, e) != RC_OK)
			return STEP_UNSURE;
		if (holder == HOLDS_OURS)
			return STEP_TODO;
	}
	return STEP_DONE;
}

/* What earlier runs put aside is kept for three runs. A host that cannot tidy up has not failed this run. */
enum rc release_run(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2] = { c->old_active, c->new_active };

	buf_reset(&c->observed);
	for (int i = 0; i < 2; i++) {
		struct far_answer a = { 0 };
		struct err why = { 0 };

		if (kit_do(c, hosts[i], &a, 120, &why, "tidy", "3", NULL) != RC_OK)
			kit_saw_too(c, "older copies stay: %s", why.text);
		far_answer_clear(&a);
	}
	return lease_undo(c, e);
}

enum rc release_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = release_check(c, e);

	if (state == STEP_DONE) {
		kit_saw(c, "no lease is left on %s and %s", c->plan->from, c->plan->to);
		return RC_OK;
	}
	return state == STEP_TODO ? err_set(e, RC_REMOTE, "the lease is still there") : RC_UNKNOWN;
}
