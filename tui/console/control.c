/* control.c -- what a key does: the view's own actions first, then those that mean the same everywhere. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "tui/console/state.h"
#include "tui/view/frame.h"

_Static_assert(ARM_IDLE_SECONDS == 600, "the help of ACT_ARM says ten minutes");

struct view *console_view(struct console *c)
{
	return c->views[c->view_count - 1];
}

void console_say(struct console *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->say, sizeof c->say, fmt, ap);
	va_end(ap);
	c->dirty = true;
}

void console_push(struct console *c, struct view *v)
{
	if (c->view_count == VIEWS_MOST) { /* the oldest but the overview gives way */
		view_free(&c->views[1]);
		memmove(&c->views[1], &c->views[2], (VIEWS_MOST - 2) * sizeof *c->views);
		c->view_count--;
	}
	c->views[c->view_count++] = v;
}

static void pop(struct console *c)
{
	if (c->view_count > 1)
		view_free(&c->views[--c->view_count]);
	else
		console_say(c, "This is the first screen; q leaves the console.");
}

static void open_screen(struct console *c, enum screen screen, const char *text)
{
	if (screen == SCREEN_OVERVIEW) {
		while (c->view_count > 1)
			pop(c);
		return;
	}
	console_push(c, view_new(screen, text));
	if (screen == SCREEN_DIFFERENCE)
		console_study(c, text);
	if (screen == SCREEN_NAME)
		console_name(c, text);
	if (screen == SCREEN_JOURNAL)
		job_journal(&c->jobs, c->journal_run);
	if (screen == SCREEN_CHECKLIST && c->model.plan == NULL)
		c->replan = true;
}

void console_show_checklist(struct console *c)
{
	if (console_view(c)->ops->screen != SCREEN_CHECKLIST)
		open_screen(c, SCREEN_CHECKLIST, "");
}

static void carry_out_intents(struct console *c, struct intents *in)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct intent *intent = &in->list[i];

		switch (intent->kind) {
		case INTENT_OPEN:
			open_screen(c, intent->screen, intent->text);
			break;
		case INTENT_PAGER:
			console_push(c, view_pager(intent->title, intent->text));
			break;
		case INTENT_SAY:
			console_say(c, "%s", intent->text);
			break;
		case INTENT_LOAD_RUN:
			str_copy(c->journal_run, sizeof c->journal_run, intent->text);
			job_journal(&c->jobs, c->journal_run);
			break;
		}
	}
	intents_clear(in);
}

static void refresh(struct console *c)
{
	console_study_cancel(c);
	console_may_ask(c);
	c->mirrors = true;
	console_look(c);
	if (console_view(c)->ops->screen == SCREEN_DIFFERENCE && !c->model.run.open && c->model.study.zone != NULL) {
		model_study_begin(&c->model, c->model.study.zone);
		c->restudy = true;
	}
	if (console_view(c)->ops->screen == SCREEN_CHECKLIST && !c->model.run.open)
		c->replan = true;
	if (console_view(c)->ops->screen == SCREEN_JOURNAL)
		job_journal(&c->jobs, c->journal_run);
}

static void arm(struct console *c)
{
	if (c->args->recording) {
		console_say(c, "This is a recording: there is no host on which anything could be done.");
	} else if (model_armed(&c->model)) {
		model_disarm(&c->model);
		console_say(c, "Read-only again.");
	} else {
		prompts_open(c, FOR_ARM);
	}
}

void console_break_off(struct console *c)
{
	job_break_run(&c->jobs);
	c->model.run.stopping = true;
	console_say(c, "Broken off: the run is being closed, and can be resumed.");
}

/* What changes anything needs the console armed. */
static bool armed(struct console *c)
{
	if (model_armed(&c->model))
		return true;
	console_say(c, c->args->recording ? "This is a recording: nothing can be done."
	                                  : "The console is read-only: A arms it, and asks for a reason.");
	return false;
}

static void start(struct console *c)
{
	const struct model *m = &c->model;

	if (m->run.open)
		console_say(c, "A run is open already: a approves its next step.");
	else if (m->plan == NULL)
		console_say(c, m->planning ? "The plan is still being made." : "There is no plan: r makes one.");
	else if (m->run.ended)
		console_say(c, "This is the plan of the run that ended: r looks again and makes the next one.");
	else if (model_unfinished(m) != NULL)
		console_say(c, "A run stopped half way: R goes on with it, u takes it back.");
	else if (m->plan->refusal_count > 0)
		console_say(c, "This can't be carried out: %s", m->plan->refusals[0]);
	else if (armed(c)) {
		console_study_cancel(c);
		overrides_clear(&c->overrides);
		prompts_open(c, FOR_START);
	}
}

static void approve(struct console *c)
{
	if (!c->model.run.asking || c->engine == NULL)
		console_say(c, c->model.run.open    ? "Nothing waits for an answer: a step is in progress."
		               : c->model.run.ended ? "No run is open: r makes the plan of the next one."
		                                    : "No run is open: S begins one.");
	else if (!armed(c))
		return;
	else if (c->model.run.question_kind == ASK_CONFIRM)
		prompts_open(c, FOR_CONFIRM);
	else {
		console_may_ask(c);
		engine_answer(c->engine, ANSWER_APPROVE, NULL);
		model_approved(&c->model);
	}
}

/* Stopping is never dangerous, so it needs no arming. */
static void stop(struct console *c)
{
	if (c->engine == NULL) {
		console_say(c, "No run is open.");
	} else if (c->model.run.asking) {
		engine_answer(c->engine, ANSWER_STOP, NULL);
		model_answered(&c->model);
	} else {
		engine_stop_after_step(c->engine);
		c->model.run.stopping = true;
		console_say(c,
		            "The run stops behind the step in progress and can be resumed; x breaks it off at once.");
	}
}

/* As stopping; asked where a host was told to change something, because that may go on there. */
static void break_off(struct console *c)
{
	if (c->engine == NULL || c->model.run.asking)
		stop(c);
	else if (model_only_looks(&c->model))
		console_break_off(c);
	else
		prompts_open(c, FOR_BREAK);
}

static void undo(struct console *c)
{
	const struct run_model *run = &c->model.run;

	if (run->open && !run->asking)
		console_say(c, "A step is in progress: s stops after it, then u.");
	else if (run->open && !run->can_undo)
		console_say(c, "There is nothing that could be taken back now.");
	else if (armed(c))
		prompts_open(c, FOR_UNDO);
}

static void resume(struct console *c)
{
	if (c->model.run.open)
		console_say(c, "A run is open already.");
	else if (armed(c)) {
		console_study_cancel(c);
		overrides_clear(&c->overrides);
		prompts_open(c, FOR_RESUME);
	}
}

static void note(struct console *c)
{
	if (c->engine == NULL)
		console_say(c, "A remark belongs to a run, and none is open.");
	else
		prompts_open(c, FOR_NOTE);
}

void console_quit(struct console *c)
{
	if (c->model.run.open)
		prompts_open(c, FOR_QUIT);
	else
		c->leave = true;
}

static void help(struct console *c)
{
	char *text = view_help(console_view(c), &c->model), title[80];

	snprintf(title, sizeof title, "Help: %s", console_view(c)->ops->title);
	console_push(c, view_pager(title, text));
	free(text);
}

static void everywhere(struct console *c, enum action a)
{
	switch (a) {
	case ACT_BACK:
		pop(c);
		break;
	case ACT_OVERVIEW:
		open_screen(c, SCREEN_OVERVIEW, "");
		break;
	case ACT_KEYS:
		open_screen(c, SCREEN_KEYS, "");
		break;
	case ACT_FINDINGS:
		open_screen(c, SCREEN_FINDINGS, "");
		break;
	case ACT_CANCEL:
		if (!c->model.study.working && !c->model.name.working)
			console_say(c, "Nothing is being compared or read.");
		console_study_cancel(c);
		console_name_cancel(c);
		break;
	case ACT_CHECKLIST:
		open_screen(c, SCREEN_CHECKLIST, "");
		break;
	case ACT_JOURNAL:
		open_screen(c, SCREEN_JOURNAL, "");
		break;
	case ACT_LOG:
		open_screen(c, SCREEN_LOG, "");
		break;
	case ACT_SEARCH:
		prompts_open(c, FOR_SEARCH);
		break;
	case ACT_REFRESH:
		refresh(c);
		break;
	case ACT_ARM:
		arm(c);
		break;
	case ACT_START:
		start(c);
		break;
	case ACT_RESUME:
		resume(c);
		break;
	case ACT_APPROVE:
		approve(c);
		break;
	case ACT_STOP:
		stop(c);
		break;
	case ACT_BREAK:
		break_off(c);
		break;
	case ACT_UNDO:
		undo(c);
		break;
	case ACT_NOTE:
		note(c);
		break;
	case ACT_HELP:
		help(c);
		break;
	case ACT_QUIT:
		console_quit(c);
		break;
	default:
		break;
	}
}

static bool window_fits(void)
{
	int rows, cols;

	terminal_size(&rows, &cols);
	return frame_fits(rows, cols);
}

/* Where the window is too small nobody sees what is asked: no key answers it. */
static void key_unseen(struct console *c, uint32_t key)
{
	if (action_has_key(ACT_QUIT, key) && !c->model.run.open)
		c->leave = true;
}

void console_key(struct console *c, uint32_t key)
{
	struct intents in = { 0 };
	enum action a;

	c->dirty = true;
	c->say[0] = '\0';
	if (key == KEYCODE_REDRAW || key == KEYCODE_RESIZE) {
		c->redraw = true;
		return;
	}
	if (!window_fits()) {
		key_unseen(c, key);
		return;
	}
	if (model_armed(&c->model)) /* it expires where nobody sits */
		c->model.armed_until = c->model.now + ARM_IDLE_SECONDS;
	if (c->prompt.kind != PROMPT_NONE) {
		prompts_key(c, key);
		return;
	}
	a = action_of_key(console_view(c)->ops->actions, key);
	if (a == ACT_NONE) {
		if (key != KEYCODE_NONE)
			console_say(c, "That key means nothing here; ? shows those that do.");
		return;
	}
	console_view(c)->ops->update(console_view(c), &c->model);
	if (!console_view(c)->ops->act(console_view(c), &c->model, a, &in))
		everywhere(c, a);
	carry_out_intents(c, &in);
}
