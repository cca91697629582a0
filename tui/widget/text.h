/* text.h -- running text: wrapped at blanks to the width there is. */
#ifndef ODSF_TUI_WIDGET_TEXT_H
#define ODSF_TUI_WIDGET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/console/surface.h"

/* Octets of the next line of @text that fits in @columns, broken at a blank where there is one; *skip: octets up to the
 * beginning of the line after it. 0 and *skip 0 at the end. */
size_t text_break(const char *text, int columns, size_t *skip);

/* Draws @text wrapped from @row on, lines from the second on indented by @indent columns, at most @max_rows; the last
 * one ends in "…" when there was more. Returns the rows used (0 for ""). */
int text_wrap(struct surface *s, struct rect r, int row, int col, int indent, int max_rows, enum style style,
              const char *text);

/* Columns by which the lines that follow the first line of @text are indented so that they stand under its text: of
 * "label     text" those before the text, of "- text" two, else 0. */
int text_hang(const char *text);
/* As text_wrap(), each line of @text with its own text_hang(). */
int text_sheet(struct surface *s, struct rect r, int row, int col, int max_rows, enum style style, const char *text);

/* A rule with @title, and below it @text as by text_sheet(), in all of @r. */
void sheet_draw(struct surface *s, struct rect r, const char *title, const char *text);

/* A rule over the width of @r with parts in it: "─ Zones 12 ── 1 stop ──"; @right stands at its end where the parts
 * leave room for it, and in STYLE_STALE in any case: then the parts give way. Returns whether it stands there. */
struct rule_part {
	enum style style;
	const char *text;
};
bool rule_draw(struct surface *s, struct rect r, int row, const struct rule_part *parts, size_t n, const char *right,
               enum style right_style);

#endif
