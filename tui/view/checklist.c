/* checklist.c -- the plan, or the run in progress: which step, why, what it does, what was seen, what by hand, what
 * back. */
#include "tui/view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/view/run_banner.h"
#include "tui/view/step_detail.h"
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

enum { STATE_COLUMNS = 14 };

enum { C_MARK, C_NUMBER, C_TITLE, C_STATE, C_WHERE, C_SEEN, C_ID };

static const struct column columns[] = {
	[C_MARK] = { "", 2, 2, true, 0 },     [C_NUMBER] = { "", 2, 2, true, 0 },
	[C_TITLE] = { "", 38, 60, false, 0 }, [C_STATE] = { "", STATE_COLUMNS, STATE_COLUMNS, false, 0 },
	[C_WHERE] = { "", 11, 16, false, 1 }, [C_SEEN] = { "", 24, 80, false, 4 },
	[C_ID] = { "", 15, 26, false, 5 },
};

/* The word of a state, and how long: of what is done and of what goes on. */
static void state_text(const struct model *m, const struct step_line *line, bool approved, char *out, size_t cap)
{
	const char *word = approved ? "approved" : word_of_step(line->status);
	int64_t since = line->since > 0 ? m->now - line->since : 0;
	char took[FIGURE] = "";

	if (line->status == ST_DONE && line->took_ms > 0)
		snprintf(took, sizeof took, "%.1fs", (double)line->took_ms / 1000);
	else if (step_is_active(line->status) && since > 1)
		snprintf(took, sizeof took, "%" PRId64 "s", since);
	snprintf(out, cap, "%s%*s", word, STATE_COLUMNS - text_columns(word), took);
}

/* As it is shown: a step that goes on and asks something waits, whatever the engine has in hand. */
static struct step_line shown_line(const struct model *m, size_t step)
{
	struct step_line line = { .status = ST_PENDING };

	if (step < m->run.step_count)
		line = m->run.steps[step];
	if (m->run.asking && m->run.question_kind == ASK_YES && step == m->run.current)
		line.status = ST_WAITING;
	return line;
}

static void step_cell(const struct checklist *c, size_t step, size_t column, struct cell_text *out)
{
	const struct plan_step *p = &c->m->plan->steps[step];
	const struct step_line seen = shown_line(c->m, step), *line = &seen;
	bool issues = line->status == ST_DONE && line->issues != NULL;
	bool approved = c->m->run.approved && step == c->m->run.current;
	enum style style = approved ? STYLE_RUN : issues ? STYLE_WARN : style_of_step(line->status);

	switch (column) {
	case C_MARK:
		str_copy(out->text, sizeof out->text,
		         approved ? mark_of_step(ST_RUNNING)
		         : issues ? mark_of(SEV_WARN)
		                  : mark_of_step(line->status));
		out->style = style;
		break;
	case C_NUMBER:
		snprintf(out->text, sizeof out->text, "%zu", step + 1);
		break;
	case C_TITLE:
		str_copy(out->text, sizeof out->text, p->step->title);
		out->style = line->status == ST_UNDONE ? STYLE_DIM : STYLE_TEXT;
		break;
	case C_STATE:
		state_text(c->m, line, approved, out->text, sizeof out->text);
		out->style = style;
		break;
	case C_WHERE:
		str_copy(out->text, sizeof out->text, p->instance != NULL ? p->instance : "");
		break;
	case C_SEEN:
		str_copy(out->text, sizeof out->text, line->text != NULL ? line->text : "");
		break;
	case C_ID:
		str_copy(out->text, sizeof out->text, p->step->id);
		out->style = STYLE_DIM;
		break;
	default:
		break;
	}
}

static void cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct checklist *c = ctx;
	int step = step_of_line(c, row);

	if (step != NO_STEP) {
		step_cell(c, (size_t)step, column, out);
		return;
	}
	out->style = STYLE_WARN;
	if (column == C_TITLE)
		str_copy(out->text, sizeof out->text, "── no way back beyond this line ──");
	else if (column == C_MARK || column == C_NUMBER)
		str_copy(out->text, sizeof out->text, column == C_MARK ? "─" : "──");
}

static int longest_title(const struct checklist *c)
{
	int most = columns[C_TITLE].min;

	for (size_t i = 0; i < c->m->plan->step_count; i++) {
		int width = text_columns(c->m->plan->steps[i].step->title);

		most = width > most ? width : most;
	}
	return most < columns[C_TITLE].max ? most : columns[C_TITLE].max;
}

/* Without a run there is no state: the titles get its room. Beside where, which they leave room for, no title is cut
 * for what matters less. */
static void draw_steps(struct checklist *c, struct surface *s, struct rect r)
{
	enum { BESIDE = 18 }; /* mark, number, where, and the blanks between */
	struct column fit[sizeof columns / sizeof *columns];
	int longest = longest_title(c), state = c->m->run.step_count == 0 ? 0 : STATE_COLUMNS + 1;

	memcpy(fit, columns, sizeof fit);
	if (longest + BESIDE + state <= r.cols)
		fit[C_TITLE].min = longest;
	if (c->m->run.step_count == 0)
		fit[C_STATE].max = fit[C_STATE].min = fit[C_SEEN].max = 0;
	table_draw(s, r, fit, sizeof fit / sizeof *fit, &c->list, cell, c, false, true);
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct checklist *c = (struct checklist *)view;
	struct rect list, detail;
	int used, step;

	if (m->plan == NULL) {
		banner_no_plan(m, s, r);
		return;
	}
	r.rows -= banner_question(m, s, r);
	used = m->run.ended ? banner_end(m, s, r) : banner_refusals(m, s, r);
	r.row += used;
	r.rows -= used;
	detail = list = r;
	detail.rows = r.rows * 9 / 20 < 12 ? r.rows * 9 / 20 : 12;
	if (r.rows - detail.rows > (int)line_count(c)) /* what the list does not need explains the step */
		detail.rows = r.rows - (int)line_count(c);
	list.rows = r.rows - detail.rows;
	detail.row += list.rows;
	draw_steps(c, s, list);
	step = step_of_line(c, c->list.cursor);
	if (step != NO_STEP)
		step_draw(m, s, detail, (size_t)step);
	else
		text_wrap(s, detail, 1, 1, 1, 4, STYLE_WARN,
		          "Up to this line a run can be taken back, newest step first. Behind it the new active signs: "
		          "its serials and "
		          "signatures are in public and in caches, and going back is a switchover of its own.");
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct checklist *c = (struct checklist *)view;
	struct buf text = { 0 };
	bool mine;

	if (a == ACT_PRINT) {
		if (m->plan != NULL)
			intent_pager(out, "By hand", plan_by_hand(m));
		return true;
	}
	if (a == ACT_OPEN) {
		view->ops->explain(view, m, &text);
		if (m->plan != NULL && m->run.step_count == 0)
			plan_explain(m, &text);
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

	if (i != NO_STEP)
		step_explain(m, (size_t)i, out);
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
	if (m->run.step_count == 0) {
		buf_addf(out, "%s %s → %s  plan %.8s, %zu steps", run_kind_name(m->plan->kind), m->plan->from,
		         m->plan->to, m->plan->id, m->plan->step_count);
		return;
	}
	if (!m->run.open) /* the first line does not say it any more */
		buf_addf(out, "%s %s → %s  ", run_kind_name(m->plan->kind), m->plan->from, m->plan->to);
	buf_addf(out, "%zu of %zu done", done, m->plan->step_count);
	if (c->final < m->run.step_count && m->run.steps[c->final].status == ST_DONE)
		buf_adds(out, "  no way back any more");
	else if (m->run.outcome != OUTCOME_UNDONE || !m->run.ended)
		buf_addf(out, "  way back: %zu step%s", undoable, undoable == 1 ? "" : "s");
}

static void checklist_free(struct view *view)
{
	free(view);
}

static const enum action actions[] = { ACT_APPROVE, ACT_STOP,    ACT_BREAK,    ACT_START,     ACT_RESUME,  ACT_UNDO,
	                               ACT_ARM,     ACT_PRINT,   ACT_OPEN,     ACT_NOTE,      ACT_BACK,    ACT_FINDINGS,
	                               ACT_KEYS,    ACT_JOURNAL, ACT_OVERVIEW, ACT_LOG,       ACT_REFRESH, ACT_SEARCH,
	                               ACT_UP,      ACT_DOWN,    ACT_PAGE_UP,  ACT_PAGE_DOWN, ACT_HOME,    ACT_END,
	                               ACT_HELP,    ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_CHECKLIST,
	.age = AGE_RUN,
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
