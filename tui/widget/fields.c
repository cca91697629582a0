#include "tui/widget/fields.h"

#include <stdlib.h>

#include "tui/widget/text.h"

void fields_add(struct fields *f, const char *label, char *text, enum style style)
{
	if (text == NULL || text[0] == '\0' || f->count == FIELDS_MOST)
		free(text);
	else
		f->list[f->count++] = (struct field){ label, text, style };
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

int fields_draw(const struct fields *f, struct surface *s, struct rect r, int row)
{
	int rows[FIELDS_MOST] = { 0 }, left = r.rows - row, line = 0;

	for (size_t i = 0; i < f->count && left > 0; i++, left--)
		rows[i] = 1;
	for (size_t i = 0; i < f->count && left > 0; i++) {
		int more = rows_of(&f->list[i], s, r.cols) - 1;

		more = more < left ? more : left;
		rows[i] += more;
		left -= more;
	}
	for (size_t i = 0; i < f->count && rows[i] > 0; row += rows[i++]) {
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
