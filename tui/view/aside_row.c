#include "tui/view/aside_row.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

/* Neither in place nor back: the swap stopped half way, or one is at work. */
static bool is_half_way(const struct obs_aside *a)
{
	return strcmp(a->state, "swapped") != 0 && strcmp(a->state, "back") != 0;
}

static bool any(const struct observation *o)
{
	return o->reachable && (!o->asides_know.ok || o->aside_count > 0);
}

/* "2.6 MiB"; "over 2.6 MiB" where not all of it was counted, "size ?" where nothing was. */
static void add_room(const struct observation *o, struct buf *out)
{
	char text[FIGURE];
	uint64_t sum = 0;
	size_t counted = 0;

	for (size_t i = 0; i < o->aside_count; i++) {
		if (!o->asides[i].octets.ok)
			continue;
		sum += (uint64_t)o->asides[i].octets.v;
		counted++;
	}
	size_text(text, sum);
	if (counted > 0)
		buf_addf(out, "%s%s", counted < o->aside_count ? "over " : "", text);
	else
		buf_adds(out, "size ?");
}

static void add_instance(const struct model *m, const struct observation *o, struct buf *out, enum style *style)
{
	char age[FIGURE];
	size_t half_way = 0;

	if (!o->asides_know.ok) {
		buf_addf(out, "? not known on %s", o->config->name);
		*style = *style == STYLE_TEXT ? STYLE_UNKNOWN : *style;
		return;
	}
	for (size_t i = 0; i < o->aside_count; i++)
		half_way += is_half_way(&o->asides[i]);
	age_text(age, m->now - o->asides[0].at);
	buf_addf(out, "%s%zu on %s", half_way > 0 ? "! " : "", o->aside_count, o->config->name);
	if (half_way > 0) {
		buf_addf(out, " (%zu HALF WAY)", half_way);
		*style = STYLE_WARN;
	}
	buf_addf(out, ", %s%s, ", o->aside_count > 1 ? "newest " : "", age);
	add_room(o, out);
}

int aside_draw(const struct model *m, struct surface *s, struct rect r, int row)
{
	static const char *const more[] = { "  dropped only when redundancy is back (?)", "  kept; ? says how long" };
	enum style style = STYLE_TEXT;
	struct buf text = { 0 };
	const int of[] = { m->facts->active, m->facts->standby };
	size_t count = 0;
	int left;

	for (size_t k = 0; k < 2; k++) {
		const struct observation *o = m->facts->obs[of[k]];

		if (!any(o))
			continue;
		count += o->aside_count;
		buf_adds(&text, text.len > 0 ? "; " : "aside     ");
		add_instance(m, o, &text, &style);
	}
	if (text.len == 0)
		return row;
	left = r.cols - 1 - text_columns(buf_str(&text));
	for (size_t i = 0; count > 0 && i < sizeof more / sizeof *more; i++)
		if (text_columns(more[i]) <= left) {
			buf_adds(&text, more[i]);
			break;
		}
	surface_field(s, r, row, 1, r.cols - 1, false, model_stale(m) ? STYLE_STALE : style, buf_str(&text));
	buf_free(&text);
	return row + 1;
}

static void explain_one(const struct model *m, const struct observation *o, const struct obs_aside *a, struct buf *out)
{
	char at[TIME_TEXT], age[FIGURE], room[FIGURE] = "size ?";

	time_text(at, a->at);
	age_text(age, m->now - a->at);
	if (a->octets.ok)
		size_text(room, (uint64_t)a->octets.v);
	buf_addf(out, "- %s: %s%s, %s, put aside %s, at %s, by run %s%s\n", o->config->name,
	         is_half_way(a) ? "! HALF WAY, " : "", a->state, room, age, at, a->run,
	         is_half_way(a) ? ": resumed, that run goes on with it, taken back, it puts it back" : "");
}

void aside_explain(const struct model *m, struct buf *out)
{
	bool said = false;

	for (int i = 0; m->facts != NULL && i < 2; i++) {
		const struct observation *o = m->facts->obs[i];

		if (!any(o))
			continue;
		said = true;
		if (!o->asides_know.ok)
			buf_addf(out, "? %s: not known: %s\n", o->config->name,
			         o->asides_know.why != NULL ? o->asides_know.why : "not observed");
		for (size_t k = 0; k < o->aside_count; k++)
			explain_one(m, o, &o->asides[k], out);
	}
	if (said)
		buf_adds(
		    out,
		    "It is what an instance had before a run put a copy set in its place "
		    "(/var/lib/ods-failover/aside). "
		    "A run that is taken back puts it back, and leaves there what it had put in (back). The end of a "
		    "later run drops what is older than the last three runs, but nothing while only one of the "
		    "instances could serve the zones.\n");
}
