/* plan.h -- a checklist with its inputs frozen; printable; its id is what a run must match. */
#ifndef ODSF_CORE_RUN_PLAN_H
#define ODSF_CORE_RUN_PLAN_H

#include "core/base/arena.h"
#include "core/pair/board.h"
#include "core/run/step.h"

struct plan_step { /* the row with names and paths filled in */
	const struct step *step;
	const char *instance; /* "alpha", "alpha,bravo", "public", "console" */
	const char *command, *by_hand;
};

struct plan {
	struct arena arena;
	char id[65]; /* sha256: pair, kind, direction, steps, versions, zones, keys, policies; not times, not serials */
	enum run_kind kind;
	const struct pair_config *pair;
	const char *from, *to; /* instance names: losing, winning */
	int from_index, to_index;
	const char *machines[2]; /* by instance index: plan_machine() of it, "" unknown */
	struct plan_step *steps;
	size_t step_count;
	const char **refusals;
	size_t refusal_count; /* why this cannot be carried out yet (exit 4) */
	const char **unrehearsed;
	size_t unrehearsed_count;
	const char **zones;
	size_t zone_count; /* frozen */
};

/* Makes the plan of @kind out of @b. @to names the instance that becomes active; NULL: the standby.
 * RC_USAGE: no such instance. RC_BLOCKED: what it would do is already so. A plan with refusals is still a plan. */
MUST_CHECK enum rc plan_make(struct plan **plan, const struct board *b, enum run_kind kind, const char *to,
                             struct err *e);

/* Tries every login, sudo rule, path, tool and disk space without effect; fills @unrehearsed with what could not be. */
MUST_CHECK enum rc plan_rehearse(struct plan *plan, const struct board *b, struct host *hosts[2], struct cancel *c,
                                 struct err *e);

/* @text with %old, %new (instances' names), %losing, %run and %snap (the run's id; "RUN" while @run is NULL) replaced.
 */
char *plan_words(const struct plan *plan, const char *text, const char *run); /* caller frees */

/* What tells the machine behind an instance from any other, whatever failover.xml calls it; either word may be NULL. */
void plan_machine(char out[17], const char *machine_id, const char *hostname);

/* The plan as a file, for the journal and `plan --json`, and back; from_json: the steps by the table of this version.
 */
char *plan_json(const struct plan *plan); /* caller frees */
MUST_CHECK enum rc plan_from_json(struct plan **plan, const struct pair_config *pair, const char *json, struct err *e);
void plan_free(struct plan **plan);

#endif
