/* jobs.h -- what the console has done by its workers: look at the pair, make a plan, read the journal, carry out a run.
 * Each gives its result to the bus. */
#ifndef ODSF_TUI_CONSOLE_JOBS_H
#define ODSF_TUI_CONSOLE_JOBS_H

#include <stdatomic.h>

#include "core/base/bus.h"
#include "core/base/cancel.h"
#include "core/pair/board.h"
#include "core/pair/zone_study.h"
#include "core/run/engine.h"
#include "tui/console/name_sides.h"
#include "tui/console/worker.h"

enum msg_kind {
	MSG_BOARD,          /* struct board */
	MSG_MIRRORS,        /* struct err: what became of reading the runs of other machines */
	MSG_PLAN,           /* struct plan_made */
	MSG_JOURNAL,        /* struct journal_copy */
	MSG_RUN,            /* struct run_event */
	MSG_PROGRESS,       /* struct run_event, EV_PROGRESS */
	MSG_RUN_OVER,       /* struct err: what the engine returned */
	MSG_STUDY,          /* struct study_news with a study */
	MSG_STUDY_PROGRESS, /* struct study_news without */
	MSG_NAME,           /* struct name_news with both sides */
	MSG_NAME_PROGRESS,  /* struct name_news without */
};

struct plan_made {
	struct plan *plan; /* NULL: see why */
	struct err why;
};

struct study_news {
	unsigned number; /* of the order: an older one than the newest is of no use */
	struct study_progress progress;
	struct zone_study *study;
};

struct name_news {
	unsigned number; /* as study_news.number */
	uint64_t done, total;
	struct name_sides *sides;
};

struct jobs {
	const struct pair_config *pair;
	struct host *hosts[2];
	struct resolver *resolver;
	char *journal_path;
	struct bus *bus;
	struct cancel *cancel;     /* of everything but a run */
	struct cancel *run_cancel; /* of the run */
	struct cancel *study_cancel;
	bool keep_zones;          /* beside the journal; not those of a recording */
	atomic_uint study_number; /* of the newest order of a comparison, or of a name of one */
	struct worker *look, *make, *read, *carry, *study;
};

void jobs_start(struct jobs *j);
/* Cancels and ends all; false when one of them did not end in time, and nothing that it uses may be freed. */
bool jobs_end(struct jobs *j);

/* @mirrors: where both instances were seen, the journals that lie on them are read into this machine's, so that a run
 * that was left on another machine is known here. */
void job_look(struct jobs *j, enum run_kind kind, bool mirrors);
/* Takes a reference on @b. */
void job_plan(struct jobs *j, struct board *b, enum run_kind kind);
/* @run: whose entries are wanted; "" none. */
void job_journal(struct jobs *j, const char *run);

/* Compares @zone on both sides, in place of what was ordered before. Takes a reference on @b. */
void job_study(struct jobs *j, struct board *b, const char *zone);
/* Ends it at once; what it still tells is to be dropped by its number. */
void job_study_cancel(struct jobs *j);
void study_news_free(struct study_news *news);

/* Reads @owner of the compared files of @zone, with these serials, in place of what was ordered before;
 * job_study_cancel() ends it. Asks no host. */
void job_name(struct jobs *j, const char *zone, const char *owner, const uint32_t serials[2]);
void name_news_free(struct name_news *news);

/* The plan of the newest run of the pair that can be resumed, out of the journal, and its id in @run; NULL when this
 * machine has none. Reads the local disk only. */
struct plan *job_recorded_plan(struct jobs *j, char run[RUN_ID]);
/* Whether the gate of that run has still to say yes; TRI_UNKNOWN when this machine has none. Reads the local disk only.
 */
enum tri job_gate_ahead(struct jobs *j);
/* Ends the step in progress now: the run stops, resumable. What a host was told may go on there. */
void job_break_run(struct jobs *j);

enum run_what { RUN_NEW, RUN_RESUME, RUN_UNDO };
struct run_order {
	enum run_what what;
	const struct plan *plan; /* RUN_NEW; stays with the model, which keeps it while the run is open */
	const char *run;         /* RUN_RESUME, RUN_UNDO; NULL: the newest */
	const char *reason, *operator_name;
	char *const *overrides; /* as engine_policy.overrides; NULL: none */
};
/* Copies the strings. *engine is made at once, to be answered; free it with engine_free() when MSG_RUN_OVER came. */
MUST_CHECK enum rc job_run(struct jobs *j, const struct run_order *order, struct engine **engine, struct err *e);

#endif
