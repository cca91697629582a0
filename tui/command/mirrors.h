/* mirrors.h -- the runs whose journals lie on the instances of a pair: what a run of another machine left there. */
#ifndef ODSF_TUI_COMMAND_MIRRORS_H
#define ODSF_TUI_COMMAND_MIRRORS_H

#include "core/pair/observation.h"
#include "core/run/journal.h"
#include "tui/command/json.h"
#include "tui/command/sitting.h"

struct mirror {
	char run[RUN_ID];
	enum tri on[2]; /* by instance index; UNKNOWN: it did not say */
};

struct mirrors {
	struct mirror *items; /* the newest first */
	size_t count;
	struct err why[2]; /* of an instance that did not say */
};

/* Asks both instances of @s; blocks for a minute each at most. RC_OK, or the code of the first one that did not say;
 * what the other has is there all the same. Free with mirrors_clear(). */
MUST_CHECK enum rc mirrors_ask(struct mirrors *m, const struct sitting *s);
void mirrors_clear(struct mirrors *m);

#endif
