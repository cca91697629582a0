/* terminal.h -- questions of a headless command: on the controlling terminal, else from standard input (never secrets),
 * or refused where nobody may be asked. */
#ifndef ODSF_TUI_COMMAND_TERMINAL_H
#define ODSF_TUI_COMMAND_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/pair/ask.h"

struct terminal;

/* @no_input: every question is refused. @cancel ends a wait for an answer. */
struct terminal *terminal_new(bool no_input, struct cancel *cancel);
void terminal_free(struct terminal **t);

/* One line of answer to @question, which is already safe to show. RC_BLOCKED: nobody may be asked, or the input has
 * ended; RC_CANCELLED. Any thread; one question at a time, the others wait. */
MUST_CHECK enum rc terminal_ask(struct terminal *t, const char *question, char *answer, size_t cap, struct err *e);

/* The port for connections: passphrases without echo, an unknown host key once. Lives as long as @t. */
const struct ask_port *terminal_port(struct terminal *t);

#endif
