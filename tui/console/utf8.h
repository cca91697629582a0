/* utf8.h -- UTF-8 by character and column, whatever the locale; and what stands for a character on an ASCII terminal.
 */
#ifndef ODSF_TUI_CONSOLE_UTF8_H
#define ODSF_TUI_CONSOLE_UTF8_H

#include <stdint.h>

#include "core/base/buf.h"

struct glyph {
	uint32_t ch;
	int width; /* 0: combines with the one before; 1; 2 */
};

/* The next character of @p, which must not be at its end; advances @p. What is malformed or not printable is '?'. */
struct glyph utf8_next(const char **p);

/* One ASCII character of the same meaning: a tick becomes '+', a cross 'X', a rule '-'; '?' when there is none. */
struct glyph utf8_ascii(struct glyph g);

void utf8_add(struct buf *out, uint32_t ch);

#endif
