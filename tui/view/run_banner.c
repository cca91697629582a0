#include "tui/view/run_banner.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "tui/view/step_detail.h"
#include "tui/widget/mark.h"
#include "tui/widget/text.h"

enum { QUESTION_ROWS = 5 };

static int say(struct surface *s, struct rect r, int row, int rows, enum style style, char *text)
{
	int used =
	    row < r.rows ? text_wrap(s, r, row, 1, 3, rows < r.rows - row ? rows : r.rows - row, style, text) : 0;

	free(text);
	return row + used;
}

void banner_no_plan(const struct model *m, struct surface *s, struct rect r)
{
	int row = banner_unfinished(m, s, r, 0, true);

	if (m->planning || m->board == NULL) {
		text_wrap(s, r, row, 1, 1, 3, STYLE_TEXT,
		          m->board == NULL ? "A plan needs both instances observed: they are being asked."
		                           : "The plan is being made and rehearsed: every login, sudo rule and path is "
		                             "tried, without effect.");
		return;
	}
	row += text_wrap(s, r, row, 1, 1, 6, STYLE_WARN,
	                 m->plan_error != NULL ? m->plan_error : "No plan was made yet; r makes it.");
	if (m->plan_hint != NULL)
		text_wrap(s, r, row + 1, 1, 1, 4, STYLE_TEXT, m->plan_hint);
}

int banner_unfinished(const struct model *m, struct surface *s, struct rect r, int row, bool on_checklist)
{
	const struct journal_run *run = model_unfinished(m);
	const char *where = on_checklist ? "" : "On the checklist (c) ";
	char age[FIGURE];

	if (run == NULL)
		return row;
	age_text(age, m->now - (run->ended_ms > 0 ? run->ended_ms : run->started_ms) / 1000);
	return say(s, r, row, 3, STYLE_WARN,
	           run->outcome == OUTCOME_STOPPED
	               ? xasprintf("! The %s %s → %s was stopped at %s, %s, by %s. %sR goes on with it, u takes it "
	                           "back.",
	                           run->kind, run->from, run->to, run->step, age, run->operator_name, where)
	               : xasprintf("! The %s %s → %s, begun %s by %s, has no end in the journal: it goes on in "
	                           "another console, or was cut off at %s. %sR goes on with it.",
	                           run->kind, run->from, run->to, age, run->operator_name, run->step, where));
}

int banner_refusals(const struct model *m, struct surface *s, struct rect r)
{
	size_t stops = 0;
	int row = 0;

	if (m->run.open)
		return 0;
	row = banner_unfinished(m, s, r, row, true);
	for (size_t i = 0; i < m->plan->refusal_count && row < r.rows / 3; i++)
		row = say(s, r, row, 2, STYLE_STOP, xasprintf("✗ can't be carried out: %s", m->plan->refusals[i]));
	for (size_t i = 0; m->board != NULL && i < m->board->finding_count; i++)
		stops += m->board->findings[i].severity >= SEV_UNKNOWN;
	if (stops > 0)
		row = say(s, r, row, 2, STYLE_STOP,
		          xasprintf("✗ %zu finding%s stop or unknown: the run would be refused. f shows what to do.",
		                    stops, stops == 1 ? " says" : "s say"));
	if (m->plan->unrehearsed_count > 0)
		row = say(s, r, row, 2, STYLE_WARN,
		          xasprintf(m->plan->unrehearsed_count == 1
		                        ? "! %zu thing shows only when it is done; Enter lists it. All else was tried."
		                        : "! %zu things show only when done; Enter lists them. All else was tried.",
		                    m->plan->unrehearsed_count));
	return row;
}

static const char *next_of(const struct model *m)
{
	switch (m->run.outcome) {
	case OUTCOME_DONE:
	case OUTCOME_ISSUES:
	case OUTCOME_UNDONE:
		return "Next: o shows the pair as it is now; r makes the plan of the next run.";
	case OUTCOME_STOPPED:
	case OUTCOME_OPEN:
		return model_armed(m) ? "Next: R goes on with it, u takes it back where that is still possible."
		                      : "Next: A arms; then R goes on with it, u takes it back where that is possible.";
	case OUTCOME_REFUSED:
		break;
	}
	if (m->run.id[0] == '\0') /* nor was one begun that could have been refused something */
		return "Nothing was done. Next: r looks again and makes a plan.";
	return "Next: f shows what is wrong; r looks again and makes a new plan.";
}

int banner_end(const struct model *m, struct surface *s, struct rect r)
{
	const struct run_model *run = &m->run;
	bool good = run->exit_code == 0, issues = run->outcome == OUTCOME_ISSUES || run->outcome == OUTCOME_UNDONE;
	enum style style = good ? STYLE_GOOD : issues ? STYLE_WARN : STYLE_STOP;
	int row = say(s, r, 0, 4, style,
	              xasprintf("%s %s: %s",
	                        good     ? "✓"
	                        : issues ? "!"
	                                 : "✗",
	                        outcome_name(run->outcome), run->text != NULL ? run->text : ""));

	for (size_t i = 0; i < run->step_count && row < r.rows / 3; i++)
		if (run->steps[i].issues != NULL)
			row = say(s, r, row, 3, STYLE_WARN, xasprintf("! left to do: %s", run->steps[i].issues));
	return say(s, r, row, 2, STYLE_HEADING, xstrdup(next_of(m)));
}

/* What is to be decided. What was seen, why, and how to do it by hand stand above in the step; the name is asked for
 * behind the key. */
static char *question(const struct model *m)
{
	const struct run_model *run = &m->run;
	const struct step_line *line = run->current < run->step_count ? &run->steps[run->current] : NULL;
	bool failed = run->question_kind == ASK_FAILED;
	struct buf text = { 0 };

	if (line == NULL || run->question_kind == ASK_YES)
		return xstrdup(run->question != NULL ? run->question : "The engine waits for an answer.");
	buf_addf(&text, "Step %zu of %zu%s: %s.", run->current + 1, run->step_count,
	         !failed                     ? ""
	         : line->status == ST_UNSURE ? " OUTCOME NOT KNOWN"
	                                     : " FAILED",
	         m->plan->steps[run->current].step->title);
	if (failed)
		buf_addf(&text, " Try again%s, or stop here?", run->can_undo ? ", take everything back" : "");
	if (run->question_kind == ASK_CONFIRM)
		buf_adds(&text, " From here on there is no way back.");
	return buf_take(&text);
}

static char *answers(const struct model *m)
{
	const struct run_model *run = &m->run;

	return xasprintf("%s%s%s%s",
	                 !model_armed(m)                     ? "A arm first, to approve   "
	                 : run->question_kind == ASK_FAILED  ? "a try again   "
	                 : run->question_kind == ASK_CONFIRM ? "a approve (asks for a name)   "
	                 : run->question_kind == ASK_YES     ? "a yes   "
	                                                     : "a approve   ",
	                 run->question_kind == ASK_YES ? "s no" : "s stop (resumable)",
	                 run->can_undo ? "   u take back" : "", "   p by hand");
}

/* Between two steps nothing waits and no step is in hand: what it is then, and not a standstill. NULL: a step is. */
static const char *between(const struct model *m)
{
	const struct run_model *run = &m->run;

	if (run->stopping)
		return "The run is being stopped; it can be resumed";
	if (run->approved)
		return "Approved: first the lease and the journal, then the step";
	if (run->step_count > 0 && step_is_active(run->steps[run->current].status))
		return NULL;
	if (run->current == 0 && (run->step_count == 0 || run->steps[0].status == ST_PENDING))
		return "The run is being opened: the journals of both instances are read first";
	return "The journal is being written on both instances; the next step follows";
}

int banner_question(const struct model *m, struct surface *s, struct rect r)
{
	const struct rect nowhere = { 0, 0, 0, r.cols - 2 }; /* measured where nothing is drawn */
	char *text, *keys, waited[200];
	int rows, key_rows;

	if (m->prompted)
		return 0;
	if (m->run.open && !m->run.asking && between(m) != NULL) {
		step_waited_for(m, waited, sizeof waited);
		text = xasprintf("%s%s", between(m), m->run.approved ? "" : waited); /* the step says it then */
		surface_field(s, r, r.rows - 1, 1, r.cols - 1, false, STYLE_RUN, text);
		free(text);
		return 1;
	}
	if (!m->run.asking)
		return 0;
	text = question(m);
	keys = answers(m);
	rows = text_wrap(s, nowhere, 0, 0, 0, QUESTION_ROWS, STYLE_PROMPT, text);
	key_rows = text_wrap(s, nowhere, 0, 0, 0, 2, STYLE_PROMPT, keys);
	r.row += r.rows - rows - key_rows;
	r.rows = rows + key_rows;
	for (int i = 0; i < r.rows; i++)
		surface_line(s, r, i, 0, STYLE_PROMPT, " ");
	r.cols--;
	text_wrap(s, r, 0, 1, 1, rows, STYLE_PROMPT, text);
	text_wrap(s, r, rows, 1, 1, key_rows, STYLE_PROMPT, keys);
	free(text);
	free(keys);
	return rows + key_rows;
}
