/* The new signer at work: told what changed, every zone signed anew, published. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/run/step_kit.h"
#include "core/run/step_serials.h"

enum { CALL_SECONDS = 120, WAIT_SECONDS = 120, SIGN_SECONDS = 480, PUBLISH_SECONDS = 300, LOOK_AGAIN_MS = 1000 };

/* The signer must have a task in its queue before it is told anything: in its first moments `update` aborts it. */
static enum step_state signer_ready(struct step_ctx *c, struct err *e)
{
	enum step_state state = daemon_state(c, c->new_active, "signer", e);

	if (state == STEP_TODO) {
		(void)err_set(e, RC_BLOCKED, "the signer of %s is not running", c->plan->to);
		return STEP_BLOCKED;
	}
	if (state != STEP_DONE)
		return state;
	switch (signer_has_zones(c, c->new_active, WAIT_SECONDS, e)) {
	case RC_OK:
		return STEP_TODO;
	case RC_REMOTE:
		return STEP_BLOCKED;
	default:
		return STEP_UNSURE;
	}
}

static enum rc tell(struct step_ctx *c, const char *what, const char *zone, const char *serial, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->new_active, &a, CALL_SECONDS, e, "signer", what, zone, serial, NULL);

	far_answer_clear(&a);
	return rc;
}

enum step_state update_all_check(struct step_ctx *c, struct err *e)
{
	return signer_ready(c, e);
}

enum rc update_all_run(struct step_ctx *c, struct err *e)
{
	return tell(c, "update-all", NULL, NULL, e);
}

enum rc update_all_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = signer_ready(c, e);

	if (state == STEP_UNSURE)
		return RC_UNKNOWN;
	if (state != STEP_TODO)
		return err_set(e, RC_REMOTE, "the signer of %s did not outlive the update, or lost zones", c->plan->to);
	kit_saw(c, "the signer lives, with all %zu zones", c->plan->zone_count);
	return RC_OK;
}

enum step_state sign_all_check(struct step_ctx *c, struct err *e)
{
	return signer_ready(c, e);
}

static bool is_beyond(const struct serial_table *now, const struct zone_serials *z)
{
	const struct zone_serials *there = serials_find(now, z->zone);

	return there != NULL && there->signed_serial.ok &&
	       (!z->target.ok ||
	        serial_compare((uint32_t)there->signed_serial.v, (uint32_t)z->target.v) == SERIAL_GREATER);
}

/* `keep` whose unsigned serial is not above the published one: `sign` does nothing, so its serial is forced, once. */
static enum rc force(struct step_ctx *c, const struct serial_table *t, struct err *e)
{
	struct serial_table now = { 0 };
	enum rc rc = serials_read(c, c->new_active, &now, e);

	for (size_t i = 0; rc == RC_OK && i < t->count; i++) {
		const struct zone_serials *z = &t->rows[i];
		char serial[16];

		if (!serials_need_force(z) || is_beyond(&now, z))
			continue;
		(void)snprintf(serial, sizeof serial, "%" PRIu32, (uint32_t)z->target.v + 1);
		rc = tell(c, "sign", z->zone, serial, e);
	}
	arena_free(&now.arena);
	return rc;
}

enum rc sign_all_run(struct step_ctx *c, struct err *e)
{
	struct serial_table t = { 0 };
	enum rc rc = serials_recall(c, &t, e);

	if (rc == RC_OK)
		rc = tell(c, "sign-all", NULL, NULL, e);
	if (rc == RC_OK)
		rc = force(c, &t, e);
	arena_free(&t.arena);
	return rc;
}

static enum rc count_beyond(struct step_ctx *c, const struct serial_table *t, size_t *count, const char **missing,
                            struct err *e)
{
	struct serial_table now = { 0 };
	enum rc rc = serials_read(c, c->new_active, &now, e);

	*count = 0;
	*missing = NULL;
	for (size_t i = 0; rc == RC_OK && i < t->count; i++) {
		if (is_beyond(&now, &t->rows[i]))
			(*count)++;
		else if (*missing == NULL)
			*missing = t->rows[i].zone;
	}
	arena_free(&now.arena);
	return rc;
}

enum rc sign_all_verify(struct step_ctx *c, struct err *e)
{
	int64_t until = clock_mono_ms() + (int64_t)SIGN_SECONDS * 1000;
	struct serial_table t = { 0 };
	size_t count = 0;
	const char *missing = NULL;
	enum rc rc = serials_recall(c, &t, e);

	while (rc == RC_OK) {
		rc = count_beyond(c, &t, &count, &missing, e);
		if (rc != RC_OK || missing == NULL)
			break;
		if (c->progress != NULL)
			c->progress(c->ctx, count, t.count, "zones signed");
		if (clock_mono_ms() >= until)
			rc = err_set(e, RC_TIMEOUT, "%zu of %zu zones are not signed anew on %s, among them %s",
			             t.count - count, t.count, c->plan->to, missing);
		else
			rc = kit_wait(c, LOOK_AGAIN_MS, e);
	}
	if (rc == RC_OK)
		kit_saw(c, "%zu zones signed on %s, each with a serial beyond what was published", count, c->plan->to);
	arena_free(&t.arena);
	return rc;
}

enum step_state publish_check(struct step_ctx *c, struct err *e)
{
	(void)e;
	return c->pair->publish_count == 0 ? STEP_DONE : STEP_TODO;
}

enum rc publish_run(struct step_ctx *c, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->pair->publish_count; i++) {
		const struct far_section *output;
		struct far_answer a = { 0 };
		struct buf said = { 0 };

		rc = kit_do(c, c->new_active, &a, PUBLISH_SECONDS, e, "publish", c->pair->publish[i], NULL);
		output = far_section(&a, "output");
		if (output != NULL)
			str_escape(&said, output->text, strcspn(output->text, "\n"), 120);
		if ((rc == RC_OK || rc == RC_REMOTE) && kit_number(&a, "exit") != 0)
			rc = err_set(e, RC_REMOTE, "%s: the command of Publish number %zu ended with %" PRId64 ": %s",
			             c->plan->to, i + 1, kit_number(&a, "exit"), buf_str(&said));
		buf_free(&said);
		far_answer_clear(&a);
	}
	return rc;
}

/* What the public sees is looked at by the next step; here, that the commands did not end the signer. */
enum rc publish_verify(struct step_ctx *c, struct err *e)
{
	enum step_state state = daemon_state(c, c->new_active, "signer", e);

	if (state != STEP_DONE)
		return state == STEP_TODO ? err_set(e, RC_REMOTE, "the signer of %s is not running", c->plan->to)
		                          : RC_UNKNOWN;
	if (c->pair->publish_count == 0)
		kit_saw(c, "no command is configured: the signer's NotifyCommand publishes");
	else
		kit_saw(c, "%zu commands carried out, the signer lives", c->pair->publish_count);
	return RC_OK;
}
