/* keys.c -- every key: enforcer state × backup × present in each HSM × published × DS, and one of them in sentences. */
#include "tui/view/view.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/view/key_row.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

struct keys {
	struct view view;
	struct list list;
	struct key_rows rows;
	char *zone; /* "" all */
};

static void update(struct view *v, const struct model *m)
{
	struct keys *k = (struct keys *)v;

	key_rows_fill(&k->rows, m, k->zone);
	list_update(&k->list, &k->rows, k->rows.count);
}

static void draw(struct view *v, const struct model *m, struct surface *s, struct rect r)
{
	struct keys *k = (struct keys *)v;
	struct rect top = r, bottom = r;
	struct buf text = { 0 };

	if (k->rows.count == 0) {
		surface_text(s, r, 0, 1, STYLE_UNKNOWN, m->facts == NULL ? "? not looked yet" : "? no key was seen");
		return;
	}
	bottom.rows = r.rows / 2 < 10 ? r.rows / 2 : 10;
	if (r.rows - bottom.rows > (int)k->rows.count + 1) /* what the list does not need explains the one */
		bottom.rows = r.rows - (int)k->rows.count - 1;
	top.rows = r.rows - bottom.rows;
	bottom.row += top.rows;
	key_table(s, top, &k->list, &k->rows, true);
	key_explain(&k->rows, k->list.cursor, &text);
	sheet_draw(s, bottom, "The one under the cursor", buf_str(&text));
	buf_free(&text);
}

static bool act(struct view *v, const struct model *m, enum action a, struct intents *out)
{
	struct keys *k = (struct keys *)v;

	(void)m;
	if (a == ACT_OPEN) {
		if (k->list.cursor < k->rows.count && k->rows.list[k->list.cursor]->key->zone != NULL)
			intent_open(out, SCREEN_ZONE, k->rows.list[k->list.cursor]->key->zone);
		return true;
	}
	return list_act(&k->list, a);
}

static void explain(const struct view *v, const struct model *m, struct buf *out)
{
	const struct keys *k = (const struct keys *)v;

	(void)m;
	if (k->list.cursor < k->rows.count)
		key_explain(&k->rows, k->list.cursor, out);
}

static void heading(const struct view *v, const struct model *m, struct buf *out)
{
	const struct keys *k = (const struct keys *)v;
	size_t n[4] = { 0 };

	(void)m;
	for (size_t i = 0; i < k->rows.count; i++)
		n[k->rows.verdict[i]]++;
	buf_addf(out, "%zu", k->rows.count);
	if (k->zone[0] != '\0')
		buf_addf(out, " of %s", k->zone);
	counts_text(n, out);
}

static void keys_free(struct view *v)
{
	struct keys *k = (struct keys *)v;

	key_rows_clear(&k->rows);
	free(k->zone);
	free(k);
}

static const enum action actions[] = { ACT_OPEN,    ACT_BACK, ACT_SEARCH,  ACT_FINDINGS,  ACT_CHECKLIST,
	                               ACT_REFRESH, ACT_ARM,  ACT_JOURNAL, ACT_OVERVIEW,  ACT_LOG,
	                               ACT_UP,      ACT_DOWN, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_HOME,
	                               ACT_END,     ACT_HELP, ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_KEYS,
	.age = AGE_FACTS,
	.title = "Keys",
	.purpose =
	    "Could the other side sign with every key? What the enforcer says of each key, whether it is backed up, "
	    "whether each "
	    "side's HSM has it, whether it is in public and its DS at the parent. What is bad or unknown stands first. "
	    "In the columns of the "
	    "places: ✓ there, ✗ missing, − not there yet (a run brings it), · does not apply, ? not seen.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = keys_free,
};

struct view *view_keys(const char *zone)
{
	struct keys *k = xcalloc(1, sizeof *k);

	k->view = (struct view){ .ops = &ops, .list = &k->list };
	k->zone = xstrdup(zone);
	k->list.key_of = key_row_key;
	k->list.text_of = key_row_text;
	return &k->view;
}
