/* asker.h -- how a worker's question (host key, passphrase) reaches the operator: the worker waits, the console shows a
 * prompt. Made before the hosts, so that they can be given its port; lives until they are closed. */
#ifndef ODSF_TUI_CONSOLE_ASKER_H
#define ODSF_TUI_CONSOLE_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/pair/ask.h"

struct console_asker;

struct console_asker *console_asker_new(void);
void console_asker_free(struct console_asker **asker);

/* For the hosts; valid as long as the asker. Before the console is up a question waits for it. */
struct ask_port *console_ask_port(struct console_asker *asker);

/* What follows is for the console, on its main thread. */
struct asked {
	uint64_t id; /* never used twice */
	bool secret; /* else a host key: yes or no */
	bool echo;
	char host[64];
	char text[400]; /* safe to show */
};

int asker_fd(const struct console_asker *asker); /* readable when a question came or went; asker_first() clears it */
/* The oldest question that waits; false when none does. */
bool asker_first(struct console_asker *asker, struct asked *q);
/* Answers it, unless it went by itself. @text: of a secret; copied. */
void asker_answer(struct console_asker *asker, uint64_t id, enum rc rc, const char *text);
/* What the operator did not want to answer about @host is remembered: the same question is refused at once from then
 * on, so that nothing that is tried again and again takes the keyboard each time. */
enum refused { REFUSED_NOTHING, REFUSED_KEY /* the host's */, REFUSED_SECRET };
enum refused asker_refused(struct console_asker *asker, const char *host);
/* Something begins that the operator did not ask for: about a host that was refused anything, no question at all is
 * asked from now on. */
void asker_keep_quiet(struct console_asker *asker);
/* The operator wants it now: everything may be asked again. False: nothing was refused. */
bool asker_forgive(struct console_asker *asker);
/* Nobody can be asked any more: what waits and what comes is cancelled. */
void asker_close(struct console_asker *asker);

#endif
