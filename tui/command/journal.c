/* journal: the runs that this machine knows, or one of them entry by entry. Needs no failover.xml. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/journal.h"
#include "tui/command/columns.h"
#include "tui/command/command.h"
#include "tui/command/json.h"
#include "tui/command/run_json.h"
#include "tui/command/say.h"

struct runs {
	const char *pair;   /* NULL: all */
	const char *begins; /* ids that begin so; NULL: all */
	struct journal_run *items;
	size_t count, cap;
};

static bool take_run(void *ctx, const struct journal_run *r)
{
	struct runs *runs = ctx;

	if ((runs->pair != NULL && strcmp(runs->pair, r->pair) != 0) ||
	    (runs->begins != NULL && strncmp(runs->begins, r->id, strlen(runs->begins)) != 0))
		return true;
	runs->items = vec_grow(runs->items, runs->count, &runs->cap, sizeof *runs->items);
	runs->items[runs->count++] = *r;
	return true;
}

static void print_runs(const struct runs *runs)
{
	static const struct column columns[] = {
		{ "run", 'l', 0 },   { "started", 'l', 0 }, { "kind", 'l', 0 },
		{ "from", 'l', 10 }, { "to", 'l', 10 },     { "outcome", 'l', 0 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < runs->count; i++) {
		const struct journal_run *r = &runs->items[i];
		char at[TIME_TEXT];

		time_text(at, r->started_ms / 1000);
		columns_add(c, "%s", r->id);
		columns_add(c, "%s", at);
		columns_add(c, "%s", r->kind);
		columns_add(c, "%s", r->from);
		columns_add(c, "%s", r->to);
		columns_add(c, "%s", outcome_name(r->outcome));
	}
	if (runs->count == 0)
		puts("no runs yet");
	else
		columns_print(c, stdout, 0);
	columns_free(&c);
}

static void print_run(const struct journal_run *r)
{
	char started[TIME_TEXT], ended[TIME_TEXT] = "-";

	time_text(started, r->started_ms / 1000);
	if (r->ended_ms != 0)
		time_text(ended, r->ended_ms / 1000);
	printf("run       %s\nkind      %s of %s, %s to %s\nplan      %s\nstarted   %s by ", r->id, r->kind, r->pair,
	       r->from, r->to, r->plan_id, started);
	print_escaped(stdout, r->operator_name, 60);
	printf("\nended     %s, %s\n", ended, outcome_name(r->outcome));
	if (r->reason[0] != '\0') {
		printf("reason    ");
		print_escaped(stdout, r->reason, 200);
		putchar('\n');
	}
	putchar('\n');
}

static bool print_entry(void *ctx, const struct journal_entry *n)
{
	char at[TIME_TEXT];
	struct buf line = { 0 };

	(void)ctx;
	time_text(at, n->at_ms / 1000);
	printf("%.8s  %-8s ", at + 11, phase_name(n->phase));
	buf_adds(&line, n->step != NULL ? n->step : "");
	if (n->attempt > 1)
		buf_addf(&line, " (attempt %d)", n->attempt);
	if (n->rc != RC_OK)
		buf_addf(&line, " %s", rc_text(n->rc));
	if (n->host != NULL) {
		buf_adds(&line, " on ");
		str_escape(&line, n->host, strlen(n->host), 40);
	}
	if (n->text != NULL && n->text[0] != '\0') {
		buf_adds(&line, ": ");
		str_escape(&line, n->text, strlen(n->text), 400);
	}
	print_wrapped(stdout, buf_str(&line), 19, 19);
	buf_free(&line);
	return true;
}

static bool take_entry(void *ctx, const struct journal_entry *n)
{
	json_array_append_new(ctx, entry_json(n));
	return true;
}

static enum rc show_run(struct journal *j, const struct journal_run *r, bool json, struct err *e)
{
	enum rc rc;

	if (json) {
		json_t *o = json_object(), *entries = json_array();

		rc = journal_each(j, r->id, take_entry, entries, e);
		json_object_set_new(o, "schema", json_integer(1));
		json_object_set_new(o, "run", run_json(r));
		json_object_set_new(o, "entries", entries);
		json_print(o);
	} else {
		print_run(r);
		rc = journal_each(j, r->id, print_entry, NULL, e);
	}
	/* What was shown may not be the truth: say so, and say where it stops to be. */
	return rc == RC_OK ? journal_verify(j, r->id, e) : rc;
}

static void show_runs(const struct runs *runs, bool json)
{
	json_t *o, *array;

	if (!json) {
		print_runs(runs);
		return;
	}
	o = json_object();
	array = json_array();
	for (size_t i = 0; i < runs->count; i++)
		json_array_append_new(array, run_json(&runs->items[i]));
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "runs", array);
	json_print(o);
}

/* The one run of that id, or the only one whose id begins so. */
static const struct journal_run *choose(const struct runs *runs, const char *id, struct err *e)
{
	struct buf shown = { 0 };

	for (size_t i = 0; i < runs->count; i++)
		if (strcmp(runs->items[i].id, id) == 0)
			return &runs->items[i];
	if (runs->count == 1)
		return &runs->items[0];
	str_escape(&shown, id, strlen(id), 60);
	(void)err_set(e, RC_USAGE, runs->count == 0 ? "no run %s" : "more than one run begins with %s",
	              buf_str(&shown));
	err_hint(e, "ods-failover journal lists the runs");
	buf_free(&shown);
	return NULL;
}

int command_journal(const struct args *args, const struct ports *ports)
{
	struct runs runs = { .pair = args->pair, .begins = args->word_count > 0 ? args->words[0] : NULL };
	const struct journal_run *one;
	struct journal *j = NULL;
	char *path = NULL;
	struct err e = { 0 };
	enum rc rc;

	(void)ports;
	rc = journal_default_path(&path, &e);
	if (rc == RC_OK)
		rc = journal_open(&j, path, true, &e);
	if (rc == RC_OK)
		rc = journal_each_run(j, take_run, &runs, &e);
	if (rc == RC_OK && runs.begins != NULL) {
		one = choose(&runs, runs.begins, &e);
		rc = one != NULL ? show_run(j, one, args->json, &e) : RC_USAGE;
	} else if (rc == RC_OK) {
		show_runs(&runs, args->json);
	}
	journal_close(&j);
	free(runs.items);
	free(path);
	return rc == RC_OK ? 0 : say_error(&e);
}
