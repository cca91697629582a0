/* overrides.h -- findings in spite of which the operator begins a run: by id, each with a reason, for this run alone.
 * The gate holds them against the findings that it sees itself, and writes them into the journal. Main thread. */
#ifndef ODSF_TUI_CONSOLE_OVERRIDES_H
#define ODSF_TUI_CONSOLE_OVERRIDES_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/pair/board.h"

enum { OVERRIDES_MOST = 32 };

struct overrides {                      /* { 0 } is none */
	char *list[OVERRIDES_MOST + 1]; /* "finding-id=reason" as engine_policy has it, NULL behind the last */
	size_t count;
};

/* @typed is "ID=REASON". RC_USAGE, with what to type: there is no such finding, none with that id is against a run by
 * @b, it cannot be overridden (check_may_override()), there is no reason, or it is overridden already. */
MUST_CHECK enum rc overrides_add(struct overrides *o, const struct board *b, const char *typed, struct err *e);
/* How many findings of @b would refuse a run; *overridden (NULL: not wanted) counts those that were overridden, which
 * are not among them. @ids (NULL: not wanted; empty) gets each id that can be overridden, commas between. */
size_t overrides_against(const struct overrides *o, const struct board *b, size_t *overridden, struct buf *ids);
void overrides_clear(struct overrides *o);

#endif
