/* state.h -- the console while it runs; private to console.c, control.c, prompts.c. Main thread. */
#ifndef ODSF_TUI_CONSOLE_STATE_H
#define ODSF_TUI_CONSOLE_STATE_H

#include "tui/console/asker.h"
#include "tui/console/console.h"
#include "tui/console/intent.h"
#include "tui/console/jobs.h"
#include "tui/console/model.h"
#include "tui/console/overrides.h"
#include "tui/console/present.h"
#include "tui/console/terminal.h"
#include "tui/view/view.h"
#include "tui/widget/prompt.h"

enum { VIEWS_MOST = 12 };

enum purpose {
	FOR_NOTHING,
	FOR_ARM,
	FOR_SEARCH,
	FOR_CONFIRM,
	FOR_NOTE,
	FOR_START,
	FOR_OVERRIDE,
	FOR_RESUME,
	FOR_UNDO,
	FOR_BREAK,
	FOR_QUIT,
	FOR_ASK
};

struct console {
	const struct console_args *args;
	struct terminal terminal;
	struct presenter presenter;
	struct surface *surface;
	struct model model;
	struct jobs jobs;
	struct console_asker *asker; /* NULL: nothing asks */
	struct asked asked;          /* the question in the prompt; id 0: none */
	struct overrides overrides;  /* of the run that is about to begin, or to go on */
	enum purpose override_for;   /* FOR_START or FOR_RESUME: which question they belong to */
	char start_plan[65];         /* the plan that the operator was asked about */
	struct engine *engine;       /* NULL: no run is open */
	struct view *views[VIEWS_MOST];
	size_t view_count;
	struct prompt prompt;
	struct { /* what the run was at when it was opened */
		bool open, asking;
		size_t step;
	} prompt_on;
	char say[400];            /* for the operator, until the next key; "" nothing */
	bool replan;              /* make a plan as soon as there is a board */
	bool restudy;             /* compare the zone again as soon as there is a board */
	int64_t look_at;          /* when to look again; epoch */
	bool mirrors;             /* the runs of other machines are to be read at the next look */
	bool look_again;          /* as soon as the look under way is over */
	char journal_run[RUN_ID]; /* whose entries are shown */
	bool dirty, redraw;
	bool leaving; /* as soon as the run is over */
	bool leave;
	int status;
};

struct view *console_view(struct console *c);
void console_say(struct console *c, const char *fmt, ...) PRINTF(2, 3);
void console_push(struct console *c, struct view *v);
void console_look(struct console *c);
/* The operator wants the hosts now: what was refused to them may be asked again. */
void console_may_ask(struct console *c);

/* study.c: the comparison of a zone, and the names of it. It has the hosts to itself, so whatever else needs them ends
 * it, and looking by itself waits. */
void console_study(struct console *c, const char *zone);
void console_study_again(struct console *c);
void console_study_cancel(struct console *c);
void console_study_news(struct console *c, struct study_news *news, bool over);
/* @what: "ZONE OWNER". */
void console_name(struct console *c, const char *what);
void console_name_cancel(struct console *c);
void console_name_news(struct console *c, struct name_news *news);

/* control.c: what a key does. */
void console_key(struct console *c, uint32_t key);
void console_quit(struct console *c);
/* Ends the step in progress at once. */
void console_break_off(struct console *c);
/* The screen of the run, on top. */
void console_show_checklist(struct console *c);

/* prompts.c: questions to the operator and what their answers do. */
void prompts_open(struct console *c, enum purpose purpose);
void prompts_key(struct console *c, uint32_t key);
/* After the run has gone on: a prompt that was about what is over is taken away, or asks about what is so now. */
void prompts_fit(struct console *c);
/* Shows the oldest question of a worker, or takes away one that is over. */
void prompts_asked(struct console *c);

#endif
