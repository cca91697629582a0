/* checklist.c -- the plan, or the run in progress: which step, why, what it does, what was seen, what by hand, what
 * back. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/widget/bar.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"
#include "tui/widget/text.h"

/* The lines of the list: the steps, and one line before the step behind which there is no way back. */
struct checklist {
	struct view view;
	struct list list;
	const struct model *m;
	size_t final;    /* index of that step; step_count: none */
	size_t followed; /* the step of the run that the cursor went to last */
	bool follows;    /* the cursor goes with the run */
};

enum { NO_STEP = -1 };

static size_t line_count(const struct checklist *c)
{
	return c->m->plan == NULL ? 0 : c->m->plan->step_count + (c->final < c->m->plan->step_count ? 1 : 0);
}

static int step_of_line(const struct checklist *c, size_t line)
{
	if (line == c->final)
		return NO_STEP;
	return (int)(line > c->final ? line - 1 : line);
}

static size_t line_of_step(const struct checklist *c, size_t step)
{
	return step >= c->final ? step + 1 : step;
}

static void key_of(const void *v, size_t i, char *out, size_t cap)
{
	const struct checklist *c = v;
	int step = step_of_line(c, i);

	str_copy(out, cap, step == NO_STEP ? "no way back" : c->m->plan->steps[step].step->id);
}

static void text_of(const void *v, size_t i, struct buf *out)
{
	const struct checklist *c = v;
	int step = step_of_line(c, i);

	if (step != NO_STEP)
		buf_addf(out, "%s %s %s", c->m->plan->steps[step].step->id, c->m->plan->steps[step].step->title,
		         c->m->plan->steps[step].instance);
}

static void update(struct view *view, const struct model *m)
{
	struct checklist *c = (struct checklist *)view;

	c->m = m;
	c->final = (size_t)-1;
	for (size_t i = 0; m->plan != NULL && i < m->plan->step_count && c->final == (size_t)-1; i++)
		if (m->plan->steps[i].step->final)
			c->final = i;
	list_update(&c->list, c, line_count(c));
	if (m->run.step_count > 0 && m->run.current != c->followed) {
		c->followed = m->run.current;
		if (c->follows)
			list_to(&c->list, line_of_step(c, m->run.current));
	}
}

static enum step_status status_of(const struct model *m, size_t step)
{
	return step < m->run.step_count ? m->run.steps[step].status : ST_PENDING;
}

enum { C_MARK, C_NUMBER, C_TITLE, C_STATE, C_WHERE, C_TOOK, C_SEEN, C_ID };

static const struct column columns[] = {
	[C_MARK] = { "", 2, 2, true, 0 },     [C_NUMBER] = { "", 2, 2, true, 0 },
	[C_TITLE] = { "", 24, 60, false, 0 }, [C_STATE] = { "", 13, 13, false, 0 },
	[C_WHERE] = { "", 11, 16, false, 1 }, [C_TOOK] = { "", 7, 7, true, 2 },
	[C_SEEN] = { "", 24, 80, false, 4 },  [C_ID] = { "", 18, 26, false, 5 },
};

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct checklist *c = ctx;
	int step = step_of_line(c, row);
	const struct plan_step *p = &c->m->plan->steps[step == NO_STEP ? 0 : step];
	enum step_status status = step == NO_STEP ? ST_PENDING : status_of(c->m, (size_t)step);
	const struct step_line *line =
	    step != NO_STEP && (size_t)step < c->m->run.step_count ? &c->m->run.steps[step] : NULL;

	if (step == NO_STEP) {
		out->style = STYLE_WARN;
		if (column == C_TITLE)
			str_copy(out->text, sizeof out->text, "── no way back beyond this line ──");
		else if (column == C_MARK)
			str_copy(out->text, sizeof out->text, "─");
		return;
	}
	switch (column) {
	case C_MARK:
		str_copy(out->text, sizeof out->text, mark_of_step(status));
		out->style = style_of_step(status);
		break;
	case C_NUMBER:
		snprintf(out->text, sizeof out->text, "%d", step + 1);
		break;
	case C_TITLE:
		str_copy(out->text, sizeof out->text, p->step->title);
		out->style = status == ST_UNDONE ? STYLE_DIM : STYLE_TEXT;
		break;
	case C_STATE:
		str_copy(out->text, sizeof out->text, word_of_step(status));
		out->style = style_of_step(status);
		break;
	case C_WHERE:
		str_copy(out->text, sizeof out->text, p->instance != NULL ? p->instance : "");
		break;
	case C_TOOK:
		if (line != NULL && line->took_ms > 0)
			snprintf(out->text, sizeof out->text, "%.1fs", (double)line->took_ms / 1000);
		break;
	case C_SEEN:
		str_copy(out->text, sizeof out->text, line != NULL && line->text != NULL ? line->text : "");
		break;
	case C_ID:
		str_copy(out->text, sizeof out->text, p->step->id);
		out->style = STYLE_DIM;
		break;
	default:
		break;
	}
}

/* One labelled paragraph; nothing when there is no text or no room. */
static int field(struct surface *s, struct rect r, int row, const char *label, const char *text, int rows,
                 enum style style)
{
	enum { LABEL = 11 };

	if (text == NULL || text[0] == '\0' || row >= r.rows)
		return row;
	surface_field(s, r, row, 1, LABEL - 1, false, STYLE_HEADING, label);
	rows = rows < r.rows - row ? rows : r.rows - row;
	return row + text_wrap(s, r, row, LABEL, LABEL, rows, style, text);
}

static int draw_progress(const struct model *m, struct surface *s, struct rect r, int row)
{
	char text[160], done[FIGURE], total[FIGURE];
	int64_t took = clock_mono_ms() - m->run.progress_since_ms;

	if (m->run.total == 0 || row >= r.rows)
		return row;
	size_text(done, m->run.done);
	size_text(total, m->run.total);
	snprintf(text, sizeof text, "%s of %s", done, total);
	bar_draw(s, r, row, 11, r.cols - 11, m->run.done, m->run.total, took, text);
	surface_text(s, r, row, 1, STYLE_HEADING, "progress");
	return row + 1;
}

static void draw_step(const struct checklist *c, struct surface *s, struct rect r, size_t step)
{
	const struct model *m = c->m;
	const struct plan_step *p = &m->plan->steps[step];
	const struct step_line *line = step < m->run.step_count ? &m->run.steps[step] : NULL;
	int roomy = r.rows > 12 ? 3 : r.rows > 8 ? 2 : 1, row = 1;
	char title[200];
	const struct rule_part part = { STYLE_HEADING, title };

	snprintf(title, sizeof title, "%zu %s", step + 1, p->step->title);
	rule_draw(s, r, 0, &part, 1, NULL, STYLE_TEXT);
	if (line != NULL && line->text != NULL)
		row = field(s, r, row, "observed", line->text, roomy + 1,
		            line->status == ST_FAILED   ? STYLE_STOP
		            : line->status == ST_UNSURE ? STYLE_UNKNOWN
		                                        : STYLE_TEXT);
	if (line != NULL)
		row = field(s, r, row, "next", line->hint, roomy, STYLE_WARN);
	if (step == m->run.current && m->run.open)
		row = draw_progress(m, s, r, row);
	row = field(s, r, row, "why", p->step->why, roomy, STYLE_TEXT);
	row = field(s, r, row, "command", p->command, roomy, STYLE_TEXT);
	row = field(s, r, row, "expected", p->step->expected, roomy, STYLE_TEXT);
	row = field(s, r, row, "undo",
	            p->step->undo_text != NULL   ? p->step->undo_text
	            : p->step->risk == RISK_READ ? "nothing to undo: it only looks"
	                                         : "NONE: it is confirmed by typing a name",
	            roomy, p->step->undo_text == NULL && p->step->risk == RISK_FINAL ? STYLE_STOP : STYLE_TEXT);
	field(s, r, row, "by hand", p->by_hand, r.rows - row, STYLE_DIM);
}

/* What the engine asks, and which key answers what: never cut off. */
static int draw_question(const struct model *m, struct surface *s, struct rect r)
{
	const struct run_model *run = &m->run;
	char keys[240];
	int rows;

	if (!run->asking)
		return 0;
	rows = text_wrap(s, (struct rect){ 0, 0, 0, r.cols - 2 }, 0, 0, 0, 4, STYLE_PROMPT,
	                 run->question != NULL ? run->question : "");
	rows = rows > 0 ? rows : 1;
	r.row += r.rows - rows - 1;
	r.rows = rows + 1;
	for (int i = 0; i < r.rows; i++)
		surface_line(s, r, i, 0, STYLE_PROMPT, " ");
	text_wrap(s, r, 0, 1, 1, rows, STYLE_PROMPT,
	          run->question != NULL ? run->question : "The engine waits for an answer.");
	snprintf(keys, sizeof keys, "%s%s%s%s",
	         !model_armed(m)                     ? "A arm first   "
	         : run->question_kind == ASK_FAILED  ? "a try again   "
	         : run->question_kind == ASK_CONFIRM ? "a approve (asks for a name)   "
	         : run->question_kind == ASK_YES     ? "a yes   "
	                                             : "a approve   ",
	         run->question_kind == ASK_YES ? "s no" : "s stop (resumable)", run->can_undo ? "   u take back" : "",
	         "   p by hand");
	surface_field(s, r, rows, 1, r.cols - 1, false, STYLE_PROMPT, keys);
	return r.rows;
}

static void draw_no_plan(const struct model *m, struct surface *s, struct rect r)
{
	int row;

	if (m->planning || m->board == NULL) {
		text_wrap(s, r, 0, 1, 1, 3, STYLE_TEXT,
		          m->board == NULL ? "A plan needs both instances observed: they are being asked."
		                           : "The plan is being made and rehearsed: every login, sudo rule and path is "
		                             "tried, without effect.");
		return;
	}
	row = text_wrap(s, r, 0, 1, 1, 6, STYLE_WARN,
	                m->plan_error != NULL ? m->plan_error : "No plan was made yet; r makes it.");
	if (m->plan_hint != NULL)
		text_wrap(s, r, row + 1, 1, 1, 4, STYLE_TEXT, m->plan_hint);
}

/* Why the plan can't be carried out, and what could not be tried: above the steps. */
static int draw_refusals(const struct model *m, struct surface *s, struct rect r)
{
	char text[400];
	int row = 0;

	if (m->run.open || m->run.ended)
		return 0;
	for (size_t i = 0; i < m->plan->refusal_count && row < r.rows / 4; i++) {
		snprintf(text, sizeof text, "✗ can't be carried out: %s", m->plan->refusals[i]);
		row += text_wrap(s, r, row, 1, 3, 2, STYLE_STOP, text);
	}
	for (size_t i = 0; i < m->plan->unrehearsed_count && row < r.rows / 3; i++) {
		snprintf(text, sizeof text, "! not rehearsed: %s", m->plan->unrehearsed[i]);
		row += text_wrap(s, r, row, 1, 3, 2, STYLE_WARN, text);
	}
	return row;
}

static int draw_end(const struct model *m, struct surface *s, struct rect r)
{
	char text[500];

	if (!m->run.ended)
		return 0;
	snprintf(text, sizeof text, "%s %s: %s",
	         m->run.exit_code == 0   ? "✓"
	         : m->run.exit_code == 6 ? "!"
	                                 : "✗",
	         outcome_name(m->run.outcome), m->run.text != NULL ? m->run.text : "");
	return text_wrap(s, r, 0, 1, 3, 3,
	                 m->run.exit_code == 0   ? STYLE_GOOD
	                 : m->run.exit_code == 6 ? STYLE_WARN
	                                         : STYLE_STOP,
	                 text);
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct checklist *c = (struct checklist *)view;
	struct rect list, detail;
	int used, step;

	if (m->plan == NULL) {
		draw_no_plan(m, s, r);
		return;
	}
	used = draw_question(m, s, r);
	r.rows -= used;
	used = draw_end(m, s, r) + draw_refusals(m, s, r);
	r.row += used;
	r.rows -= used;
	detail = list = r;
	detail.rows = r.rows * 9 / 20 < 16 ? r.rows * 9 / 20 : 16;
	if (r.rows - detail.rows > (int)line_count(c)) /* what the list does not need explains the step */
		detail.rows = r.rows - (int)line_count(c);
	list.rows = r.rows - detail.rows;
	detail.row += list.rows;
	table_draw(s, list, columns, sizeof columns / sizeof *columns, &c->list, cell, c, false, true);
	step = step_of_line(c, c->list.cursor);
	if (step != NO_STEP)
		draw_step(c, s, detail, (size_t)step);
	else
		text_wrap(s, detail, 1, 1, 1, 4, STYLE_WARN,
		          "Up to this line a run can be taken back, newest step first. Behind it the new active signs: "
		          "its serials and "
		          "signatures are in public and in caches, and going back is a switchover of its own.");
}

/* The rest of the plan as a script for people. Caller frees. */
static char *by_hand(const struct model *m)
{
	struct buf out = { 0 };

	buf_addf(&out,
	         "What is left of the %s from %s to %s, to be typed by hand. Look after each step whether what is "
	         "expected is "
	         "really so before the next.\n",
	         run_kind_name(m->plan->kind), m->plan->from, m->plan->to);
	for (size_t i = 0; i < m->plan->step_count; i++) {
		const struct plan_step *p = &m->plan->steps[i];
		enum step_status status = status_of(m, i);

		if (status == ST_DONE || status == ST_SKIPPED)
			continue;
		if (p->step->final)
			buf_adds(&out, "\nNO WAY BACK BEYOND THIS LINE\n");
		buf_addf(&out, "\n%zu. %s (%s)\n%s\nexpect: %s\n", i + 1, p->step->title,
		         p->instance != NULL ? p->instance : "", p->by_hand != NULL ? p->by_hand : "nothing to type",
		         p->step->expected != NULL ? p->step->expected : "");
	}
	return buf_take(&out);
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct checklist *c = (struct checklist *)view;
	struct buf text = { 0 };
	bool mine;

	if (a == ACT_PRINT) {
		if (m->plan != NULL)
			intent_pager(out, "By hand", by_hand(m));
		return true;
	}
	if (a == ACT_OPEN) {
		view->ops->explain(view, m, &text);
		if (text.len > 0)
			intent_pager(out, "Step", buf_take(&text));
		return true;
	}
	mine = list_act(&c->list, a);
	if (mine)
		c->follows = m->run.step_count == 0 || step_of_line(c, c->list.cursor) == (int)m->run.current;
	return mine;
}

static void explain(const struct view *view, const struct model *m, struct buf *out)
{
	const struct checklist *c = (const struct checklist *)view;
	int i = m->plan != NULL && c->list.cursor < c->list.count ? step_of_line(c, c->list.cursor) : NO_STEP;
	const struct plan_step *p;

	if (i == NO_STEP)
		return;
	p = &m->plan->steps[i];
	buf_addf(out, "%d %s (%s), on %s\n", i + 1, p->step->title, p->step->id,
	         p->instance != NULL ? p->instance : "?");
	if ((size_t)i < m->run.step_count && m->run.steps[i].text != NULL)
		buf_addf(out, "observed  %s\n", m->run.steps[i].text);
	if ((size_t)i < m->run.step_count && m->run.steps[i].hint != NULL)
		buf_addf(out, "next      %s\n", m->run.steps[i].hint);
	buf_addf(out, "why       %s\ncommand   %s\nexpected  %s\nundo      %s\nby hand   %s\ntimeout   %d s\n",
	         p->step->why, p->command != NULL ? p->command : "none",
	         p->step->expected != NULL ? p->step->expected : "",
	         p->step->undo_text != NULL   ? p->step->undo_text
	         : p->step->risk == RISK_READ ? "nothing to undo"
	                                      : "none",
	         p->by_hand != NULL ? p->by_hand : "nothing to type", p->step->timeout_s);
}

static void heading(const struct view *view, const struct model *m, struct buf *out)
{
	const struct checklist *c = (const struct checklist *)view;
	size_t done = 0, undoable = 0;

	if (m->plan == NULL)
		return;
	for (size_t i = 0; i < m->run.step_count; i++) {
		done += m->run.steps[i].status == ST_DONE;
		undoable += m->run.steps[i].status == ST_DONE && m->plan->steps[i].step->undo != NULL;
	}
	buf_addf(out, "%s %s → %s", run_kind_name(m->plan->kind), m->plan->from, m->plan->to);
	if (m->run.step_count == 0) {
		buf_addf(out, "  plan %.8s, %zu steps", m->plan->id, m->plan->step_count);
		return;
	}
	buf_addf(out, "  %zu of %zu done  ", done, m->plan->step_count);
	if (c->final < m->run.step_count && m->run.steps[c->final].status == ST_DONE)
		buf_adds(out, "undo: no longer possible");
	else
		buf_addf(out, "undo: possible, %zu step%s", undoable, undoable == 1 ? "" : "s");
}

static void checklist_free(struct view *view)
{
	free(view);
}

static const enum action actions[] = { ACT_APPROVE, ACT_STOP,     ACT_UNDO,      ACT_START,   ACT_PRINT,    ACT_OPEN,
	                               ACT_ARM,     ACT_NOTE,     ACT_RESUME,    ACT_BACK,    ACT_FINDINGS, ACT_KEYS,
	                               ACT_JOURNAL, ACT_OVERVIEW, ACT_LOG,       ACT_REFRESH, ACT_SEARCH,   ACT_UP,
	                               ACT_DOWN,    ACT_PAGE_UP,  ACT_PAGE_DOWN, ACT_HOME,    ACT_END,      ACT_HELP,
	                               ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.title = "Checklist",
	.purpose = "What happens next, why, what would it change, and how is it taken back? Ticks are sensed, not "
	           "clicked: a step is done "
	           "when the world shows it. Nothing is done before A (arm), S (start), and an approval of each step.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.explain = explain,
	.heading = heading,
	.free = checklist_free,
};

struct view *view_checklist(void)
{
	struct checklist *c = xcalloc(1, sizeof *c);

	c->view = (struct view){ .ops = &ops, .list = &c->list };
	c->list.key_of = key_of;
	c->list.text_of = text_of;
	c->follows = true;
	c->followed = (size_t)-1;
	c->final = (size_t)-1;
	return &c->view;
}
