#include "tui/console/surface.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "tui/console/utf8.h"

struct surface {
	struct cell *cells;
	int rows, cols;
	bool ascii;
};

static const struct cell blank_cell = { .width = 1, .style = STYLE_TEXT };

const char *style_name(enum style style)
{
	static const char *const names[] = {
#define X(id, name, letter, help) name,
		ODSF_STYLE_LIST(X)
#undef X
	};

	return names[style];
}

char style_letter(enum style style)
{
	static const char letters[] = {
#define X(id, name, letter, help) letter,
		ODSF_STYLE_LIST(X)
#undef X
	};

	return letters[style];
}

void surface_reset(struct surface *s, int rows, int cols)
{
	s->rows = rows > 0 ? rows : 1;
	s->cols = cols > 0 ? cols : 1;
	s->cells = xrealloc(s->cells, (size_t)s->rows * (size_t)s->cols * sizeof *s->cells);
	for (int i = 0; i < s->rows * s->cols; i++)
		s->cells[i] = blank_cell;
}

struct surface *surface_new(int rows, int cols, bool ascii)
{
	struct surface *s = xcalloc(1, sizeof *s);

	s->ascii = ascii;
	surface_reset(s, rows, cols);
	return s;
}

void surface_free(struct surface **s)
{
	if (*s == NULL)
		return;
	free((*s)->cells);
	free(*s);
	*s = NULL;
}

struct rect surface_all(const struct surface *s)
{
	return (struct rect){ 0, 0, s->rows, s->cols };
}

bool surface_ascii(const struct surface *s)
{
	return s->ascii;
}

static struct cell *at(const struct surface *s, int row, int col)
{
	return &s->cells[row * s->cols + col];
}

const struct cell *surface_cell(const struct surface *s, int row, int col)
{
	return at(s, row, col);
}

/* The part of @r that lies on the surface. */
static struct rect clip(const struct surface *s, struct rect r)
{
	if (r.row + r.rows > s->rows)
		r.rows = s->rows - r.row;
	if (r.col + r.cols > s->cols)
		r.cols = s->cols - r.col;
	return r;
}

/* Blanks what would be left of a wide character when one of its halves is written over. */
static void free_cell(struct surface *s, int row, int col)
{
	struct cell *c = at(s, row, col);

	if (c->width == 0 && col > 0)
		*at(s, row, col - 1) = (struct cell){ .width = 1, .style = at(s, row, col - 1)->style };
	if (c->width == 2 && col + 1 < s->cols)
		*at(s, row, col + 1) = (struct cell){ .width = 1, .style = at(s, row, col + 1)->style };
	*c = blank_cell;
}

static void put(struct surface *s, int row, int col, uint32_t ch, int width, enum style style)
{
	for (int i = 0; i < width; i++)
		free_cell(s, row, col + i);
	*at(s, row, col) = (struct cell){ .chars = { ch }, .width = (int8_t)width, .style = (uint8_t)style };
	if (width == 2)
		*at(s, row, col + 1) = (struct cell){ .width = 0, .style = (uint8_t)style };
}

static void combine(struct surface *s, int row, int col, uint32_t ch)
{
	struct cell *c = at(s, row, col);

	if (c->width == 0 && col > 0)
		c = at(s, row, col - 1);
	for (int i = 1; c->chars[0] != 0 && i < CELL_CHARS; i++)
		if (c->chars[i] == 0) {
			c->chars[i] = ch;
			return;
		}
}

int surface_text(struct surface *s, struct rect rect, int row, int col, enum style style, const char *utf8)
{
	struct rect r = clip(s, rect);
	const char *p = utf8;

	if (row < 0 || row >= r.rows || col < 0)
		return col;
	while (*p != '\0') {
		struct glyph g = utf8_next(&p);

		if (s->ascii)
			g = utf8_ascii(g);
		if (g.width == 0) {
			if (col > 0 && col <= r.cols)
				combine(s, r.row + row, r.col + col - 1, g.ch);
			continue;
		}
		if (col + g.width > r.cols)
			break;
		put(s, r.row + row, r.col + col, g.ch, g.width, style);
		col += g.width;
	}
	return col;
}

int text_columns(const char *utf8)
{
	int columns = 0;

	while (*utf8 != '\0')
		columns += utf8_next(&utf8).width;
	return columns;
}

size_t text_fit(const char *utf8, int columns, int *took)
{
	const char *p = utf8, *end = utf8;

	*took = 0;
	while (*p != '\0') {
		int width = utf8_next(&p).width;

		if (*took + width > columns)
			break;
		*took += width;
		end = p;
	}
	return (size_t)(end - utf8);
}

/* False: there is no room, or no such line. */
static bool fill_one(struct surface *s, struct rect r, int row, int *col, enum style style, const char *utf8)
{
	int before = *col;

	*col = surface_text(s, r, row, before, style, utf8);
	return *col > before;
}

int surface_field(struct surface *s, struct rect r, int row, int col, int width, bool right, enum style style,
                  const char *utf8)
{
	int columns = text_columns(utf8), end = col + width;

	if (width <= 0)
		return col;
	if (columns > width) {
		int took;
		char *part = xstrndup(utf8, text_fit(utf8, width - 1, &took));

		col = surface_text(s, r, row, col, style, part);
		col = surface_text(s, r, row, col, style, "…");
		free(part);
	} else {
		for (int i = 0; right && i < width - columns; i++)
			col = surface_text(s, r, row, col, style, " ");
		col = surface_text(s, r, row, col, style, utf8);
	}
	while (col < end && fill_one(s, r, row, &col, style, " "))
		;
	return end;
}

void surface_line(struct surface *s, struct rect r, int row, int col, enum style style, const char *utf8)
{
	while (fill_one(s, r, row, &col, style, utf8))
		;
}

void surface_restyle(struct surface *s, struct rect rect, int row, enum style style)
{
	struct rect r = clip(s, rect);

	for (int col = 0; row >= 0 && row < r.rows && col < r.cols; col++)
		at(s, r.row + row, r.col + col)->style = (uint8_t)style;
}

static bool cell_blank(const struct cell *c)
{
	return c->chars[0] == 0 || (c->chars[0] == ' ' && c->chars[1] == 0);
}

static void dump_text(const struct surface *s, int row, struct buf *out)
{
	int pending = 0;

	for (int col = 0; col < s->cols; col++) {
		const struct cell *c = at(s, row, col);

		if (c->width == 0)
			continue;
		if (cell_blank(c)) {
			pending++;
			continue;
		}
		for (; pending > 0; pending--)
			buf_addc(out, ' ');
		for (int i = 0; i < CELL_CHARS && c->chars[i] != 0; i++)
			utf8_add(out, c->chars[i]);
	}
	buf_addc(out, '\n');
}

static void dump_styles(const struct surface *s, int row, struct buf *out)
{
	int pending = 0;

	for (int col = 0; col < s->cols; col++) {
		const struct cell *c = at(s, row, col);

		if (c->style == STYLE_TEXT) {
			pending++;
			continue;
		}
		for (; pending > 0; pending--)
			buf_addc(out, style_letter(STYLE_TEXT));
		buf_addc(out, style_letter((enum style)c->style));
	}
	buf_addc(out, '\n');
}

char *surface_dump(const struct surface *s)
{
	struct buf out = { 0 };

	buf_addf(&out, "%dx%d\n", s->cols, s->rows);
	for (int row = 0; row < s->rows; row++)
		dump_text(s, row, &out);
	buf_adds(&out, "--- styles\n");
	for (int row = 0; row < s->rows; row++)
		dump_styles(s, row, &out);
	return buf_take(&out);
}
