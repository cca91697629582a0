/* console.h -- the console on a pair: takes the terminal, runs until the operator leaves, gives the terminal back. */
#ifndef ODSF_TUI_CONSOLE_CONSOLE_H
#define ODSF_TUI_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/pair/config.h"
#include "core/pair/host.h"
#include "core/pair/resolver.h"

struct console_asker; /* tui/console/asker.h */

struct console_args {
	const struct pair_config *pair;
	struct host *hosts[2];     /* by instance index; the caller's, and may be closed once console_run() returned */
	struct resolver *resolver; /* NULL: no public name server is asked */
	const char *journal_path;  /* NULL: journal_default_path() */
	const char *theme;         /* a name in themes/, or a path; NULL: $ODSF_THEME, else "default" */
	bool recording;            /* the hosts are a recording's: said on every screen; cannot be armed */
	int64_t recorded_at;       /* epoch; 0: not known */
	bool ascii;                /* else by the locale */
	int64_t (*now)(void);      /* the wall clock; NULL: clock_now() */
	struct console_asker *asker; /* the one whose port the hosts were made with; NULL: nothing asks */
};

/* Call it from the first thread before any other thread of the program does curses or prints; it blocks until the
 * operator leaves. The hosts may have been made, and their threads run, before: this must then be preceded by
 * console_block_signals(), so that those threads leave the signals to the console.
 * Returns the exit status: 0 left by key; 5 left with a run stopped, resumable; 64 no usable terminal (with a sentence
 * in
 * @e that names the headless command); 78 a bad theme; 70 system error; 130 by Ctrl-C; 128 + n by another signal. */
int console_run(const struct console_args *args, struct err *e);

/* Blocks the signals that the console handles in the calling thread and all that it starts later. Call it first in
 * main(), when the console will be run. */
void console_block_signals(void);

#endif
