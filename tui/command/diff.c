/* diff: what differs, by what it means, between the signed zones of a pair, or of its active and what a name server
 * gives, or two files, or a file and what a name server gives (no pair, no host). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/zone/compare.h"
#include "core/zone/zone_file.h"
#include "tui/command/command.h"
#include "tui/command/difference.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/pair_zones.h"
#include "tui/command/say.h"

enum { SAMPLES_TEXT = 20, SAMPLES_JSON = 1000, EXIT_DIFFERENT = 1, THREADS = 2 };

/* The object that is printed of one zone. */
static void print_one(json_t *o, json_t *zone)
{
	json_t *zones = json_array();

	json_object_set_new(o, "schema", json_integer(1));
	json_array_append_new(zones, zone);
	json_object_set_new(o, "zones", zones);
	json_print(o);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* What the sides are called: the last part of their paths, where that tells them apart. */
static void name_sides(const char *names[2], const char *const paths[2])
{
	for (int side = 0; side < 2; side++)
		names[side] = last_part(paths[side]);
	if (strcmp(names[0], names[1]) == 0)
		for (int side = 0; side < 2; side++)
			names[side] = strcmp(paths[0], paths[1]) != 0 ? paths[side] : side == 0 ? "left" : "right";
}

static int diff_files(const struct args *args)
{
	const char *paths[2] = { args->files, args->word_count > 0 ? args->words[0] : NULL };
	struct compare_options o = { .samples = args->json ? SAMPLES_JSON : SAMPLES_TEXT, .threads = THREADS };
	struct cancel *cancel = interrupt_catch();
	struct zone_difference d = { 0 };
	struct zscan scans[2] = { { .source = { .fd = -1, .spool = -1 } }, { .source = { .fd = -1, .spool = -1 } } };
	struct err e = { 0 };
	int status = 0;
	enum rc rc = RC_OK;

	name_sides(o.names, paths);
	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = zone_file_open(&scans[side], paths[side], args->origin, cancel, &e);
	if (rc == RC_OK)
		rc = zone_compare(&scans[0], &scans[1], &o, &d, &e);
	if (rc != RC_OK) {
		status = say_error(&e);
	} else {
		if (args->json)
			print_one(json_object(), difference_json(&d));
		else
			difference_print(&d);
		status = d.equal ? 0 : EXIT_DIFFERENT;
	}
	zone_difference_clear(&d);
	for (int side = 0; side < 2; side++)
		zone_file_close(&scans[side]);
	return status;
}

/* Compared while it is transferred; what was compared counts only when it came whole. */
static enum rc compare_served(const struct args *args, struct zone_copy *copy, struct cancel *cancel,
                              struct zone_difference *d, struct err *e)
{
	struct compare_options o = { .names = { last_part(args->file), args->server },
		                     .samples = args->json ? SAMPLES_JSON : SAMPLES_TEXT,
		                     .threads = THREADS };
	struct zscan file, served = { .source = { .fd = -1, .spool = -1 } };
	enum rc rc = zone_file_open(&file, args->file, args->words[0], cancel, e);

	if (rc == RC_OK)
		rc = zone_copy_begun(copy, e);
	if (rc == RC_OK)
		rc = zone_copy_scan(copy, &served, args->server, NULL, e);
	if (rc == RC_OK)
		rc = zone_compare(&file, &served, &o, d, e);
	if (rc == RC_OK)
		rc = zone_copy_ended(copy, e);
	if (cancel_raised(cancel))
		rc = err_set(e, RC_CANCELLED, "interrupted");
	zone_file_close(&file);
	scan_clear(&served);
	return rc;
}

static void report_served(const struct args *args, const struct zone_difference *d, const char *why)
{
	json_t *o;

	if (args->json) {
		o = json_object();
		json_object_set_new(o, "at", json_time(clock_now()));
		json_object_set_new(o, "left", json_text(last_part(args->file)));
		json_object_set_new(o, "right", json_text(args->server));
		print_one(o, why == NULL ? difference_json(d) : difference_unknown_json(args->words[0], why));
	} else if (why == NULL) {
		difference_print(d);
	} else {
		pair_zones_say(args->words[0], STUDY_FAILED, why);
	}
}

static int diff_file_served(const struct args *args, const struct ports *ports)
{
	struct cancel *cancel = interrupt_catch();
	struct resolver *resolver = ports->resolver();
	struct zone_copy_args copy_args = { .resolver = resolver,
		                            .server = args->server,
		                            .zone = args->words[0],
		                            .timeout_s = ZONE_COPY_SILENCE,
		                            .cancel = cancel };
	struct zone_copy *copy = zone_copy_start(&copy_args);
	struct zone_difference d = { 0 };
	struct err e = { 0 };
	int status;
	enum rc rc = compare_served(args, copy, cancel, &d, &e);

	if (rc == RC_CANCELLED || rc == RC_USAGE) {
		status = say_error(&e);
	} else {
		report_served(args, &d, rc == RC_OK ? NULL : e.text);
		status = rc != RC_OK ? rc_exit_code(RC_UNKNOWN) : d.equal ? 0 : EXIT_DIFFERENT;
	}
	zone_difference_clear(&d);
	zone_copy_free(&copy);
	resolver->ops->free(&resolver);
	return status;
}

/* A side that was not read; NONE where each has been, or lacks the file. */
static enum study_side_state reason(const struct zone_study *s)
{
	enum study_side_state worst = s->rc == RC_OK ? STUDY_NONE : STUDY_FAILED;

	for (int k = 0; k < 2; k++)
		if (s->side[k].state > worst)
			worst = s->side[k].state;
	return worst;
}

/* Not known wins over different, as everywhere. */
static int worse(int status, const struct zone_study *s)
{
	if (!s->compared)
		return rc_exit_code(RC_UNKNOWN);
	return s->difference.equal || status != 0 ? status : EXIT_DIFFERENT;
}

static json_t *pair_json(const struct pair_zones *p, const struct args *args)
{
	const struct pair_config *pair = p->sitting.pair;
	int left = args->server != NULL ? p->board->active : 0;
	json_t *o = pair_zones_json(p);

	json_object_set_new(o, "left", json_text(pair->instance[left].name));
	json_object_set_new(o, "right", json_text(args->server != NULL ? args->server : pair->instance[1].name));
	return o;
}

/* Of one zone. Returns the status of all so far; more than 3 ends it. */
static int diff_zone(struct pair_zones *p, const struct board_zone *z, const struct args *args, int status,
                     json_t *zones)
{
	struct study_args study_args = pair_zones_args(p, z);
	struct zone_study *s;

	study_args.compare = true;
	study_args.samples = args->json ? SAMPLES_JSON : SAMPLES_TEXT;
	study_args.server = args->server;
	study_args.resolver = p->sitting.resolver;
	s = zone_study_make(&study_args);
	pair_zones_quiet(p);
	if (pair_zones_interrupted(p)) {
		status = say_refusal(rc_exit_code(RC_CANCELLED), NULL, "interrupted");
	} else if (s->rc == RC_USAGE) {
		status = say_refusal(rc_exit_code(RC_USAGE), NULL, "%s", s->why);
	} else {
		status = worse(status, s);
		if (args->json)
			json_array_append_new(zones, s->compared ? difference_json(&s->difference)
			                                         : difference_unknown_json(s->zone, s->why));
		else if (s->compared)
			difference_print(&s->difference);
		else
			pair_zones_say(s->zone, reason(s), s->why);
	}
	zone_study_free(&s);
	return status;
}

static int diff_pair(const struct args *args, const struct ports *ports)
{
	struct pair_zones p;
	json_t *zones = json_array();
	int status = pair_zones_open(&p, args, ports), unknown = rc_exit_code(RC_UNKNOWN);

	for (size_t i = 0; status <= unknown && i < p.count; i++)
		status = diff_zone(&p, p.zones[i], args, status, zones);
	if (args->json && p.count > 0 && status <= unknown) {
		json_t *o = pair_json(&p, args);

		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	pair_zones_close(&p);
	return status;
}

static const char usage[] =
    "usage: ods-failover diff [ZONE ...] | --files A B [--origin NAME] | --server ADDRESS [ZONE "
    "...] | --server ADDRESS --file FILE ZONE";

/* NULL where what was typed makes sense. */
static const char *nonsense(const struct args *args)
{
	if (args->files != NULL && (args->server != NULL || args->file != NULL))
		return "--files are two files: there is no place for a third";
	if (args->files != NULL && args->word_count != 1)
		return "diff needs two files";
	if (args->files == NULL && args->origin != NULL)
		return "--origin is of --files";
	if (args->file != NULL && args->server == NULL)
		return "--file is compared with what --server gives";
	if (args->file != NULL && (args->word_count != 1 || args->replay))
		return "a file is compared with one zone of a name server, and with no recording";
	return NULL;
}

int command_diff(const struct args *args, const struct ports *ports)
{
	const char *why = nonsense(args);

	if (why != NULL)
		return say_refusal(rc_exit_code(RC_USAGE), usage, "%s", why);
	if (args->files != NULL)
		return diff_files(args);
	return args->file != NULL ? diff_file_served(args, ports) : diff_pair(args, ports);
}
