/* diff: what differs, by what it means, between the signed zones of a pair, or two files (no pair, no host). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/zone/compare.h"
#include "core/zone/zone_file.h"
#include "tui/command/command.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/json_board.h"
#include "tui/command/pair_zones.h"
#include "tui/command/say.h"

enum { SAMPLES_TEXT = 20, SAMPLES_JSON = 1000, EXIT_DIFFERENT = 1, THREADS = 2 };

static json_t *texts_json(const char *const *texts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_text(texts[i]));
	return array;
}

static json_t *change_json(const struct zone_change *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "band", json_text(zone_band_name(c->band)));
	json_object_set_new(o, "owner", json_text(c->owner));
	json_object_set_new(o, "type", json_text(c->type));
	json_object_set_new(o, "left", texts_json(c->left, c->left_count));
	json_object_set_new(o, "right", texts_json(c->right, c->right_count));
	json_object_set_new(o, "text", json_text(c->text));
	return o;
}

static json_t *serial_json(const struct zone_difference *d)
{
	static const char *const orders[] = { "less", "equal", "greater", "undefined" };
	json_t *o = json_object();

	json_object_set_new(o, "left", json_integer(d->serials[0]));
	json_object_set_new(o, "right", json_integer(d->serials[1]));
	json_object_set_new(o, "order", json_text(orders[d->order - SERIAL_LESS]));
	if (d->serial_note != NULL)
		json_object_set_new(o, "text", json_text(d->serial_note));
	return o;
}

static json_t *zone_json(const struct zone_difference *d)
{
	json_t *zone = json_object(), *changes = json_array();

	json_object_set_new(zone, "name", json_text(d->zone));
	json_object_set_new(zone, "equal", json_boolean(d->equal));
	json_object_set_new(zone, "serial", serial_json(d));
	json_object_set_new(zone, "counts", difference_counts_json(d));
	for (size_t i = 0; i < d->change_count; i++)
		json_array_append_new(changes, change_json(&d->changes[i]));
	json_object_set_new(zone, "changes", changes);
	return zone;
}

static void print_band(const struct zone_difference *d, enum zone_band band)
{
	uint64_t shown = 0;

	for (size_t i = 0; i < d->change_count; i++) {
		if (d->changes[i].band != band)
			continue;
		printf("%s %s: ", severity_mark(SEV_WARN), zone_band_name(band));
		print_escaped(stdout, d->changes[i].text, 500);
		putchar('\n');
		shown++;
	}
	if (shown < d->counts[band])
		printf("  and %llu more of %s\n", (unsigned long long)(d->counts[band] - shown), zone_band_name(band));
}

static void print_text(const struct zone_difference *d)
{
	print_escaped(stdout, d->zone, 255);
	printf(": %s; ", d->equal ? "equal" : "different");
	for (int band = 0; band < BAND_COUNT; band++)
		printf("%s%s %llu", band > 0 ? ", " : "", zone_band_name((enum zone_band)band),
		       (unsigned long long)d->counts[band]);
	putchar('\n');
	if (d->serial_note != NULL) {
		(void)fputs("  ", stdout);
		print_escaped(stdout, d->serial_note, 300);
		putchar('\n');
	}
	for (int band = 0; band < BAND_TIMING; band++)
		print_band(d, (enum zone_band)band);
}

static void print_files_json(const struct zone_difference *d)
{
	json_t *o = json_object(), *zones = json_array();

	json_object_set_new(o, "schema", json_integer(1));
	json_array_append_new(zones, zone_json(d));
	json_object_set_new(o, "zones", zones);
	json_print(o);
}

/* What the sides are called: the last part of their paths, where that tells them apart. */
static void name_sides(const char *names[2], const char *const paths[2])
{
	for (int side = 0; side < 2; side++) {
		const char *slash = strrchr(paths[side], '/');

		names[side] = slash != NULL && slash[1] != '\0' ? slash + 1 : paths[side];
	}
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

	if (args->word_count != 1)
		return say_refusal(rc_exit_code(RC_USAGE), "usage: ods-failover diff --files A B [--origin NAME]",
		                   "diff needs two files");
	name_sides(o.names, paths);
	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = zone_file_open(&scans[side], paths[side], args->origin, cancel, &e);
	if (rc == RC_OK)
		rc = zone_compare(&scans[0], &scans[1], &o, &d, &e);
	if (rc != RC_OK) {
		status = say_error(&e);
	} else {
		if (args->json)
			print_files_json(&d);
		else
			print_text(&d);
		status = d.equal ? 0 : EXIT_DIFFERENT;
	}
	zone_difference_clear(&d);
	for (int side = 0; side < 2; side++)
		zone_file_close(&scans[side]);
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

/* Not compared: whether it is equal is not known. */
static json_t *uncompared_json(const struct zone_study *s)
{
	json_t *zone = json_object();

	json_object_set_new(zone, "name", json_text(s->zone));
	json_object_set_new(zone, "equal", json_null());
	json_object_set_new(zone, "counts", json_null());
	json_object_set_new(zone, "changes", json_array());
	json_object_set_new(zone, "why", json_text(s->why));
	return zone;
}

/* Not known wins over different, as everywhere. */
static int worse(int status, const struct zone_study *s)
{
	if (!s->compared)
		return rc_exit_code(RC_UNKNOWN);
	return s->difference.equal || status != 0 ? status : EXIT_DIFFERENT;
}

static int diff_pair(const struct args *args, const struct ports *ports)
{
	struct pair_zones p;
	json_t *o = NULL, *zones = json_array();
	int status = pair_zones_open(&p, args, ports);

	for (size_t i = 0; status != rc_exit_code(RC_CANCELLED) && i < p.count; i++) {
		struct study_args study_args = pair_zones_args(&p, p.zones[i]);
		struct zone_study *s;

		study_args.compare = true;
		study_args.samples = args->json ? SAMPLES_JSON : SAMPLES_TEXT;
		s = zone_study_make(&study_args);
		pair_zones_quiet(&p);
		if (pair_zones_interrupted(&p)) {
			status = say_refusal(rc_exit_code(RC_CANCELLED), NULL, "interrupted");
		} else {
			status = worse(status, s);
			if (args->json)
				json_array_append_new(zones,
				                      s->compared ? zone_json(&s->difference) : uncompared_json(s));
			else if (s->compared)
				print_text(&s->difference);
			else
				pair_zones_say(s->zone, reason(s), s->why);
		}
		zone_study_free(&s);
	}
	if (args->json && p.count > 0 && status != rc_exit_code(RC_CANCELLED)) {
		o = pair_zones_json(&p);
		json_object_set_new(o, "left", json_text(p.sitting.pair->instance[0].name));
		json_object_set_new(o, "right", json_text(p.sitting.pair->instance[1].name));
		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	pair_zones_close(&p);
	return status;
}

int command_diff(const struct args *args, const struct ports *ports)
{
	if (args->files == NULL && args->origin != NULL)
		return say_refusal(rc_exit_code(RC_USAGE), "usage: ods-failover diff --files A B [--origin NAME]",
		                   "--origin is of files");
	return args->files != NULL ? diff_files(args) : diff_pair(args, ports);
}
