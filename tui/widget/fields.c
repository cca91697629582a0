#include "tui/widget/fields.h"

#include <stdlib.h>

#include "tui/widget/text.h"

void fields_add(struct fields *f, const char *label, char *text, enum style style)
{
	if (text == NULL || text[0] == '\0' || f->count == FIELDS_MOST)
		free(text);
	else
		f->list[f->count++] = (struct field){ .label = label, .text = text, .style = style };
}

void fields_add_whole(struct fields *f, const char *label, char *text, enum style style)
{
	size_t before = f->count;

	fields_add(f, label, text, style);
	if (f->count > before)
		f->list[before].whole = true;
}

void fields_add_line(struct fields *f, const char *label)
{
	if (f->count < FIELDS_MOST)
		f->list[f->count++] = (struct field){ .label = label };
}

static int rows_of(const struct field *f, struct surface *s, int cols)
{
	const struct rect nowhere = { 0, 0, 0, cols }; /* measured where nothing is drawn */
	enum { ANY = 1000 };

	return f->text == NULL ? 1 : text_wrap(s, nowhere, 0, FIELDS_LABEL, FIELDS_LABEL, ANY, f->style, f->text);
}

/* Up to @want in all, of @left; returns how many were given. */
static int give(int *rows, int want, int left)
{
	int more = want - *rows < left ? want - *rows : left;

	more = more > 0 ? more : 0;
	*rows += more;
	return more;
}

int fields_draw(const struct fields *f, struct surface *s, struct rect r, int row)
{
	int rows[FIELDS_MOST] = { 0 }, left = r.rows - row, line = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].whole)
			left -= give(&rows[i], rows_of(&f->list[i], s, r.cols), left);
	for (size_t i = 0; i < f->count; i++)
		left -= give(&rows[i], 1, left);
	for (size_t i = 0; i < f->count; i++)
		left -= give(&rows[i], rows_of(&f->list[i], s, r.cols), left);
	for (size_t i = 0; i < f->count; row += rows[i++]) {
		if (rows[i] == 0)
			continue;
		surface_field(s, r, row, 1, FIELDS_LABEL - 1, false, STYLE_HEADING, f->list[i].label);
		if (f->list[i].text == NULL)
			line = row;
		else
			text_wrap(s, r, row, FIELDS_LABEL, FIELDS_LABEL, rows[i], f->list[i].style, f->list[i].text);
	}
	return line;
}

void fields_clear(struct fields *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].text);
	*f = (struct fields){ 0 };
}
