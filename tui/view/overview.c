/* overview.c -- the first screen: is the pair what it should be, how long have we got, which zone is worst. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/view/aside_row.h"
#include "tui/view/finding_row.h"
#include "tui/view/instance_row.h"
#include "tui/view/run_banner.h"
#include "tui/view/zone_row.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

struct overview {
	struct view view;
	struct list zones, findings;
	struct zone_rows zone_rows;
	struct finding_rows finding_rows;
	bool in_findings; /* where the cursor is */
};

static void update(struct view *v, const struct model *m)
{
	struct overview *o = (struct overview *)v;

	o->zone_rows = (struct zone_rows){ .m = m, .board = m->facts };
	list_update(&o->zones, &o->zone_rows, m->facts != NULL ? m->facts->zone_count : 0);
	finding_rows_fill(&o->finding_rows, m->board, "", m->now);
	list_update(&o->findings, &o->finding_rows, o->finding_rows.count);
	if (o->findings.count == 0)
		o->in_findings = false;
	v->list = o->in_findings ? &o->findings : &o->zones;
}

/* "─ Zones 12 ── ✗ 1 STOP ── ! 2 warn ──": how many, and of each severity but ok. */
static void counts_rule(struct surface *s, struct rect r, int row, const char *what, const size_t n[4],
                        const char *right)
{
	char all[FIGURE], text[3][FIGURE] = { "", "", "" };
	static const enum severity order[] = { SEV_STOP, SEV_UNKNOWN, SEV_WARN };
	struct rule_part parts[4] = { { STYLE_HEADING, all } };

	snprintf(all, sizeof all, "%s %zu", what, n[SEV_OK] + n[SEV_WARN] + n[SEV_UNKNOWN] + n[SEV_STOP]);
	for (int i = 0; i < 3; i++) {
		if (n[order[i]] > 0)
			snprintf(text[i], sizeof text[i], "%s %zu %s", mark_of(order[i]), n[order[i]],
			         word_of(order[i]));
		parts[i + 1] = (struct rule_part){ style_of(order[i]), text[i] };
	}
	rule_draw(s, r, row, parts, 4, right, STYLE_STALE);
}

static void zones_rule(const struct model *m, struct surface *s, struct rect r, int row)
{
	char age[FIGURE], seen[FIGURE + 16];
	size_t n[4] = { 0 };

	for (size_t i = 0; i < m->facts->zone_count; i++)
		n[m->facts->zones[i].worst]++;
	age_text(age, m->now - m->facts->at);
	snprintf(seen, sizeof seen, "STALE, seen %s", age);
	counts_rule(s, r, row, "Zones", n, model_stale(m) ? seen : NULL);
}

static void findings_rule(const struct model *m, struct surface *s, struct rect r, int row)
{
	size_t n[4] = { 0 };

	for (size_t i = 0; i < m->board->finding_count; i++)
		n[m->board->findings[i].severity]++;
	counts_rule(s, r, row, "Findings", n, NULL);
}

static struct rect part(struct rect r, int row, int rows)
{
	return (struct rect){ r.row + row, r.col, rows, r.cols };
}

/* The line under the cursor in full: of a zone first what is wrong with it, and what to do. */
static void explain_line(const struct overview *o, const struct model *m, struct buf *out)
{
	const struct board_zone *z;

	if (o->in_findings) {
		if (o->findings.cursor < o->finding_rows.count)
			finding_explain(o->finding_rows.list[o->findings.cursor], m->now, out);
		return;
	}
	if (m->facts == NULL || o->zones.cursor >= m->facts->zone_count)
		return;
	z = &m->facts->zones[o->zones.cursor];
	for (size_t i = 0; i < o->finding_rows.count; i++) {
		const struct finding *f = o->finding_rows.list[i];

		if (f->zone == NULL || !name_equal(f->zone, z->name))
			continue;
		buf_addf(out, "%s %s: %s\n", mark_of(f->severity), word_of(f->severity), f->text);
		if (f->hint != NULL)
			buf_addf(out, "next      %s\n", f->hint);
	}
	zone_explain(z, m, out);
}

static void draw_detail(const struct overview *o, const struct model *m, struct surface *s, struct rect r)
{
	struct buf text = { 0 };

	explain_line(o, m, &text);
	if (text.len > 0)
		sheet_draw(s, r, "The one under the cursor", buf_str(&text));
	buf_free(&text);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

enum { LEAST_DETAIL = 6 };

static void draw_lists(struct overview *o, const struct model *m, struct surface *s, struct rect r, int row)
{
	int left = r.rows - row - 3; /* two rules, one line of titles */
	int all = o->findings.count > 0 ? (int)o->findings.count : 1, findings = least(all, left / 3), zones;

	zones = left - findings;
	if (zones > (int)o->zones.count) { /* what the zones do not need goes to the findings */
		zones = (int)o->zones.count;
		findings = least(all, left - zones);
	}
	zones_rule(m, s, r, row++);
	if (o->zones.count == 0) {
		surface_text(s, r, row, 1, STYLE_UNKNOWN, "? no zone was seen on the active; the findings say why");
	} else {
		zone_table(s, part(r, row, zones + 1), &o->zones, &o->zone_rows, !o->in_findings);
	}
	row += zones + 1;
	findings_rule(m, s, r, row++);
	if (o->findings.count == 0)
		surface_text(s, r, row, 1, STYLE_GOOD, "✓ nothing: every check is ok");
	else
		finding_table(s, part(r, row, findings), &o->findings, &o->finding_rows, false, o->in_findings);
	if (left - zones - findings >= LEAST_DETAIL)
		draw_detail(o, m, s, part(r, row + findings, left - zones - findings));
}

static void draw(struct view *v, const struct model *m, struct surface *s, struct rect r)
{
	struct overview *o = (struct overview *)v;
	int row = banner_unfinished(m, s, r, instances_draw(m, s, r, 0), false);

	if (m->board == NULL) {
		text_wrap(s, r, row + 1, 1, 1, 4, STYLE_TEXT,
		          "Both instances and the public name servers are being asked. Nothing is known yet, and "
		          "looking changes "
		          "nothing. What does not answer within a minute is shown as unknown.");
		return;
	}
	row = copy_draw(m, s, r, row);
	row = aside_draw(m, s, r, row);
	row = public_draw(m, s, r, row);
	draw_lists(o, m, s, r, row);
}

static bool act(struct view *v, const struct model *m, enum action a, struct intents *out)
{
	struct overview *o = (struct overview *)v;
	char key[sizeof o->findings.key + 2];

	if (a == ACT_NEXT_PART) {
		o->in_findings = !o->in_findings && o->findings.count > 0;
		v->list = o->in_findings ? &o->findings : &o->zones;
		return true;
	}
	if (a == ACT_OPEN) {
		snprintf(key, sizeof key, "=%s", o->findings.key);
		if (o->in_findings)
			intent_open(out, SCREEN_FINDINGS, key);
		else if (o->zones.cursor < o->zones.count)
			intent_open(out, SCREEN_ZONE, m->facts->zones[o->zones.cursor].name);
		return true;
	}
	if (a == ACT_DIFF) {
		if (!o->in_findings && o->zones.cursor < o->zones.count)
			intent_open(out, SCREEN_DIFFERENCE, m->facts->zones[o->zones.cursor].name);
		else
			intent_say(out, "d compares the zone under the cursor: Tab goes to the zones.");
		return true;
	}
	return list_act(v->list, a);
}

static void explain(const struct view *v, const struct model *m, struct buf *out)
{
	const struct overview *o = (const struct overview *)v;
	struct buf aside = { 0 };

	explain_line(o, m, out);
	buf_adds(out, "\nSLACK\n");
	slack_explain(m, out);
	aside_explain(m, &aside);
	if (aside.len > 0)
		buf_addf(out, "\nASIDE\n%s", buf_str(&aside));
	buf_free(&aside);
}

static void overview_free(struct view *v)
{
	finding_rows_clear(&((struct overview *)v)->finding_rows);
	free(v);
}

static const enum action actions[] = { ACT_OPEN,   ACT_CHECKLIST, ACT_DIFF,    ACT_KEYS,      ACT_FINDINGS,
	                               ACT_ARM,    ACT_REFRESH,   ACT_JOURNAL, ACT_NEXT_PART, ACT_LOG,
	                               ACT_SEARCH, ACT_UP,        ACT_DOWN,    ACT_PAGE_UP,   ACT_PAGE_DOWN,
	                               ACT_HOME,   ACT_END,       ACT_HELP,    ACT_QUIT,      ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_OVERVIEW,
	.title = "Overview",
	.purpose = "Is the pair what it should be, how long have we got, and which zone is worst? The worst stands "
	           "first, then what "
	           "has the least slack. Slack is the time left until the last moment at which a failover begun then "
	           "would still be "
	           "over before the first signature expires.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.free = overview_free,
};

struct view *view_overview(void)
{
	struct overview *o = xcalloc(1, sizeof *o);

	o->view = (struct view){ .ops = &ops, .list = &o->zones };
	o->zones.key_of = zone_row_key;
	o->zones.text_of = zone_row_text;
	o->findings.key_of = finding_row_key;
	o->findings.text_of = finding_row_text;
	return &o->view;
}
