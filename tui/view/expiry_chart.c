#include "tui/view/expiry_chart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "tui/widget/chart.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)
enum { WIDTH = 5, BARS_MAX = 64 };

static int64_t unit_for(int64_t span, size_t bars)
{
	static const int64_t units[] = { HOUR,    3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
		                         2 * DAY, 7 * DAY,  14 * DAY, 28 * DAY,  91 * DAY };
	size_t i = 0;

	while (i + 1 < sizeof units / sizeof *units && span / units[i] >= (int64_t)bars)
		i++;
	return units[i];
}

static void label(struct chart_bar *bar, int64_t left, int64_t unit)
{
	if (left == 0)
		snprintf(bar->label, sizeof bar->label, unit < DAY ? "<%dh" : "<%dd",
		         (int)(unit / (unit < DAY ? HOUR : DAY)));
	else
		snprintf(bar->label, sizeof bar->label, unit < DAY ? "%dh" : "%dd",
		         (int)(left / (unit < DAY ? HOUR : DAY)));
}

/* How many of the signatures that are below the floor lie in no bar of which all are. */
static uint64_t below_elsewhere(const struct chart_bar *bars, size_t n, size_t past, int64_t unit,
                                const struct zone_expiry *x)
{
	uint64_t in_bars = past > 0 ? bars[0].count : 0;

	for (size_t i = past; i < n && (int64_t)(i - past + 1) * unit <= x->floor; i++)
		in_bars += bars[i].count;
	return x->below > in_bars ? x->below - in_bars : 0;
}

/* Of the bar within which the floor lies, what is known of all of them decides. */
static void judge(struct chart_bar *bars, size_t n, size_t past, int64_t unit, const struct zone_expiry *x)
{
	uint64_t elsewhere = below_elsewhere(bars, n, past, unit, x);

	for (size_t i = past; i < n; i++) {
		int64_t from = (int64_t)(i - past) * unit;
		bool below = from + unit <= x->floor || (from < x->floor && elsewhere > 0);

		bars[i].style = below ? STYLE_WARN : STYLE_GOOD;
		bars[i].mark = below ? "!" : NULL;
	}
}

/* How many bars were filled; the first is what is past, if anything is. */
static size_t fill(struct chart_bar *bars, size_t room, const struct zone_expiry *x, int64_t now)
{
	static struct histogram_row rows[HISTOGRAM_BINS]; /* main thread */
	size_t count = histogram_rows(&x->histogram, rows, HISTOGRAM_BINS);
	size_t past = x->expired > 0 || (x->signatures > 0 && x->first.at < now) ? 1 : 0, n = past;
	int64_t span = x->last.at > now ? x->last.at - now : HOUR, unit = unit_for(span, room - past);
	uint64_t over = 0;

	memset(bars, 0, room * sizeof *bars);
	for (size_t i = 0; i < room - past && (int64_t)i * unit <= span; i++, n++)
		label(&bars[n], (int64_t)i * unit, unit);
	for (size_t i = 0; i < count; i++) {
		int64_t left = rows[i].from > now ? rows[i].from - now : 0;
		size_t at = past + (size_t)(left / unit);

		if (rows[i].to > now)
			bars[at < n ? at : n - 1].count += rows[i].count;
		else
			over += rows[i].count;
	}
	if (past > 0)
		bars[0] = (struct chart_bar){ .count = over > x->expired ? over : x->expired,
			                      .style = STYLE_STOP,
			                      .mark = "✗",
			                      .label = "past" };
	judge(bars, n, past, unit, x);
	return n;
}

void expiry_chart(struct surface *s, struct rect r, int row, int rows, const struct zone_expiry *x, int64_t now)
{
	struct chart_bar bars[BARS_MAX];
	size_t room = (size_t)((r.cols - 2) / WIDTH), n;
	uint64_t most = 0;

	n = fill(bars, room < BARS_MAX ? room : BARS_MAX, x, now);
	for (size_t i = 0; i < n; i++)
		most = bars[i].count > most ? bars[i].count : most;
	chart_draw(s, r, row, 1, WIDTH, rows, bars, n, most);
}

/* ---- what is wrong ---- */

enum { SAID_MOST = 5 };

struct said {
	enum severity severity;
	char brief[80]; /* "25 expired" */
	char text[400]; /* a sentence, with an example */
};

static void seen_text(const struct rrset_seen *seen, char *out, size_t cap)
{
	struct buf name = { 0 };

	str_escape(&name, seen->owner, strlen(seen->owner), 120);
	snprintf(out, cap, "%s %s", buf_str(&name), seen->type);
	buf_free(&name);
}

static struct said expired_said(const struct zone_expiry *x)
{
	struct said s = { .severity = SEV_STOP };
	char name[200];

	seen_text(&x->first, name, sizeof name);
	snprintf(s.brief, sizeof s.brief, "%" PRIu64 " expired", x->expired);
	snprintf(s.text, sizeof s.text, "%" PRIu64 " of %" PRIu64 " signatures %s expired, first that of %s",
	         x->expired, x->signatures, x->expired == 1 ? "has" : "have", name);
	return s;
}

static struct said future_said(const struct zone_expiry *x, int64_t now)
{
	struct said s = { .severity = SEV_STOP };
	char name[200], when[FIGURE];

	seen_text(&x->first_future, name, sizeof name);
	when_text(when, now, x->first_future.at);
	snprintf(s.brief, sizeof s.brief, "%" PRIu64 " not valid yet", x->future);
	snprintf(s.text, sizeof s.text, "%" PRIu64 " signature%s not valid yet: that of %s begins %s", x->future,
	         x->future == 1 ? " is" : "s are", name, when);
	return s;
}

static struct said uncovered_said(const struct zone_expiry *x)
{
	struct said s = { .severity = SEV_STOP };
	char name[200];

	seen_text(&x->uncovered_example, name, sizeof name);
	snprintf(s.brief, sizeof s.brief, "%" PRIu64 " RRset%s unsigned", x->uncovered, x->uncovered == 1 ? "" : "s");
	snprintf(s.text, sizeof s.text, "%" PRIu64 " RRset%s no signature by an algorithm of the zone's keys: %s%s",
	         x->uncovered, x->uncovered == 1 ? " has" : "s have", name, x->uncovered == 1 ? "" : " is one");
	return s;
}

static struct said floor_said(const struct zone_expiry *x)
{
	struct said s = { .severity = SEV_WARN };
	char floor[DURATION_TEXT];

	duration_text(floor, x->floor);
	if (x->floor <= 0) {
		s.severity = SEV_UNKNOWN;
		str_copy(s.brief, sizeof s.brief, "policy's least time left not known");
		str_copy(
		    s.text, sizeof s.text,
		    "how much time the policy lets every signature have at least (Refresh less Resign) is not known");
	} else if (x->below > x->expired) {
		snprintf(s.brief, sizeof s.brief, "%" PRIu64 " below the policy's %s", x->below, floor);
		snprintf(s.text, sizeof s.text,
		         "%" PRIu64 " of %" PRIu64 " signatures %s less left than the %s that the policy lets every "
		         "one have (Refresh less Resign)",
		         x->below, x->signatures, x->below == 1 ? "has" : "have", floor);
	} else {
		s.severity = SEV_OK;
		snprintf(s.brief, sizeof s.brief, "all have the policy's %s or more", floor);
		snprintf(s.text, sizeof s.text,
		         "every signature has the %s left, or more, that the policy lets it have (Refresh less Resign)",
		         floor);
	}
	return s;
}

/* Worst first. That all is well is said only where it is. */
static size_t all_said(const struct zone_expiry *x, int64_t now, struct said out[SAID_MOST])
{
	size_t n = 0;

	if (x->expired > 0)
		out[n++] = expired_said(x);
	if (x->uncovered > 0)
		out[n++] = uncovered_said(x);
	if (x->future > 0)
		out[n++] = future_said(x, now);
	if (x->signatures > 0) {
		out[n] = floor_said(x);
		n += out[n].severity != SEV_OK || n == 0;
	}
	return n;
}

void expiry_explain(const struct zone_expiry *x, const char *instance, int64_t now, struct buf *out)
{
	struct said said[SAID_MOST];
	size_t n = all_said(x, now, said);

	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%-10s  %s %s: %s\n", instance, mark_of(said[i].severity), word_of(said[i].severity),
		         said[i].text);
}

/* Returns the rows taken. */
static int draw_said(struct surface *s, struct rect r, int row, bool detail, const struct zone_expiry *x, int64_t now)
{
	struct said said[SAID_MOST];
	size_t n = all_said(x, now, said);
	int used = 0, col = 1;

	for (size_t i = 0; i < n; i++) {
		char text[480];

		snprintf(text, sizeof text, detail ? "%s %s: %s" : "%s %s", mark_of(said[i].severity),
		         detail ? word_of(said[i].severity) : said[i].brief, said[i].text);
		if (detail || (col > 1 && col + text_columns(text) >= r.cols)) {
			used += i > 0;
			col = 1;
		}
		surface_field(s, r, row + used, col,
		              text_columns(text) < r.cols - col - 1 ? text_columns(text) : r.cols - col - 1, false,
		              style_of(said[i].severity), text);
		col += text_columns(text) + 2;
	}
	return used + (n > 0);
}

static void first_text(const struct zone_expiry *x, int64_t now, bool wide, char *out, size_t cap)
{
	char when[FIGURE], left[DURATION_TEXT], name[200] = "";
	bool past = x->first.at < now;

	if (x->signatures == 0) {
		snprintf(out, cap, "no signature at all");
		return;
	}
	when_text(when, now, x->first.at);
	duration_text(left, past ? now - x->first.at : x->first.at - now);
	if (wide)
		seen_text(&x->first, name, sizeof name);
	snprintf(out, cap, past ? "first %s%s%s, EXPIRED %s ago" : "first %s%s%s, in %s", name, wide ? ", " : "", when,
	         left);
}

int expiry_part(struct surface *s, struct rect r, int row, int rows, bool detail, const struct zone_expiry *x,
                const char *instance, int64_t now)
{
	enum { WIDE = 100 };
	enum style style = x->expired > 0 || x->signatures == 0 ? STYLE_STOP : STYLE_TEXT;
	char title[120], right[300];
	struct rule_part part = { STYLE_HEADING, title };
	int from = row;

	snprintf(title, sizeof title, "Signatures by time left (%s)", instance);
	first_text(x, now, r.cols >= WIDE, right, sizeof right);
	if (row < r.rows && !rule_draw(s, r, row, &part, 1, right, style)) {
		snprintf(title, sizeof title, "Time left (%s)", instance);
		(void)rule_draw(s, r, row, &part, 1, right, style);
	}
	row++;
	row += draw_said(s, r, row, detail, x, now);
	if (row < r.rows)
		expiry_chart(s, r, row, rows, x, now);
	return row + rows + 1 - from;
}
