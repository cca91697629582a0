/* step.h -- a run is a table of steps; the engine is the only code that runs them. */
#ifndef ODSF_CORE_RUN_STEP_H
#define ODSF_CORE_RUN_STEP_H

#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/pair/board.h"
#include "core/pair/host.h"
#include "core/pair/resolver.h"

struct plan;
struct journal;

enum step_state {
	STEP_TODO,    /* check(): not done yet and may be run */
	STEP_DONE,    /* check(): the goal already holds; run() is not called */
	STEP_BLOCKED, /* check(): something else must come first; err says what */
	STEP_UNSURE,  /* check(): could not be observed; the operator decides */
};

enum step_risk { RISK_READ, RISK_REVERSIBLE, RISK_FINAL /* no undo: confirmed by typing the losing instance's name */ };

/* Which instance a step acts on: for the checklist and the plan. */
enum step_where { ON_OLD_ACTIVE, ON_NEW_ACTIVE, ON_BOTH, ON_PUBLIC, ON_CONSOLE };

/* What a step may use. Steps get hosts by role, never by index or name. */
struct step_ctx {
	const struct pair_config *pair;
	const struct plan *plan;
	struct host *old_active, *new_active; /* old_active may be unreachable in a failover */
	struct resolver *resolver;
	struct journal *journal;
	const char *run; /* run id */
	struct cancel *cancel;
	void (*progress)(void *ctx, uint64_t done, uint64_t total, const char *text); /* shown, never stored */
	enum rc (*ask)(void *ctx, const char *question,
	               struct err *e); /* yes: RC_OK; headless by policy. NULL: refuse */
	/* The run goes on, but will end with issues: journalled and shown. */
	void (*warn)(void *ctx, const char *sentence);
	/* Called while a step waits: keeps the lease alive. RC_BLOCKED when it is lost: the step has to end. */
	enum rc (*beat)(void *ctx, struct err *e);
	void *ctx;
	const char *operator_name, *reason; /* for the lease and the record; never NULL */
	const char *const *overrides;       /* "finding-id=reason", NULL-terminated; NULL for none */
	bool steal_lease;
	bool kill_hung;      /* what ask() would be asked of a hung daemon is answered: yes */
	int refused;         /* set by a step that refuses before anything is done: the exit status */
	struct buf observed; /* what the step saw, one sentence; the engine journals and shows it */
};

/* Rules, all tested by walking the tables:
 *   - ids are unique, lower-case-with-dashes and never reused: journals outlive releases;
 *   - check() and verify() only look; run() and undo() may be called again after any crash;
 *   - verify() looks at the world, never at what run() printed, and is called after check() said STEP_DONE, too;
 *   - run is NULL if and only if the risk is RISK_READ: such a step looks in verify() alone;
 *   - undo is NULL if and only if the risk is RISK_READ or RISK_FINAL, or the step lies behind the point of no return.
 */
struct step {
	/* In command, expected, by_hand and undo_text the words of plan_words() are replaced. */
	const char *id;
	const char *title;     /* imperative: "Stop the signer on the old active" */
	const char *why;       /* one sentence */
	const char *command;   /* what it runs, for people */
	const char *expected;  /* the end state that verify() looks for */
	const char *by_hand;   /* what to type if the console cannot do it */
	const char *undo_text; /* what undo does; NULL without undo */
	enum step_where where;
	enum step_risk risk;
	bool final; /* the point of no return lies right before this step */
	int timeout_s;
	enum step_state (*check)(struct step_ctx *c, struct err *e);
	enum rc (*run)(struct step_ctx *c, struct err *e);
	enum rc (*verify)(struct step_ctx *c, struct err *e);
	enum rc (*undo)(struct step_ctx *c, struct err *e);
	/* Of the final step: RC_OK when the world shows that it has not taken effect, so that undo is still possible.
	 */
	enum rc (*not_taken)(struct step_ctx *c, struct err *e);
};

struct step_table {
	enum run_kind kind;
	const char *title;
	const struct step *steps;
	size_t count;
};

/* NULL when this kind cannot be carried out yet. */
const struct step_table *step_table(enum run_kind kind);
const struct step *step_find(const struct step_table *table, const char *id); /* NULL when there is none */

#endif
