/* diff --files: what differs between two zone files, by what it means; no pair, no host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/zone/compare.h"
#include "core/zone/zone_file.h"
#include "tui/command/command.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/say.h"

enum { SAMPLES_TEXT = 20, SAMPLES_JSON = 1000, EXIT_DIFFERENT = 1, THREADS = 2 };

static json_t *texts_json(const char *const *texts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_text(texts[i]));
	return array;
}

static json_t *counts_json(const struct zone_difference *d)
{
	json_t *o = json_object();

	for (int band = 0; band < BAND_COUNT; band++)
		json_object_set_new(o, zone_band_name((enum zone_band)band), json_integer((json_int_t)d->counts[band]));
	return o;
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

static void print_json(const struct zone_difference *d)
{
	json_t *o = json_object(), *zones = json_array(), *zone = json_object(), *changes = json_array();

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(zone, "name", json_text(d->zone));
	json_object_set_new(zone, "equal", json_boolean(d->equal));
	json_object_set_new(zone, "serial", serial_json(d));
	json_object_set_new(zone, "counts", counts_json(d));
	for (size_t i = 0; i < d->change_count; i++)
		json_array_append_new(changes, change_json(&d->changes[i]));
	json_object_set_new(zone, "changes", changes);
	json_array_append_new(zones, zone);
	json_object_set_new(o, "zones", zones);
	json_print(o);
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

int command_diff(const struct args *args, const struct ports *ports)
{
	const char *paths[2] = { args->files, args->word_count > 0 ? args->words[0] : NULL };
	struct compare_options o = { .samples = args->json ? SAMPLES_JSON : SAMPLES_TEXT, .threads = THREADS };
	struct cancel *cancel = interrupt_catch();
	struct zone_difference d = { 0 };
	struct zscan scans[2] = { { .source = { .fd = -1, .spool = -1 } }, { .source = { .fd = -1, .spool = -1 } } };
	struct err e = { 0 };
	int status = 0;
	enum rc rc = RC_OK;

	(void)ports;
	if (args->files == NULL || args->word_count != 1)
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
			print_json(&d);
		else
			print_text(&d);
		status = d.equal ? 0 : EXIT_DIFFERENT;
	}
	zone_difference_clear(&d);
	for (int side = 0; side < 2; side++)
		zone_file_close(&scans[side]);
	return status;
}
