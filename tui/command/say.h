/* say.h -- how a headless command speaks: facts on stdout, messages on stderr, colour and marks as the terminal can. */
#ifndef ODSF_TUI_COMMAND_SAY_H
#define ODSF_TUI_COMMAND_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/err.h"
#include "core/pair/finding.h"

/* "ods-failover: SENTENCE" and the hint behind it, on stderr; returns the exit status of its code. */
int say_error(const struct err *e);
/* The same of a sentence without a struct err; returns @status. */
int say_refusal(int status, const char *hint, const char *fmt, ...) PRINTF(3, 4);
void say_note(const char *fmt, ...) PRINTF(1, 2);

/* Text that a host or a person wrote, on @out, made safe to show. */
void print_escaped(FILE *out, const char *text, size_t max);

/* Prints @text on @out wrapped at 80 columns, each line after the first behind @indent blanks; the cursor is taken to
 * stand in column @column. */
void print_wrapped(FILE *out, const char *text, int indent, int column);

bool say_utf8(void);                        /* the locale has the marks beyond ASCII */
const char *severity_mark(enum severity s); /* "✓", "!", "✗", "?", or ASCII */
/* What switches a colour on and off on @out; "" where it is no terminal or NO_COLOR is set. */
const char *severity_colour(FILE *out, enum severity s);
const char *colour_off(FILE *out);

/* Closes stdout; @status, or 70 with a sentence when what was printed did not arrive. */
int say_end(int status);

#endif
