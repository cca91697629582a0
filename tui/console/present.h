/* present.h -- puts a surface on the terminal. Main thread. */
#ifndef ODSF_TUI_CONSOLE_PRESENT_H
#define ODSF_TUI_CONSOLE_PRESENT_H

#include "tui/console/surface.h"
#include "tui/console/theme.h"

enum { PAIRS = STYLE_COUNT };

struct presenter {
	bool colour;
	bool mark; /* $ODSF_FRAME_MARK: tell whoever reads the terminal when a frame is whole */
	int frames;
	unsigned attributes[STYLE_COUNT]; /* of curses, without the pair */
	short pairs[STYLE_COUNT];
};

/* Makes curses' colour pairs of @theme. Without colours only its attributes count: give it the mono theme then. */
void present_init(struct presenter *p, const struct theme *theme);
/* Whether colours may be used: the terminal has them and NO_COLOR is not set. */
bool present_colours(void);
/* Paints what changed since the last time; @redraw: everything. */
void present(struct presenter *p, const struct surface *s, bool redraw);

#endif
