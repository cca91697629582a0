#include "tui/command/runner.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/command/json.h"
#include "tui/command/plan_text.h"
#include "tui/command/say.h"

/* --- what the engine says --- */

static json_t *event_json(const struct run_event *ev)
{
	json_t *o = json_object();

	json_object_set_new(o, "at", json_time(ev->at));
	if (ev->step[0] != '\0')
		json_object_set_new(o, "step", json_text(ev->step));
	json_object_set_new(o, "phase", json_text(ev->kind == EV_END ? "end" : phase_name(ev->phase)));
	if (ev->kind == EV_STEP)
		json_object_set_new(o, "status", json_text(step_status_name(ev->status)));
	json_object_set_new(o, "severity", json_text(severity_name(ev->severity)));
	json_object_set_new(o, "text", json_text(ev->text != NULL ? ev->text : ""));
	if (ev->hint != NULL && ev->hint[0] != '\0')
		json_object_set_new(o, "hint", json_text(ev->hint));
	if (ev->kind == EV_END) {
		json_object_set_new(o, "outcome", json_text(outcome_name(ev->outcome)));
		json_object_set_new(o, "run", json_text(ev->run));
		json_object_set_new(o, "exit_status", json_integer(ev->exit_code));
	}
	return o;
}

static enum severity status_severity(const struct run_event *ev)
{
	switch (ev->status) {
	case ST_FAILED:
		return SEV_STOP;
	case ST_UNSURE:
		return SEV_UNKNOWN;
	default:
		return ev->severity;
	}
}

/* One line for each state worth one: not the moments between. */
static void say_step(const struct run_event *ev)
{
	struct buf line = { 0 };
	enum severity s = status_severity(ev);

	if (ev->status == ST_PENDING || ev->status == ST_CHECKING || ev->status == ST_WAITING ||
	    ev->status == ST_VERIFYING) {
		if (s == SEV_OK)
			return;
	}
	buf_addf(&line, "%2zu %s%s%s %-8s %s", ev->index + 1, severity_colour(stderr, s),
	         ev->status == ST_RUNNING || ev->status == ST_UNDOING ? ">" : severity_mark(s), colour_off(stderr),
	         step_status_name(ev->status), ev->step);
	if (ev->text != NULL && ev->text[0] != '\0') {
		buf_adds(&line, ": ");
		str_escape(&line, ev->text, strlen(ev->text), 300);
	}
	if (ev->status == ST_DONE && ev->took_ms > 0)
		buf_addf(&line, "  %.1f s", (double)ev->took_ms / 1000.0);
	(void)fprintf(stderr, "%s\n", buf_str(&line));
	buf_free(&line);
	if (ev->hint != NULL && ev->hint[0] != '\0') {
		buf_adds(&line, "     next: ");
		str_escape(&line, ev->hint, strlen(ev->hint), 300);
		(void)fprintf(stderr, "%s\n", buf_str(&line));
		buf_free(&line);
	}
}

/* --- what it asks --- */

struct reply {
	const char *word;
	enum answer answer;
};

static const struct reply replies[] = {
	{ "", ANSWER_APPROVE }, { "y", ANSWER_APPROVE }, { "yes", ANSWER_APPROVE },
	{ "s", ANSWER_STOP },   { "stop", ANSWER_STOP }, { "n", ANSWER_STOP },
	{ "no", ANSWER_STOP },  { "u", ANSWER_UNDO },    { "undo", ANSWER_UNDO },
};

static const char *prompt_of(const struct run_event *ev)
{
	switch (ev->question) {
	case ASK_CONFIRM:
		return "There is no undo. Type the name of the instance that stops being active, or s to stop: ";
	case ASK_FAILED:
		return ev->can_undo ? "Enter tries again, s stops, u takes everything back: "
		                    : "Enter tries again, s stops: ";
	case ASK_YES:
		return "[y/n] ";
	default:
		return ev->can_undo ? "Enter does it, s stops, u takes everything back: " : "Enter does it, s stops: ";
	}
}

/* False when the answer is not one of those that were offered. */
static bool understand(const struct run_event *ev, const char *line, enum answer *answer)
{
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		if (strcasecmp(line, replies[i].word) != 0)
			continue;
		*answer = replies[i].answer;
		/* No step is begun by an empty line where a word was asked for. */
		if (ev->question == ASK_YES && line[0] == '\0')
			return false;
		return *answer != ANSWER_UNDO || ev->can_undo;
	}
	return false;
}

static void answer_question(struct runner *r, const struct run_event *ev)
{
	struct err e = { 0 };
	struct buf question = { 0 };
	char line[256];
	enum answer answer = ANSWER_STOP;

	if (r->plan != NULL && ev->question != ASK_YES && ev->index < r->plan->step_count && ev->step[0] != '\0')
		print_step(stderr, r->plan, ev->index);
	if (ev->text != NULL && ev->text[0] != '\0') {
		str_escape(&question, ev->text, strlen(ev->text), 400);
		buf_addc(&question, '\n');
	}
	buf_adds(&question, prompt_of(ev));
	for (;;) {
		if (terminal_ask(r->sitting->terminal, buf_str(&question), line, sizeof line, &e) != RC_OK) {
			r->refused_input = e.rc == RC_BLOCKED;
			engine_answer(r->engine, ANSWER_STOP, NULL);
			break;
		}
		if (ev->question == ASK_CONFIRM && strcasecmp(line, "s") != 0 && strcasecmp(line, "stop") != 0) {
			engine_answer(r->engine, ANSWER_APPROVE, line);
			break;
		}
		if (understand(ev, line, &answer)) {
			engine_answer(r->engine, answer, NULL);
			break;
		}
	}
	buf_free(&question);
}

static void on_event(void *ctx, struct run_event *ev)
{
	struct runner *r = ctx;

	if (ev->run[0] != '\0')
		(void)str_copy(r->run, sizeof r->run, ev->run);
	if (ev->kind == EV_END) {
		r->ended = true;
		r->outcome = ev->outcome;
		r->exit_code = ev->exit_code;
		/* Ctrl-C is what the caller did, whatever the engine made of it. */
		if (cancel_raised(r->sitting->cancel) && ev->outcome == OUTCOME_STOPPED)
			r->exit_code = ev->exit_code = rc_exit_code(RC_CANCELLED);
	}
	if (r->args->json && ev->kind != EV_PROGRESS && ev->kind != EV_QUESTION)
		json_print_line(event_json(ev));
	else if (!r->args->json && ev->kind == EV_STEP)
		say_step(ev);
	if (ev->kind == EV_QUESTION)
		answer_question(r, ev);
	run_event_free(&ev);
}

/* --- the run --- */

static char *operator_name(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *own = getpwuid(getuid());

	if (getuid() == 0 && sudo != NULL && sudo[0] != '\0')
		return xstrdup(sudo);
	return own != NULL ? xstrdup(own->pw_name) : xasprintf("uid %u", (unsigned)getuid());
}

enum rc runner_open(struct runner *r, const struct args *args, struct sitting *s, struct err *e)
{
	char *path = NULL;
	struct engine_args ea = { .pair = s->pair, .hosts = { s->hosts[0], s->hosts[1] }, .resolver = s->resolver };
	enum rc rc;

	*r = (struct runner){ .args = args, .sitting = s };
	rc = journal_default_path(&path, e);
	if (rc == RC_OK)
		rc = journal_open(&r->journal, path, false, e);
	free(path);
	if (rc != RC_OK)
		return rc;
	r->operator_name = operator_name();
	ea.journal = r->journal;
	ea.policy = (struct engine_policy){
		.yes = args->yes,
		.kill_hung = args->kill_hung,
		.confirm = args->confirm,
		.until = args->until,
		.reason = args->reason != NULL ? args->reason : "",
		.operator_name = r->operator_name,
		.overrides = args->overrides,
	};
	ea.event = on_event;
	ea.ctx = r;
	ea.cancel = s->cancel;
	r->engine = engine_new(&ea);
	return RC_OK;
}

void runner_close(struct runner *r)
{
	engine_free(&r->engine);
	journal_close(&r->journal);
	free(r->operator_name);
	r->operator_name = NULL;
}

int runner_end(struct runner *r, enum rc rc, const struct err *e)
{
	const char *run = r->run[0] != '\0' ? r->run : "";
	int status = r->exit_code;

	if (!r->ended) {
		status = rc != RC_OK ? rc_exit_code(rc) : rc_exit_code(RC_SYSTEM);
		return rc != RC_OK ? runner_refuse(r->args, status, e) : status;
	}
	if (rc != RC_OK && r->outcome != OUTCOME_DONE && status != rc_exit_code(RC_CANCELLED))
		(void)say_error(e);
	if (r->outcome == OUTCOME_STOPPED) {
		if (status == rc_exit_code(RC_CANCELLED))
			say_note("ods-failover: interrupted; the run is stopped and can go on");
		if (r->refused_input)
			say_note("ods-failover: a question could not be asked: there is no input");
		say_note("  go on with: ods-failover resume %s\n  take it back with: ods-failover undo %s", run, run);
	}
	if (!r->args->json)
		printf("run %s: %s\n", run, outcome_name(r->outcome));
	return status;
}

int runner_refuse(const struct args *args, int status, const struct err *e)
{
	if (args->json) {
		json_t *o = json_object();

		json_object_set_new(o, "at", json_time(clock_now()));
		json_object_set_new(o, "phase", json_string("end"));
		json_object_set_new(o, "severity", json_text(severity_name(status == 3 ? SEV_UNKNOWN : SEV_STOP)));
		json_object_set_new(o, "text", json_text(e->text));
		if (e->hint[0] != '\0')
			json_object_set_new(o, "hint", json_text(e->hint));
		json_object_set_new(o, "outcome", json_text(outcome_name(OUTCOME_REFUSED)));
		json_object_set_new(o, "run", json_null());
		json_object_set_new(o, "exit_status", json_integer(status));
		json_print_line(o);
	}
	(void)say_error(e);
	return status;
}
