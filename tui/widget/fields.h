/* fields.h -- labelled paragraphs one below the other, in the rows there are: nothing is cut while a row is free. */
#ifndef ODSF_TUI_WIDGET_FIELDS_H
#define ODSF_TUI_WIDGET_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/console/surface.h"

enum { FIELDS_MOST = 12, FIELDS_LABEL = 11 /* the column where the text stands */ };

struct field {
	const char *label;
	char *text; /* NULL: a line that the caller draws */
	enum style style;
	bool whole; /* before any other one has its first line */
};

struct fields { /* begins as { 0 } */
	struct field list[FIELDS_MOST];
	size_t count;
};

/* What matters more is added first. Takes @text; nothing is added for NULL or "". */
void fields_add(struct fields *f, const char *label, char *text, enum style style);
/* One that is what the screen is looked at for: it is cut last of all. */
void fields_add_whole(struct fields *f, const char *label, char *text, enum style style);
/* One line, of which only the label is drawn. */
void fields_add_line(struct fields *f, const char *label);

/* Draws them from @row on: the first line of each, as far as there are rows, then what is left of the first ones. What
 * is cut ends in "…". Returns the row of fields_add_line()'s line; 0: there was no room, or none. */
int fields_draw(const struct fields *f, struct surface *s, struct rect r, int row);
void fields_clear(struct fields *f);

#endif
