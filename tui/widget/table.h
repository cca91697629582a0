/* table.h -- columns by the width there is: which are shown, and how wide. */
#ifndef ODSF_TUI_WIDGET_TABLE_H
#define ODSF_TUI_WIDGET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/console/surface.h"
#include "tui/widget/list.h"

struct column {
	const char *title;
	int min, max; /* columns of text; one blank stands between two columns */
	bool right;   /* aligned */
	int rank;     /* a lower one is shown first where not all fit, and widened first; 0: always shown */
};

enum { COLUMNS_MAX = 24, CELL_TEXT = 320 };

struct cell_text {
	char text[CELL_TEXT];
	enum style style;
};

/* Fills @widths: 0 is not shown. */
void table_layout(const struct column *columns, size_t n, int width, int *widths);

/* Fills one cell; text "" and STYLE_TEXT when untouched. */
typedef void (*table_cell_fn)(const void *ctx, size_t row, size_t column, struct cell_text *out);

/* Draws titles in the first line of @r and the lines of @l below; the one under the cursor as selected when @focus.
 * A line that says "…N more" stands last when some are hidden. */
void table_draw(struct surface *s, struct rect r, const struct column *columns, size_t n, struct list *l,
                table_cell_fn cell, const void *ctx, bool titles, bool focus);

#endif
