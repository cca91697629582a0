#include "tui/command/columns.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

struct columns {
	const struct column *columns;
	size_t count;
	char **cells;
	size_t cell_count, cap;
};

struct columns *columns_new(const struct column *columns, size_t count)
{
	struct columns *c = xcalloc(1, sizeof *c);

	c->columns = columns;
	c->count = count;
	return c;
}

void columns_free(struct columns **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->cell_count; i++)
		free((*c)->cells[i]);
	free((*c)->cells);
	free(*c);
	*c = NULL;
}

/* str_escape() cuts by letters; a wide one takes two columns, so it is shortened until it fits. */
static char *cut(const char *text, int max)
{
	size_t letters = max > 0 ? (size_t)max : 400;
	struct buf b = { 0 };

	str_escape(&b, text, strlen(text), letters);
	while (max > 0 && letters > 1 && str_columns(buf_str(&b)) > max) {
		buf_reset(&b);
		str_escape(&b, text, strlen(text), --letters);
	}
	return buf_take(&b);
}

void columns_add(struct columns *c, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	c->cells = vec_grow(c->cells, c->cell_count, &c->cap, sizeof *c->cells);
	c->cells[c->cell_count] = cut(text != NULL ? text : "", c->columns[c->cell_count % c->count].max);
	c->cell_count++;
	free(text);
}

static void print_cell(struct buf *line, const char *text, int width, char align)
{
	int pad = width - str_columns(text);

	if (align == 'r')
		buf_addf(line, "%*s", pad > 0 ? pad : 0, "");
	buf_adds(line, text);
	if (align != 'r')
		buf_addf(line, "%*s", pad > 0 ? pad : 0, "");
}

void columns_print(const struct columns *c, FILE *out, int indent)
{
	int width[COLUMNS_MAX] = { 0 };

	if (c->count == 0)
		return;
	for (size_t k = 0; k < c->count; k++)
		width[k] = str_columns(c->columns[k].title);
	for (size_t i = 0; i < c->cell_count; i++) {
		int columns = str_columns(c->cells[i]);

		if (columns > width[i % c->count])
			width[i % c->count] = columns;
	}
	for (size_t i = 0; i < c->cell_count + c->count; i += c->count) {
		struct buf line = { 0 };

		buf_addf(&line, "%*s", indent, "");
		for (size_t k = 0; k < c->count; k++) {
			const char *text = i == 0                             ? c->columns[k].title
			                   : i - c->count + k < c->cell_count ? c->cells[i - c->count + k]
			                                                      : "";

			if (k > 0)
				buf_adds(&line, "  ");
			print_cell(&line, text, width[k], c->columns[k].align);
		}
		while (line.len > 0 && line.p[line.len - 1] == ' ')
			line.p[--line.len] = '\0';
		(void)fprintf(out, "%s\n", buf_str(&line));
		buf_free(&line);
	}
}
