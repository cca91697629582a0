/* engine.h -- carries a plan out, step by step, under a lease, with the journal written ahead.
 * engine_run() blocks its thread: the console gives it one of its own, headless commands use theirs. */
#ifndef ODSF_CORE_RUN_ENGINE_H
#define ODSF_CORE_RUN_ENGINE_H

#include "core/run/journal.h"
#include "core/run/plan.h"

enum run_event_kind {
	EV_STEP,     /* a step changed its state: checking, waiting for approval, running, verified, failed, undone */
	EV_PROGRESS, /* of the step in progress; may be dropped */
	EV_QUESTION, /* the engine waits for engine_answer() */
	EV_END,
};

enum step_status {
	ST_PENDING,
	ST_CHECKING,
	ST_WAITING,
	ST_RUNNING,
	ST_VERIFYING,
	ST_DONE,
	ST_SKIPPED,
	ST_FAILED,
	ST_UNSURE,
	ST_UNDOING,
	ST_UNDONE
};
const char *step_status_name(enum step_status s);

enum question {
	ASK_NONE,
	ASK_APPROVE, /* do this step? */
	ASK_CONFIRM, /* as ASK_APPROVE, and the losing instance's name has to be typed */
	ASK_FAILED,  /* it failed, or its outcome is not known: approve tries again, undo takes all back */
	ASK_YES,     /* approve is yes, anything else is no */
};

struct run_event { /* owned by the receiver; free with run_event_free() */
	enum run_event_kind kind;
	int64_t at;   /* epoch */
	size_t index; /* of the step in the plan */
	enum step_status status;
	enum phase phase;
	enum rc rc;
	enum severity severity;
	int64_t took_ms;
	uint64_t done, total; /* EV_PROGRESS */
	char *text;           /* the sentence */
	char *hint;
	enum question question; /* EV_QUESTION */
	bool can_undo;          /* EV_QUESTION: ANSWER_UNDO is possible */
	char step[48];          /* id; "" when it is about the run */
	char run[RUN_ID];
	enum outcome outcome; /* EV_END */
	int exit_code;        /* EV_END */
};
void run_event_free(struct run_event **ev);

enum answer {
	ANSWER_APPROVE, /* do the step; after a failure: try again */
	ANSWER_STOP,    /* stop here, resumable */
	ANSWER_UNDO,    /* take everything back, newest first, up to the point of no return */
	ANSWER_SKIP,    /* only offered where the engine says so, with a reason */
};

/* What the engine asks at EV_QUESTION, in its text: approval of a step, what to do after a failure, yes or no. */
struct engine_policy {
	bool yes;            /* approve steps without asking; a failure stops */
	bool kill_hung;      /* a daemon that does not stop is ended by its pid without asking */
	const char *confirm; /* the losing instance's name, given beforehand; NULL: asked when it is needed */
	const char *until;   /* stop after this step id; NULL: to the end */
	const char *reason, *operator_name;
	const char *const *overrides; /* "finding-id=reason", NULL-terminated; NULL for none */
	bool steal_lease;
};

struct engine;
struct engine_args {
	const struct pair_config *pair;
	struct host *hosts[2]; /* by instance index */
	struct resolver *resolver;
	struct journal *journal; /* used on the thread of engine_run() only */
	struct engine_policy policy;
	void (*event)(void *ctx, struct run_event *ev); /* on the engine's thread; takes ownership */
	void *ctx;
	struct cancel *cancel;
};

struct engine *engine_new(const struct engine_args *args);
void engine_free(struct engine **en);

/* Each returns when the run ended or stopped; exit status by interface.md in the last event. */
enum rc engine_run(struct engine *en, const struct plan *plan, struct err *e);
enum rc engine_resume(struct engine *en, const char *run /* NULL: the newest, here or on the instances */,
                      struct err *e);
enum rc engine_undo(struct engine *en, const char *run, struct err *e);

/* Reads into the journal what the instances have of the newest runs, be they of other machines, as engine_resume() does
 * first; changes nothing on them. */
MUST_CHECK enum rc engine_read_mirrors(struct engine *en, struct err *e);

/* Any thread. @typed: the text of a typed confirmation or reason; NULL otherwise. */
void engine_answer(struct engine *en, enum answer a, const char *typed);
void engine_stop_after_step(struct engine *en);
void engine_note(struct engine *en, const char *text);

#endif
