/* findings.c -- everything that is wrong or unknown, worst first, with value, limit, source, age and what to do. */
#include "tui/view/view.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/view/finding_row.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

struct findings {
	struct view view;
	struct list list;
	struct finding_rows rows;
	char *zone; /* "" all */
	char *go;   /* the key to go to, once it is there; NULL */
};

static void update(struct view *v, const struct model *m)
{
	struct findings *f = (struct findings *)v;

	finding_rows_fill(&f->rows, m->board, f->zone, m->now);
	list_update(&f->list, &f->rows, f->rows.count);
	if (f->go != NULL && f->rows.count > 0) {
		list_go(&f->list, f->go);
		free(f->go);
		f->go = NULL;
	}
}

static void detail(const struct findings *f, const struct model *m, struct surface *s, struct rect r)
{
	struct buf text = { 0 };

	finding_explain(f->rows.list[f->list.cursor], m->now, &text);
	sheet_draw(s, r, "The one under the cursor", buf_str(&text));
	buf_free(&text);
}

static void draw(struct view *v, const struct model *m, struct surface *s, struct rect r)
{
	struct findings *f = (struct findings *)v;
	struct rect top = r, bottom = r;

	if (f->rows.count == 0) {
		if (m->board == NULL)
			surface_text(s, r, 0, 1, STYLE_UNKNOWN, "? not looked yet");
		else
			surface_text(s, r, 0, 1, STYLE_GOOD, "✓ nothing: every check is ok");
		return;
	}
	bottom.rows = r.rows / 2 < 12 ? r.rows / 2 : 12;
	if (r.rows - bottom.rows > (int)f->rows.count + 1) /* what the list does not need explains the one */
		bottom.rows = r.rows - (int)f->rows.count - 1;
	top.rows = r.rows - bottom.rows;
	bottom.row += top.rows;
	finding_table(s, top, &f->list, &f->rows, true, true);
	detail(f, m, s, bottom);
}

static bool act(struct view *v, const struct model *m, enum action a, struct intents *out)
{
	struct findings *f = (struct findings *)v;

	if (a == ACT_OPEN && f->list.cursor < f->rows.count) {
		const struct finding *at = f->rows.list[f->list.cursor];
		struct buf text = { 0 };

		if (at->zone != NULL) {
			intent_open(out, SCREEN_ZONE, at->zone);
		} else { /* of no one zone: all there is to read about it */
			finding_explain(at, m->now, &text);
			intent_pager(out, "Finding", buf_take(&text));
		}
		return true;
	}
	return list_act(&f->list, a);
}

static void explain(const struct view *v, const struct model *m, struct buf *out)
{
	const struct findings *f = (const struct findings *)v;

	if (f->list.cursor < f->rows.count)
		finding_explain(f->rows.list[f->list.cursor], m->now, out);
}

static void heading(const struct view *v, const struct model *m, struct buf *out)
{
	const struct findings *f = (const struct findings *)v;
	size_t n[4] = { 0 };

	(void)m;
	for (size_t i = 0; i < f->rows.count; i++)
		n[f->rows.list[i]->severity]++;
	buf_addf(out, "%zu", f->rows.count);
	if (f->zone[0] != '\0')
		buf_addf(out, " of %s", f->zone);
	counts_text(n, out);
}

static void findings_free(struct view *v)
{
	struct findings *f = (struct findings *)v;

	finding_rows_clear(&f->rows);
	free(f->zone);
	free(f->go);
	free(f);
}

static const enum action actions[] = { ACT_OPEN,    ACT_BACK, ACT_CHECKLIST, ACT_KEYS,      ACT_SEARCH,
	                               ACT_REFRESH, ACT_ARM,  ACT_JOURNAL,   ACT_OVERVIEW,  ACT_LOG,
	                               ACT_UP,      ACT_DOWN, ACT_PAGE_UP,   ACT_PAGE_DOWN, ACT_HOME,
	                               ACT_END,     ACT_HELP, ACT_QUIT,      ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_FINDINGS,
	.title = "Findings",
	.purpose = "What is wrong, by which figure, and what to do about it? Worst first: stop refuses a run, unknown "
	           "refuses it too "
	           "because it was not seen, warn does not.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = findings_free,
};

struct view *view_findings(const char *zone_or_key)
{
	struct findings *f = xcalloc(1, sizeof *f);
	bool key = zone_or_key[0] == '=';

	f->view = (struct view){ .ops = &ops, .list = &f->list };
	f->zone = xstrdup(key ? "" : zone_or_key);
	f->go = key ? xstrdup(zone_or_key + 1) : NULL;
	f->list.key_of = finding_row_key;
	f->list.text_of = finding_row_text;
	return &f->view;
}
