/* pager.c -- text to read: help, what to type by hand, one entry in full. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "tui/widget/text.h"

struct pager {
	struct view view;
	struct list list; /* one line each, as wrapped for the width */
	char *title, *text;
	int width; /* that it was wrapped for */
	char **lines;
	size_t line_count, line_cap;
};

static void clear_lines(struct pager *p)
{
	for (size_t i = 0; i < p->line_count; i++)
		free(p->lines[i]);
	p->line_count = 0;
}

static void wrap(struct pager *p, int width)
{
	const char *text = p->text;
	bool begins = true; /* a line of the text, not the rest of one */
	int indent = 0;

	if (width == p->width)
		return;
	p->width = width;
	clear_lines(p);
	while (*text != '\0') {
		int hang = begins ? text_hang(text) : indent;
		size_t skip, len = text_break(text, begins ? width : width - indent, &skip);

		p->lines = vec_grow(p->lines, p->line_count, &p->line_cap, sizeof *p->lines);
		p->lines[p->line_count++] = xasprintf("%*s%.*s", begins ? 0 : indent, "", (int)len, text);
		begins = skip > 0 && text[skip - 1] == '\n';
		indent = begins || hang > width / 2 ? 0 : hang;
		text += skip;
	}
	list_update(&p->list, p, p->line_count);
}

static void line_text(const void *lines, size_t i, struct buf *out)
{
	const struct pager *p = lines;

	buf_adds(out, p->lines[i]);
}

static void update(struct view *v, const struct model *m)
{
	(void)v;
	(void)m;
}

/* A line in capitals is a heading. */
static bool is_heading(const char *line)
{
	return line[0] >= 'A' && line[0] <= 'Z' && line[1] != '\0' &&
	       strpbrk(line, "abcdefghijklmnopqrstuvwxyz") == NULL;
}

static void draw(struct view *v, const struct model *m, struct surface *s, struct rect r)
{
	struct pager *p = (struct pager *)v;
	size_t below, shown;
	char more[32];

	(void)m;
	r.col++;
	r.cols -= 2;
	wrap(p, r.cols);
	shown = list_window(&p->list, (size_t)r.rows, &below);
	for (size_t i = 0; i < shown; i++) {
		size_t n = p->list.top + i;

		surface_text(s, r, (int)i, 0, is_heading(p->lines[n]) ? STYLE_HEADING : STYLE_TEXT, p->lines[n]);
		if (n == p->list.cursor && p->line_count > (size_t)r.rows)
			surface_restyle(s, r, (int)i, STYLE_SELECTED);
	}
	if (below > 0) {
		snprintf(more, sizeof more, "…%zu more", below);
		surface_text(s, r, r.rows - 1, 1, STYLE_DIM, more);
	}
}

static bool act(struct view *v, const struct model *m, enum action a, struct intents *out)
{
	(void)m;
	(void)out;
	return list_act(v->list, a);
}

static void heading(const struct view *v, const struct model *m, struct buf *out)
{
	(void)m;
	buf_adds(out, ((const struct pager *)v)->title);
}

static void pager_free(struct view *v)
{
	struct pager *p = (struct pager *)v;

	clear_lines(p);
	free(p->lines);
	free(p->title);
	free(p->text);
	free(p);
}

static const enum action actions[] = { ACT_BACK,      ACT_PAGE_DOWN, ACT_PAGE_UP, ACT_SEARCH, ACT_OVERVIEW,
	                               ACT_CHECKLIST, ACT_UP,        ACT_DOWN,    ACT_HOME,   ACT_END,
	                               ACT_ARM,       ACT_HELP,      ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_PAGER,
	.title = "",
	.purpose = "Text to read; Esc goes back.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.heading = heading,
	.free = pager_free,
};

struct view *view_pager(const char *title, const char *text)
{
	struct pager *p = xcalloc(1, sizeof *p);

	p->view = (struct view){ .ops = &ops, .list = &p->list };
	p->title = xstrdup(title);
	p->text = xstrdup(text);
	p->list.text_of = line_text;
	return &p->view;
}
