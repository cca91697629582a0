#include "tui/console/present.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool present_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || no[0] == '\0') && has_colors() && COLORS >= 8;
}

/* A bright colour on a terminal with eight is the plain one, in bold. */
static short fit(short colour, unsigned *attributes, bool foreground)
{
	if (colour == COLOUR_DEFAULT || colour < COLORS)
		return colour;
	if (colour < 16) {
		if (foreground)
			*attributes |= A_BOLD;
		return (short)(colour - 8);
	}
	return COLOUR_DEFAULT;
}

void present_init(struct presenter *p, const struct theme *theme)
{
	*p = (struct presenter){ .colour = present_colours(), .mark = getenv("ODSF_FRAME_MARK") != NULL };
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &theme->look[i];
		unsigned attributes = A_NORMAL;
		short fg, bg;

		attributes |= look->bold ? A_BOLD : 0;
		attributes |= look->dim ? A_DIM : 0;
		attributes |= look->reverse ? A_REVERSE : 0;
		attributes |= look->underline ? A_UNDERLINE : 0;
		fg = fit(look->fg, &attributes, true);
		bg = fit(look->bg, &attributes, false);
		if (p->colour && (fg != COLOUR_DEFAULT || bg != COLOUR_DEFAULT) && i + 1 < COLOR_PAIRS &&
		    init_pair((short)(i + 1), fg, bg) == OK)
			p->pairs[i] = (short)(i + 1);
		p->attributes[i] = attributes;
	}
	if (p->colour)
		bkgdset((chtype)' ' | COLOR_PAIR(p->pairs[STYLE_TEXT]) | p->attributes[STYLE_TEXT]);
}

static void put(const struct presenter *p, const struct surface *s, int row, int col)
{
	const struct cell *c = surface_cell(s, row, col);
	wchar_t text[CELL_CHARS + 1] = { L' ' };
	cchar_t out;

	if (c->width == 0)
		return;
	for (int i = 0; i < CELL_CHARS && c->chars[i] != 0; i++)
		text[i] = (wchar_t)c->chars[i];
	if (setcchar(&out, text, p->attributes[c->style], p->pairs[c->style], NULL) == OK)
		mvadd_wch(row, col, &out);
}

void present(struct presenter *p, const struct surface *s, bool redraw)
{
	struct rect all = surface_all(s);
	int rows, cols;

	getmaxyx(stdscr, rows, cols);
	erase();
	for (int row = 0; row < all.rows && row < rows; row++)
		for (int col = 0; col < all.cols && col < cols; col++)
			put(p, s, row, col);
	if (redraw)
		clearok(stdscr, TRUE);
	refresh();
	p->frames++;
	if (p->mark) {
		/* Behind the cells in the same stream of octets, so it can't overtake them. */
		char mark[32];
		int n = snprintf(mark, sizeof mark, "\033]7770;%d\007", p->frames);

		(void)fflush(stdout);
		if (write(STDOUT_FILENO, mark, (size_t)n) < 0)
			p->mark = false;
	}
}
