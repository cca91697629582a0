/* journal.c -- the record: runs, newest first, and the entries of the one that was opened. */
#include "tui/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/widget/mark.h"
#include "tui/widget/table.h"
#include "tui/widget/text.h"

struct journal_view {
	struct view view;
	struct list runs, entries;
	const struct journal_copy *copy; /* NULL: not read yet */
	bool in_entries;
	bool moved; /* the cursor; until then it is on the newest run */
};

static void run_key(const void *copy, size_t i, char *out, size_t cap)
{
	str_copy(out, cap, ((const struct journal_copy *)copy)->runs[i].id);
}

static void run_text(const void *copy, size_t i, struct buf *out)
{
	const struct journal_run *r = &((const struct journal_copy *)copy)->runs[i];

	buf_addf(out, "%s %s %s %s %s %s %s", r->id, r->kind, r->from, r->to, r->operator_name, r->reason,
	         outcome_name(r->outcome));
}

/* A sentence of the journal is one line there: an end of a line in it is written as an escape. @between stands for it.
 */
static void entry_sentence(const struct journal_entry *e, const char *between, struct buf *out)
{
	static const char escape[] = "\\x0a";
	const char *at;

	for (const char *p = e->text; *p != '\0'; p = at + strlen(escape)) {
		at = strstr(p, escape);
		if (at == NULL) {
			buf_adds(out, p);
			return;
		}
		buf_add(out, p, (size_t)(at - p));
		buf_adds(out, between);
	}
}

static void entry_key(const void *copy, size_t i, char *out, size_t cap)
{
	snprintf(out, cap, "%lld", (long long)((const struct journal_copy *)copy)->entries[i].seq);
}

static void entry_text(const void *copy, size_t i, struct buf *out)
{
	const struct journal_entry *e = &((const struct journal_copy *)copy)->entries[i];

	buf_addf(out, "%s %s %s %s", e->step, phase_name(e->phase), e->host != NULL ? e->host : "", e->text);
}

static void update(struct view *view, const struct model *m)
{
	struct journal_view *v = (struct journal_view *)view;

	v->copy = m->journal;
	list_update(&v->runs, v->copy, v->copy != NULL ? v->copy->run_count : 0);
	if (!v->moved)
		list_to(&v->runs, 0);
	list_update(&v->entries, v->copy, v->copy != NULL ? v->copy->entry_count : 0);
	if (v->entries.count == 0)
		v->in_entries = false;
	view->list = v->in_entries ? &v->entries : &v->runs;
}

static enum style outcome_style(enum outcome o)
{
	switch (o) {
	case OUTCOME_DONE:
		return STYLE_GOOD;
	case OUTCOME_OPEN:
		return STYLE_RUN;
	case OUTCOME_ISSUES:
	case OUTCOME_UNDONE:
		return STYLE_WARN;
	case OUTCOME_STOPPED:
	case OUTCOME_REFUSED:
		break;
	}
	return STYLE_STOP;
}

enum { R_STARTED, R_KIND, R_WAY, R_OUTCOME, R_TOOK, R_STEP, R_WHO, R_REASON, R_ID };

static const struct column run_columns[] = {
	[R_STARTED] = { "started", 17, 17, false, 0 }, [R_KIND] = { "kind", 10, 10, false, 1 },
	[R_WAY] = { "from → to", 13, 24, false, 0 },   [R_OUTCOME] = { "outcome", 11, 16, false, 0 },
	[R_TOOK] = { "took", 7, 8, true, 2 },          [R_STEP] = { "last step", 14, 24, false, 3 },
	[R_WHO] = { "operator", 8, 14, false, 4 },     [R_REASON] = { "reason", 16, 60, false, 5 },
	[R_ID] = { "run", 16, RUN_ID, false, 6 },
};

static void run_cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct journal_run *r = &((const struct journal_copy *)ctx)->runs[row];
	char text[DURATION_TEXT], at[TIME_TEXT];

	switch (column) {
	case R_STARTED:
		time_text(at, r->started_ms / 1000);
		snprintf(out->text, sizeof out->text, "%.10s %.5sZ", at, at + 11);
		break;
	case R_KIND:
		str_copy(out->text, sizeof out->text, r->kind);
		break;
	case R_WAY:
		snprintf(out->text, sizeof out->text, "%s → %s", r->from, r->to);
		break;
	case R_OUTCOME:
		/* "done with issues" would be cut to what only looks like done. */
		str_copy(out->text, sizeof out->text,
		         r->outcome == OUTCOME_ISSUES ? "with issues" : outcome_name(r->outcome));
		out->style = outcome_style(r->outcome);
		break;
	case R_TOOK:
		if (r->ended_ms > 0) {
			duration_text(text, (r->ended_ms - r->started_ms) / 1000);
			str_copy(out->text, sizeof out->text, text);
		}
		break;
	case R_STEP:
		str_copy(out->text, sizeof out->text, r->step);
		break;
	case R_WHO:
		str_copy(out->text, sizeof out->text, r->operator_name);
		break;
	case R_REASON:
		str_copy(out->text, sizeof out->text, r->reason);
		break;
	case R_ID:
		str_copy(out->text, sizeof out->text, r->id);
		out->style = STYLE_DIM;
		break;
	default:
		break;
	}
}

enum { E_TIME, E_STEP, E_PHASE, E_RC, E_HOST, E_TEXT, E_TOOK };

static const struct column entry_columns[] = {
	[E_TIME] = { "time", 9, 9, false, 1 },    [E_STEP] = { "step", 15, 15, false, 0 },
	[E_PHASE] = { "phase", 8, 8, false, 0 },  [E_RC] = { "", 2, 2, false, 0 },
	[E_HOST] = { "where", 11, 14, false, 4 }, [E_TEXT] = { "what", 24, 200, false, 0 },
	[E_TOOK] = { "took", 6, 6, true, 3 },
};

/* Of a run's end, how it ended: its text is the outcome's name. */
static enum severity end_severity(const struct journal_entry *e)
{
	if (strcmp(e->text, outcome_name(OUTCOME_DONE)) == 0)
		return SEV_OK;
	if (strcmp(e->text, outcome_name(OUTCOME_ISSUES)) == 0 || strcmp(e->text, outcome_name(OUTCOME_UNDONE)) == 0)
		return SEV_WARN;
	return SEV_STOP;
}

static enum severity entry_severity(const struct journal_entry *e)
{
	if (e->rc == RC_UNKNOWN || e->rc == RC_TIMEOUT)
		return SEV_UNKNOWN;
	if (e->rc != RC_OK)
		return SEV_STOP;
	if (e->phase == PHASE_END)
		return end_severity(e);
	return e->phase == PHASE_WARN || e->phase == PHASE_OVERRIDE || e->phase == PHASE_SKIP ? SEV_WARN : SEV_OK;
}

static void entry_cell(const void *ctx, size_t row, size_t column, struct cell_text *out)
{
	const struct journal_entry *e = &((const struct journal_copy *)ctx)->entries[row];
	struct buf text = { 0 };
	char at[TIME_TEXT];

	switch (column) {
	case E_TIME:
		time_text(at, e->at_ms / 1000);
		snprintf(out->text, sizeof out->text, "%.9s", at + 11);
		break;
	case E_STEP:
		str_copy(out->text, sizeof out->text, e->step);
		break;
	case E_PHASE:
		str_copy(out->text, sizeof out->text, phase_name(e->phase));
		break;
	case E_RC:
		if (e->phase != PHASE_INTENT) {
			enum severity severity = entry_severity(e);

			str_copy(out->text, sizeof out->text, mark_of(severity));
			out->style = style_of(severity);
		}
		break;
	case E_HOST:
		str_copy(out->text, sizeof out->text, e->host != NULL ? e->host : "");
		break;
	case E_TEXT:
		entry_sentence(e, "; ", &text);
		str_copy(out->text, sizeof out->text, buf_str(&text));
		buf_free(&text);
		break;
	case E_TOOK:
		if (e->took_ms > 0)
			snprintf(out->text, sizeof out->text, "%.1fs", (double)e->took_ms / 1000);
		break;
	default:
		break;
	}
}

static void draw_entries(struct journal_view *v, struct surface *s, struct rect r)
{
	char title[RUN_ID + 16];
	const struct rule_part part = { STYLE_HEADING, title };
	struct rect below = { r.row + 1, r.col + 1, r.rows - 1, r.cols - 1 };

	snprintf(title, sizeof title, "Entries of %s", v->copy->run);
	rule_draw(s, r, 0, &part, 1, NULL, STYLE_TEXT);
	table_draw(s, below, entry_columns, sizeof entry_columns / sizeof *entry_columns, &v->entries, entry_cell,
	           v->copy, true, v->in_entries);
}

static void draw(struct view *view, const struct model *m, struct surface *s, struct rect r)
{
	struct journal_view *v = (struct journal_view *)view;
	struct rect top = { r.row, r.col + 1, r.rows, r.cols - 1 }, bottom = r;
	int want;

	if (v->copy == NULL) {
		surface_text(s, r, 0, 1, STYLE_UNKNOWN, "? being read…");
		return;
	}
	if (v->copy->error[0] != '\0') {
		text_wrap(s, r, 0, 1, 1, 4, STYLE_UNKNOWN, v->copy->error);
		return;
	}
	if (v->copy->run_count == 0) {
		surface_text(s, r, 0, 1, STYLE_TEXT, "no run yet; c shows what one would do");
		return;
	}
	(void)m;
	if (v->copy->run[0] != '\0') {
		want = (int)v->runs.count + 1;
		top.rows = want < r.rows / 3 ? want : r.rows / 3;
		bottom.row += top.rows;
		bottom.rows -= top.rows;
		draw_entries(v, s, bottom);
	}
	table_draw(s, top, run_columns, sizeof run_columns / sizeof *run_columns, &v->runs, run_cell, v->copy, true,
	           !v->in_entries);
}

static char *entry_full(const struct journal_entry *e)
{
	struct buf out = { 0 };
	char at[TIME_TEXT];

	time_text(at, e->at_ms / 1000);
	entry_sentence(e, "\n", &out);
	buf_addf(&out, "\n\nat        %s\nstep      ", at);
	if (e->step[0] != '\0')
		buf_addf(&out, "%s, attempt %d, %s", e->step, e->attempt, phase_name(e->phase));
	else
		buf_addf(&out, "none: %s of the run itself", phase_name(e->phase));
	buf_addf(&out, "\nresult    %s\nwhere     %s\ntook      %.1f s\n", rc_text(e->rc),
	         e->host != NULL ? e->host : "the console", (double)e->took_ms / 1000);
	return buf_take(&out);
}

static bool act(struct view *view, const struct model *m, enum action a, struct intents *out)
{
	struct journal_view *v = (struct journal_view *)view;
	bool mine;

	(void)m;
	if (a == ACT_NEXT_PART) {
		v->in_entries = !v->in_entries && v->entries.count > 0;
		view->list = v->in_entries ? &v->entries : &v->runs;
		return true;
	}
	if (a == ACT_OPEN && v->copy != NULL) {
		if (v->in_entries && v->entries.cursor < v->copy->entry_count)
			intent_pager(out, "Entry of the journal", entry_full(&v->copy->entries[v->entries.cursor]));
		else if (v->runs.cursor < v->copy->run_count) {
			v->moved = true;
			intent_load_run(out, v->copy->runs[v->runs.cursor].id);
			v->in_entries =
			    strcmp(v->copy->run, v->copy->runs[v->runs.cursor].id) == 0 && v->entries.count > 0;
			view->list = v->in_entries ? &v->entries : &v->runs;
		}
		return true;
	}
	mine = list_act(view->list, a);
	v->moved = v->moved || (mine && view->list == &v->runs);
	return mine;
}

static void journal_view_free(struct view *view)
{
	free(view);
}

static const enum action actions[] = { ACT_OPEN,    ACT_BACK,    ACT_NEXT_PART, ACT_CHECKLIST, ACT_SEARCH,
	                               ACT_REFRESH, ACT_ARM,     ACT_OVERVIEW,  ACT_LOG,       ACT_UP,
	                               ACT_DOWN,    ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_HOME,      ACT_END,
	                               ACT_HELP,    ACT_QUIT,    ACT_NONE };

static const struct view_ops ops = {
	.screen = SCREEN_JOURNAL,
	.title = "Journal",
	.purpose = "What was done, by whom, why, and what was seen? Enter on a run shows its entries; Tab goes to "
	           "them; Enter on one shows "
	           "it in full. The journal is on this machine's disk and mirrored to both instances, where "
	           "those of other machines are read; it can't be changed, only added to.",
	.actions = actions,
	.update = update,
	.draw = draw,
	.act = act,
	.free = journal_view_free,
};

struct view *view_journal(void)
{
	struct journal_view *v = xcalloc(1, sizeof *v);

	v->view = (struct view){ .ops = &ops, .list = &v->runs };
	v->runs.key_of = run_key;
	v->runs.text_of = run_text;
	v->entries.key_of = entry_key;
	v->entries.text_of = entry_text;
	return &v->view;
}
