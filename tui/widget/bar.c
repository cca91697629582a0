#include "tui/widget/bar.h"

#include <stdio.h>

#include "core/base/clock.h"

void bar_draw(struct surface *s, struct rect r, int row, int col, int width, uint64_t done, uint64_t total,
              int64_t took_ms, const char *text)
{
	char left[DURATION_TEXT] = "", label[200];
	int bar, full;

	if (total == 0)
		return;
	if (done > total)
		done = total;
	if (took_ms > 1000 && done > 0)
		duration_text(left, (int64_t)((double)took_ms / (double)done * (double)(total - done) / 1000));
	snprintf(label, sizeof label, " %3d%% %s%s%s%s", (int)((double)done / (double)total * 100), text,
	         left[0] != '\0' ? ", " : "", left, left[0] != '\0' ? " left" : "");
	bar = width - text_columns(label) - 1;
	bar = bar > 24 ? 24 : bar;
	full = (int)((double)done / (double)total * bar * 2);
	for (int i = 0; i < bar; i++)
		col = surface_text(s, r, row, col, STYLE_GOOD,
		                   full >= 2 * (i + 1) ? "█"
		                   : full == 2 * i + 1 ? "▌"
		                                       : "░");
	surface_text(s, r, row, col, STYLE_TEXT, label);
}
