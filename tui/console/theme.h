/* theme.h -- how each style looks: one XML file, validated with themes/theme.rng. */
#ifndef ODSF_TUI_CONSOLE_THEME_H
#define ODSF_TUI_CONSOLE_THEME_H

#include <stdbool.h>

#include "core/base/err.h"
#include "tui/console/style.h"

enum { COLOUR_DEFAULT = -1 };

struct look {
	short fg, bg; /* 0..255, or COLOUR_DEFAULT: the terminal's own */
	bool bold, dim, reverse, underline;
};

struct theme {
	char name[32];
	struct look look[STYLE_COUNT];
};

/* @name: a file of the program's own themes ("mono"), or a path when it has a '/'. RC_CONFIG, with file, line and what
 * is allowed, when it can't be read or is not valid; @theme is untouched then. */
MUST_CHECK enum rc theme_load(struct theme *theme, const char *name, struct err *e);

/* Two looks that nobody could tell apart. */
bool look_equal(const struct look *a, const struct look *b);

#endif
