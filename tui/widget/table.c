#include "tui/widget/table.h"

#include <stdio.h>

void table_layout(const struct column *columns, size_t n, int width, int *widths)
{
	int left = width + 1, rank_max = 0;

	for (size_t i = 0; i < n; i++) {
		widths[i] = 0;
		rank_max = columns[i].rank > rank_max ? columns[i].rank : rank_max;
	}
	for (int rank = 0; rank <= rank_max; rank++)
		for (size_t i = 0; i < n; i++)
			if (columns[i].rank == rank && columns[i].max > 0 &&
			    (rank == 0 || left >= columns[i].min + 1)) {
				widths[i] = columns[i].min;
				left -= columns[i].min + 1;
			}
	for (int rank = 0; rank <= rank_max; rank++)
		for (size_t i = 0; i < n && left > 0; i++)
			if (columns[i].rank == rank && widths[i] > 0 && columns[i].max > widths[i]) {
				int more = columns[i].max - widths[i];

				more = more < left ? more : left;
				widths[i] += more;
				left -= more;
			}
}

static void draw_line(struct surface *s, struct rect r, int row, const struct column *columns, size_t n,
                      const int *widths, size_t line, table_cell_fn cell, const void *ctx)
{
	int col = 0;

	for (size_t i = 0; i < n; i++) {
		struct cell_text c = { .text = "", .style = STYLE_TEXT };

		if (widths[i] == 0)
			continue;
		cell(ctx, line, i, &c);
		col = surface_field(s, r, row, col, widths[i], columns[i].right, c.style, c.text) + 1;
	}
}

void table_draw(struct surface *s, struct rect r, const struct column *columns, size_t n, struct list *l,
                table_cell_fn cell, const void *ctx, bool titles, bool focus)
{
	int widths[COLUMNS_MAX], row = 0, col = 0;
	size_t below, shown;
	char more[32];

	table_layout(columns, n, r.cols, widths);
	if (titles) {
		for (size_t i = 0; i < n; i++)
			if (widths[i] > 0)
				col = surface_field(s, r, row, col, widths[i], columns[i].right, STYLE_HEADING,
				                    columns[i].title) +
				      1;
		row++;
	}
	shown = list_window(l, r.rows > row ? (size_t)(r.rows - row) : 0, &below);
	for (size_t i = 0; i < shown; i++, row++) {
		draw_line(s, r, row, columns, n, widths, l->top + i, cell, ctx);
		if (focus && l->top + i == l->cursor)
			surface_restyle(s, r, row, STYLE_SELECTED);
	}
	if (below > 0 && row < r.rows) {
		snprintf(more, sizeof more, "…%zu more", below);
		surface_text(s, r, row, 2, STYLE_DIM, more);
	}
}
