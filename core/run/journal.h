/* journal.h -- append-only record of what was meant, done and seen. Write-ahead: intent first.
 * SQLite, WAL, synchronous FULL, STRICT, append-only triggers, hash chain a run. One connection, one thread. */
#ifndef ODSF_CORE_RUN_JOURNAL_H
#define ODSF_CORE_RUN_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"

struct journal;

/* BEGIN: the run was begun or taken up again; END: it ended or stopped, the text is the outcome's name; ATTACH: an
 * attachment was added, the text names it; WARN: the run goes on, but will end with issues. */
enum phase {
	PHASE_APPROVE,
	PHASE_INTENT,
	PHASE_CHECK,
	PHASE_RUN,
	PHASE_VERIFY,
	PHASE_UNDO,
	PHASE_SKIP,
	PHASE_NOTE,
	PHASE_OVERRIDE,
	PHASE_BEGIN,
	PHASE_END,
	PHASE_ATTACH,
	PHASE_WARN,
};
const char *phase_name(enum phase p); /* "approve", "intent"… */

enum outcome { OUTCOME_OPEN, OUTCOME_DONE, OUTCOME_ISSUES, OUTCOME_STOPPED, OUTCOME_UNDONE, OUTCOME_REFUSED };
const char *outcome_name(enum outcome o); /* "open", "done", "done with issues", "stopped", "undone", "refused" */

enum { RUN_ID = 48 };

struct journal_entry {
	const char *run;    /* borrowed for the call */
	int64_t seq, at_ms; /* set by the journal */
	const char *step;
	int attempt;
	enum phase phase;
	enum rc rc;
	const char *host; /* NULL when not about one instance */
	const char *text; /* the sentence shown to the operator; never a secret */
	int64_t took_ms;
};

struct journal_run {
	char id[RUN_ID], kind[16], plan_id[65], pair[64], from[64], to[64], operator_name[64], reason[200], version[32];
	int64_t started_ms, ended_ms; /* ended 0: open */
	enum outcome outcome;
	char step[48];    /* the last one touched */
	enum phase phase; /* PHASE_INTENT: outcome unknown, check() before anything else */
};

/* $XDG_STATE_HOME/ods-failover/journal.db, directories made 0700. Caller frees. */
MUST_CHECK enum rc journal_default_path(char **path, struct err *e);
/* Opens, or makes, the journal at @path. @read_only: never writes; a file that is not there is an empty journal. */
MUST_CHECK enum rc journal_open(struct journal **j, const char *path, bool read_only, struct err *e);
void journal_close(struct journal **j);
/* Of its file; belongs to the journal. */
const char *journal_path(const struct journal *j);

/* Fills r->id with a new one, unique across machines, and started_ms; what else stands in @r is what is kept. */
MUST_CHECK enum rc journal_begin(struct journal *j, struct journal_run *r, struct err *e);
/* Opens a run again that had stopped: the first thing that resume and undo write. @text says who and from where. */
MUST_CHECK enum rc journal_reopen(struct journal *j, const char *run, const char *text, struct err *e);
/* Returns only after the row is on disk. run() must not start before. */
MUST_CHECK enum rc journal_append(struct journal *j, const struct journal_entry *n, struct err *e);
/* Attachments may share a name; the newest counts. */
MUST_CHECK enum rc journal_attach(struct journal *j, const char *run, const char *name, const void *body, size_t len,
                                  struct err *e);
/* The newest of @name, appended to @body. */
MUST_CHECK enum rc journal_attachment(struct journal *j, const char *run, const char *name, struct buf *body,
                                      bool *found, struct err *e);
MUST_CHECK enum rc journal_end(struct journal *j, const char *run, enum outcome outcome, struct err *e);

/* The newest run of @pair that is open or stopped (resumable). @run NULL: any; else that run. */
MUST_CHECK enum rc journal_find(struct journal *j, const char *pair, const char *run, bool resumable_only,
                                struct journal_run *r, bool *found, struct err *e);
typedef bool (*journal_run_fn)(void *ctx, const struct journal_run *r); /* newest first; false stops */
MUST_CHECK enum rc journal_each_run(struct journal *j, journal_run_fn fn, void *ctx, struct err *e);
typedef bool (*journal_row_fn)(void *ctx, const struct journal_entry *n); /* oldest first; false stops */
MUST_CHECK enum rc journal_each(struct journal *j, const char *run, journal_row_fn fn, void *ctx, struct err *e);

/* Recomputes the chain of @run; RC_DB with the first entry that does not fit, or when the last are missing. */
MUST_CHECK enum rc journal_verify(struct journal *j, const char *run, struct err *e);

/* A run as lines of JSON, for the mirror on the instances; and back, so that another machine can go on with it.
 * Import checks the whole chain first. Of a run that is here already it takes what is behind the last entry of ours;
 * RC_OK and nothing done when ours is the longer one of the same chain. Where the two part, as another machine went on
 * from less than is here: RC_BLOCKED while that one has not ended; when it has, ours is ended as it was. RC_DB: what
 * came is no such text. */
MUST_CHECK enum rc journal_export(struct journal *j, const char *run, struct buf *out, struct err *e);
/* The same of a run that grows: @t begins as { 0 } and stays with the run; only what came since is read again. Free
 * @t->lines with buf_free(). */
struct journal_text {
	struct buf lines;   /* as journal_export() gives them */
	size_t entries_len; /* of @lines, those of the run and its entries */
	int64_t entries;
};
MUST_CHECK enum rc journal_export_more(struct journal *j, const char *run, struct journal_text *t, struct err *e);
MUST_CHECK enum rc journal_import(struct journal *j, const char *lines, size_t len, struct err *e);

/* p90 (fewer than three: the greatest) of how long finished runs of @kind took from stop-enforcer to verify-public.
 * Runs that were taken up again are left out: they hold the hours in which nobody worked on them. */
struct measured;
MUST_CHECK enum rc journal_measured(struct journal *j, const char *pair, const char *kind, struct measured *m,
                                    struct err *e);

#endif
