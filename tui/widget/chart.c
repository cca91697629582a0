#include "tui/widget/chart.h"

static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

/* One bar's part of line @line, counted from below. */
static const char *part(uint64_t count, uint64_t most, int rows, int line)
{
	int height = most == 0 ? 0 : (int)((double)count / (double)most * rows * 8 + 0.5);

	if (count == 0)
		return line == 0 ? "·" : " ";
	if (height < 1)
		height = 1;
	height -= line * 8;
	return eighths[height < 0 ? 0 : height > 8 ? 8 : height];
}

void chart_draw(struct surface *s, struct rect r, int row, int col, int width, int rows, const struct chart_bar *bars,
                size_t n, uint64_t most)
{
	for (size_t i = 0; i < n; i++) {
		int at = col + (int)i * width;

		for (int line = 0; line < rows; line++) {
			const char *block = part(bars[i].count, most, rows, line);
			enum style style = bars[i].count == 0 ? STYLE_DIM : bars[i].style;

			for (int k = 0; k < (bars[i].count == 0 ? 1 : width - 1); k++)
				surface_text(s, r, row + rows - 1 - line, at + k, style, block);
		}
		surface_field(s, r, row + rows, at, width - 1, false, STYLE_DIM, bars[i].label);
	}
}
