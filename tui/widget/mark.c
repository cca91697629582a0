#include "tui/widget/mark.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/str.h"

static const struct {
	const char *mark, *word;
	enum style style;
} severities[] = {
	[SEV_OK] = { "✓", "ok", STYLE_GOOD },
	[SEV_WARN] = { "!", "warn", STYLE_WARN },
	[SEV_UNKNOWN] = { "?", "unknown", STYLE_UNKNOWN },
	[SEV_STOP] = { "✗", "STOP", STYLE_STOP },
};

const char *mark_of(enum severity s)
{
	return severities[s].mark;
}

const char *word_of(enum severity s)
{
	return severities[s].word;
}

enum style style_of(enum severity s)
{
	return severities[s].style;
}

void counts_text(const size_t n[4], struct buf *out)
{
	static const enum severity order[] = { SEV_STOP, SEV_UNKNOWN, SEV_WARN };

	for (int i = 0; i < 3; i++)
		if (n[order[i]] > 0)
			buf_addf(out, "  %s %zu %s", mark_of(order[i]), n[order[i]], word_of(order[i]));
}

const char *mark_of_tri(enum tri t)
{
	return t == TRI_YES ? "✓" : t == TRI_NO ? "✗" : "?";
}

enum style style_of_tri(enum tri t)
{
	return t == TRI_YES ? STYLE_GOOD : t == TRI_NO ? STYLE_STOP : STYLE_UNKNOWN;
}

static const struct {
	const char *mark, *word;
	enum style style;
} steps[] = {
	[ST_PENDING] = { "·", "", STYLE_DIM },
	[ST_CHECKING] = { "▶", "looking", STYLE_RUN },
	[ST_WAITING] = { "▶", "WAITS FOR YOU", STYLE_PROMPT },
	[ST_RUNNING] = { "▶", "running", STYLE_RUN },
	[ST_VERIFYING] = { "▶", "verifying", STYLE_RUN },
	[ST_DONE] = { "✓", "done", STYLE_GOOD },
	[ST_SKIPPED] = { "−", "skipped", STYLE_WARN },
	[ST_FAILED] = { "✗", "FAILED", STYLE_STOP },
	[ST_UNSURE] = { "?", "unsure", STYLE_UNKNOWN },
	[ST_UNDOING] = { "▶", "undoing", STYLE_RUN },
	[ST_UNDONE] = { "−", "undone", STYLE_DIM },
};

const char *mark_of_step(enum step_status s)
{
	return steps[s].mark;
}

const char *word_of_step(enum step_status s)
{
	return steps[s].word;
}

enum style style_of_step(enum step_status s)
{
	return steps[s].style;
}

bool step_is_active(enum step_status s)
{
	return s == ST_CHECKING || s == ST_RUNNING || s == ST_VERIFYING || s == ST_UNDOING;
}

void age_text(char out[FIGURE], int64_t age)
{
	char text[DURATION_TEXT];

	if (age < 2) {
		str_copy(out, FIGURE, "now");
		return;
	}
	if (age < 60)
		snprintf(text, sizeof text, "%" PRId64 "s", age);
	else if (age < 3600)
		snprintf(text, sizeof text, "%" PRId64 "m", age / 60);
	else
		duration_text(text, age);
	snprintf(out, FIGURE, "%s ago", text);
}

void lasted_text(char out[FIGURE], int64_t seconds)
{
	char text[DURATION_TEXT];

	duration_text(text, seconds);
	if (seconds >= 0 && seconds < 60)
		snprintf(out, FIGURE, "%" PRId64 "s", seconds);
	else
		str_copy(out, FIGURE, text);
}

void when_text(char out[FIGURE], int64_t now, int64_t t)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[TIME_TEXT];
	int64_t away = t > now ? t - now : now - t;

	if (away < (int64_t)6 * 86400) {
		time_short(text, t);
		str_copy(out, FIGURE, text);
		return;
	}
	time_text(text, t);
	if (away < (int64_t)300 * 86400)
		snprintf(out, FIGURE, "%.2s %s %.5sZ", text + 8, months[(text[5] - '0') * 10 + text[6] - '1'],
		         text + 11);
	else
		snprintf(out, FIGURE, "%.10s", text);
}

void num_text(char out[FIGURE], struct num n)
{
	if (n.ok)
		snprintf(out, FIGURE, "%" PRId64, n.v);
	else
		str_copy(out, FIGURE, "?");
}

void size_text(char out[FIGURE], uint64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)n;
	size_t unit = 0;

	while (v >= 1024 && unit + 1 < sizeof units / sizeof *units) {
		v /= 1024;
		unit++;
	}
	snprintf(out, FIGURE, unit == 0 ? "%.0f %s" : "%.1f %s", v, units[unit]);
}
