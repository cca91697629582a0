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
#include "tui/command/mirrors.h"
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

static bool is_here(const struct runs *runs, const char *run)
{
	for (size_t i = 0; i < runs->count; i++)
		if (strcmp(runs->items[i].id, run) == 0)
			return true;
	return false;
}

static void print_mirrors(const struct runs *runs, const struct mirrors *m, const struct pair_config *pair)
{
	static const char *const words[] = { [TRI_UNKNOWN] = "?", [TRI_NO] = "no", [TRI_YES] = "yes" };
	const struct column columns[] = {
		{ "mirrored run", 'l', 0 },
		{ pair->instance[0].name, 'l', 16 },
		{ pair->instance[1].name, 'l', 16 },
		{ "this machine", 'l', 0 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < m->count; i++) {
		columns_add(c, "%s", m->items[i].run);
		for (int k = 0; k < 2; k++)
			columns_add(c, "%s", words[m->items[i].on[k]]);
		columns_add(c, "%s", is_here(runs, m->items[i].run) ? "yes" : "no");
	}
	putchar('\n');
	if (m->count == 0)
		puts("no mirrored runs were seen");
	else
		columns_print(c, stdout, 0);
	columns_free(&c);
}

static json_t *mirrors_json(const struct runs *runs, const struct mirrors *m, const struct pair_config *pair)
{
	json_t *array = json_array();

	for (size_t i = 0; i < m->count; i++) {
		json_t *o = json_object(), *on = json_object();

		for (int k = 0; k < 2; k++)
			json_object_set_new(on, pair->instance[k].name,
			                    json_bool(m->items[i].on[k] != TRI_UNKNOWN, m->items[i].on[k] == TRI_YES));
		json_object_set_new(o, "run", json_text(m->items[i].run));
		json_object_set_new(o, "on", on);
		json_object_set_new(o, "here", json_boolean(is_here(runs, m->items[i].run)));
		json_array_append_new(array, o);
	}
	return array;
}

/* @m: what the instances of @pair have; NULL: they were not asked. */
static void show_runs(const struct runs *runs, const struct mirrors *m, const struct pair_config *pair, bool json)
{
	json_t *o, *array;

	if (!json) {
		print_runs(runs);
		if (m != NULL)
			print_mirrors(runs, m, pair);
		return;
	}
	o = json_object();
	array = json_array();
	for (size_t i = 0; i < runs->count; i++)
		json_array_append_new(array, run_json(&runs->items[i]));
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "runs", array);
	if (m != NULL)
		json_object_set_new(o, "mirrored", mirrors_json(runs, m, pair));
	json_print(o);
}

/* The runs here, and those on the instances. */
static int show_with_instances(const struct runs *runs, const struct args *args, const struct ports *ports)
{
	struct mirrors m = { 0 };
	struct sitting s = { 0 };
	struct err e = { 0 };
	int status = 0;
	enum rc rc = sitting_open(&s, args, ports, &e);
	enum rc asked = rc == RC_OK ? mirrors_ask(&m, &s) : RC_OK;

	if (rc == RC_OK && cancel_raised(s.cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted; nothing was changed");
	if (rc == RC_OK) {
		show_runs(runs, &m, s.pair, args->json);
		for (int k = 0; k < 2; k++)
			if (m.why[k].rc != RC_OK) {
				(void)err_in(&m.why[k], "what %s has is not known", s.pair->instance[k].name);
				(void)say_error(&m.why[k]);
			}
		status = asked == RC_OK ? 0 : rc_exit_code(RC_UNKNOWN);
	} else {
		status = say_error(&e);
	}
	mirrors_clear(&m);
	sitting_close(&s);
	return status;
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
	int status = 0;
	enum rc rc;

	if (args->instances && args->word_count > 0)
		return say_refusal(rc_exit_code(RC_USAGE), "usage: ods-failover journal [RUN] | --instances",
		                   "one run, or what the instances have: not both");
	rc = journal_default_path(&path, &e);
	if (rc == RC_OK)
		rc = journal_open(&j, path, true, &e);
	if (rc == RC_OK)
		rc = journal_each_run(j, take_run, &runs, &e);
	if (rc == RC_OK && runs.begins != NULL) {
		one = choose(&runs, runs.begins, &e);
		rc = one != NULL ? show_run(j, one, args->json, &e) : RC_USAGE;
	} else if (rc == RC_OK && args->instances) {
		status = show_with_instances(&runs, args, ports);
	} else if (rc == RC_OK) {
		show_runs(&runs, NULL, NULL, args->json);
	}
	journal_close(&j);
	free(runs.items);
	free(path);
	return rc == RC_OK ? status : say_error(&e);
}
