/* How the engine talks: events to whoever shows them, questions and their answers, entries to the journal. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/engine_run.h"
#include "core/run/step_kit.h"

static const char *const status_names[] = {
	[ST_PENDING] = "pending",     [ST_CHECKING] = "checking", [ST_WAITING] = "waiting", [ST_RUNNING] = "running",
	[ST_VERIFYING] = "verifying", [ST_DONE] = "done",         [ST_SKIPPED] = "skipped", [ST_FAILED] = "failed",
	[ST_UNSURE] = "unsure",       [ST_UNDOING] = "undoing",   [ST_UNDONE] = "undone",
};

const char *step_status_name(enum step_status s)
{
	return status_names[s];
}

void run_event_free(struct run_event **ev)
{
	if (*ev == NULL)
		return;
	free((*ev)->text);
	free((*ev)->hint);
	free(*ev);
	*ev = NULL;
}

void engine_emit(struct engine *en, struct run_event ev, const char *text, const char *hint)
{
	struct run_event *out = xmemdup(&ev, sizeof ev);

	out->at = clock_now();
	out->text = xstrdup(text != NULL ? text : "");
	out->hint = xstrdup(hint != NULL ? hint : "");
	(void)str_copy(out->run, sizeof out->run, en->run.id);
	if (ev.kind != EV_END && en->plan != NULL && en->at < en->plan->step_count) {
		out->index = en->at;
		(void)str_copy(out->step, sizeof out->step, en->plan->steps[en->at].step->id);
	}
	en->args.event(en->args.ctx, out);
}

void engine_step_event(struct engine *en, enum step_status status, enum phase phase, enum rc rc, enum severity severity,
                       int64_t took_ms, const char *text, const char *hint)
{
	struct run_event ev = {
		.kind = EV_STEP, .status = status, .phase = phase, .rc = rc, .severity = severity, .took_ms = took_ms
	};

	en->said = status;
	engine_emit(en, ev, text, hint);
}

enum step_status engine_failed_as(enum rc rc)
{
	return rc == RC_TIMEOUT || rc == RC_UNKNOWN || rc == RC_CONNECT ? ST_UNSURE : ST_FAILED;
}

void engine_answer(struct engine *en, enum answer a, const char *typed)
{
	uint64_t one = 1;

	pthread_mutex_lock(&en->lock);
	en->answer = a;
	free(en->typed);
	en->typed = xstrdup(typed);
	pthread_mutex_unlock(&en->lock);
	if (write(en->answer_fd, &one, sizeof one) < 0)
		return;
}

void engine_stop_after_step(struct engine *en)
{
	atomic_store(&en->stop_after, true);
}

void engine_note(struct engine *en, const char *text)
{
	pthread_mutex_lock(&en->lock);
	en->notes = vec_grow(en->notes, en->note_count, &en->note_cap, sizeof *en->notes);
	en->notes[en->note_count++] = xstrdup(text);
	pthread_mutex_unlock(&en->lock);
}

enum rc engine_take_notes(struct engine *en, struct err *e)
{
	char **notes;
	size_t count;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&en->lock);
	notes = en->notes;
	count = en->note_count;
	en->notes = NULL;
	en->note_count = en->note_cap = 0;
	pthread_mutex_unlock(&en->lock);
	for (size_t i = 0; i < count; i++) {
		if (rc == RC_OK)
			rc = engine_write(en, en->at, PHASE_NOTE, RC_OK, 0, notes[i], e);
		free(notes[i]);
	}
	free(notes);
	return rc;
}

/* An answer that was given before the question was asked answers nothing. */
static void drop_answer(struct engine *en)
{
	uint64_t n;

	if (read(en->answer_fd, &n, sizeof n) < 0)
		return;
}

enum rc engine_question(struct engine *en, enum question q, bool can_undo, const char *text, const char *hint,
                        enum answer *answer, char **typed, struct err *e)
{
	struct run_event ev = { .kind = EV_QUESTION, .question = q, .can_undo = can_undo };
	struct pollfd fds[2] = { { .fd = en->answer_fd, .events = POLLIN },
		                 { .fd = cancel_fd(en->args.cancel), .events = POLLIN } };

	ev.status = q == ASK_FAILED ? en->said : q == ASK_YES ? ST_RUNNING : ST_WAITING;
	drop_answer(en);
	engine_emit(en, ev, text, hint);
	for (;;) {
		int n = poll(fds, 2, LEASE_RENEW_MS);
		enum rc rc;

		if (cancel_raised(en->args.cancel) || (n < 0 && errno != EINTR))
			return err_set(e, RC_CANCELLED, "stopped while waiting for an answer");
		if (n > 0 && (fds[0].revents & POLLIN))
			break;
		rc = engine_beat(en, e);
		if (rc != RC_OK)
			return rc;
	}
	drop_answer(en);
	pthread_mutex_lock(&en->lock);
	*answer = en->answer;
	if (typed != NULL) {
		*typed = en->typed;
		en->typed = NULL;
	}
	pthread_mutex_unlock(&en->lock);
	return RC_OK;
}

enum rc engine_write(struct engine *en, size_t index, enum phase phase, enum rc rc, int64_t took_ms, const char *text,
                     struct err *e)
{
	struct journal_entry n = { .run = en->run.id, .phase = phase, .rc = rc, .took_ms = took_ms };
	struct buf safe = { 0 };
	enum rc wrote;

	if (en->plan != NULL && index < en->plan->step_count) {
		n.step = en->plan->steps[index].step->id;
		n.host = en->plan->steps[index].instance;
		n.attempt = en->steps != NULL ? en->steps[index].attempts : 0;
	}
	str_escape(&safe, text, strlen(text), 1000);
	n.text = buf_str(&safe);
	wrote = journal_append(en->args.journal, &n, e);
	buf_free(&safe);
	return wrote;
}

enum rc engine_ask(void *ctx, const char *question, struct err *e)
{
	struct engine *en = ctx;
	enum answer a = ANSWER_STOP;
	enum rc rc;

	if (en->args.policy.yes)
		return err_set(e, RC_BLOCKED, "%s That is not decided without an operator.", question);
	rc = engine_question(en, ASK_YES, false, question, NULL, &a, NULL, e);
	if (rc != RC_OK)
		return rc;
	rc = engine_write(en, en->at, PHASE_APPROVE, a == ANSWER_APPROVE ? RC_OK : RC_BLOCKED, 0, question, e);
	if (rc != RC_OK)
		return rc;
	return a == ANSWER_APPROVE ? RC_OK : err_set(e, RC_BLOCKED, "the operator said no");
}

void engine_warn(void *ctx, const char *sentence)
{
	struct engine *en = ctx;
	struct err e = { 0 };

	en->warnings++;
	engine_step_event(en, ST_VERIFYING, PHASE_WARN, RC_OK, SEV_WARN, 0, sentence, NULL);
	if (engine_write(en, en->at, PHASE_WARN, RC_OK, 0, sentence, &e) != RC_OK)
		engine_step_event(en, ST_VERIFYING, PHASE_NOTE, RC_DB, SEV_WARN, 0, e.text, e.hint);
}

void engine_progress(void *ctx, uint64_t done, uint64_t total, const char *text)
{
	struct engine *en = ctx;
	struct run_event ev = { .kind = EV_PROGRESS, .status = ST_RUNNING, .done = done, .total = total };

	engine_emit(en, ev, text, NULL);
}

enum rc engine_beat(void *ctx, struct err *e)
{
	struct engine *en = ctx;

	if (!en->lease_held || clock_boot_ms() - en->asked_ms < LEASE_RENEW_MS)
		return RC_OK;
	return engine_hold_lease(en, engine_lease_need(en->plan->steps[en->at].step), e);
}
