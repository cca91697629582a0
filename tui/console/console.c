/* console.c -- the loop: one thread owns the terminal and the model, waits in one ppoll(), and never for anything slow.
 */
#include "tui/console/console.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/console/state.h"
#include "tui/view/frame.h"

enum { FRAME_MS = 33, BUS_CAPACITY = 256, LOG_LINES = 2000 };

void console_block_signals(void)
{
	terminal_block_signals();
}

/* Another console has a run, or left one: what it does is read from the instances as often as they are looked at. */
static bool others_run(const struct console *c)
{
	const struct board *b = c->model.board;

	for (int i = 0; b != NULL && i < 2; i++)
		if (b->obs[i]->lease_owner != NULL && b->obs[i]->lease_expires > c->model.now)
			return true;
	return model_unfinished(&c->model) != NULL;
}

void console_look(struct console *c)
{
	bool mirrors = !c->args->recording && !c->model.run.open && (c->mirrors || others_run(c));

	if (c->model.looking) {
		c->look_again = true;
		return;
	}
	c->look_again = false;
	c->model.looking = true;
	c->model.looking_since = c->model.now;
	job_look(&c->jobs, KIND_SWITCHOVER, mirrors);
}

/* Nobody waits for it: it takes the keyboard from nobody who did not want to be asked. */
static void look_by_itself(struct console *c)
{
	if (c->asker != NULL)
		asker_keep_quiet(c->asker);
	console_look(c);
}

void console_may_ask(struct console *c)
{
	if (c->asker == NULL || !asker_forgive(c->asker))
		return;
	c->model.refused[0] = c->model.refused[1] = REFUSED_NOTHING;
	c->dirty = true;
}

static void want_plan(struct console *c)
{
	if (!c->replan || c->model.board == NULL || c->model.planning || c->model.run.open)
		return;
	/* A plan of what was so before a run would be one of what is done already. */
	if (c->model.looking && c->model.run.ended)
		return;
	console_study_cancel(c);
	c->replan = false;
	c->model.planning = true;
	job_plan(&c->jobs, c->model.board, KIND_SWITCHOVER);
}

static void run_over(struct console *c, struct err *e)
{
	engine_free(&c->engine);
	if (!c->model.run.ended) { /* it never began: there was no last event */
		c->model.run.ended = true;
		c->model.run.outcome = OUTCOME_REFUSED;
		c->model.run.exit_code = rc_exit_code(e->rc);
		c->model.run.text = xasprintf("%s%s%s", e->text, e->hint[0] != '\0' ? ": " : "", e->hint);
	}
	c->model.run.open = false;
	/* A plan that was wanted before the run would take its end off the screen. */
	c->replan = false;
	model_answered(&c->model);
	job_journal(&c->jobs, c->journal_run);
	look_by_itself(c);
	if (c->leaving) {
		c->leave = true;
		c->status = c->model.run.outcome == OUTCOME_STOPPED ? 5 : 0;
	}
	free(e);
}

static void mirrors_read(struct console *c, struct err *e)
{
	if (e->rc == RC_OK)
		job_journal(&c->jobs, c->journal_run);
	else if (c->mirrors) /* once: it would be said again at every look */
		log_add(c->model.log, LOG_LEVEL_WARN, "console", "the journals on the instances could not be read: %s",
		        e->text);
	c->mirrors = false;
	free(e);
}

static void take(struct console *c, struct msg *m)
{
	struct plan_made *made = m->payload;
	struct run_event *ev = m->payload;

	switch ((enum msg_kind)m->kind) {
	case MSG_BOARD:
		model_board(&c->model, m->payload);
		c->look_at = c->look_again ? c->model.now : c->model.now + LOOK_EVERY_SECONDS;
		job_journal(&c->jobs, c->journal_run); /* others on this machine write it too */
		console_study_again(c);
		break;
	case MSG_MIRRORS:
		mirrors_read(c, m->payload);
		break;
	case MSG_PLAN:
		model_plan(&c->model, made->plan, &made->why);
		free(made);
		break;
	case MSG_JOURNAL:
		model_journal(&c->model, m->payload);
		break;
	case MSG_RUN:
		if (ev->text != NULL && ev->severity >= SEV_WARN)
			log_add(c->model.log, ev->severity == SEV_STOP ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, "run", "%s",
			        ev->text);
		model_run_event(&c->model, ev);
		if (c->model.run.asking && c->leaving) {
			engine_answer(c->engine, ANSWER_STOP, NULL);
			model_answered(&c->model);
		}
		prompts_fit(c);
		break;
	case MSG_PROGRESS:
		model_run_event(&c->model, ev);
		break;
	case MSG_RUN_OVER:
		run_over(c, m->payload);
		prompts_fit(c);
		break;
	case MSG_STUDY:
	case MSG_STUDY_PROGRESS:
		console_study_news(c, m->payload, m->kind == MSG_STUDY);
		break;
	case MSG_NAME:
	case MSG_NAME_PROGRESS:
		console_name_news(c, m->payload);
		break;
	}
	c->dirty = true;
}

static void take_time(struct console *c)
{
	int64_t now = c->args->now != NULL ? c->args->now() : clock_now();

	c->dirty = c->dirty || now != c->model.now;
	c->model.now = now;
}

/* What changes by itself as time goes on. */
static void tick(struct console *c)
{
	struct model *m = &c->model;
	int64_t now;

	take_time(c);
	now = m->now;
	if (m->armed_until != 0 && m->armed_until <= now) {
		model_disarm(m);
		console_say(c, "%d minutes without a key: the console is read-only again.", ARM_IDLE_SECONDS / 60);
	}
	for (int i = 0; i < 2; i++) {
		if (c->jobs.hosts[i]->ops->state != NULL)
			c->jobs.hosts[i]->ops->state(c->jobs.hosts[i], &m->link[i]);
		if (c->asker != NULL)
			m->refused[i] = asker_refused(c->asker, m->pair->instance[i].name);
	}
	if (!m->looking && now >= c->look_at && !m->run.open && !(m->study.working && !c->restudy))
		look_by_itself(c);
	want_plan(c);
}

static void leave_by_signal(struct console *c, int number)
{
	c->leave = true;
	c->status = number == SIGINT ? 130 : 128 + number;
}

static void signalled(struct console *c, int number)
{
	switch (number) {
	case SIGTSTP:
		if (c->model.run.open) {
			console_say(c, "A run is open: its lease would run out while the console is stopped. q leaves "
			               "it resumable.");
			return;
		}
		terminal_suspend(&c->terminal);
		c->redraw = c->dirty = true;
		return;
	case SIGINT:
		/* The first asks where there is something to lose, the second does not. */
		if (c->model.run.open && c->prompt.purpose != FOR_QUIT && !c->leaving) {
			console_quit(c);
			return;
		}
		leave_by_signal(c, number);
		return;
	default:
		leave_by_signal(c, number);
		return;
	}
}

static void take_signals(struct console *c)
{
	struct signalfd_siginfo info;

	while (read(c->terminal.signals, &info, sizeof info) == (ssize_t)sizeof info)
		signalled(c, (int)info.ssi_signo);
}

static void paint(struct console *c)
{
	int rows, cols;

	terminal_size(&rows, &cols);
	surface_reset(c->surface, rows, cols);
	c->model.prompted = c->prompt.kind != PROMPT_NONE;
	frame_draw(c->surface, &c->model, console_view(c), &c->prompt, c->say[0] != '\0' ? c->say : NULL);
	present(&c->presenter, c->surface, c->redraw);
	c->dirty = c->redraw = false;
}

/* Milliseconds until something has to be painted: the rest of a frame, or of the second in which the clock stands
 * still. */
static int64_t patience(const struct console *c, int64_t painted_ms)
{
	int64_t since = clock_mono_ms() - painted_ms;
	struct timespec t;

	if (c->dirty)
		return since >= FRAME_MS ? 0 : FRAME_MS - since;
	clock_gettime(CLOCK_REALTIME, &t);
	return 1000 - t.tv_nsec / 1000000;
}

enum { WAIT_KEYS, WAIT_BUS, WAIT_SIGNALS, WAIT_STDERR, WAIT_ASKER, WAITS };

static void wait_for_something(struct console *c, struct pollfd *p, int64_t ms)
{
	struct timespec timeout = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	p[WAIT_KEYS] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	p[WAIT_BUS] = (struct pollfd){ .fd = bus_fd(c->jobs.bus), .events = POLLIN };
	p[WAIT_SIGNALS] = (struct pollfd){ .fd = c->terminal.signals, .events = POLLIN };
	p[WAIT_STDERR] = (struct pollfd){ .fd = c->terminal.stderr_pipe, .events = POLLIN };
	p[WAIT_ASKER] = (struct pollfd){ .fd = c->asker != NULL ? asker_fd(c->asker) : -1, .events = POLLIN };
	if (ppoll(p, WAITS, &timeout, &c->terminal.open) < 0)
		for (int i = 0; i < WAITS; i++)
			p[i].revents = 0; /* EINTR: a resize, which comes as a key */
}

/* A screen that was opened is painted before it is given the next key, which may go by how much of it is in view.
 * *@more: keys may be waiting for that. */
static bool take_keys(struct console *c, bool *more)
{
	const struct view *before = console_view(c);
	uint32_t key;
	bool any = false;

	*more = false;
	while (!c->leave && !*more && terminal_key(&key)) {
		console_key(c, key);
		any = true;
		*more = console_view(c) != before;
	}
	return any;
}

static void loop(struct console *c)
{
	int64_t painted_ms = clock_mono_ms() - FRAME_MS;
	int nothing = 0;
	bool answer = false, more = false;

	while (!c->leave) {
		struct pollfd p[WAITS];
		struct msg m;

		tick(c);
		/* A key is answered at once; what else changes waits for the next frame. */
		if (c->dirty && (answer || clock_mono_ms() - painted_ms >= FRAME_MS)) {
			paint(c);
			painted_ms = clock_mono_ms();
		}
		wait_for_something(c, p, more ? 0 : patience(c, painted_ms));
		take_time(c);
		if (p[WAIT_SIGNALS].revents != 0)
			take_signals(c);
		if (p[WAIT_STDERR].revents != 0) {
			terminal_drain(&c->terminal, c->model.log);
			c->dirty = true;
		}
		while (bus_take(c->jobs.bus, &m))
			take(c, &m);
		if (p[WAIT_ASKER].revents != 0)
			prompts_asked(c);
		/* Always: a resize interrupts ppoll() and waits in curses. A terminal that is gone is readable for ever
		 * and gives nothing. */
		answer = take_keys(c, &more);
		nothing = answer || p[WAIT_KEYS].revents == 0 ? 0 : nothing + 1;
		if ((p[WAIT_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 || nothing > 100)
			leave_by_signal(c, SIGHUP);
	}
}

static char *operator_name(void)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *sudo = getenv("SUDO_USER");

	return xstrdup(sudo != NULL && sudo[0] != '\0' ? sudo : pw != NULL ? pw->pw_name : "unknown");
}

/* Before the terminal is taken, so that what is wrong with them can be read. */
static enum rc load_themes(const struct console_args *args, struct theme *theme, struct theme *mono, struct err *e)
{
	const char *name = args->theme != NULL ? args->theme : getenv("ODSF_THEME");
	enum rc rc = theme_load(theme, name != NULL && name[0] != '\0' ? name : "default", e);

	return rc != RC_OK ? rc : theme_load(mono, "mono", e);
}

static void console_init(struct console *c, const struct console_args *args, const struct theme *theme,
                         const struct theme *mono)
{
	c->model.pair = args->pair;
	c->model.recording = args->recording;
	c->model.recorded_at = args->recorded_at;
	c->model.ascii = args->ascii || !terminal_utf8();
	take_time(c);
	c->model.log = log_new(LOG_LINES);
	c->model.operator_name = operator_name();
	c->asker = args->asker;
	c->jobs.pair = args->pair;
	c->jobs.hosts[0] = args->hosts[0];
	c->jobs.hosts[1] = args->hosts[1];
	c->jobs.resolver = args->resolver;
	c->jobs.bus = bus_new(BUS_CAPACITY);
	c->jobs.cancel = cancel_new();
	c->jobs.run_cancel = cancel_new();
	c->jobs.study_cancel = cancel_new();
	c->jobs.keep_zones = !args->recording;
	c->mirrors = true;
	c->surface = surface_new(1, 1, c->model.ascii);
	present_init(&c->presenter, present_colours() ? theme : mono);
	c->views[c->view_count++] = view_overview();
	jobs_start(&c->jobs);
	job_journal(&c->jobs, c->journal_run);
	c->dirty = true;
}

static void console_clear(struct console *c)
{
	while (c->view_count > 0)
		view_free(&c->views[--c->view_count]);
	engine_free(&c->engine);
	prompt_close(&c->prompt);
	overrides_clear(&c->overrides);
	surface_free(&c->surface);
	model_clear(&c->model);
	bus_free(&c->jobs.bus);
	cancel_free(&c->jobs.cancel);
	cancel_free(&c->jobs.run_cancel);
	cancel_free(&c->jobs.study_cancel);
	free(c->jobs.journal_path);
	free(c);
}

static void say_goodbye(const struct console *c, bool run_was_open)
{
	if (run_was_open || c->status == 5)
		fprintf(
		    stderr,
		    "ods-failover: run %s was stopped; `ods-failover resume` goes on with it, `undo` takes it back\n",
		    c->model.run.id[0] != '\0' ? c->model.run.id : "in progress");
}

int console_run(const struct console_args *args, struct err *e)
{
	struct console *c = xcalloc(1, sizeof *c);
	struct theme theme, mono;
	enum rc rc = load_themes(args, &theme, &mono, e);
	bool run_was_open, ended;
	int status;

	if (rc == RC_OK && args->journal_path == NULL)
		rc = journal_default_path(&c->jobs.journal_path, e);
	else if (rc == RC_OK)
		c->jobs.journal_path = xstrdup(args->journal_path);
	if (rc == RC_OK)
		rc = terminal_open(&c->terminal, e);
	if (rc != RC_OK) {
		free(c->jobs.journal_path);
		free(c);
		return rc_exit_code(rc);
	}
	c->args = args;
	console_init(c, args, &theme, &mono);
	loop(c);
	/* The terminal first: whatever hangs, the operator has it back. */
	terminal_close(&c->terminal);
	run_was_open = c->model.run.open;
	if (c->asker != NULL)
		asker_close(c->asker);
	ended = jobs_end(&c->jobs);
	say_goodbye(c, run_was_open);
	status = c->status;
	if (!ended) {
		/* A thread still hangs in a host or on a disk: what it uses can't be freed under it, and there is
		 * nobody to wait for it. All that has to last is on disk. */
		(void)fflush(NULL);
		_exit(status);
	}
	console_clear(c);
	return status;
}
