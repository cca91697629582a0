/* columns.h -- a table of text for people: aligned by display columns, cut to the width. */
#ifndef ODSF_TUI_COMMAND_COLUMNS_H
#define ODSF_TUI_COMMAND_COLUMNS_H

#include <stdio.h>

#include "core/base/err.h"

enum { COLUMNS_MAX = 16 };

struct column {
	const char *title;
	char align; /* 'l' or 'r' */
	int max;    /* cut to so many columns; 0: never */
};

struct columns;
/* @count columns; borrowed until it is printed. */
struct columns *columns_new(const struct column *columns, size_t count);
void columns_free(struct columns **c);

/* Adds a cell to the last row, or to a new one when that is full. Escaped, cut to the column's width with "…". */
void columns_add(struct columns *c, const char *fmt, ...) PRINTF(2, 3);
/* Prints the titles and the rows, each line behind @indent blanks, without blanks at its end. */
void columns_print(const struct columns *c, FILE *out, int indent);

#endif
