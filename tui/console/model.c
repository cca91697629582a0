#include "tui/console/model.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

void journal_copy_free(struct journal_copy **copy)
{
	struct journal_copy *c = *copy;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->entry_count; i++) {
		free((char *)c->entries[i].step);
		free((char *)c->entries[i].host);
		free((char *)c->entries[i].text);
	}
	free(c->entries);
	free(c->runs);
	free(c);
	*copy = NULL;
}

static bool saw_both(const struct board *b)
{
	return b->obs[0]->reachable && b->obs[1]->reachable;
}

static bool saw_as_much(const struct board *b, const struct board *before)
{
	for (int i = 0; i < 2; i++)
		if (before->obs[i]->reachable && !b->obs[i]->reachable)
			return false;
	return true;
}

void model_board(struct model *m, struct board *b)
{
	/* A lost link makes what was seen old, not untrue: zones and keys stay, marked as stale, until they are seen
	 * again. */
	if (m->facts == NULL || saw_both(b) || saw_as_much(b, m->facts)) {
		board_unref(&m->facts);
		m->facts = board_ref(b);
	}
	board_unref(&m->board);
	m->board = b;
	m->looking = false;
}

static void run_clear(struct run_model *r)
{
	for (size_t i = 0; i < r->step_count; i++) {
		free(r->steps[i].text);
		free(r->steps[i].hint);
		free(r->steps[i].issues);
	}
	free(r->steps);
	free(r->doing);
	free(r->question);
	free(r->question_hint);
	free(r->text);
	*r = (struct run_model){ 0 };
}

void model_plan(struct model *m, struct plan *plan, const struct err *why)
{
	m->planning = false;
	if (m->run.open) { /* the run has its own */
		plan_free(&plan);
		return;
	}
	plan_free(&m->plan);
	run_clear(&m->run);
	free(m->plan_error);
	free(m->plan_hint);
	m->plan = plan;
	m->plan_error = plan == NULL ? xstrdup(why->text) : NULL;
	m->plan_hint = plan == NULL && why->hint[0] != '\0' ? xstrdup(why->hint) : NULL;
}

void model_journal(struct model *m, struct journal_copy *copy)
{
	journal_copy_free(&m->journal);
	m->journal = copy;
}

static void name_clear(struct name_model *n)
{
	free(n->owner);
	name_sides_free(&n->sides);
	*n = (struct name_model){ .results = n->results };
}

void model_name_begin(struct model *m, const char *owner)
{
	char *name = xstrdup(owner); /* may be ours */

	name_clear(&m->name);
	m->name.owner = name;
	m->name.working = true;
}

void model_name_end(struct model *m, struct name_sides *sides)
{
	name_sides_free(&m->name.sides);
	m->name.sides = sides;
	m->name.results++;
	m->name.working = false;
}

void model_study_begin(struct model *m, const char *zone)
{
	char *name = xstrdup(zone); /* may be ours */

	name_clear(&m->name);
	free(m->study.zone);
	zone_study_free(&m->study.study);
	m->study = (struct study_model){
		.zone = name, .working = true, .since_ms = clock_mono_ms(), .results = m->study.results
	};
}

void model_study_progress(struct model *m, const struct study_progress *p)
{
	m->study.progress = *p;
}

void model_study_end(struct model *m, struct zone_study *study)
{
	zone_study_free(&m->study.study);
	studied_add(&m->studied, study, m->facts != NULL ? m->facts->active : 0);
	m->study.study = study;
	m->study.results++;
	m->study.working = false;
}

void model_study_cancel(struct model *m)
{
	m->study.working = false;
	m->study.cancelled = true;
}

void model_run_open(struct model *m)
{
	run_clear(&m->run);
	m->run.open = true;
	m->run.started = m->now;
	m->run.step_count = m->plan != NULL ? m->plan->step_count : 0;
	m->run.steps = xcalloc(m->run.step_count > 0 ? m->run.step_count : 1, sizeof *m->run.steps);
}

static void replace(char **to, char **from)
{
	free(*to);
	*to = *from;
	*from = NULL;
}

void model_answered(struct model *m)
{
	m->run.asking = false;
	free(m->run.question);
	free(m->run.question_hint);
	m->run.question = NULL;
	m->run.question_hint = NULL;
}

void model_approved(struct model *m)
{
	model_answered(m);
	m->run.approved = m->run.question_kind != ASK_YES; /* which is asked within a step that goes on */
}

static void add_issue(struct step_line *line, const char *text)
{
	char *more = line->issues != NULL ? xasprintf("%s\n%s", line->issues, text) : xstrdup(text);

	free(line->issues);
	line->issues = more;
}

/* What is begun is said by the state; only what came of it is an observation. */
static bool is_outcome(enum step_status s)
{
	return s == ST_DONE || s == ST_SKIPPED || s == ST_FAILED || s == ST_UNSURE || s == ST_UNDONE;
}

static void set_status(struct run_model *r, size_t index, enum step_status status, int64_t at)
{
	struct step_line *line = &r->steps[index];

	r->approved = false;
	if (r->current != index && r->steps[r->current].status == ST_WAITING)
		r->steps[r->current].status = ST_PENDING; /* it was not approved: the run is taken back */
	r->undoing = r->undoing || status == ST_UNDOING;
	if (r->current != index || line->status != status) {
		r->done = r->total = 0;
		free(r->doing);
		r->doing = NULL;
		r->progress_since_ms = clock_mono_ms();
		line->since = at;
	}
	r->current = index;
	line->status = status;
}

static void step_event(struct run_model *r, struct run_event *ev)
{
	struct step_line *line;

	if (ev->index >= r->step_count)
		return;
	line = &r->steps[ev->index];
	if (ev->phase == PHASE_WARN) {
		add_issue(line, ev->text);
		return;
	}
	if (ev->phase == PHASE_NOTE) /* about the journal or the lease, not the step: the log has it */
		return;
	if (ev->status == ST_RUNNING || ev->status == ST_UNDOING)
		r->acted_at = ev->at;
	set_status(r, ev->index, ev->status, ev->at);
	line->severity = ev->severity;
	if (ev->took_ms > 0)
		line->took_ms = ev->took_ms;
	if (is_outcome(ev->status) && ev->text != NULL && ev->text[0] != '\0') {
		replace(&line->text, &ev->text);
		replace(&line->hint, &ev->hint);
	} else if (ev->status == ST_CHECKING) { /* looked at anew */
		free(line->text);
		free(line->hint);
		line->text = line->hint = NULL;
	}
}

/* When a run is over nothing waits or goes on any more, whatever was heard last of a step. */
static void settle(struct run_model *r)
{
	for (size_t i = 0; i < r->step_count; i++) {
		enum step_status *status = &r->steps[i].status;

		if (*status == ST_WAITING || *status == ST_CHECKING)
			*status = ST_PENDING;
		else if (*status == ST_RUNNING || *status == ST_VERIFYING || *status == ST_UNDOING)
			*status = ST_UNSURE;
	}
}

/* A step whose outcome is not known did not fail: what its host was told may go on there. */
static enum step_status asked_about(const struct run_model *r, const struct run_event *ev)
{
	bool unsure = ev->question == ASK_FAILED && r->steps[ev->index].status == ST_UNSURE;

	return unsure ? ST_UNSURE : ev->status;
}

void model_run_event(struct model *m, struct run_event *ev)
{
	struct run_model *r = &m->run;

	if (ev->run[0] != '\0')
		str_copy(r->id, sizeof r->id, ev->run);
	switch (ev->kind) {
	case EV_STEP:
		step_event(r, ev);
		break;
	case EV_PROGRESS:
		r->done = ev->done;
		r->total = ev->total;
		replace(&r->doing, &ev->text);
		break;
	case EV_QUESTION:
		r->asking = true;
		r->approved = false;
		r->asked_at = ev->at;
		r->question_kind = ev->question;
		r->can_undo = ev->can_undo;
		if (ev->index < r->step_count)
			set_status(r, ev->index, asked_about(r, ev), ev->at);
		replace(&r->question, &ev->text);
		replace(&r->question_hint, &ev->hint);
		break;
	case EV_END:
		model_answered(m);
		settle(r);
		r->approved = false;
		r->open = false;
		r->ended = true;
		r->outcome = ev->outcome;
		r->exit_code = ev->exit_code;
		replace(&r->text, &ev->text);
		break;
	}
	run_event_free(&ev);
}

void model_disarm(struct model *m)
{
	m->armed_until = 0;
	free(m->reason);
	m->reason = NULL;
}

void model_clear(struct model *m)
{
	board_unref(&m->board);
	board_unref(&m->facts);
	plan_free(&m->plan);
	run_clear(&m->run);
	journal_copy_free(&m->journal);
	free(m->study.zone);
	zone_study_free(&m->study.study);
	studied_clear(&m->studied);
	name_clear(&m->name);
	free(m->plan_error);
	free(m->plan_hint);
	free(m->operator_name);
	model_disarm(m);
	log_free(&m->log);
}
