/* finding.h -- the result of a check over a board. One table of checks in finding.c; ids never change. */
#ifndef ODSF_CORE_PAIR_FINDING_H
#define ODSF_CORE_PAIR_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"

/* In the order of what decides; ok is never listed as a finding of its own unless asked for. */
enum severity { SEV_OK, SEV_WARN, SEV_UNKNOWN, SEV_STOP };
const char *severity_name(enum severity s); /* "ok", "warn", "unknown", "stop" */

struct board;

struct finding { /* strings live in the board's arena */
	const char *id;
	enum severity severity;
	const char *instance;      /* NULL when about neither */
	const char *zone;          /* NULL when about none */
	const char *text;          /* one sentence for the operator */
	const char *value, *limit; /* what was seen, what is allowed; NULL when there is no such figure */
	const char *source;        /* where the value came from: command, file, server */
	const char *hint;          /* the next safe thing to do; NULL when obvious */
	int64_t at;                /* when it was observed */
};

enum scope { /* what a check has a result for */
	     SCOPE_PAIR,
	     SCOPE_INSTANCES,
	     SCOPE_ACTIVE,
	     SCOPE_STANDBY,
	     SCOPE_COMPARED, /* the standby, against the active: it takes both */
	     SCOPE_COPY,     /* the standby, where a run begins from the copy set there */
	     SCOPE_ZONES,    /* each zone of the active */
	     SCOPE_PARENTS,  /* each zone whose parent is configured */
};

struct check {
	const char *id;
	const char *title; /* short, for the manual and help */
	const char *rule;  /* how its severity is chosen, and by which source; for manual and `?` */
	enum scope scope;
	const char *rests_on; /* ids of the checks, blanks between, without which its silence proves nothing, and by way
	                       * of these what they rest on; NULL */
	void (*run)(struct board *b, const struct check *check); /* adds findings with finding_add() */
};

extern const struct check checks[];
extern const size_t check_count;

/* Adds one to the board; copies nothing: strings are static or in the board's arena. Used by the checks only. */
void finding_add(struct board *b, struct finding f);

/* Runs all checks over @b, for a run of its kind, and sorts what they found. Called by board_make(). */
void findings_run(struct board *b);
const struct check *check_by_id(const char *id);
/* Whether a run may be begun in spite of @id: not where a step looks at it again with the daemons down, and would stop.
 */
bool check_may_override(const char *id);

/* Says every result: the findings of @b, then one for each check and whatever it is about that found nothing: ok, or
 * unknown where what it rests on was not seen. What it says is valid during the call alone. */
typedef void finding_fn(void *ctx, const struct finding *f);
void findings_each(const struct board *b, finding_fn *say, void *ctx);

/* The table as an mdoc(7) list, for the manual page. */
void findings_manual(struct buf *out);

#endif
