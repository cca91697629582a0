/* prompts.c -- questions to the operator, and what their answers do. Nothing dangerous is one key away by accident. */
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/console/state.h"

/* What is against a run whose gate is ahead, as far as it is not overridden; "" nothing. Returns whether there is one
 * that can be. */
static bool say_against(const struct console *c, const char *gate, char *out, size_t cap)
{
	struct buf ids = { 0 };
	size_t overridden = 0, refuse = 0;
	bool more;

	if (c->model.board != NULL)
		refuse = overrides_against(&c->overrides, c->model.board, &overridden, &ids);
	more = ids.len > 0;
	out[0] = '\0';
	if (refuse > 0)
		snprintf(out, cap, "%zu finding%s%s say%s stop or unknown: %s. ", refuse, refuse == 1 ? "" : "s",
		         overridden > 0 ? " more" : "", refuse == 1 ? "s" : "", gate);
	else if (overridden > 0)
		snprintf(out, cap, "What is against it is overridden by you, with your reasons. ");
	buf_free(&ids);
	return more;
}

static const char override_key[] = "   o override a finding, with a reason";

/* Returns the keys that answer it. */
static const char *say_start(const struct console *c, char *out, size_t cap)
{
	const struct model *m = &c->model;
	char warn[160];
	bool more = say_against(c, "its gate will refuse", warn, sizeof warn);

	snprintf(out, cap,
	         "Begin the %s from %s to %s, %zu steps, plan %.8s? %sNothing is done before you approve its step.\n"
	         "b begin%s",
	         run_kind_name(m->plan->kind), m->plan->from, m->plan->to, m->plan->step_count, m->plan->id, warn,
	         more ? override_key : "");
	return more ? "bo" : "b";
}

static void say_override(const struct console *c, char *out, size_t cap)
{
	struct buf ids = { 0 };

	if (c->model.board != NULL)
		(void)overrides_against(&c->overrides, c->model.board, NULL, &ids);
	snprintf(out, cap,
	         "In spite of which finding is the run to %s, and why? Type its id, = and the reason, which goes "
	         "into the journal with your name. Against it: %.400s.",
	         c->override_for == FOR_RESUME ? "go on" : "begin", buf_str(&ids));
	buf_free(&ids);
}

/* "the switchover from alpha to bravo that was stopped at copy", as far as it is known here. */
static void say_run(const struct model *m, char *out, size_t cap)
{
	const struct journal_run *run = model_unfinished(m);

	if (run == NULL)
		str_copy(out, cap, "the newest run that stopped");
	else
		snprintf(out, cap, "the %s from %s to %s that %s at %s (%s)", run->kind, run->from, run->to,
		         run->outcome == OUTCOME_STOPPED ? "was stopped" : "has no end, and was last", run->step,
		         run->id);
}

/* The gate looks once: where the run is past it, no finding is against going on. Returns the keys that answer it. */
static const char *say_resume(struct console *c, char *out, size_t cap)
{
	enum tri ahead = job_gate_ahead(&c->jobs);
	char run[400], warn[160] = "";
	bool more = false;

	say_run(&c->model, run, sizeof run);
	if (ahead != TRI_NO)
		more = say_against(
		    c, ahead == TRI_YES ? "its gate will refuse" : "its gate will refuse, unless it is past that", warn,
		    sizeof warn);
	snprintf(out, cap, "Go on with %s? %sIt looks first at what is really so; each step still asks.\ng go on%s",
	         run, warn, more ? override_key : "");
	return more ? "go" : "g";
}

void prompts_open(struct console *c, enum purpose purpose)
{
	char text[900], run[400];
	const struct model *m = &c->model;
	const char *keys;

	switch (purpose) {
	case FOR_ARM:
		snprintf(text, sizeof text,
		         "Why is the console armed? Say which incident or change: it goes into the journal. Arming "
		         "alone does nothing; it ends by itself after %d minutes without a key.",
		         ARM_IDLE_SECONDS / 60);
		prompt_open(&c->prompt, PROMPT_LINE, FOR_ARM, text, NULL);
		break;
	case FOR_SEARCH:
		prompt_open(&c->prompt, PROMPT_LINE, FOR_SEARCH, "Search for (Enter alone: the next place)", NULL);
		c->prompt.empty_answers = true;
		break;
	case FOR_CONFIRM:
		prompt_open(&c->prompt, PROMPT_LINE, FOR_CONFIRM,
		            m->run.question != NULL
		                ? m->run.question
		                : "There is no way back behind this step. To go on, type the name of "
		                  "the instance that stops being active.",
		            NULL);
		break;
	case FOR_NOTE:
		prompt_open(&c->prompt, PROMPT_LINE, FOR_NOTE, "A remark for the journal of this run", NULL);
		break;
	case FOR_START:
		if (m->plan == NULL)
			break;
		str_copy(c->start_plan, sizeof c->start_plan, m->plan->id);
		keys = say_start(c, text, sizeof text);
		prompt_open(&c->prompt, PROMPT_KEYS, FOR_START, text, keys);
		break;
	case FOR_OVERRIDE:
		say_override(c, text, sizeof text);
		prompt_open(&c->prompt, PROMPT_LINE, FOR_OVERRIDE, text, NULL);
		break;
	case FOR_RESUME:
		keys = say_resume(c, text, sizeof text);
		prompt_open(&c->prompt, PROMPT_KEYS, FOR_RESUME, text, keys);
		break;
	case FOR_UNDO:
		str_copy(run, sizeof run, "the run");
		if (!m->run.open)
			say_run(m, run, sizeof run);
		snprintf(text, sizeof text,
		         "Take back %s? Every step that can be is undone, newest first, and looked at.\nt take it back",
		         run);
		prompt_open(&c->prompt, PROMPT_KEYS, FOR_UNDO, text, "t");
		break;
	case FOR_BREAK:
		prompt_open(
		    &c->prompt, PROMPT_KEYS, FOR_BREAK,
		    "Break off the step in progress? What its host was told to do may go on there; when the run "
		    "is resumed, it looks first at what is really so.\nx break it off now",
		    "x");
		break;
	case FOR_QUIT:
		prompt_open(&c->prompt, PROMPT_KEYS, FOR_QUIT,
		            m->run.asking
		                ? "A run is open. Leave it stopped here? It can be resumed from this machine or from "
		                  "another one.\ns stop here, and leave"
		                : "A run is open, and a step is in progress. Leave it stopped? It can be resumed from "
		                  "this machine or from another one.\ns stop behind the step in progress, and leave\n"
		                  "x break the step off now, and leave: what its host was told may go on there",
		            m->run.asking ? "s" : "sx");
		break;
	case FOR_ASK:
	case FOR_NOTHING:
		break;
	}
	c->prompt_on.open = m->run.open;
	c->prompt_on.asking = m->run.asking;
	c->prompt_on.step = m->run.current;
	c->dirty = true;
}

static void take_away(struct console *c, const char *why)
{
	prompt_close(&c->prompt);
	console_say(c, "%s", why);
}

void prompts_fit(struct console *c)
{
	const struct run_model *run = &c->model.run;
	bool over = c->prompt_on.open && !run->open;

	if (c->prompt.kind == PROMPT_NONE ||
	    (!over && run->asking == c->prompt_on.asking && run->current == c->prompt_on.step))
		return;
	switch ((enum purpose)c->prompt.purpose) {
	case FOR_BREAK:
		take_away(c, "The step has ended by itself: nothing was broken off.");
		break;
	case FOR_QUIT:
		take_away(c, "The run has ended by itself: q leaves.");
		if (!over)
			prompts_open(c, FOR_QUIT);
		break;
	case FOR_CONFIRM:
	case FOR_UNDO:
	case FOR_NOTE:
		if (over)
			take_away(c, "The run has ended meanwhile: nothing came of that.");
		break;
	default:
		break;
	}
}

static void arm(struct console *c, const char *reason)
{
	model_disarm(&c->model);
	c->model.reason = xstrdup(reason);
	c->model.armed_until = c->model.now + ARM_IDLE_SECONDS;
	log_add(c->model.log, LOG_LEVEL_INFO, "console", "armed by %s: %s", c->model.operator_name, reason);
	console_say(c, "Armed. A makes it read-only again.");
}

static void search(struct console *c, const char *text)
{
	struct list *l = console_view(c)->list;

	if (l == NULL)
		return;
	if (text[0] != '\0')
		str_copy(l->find, sizeof l->find, text);
	if (l->find[0] == '\0')
		return;
	if (!list_find(l, text[0] == '\0'))
		console_say(c, "Not found: %s", l->find);
}

static void confirm(struct console *c, const char *typed)
{
	if (c->engine == NULL || !c->model.run.asking)
		return;
	if (c->model.plan == NULL || strcmp(typed, c->model.plan->from) != 0) {
		console_say(c, "Refused: that is not the name. Nothing was done; a asks again.");
		return;
	}
	console_may_ask(c);
	engine_answer(c->engine, ANSWER_APPROVE, typed);
	model_approved(&c->model);
}

static void begin(struct console *c, enum run_what what)
{
	struct run_order order = {
		.what = what, .plan = c->model.plan, .reason = c->model.reason, .operator_name = c->model.operator_name
	};
	struct plan *recorded = NULL;
	char run[RUN_ID] = "";
	struct err e = { 0 };

	if (!model_armed(&c->model)) {
		console_say(c, "The console became read-only meanwhile: A arms it.");
		return;
	}
	if (what == RUN_NEW && (c->model.plan == NULL || strcmp(c->model.plan->id, c->start_plan) != 0)) {
		console_say(c, "Not begun: there is another plan by now. Look at it; S begins.");
		return;
	}
	if (what != RUN_UNDO)
		order.overrides = c->overrides.list;
	if (what != RUN_NEW) { /* its own plan is what is shown: roles and zones may be others by now */
		recorded = job_recorded_plan(&c->jobs, run);
		if (recorded != NULL) {
			model_plan(&c->model, recorded, &e);
			order.run = run;
		}
	}
	console_may_ask(c);
	if (job_run(&c->jobs, &order, &c->engine, &e) != RC_OK) {
		console_say(c, "✗ The run can't begin: %s %s", e.text, e.hint);
		return;
	}
	model_run_open(&c->model);
	c->model.run.undoing = what == RUN_UNDO;
	console_show_checklist(c);
}

static void override(struct console *c, const char *typed)
{
	struct err e = { 0 };

	if (c->model.board == NULL || c->model.run.open)
		return;
	if (overrides_add(&c->overrides, c->model.board, typed, &e) != RC_OK) {
		console_say(c, "Refused: %s.", e.text);
		prompts_open(c, FOR_OVERRIDE);
		return;
	}
	prompts_open(c, c->override_for);
}

/* @asked: FOR_START or FOR_RESUME. */
static void begin_answered(struct console *c, enum purpose asked, char key)
{
	c->override_for = asked;
	if (key == 'o')
		prompts_open(c, FOR_OVERRIDE);
	else
		begin(c, asked == FOR_START ? RUN_NEW : RUN_RESUME);
}

static void take_back(struct console *c)
{
	if (c->model.run.open) {
		console_may_ask(c);
		engine_answer(c->engine, ANSWER_UNDO, NULL);
		model_answered(&c->model);
	} else {
		begin(c, RUN_UNDO);
	}
}

static void leave(struct console *c, bool at_once)
{
	c->leaving = true;
	if (c->engine == NULL) {
		c->leave = true;
	} else if (at_once) {
		console_break_off(c);
	} else if (c->model.run.asking) {
		engine_answer(c->engine, ANSWER_STOP, NULL);
		model_answered(&c->model);
	} else {
		engine_stop_after_step(c->engine);
		c->model.run.stopping = true;
		console_say(c, "Leaving as soon as the step in progress has ended. Ctrl-C does not wait for it.");
	}
}

/* What was asked is neither trusted nor given, and stays so until the operator wants it otherwise. */
static void refuse_ask(struct console *c)
{
	asker_answer(c->asker, c->asked.id, RC_CANCELLED, "");
	console_say(c,
	            c->asked.secret ? "Nothing was given to %s: it is not asked for again before you press r."
	                            : "You refused the key of %s: it is not asked about again before you press r.",
	            c->asked.host);
	c->asked = (struct asked){ 0 };
}

static void answer_ask(struct console *c, const char *typed)
{
	if (!c->asked.secret && strcmp(typed, "yes") != 0) {
		refuse_ask(c);
		return;
	}
	asker_answer(c->asker, c->asked.id, RC_OK, typed);
	if (!c->asked.secret)
		console_say(c, "The key of %s is stored.", c->asked.host);
	c->asked = (struct asked){ 0 };
}

static void answered(struct console *c, struct prompt *p)
{
	const char *typed = buf_str(&p->typed);

	switch ((enum purpose)p->purpose) {
	case FOR_ARM:
		arm(c, typed);
		break;
	case FOR_SEARCH:
		search(c, typed);
		break;
	case FOR_CONFIRM:
		confirm(c, typed);
		break;
	case FOR_NOTE:
		if (c->engine != NULL)
			engine_note(c->engine, typed);
		break;
	case FOR_START:
	case FOR_RESUME:
		begin_answered(c, p->purpose == FOR_START ? FOR_START : FOR_RESUME, p->key);
		break;
	case FOR_OVERRIDE:
		override(c, typed);
		break;
	case FOR_UNDO:
		take_back(c);
		break;
	case FOR_QUIT:
		leave(c, p->key == 'x');
		break;
	case FOR_BREAK:
		if (c->engine != NULL)
			console_break_off(c);
		break;
	case FOR_ASK:
		answer_ask(c, typed);
		break;
	case FOR_NOTHING:
		break;
	}
}

void prompts_key(struct console *c, uint32_t key)
{
	enum prompt_result result = prompt_key(&c->prompt, key);
	struct prompt done;

	if (result == PROMPT_GOES_ON) {
		if (key == KEYCODE_ENTER && c->prompt.kind == PROMPT_LINE && c->prompt.typed.len == 0)
			console_say(c, "Nothing was typed; Esc leaves everything as it is.");
		return;
	}
	/* Taken out first: what is answered may open the next one. */
	done = c->prompt;
	c->prompt = (struct prompt){ 0 };
	if (result == PROMPT_ANSWERED) {
		answered(c, &done);
	} else if (done.purpose == FOR_OVERRIDE) {
		prompts_open(c, c->override_for);
	} else if (done.purpose == FOR_ASK) {
		refuse_ask(c);
	}
	prompt_close(&done);
	prompts_asked(c);
}

void prompts_asked(struct console *c)
{
	struct asked first = { 0 };
	char text[900];
	bool waits = c->asker != NULL && asker_first(c->asker, &first);

	if (c->prompt.kind != PROMPT_NONE && c->prompt.purpose == FOR_ASK && (!waits || first.id != c->asked.id)) {
		prompt_close(&c->prompt);
		c->asked = (struct asked){ 0 };
		c->dirty = true;
	}
	if (!waits || c->prompt.kind != PROMPT_NONE)
		return;
	c->asked = first;
	if (first.secret)
		snprintf(text, sizeof text, "%s: %s", first.host, first.text);
	else
		snprintf(text, sizeof text,
		         "%s is not known yet and shows the key\n%s\nCompare it with what its operator gave you by "
		         "another way. Type yes to "
		         "trust it from now on, anything else to refuse.",
		         first.host, first.text);
	prompt_open(&c->prompt, first.echo ? PROMPT_LINE : PROMPT_SECRET, FOR_ASK, text, NULL);
	c->dirty = true;
}
