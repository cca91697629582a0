/* zone.c -- one zone: its serials in all places and what the standby would publish, expiry, policy, keys, findings. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/view/finding_row.h"
#include "tui/view/key_row.h"
#include "tui/view/zone_row.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

struct zone {
	struct view view;
	struct list keys, findings;
	struct key_rows key_rows;
	struct finding_rows finding_rows;
	char *name;
	bool in_findings;
};

static const struct board_zone *zone_of(const struct zone *z, const struct model *m)
{
	return m->facts != NULL ? board_zone(m->facts, z->name) : NULL;
}

static void update(struct view *v, const struct model *m)
{
	struct zone *z = (struct zone *)v;

	key_rows_fill(&z->key_rows, m, z->name);
	list_update(&z->keys, &z->key_rows, z->key_rows.count);
	finding_rows_fill(&z->finding_rows, m->board, z->name, m->now);
	list_update(&z->findings, &z->finding_rows, z->finding_rows.count);
	if (z->findings.count == 0)
		z->in_findings = false;
	v->list = z->in_findings ? &z->findings : &z->keys;
}

/* One serial: where, the figure, and a remark. */
static int serial_line(struct surface *s, struct rect r, int row, const char *where, struct num n, const char *remark,
                       enum style style)
{
	char text[FIGURE];
	int col;

	num_text(text, n);
	surface_field(s, r, row, 1, 22, false, STYLE_TEXT, where);
	col = surface_field(s, r, row, 24, 10, true, n.ok ? STYLE_TEXT : STYLE_UNKNOWN, text);
	surface_field(s, r, row, col + 2, r.cols - col - 2, false, style, remark);
	return row + 1;
}

static int side_line(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row,
                     int index, const char *what, struct num n, const char *remark)
{
	char where[80];

	snprintf(where, sizeof where, "%s %s", m->pair->instance[index].name, what);
	if (!zone_is_absent(m->facts, z, index))
		return serial_line(s, r, row, where, n, remark, STYLE_DIM);
	surface_field(s, r, row, 1, 22, false, STYLE_TEXT, where);
	surface_field(s, r, row, 24, 10, true, STYLE_DIM, "none");
	surface_field(s, r, row, 36, r.cols - 36, false, STYLE_DIM, "the zone is not there; a run brings it");
	return row + 1;
}

static int side_serials(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row,
                        int index)
{
	struct num unsigned_serial = index == m->facts->active ? z->serial.unsigned_active : z->serial.unsigned_standby;

	row = side_line(z, m, s, r, row, index, "unsigned", unsigned_serial, "");
	row = side_line(z, m, s, r, row, index, "signer state", z->serial.outbound[index], "outbound of .backup2");
	return side_line(z, m, s, r, row, index, "signed", z->serial.signed_at[index], "");
}

static int public_serials(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	char where[120], text[FIGURE];
	enum style style;

	for (size_t i = 0; i < z->public_count; i++) {
		const struct public_zone *p = z->public_zones[i];

		snprintf(where, sizeof where, "public %s", p->server);
		row = serial_line(s, r, row, where, p->know.ok ? p->serial : (struct num){ 0 },
		                  p->know.ok ? "" : (p->know.why != NULL ? p->know.why : "no answer"), STYLE_UNKNOWN);
	}
	public_text(m->facts, z, text, sizeof text, &style);
	return serial_line(s, r, row, "published", z->serial.published,
	                   style == STYLE_GOOD      ? "✓ as the active signed"
	                   : style == STYLE_UNKNOWN ? "? can't be compared"
	                   : style == STYLE_STOP    ? "✗ ahead of the active"
	                                            : "! behind the active",
	                   style);
}

static int predicted(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	char where[80], remark[160], text[FIGURE];
	enum style style = STYLE_GOOD;

	snprintf(where, sizeof where, "%s would publish", m->pair->instance[m->facts->standby].name);
	str_copy(remark, sizeof remark, "✓ greater than published");
	if (z->serial.refuses) {
		str_copy(remark, sizeof remark, "! nothing (policy keep): raise the unsigned serial");
		style = STYLE_WARN;
	} else if (!z->serial.predicted.ok || !z->serial.published.ok) {
		str_copy(remark, sizeof remark, "? can't be compared");
		style = STYLE_UNKNOWN;
	} else if (z->serial.predicted_order != SERIAL_GREATER) {
		num_text(text, z->serial.repaired);
		style = z->serial.repairable ? STYLE_WARN : STYLE_STOP;
		if (z->serial.repairable)
			snprintf(remark, sizeof remark, "! not greater; the guard makes it %s", text);
		else
			str_copy(remark, sizeof remark, "✗ not greater, and the guard can't repair it");
	}
	return serial_line(s, r, row, where, z->serial.predicted, remark, style);
}

static int expiry_line(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	char when[FIGURE], slack[DURATION_TEXT], text[300];

	if (!z->first_expiry.ok || z->first_expiry.v == 0) {
		surface_field(s, r, row, 1, r.cols - 1, false, STYLE_UNKNOWN, "? first expiry not known");
		return row + 1;
	}
	when_text(when, m->now, z->first_expiry.v);
	duration_text(slack, z->slack.v - (m->now - m->facts->at));
	snprintf(text, sizeof text, "first expiry %s, %s   slack %s", when,
	         z->first_rrset != NULL ? z->first_rrset : "?", z->slack.ok ? slack : "?");
	surface_field(s, r, row, 1, r.cols - 1, false, model_stale(m) ? STYLE_STALE : STYLE_TEXT, text);
	return row + 1;
}

static int policy_line(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct observation *o = m->facts->obs[m->facts->active];
	const struct obs_policy *p = NULL;
	char resign[DURATION_TEXT], refresh[DURATION_TEXT], validity[DURATION_TEXT], text[300];

	for (size_t i = 0; i < o->policy_count && z->policy != NULL; i++)
		if (strcmp(o->policies[i].name, z->policy) == 0)
			p = &o->policies[i];
	if (p == NULL) {
		snprintf(text, sizeof text, "policy %s", z->policy != NULL ? z->policy : "?");
	} else {
		duration_text(resign, p->resign);
		duration_text(refresh, p->refresh);
		duration_text(validity, p->validity);
		snprintf(text, sizeof text, "policy %s: serial %s, %s, resign %s, refresh %s, validity %s", p->name,
		         serial_mode_name(p->serial), p->nsec3 ? "NSEC3" : "NSEC", resign, refresh, validity);
	}
	surface_field(s, r, row, 1, r.cols - 1, false, STYLE_TEXT, text);
	return row + 1;
}

static int draw_facts(struct zone *v, const struct board_zone *z, const struct model *m, struct surface *s,
                      struct rect r)
{
	int row = expiry_line(z, m, s, r, 0);

	(void)v;
	row = policy_line(z, m, s, r, row);
	row = side_serials(z, m, s, r, row, m->facts->active);
	if (r.rows >= 20) /* of the standby only what decides where there is little room */
		row = side_serials(z, m, s, r, row, m->facts->standby);
	row = public_serials(z, m, s, r, row);
	return predicted(z, m, s, r, row);
}

static void draw_lists(struct zone *v, struct surface *s, struct rect r, int row)
{
	struct rule_part part = { STYLE_HEADING, "Keys" };
	struct rect sub = r;
	int left = r.rows - row - 3, keys = (int)v->key_rows.count;

	keys = keys < left / 2 ? keys : left / 2;
	rule_draw(s, r, row++, &part, 1, NULL, STYLE_TEXT);
	sub.row = r.row + row;
	sub.rows = keys + 1;
	key_table(s, sub, &v->keys, &v->key_rows, !v->in_findings);
	row += keys + 1;
	part.text = "Findings";
	rule_draw(s, r, row++, &part, 1, NULL, STYLE_TEXT);
	sub.row = r.row + row;
	sub.rows = r.rows - row;
	if (v->findings.count == 0)
		surface_text(s, sub, 0, 1, STYLE_GOOD, "✓ none about this zone");
	else
		finding_table(s, sub, &v->findings, &v->finding_rows, false, v->in_findings);
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct zone *v = (struct zone *)view;
	const struct board_zone *z = zone_of(v, m);

	if (z == NULL) {
		surface_text(s, r, 0, 1, STYLE_UNKNOWN,
		             m->facts == NULL ? "? not looked yet" : "? neither instance has this zone now");
		return;
	}
	draw_lists(v, s, r, draw_facts(v, z, m, s, r));
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct zone *v = (struct zone *)view;
	char key[sizeof v->findings.key + 2];

	(void)m;
	switch (a) {
	case ACT_NEXT_PART:
		v->in_findings = !v->in_findings && v->findings.count > 0;
		view->list = v->in_findings ? &v->findings : &v->keys;
		return true;
	case ACT_DIFF:
		intent_open(out, SCREEN_DIFFERENCE, v->name);
		return true;
	case ACT_KEYS:
		intent_open(out, SCREEN_KEYS, v->name);
		return true;
	case ACT_FINDINGS:
		intent_open(out, SCREEN_FINDINGS, v->name);
		return true;
	case ACT_OPEN:
		snprintf(key, sizeof key, "=%s", v->findings.key);
		intent_open(out, v->in_findings ? SCREEN_FINDINGS : SCREEN_KEYS, v->in_findings ? key : v->name);
		return true;
	default:
		return list_act(view->list, a);
	}
}

static void explain(const struct view *view, const struct model *m, struct buf *out)
{
	const struct zone *v = (const struct zone *)view;
	const struct board_zone *z = zone_of(v, m);

	if (v->in_findings && v->findings.cursor < v->finding_rows.count)
		finding_explain(v->finding_rows.list[v->findings.cursor], m->now, out);
	else if (v->keys.cursor < v->key_rows.count)
		key_explain(&v->key_rows, v->keys.cursor, out);
	if (z != NULL) {
		buf_adds(out, "\nTHE ZONE\n");
		zone_explain(z, m, out);
	}
}

static void heading(const struct view *view, const struct model *m, struct buf *out)
{
	const struct board_zone *z = zone_of((const struct zone *)view, m);

	buf_adds(out, ((const struct zone *)view)->name);
	if (z != NULL)
		buf_addf(out, "  %s %s", mark_of(z->worst), word_of(z->worst));
}

static void zone_free(struct view *view)
{
	struct zone *v = (struct zone *)view;

	key_rows_clear(&v->key_rows);
	finding_rows_clear(&v->finding_rows);
	free(v->name);
	free(v);
}

static const enum action actions[] = { ACT_OPEN,      ACT_BACK,    ACT_DIFF, ACT_KEYS,     ACT_FINDINGS,  ACT_NEXT_PART,
	                               ACT_CHECKLIST, ACT_REFRESH, ACT_ARM,  ACT_OVERVIEW, ACT_JOURNAL,   ACT_LOG,
	                               ACT_SEARCH,    ACT_UP,      ACT_DOWN, ACT_PAGE_UP,  ACT_PAGE_DOWN, ACT_HOME,
	                               ACT_END,       ACT_HELP,    ACT_QUIT, ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_ZONE,
	.title = "Zone",
	.purpose = "Would this zone survive the move? Its serials in every place, what the standby would publish "
	           "first, when its "
	           "signatures run out, and its keys and findings.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = zone_free,
};

struct view *view_zone(const char *zone)
{
	struct zone *v = xcalloc(1, sizeof *v);

	v->view = (struct view){ .ops = &ops, .list = &v->keys };
	v->name = xstrdup(zone);
	v->keys.key_of = key_row_key;
	v->keys.text_of = key_row_text;
	v->findings.key_of = finding_row_key;
	v->findings.text_of = finding_row_text;
	return &v->view;
}
