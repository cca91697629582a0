/* zone.c -- one zone: its serials in all places and what the standby would publish, expiry, what differs between the
 * sides, policy, keys, findings. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/view/expiry_chart.h"
#include "tui/view/finding_row.h"
#include "tui/view/key_row.h"
#include "tui/view/studied_line.h"
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
	bool placed; /* the cursor: first where something is wrong */
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
	if (!z->placed && m->board != NULL) {
		z->placed = true;
		z->in_findings = true;
	}
	if (z->findings.count == 0)
		z->in_findings = false;
	v->list = z->in_findings ? &z->findings : &z->keys;
}

/* One serial: where, the figure, and a remark. */
static int serial_line(struct surface *s, struct rect r, int row, const char *where, struct num n, const char *remark,
                       enum style style)
{
	char text[FIGURE];
	int col, used;

	num_text(text, n);
	surface_field(s, r, row, 1, 22, false, STYLE_TEXT, where);
	col = surface_field(s, r, row, 24, 10, true, n.ok ? STYLE_TEXT : STYLE_UNKNOWN, text) + 2;
	used = text_wrap(s, r, row, col, col, 2, style, remark);
	return row + (used > 1 ? used : 1);
}

static int side_line(const struct model *m, struct surface *s, struct rect r, int row, int index, const char *what,
                     struct num n, const char *remark)
{
	char where[80];

	snprintf(where, sizeof where, "%s %s", m->pair->instance[index].name, what);
	return serial_line(s, r, row, where, n, remark, STYLE_DIM);
}

static int side_serials(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row,
                        int index)
{
	struct num unsigned_serial = index == m->facts->active ? z->serial.unsigned_active : z->serial.unsigned_standby;

	if (zone_is_absent(m->facts, z, index)) {
		surface_field(s, r, row, 1, 22, false, STYLE_TEXT, m->pair->instance[index].name);
		surface_field(s, r, row, 24, 10, true, STYLE_DIM, "none");
		surface_field(s, r, row, 36, r.cols - 36, false, STYLE_DIM,
		              index == m->facts->standby ? "the zone is not there; a run brings it"
		                                         : "the zone is not there");
		return row + 1;
	}
	row = side_line(m, s, r, row, index, "unsigned", unsigned_serial, "");
	row = side_line(m, s, r, row, index, "signer state", z->serial.outbound[index], "outbound of .backup2");
	return side_line(m, s, r, row, index, "signed", z->serial.signed_at[index], "");
}

/* Whether a server has what the active signed. */
static bool is_current(const struct board_zone *z, const struct model *m, const struct public_zone *p)
{
	struct num want = z->serial.signed_at[m->facts->active];

	return p->know.ok && p->serial.ok && want.ok && p->serial.v == want.v;
}

/* Each server in a line; where they are more than @most, those that are not current, and how many others there are. */
static int server_serials(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row,
                          size_t most)
{
	bool all = z->public_count <= most;
	size_t shown = 0, others[2] = { 0 };
	char where[120];

	for (size_t i = 0; i < z->public_count; i++) {
		const struct public_zone *p = z->public_zones[i];

		if (!all && (is_current(z, m, p) || shown + 1 >= most)) {
			others[is_current(z, m, p)]++;
			continue;
		}
		snprintf(where, sizeof where, "public %s", p->server);
		row = serial_line(s, r, row, where, p->know.ok ? p->serial : (struct num){ 0 },
		                  p->know.ok ? "" : (p->know.why != NULL ? p->know.why : "no answer"), STYLE_UNKNOWN);
		shown++;
	}
	if (all)
		return row;
	snprintf(where, sizeof where, "public, %zu more: %zu as the active signed, %zu not", others[0] + others[1],
	         others[1], others[0]);
	surface_field(s, r, row, 1, r.cols - 1, false, others[0] > 0 ? STYLE_WARN : STYLE_TEXT, where);
	return row + 1;
}

/* What the public servers have against what the active signed, in words. */
static const char *public_remark(const struct board_zone *z, const struct model *m, enum style *style)
{
	char text[FIGURE];

	public_text(m->facts, z, text, sizeof text, style);
	return *style == STYLE_GOOD      ? "✓ as the active signed"
	       : *style == STYLE_UNKNOWN ? "? can't be compared"
	       : *style == STYLE_STOP    ? "✗ ahead of the active"
	                                 : "! behind the active";
}

/* Where there is one server, its line says all. */
static int only_server(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct public_zone *p = z->public_zones[0];
	char where[120];
	enum style style;
	const char *remark = public_remark(z, m, &style);

	if (!p->know.ok)
		return server_serials(z, m, s, r, row, 1);
	snprintf(where, sizeof where, "public %s", p->server);
	return serial_line(s, r, row, where, p->serial, remark, style);
}

static int public_serials(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	enum { BELOW = 10 }; /* two lines of serials, that of the comparison, and the two lists with a line each */
	int most = r.rows - row - BELOW;
	const char *remark;
	enum style style;

	if (z->public_count == 1)
		return only_server(z, m, s, r, row);
	row = server_serials(z, m, s, r, row, most > 1 ? (size_t)most : 1);
	remark = public_remark(z, m, &style);
	return serial_line(s, r, row, "published", z->serial.published, remark, style);
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

/* "2h" for "2h00m": a policy is written in whole ones. */
static void whole(char *duration)
{
	size_t len = strlen(duration);

	if (len > 3 && strncmp(duration + len - 3, "00", 2) == 0 &&
	    (duration[len - 4] < '0' || duration[len - 4] > '9'))
		duration[len - 3] = '\0';
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
		whole(resign);
		whole(refresh);
		whole(validity);
		snprintf(text, sizeof text, "policy %s: serial %s, %s, resign %s, refresh %s, validity %s", p->name,
		         serial_mode_name(p->serial), p->nsec3 ? "NSEC3" : "NSEC", resign, refresh, validity);
	}
	return row + text_wrap(s, r, row, 1, 3, 2, STYLE_TEXT, text);
}

static int compared_line(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	char text[200];
	enum style style;

	studied_line(m, z, text, sizeof text, &style);
	surface_field(s, r, row, 1, r.cols - 2, false, style, text);
	return row + 1;
}

/* When all its signatures run out, as they were read last; where there is room for it. */
static int draw_chart(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	enum { LISTS = 12 };
	const struct rect nowhere = { 0, 0, 0, r.cols };
	const struct studied *known = studied_of(&m->studied, z->name);
	const char *name;
	int rows = r.rows >= 48 ? 6 : 3;

	if (known == NULL || known->expiry == NULL)
		return row;
	name = m->pair->instance[known->side].name;
	if (row + expiry_part(s, nowhere, 0, rows, false, known->expiry, name, m->now) + LISTS > r.rows)
		return row;
	return row + expiry_part(s, r, row, rows, false, known->expiry, name, m->now);
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
	row = predicted(z, m, s, r, row);
	row = compared_line(z, m, s, r, row);
	return draw_chart(z, m, s, r, row);
}

static void explain_line(const struct zone *v, const struct model *m, struct buf *out)
{
	if (v->in_findings && v->findings.cursor < v->finding_rows.count)
		finding_explain(v->finding_rows.list[v->findings.cursor], m->now, out);
	else if (v->keys.cursor < v->key_rows.count)
		key_explain(&v->key_rows, v->keys.cursor, out);
}

/* The line under the cursor in full; what stands in the line already is left out where there is little room. */
static void draw_line(const struct zone *v, const struct model *m, struct surface *s, struct rect r)
{
	enum { ROOMY = 6, BESIDE = 4 };
	struct buf text = { 0 };
	const char *shown, *rest;

	explain_line(v, m, &text);
	shown = buf_str(&text);
	rest = strchr(shown, '\n');
	if (v->in_findings && r.rows < ROOMY && rest != NULL &&
	    text_columns(v->finding_rows.list[v->findings.cursor]->text) <= r.cols - BESIDE)
		shown = rest + 1;
	if (shown[0] != '\0')
		sheet_draw(s, r, "The one under the cursor", shown);
	buf_free(&text);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Findings get half of the room at most, keys the rest; what both leave explains the line under the cursor. */
static void draw_lists(struct zone *v, const struct model *m, struct surface *s, struct rect r, int row)
{
	enum { LEAST = 3 }; /* its rule, what it is, what to do */
	struct rule_part part = { STYLE_HEADING, "Keys" };
	struct rect sub = r;
	int left = r.rows - row - 3, keys = (int)v->key_rows.count, findings = (int)v->finding_rows.count;

	findings = findings > 1 ? findings : 1;
	keys = least(keys, left - least(findings, left > 3 ? left / 2 : 1));
	findings = least(findings, left - keys);
	rule_draw(s, r, row++, &part, 1, NULL, STYLE_TEXT);
	sub.row = r.row + row;
	sub.rows = keys + 1;
	key_table(s, sub, &v->keys, &v->key_rows, !v->in_findings);
	row += keys + 1;
	part.text = "Findings";
	rule_draw(s, r, row++, &part, 1, NULL, STYLE_TEXT);
	sub.row = r.row + row;
	sub.rows = findings;
	if (v->findings.count == 0)
		surface_text(s, sub, 0, 1, STYLE_GOOD, "✓ none about this zone");
	else
		finding_table(s, sub, &v->findings, &v->finding_rows, false, v->in_findings);
	sub.row += findings;
	sub.rows = left - keys - findings;
	if (sub.rows >= LEAST)
		draw_line(v, m, s, sub);
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
	draw_lists(v, m, s, r, draw_facts(v, z, m, s, r));
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

	explain_line(v, m, out);
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
	.age = AGE_FACTS,
	.title = "Zone",
	.purpose = "Would this zone survive the move? Its serials in every place, what the standby would publish "
	           "first, when its "
	           "signatures run out, what differs between the sides, and its keys and findings.",
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
