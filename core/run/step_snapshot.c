/* The snapshot of the old active, taken with its daemons down, and its copy on the new one. Both bear the run's id. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/journal_db.h"
#include "core/run/step_kit.h"

enum { SNAPSHOT_SECONDS = 300, COPY_SECONDS = 600, LOOK_SECONDS = 120 };

/* The manifest as it lies on @h; RC_BLOCKED by the far side when there is none. */
static enum rc read_manifest(struct step_ctx *c, struct host *h, const char *where, struct buf *text, struct err *e)
{
	static const char sentence[] = "the manifest of the snapshot could not be read";
	struct far_answer a = { 0 };
	const char *manifest;
	enum rc rc = kit_do(c, h, &a, LOOK_SECONDS, e, "manifest", where, c->run, NULL);

	if (rc == RC_OK)
		rc = kit_text(h, &a, "manifest", sentence, &manifest, e);
	if (rc == RC_OK && manifest[0] == '\0')
		rc = err_set(e, RC_UNKNOWN, "%s: %s", h->config->name, sentence);
	if (rc == RC_OK)
		buf_adds(text, manifest);
	far_answer_clear(&a);
	return rc;
}

/* "none", "same" or "changed", in @a. */
static enum rc snapped(struct step_ctx *c, struct far_answer *a, struct err *e)
{
	enum rc rc = kit_do(c, c->old_active, a, LOOK_SECONDS, e, "snapped", c->run, NULL);

	if (rc == RC_OK && !kit_is(a, "state", "none") && !kit_is(a, "state", "same") && !kit_is(a, "state", "changed"))
		rc = err_set(e, RC_UNKNOWN, "%s does not say whether its state is still that of the snapshot",
		             c->plan->from);
	return rc;
}

enum rc snapshot_is_current(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	const char *what;
	enum rc rc = snapped(c, &a, e);

	if (rc == RC_OK && !kit_is(&a, "state", "same")) {
		what = far_fact(&a, "changed");
		rc = err_set(e, RC_BLOCKED, "%s on %s is not what was copied any more: its daemons ran in between",
		             what != NULL ? what : "the state", c->plan->from);
		err_hint(e, "Take the run back, and begin a new one.");
	}
	far_answer_clear(&a);
	return rc;
}

/* A snapshot that is there already counts only while nothing has changed since. */
enum step_state snapshot_check(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum step_state state = STEP_UNSURE;
	enum rc rc = daemons_silent(c, c->old_active, e);

	if (rc != RC_OK)
		return rc == RC_BLOCKED ? STEP_BLOCKED : STEP_UNSURE;
	if (snapped(c, &a, e) == RC_OK)
		state = kit_is(&a, "state", "same") ? STEP_DONE : STEP_TODO;
	far_answer_clear(&a);
	return state;
}

enum rc snapshot_run(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	enum rc rc = kit_do(c, c->old_active, &a, SNAPSHOT_SECONDS, e, "snapshot", c->run, NULL);

	far_answer_clear(&a);
	return rc;
}

/* The plan's zones are all in it: a snapshot that lacks one would lose it. */
static enum rc check_zones(struct step_ctx *c, const struct buf *text, struct err *e)
{
	char line[600], *field[5];
	const char *p = buf_str(text);
	size_t found = 0;

	for (size_t n; (n = kit_fields(&p, line, sizeof line, ' ', field, 5)) > 0;)
		if (n >= 3 && strcmp(field[0], "meta") == 0 && strcmp(field[1], "zone") == 0)
			found++;
	if (found != c->plan->zone_count)
		return err_set(e, RC_REMOTE, "the snapshot has %zu zones, the plan %zu", found, c->plan->zone_count);
	return RC_OK;
}

static enum rc keep_keys(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	const char *keys;
	enum rc rc = kit_do(c, c->old_active, &a, LOOK_SECONDS, e, "keys", NULL);

	if (rc == RC_OK)
		rc = kit_text(c->old_active, &a, "keys", "the states of the keys could not be read", &keys, e);
	if (rc == RC_OK)
		rc = kit_keep(c, FACT_KEYS, keys, e);
	far_answer_clear(&a);
	return rc;
}

enum rc snapshot_verify(struct step_ctx *c, struct err *e)
{
	char digest[DIGEST_TEXT];
	struct buf text = { 0 };
	size_t files = 0;
	enum rc rc = read_manifest(c, c->old_active, "snap", &text, e);

	if (rc == RC_OK)
		rc = check_zones(c, &text, e);
	if (rc == RC_OK)
		rc = kit_keep(c, FACT_MANIFEST, buf_str(&text), e);
	if (rc == RC_OK)
		rc = keep_keys(c, e);
	if (rc == RC_OK) {
		for (const char *p = buf_str(&text); p != NULL && *p != '\0';
		     p = strchr(p, '\n'), p = p != NULL ? p + 1 : p)
			files += strncmp(p, "file ", 5) == 0;
		sha256_hex(digest, text.p, text.len);
		kit_saw(c, "%zu files, manifest %.12s…", files, digest);
	}
	buf_free(&text);
	return rc;
}

enum rc snapshot_undo(struct step_ctx *c, struct err *e)
{
	(void)e;
	kit_saw(c, "the snapshot %s stays on %s: it harms nothing", c->run, c->plan->from);
	return RC_OK;
}

static enum rc manifest_digest(struct step_ctx *c, char digest[DIGEST_TEXT], struct err *e)
{
	struct buf text = { 0 };
	enum rc rc = kit_recall(c, FACT_MANIFEST, &text, e);

	if (rc == RC_OK)
		sha256_hex(digest, buf_str(&text), text.len);
	buf_free(&text);
	return rc;
}

static enum rc verify_copy(struct step_ctx *c, struct err *e)
{
	char digest[DIGEST_TEXT];
	struct far_answer a = { 0 };
	enum rc rc = manifest_digest(c, digest, e);

	if (rc == RC_OK)
		rc = kit_do(c, c->new_active, &a, SNAPSHOT_SECONDS, e, "verify-copy", c->run, digest, NULL);
	if (rc == RC_OK)
		kit_saw(c, "sha256 of %" PRId64 " files equal the manifest, %" PRId64 " octets",
		        kit_number(&a, "files"), kit_number(&a, "bytes"));
	far_answer_clear(&a);
	return rc;
}

enum step_state copy_check(struct step_ctx *c, struct err *e)
{
	enum rc rc = verify_copy(c, e);

	if (rc == RC_OK)
		return STEP_DONE;
	return rc == RC_BLOCKED || rc == RC_REMOTE ? STEP_TODO : STEP_UNSURE;
}

static void copy_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct step_ctx *c = ctx;

	if (c->progress != NULL)
		c->progress(c->ctx, done, total, "octets copied");
}

enum rc copy_run(struct step_ctx *c, struct err *e)
{
	char digest[DIGEST_TEXT] = "";
	const char *const out_args[] = { c->run, NULL };
	const char *const in_args[] = { c->run, digest, NULL };
	const struct far_call out = { .verb = "send", .args = out_args, .timeout_s = COPY_SECONDS };
	const struct far_call in = { .verb = "receive", .args = in_args, .timeout_s = COPY_SECONDS };
	struct far_answer a = { 0 };
	enum rc rc = manifest_digest(c, digest, e);

	if (rc != RC_OK)
		return rc;
	rc = c->old_active->ops->pipe(c->old_active, &out, c->new_active, &in, &a, copy_progress, c, c->cancel, e);
	if (rc == RC_OK)
		rc = kit_status(c->new_active, "receive", &a, e);
	else
		(void)err_in(e, "copy from %s to %s", c->plan->from, c->plan->to);
	far_answer_clear(&a);
	return rc;
}

enum rc copy_verify(struct step_ctx *c, struct err *e)
{
	return verify_copy(c, e);
}

enum rc copy_undo(struct step_ctx *c, struct err *e)
{
	(void)e;
	kit_saw(c, "the copy set %s stays on %s, laid beside: it harms nothing", c->run, c->plan->to);
	return RC_OK;
}
