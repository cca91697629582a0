/* runner.h -- a run, headless: what the engine says on the terminal or as a stream of JSON, what it asks by the options
 * or on the terminal. */
#ifndef ODSF_TUI_COMMAND_RUNNER_H
#define ODSF_TUI_COMMAND_RUNNER_H

#include "core/run/engine.h"
#include "tui/command/sitting.h"

struct runner {
	const struct args *args;
	struct sitting *sitting;
	const struct plan *plan; /* NULL in resume and undo, where the engine has its own */
	struct engine *engine;
	struct journal *journal;
	char *operator_name;
	char run[RUN_ID]; /* as the engine said it; "" before */
	bool ended;
	enum outcome outcome;
	int exit_code;
	bool refused_input; /* a question found nobody to ask */
};

/* Opens the journal and makes the engine with the policy of @args. RC_DB. Close with runner_close() whatever came. */
MUST_CHECK enum rc runner_open(struct runner *r, const struct args *args, struct sitting *s, struct err *e);
void runner_close(struct runner *r);

/* The exit status after the engine returned @rc with @e: says what is to be said, and how to go on. */
int runner_end(struct runner *r, enum rc rc, const struct err *e);

/* A refusal before anything was done: on stderr, and with --json as the one object of the stream. Returns its status.
 */
int runner_refuse(const struct args *args, int status, const struct err *e);

#endif
