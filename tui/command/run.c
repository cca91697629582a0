/* run, resume, undo: refusals before anything is done, then the engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "tui/command/plan_text.h"
#include "tui/command/runner.h"
#include "tui/command/say.h"
#include "tui/command/text_board.h"

enum { SHORT_PLAN_ID = 12 };

static bool is_instance(const struct pair_config *pair, const char *name)
{
	return strcmp(pair->instance[0].name, name) == 0 || strcmp(pair->instance[1].name, name) == 0;
}

/* Whether a step without undo is among those up to --until. */
static bool comes_to_final(const struct step_table *table, const char *until)
{
	for (size_t i = 0; table != NULL && i < table->count; i++) {
		if (table->steps[i].risk == RISK_FINAL)
			return true;
		if (until != NULL && strcmp(table->steps[i].id, until) == 0)
			return false;
	}
	return false;
}

/* What is wrong in the words alone, whatever the hosts say. */
static enum rc check_words(const struct args *a, const struct pair_config *pair, enum run_kind kind, bool confirms,
                           struct err *e)
{
	const struct step_table *table = step_table(kind);
	enum rc rc;

	for (size_t i = 0; i < a->override_count; i++) {
		char id[64];

		(void)snprintf(id, sizeof id, "%.*s", (int)strcspn(a->overrides[i], "="), a->overrides[i]);
		if (check_by_id(id) == NULL) {
			rc = err_set(e, RC_USAGE, "--override: there is no finding with that id");
			err_hint(e, "ods-failover check lists the findings that decide");
			return rc;
		}
		if (!check_may_override(id)) {
			rc = err_set(e, RC_BLOCKED, "--override: no run goes on in spite of %s", id);
			err_hint(e, "a later step looks at it again, with both daemons down, and stops; mend it first");
			return rc;
		}
	}
	if (a->until != NULL && table != NULL && step_find(table, a->until) == NULL) {
		rc = err_set(e, RC_USAGE, "--until: there is no such step in a %s", run_kind_name(kind));
		err_hint(e, "ods-failover plan %s lists the steps with their ids", run_kind_name(kind));
		return rc;
	}
	if (a->no_input && !a->yes) {
		rc = err_set(e, RC_BLOCKED, "every step has to be approved, and --no-input forbids to ask");
		err_hint(e, "--yes approves them all beforehand");
		return rc;
	}
	if (!confirms || !comes_to_final(table, a->until))
		return RC_OK;
	if (a->confirm == NULL && a->yes) {
		rc = err_set(e, RC_BLOCKED, "a step of this run has no undo; --confirm is missing");
		err_hint(e, "--confirm NAME, with the name of the instance that stops being active");
		return rc;
	}
	if (a->confirm != NULL && !is_instance(pair, a->confirm)) {
		rc = err_set(e, RC_BLOCKED, "--confirm names no instance of the pair %s", pair->name);
		err_hint(e, "it takes the name of the instance that stops being active: %s or %s",
		         pair->instance[0].name, pair->instance[1].name);
		return rc;
	}
	return RC_OK;
}

static enum rc no_recording(const struct sitting *s, struct err *e)
{
	return s->recording ? err_set(e, RC_BLOCKED, "this is a recorded pair; nothing can be run on it") : RC_OK;
}

static enum rc check_confirm(const struct args *a, const char *losing, struct err *e)
{
	if (a->confirm == NULL || strcmp(a->confirm, losing) == 0)
		return RC_OK;
	(void)err_set(e, RC_BLOCKED, "--confirm is wrong: %s stops being active, and not %s", losing, a->confirm);
	err_hint(e, "nothing was done; ods-failover plan shows the direction");
	return RC_BLOCKED;
}

static enum rc check_plan(const struct args *a, const struct plan *p, struct err *e)
{
	size_t len = a->plan != NULL ? strlen(a->plan) : 0;
	enum rc rc = check_confirm(a, p->from, e);

	if (rc != RC_OK)
		return rc;
	if (p->refusal_count > 0) {
		struct buf shown = { 0 };

		str_escape(&shown, p->refusals[0], strlen(p->refusals[0]), 200);
		rc = err_set(e, RC_BLOCKED, "%s", buf_str(&shown));
		err_hint(e, "ods-failover plan %s shows what is not carried out yet", run_kind_name(p->kind));
		buf_free(&shown);
	} else if (a->plan != NULL && (len < SHORT_PLAN_ID || strncmp(a->plan, p->id, len) != 0)) {
		rc = err_set(e, RC_BLOCKED, "the plan is no longer true: it would be %.*s now", SHORT_PLAN_ID, p->id);
		err_hint(e, "versions, zones, keys or policies have changed; make a new plan");
	}
	return rc;
}

static bool overridden(const struct args *a, const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < a->override_count; i++)
		if (strncmp(a->overrides[i], id, len) == 0 && a->overrides[i][len] == '=')
			return true;
	return false;
}

/* The status with which the findings refuse: that of `check` without those that are overridden; 0 when none does. */
static int against(const struct args *a, const struct board *b, const struct finding **first)
{
	bool stop = false, unknown = false;

	*first = NULL;
	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];

		if ((f->severity != SEV_STOP && f->severity != SEV_UNKNOWN) || overridden(a, f->id))
			continue;
		if (*first == NULL)
			*first = f;
		stop = stop || f->severity == SEV_STOP;
		unknown = unknown || f->severity == SEV_UNKNOWN;
	}
	if (*first != NULL && !(b->obs[0]->reachable && b->obs[1]->reachable))
		return rc_exit_code(RC_UNKNOWN);
	return stop ? 2 : unknown ? rc_exit_code(RC_UNKNOWN) : 0;
}

static int refuse_for_findings(const struct args *a, const struct board *b, int status, const struct finding *f)
{
	struct buf shown = { 0 };
	struct err e = { 0 };

	str_escape(&shown, f->text, strlen(f->text), 160);
	(void)err_set(&e, RC_BLOCKED, "refused by %s: %s", f->id, buf_str(&shown));
	if (f->hint != NULL && f->hint[0] != '\0')
		err_hint(&e, "%s", f->hint);
	else if (check_may_override(f->id))
		err_hint(&e, "mend it, or go on in spite of it with --override %s=REASON", f->id);
	else
		err_hint(&e, "mend it; no run goes on in spite of it");
	if (!a->json)
		print_findings(b);
	buf_free(&shown);
	return runner_refuse(a, status, &e);
}

/* Without --yes: the whole checklist is seen, and the beginning approved, before the first step. */
static enum rc approve_beginning(struct sitting *s, const struct args *a, const struct plan *p, struct err *e)
{
	char question[256], line[16] = "";
	enum rc rc;

	if (a->yes)
		return RC_OK;
	for (size_t i = 0; i < p->step_count; i++)
		say_note("%s%2zu %s (%s)", p->steps[i].step->final ? "   -- no way back beyond this line --\n" : "",
		         i + 1, p->steps[i].step->title, p->steps[i].instance);
	(void)snprintf(question, sizeof question, "Begin the %s from %s to %s? [yes/no] ", run_kind_name(p->kind),
	               p->from, p->to);
	rc = terminal_ask(s->terminal, question, line, sizeof line, e);
	if (rc == RC_OK && strcasecmp(line, "yes") != 0 && strcasecmp(line, "y") != 0)
		rc = err_set(e, RC_BLOCKED, "not begun; nothing was changed");
	return rc;
}

static int begin(struct sitting *s, const struct args *a, const struct board *b, const struct plan *p)
{
	const struct finding *first;
	struct runner r = { 0 };
	struct err e = { 0 };
	int status = against(a, b, &first);
	enum rc rc;

	if (status != 0)
		return refuse_for_findings(a, b, status, first);
	rc = approve_beginning(s, a, p, &e);
	if (rc == RC_OK)
		rc = runner_open(&r, a, s, &e);
	if (rc == RC_OK) {
		r.plan = p;
		rc = engine_run(r.engine, p, &e);
		status = runner_end(&r, rc, &e);
	} else {
		status = runner_refuse(a, rc_exit_code(rc), &e);
	}
	runner_close(&r);
	return status;
}

int command_run(const struct args *args, const struct ports *ports)
{
	struct sitting s = { 0 };
	struct board *b = NULL;
	struct plan *plan = NULL;
	enum run_kind kind;
	struct err e = { 0 };
	int status;
	enum rc rc = sitting_kind(args, &kind, &e);

	if (rc == RC_OK)
		rc = sitting_open(&s, args, ports, &e);
	if (rc == RC_OK)
		rc = check_words(args, s.pair, kind, true, &e);
	if (rc == RC_OK)
		rc = no_recording(&s, &e);
	if (rc == RC_OK) {
		b = sitting_observe(&s, kind, &e);
		rc = b != NULL ? plan_make(&plan, b, kind, args->to, &e) : RC_CANCELLED;
	}
	if (rc == RC_OK)
		rc = check_plan(args, plan, &e);
	status = rc == RC_OK ? begin(&s, args, b, plan) : runner_refuse(args, rc_exit_code(rc), &e);
	plan_free(&plan);
	board_unref(&b);
	sitting_close(&s);
	return status;
}

/* The run that is meant, as far as this machine knows it; another one's journal is read by the engine. */
static enum rc find_run(const struct args *a, struct runner *r, struct journal_run *run, bool *found, struct err *e)
{
	const char *id = a->word_count > 0 ? a->words[0] : NULL;

	*found = false;
	return journal_find(r->journal, r->sitting->pair->name, id, id == NULL, run, found, e);
}

static int go_on(const struct args *args, const struct ports *ports, bool undo)
{
	const char *id = args->word_count > 0 ? args->words[0] : NULL;
	struct sitting s = { 0 };
	struct runner r = { 0 };
	struct journal_run run = { 0 };
	enum run_kind kind = KIND_SWITCHOVER;
	struct err e = { 0 };
	bool found = false;
	int status;
	enum rc rc = sitting_open(&s, args, ports, &e);

	if (rc == RC_OK)
		rc = no_recording(&s, &e);
	if (rc == RC_OK)
		rc = runner_open(&r, args, &s, &e);
	if (rc == RC_OK)
		rc = find_run(args, &r, &run, &found, &e);
	if (rc == RC_OK && found)
		(void)run_kind_parse(run.kind, &kind);
	if (rc == RC_OK)
		rc = check_words(args, s.pair, kind, !undo, &e);
	if (rc == RC_OK && found && !undo)
		rc = check_confirm(args, run.from, &e);
	if (rc == RC_OK) {
		rc = undo ? engine_undo(r.engine, found ? run.id : id, &e)
		          : engine_resume(r.engine, found ? run.id : id, &e);
		status = runner_end(&r, rc, &e);
	} else {
		status = runner_refuse(args, rc_exit_code(rc), &e);
	}
	runner_close(&r);
	sitting_close(&s);
	return status;
}

int command_resume(const struct args *args, const struct ports *ports)
{
	return go_on(args, ports, false);
}

int command_undo(const struct args *args, const struct ports *ports)
{
	return go_on(args, ports, true);
}
