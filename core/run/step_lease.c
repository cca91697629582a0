/* The lease on both instances: taken first, kept while the run goes on, released last. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/run/journal_db.h"
#include "core/run/step_kit.h"

enum { LEASE_SECONDS = 300, CALL_SECONDS = 30, TIDY_SECONDS = 120 };

/* Of the machine, and of the name space in which its pids mean something: a container has its own. */
static void machine_tag(char tag[9])
{
	char text[256] = "", digest[DIGEST_TEXT];
	FILE *in = fopen("/etc/machine-id", "re");
	size_t len = in != NULL ? fread(text, 1, 64, in) : 0;
	ssize_t more = readlink("/proc/self/ns/pid", text + len, sizeof text - len);

	if (in != NULL)
		(void)fclose(in);
	sha256_hex(digest, text, len + (size_t)(more > 0 ? more : 0));
	(void)str_copy(tag, 9, digest);
}

void lease_console(struct lease_console *c)
{
	char tag[9];

	machine_tag(tag);
	(void)snprintf(c->pid, sizeof c->pid, "%ld@%s", (long)getpid(), tag);
	memset(c->host, 0, sizeof c->host);
	if (gethostname(c->host, sizeof c->host - 1) != 0 || c->host[0] == '\0')
		(void)str_copy(c->host, sizeof c->host, "unknown");
}

/* The far side takes a small EXPIRES as seconds from now, by its own clock: the console's may be wrong. @gone: a
 * console of this machine that held it and is no more; NULL for none. */
static enum rc change(struct step_ctx *c, struct host *h, const char *verb, int seconds, const char *gone,
                      struct err *e)
{
	struct far_answer a = { 0 };
	struct lease_console us;
	char expires[24];
	enum rc rc;

	lease_console(&us);
	(void)snprintf(expires, sizeof expires, "%d", seconds);
	rc = kit_do(c, h, &a, CALL_SECONDS, e, "lease", verb, c->run, expires, c->operator_name, us.host, us.pid,
	            c->reason, gone, NULL);
	far_answer_clear(&a);
	return rc;
}

static const char *fact(const struct far_answer *a, const char *key)
{
	const char *v = far_fact(a, key);

	return v != NULL ? v : "?";
}

/* NOBODY: free, expired, or of a console of this run that is gone. ELSEWHERE: this run, but another living console. */
enum holder { HOLDS_NOBODY, HOLDS_OURS, HOLDS_ELSEWHERE, HOLDS_OTHER };

bool lease_is_gone(const char *host, const char *pid)
{
	struct lease_console us;
	char number[sizeof us.pid];
	const char *at = strchr(pid, '@');
	uint64_t n;

	lease_console(&us);
	if (at == NULL || strcmp(host, us.host) != 0 || strcmp(at, strchr(us.pid, '@')) != 0)
		return false;
	(void)snprintf(number, sizeof number, "%.*s", (int)(at - pid), pid);
	return str_u64(number, INT32_MAX, &n) && n > 0 && kill((pid_t)n, 0) != 0 && errno == ESRCH;
}

/* A process of this machine that is gone holds nothing any more: a killed console does not lock its operator out. */
static bool is_gone(const struct far_answer *a)
{
	return lease_is_gone(fact(a, "host"), fact(a, "pid"));
}

static enum holder judge(const struct step_ctx *c, const struct far_answer *a, const struct lease_console *w)
{
	bool same_run = kit_is(a, "run", c->run);

	if (kit_is(a, "held", "no") || kit_is(a, "expired", "yes"))
		return HOLDS_NOBODY;
	if (!same_run)
		return HOLDS_OTHER;
	if (kit_is(a, "host", w->host) && kit_is(a, "pid", w->pid))
		return HOLDS_OURS;
	return is_gone(a) ? HOLDS_NOBODY : HOLDS_ELSEWHERE;
}

static enum rc show(struct step_ctx *c, struct host *h, enum holder *holder, struct err *e)
{
	struct far_answer a = { 0 };
	struct lease_console w;
	char until[TIME_TEXT];
	enum rc rc;

	lease_console(&w);
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

/* The holder is asked for once more: who was gone at the look may not be the one who holds it now. */
static enum rc take(struct step_ctx *c, struct host *h, struct err *e)
{
	struct far_answer a = { 0 };
	char gone[32] = "";
	enum rc rc;

	if (c->steal_lease)
		return change(c, h, "steal", LEASE_SECONDS, NULL, e);
	rc = kit_do(c, h, &a, CALL_SECONDS, e, "lease", "show", NULL);
	if (rc == RC_OK && kit_is(&a, "held", "yes") && is_gone(&a))
		(void)str_copy(gone, sizeof gone, fact(&a, "pid"));
	far_answer_clear(&a);
	return rc == RC_OK ? change(c, h, "take", LEASE_SECONDS, gone[0] != '\0' ? gone : NULL, e) : rc;
}

enum rc lease_run(struct step_ctx *c, struct err *e)
{
	struct err ignored;
	enum rc rc = take(c, c->old_active, e);

	if (rc == RC_OK) {
		rc = take(c, c->new_active, e);
		if (rc == RC_BLOCKED && change(c, c->old_active, "release", 0, NULL, &ignored) != RC_OK)
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

/* The same to both, whatever came of the first: what is not given back, or not kept, on one is worth as much on the
 * other. That it is another's says more than that one could not be asked. */
static enum rc change_both(struct step_ctx *c, const char *verb, int seconds, struct err *e)
{
	struct err second = { 0 };
	enum rc rc = change(c, c->new_active, verb, seconds, NULL, e);
	enum rc old = change(c, c->old_active, verb, seconds, NULL, &second);

	if (old == RC_BLOCKED || (old != RC_OK && rc == RC_OK)) {
		*e = second;
		return old;
	}
	return rc;
}

enum rc lease_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = change_both(c, "release", 0, e);

	if (rc == RC_OK)
		kit_saw_too(c, "the lease is released on %s and %s", c->plan->from, c->plan->to);
	return rc;
}

enum rc lease_renew(struct step_ctx *c, int seconds, struct err *e)
{
	return change_both(c, "renew", seconds, e);
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

/* Whether @h answers @verb of this run with "=state @state". */
static bool is_in_state(struct step_ctx *c, struct host *h, const char *verb, const char *state, int seconds,
                        struct err *why)
{
	struct far_answer a = { 0 };
	bool is = false;

	if (kit_do(c, h, &a, seconds, why, verb, c->run, NULL) == RC_OK) {
		is = kit_is(&a, "state", state);
		if (!is)
			(void)err_set(why, RC_BLOCKED, "%s: %s of this run says %s", h->config->name, verb,
			              fact(&a, "state"));
	}
	far_answer_clear(&a);
	return is;
}

/* Either can serve the zones: the new active by what the run put in place, the old one by its own state, which is that
 * of the snapshot still. What could not be seen is no redundancy. */
static bool has_redundancy(struct step_ctx *c, struct err *why)
{
	return is_in_state(c, c->new_active, "swapped", "swapped", CALL_SECONDS, why) &&
	       is_in_state(c, c->old_active, "snapped", "same", TIDY_SECONDS, why);
}

/* What the last three runs put aside is kept, and all of it while the pair has no redundancy. A host that cannot tidy
 * up has not failed this run. */
enum rc release_run(struct step_ctx *c, struct err *e)
{
	struct host *hosts[2] = { c->old_active, c->new_active };
	struct err why = { 0 };
	bool tidy = has_redundancy(c, &why);

	buf_reset(&c->observed);
	if (!tidy)
		kit_saw_too(c, "all that earlier runs left is kept: %s", why.text);
	for (int i = 0; tidy && i < 2; i++) {
		struct far_answer a = { 0 };

		memset(&why, 0, sizeof why);
		if (kit_do(c, hosts[i], &a, TIDY_SECONDS, &why, "tidy", "3", c->run, NULL) != RC_OK)
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
