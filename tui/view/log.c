/* log.c -- what the console and its libraries said, newest last. */
#include "tui/view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/widget/table.h"

struct log_view {
	struct view view;
	struct list list;
	const struct log *log;
	uint64_t last; /* the newest line when it was drawn last */
	bool follows;  /* the cursor is on the newest */
};

static bool line_at(const void *v, size_t i, struct log_line *line)
{
	const struct log *log = ((const struct log_view *)v)->log;
	size_t count = log_count(log);

	return i < count && log_get(log, count - 1 - i, line);
}

static void key_of(const void *v, size_t i, char *out, size_t cap)
{
	struct log_line line;

	out[0] = '\0';
	if (line_at(v, i, &line))
		snprintf(out, cap, "%" PRIu64, line.number);
}

static void text_of(const void *v, size_t i, struct buf *out)
{
	struct log_line line;

	if (line_at(v, i, &line))
		buf_addf(out, "%s %s", line.from, line.text);
}

static void update(struct view *view, const struct model *m)
{
	struct log_view *v = (struct log_view *)view;

	v->log = m->log;
	list_update(&v->list, v, log_count(m->log));
	if (v->follows)
		list_act(&v->list, ACT_END);
}

enum { L_TIME, L_LEVEL, L_FROM, L_TEXT };

static const struct column columns[] = {
	[L_TIME] = { "time", 9, 9, false, 1 },
	[L_LEVEL] = { "", 5, 5, false, 2 },
	[L_FROM] = { "from", 8, 15, false, 3 },
	[L_TEXT] = { "what", 30, LOG_TEXT, false, 0 },
};

static void cell(const void *v, size_t row, size_t column, struct cell_text *out)
{
	struct log_line line;
	char at[TIME_TEXT];

	if (!line_at(v, row, &line))
		return;
	switch (column) {
	case L_TIME:
		time_text(at, line.at);
		snprintf(out->text, sizeof out->text, "%.9s", at + 11);
		break;
	case L_LEVEL:
		str_copy(out->text, sizeof out->text, log_level_name(line.level));
		out->style = line.level == LOG_LEVEL_ERROR  ? STYLE_STOP
		             : line.level == LOG_LEVEL_WARN ? STYLE_WARN
		                                            : STYLE_DIM;
		break;
	case L_FROM:
		str_copy(out->text, sizeof out->text, line.from);
		break;
	case L_TEXT:
		str_copy(out->text, sizeof out->text, line.text);
		break;
	default:
		break;
	}
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct log_view *v = (struct log_view *)view;

	(void)m;
	r.col++;
	r.cols--;
	if (v->list.count == 0)
		surface_text(s, r, 0, 0, STYLE_DIM, "nothing yet");
	else
		table_draw(s, r, columns, sizeof columns / sizeof *columns, &v->list, cell, v, true, true);
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct log_view *v = (struct log_view *)view;
	struct log_line line;
	bool mine;

	(void)m;
	if (a == ACT_OPEN) {
		if (line_at(v, v->list.cursor, &line))
			intent_pager(out, "Log line", xstrdup(line.text));
		return true;
	}
	mine = list_act(&v->list, a);
	v->follows = v->list.count == 0 || v->list.cursor + 1 == v->list.count;
	return mine;
}

static void log_view_free(struct view *view)
{
	free(view);
}

static const enum action actions[] = { ACT_OPEN, ACT_BACK, ACT_SEARCH,  ACT_OVERVIEW,  ACT_CHECKLIST,
	                               ACT_UP,   ACT_DOWN, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_HOME,
	                               ACT_END,  ACT_ARM,  ACT_HELP,    ACT_QUIT,      ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_LOG,
	.title = "Log",
	.purpose =
	    "What did the console and its libraries say? Kept in memory only; the record of a run is the journal (j).",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.free = log_view_free,
};

struct view *view_log(void)
{
	struct log_view *v = xcalloc(1, sizeof *v);

	v->view = (struct view){ .ops = &ops, .list = &v->list };
	v->list.key_of = key_of;
	v->list.text_of = text_of;
	v->follows = true;
	return &v->view;
}
