/* difference.c -- a zone as the two instances have signed it: serials, what differs by band, when signatures run out.
 */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/view/expiry_chart.h"
#include "tui/view/zone_row.h"
#include "tui/widget/bar.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

struct difference {
	struct view view;
	struct list list;
	char *zone;
	const struct zone_study *study; /* of the model, that lines are of; NULL: none */
	unsigned result;                /* its number */
	size_t *lines;                  /* its changes by band */
};

static const struct zone_study *study_of(const struct difference *d, const struct model *m)
{
	const struct study_model *s = &m->study;

	return s->study != NULL && s->zone != NULL && name_equal(s->zone, d->zone) ? s->study : NULL;
}

static bool working(const struct difference *d, const struct model *m)
{
	return m->study.working && m->study.zone != NULL && name_equal(m->study.zone, d->zone);
}

static const struct zone_change *change_at(const struct difference *d, size_t i)
{
	return &d->study->difference.changes[d->lines[i]];
}

static void line_key(const void *lines, size_t i, char *out, size_t cap)
{
	const struct zone_change *c = change_at(lines, i);

	snprintf(out, cap, "%d %s %s", (int)c->band, c->type, c->owner);
}

static void line_text(const void *lines, size_t i, struct buf *out)
{
	const struct zone_change *c = change_at(lines, i);

	buf_addf(out, "%s %s", zone_band_name(c->band), c->text);
}

static void update(struct view *view, const struct model *m)
{
	struct difference *d = (struct difference *)view;
	const struct zone_study *study = study_of(d, m);
	size_t count = study != NULL && study->compared ? study->difference.change_count : 0, n = 0;

	if (study != d->study || m->study.results != d->result) {
		d->lines = xrealloc(d->lines, (count > 0 ? count : 1) * sizeof *d->lines);
		for (int band = 0; band < BAND_COUNT; band++)
			for (size_t i = 0; i < count; i++)
				if ((int)study->difference.changes[i].band == band)
					d->lines[n++] = i;
		d->study = study;
		d->result = m->study.results;
	}
	list_update(&d->list, d, count);
}

/* ---- places ---- */

static int place_line(struct surface *s, struct rect r, int row, const char *where, bool absent, struct num serial,
                      enum style style, const char *remark)
{
	char text[FIGURE];
	int col;

	if (absent)
		str_copy(text, sizeof text, "none");
	else
		num_text(text, serial);
	surface_field(s, r, row, 1, 16, false, STYLE_TEXT, where);
	col = surface_field(s, r, row, 18, 10, true, absent ? STYLE_DIM : serial.ok ? STYLE_TEXT : STYLE_UNKNOWN, text);
	surface_field(s, r, row, col + 2, r.cols - col - 3, false, style, remark);
	return row + 1;
}

static void side_remark(const struct zone_study *study, const struct board_zone *z, const struct model *m, int k,
                        char *out, size_t cap, enum style *style)
{
	char why[300], size[FIGURE], when[FIGURE];
	enum study_side_state state =
	    study != NULL ? study->side[k].state : zone_study_side(m->facts, z, k, why, sizeof why);
	struct buf safe = { 0 };
	const char *text = study != NULL ? study->side[k].why : why;

	if (state == STUDY_READ) {
		size_text(size, study != NULL                    ? study->side[k].octets
		                : z->on[k]->signed_zone.size > 0 ? (uint64_t)z->on[k]->signed_zone.size
		                                                 : 0);
		when_text(when, m->now, z->on[k]->signed_zone.mtime);
		snprintf(out, cap, "signed %s, %s%s", z->on[k]->signed_zone.know.ok ? when : "?", size,
		         study != NULL && study->side[k].kept ? ", unchanged" : "");
		*style = STYLE_DIM;
		return;
	}
	if (study != NULL && strcmp(text, study->why) == 0) /* it stands in full below */
		text = state == STUDY_NONE ? "nothing signed there yet" : "could not be read";
	str_escape(&safe, text, strlen(text), 200);
	snprintf(out, cap, "%s %s", state == STUDY_NONE ? "·" : "?", buf_str(&safe));
	*style = state == STUDY_NONE ? STYLE_DIM : STYLE_UNKNOWN;
	buf_free(&safe);
}

static int draw_places(const struct difference *d, const struct board_zone *z, const struct model *m, struct surface *s,
                       struct rect r)
{
	const struct zone_study *study = study_of(d, m);
	char remark[400], text[FIGURE];
	enum style style;
	int row = 0;

	for (int i = 0; i < 2; i++) {
		int k = i == 0 ? m->facts->active : m->facts->standby;
		char where[80];

		snprintf(where, sizeof where, "%s %s", m->pair->instance[k].name, i == 0 ? "active" : "standby");
		side_remark(study, z, m, k, remark, sizeof remark, &style);
		row =
		    place_line(s, r, row, where, zone_is_absent(m->facts, z, k), z->serial.signed_at[k], style, remark);
	}
	public_text(m->facts, z, text, sizeof text, &style);
	return place_line(s, r, row, "public servers", false, z->serial.published, style,
	                  style == STYLE_GOOD      ? "✓ as the active signed"
	                  : style == STYLE_UNKNOWN ? "? can't be compared"
	                  : style == STYLE_STOP    ? "✗ ahead of the active"
	                                           : "! behind the active");
}

/* ---- progress ---- */

static uint64_t observed_records(const struct board_zone *z)
{
	uint64_t n = 0;

	for (int k = 0; k < 2; k++)
		if (z->on[k] != NULL && z->on[k]->signed_zone.know.ok && z->on[k]->signed_zone.records > 0)
			n += (uint64_t)z->on[k]->signed_zone.records;
	return n;
}

static int draw_progress(const struct board_zone *z, const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct study_progress *p = &m->study.progress;
	int64_t took = clock_mono_ms() - m->study.since_ms;
	uint64_t records = observed_records(z);
	char text[160], done[FIGURE], rate[FIGURE];
	int used;

	if (p->total == 0 || p->done == 0) {
		surface_text(s, r, row, 1, STYLE_RUN, "▶ fetching what both sides have signed");
	} else {
		if (records > 0)
			used = snprintf(text, sizeof text, "about %llu of %llu records",
			                (unsigned long long)((double)records * (double)p->done / (double)p->total),
			                (unsigned long long)records);
		else
			used = snprintf(text, sizeof text, "read");
		if (took > 0) {
			size_text(rate, (uint64_t)((double)p->done * 1000 / (double)took));
			snprintf(text + used, sizeof text - (size_t)used, ", %s/s", rate);
		}
		bar_draw(s, r, row, 1, r.cols - 2, p->done, p->total, took, text);
	}
	for (int k = 0, col = 1; k < 2; k++) {
		char size[FIGURE];

		if (p->sizes[k] == 0)
			continue;
		size_text(done, p->arrived[k]);
		size_text(size, p->sizes[k]);
		snprintf(text, sizeof text, "%s %s of %s here", m->pair->instance[k].name, done, size);
		col = surface_text(s, r, row + 1, col, STYLE_DIM, text) + 3;
	}
	return row + 2;
}

/* ---- the result ---- */

static int draw_counts(const struct zone_difference *d, struct surface *s, struct rect r, int row)
{
	struct rule_part parts[BAND_COUNT];
	char text[BAND_COUNT][48];

	for (int band = 0; band < BAND_COUNT; band++) {
		snprintf(text[band], sizeof text[band], "%s %llu", zone_band_name((enum zone_band)band),
		         (unsigned long long)d->counts[band]);
		parts[band].text = text[band];
		parts[band].style = d->counts[band] == 0 ? STYLE_DIM : band == BAND_TIMING ? STYLE_TEXT : STYLE_WARN;
	}
	rule_draw(s, r, row, parts, BAND_COUNT, NULL, STYLE_TEXT);
	return row + 1;
}

static int draw_note(const struct zone_difference *d, struct surface *s, struct rect r, int row)
{
	char text[200];

	if (d->equal) {
		snprintf(text, sizeof text, "✓ the same but for %llu signatures made at other times, as always",
		         (unsigned long long)d->counts[BAND_TIMING]);
		surface_field(s, r, row++, 1, r.cols - 2, false, STYLE_GOOD, text);
	}
	if (d->serial_note != NULL)
		row += text_wrap(s, r, row, 1, 2, 2, d->order == SERIAL_UNDEFINED ? STYLE_STOP : STYLE_TEXT,
		                 d->serial_note);
	return row;
}

static void draw_changes(struct difference *d, struct surface *s, struct rect r, int row, int rows)
{
	size_t below, shown = list_window(&d->list, rows > 0 ? (size_t)rows : 0, &below);
	char more[40];

	for (size_t i = 0; i < shown; i++) {
		const struct zone_change *c = change_at(d, d->list.top + i);
		bool timing = c->band == BAND_TIMING;
		struct buf safe = { 0 };
		char band[16];

		str_escape(&safe, c->text, strlen(c->text), 400);
		snprintf(band, sizeof band, "%s %s", timing ? " " : "!", zone_band_name(c->band));
		surface_field(s, r, row + (int)i, 1, 10, false, timing ? STYLE_DIM : STYLE_WARN, band);
		surface_field(s, r, row + (int)i, 12, r.cols - 13, false, timing ? STYLE_DIM : STYLE_TEXT,
		              buf_str(&safe));
		if (d->list.top + i == d->list.cursor)
			surface_restyle(s, r, row + (int)i, STYLE_SELECTED);
		buf_free(&safe);
	}
	if (below > 0) {
		snprintf(more, sizeof more, "…%zu more", below);
		surface_text(s, r, row + (int)shown, 1, STYLE_DIM, more);
	}
}

/* The line under the cursor in full where it was cut and there is room left under the list. */
static void draw_in_full(const struct difference *d, struct surface *s, struct rect r, int row, int rows)
{
	enum { LABEL = 12, MOST = 4 };
	const struct rect nowhere = { 0, 0, 0, r.cols - 1 };
	struct buf safe = { 0 };
	int used;

	if (d->list.cursor >= d->list.count)
		return;
	str_escape(&safe, change_at(d, d->list.cursor)->text, strlen(change_at(d, d->list.cursor)->text), 400);
	used = text_wrap(s, nowhere, 0, LABEL, LABEL, MOST, STYLE_TEXT, buf_str(&safe));
	if (text_columns(buf_str(&safe)) > r.cols - LABEL - 1 && used < rows) {
		surface_text(s, r, row + rows - used, 1, STYLE_DIM, "in full");
		r.cols--;
		text_wrap(s, r, row + rows - used, LABEL, LABEL, used, STYLE_TEXT, buf_str(&safe));
	}
	buf_free(&safe);
}

static int chart_rows(int rows)
{
	return rows >= 48 ? 6 : rows >= 30 ? 3 : 1;
}

/* The standby's too where there is room; drawn from the bottom. Returns the first row that is taken. */
static int draw_charts(const struct zone_study *study, const struct model *m, struct surface *s, struct rect r,
                       int from)
{
	enum { ROOMY = 30 };
	const struct rect nowhere = { 0, 0, 0, r.cols };
	int order[2] = { m->facts->standby, m->facts->active }, row = r.rows;

	for (int i = 0; i < 2; i++) {
		const struct zone_expiry *x = study->side[order[i]].expiry;
		const char *name = m->pair->instance[order[i]].name;
		int height =
		    x == NULL ? 0 : expiry_part(s, nowhere, 0, chart_rows(r.rows), r.rows >= ROOMY, x, name, m->now);

		if (x == NULL || (i == 0 && r.rows < ROOMY) || row - height < from + 3)
			continue;
		row -= height;
		(void)expiry_part(s, r, row, chart_rows(r.rows), r.rows >= ROOMY, x, name, m->now);
	}
	return row;
}

static void draw_result(struct difference *d, const struct zone_study *study, const struct model *m, struct surface *s,
                        struct rect r, int row)
{
	int end = draw_charts(study, m, s, r, row);

	if (study->compared) {
		row = draw_counts(&study->difference, s, r, row);
		row = draw_note(&study->difference, s, r, row);
		draw_changes(d, s, r, row, end - row);
		row += (int)d->list.count;
		draw_in_full(d, s, r, row, end - row);
		return;
	}
	row++;
	row += text_wrap(s, r, row, 1, 2, 4, study->rc == RC_OK ? STYLE_TEXT : STYLE_UNKNOWN,
	                 study->rc == RC_OK ? "There is nothing to compare yet:" : "? This could not be compared:");
	row += text_wrap(s, r, row, 1, 1, end - row, study->rc == RC_OK ? STYLE_TEXT : STYLE_UNKNOWN, study->why);
	text_wrap(
	    s, r, row + 1, 1, 1, end - row - 1, STYLE_TEXT,
	    study->rc == RC_OK
	        ? "Nothing has to be done. A cold standby signs when it becomes the active, or when its signer is "
	          "started to compare; r looks again, c shows the checklist of a switchover."
	        : "Nothing is concluded about this zone. r fetches and compares again; f shows what else is "
	          "wrong; a run verifies every zone by itself before it is done.");
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct difference *d = (struct difference *)view;
	const struct board_zone *z = m->facts != NULL ? board_zone(m->facts, d->zone) : NULL;
	const struct zone_study *study = study_of(d, m);
	int row;

	if (z == NULL) {
		surface_text(s, r, 0, 1, STYLE_UNKNOWN,
		             m->facts == NULL ? "? not looked yet" : "? neither instance has this zone now");
		return;
	}
	row = draw_places(d, z, m, s, r);
	if (study != NULL)
		draw_result(d, study, m, s, r, row);
	else if (working(d, m))
		draw_progress(z, m, s, r, row + 1);
	else
		surface_text(s, r, row + 1, 1, STYLE_UNKNOWN,
		             m->run.open          ? "? not compared: a run is open, and needs both hosts"
		             : m->study.cancelled ? "? given up: r compares again"
		                                  : "? not compared: r does");
}

/* ---- keys ---- */

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct difference *d = (struct difference *)view;

	(void)m;
	if (a == ACT_KEYS) {
		intent_open(out, SCREEN_KEYS, d->zone);
		return true;
	}
	if (a == ACT_OPEN) {
		if (d->list.cursor < d->list.count) {
			char *what = xasprintf("%s %s", d->zone, change_at(d, d->list.cursor)->owner);

			intent_open(out, SCREEN_NAME, what);
			free(what);
		} else {
			intent_say(out, "There is no difference under the cursor to open.");
		}
		return true;
	}
	return list_act(&d->list, a);
}

static void explain(const struct view *view, const struct model *m, struct buf *out)
{
	const struct difference *d = (const struct difference *)view;

	if (d->list.cursor < d->list.count) {
		const char *text = change_at(d, d->list.cursor)->text;

		str_escape(out, text, strlen(text), 1000);
		buf_adds(out, "\n\n");
	}
	if (d->study != NULL && (d->study->side[0].expiry != NULL || d->study->side[1].expiry != NULL)) {
		buf_adds(out, "SIGNATURES\n");
		for (int k = 0; k < 2; k++)
			if (d->study->side[k].expiry != NULL)
				expiry_explain(d->study->side[k].expiry, m->pair->instance[k].name, m->now, out);
		buf_adds(out, "\nTHE BANDS\n");
	}
	buf_addf(
	    out,
	    "left is %s, right is %s. data: what the unsigned zone says, TTLs included. keys: DNSKEY, CDS, CDNSKEY "
	    "sets and the algorithms that sign. coverage: an RRset signed on one side only, or by other keys. denial: "
	    "NSEC and NSEC3. timing: times and octets of signatures, the serial; between two healthy signers it always "
	    "differs. A file is fetched again only when it changed there; nothing on a host is changed.\n",
	    m->pair->instance[0].name, m->pair->instance[1].name);
}

static void heading(const struct view *view, const struct model *m, struct buf *out)
{
	const struct difference *d = (const struct difference *)view;
	const struct zone_study *study = study_of(d, m);
	char age[FIGURE];

	buf_adds(out, d->zone);
	if (working(d, m)) {
		buf_adds(out, "  comparing…");
	} else if (study != NULL && study->compared) {
		age_text(age, m->now - study->at);
		buf_addf(out, "  %s, compared %s", study->difference.equal ? "equal" : "DIFFERENT", age);
	}
}

static void difference_free(struct view *view)
{
	struct difference *d = (struct difference *)view;

	free(d->lines);
	free(d->zone);
	free(d);
}

static const enum action actions[] = { ACT_OPEN,     ACT_BACK, ACT_CANCEL,  ACT_REFRESH,   ACT_KEYS,     ACT_CHECKLIST,
	                               ACT_FINDINGS, ACT_ARM,  ACT_SEARCH,  ACT_JOURNAL,   ACT_OVERVIEW, ACT_LOG,
	                               ACT_UP,       ACT_DOWN, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_HOME,     ACT_END,
	                               ACT_HELP,     ACT_QUIT, ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_DIFFERENCE,
	.age = AGE_FACTS,
	.title = "Difference",
	.purpose =
	    "Would the other side publish the same zone? What the two instances have signed, compared by what it means "
	    "and not by its octets, and when the signatures run out.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = difference_free,
};

struct view *view_difference(const char *zone)
{
	struct difference *d = xcalloc(1, sizeof *d);

	d->view = (struct view){ .ops = &ops, .list = &d->list };
	d->zone = xstrdup(zone);
	d->list.key_of = line_key;
	d->list.text_of = line_text;
	return &d->view;
}
