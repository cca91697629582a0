#include "tui/view/step_detail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/widget/bar.h"
#include "tui/widget/fields.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

/* With the names of this plan, and the id of the run as soon as there is one. NULL for NULL; caller frees. */
static char *filled(const struct model *m, const char *text)
{
	return text != NULL ? plan_words(m->plan, text, m->run.id[0] != '\0' ? m->run.id : NULL) : NULL;
}

static bool behind_final(const struct model *m, size_t step)
{
	for (size_t i = 0; i < step; i++)
		if (m->plan->steps[i].step->final)
			return true;
	return false;
}

static char *way_back(const struct model *m, size_t step)
{
	const struct step *s = m->plan->steps[step].step;

	if (s->undo_text != NULL)
		return filled(m, s->undo_text);
	if (s->risk == RISK_FINAL)
		return xstrdup("NONE. Back is a switchover of its own.");
	if (s->risk == RISK_READ)
		return xstrdup("Nothing to take back: it only looks.");
	return xstrdup(behind_final(m, step) ? "None: it lies beyond the line. Back is a switchover of its own."
	                                     : "None.");
}

void step_waited_for(const struct model *m, char *out, size_t cap)
{
	enum { PATIENCE = 5 };
	char since[FIGURE];
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < 2 && used < cap; i++) {
		int64_t at = m->link[i].asked_at;

		if (at == 0 || m->now - at < PATIENCE)
			continue;
		lasted_text(since, m->now - at);
		used += (size_t)snprintf(out + used, cap - used, "; %s has been waited for %s",
		                         m->pair->instance[i].name, since);
	}
}

/* What goes on, for how long already, and when it is given up. */
static char *in_progress(const struct model *m, size_t step)
{
	const struct step_line *line = &m->run.steps[step];
	int64_t seconds = line->since > 0 ? m->now - line->since : 0;
	char since[FIGURE], limit[DURATION_TEXT], waited[200];

	step_waited_for(m, waited, sizeof waited);
	if (m->run.open && m->run.approved && step == m->run.current)
		return xasprintf("approved; the lease is renewed and the journal written first%s", waited);
	if (!m->run.open || step != m->run.current || (!step_is_active(line->status) && line->status != ST_WAITING))
		return NULL;
	if (m->run.asking) { /* its limit is for the work, not for whoever is asked */
		lasted_text(since, m->now > m->run.asked_at ? m->now - m->run.asked_at : 0);
		return xasprintf("waits for your answer, for %s; nothing is done meanwhile", since);
	}
	lasted_text(since, seconds);
	duration_text(limit, m->plan->steps[step].step->timeout_s);
	return xasprintf("%s for %s; given up after %s%s", word_of_step(line->status), since, limit, waited);
}

/* A line of its own: a bar where it is known how much it will be. */
static void draw_progress(const struct model *m, struct surface *s, struct rect r, int row)
{
	const struct run_model *run = &m->run;
	bool octets = run->doing == NULL || strstr(run->doing, "octets") != NULL;
	char text[240], done[FIGURE], total[FIGURE];
	int64_t took = clock_mono_ms() - run->progress_since_ms;

	if (octets) {
		size_text(done, run->done);
		size_text(total, run->total);
	} else {
		snprintf(done, sizeof done, "%" PRIu64, run->done);
		snprintf(total, sizeof total, "%" PRIu64, run->total);
	}
	if (run->total == 0 || (octets && run->total == run->done)) { /* how much it will be is not known */
		snprintf(text, sizeof text, "%s copied", done);
		surface_text(s, r, row, FIELDS_LABEL, STYLE_TEXT, text);
		return;
	}
	snprintf(text, sizeof text, "%s of %s%s%.*s", done, total, octets ? "" : " ",
	         octets ? 0 : (int)strcspn(run->doing, ";"), octets ? "" : run->doing);
	bar_draw(s, r, row, FIELDS_LABEL, r.cols - FIELDS_LABEL, run->done, run->total, took, text);
}

static bool counts(const struct model *m, size_t step)
{
	return m->run.open && step == m->run.current && (m->run.total > 0 || m->run.done > 0);
}

/* What the step in progress waits for; NULL when it counts octets, or nothing. */
static char *waits_for(const struct model *m)
{
	const char *why = m->run.doing != NULL ? strstr(m->run.doing, "; ") : NULL;

	return why != NULL && strstr(m->run.doing, "octets") == NULL ? xstrdup(why + 2) : NULL;
}

/* What was seen, and what is left to do about it. */
static void add_seen(const struct step_line *line, struct fields *f)
{
	char *text = line->text != NULL ? xstrdup(line->text) : NULL;

	if (line->status == ST_FAILED || line->status == ST_UNSURE)
		fields_add_whole(f, "observed", text, line->status == ST_FAILED ? STYLE_STOP : STYLE_UNKNOWN);
	else
		fields_add(f, "observed", text, STYLE_TEXT);
	fields_add_whole(f, "! left", line->issues != NULL ? xstrdup(line->issues) : NULL, STYLE_WARN);
	fields_add_whole(f, "next", line->hint != NULL ? xstrdup(line->hint) : NULL, STYLE_WARN);
}

void step_draw(const struct model *m, struct surface *s, struct rect r, size_t step)
{
	const struct step *p = m->plan->steps[step].step;
	struct fields f = { 0 };
	char title[200];
	const struct rule_part part = { STYLE_HEADING, title };
	int progress;

	snprintf(title, sizeof title, "%zu %s", step + 1, p->title);
	rule_draw(s, r, 0, &part, 1, NULL, STYLE_TEXT);
	if (step < m->run.step_count) {
		fields_add(&f, "now", in_progress(m, step), STYLE_RUN);
		if (counts(m, step)) {
			fields_add_line(&f, "progress");
			fields_add(&f, "waits for", waits_for(m), STYLE_TEXT);
		}
		add_seen(&m->run.steps[step], &f);
	}
	fields_add(&f, "why", xstrdup(p->why), STYLE_TEXT);
	fields_add(&f, "command", filled(m, p->command), STYLE_TEXT);
	fields_add(&f, "expected", filled(m, p->expected), STYLE_TEXT);
	fields_add(&f, "way back", way_back(m, step), p->risk == RISK_FINAL ? STYLE_STOP : STYLE_TEXT);
	fields_add(&f, "by hand", filled(m, p->by_hand), STYLE_DIM);
	progress = fields_draw(&f, s, r, 1);
	if (progress > 0)
		draw_progress(m, s, r, progress);
	fields_clear(&f);
}

static void add(struct buf *out, const char *label, char *text)
{
	for (const char *p = text; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, "\n");

		buf_addf(out, "%-9s %.*s\n", p == text ? label : "", (int)len, p);
		p += len + (p[len] == '\n');
	}
	free(text);
}

void step_explain(const struct model *m, size_t step, struct buf *out)
{
	const struct plan_step *p = &m->plan->steps[step];
	const struct step_line *line = step < m->run.step_count ? &m->run.steps[step] : NULL;
	char limit[DURATION_TEXT];

	buf_addf(out, "%zu %s (%s), on %s\n", step + 1, p->step->title, p->step->id,
	         p->instance != NULL ? p->instance : "?");
	if (line != NULL) {
		add(out, "now", in_progress(m, step));
		add(out, "observed", line->text != NULL ? xstrdup(line->text) : NULL);
		add(out, "! left", line->issues != NULL ? xstrdup(line->issues) : NULL);
		add(out, "next", line->hint != NULL ? xstrdup(line->hint) : NULL);
	}
	add(out, "why", xstrdup(p->step->why));
	add(out, "command", filled(m, p->step->command));
	add(out, "expected", filled(m, p->step->expected));
	add(out, "way back", way_back(m, step));
	add(out, "by hand", filled(m, p->step->by_hand));
	duration_text(limit, p->step->timeout_s);
	buf_addf(out, "given up  after %s\n", limit);
}

void plan_explain(const struct model *m, struct buf *out)
{
	if (m->plan->unrehearsed_count == 0)
		return;
	buf_adds(out, "\nNOT REHEARSED\nTried without effect was everything but this:\n");
	for (size_t i = 0; i < m->plan->unrehearsed_count; i++)
		buf_addf(out, "- %s\n", m->plan->unrehearsed[i]);
}

char *plan_by_hand(const struct model *m)
{
	struct buf out = { 0 };

	buf_addf(&out,
	         "What is left of the %s from %s to %s, to be typed by hand. Look after each step whether what is "
	         "expected is really so before the next.\n",
	         run_kind_name(m->plan->kind), m->plan->from, m->plan->to);
	for (size_t i = 0; i < m->plan->step_count; i++) {
		const struct plan_step *p = &m->plan->steps[i];
		enum step_status status = i < m->run.step_count ? m->run.steps[i].status : ST_PENDING;
		char *by_hand, *expected;

		if (status == ST_DONE || status == ST_SKIPPED)
			continue;
		by_hand = filled(m, p->step->by_hand);
		expected = filled(m, p->step->expected);
		if (p->step->final)
			buf_adds(&out, "\nNO WAY BACK BEYOND THIS LINE\n");
		buf_addf(&out, "\n%zu. %s (%s)\n%s\nexpect: %s\n", i + 1, p->step->title,
		         p->instance != NULL ? p->instance : "", by_hand != NULL ? by_hand : "nothing to type",
		         expected != NULL ? expected : "");
		free(by_hand);
		free(expected);
	}
	return buf_take(&out);
}
