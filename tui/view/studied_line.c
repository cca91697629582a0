#include "tui/view/studied_line.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/str.h"
#include "tui/widget/mark.h"

static bool working(const struct model *m, const struct board_zone *z)
{
	return m->study.working && m->study.zone != NULL && name_equal(m->study.zone, z->name);
}

/* "data 3  keys 1  coverage 0  denial 0": all but what two healthy signers always show. */
static void bands(const struct studied *s, struct buf *out)
{
	for (int band = 0; band < BAND_COUNT; band++)
		if (band != BAND_TIMING)
			buf_addf(out, "  %s %" PRIu64, zone_band_name((enum zone_band)band), s->counts[band]);
}

static void compared_line(const struct studied *s, bool old, const char *age, char *out, size_t cap, enum style *style)
{
	struct buf found = { 0 };

	if (s->equal)
		buf_adds(&found, "  the same but for timing");
	else
		bands(s, &found);
	snprintf(out, cap, "%s %s %s:%s", s->equal ? "✓" : "!", old ? "STALE, compared" : "compared", age,
	         buf_str(&found) + 1);
	*style = old ? STYLE_STALE : s->equal ? STYLE_GOOD : STYLE_WARN;
	buf_free(&found);
}

void studied_line(const struct model *m, const struct board_zone *z, char *out, size_t cap, enum style *style)
{
	const struct studied *s = studied_of(&m->studied, z->name);
	char age[FIGURE];

	*style = STYLE_UNKNOWN;
	if (working(m, z)) {
		str_copy(out, cap, "▶ being compared…");
		*style = STYLE_RUN;
		return;
	}
	if (s == NULL) {
		str_copy(out, cap, "? not compared yet: d does, and shows when signatures run out");
		return;
	}
	age_text(age, m->now - s->at);
	if (s->compared) {
		compared_line(s, studied_is_old(s, z, m->facts->at), age, out, cap, style);
	} else if (s->nothing) {
		snprintf(out, cap, "· compared %s: a side has nothing signed of it", age);
		*style = STYLE_DIM;
	} else {
		snprintf(out, cap, "? could not be compared %s: d tries again, and says why", age);
	}
}

void studied_cell(const struct model *m, const struct board_zone *z, char *out, size_t cap, enum style *style)
{
	const struct studied *s = studied_of(&m->studied, z->name);
	const char *old = s != NULL && s->compared && studied_is_old(s, z, m->facts->at) ? " old" : "";
	int band = 0;

	*style = STYLE_DIM;
	if (working(m, z)) {
		str_copy(out, cap, "▶");
	} else if (s == NULL) {
		str_copy(out, cap, "-");
	} else if (!s->compared) {
		str_copy(out, cap, s->nothing ? "one side" : "?");
		*style = s->nothing ? STYLE_DIM : STYLE_UNKNOWN;
	} else if (s->equal) {
		snprintf(out, cap, "%s%s", zone_band_name(BAND_TIMING), old);
		*style = STYLE_TEXT;
	} else {
		while (band < BAND_TIMING && s->counts[band] == 0)
			band++;
		snprintf(out, cap, "%" PRIu64 " %s%s", s->counts[band], zone_band_name((enum zone_band)band), old);
		*style = STYLE_WARN;
	}
	if (old[0] != '\0')
		*style = STYLE_STALE;
}
