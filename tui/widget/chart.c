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

static void draw_bar(struct surface *s, struct rect r, int foot, int at, int width, int rows,
                     const struct chart_bar *bar, uint64_t most)
{
	bool none = bar->count == 0, marked = !none && bar->mark != NULL;
	enum style style = none ? STYLE_DIM : bar->style;

	for (int line = 0; line < rows; line++)
		for (int k = marked; k < (none ? 1 : width - 1); k++)
			surface_text(s, r, foot - line, at + k, style, part(bar->count, most, rows, line));
	if (marked)
		surface_text(s, r, foot, at, style, bar->mark);
}

void chart_draw(struct surface *s, struct rect r, int row, int col, int width, int rows, const struct chart_bar *bars,
                size_t n, uint64_t most)
{
	for (size_t i = 0; i < n; i++) {
		int at = col + (int)i * width;

		draw_bar(s, r, row + rows - 1, at, width, rows, &bars[i], most);
		surface_field(s, r, row + rows, at, width - 1, false, STYLE_DIM, bars[i].label);
	}
}
