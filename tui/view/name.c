/* name.c -- one name as both sides have it: what differs, and all its records once they are read. */
#include "tui/view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/zone/rrtype.h"
#include "tui/widget/mark.h"

struct name {
	struct view view;
	char *zone, *owner;
	struct view *pages; /* the text that is shown */
	char made_of[120];  /* what it was made of */
};

/* The comparison that the name is of; NULL: it is not that of the model any more. */
static const struct zone_study *study_of(const struct name *n, const struct model *m)
{
	const struct zone_study *s = m->study.study;

	return s != NULL && s->compared && name_equal(s->zone, n->zone) ? s : NULL;
}

static const struct name_model *reading_of(const struct name *n, const struct model *m)
{
	return m->name.owner != NULL && name_equal(m->name.owner, n->owner) ? &m->name : NULL;
}

/* "! alpha     3600 A 192.0.2.1": what follows a long line stands under its text. */
static void add_record(struct buf *out, const struct model *m, const char *mark, int side, const char *text)
{
	const char *both = "both", *who = side < 0 ? both : m->pair->instance[side].name;
	size_t len = strlen(who);

	buf_addf(out, "%s %.12s%*s  ", mark, who, len < 8 ? (int)(8 - len) : 0, "");
	str_escape(out, text, strlen(text), 4100);
	buf_addc(out, '\n');
}

static const char *mark_of_band(enum zone_band band)
{
	return band == BAND_TIMING ? "~" : "!";
}

static void add_sentences(const struct name *n, const struct zone_study *study, struct buf *out)
{
	const struct zone_difference *d = &study->difference;

	for (size_t i = 0; i < d->change_count; i++) {
		const struct zone_change *c = &d->changes[i];

		if (!name_equal(c->owner, n->owner))
			continue;
		buf_addf(out, "%s %-8s  ", mark_of_band(c->band), zone_band_name(c->band));
		str_escape(out, c->text, strlen(c->text), 1000);
		buf_addc(out, '\n');
	}
}

/* ---- what differs alone ---- */

static void add_changes(const struct name *n, const struct zone_study *study, const struct model *m, struct buf *out)
{
	const struct zone_difference *d = &study->difference;

	for (size_t i = 0; i < d->change_count; i++) {
		const struct zone_change *c = &d->changes[i];

		if (!name_equal(c->owner, n->owner))
			continue;
		buf_addf(out, "\n%s: DIFFERS\n", c->type);
		for (size_t k = 0; k < c->left_count; k++)
			add_record(out, m, mark_of_band(c->band), 0, c->left[k]);
		for (size_t k = 0; k < c->right_count; k++)
			add_record(out, m, mark_of_band(c->band), 1, c->right[k]);
	}
}

static void add_partly(const struct name *n, const struct zone_study *study, const struct model *m, struct buf *out)
{
	const struct name_model *r = reading_of(n, m);

	if (r == NULL)
		buf_adds(out,
		         "Only what differs is shown: another name was opened since; Esc and Enter read this one.\n");
	else if (r->working && r->total > 0)
		buf_addf(out, "▶ Only what differs is shown; the rest is being read: %" PRIu64 "%%. x gives that up.\n",
		         r->done < r->total ? r->done * 100 / r->total : 100);
	else if (r->working)
		buf_adds(out, "▶ Only what differs is shown; the rest is being read. x gives that up.\n");
	else if (r->cancelled)
		buf_adds(out, "Only what differs is shown: the reading was given up; Esc and Enter read it again.\n");
	else
		buf_addf(out, "Only what differs is shown: %s.\n",
		         r->sides != NULL ? r->sides->why : "it was not read");
	add_changes(n, study, m, out);
}

/* ---- all of it ---- */

static const char *verdict(const struct name_sides *sides, size_t from, size_t to)
{
	enum name_match worst = NAME_SAME;

	for (size_t i = from; i < to; i++)
		if (sides->records[i].match > worst)
			worst = sides->records[i].match;
	return worst == NAME_SAME     ? "THE SAME"
	       : worst == NAME_TIMING ? "THE SAME, BUT FOR TIMES AND SERIAL"
	                              : "DIFFERS";
}

static void add_all(const struct name_sides *sides, const struct model *m, struct buf *out)
{
	static const char *const marks[] = { [NAME_SAME] = "=", [NAME_TIMING] = "~", [NAME_ALONE] = "!" };
	size_t to;

	buf_adds(out, "All its records: = on both sides, ! on one side, ~ at other times or with another serial.\n");
	for (size_t i = 0; i < sides->count; i = to) {
		char type[RRTYPE_TEXT];

		for (to = i; to < sides->count && sides->records[to].type == sides->records[i].type; to++)
			;
		rrtype_name(type, sides->records[i].type);
		buf_addf(out, "\n%s: %s\n", type, verdict(sides, i, to));
		for (size_t k = i; k < to; k++) {
			const struct name_record *r = &sides->records[k];

			add_record(out, m, marks[r->match], r->match == NAME_SAME ? -1 : r->side, r->text);
		}
	}
	if (sides->left_out > 0)
		buf_addf(out, "\n%" PRIu64 " more records are not shown.\n", sides->left_out);
}

/* ---- the view ---- */

static char *make_text(const struct name *n, const struct model *m)
{
	const struct zone_study *study = study_of(n, m);
	const struct name_model *r = reading_of(n, m);
	struct buf out = { 0 };

	if (study == NULL)
		return xstrdup(
		    "? There is no comparison of this zone any more: Esc goes back, r compares again there.\n");
	add_sentences(n, study, &out);
	buf_addc(&out, '\n');
	if (r != NULL && r->sides != NULL && r->sides->why[0] == '\0')
		add_all(r->sides, m, &out);
	else
		add_partly(n, study, m, &out);
	return buf_take(&out);
}

/* Changes whenever the text would. */
static void describe(const struct name *n, const struct model *m, char *out, size_t cap)
{
	const struct name_model *r = reading_of(n, m);

	snprintf(out, cap, "%d %u %d %u %d %d %" PRIu64, study_of(n, m) != NULL, m->study.results, r != NULL,
	         m->name.results, m->name.working, m->name.cancelled,
	         m->name.total > 0 ? m->name.done * 100 / m->name.total : 0);
}

static void update(struct view *view, const struct model *m)
{
	struct name *n = (struct name *)view;
	char made_of[sizeof n->made_of], *text;
	size_t cursor = 0;

	describe(n, m, made_of, sizeof made_of);
	if (n->pages != NULL && strcmp(made_of, n->made_of) == 0)
		return;
	str_copy(n->made_of, sizeof n->made_of, made_of);
	if (n->pages != NULL)
		cursor = n->pages->list->cursor;
	view_free(&n->pages);
	text = make_text(n, m);
	n->pages = view_pager(n->owner, text);
	free(text);
	n->pages->list->cursor = cursor; /* the line stays where it is as long as there are so many */
	view->list = n->pages->list;
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct view *pages = ((struct name *)view)->pages;

	pages->ops->draw(pages, m, s, r);
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	(void)m;
	(void)out;
	return list_act(view->list, a);
}

static void explain(const struct view *view, const struct model *m, struct buf *out)
{
	(void)view;
	buf_addf(out,
	         "The records of %s and %s as the comparison read them, from the copies that it keeps on this machine: "
	         "no host is asked. A signature is the same but for its times where type, algorithm, labels, TTL, key "
	         "and signer are; between two healthy signers it always is.\n",
	         m->pair->instance[0].name, m->pair->instance[1].name);
}

static void heading(const struct view *view, const struct model *m, struct buf *out)
{
	const struct name *n = (const struct name *)view;
	const struct zone_study *study = study_of(n, m);
	char age[FIGURE];

	str_escape(out, n->owner, strlen(n->owner), 100);
	if (study == NULL)
		return;
	age_text(age, m->now - study->at);
	buf_addf(out, "  compared %s", age);
}

static void name_free(struct view *view)
{
	struct name *n = (struct name *)view;

	view_free(&n->pages);
	free(n->zone);
	free(n->owner);
	free(n);
}

static const enum action actions[] = { ACT_BACK,     ACT_CANCEL,    ACT_PAGE_DOWN, ACT_PAGE_UP, ACT_SEARCH,
	                               ACT_OVERVIEW, ACT_CHECKLIST, ACT_UP,        ACT_DOWN,    ACT_HOME,
	                               ACT_END,      ACT_ARM,       ACT_HELP,      ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_NAME,
	.age = AGE_FACTS,
	.title = "Name",
	.purpose = "What does each side say of this one name? What differs stands first, then all its records.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = name_free,
};

struct view *view_name(const char *zone_and_owner)
{
	struct name *n = xcalloc(1, sizeof *n);
	size_t len = strcspn(zone_and_owner, " ");

	n->view.ops = &ops;
	n->zone = xstrndup(zone_and_owner, len);
	n->owner = xstrdup(zone_and_owner + len + (zone_and_owner[len] == ' '));
	return &n->view;
}
