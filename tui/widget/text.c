#include "tui/widget/text.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

size_t text_break(const char *text, int columns, size_t *skip)
{
	size_t line = strcspn(text, "\n"), fit, at;
	int took;

	*skip = 0;
	if (text[0] == '\0')
		return 0;
	fit = text_fit(text, columns > 0 ? columns : 1, &took);
	if (fit >= line) {
		*skip = line + (text[line] == '\n' ? 1 : 0);
		return line;
	}
	for (at = fit; at > 0 && text[at] != ' '; at--)
		;
	if (at == 0) { /* a word longer than the line, or a character wider than it */
		*skip = fit > 0 ? fit : strlen(text);
		return *skip;
	}
	*skip = at + strspn(text + at, " ");
	return at;
}

int text_wrap(struct surface *s, struct rect r, int row, int col, int indent, int max_rows, enum style style,
              const char *text)
{
	int used = 0;

	while (*text != '\0' && used < max_rows) {
		int from = used == 0 ? col : indent, width = r.cols - from, took;
		size_t skip, len = text_break(text, width, &skip);
		bool last = used + 1 == max_rows && text[skip] != '\0';
		char *line;

		if (last)
			len = text_fit(text, width - 1, &took) < len ? text_fit(text, width - 1, &took) : len;
		line = xstrndup(text, len);
		from = surface_text(s, r, row + used, from, style, line);
		if (last)
			surface_text(s, r, row + used, from, style, "…");
		free(line);
		text += skip;
		used++;
	}
	return used;
}

int text_hang(const char *text)
{
	enum { LABEL = 18 };
	const char *gap = strstr(text, "  ");
	size_t line = strcspn(text, "\n"), at;

	if (strncmp(text, "- ", 2) == 0)
		return 2;
	if (gap == NULL || gap == text || (size_t)(gap - text) >= line || gap - text > LABEL)
		return text[0] == ' ' ? (int)strspn(text, " ") : 0;
	at = (size_t)(gap - text) + strspn(gap, " ");
	return at < line && at <= LABEL + 4 ? (int)at : 0;
}

int text_sheet(struct surface *s, struct rect r, int row, int col, int max_rows, enum style style, const char *text)
{
	int used = 0;

	while (*text != '\0' && used < max_rows) {
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);

		if (len == 0)
			used++;
		used += text_wrap(s, r, row + used, col, col + text_hang(line), max_rows - used, style, line);
		free(line);
		text += len + (text[len] == '\n');
	}
	return used;
}

bool rule_draw(struct surface *s, struct rect r, int row, const struct rule_part *parts, size_t n, const char *right,
               enum style right_style)
{
	bool any = right != NULL && right[0] != '\0';
	int right_at = r.cols - (any ? text_columns(right) : 0) - 3, col = 1, room, width;
	int end = any && right_style == STYLE_STALE ? right_at - 1 : r.cols;

	surface_line(s, r, row, 0, STYLE_FRAME, "─");
	for (size_t i = 0; i < n; i++) {
		if (parts[i].text == NULL || parts[i].text[0] == '\0')
			continue;
		room = end - col - 3;
		if (room < 8)
			break;
		width = text_columns(parts[i].text) < room ? text_columns(parts[i].text) : room;
		col = surface_text(s, r, row, col, STYLE_TEXT, " ");
		col = surface_field(s, r, row, col, width, false, parts[i].style, parts[i].text);
		col = surface_text(s, r, row, col, STYLE_TEXT, " ");
		col += 2;
	}
	if (!any || right_at + 1 < col) /* one line between them is enough */
		return false;
	col = surface_text(s, r, row, right_at, STYLE_TEXT, " ");
	col = surface_text(s, r, row, col, right_style, right);
	surface_text(s, r, row, col, STYLE_TEXT, " ");
	return true;
}

void sheet_draw(struct surface *s, struct rect r, const char *title, const char *text)
{
	const struct rule_part part = { STYLE_HEADING, title };

	rule_draw(s, r, 0, &part, 1, NULL, STYLE_TEXT);
	text_sheet(s, r, 1, 1, r.rows - 1, STYLE_TEXT, text);
}
