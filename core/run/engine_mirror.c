/* The mirror of the journal on both instances: so that a colleague can go on from another machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/engine_run.h"
#include "core/run/step_kit.h"

enum { LIST_SECONDS = 30, FETCH_SECONDS = 120, FETCH_LATEST = 5 };

enum rc engine_mirror(struct engine *en, int lease_s, int timeout_s, struct err *e)
{
	struct lease_console console;
	char seconds[16];
	int renewed = 0;
	enum rc first, rc = journal_export_more(en->args.journal, en->run.id, &en->mirrored, e);

	(void)snprintf(seconds, sizeof seconds, "%d", lease_s);
	lease_console(&console);
	first = rc;
	for (int i = 0; rc == RC_OK && i < 2; i++) {
		struct far_answer a = { 0 };
		struct err why = { 0 };
		enum rc put =
		    kit_feed(&en->ctx, en->args.hosts[i], &a, timeout_s, &en->mirrored.lines, &why, "journal", "put",
		             en->run.id, lease_s > 0 ? seconds : NULL, console.host, console.pid, NULL);

		renewed += put == RC_OK && kit_is(&a, "lease", "renewed");
		if (put != RC_OK && first == RC_OK) {
			first = put;
			*e = why;
		}
		far_answer_clear(&a);
	}
	if (renewed == 2)
		engine_renewed(en, lease_s);
	else if (lease_s > 0)
		en->lease_doubt = true;
	return first;
}

void engine_mirror_or_say(struct engine *en, int lease_s, int timeout_s)
{
	struct err e = { 0 }, ignored;
	char text[300];

	if (engine_mirror(en, lease_s, timeout_s, &e) == RC_OK)
		return;
	(void)snprintf(text, sizeof text, "the journal could not be mirrored: %s", e.text);
	engine_step_event(en, ST_DONE, PHASE_NOTE, e.rc, SEV_WARN, 0, text, e.hint);
	if (engine_write(en, en->at, PHASE_NOTE, e.rc, 0, text, &ignored) != RC_OK)
		return;
}

struct run_name {
	char *name;
	bool on[2]; /* the instances that have its journal, as far as they said */
};

struct names {
	struct run_name *items;
	size_t count, cap;
};

static struct run_name *add_name(struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->items[i].name, name) == 0)
			return &n->items[i];
	n->items = vec_grow(n->items, n->count, &n->cap, sizeof *n->items);
	n->items[n->count] = (struct run_name){ .name = xstrdup(name) };
	return &n->items[n->count++];
}

/* Run ids begin with their time: the greatest is the newest. */
static int newest_first(const void *a, const void *b)
{
	return strcmp(((const struct run_name *)b)->name, ((const struct run_name *)a)->name);
}

static void list_runs(struct engine *en, int instance, const char *only, struct names *n)
{
	struct host *h = en->args.hosts[instance];
	const struct far_section *list;
	struct far_answer a = { 0 };
	struct err ignored = { 0 };
	char line[300], *field[3];
	const char *p;

	if (kit_do(&en->ctx, h, &a, LIST_SECONDS, &ignored, "journal", "list", NULL) == RC_OK &&
	    (list = far_section(&a, "journal")) != NULL) {
		p = list->text;
		while (kit_fields(&p, line, sizeof line, ' ', field, 3) > 0)
			if (strlen(field[0]) < RUN_ID && (only == NULL || strcmp(field[0], only) == 0))
				add_name(n, field[0])->on[instance] = true;
	}
	far_answer_clear(&a);
}

/* A run that has ended here is not changed any more elsewhere. */
static bool is_over(struct engine *en, const char *run)
{
	struct journal_run r;
	struct err ignored;
	bool found = false;

	if (journal_find(en->args.journal, en->args.pair->name, run, false, &r, &found, &ignored) != RC_OK || !found)
		return false;
	return r.outcome != OUTCOME_OPEN && r.outcome != OUTCOME_STOPPED;
}

/* What an instance has said that it has, it has to give: going on from less would do things twice. */
static enum rc fetch_run(struct engine *en, struct host *h, const char *run, struct err *e)
{
	const char *lines;
	struct far_answer a = { 0 };
	enum rc rc = kit_do(&en->ctx, h, &a, FETCH_SECONDS, e, "journal", "get", run, NULL);

	if (rc == RC_OK)
		rc = kit_text(h, &a, "journal", "it could not be read", &lines, e);
	if (rc != RC_OK) {
		(void)err_in(e, "the mirrored journal of run %s", run);
	} else {
		rc = journal_import(en->args.journal, lines, strlen(lines), e);
		if (rc != RC_OK)
			rc = err_in(e, "run %s on %s", run, h->config->name);
	}
	far_answer_clear(&a);
	return rc;
}

enum rc engine_fetch(struct engine *en, const char *only, struct err *e)
{
	struct names n = { 0 };
	enum rc rc = RC_OK;

	for (int i = 0; i < 2; i++)
		list_runs(en, i, only, &n);
	if (n.count > 1)
		qsort(n.items, n.count, sizeof *n.items, newest_first);
	for (size_t i = 0; rc == RC_OK && i < n.count && i < FETCH_LATEST; i++)
		for (int k = 0; rc == RC_OK && k < 2 && !is_over(en, n.items[i].name); k++)
			if (n.items[i].on[k])
				rc = fetch_run(en, en->args.hosts[k], n.items[i].name, e);
	if (rc == RC_OK && cancel_raised(en->args.cancel))
		rc = err_set(e, RC_CANCELLED, "stopped while reading the mirrored journal");
	for (size_t i = 0; i < n.count; i++)
		free(n.items[i].name);
	free(n.items);
	return rc;
}
