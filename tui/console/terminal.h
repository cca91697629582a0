/* terminal.h -- the terminal: taken by curses, given back whatever happens. Main thread, but for what is said
 * otherwise. */
#ifndef ODSF_TUI_CONSOLE_TERMINAL_H
#define ODSF_TUI_CONSOLE_TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/log.h"

struct terminal {
	int signals;       /* a signalfd: SIGINT, SIGTERM, SIGHUP, SIGTSTP come out here */
	int stderr_pipe;   /* what was written on fd 2 while curses is up; non-blocking */
	int stderr_before; /* the real fd 2 */
	sigset_t open;     /* what ppoll() lets in: SIGWINCH alone, so that no resize is lost */
	bool up;
};

/* RC_USAGE, with a sentence that names the headless command, when there is no usable terminal (exit status 64). */
MUST_CHECK enum rc terminal_open(struct terminal *t, struct err *e);
/* Gives it back; @t can't be used any more. Twice is fine. */
void terminal_close(struct terminal *t);

/* SIGTSTP: gives the terminal back, stops, takes it again when continued. */
void terminal_suspend(struct terminal *t);
/* Adds what libraries wrote on fd 2 to the log. */
void terminal_drain(struct terminal *t, struct log *log);

/* The next key: a character's code point, enum keycode, KEYCODE_RESIZE once the new size is known; false when none
 * waits. */
bool terminal_key(uint32_t *key);
void terminal_size(int *rows, int *cols);
bool terminal_utf8(void);

/* Blocks what the console handles in the calling thread, and nothing else, whatever mask the program was started with:
 * before any other is started. */
void terminal_block_signals(void);

#endif
