#include "tui/view/expiry_chart.h"

#include <stdio.h>
#include <string.h>

#include "tui/widget/chart.h"

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

/* How many bars were filled; the first is what is past, if anything is. */
static size_t fill(struct chart_bar *bars, size_t room, const struct zone_expiry *x, int64_t now, int64_t floor)
{
	static struct histogram_row rows[HISTOGRAM_BINS]; /* main thread */
	size_t count = histogram_rows(&x->histogram, rows, HISTOGRAM_BINS), past = x->expired > 0 ? 1 : 0, n = past;
	int64_t span = x->last.at > now ? x->last.at - now : HOUR, unit = unit_for(span, room - past);

	memset(bars, 0, room * sizeof *bars);
	if (past > 0)
		bars[0] = (struct chart_bar){ .count = x->expired, .style = STYLE_STOP, .label = "past" };
	for (size_t i = 0; i < room - past && (int64_t)i * unit <= span; i++, n++) {
		bars[n].style = (int64_t)i * unit < floor ? STYLE_WARN : STYLE_GOOD;
		label(&bars[n], (int64_t)i * unit, unit);
	}
	for (size_t i = 0; i < count; i++) {
		int64_t left = rows[i].from > now ? rows[i].from - now : 0;
		size_t at = past + (size_t)(left / unit);

		if (rows[i].to > now)
			bars[at < n ? at : n - 1].count += rows[i].count;
	}
	return n;
}

void expiry_chart(struct surface *s, struct rect r, int row, int rows, const struct zone_expiry *x, int64_t now,
                  int64_t floor)
{
	struct chart_bar bars[BARS_MAX];
	size_t room = (size_t)((r.cols - 2) / WIDTH), n;
	uint64_t most = 0;

	n = fill(bars, room < BARS_MAX ? room : BARS_MAX, x, now, floor);
	for (size_t i = 0; i < n; i++)
		most = bars[i].count > most ? bars[i].count : most;
	chart_draw(s, r, row, 1, WIDTH, rows, bars, n, most);
}
