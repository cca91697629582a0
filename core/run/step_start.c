/* The daemons of the new active: the enforcer, idle and with the keys that the snapshot had, then the signer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/step_kit.h"

enum { IDLE_SECONDS = 180, WAIT_SECONDS = 120, SLACK_SECONDS = 30, STOP_SECONDS = 60, KEY_FIELDS = 9 };

/* A daemon of the new active may only start once those of the old one are silent, and were since the snapshot: a serial
 * that was published or a key that was made in between is in no copy. */
static enum step_state start_check(struct step_ctx *c, const char *daemon, struct err *e)
{
	enum step_state state = daemon_state(c, c->new_active, daemon, e);
	enum rc rc;

	if (state != STEP_TODO)
		return state;
	rc = daemons_silent(c, c->old_active, e);
	if (rc == RC_OK)
		rc = snapshot_is_current(c, e);
	if (rc == RC_OK)
		return STEP_TODO;
	return rc == RC_BLOCKED ? STEP_BLOCKED : STEP_UNSURE;
}

enum step_state start_enforcer_check(struct step_ctx *c, struct err *e)
{
	return start_check(c, "enforcer", e);
}

enum rc start_enforcer_run(struct step_ctx *c, struct err *e)
{
	return daemon_start(c, c->new_active, "enforcer", e);
}

static enum rc wait_idle(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	char limit[16], tasks[24];
	enum rc rc;

	(void)snprintf(limit, sizeof limit, "%d", IDLE_SECONDS);
	(void)snprintf(tasks, sizeof tasks, "%zu", c->plan->zone_count);
	rc = kit_do(c, c->new_active, &a, IDLE_SECONDS + SLACK_SECONDS, e, "idle", limit, tasks, NULL);
	if (rc == RC_OK && !kit_is(&a, "idle", "yes"))
		rc = err_set(e, RC_UNKNOWN, "%s: the enforcer has not come to rest with a task for each zone",
		             c->plan->to);
	far_answer_clear(&a);
	return rc;
}

/* Lines of the far side's `keys`, sorted. Points into @text, which is cut up. */
static size_t key_lines(char *text, char ***lines)
{
	size_t n = 0, cap = 0;

	*lines = NULL;
	for (char *p = strtok_r(text, "\n", &text); p != NULL; p = strtok_r(NULL, "\n", &text)) {
		*lines = vec_grow(*lines, n, &cap, sizeof **lines);
		(*lines)[n++] = p;
	}
	return n;
}

/* zone and CKA_ID: the first and the last field. */
static bool same_key(const char *a, const char *b)
{
	const char *ka = strrchr(a, ';'), *kb = strrchr(b, ';');
	size_t za = strcspn(a, ";"), zb = strcspn(b, ";");

	return ka != NULL && kb != NULL && strcmp(ka, kb) == 0 && za == zb && strncmp(a, b, za) == 0;
}

static const char *find(char *const *lines, size_t count, const char *key, bool whole)
{
	for (size_t i = 0; i < count; i++)
		if (whole ? strcmp(lines[i], key) == 0 : same_key(lines[i], key))
			return lines[i];
	return NULL;
}

static const char *cka_id(const char *line)
{
	const char *p = strrchr(line, ';');

	return p != NULL ? p + 1 : line;
}

/* Every key of @before is in @now with the same states, and none besides. A state that moved is an enforcer that did
 * something since the snapshot: the operator decides. */
static enum rc compare_keys(struct step_ctx *c, char *before, char *now, struct err *e)
{
	char **b, **n;
	size_t bc = key_lines(before, &b), nc = key_lines(now, &n), moved = 0;
	const char *one = NULL;
	char question[240];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < bc; i++) {
		if (find(n, nc, b[i], false) == NULL)
			rc = err_set(e, RC_REMOTE, "key %s of %.*s is not in the database of %s", cka_id(b[i]),
			             (int)strcspn(b[i], ";"), b[i], c->plan->to);
		else if (find(n, nc, b[i], true) == NULL && moved++ == 0)
			one = b[i];
	}
	for (size_t i = 0; rc == RC_OK && i < nc; i++)
		if (find(b, bc, n[i], false) == NULL)
			rc = err_set(e, RC_REMOTE,
			             "key %s of %.*s on %s is not in the snapshot: the enforcer made a new one",
			             cka_id(n[i]), (int)strcspn(n[i], ";"), n[i], c->plan->to);
	if (rc == RC_OK && moved > 0) {
		(void)snprintf(
		    question, sizeof question,
		    "The states of %zu keys are not those of the snapshot any more, among them %s of %.*s. Go on?",
		    moved, cka_id(one), (int)strcspn(one, ";"), one);
		rc = c->ask != NULL ? c->ask(c->ctx, question, e) : RC_BLOCKED;
		if (rc == RC_BLOCKED)
			rc = err_set(e, RC_REMOTE,
			             "the states of %zu keys are not those of the snapshot, among them %s of %.*s",
			             moved, cka_id(one), (int)strcspn(one, ";"), one);
	}
	if (rc == RC_OK)
		kit_saw(c, "idle with a task for each of %zu zones, %zu keys in the states of the snapshot",
		        c->plan->zone_count, bc - moved);
	free(b);
	free(n);
	return rc;
}

enum rc start_enforcer_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = daemon_state(c, c->new_active, "enforcer", e);
	const char *now;
	struct far_answer a = { 0 };
	struct buf before = { 0 };
	enum rc rc;

	if (state != STEP_DONE)
		return state == STEP_TODO ? err_set(e, RC_REMOTE, "the enforcer of %s is not running", c->plan->to)
		                          : RC_UNKNOWN;
	rc = wait_idle(c, e);
	if (rc == RC_OK)
		rc = kit_recall(c, FACT_KEYS, &before, e);
	if (rc == RC_OK)
		rc = kit_do(c, c->new_active, &a, SLACK_SECONDS, e, "keys", NULL);
	if (rc == RC_OK)
		rc = kit_text(c->new_active, &a, "keys", "the states of the keys could not be read", &now, e);
	if (rc == RC_OK) {
		char *copy = xstrdup(now);

		buf_add(&before, "", 0);
		rc = compare_keys(c, before.p, copy, e);
		free(copy);
	}
	far_answer_clear(&a);
	buf_free(&before);
	return rc;
}

enum rc start_enforcer_undo(struct step_ctx *c, struct err *e)
{
	enum rc rc = daemon_stop(c, c->new_active, "enforcer", STOP_SECONDS, e);

	if (rc == RC_OK)
		rc = daemons_silent(c, c->new_active, e);
	if (rc == RC_OK)
		kit_saw(c, "no daemon runs on %s", c->plan->to);
	return rc;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum rc compare_zones(struct step_ctx *c, const struct host *h, const char *text, struct err *e)
{
	const char *name = h->config->name, *p = text;
	char line[300], *field[1];
	size_t count = 0;

	while (kit_fields(&p, line, sizeof line, ' ', field, 1) > 0) {
		const char *zone = field[0];

		count++;
		if (bsearch(&zone, c->plan->zones, c->plan->zone_count, sizeof *c->plan->zones, compare_text) == NULL)
			return err_set(e, RC_REMOTE, "%s: its signer has zone %s, which the plan does not have", name,
			               zone);
	}
	if (count != c->plan->zone_count)
		return err_set(e, RC_REMOTE, "%s: its signer has %zu zones, the plan %zu", name, count,
		               c->plan->zone_count);
	return RC_OK;
}

enum rc signer_has_task(struct step_ctx *c, struct host *h, int seconds, struct err *e)
{
	struct far_answer a = { 0 };
	char limit[16];
	enum rc rc;

	(void)snprintf(limit, sizeof limit, "%d", seconds);
	rc = kit_do(c, h, &a, seconds + SLACK_SECONDS, e, "signer", "wait", limit, NULL);
	if (rc == RC_OK && kit_number(&a, "tasks") < 1)
		rc = err_set(e, RC_UNKNOWN, "%s: no task has come into the signer's queue", h->config->name);
	far_answer_clear(&a);
	return rc;
}

enum rc signer_has_zones(struct step_ctx *c, struct host *h, int seconds, struct err *e)
{
	const char *zones;
	struct far_answer a = { 0 };
	enum rc rc = signer_has_task(c, h, seconds, e);

	if (rc == RC_OK)
		rc = kit_do(c, h, &a, SLACK_SECONDS, e, "signer", "zones", NULL);
	if (rc == RC_OK)
		rc = kit_text(h, &a, "zones", "the zones of its signer could not be listed", &zones, e);
	if (rc == RC_OK)
		rc = compare_zones(c, h, zones, e);
	far_answer_clear(&a);
	return rc;
}

enum step_state start_signer_check(struct step_ctx *c, struct err *e)
{
	enum step_state enforcer = daemon_state(c, c->new_active, "enforcer", e);

	if (enforcer == STEP_TODO) {
		(void)err_set(e, RC_BLOCKED, "the enforcer of %s is not running", c->plan->to);
		return STEP_BLOCKED;
	}
	return enforcer == STEP_DONE ? start_check(c, "signer", e) : enforcer;
}

enum rc start_signer_run(struct step_ctx *c, struct err *e)
{
	return daemon_start(c, c->new_active, "signer", e);
}

enum rc start_signer_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = daemon_state(c, c->new_active, "signer", e);
	enum rc rc;

	if (state != STEP_DONE)
		return state == STEP_TODO ? err_set(e, RC_REMOTE, "the signer of %s is not running", c->plan->to)
		                          : RC_UNKNOWN;
	rc = signer_has_zones(c, c->new_active, WAIT_SECONDS, e);
	if (rc == RC_OK)
		kit_saw(c, "running, with %zu zones and a task in its queue", c->plan->zone_count);
	return rc;
}

/* The swap emptied signed/: while nothing lies there and no signer lives, nothing can have been published. */
enum rc start_signer_not_taken(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	char line[400], *field[7];
	const char *p = "";
	enum step_state state = daemon_state(c, c->new_active, "signer", e);
	enum rc rc;

	if (state != STEP_TODO)
		return state == STEP_DONE ? err_set(e, RC_BLOCKED, "the signer of %s runs", c->plan->to) : RC_UNKNOWN;
	rc = kit_do(c, c->new_active, &a, 60, e, "serials", NULL);
	if (rc == RC_OK)
		rc = kit_text(c->new_active, &a, "serials", "the signed zones could not be looked at", &p, e);
	for (size_t n; rc == RC_OK && (n = kit_fields(&p, line, sizeof line, ';', field, 7)) > 0;)
		if (n < 7 || field[6][0] != '\0')
			rc = err_set(e, RC_BLOCKED, "the signer of %s has signed %s and may have published it",
			             c->plan->to, field[0]);
	far_answer_clear(&a);
	return rc;
}
