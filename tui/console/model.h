/* model.h -- what the console knows. Changed on the main thread only, by messages and keys; views read it. */
#ifndef ODSF_TUI_CONSOLE_MODEL_H
#define ODSF_TUI_CONSOLE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/log.h"
#include "core/pair/board.h"
#include "core/pair/host.h"
#include "core/pair/zone_study.h"
#include "core/run/engine.h"
#include "core/run/journal.h"
#include "core/run/plan.h"
#include "tui/console/asker.h"
#include "tui/console/name_sides.h"
#include "tui/console/studied.h"

/* Arming ends after so long without a key. Not so long after it began: that would take a run out of the hands of
 * whoever is carrying it out, between one answer and the next. */
enum { ARM_IDLE_SECONDS = 600 };
enum { LOOK_EVERY_SECONDS = 30, STALE_SECONDS = 90 };

struct step_line { /* how far a step of the plan has come */
	enum step_status status;
	enum severity severity;
	int64_t took_ms;
	int64_t since;     /* epoch: when it came into this state; 0: it did not yet */
	char *text, *hint; /* what was seen last; NULL: nothing yet */
	char *issues;      /* what is left to do about it, one a line; NULL: nothing */
};

struct run_model {
	bool open;  /* the engine works, or waits for an answer */
	bool ended; /* outcome, exit_code and text are known */
	bool undoing, stopping;
	struct step_line *steps;
	size_t step_count;
	size_t current; /* the step that the last event was about */
	bool asking;
	bool approved;    /* the step that waited, or failed, was; nothing was heard of it since */
	int64_t asked_at; /* epoch */
	char *question, *question_hint;
	uint64_t done, total; /* of the step in progress; total 0: not known */
	char *doing;          /* what @done counts; NULL: nothing is counted */
	enum question question_kind;
	bool can_undo;   /* ANSWER_UNDO is an answer */
	char id[RUN_ID]; /* of the run; "" until an event told */
	int64_t progress_since_ms;
	int64_t started;  /* epoch */
	int64_t acted_at; /* epoch: when a step last changed anything on an instance; 0: none did */
	enum outcome outcome;
	int exit_code;
	char *text; /* the last sentence */
};

struct journal_copy { /* read by another thread, handed over whole */
	struct journal_run *runs;
	size_t run_count;
	char run[RUN_ID];              /* whose entries these are; "" none */
	struct journal_entry *entries; /* strings are owned */
	size_t entry_count;
	char error[240]; /* why it could not be read; "" */
};
void journal_copy_free(struct journal_copy **copy);

struct study_model { /* the comparison of one zone: the newest that was asked for */
	char *zone;  /* NULL: none was */
	bool working;
	int64_t since_ms; /* clock_mono_ms() when it began */
	struct study_progress progress;
	struct zone_study *study; /* its result; NULL: none yet, or given up */
	bool cancelled;
	unsigned results; /* how many studies there were: another one may lie where the last one lay */
};

struct name_model {  /* one name of the newest comparison, the one that was opened last */
	char *owner; /* NULL: none was */
	bool working, cancelled;
	uint64_t done, total;     /* octets; total 0: not known */
	struct name_sides *sides; /* all its records; NULL: not read yet, or given up */
	unsigned results;         /* how many were read: another one may lie where the last one lay */
};

struct model {
	const struct pair_config *pair;
	int64_t now;
	bool recording;      /* not real hosts */
	int64_t recorded_at; /* epoch; 0: not known */
	bool ascii;
	bool prompted; /* the operator is asked something by the console: it comes before what a run asks */

	struct board *board; /* the newest; NULL before the first */
	struct board
	    *facts;   /* the newest that saw both instances, or the newest at all: zones, keys and slack come from it */
	bool looking; /* an observation is under way */
	int64_t looking_since;
	struct host_state link[2];
	enum refused refused[2]; /* what the operator did not want to answer about it, and is not asked again */

	int64_t armed_until; /* epoch; 0: read-only */
	char *reason;        /* of arming */
	char *operator_name;

	struct plan *plan;            /* NULL: none made */
	char *plan_error, *plan_hint; /* why there is none */
	bool planning;
	struct run_model run;
	struct journal_copy *journal; /* NULL: not read yet */
	struct study_model study;
	struct name_model name;
	struct studied_list studied; /* the newest comparison of each zone */
	struct log *log;
};

bool model_armed(const struct model *m);
/* Whether the newest look is older than it should be, or than what a run has changed since. */
bool model_look_is_old(const struct model *m);
/* The same of zones, keys and slack, which may be of a look before it. */
bool model_stale(const struct model *m);
/* The step in progress only looks: nothing is lost where it is broken off. */
bool model_only_looks(const struct model *m);
/* The newest run of the pair in this machine's journal, where it was begun and not brought to an end, and is not the
 * one that is open here; NULL: none, or the journal is not read yet. */
const struct journal_run *model_unfinished(const struct model *m);
/* Slack in seconds as of now; false: unknown. */
bool model_slack(const struct model *m, int64_t *seconds);

/* Each takes ownership. */
void model_board(struct model *m, struct board *b);
void model_plan(struct model *m, struct plan *plan, const struct err *why);
void model_journal(struct model *m, struct journal_copy *copy);
void model_run_event(struct model *m, struct run_event *ev);

/* A comparison of @zone begins; its progress; its end, of which ownership is taken. */
void model_study_begin(struct model *m, const char *zone);
void model_study_progress(struct model *m, const struct study_progress *p);
void model_study_end(struct model *m, struct zone_study *study);
void model_study_cancel(struct model *m);
/* The reading of a name of it begins; its end, of which ownership is taken. */
void model_name_begin(struct model *m, const char *owner);
void model_name_end(struct model *m, struct name_sides *sides);

/* A run of m->plan begins: all its steps are pending. */
void model_run_open(struct model *m);
void model_answered(struct model *m);
/* … by approval: what waited begins. */
void model_approved(struct model *m);
void model_disarm(struct model *m);
void model_clear(struct model *m);

#endif
