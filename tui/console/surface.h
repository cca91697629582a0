/* surface.h -- a grid of cells in memory, between views and curses: a view is drawn and tested without a terminal.
 * Text is UTF-8 and must have been escaped (str_escape) when it came from a host; what is not printable becomes '?'.
 * On an ASCII surface every other character is replaced by one ASCII character of the same meaning. Main thread. */
#ifndef ODSF_TUI_CONSOLE_SURFACE_H
#define ODSF_TUI_CONSOLE_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/console/style.h"

struct rect {
	int row, col, rows, cols;
};

enum { CELL_CHARS = 4 };

struct cell {
	uint32_t chars[CELL_CHARS]; /* a character and what combines with it; 0 ends; [0] 0 is a blank */
	int8_t width;               /* 1, 2, or 0: the right half of the wide one before it */
	uint8_t style;              /* enum style */
};

struct surface;

struct surface *surface_new(int rows, int cols, bool ascii);
void surface_free(struct surface **s);
/* Blanks everything, at a new size. */
void surface_reset(struct surface *s, int rows, int cols);
struct rect surface_all(const struct surface *s);
bool surface_ascii(const struct surface *s);
const struct cell *surface_cell(const struct surface *s, int row, int col);

/* Writes @utf8 at @row, @col within @r (both counted from its corner), clipped to it by columns; a wide character is
 * never split. Returns the column behind the last one written. */
int surface_text(struct surface *s, struct rect r, int row, int col, enum style style, const char *utf8);
/* The same in exactly @width columns: cut with "…" or filled with blanks; @right aligns right. */
int surface_field(struct surface *s, struct rect r, int row, int col, int width, bool right, enum style style,
                  const char *utf8);
/* Fills a line of @r from @col on with one narrow character. */
void surface_line(struct surface *s, struct rect r, int row, int col, enum style style, const char *utf8);
/* Gives the cells of a line of @r another style, their text stays. */
void surface_restyle(struct surface *s, struct rect r, int row, enum style style);

/* Display columns of @utf8 as a surface counts them. */
int text_columns(const char *utf8);
/* Octets of the longest beginning of @utf8 that takes at most @columns; *@took says how many it takes. */
size_t text_fit(const char *utf8, int columns, int *took);

/* "COLSxROWS", the rows with trailing blanks cut, "--- styles", and the styles' letters the same way. Caller frees. */
char *surface_dump(const struct surface *s);

#endif
