/* chart.h -- counts as bars beside each other, of block characters: eighths of a line each. */
#ifndef ODSF_TUI_WIDGET_CHART_H
#define ODSF_TUI_WIDGET_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "tui/console/surface.h"

struct chart_bar {
	uint64_t count;
	enum style style;
	const char *mark; /* one column, at its foot where it is not nothing: what the style says; NULL none */
	char label[8];    /* below it; "" none */
};

/* Draws @n bars, each @width columns wide with its gap, from @col on, in @rows lines and one of labels below. The
 * highest one is @most; what is not nothing is seen, and nothing is a dot. */
void chart_draw(struct surface *s, struct rect r, int row, int col, int width, int rows, const struct chart_bar *bars,
                size_t n, uint64_t most);

#endif
