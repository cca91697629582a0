/* expiry: when the signatures of a pair's zones run out, or those of a zone file (no pair, no host). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/zone/expiry.h"
#include "core/zone/zone_file.h"
#include "tui/command/command.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/pair_zones.h"
#include "tui/command/say.h"
#include "tui/command/served.h"

enum { ROWS = 32, BAR = 30 };

static json_t *seen_json(const struct rrset_seen *seen)
{
	char text[OWNER_TEXT_MAX + RRTYPE_TEXT];

	if (seen->owner[0] == '\0')
		return json_null();
	(void)snprintf(text, sizeof text, "%s %s", seen->owner, seen->type);
	return json_text(text);
}

static json_t *histogram_json(const struct histogram *h)
{
	struct histogram_row rows[ROWS];
	size_t count = histogram_rows(h, rows, ROWS);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *row = json_object();

		json_object_set_new(row, "from", json_time(rows[i].from));
		json_object_set_new(row, "to", json_time(rows[i].to));
		json_object_set_new(row, "count", json_integer((json_int_t)rows[i].count));
		json_array_append_new(array, row);
	}
	return array;
}

static json_t *zone_json(const struct zone_expiry *x)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_text(x->zone));
	json_object_set_new(o, "serial", json_integer(x->serial));
	json_object_set_new(o, "first", json_time(x->first.at));
	json_object_set_new(o, "rrset", seen_json(&x->first));
	json_object_set_new(o, "last", json_time(x->last.at));
	json_object_set_new(o, "records", json_integer((json_int_t)x->records));
	json_object_set_new(o, "signatures", json_integer((json_int_t)x->signatures));
	json_object_set_new(o, "expired", json_integer((json_int_t)x->expired));
	json_object_set_new(o, "future", json_integer((json_int_t)x->future));
	if (x->floor > 0) {
		json_object_set_new(o, "floor", json_integer(x->floor));
		json_object_set_new(o, "below_floor", json_integer((json_int_t)x->below));
	}
	if (x->future > 0)
		json_object_set_new(o, "future_rrset", seen_json(&x->first_future));
	json_object_set_new(o, "signed", json_boolean(x->has_keys));
	if (x->has_keys)
		json_object_set_new(o, "uncovered", json_integer((json_int_t)x->uncovered));
	if (x->uncovered > 0)
		json_object_set_new(o, "uncovered_rrset", seen_json(&x->uncovered_example));
	json_object_set_new(o, "histogram", histogram_json(&x->histogram));
	return o;
}

static void print_json(const struct zone_expiry *x)
{
	json_t *o = json_object(), *zones = json_array();

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "at", json_time(x->now));
	json_array_append_new(zones, zone_json(x));
	json_object_set_new(o, "zones", zones);
	json_print(o);
}

static void print_histogram(const struct histogram *h)
{
	struct histogram_row rows[ROWS];
	size_t count = histogram_rows(h, rows, ROWS);
	uint64_t most = 1;

	for (size_t i = 0; i < count; i++)
		if (rows[i].count > most)
			most = rows[i].count;
	for (size_t i = 0; i < count; i++) {
		int cells = (int)((rows[i].count * BAR + most - 1) / most);
		char from[TIME_TEXT];

		time_text(from, rows[i].from);
		printf("  %.16sZ ", from);
		for (int k = 0; k < BAR; k++)
			(void)fputs(k >= cells ? " " : say_utf8() ? "█" : "#", stdout);
		printf(" %llu\n", (unsigned long long)rows[i].count);
	}
}

static void print_seen(const struct rrset_seen *seen)
{
	print_escaped(stdout, seen->owner, 255);
	printf(" %s", seen->type);
}

static void print_zone(const struct zone_expiry *x)
{
	char at[TIME_TEXT], left[DURATION_TEXT];

	print_escaped(stdout, x->zone, 255);
	printf(" serial %u: ", x->serial);
	if (x->signatures == 0) {
		puts("no signature at all");
		return;
	}
	time_text(at, x->first.at);
	printf("the first signature to expire is that of ");
	print_seen(&x->first);
	if (x->first.at >= x->now) {
		duration_text(left, x->first.at - x->now);
		printf(", %s (in %s)\n", at, left);
	} else {
		duration_text(left, x->now - x->first.at);
		printf(", %s (%s ago)\n", at, left);
	}
	time_text(at, x->last.at);
	printf("%llu signatures, the last until %s; %llu expired\n", (unsigned long long)x->signatures, at,
	       (unsigned long long)x->expired);
	if (x->floor > 0) {
		duration_text(left, x->floor);
		printf("%s the policy lets every signature have at least %s left (Refresh less Resign); %llu %s less\n",
		       severity_mark(x->below > 0 ? SEV_WARN : SEV_OK), left, (unsigned long long)x->below,
		       x->below == 1 ? "has" : "have");
	}
	if (x->future > 0) {
		time_text(at, x->first_future.at);
		printf("%s %llu are not valid yet: ", severity_mark(SEV_STOP), (unsigned long long)x->future);
		print_seen(&x->first_future);
		printf(" begins %s\n", at);
	}
	if (x->uncovered > 0) {
		printf("%s %llu RRsets have no signature by an algorithm of the zone's keys: ", severity_mark(SEV_STOP),
		       (unsigned long long)x->uncovered);
		print_seen(&x->uncovered_example);
		puts(x->uncovered > 1 ? " is one" : "");
	}
	print_histogram(&x->histogram);
}

static int expiry_file(const struct args *args)
{
	struct cancel *cancel = interrupt_catch();
	struct zone_expiry *x = xcalloc(1, sizeof *x);
	struct err e = { 0 };
	struct zscan scan;
	int status = 0;
	enum rc rc;

	rc = zone_file_open(&scan, args->file, args->origin, cancel, &e);
	if (rc == RC_OK)
		rc = zone_expiry(&scan, clock_now(), 0, x, &e);
	if (rc != RC_OK)
		status = say_error(&e);
	else if (args->json)
		print_json(x);
	else
		print_zone(x);
	zone_file_close(&scan);
	free(x);
	return status;
}

static json_t *unknown_json(const char *zone, const char *why)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_text(zone));
	json_object_set_new(o, "first", json_null());
	json_object_set_new(o, "rrset", json_null());
	json_object_set_new(o, "histogram", json_array());
	json_object_set_new(o, "why", json_text(why));
	return o;
}

/* Of the active, whose zones are the published ones. */
static int expiry_pair(const struct args *args, const struct ports *ports)
{
	struct pair_zones p;
	json_t *zones = json_array();
	int status = pair_zones_open(&p, args, ports);

	for (size_t i = 0; status != rc_exit_code(RC_CANCELLED) && i < p.count; i++) {
		struct study_args study_args = pair_zones_args(&p, p.zones[i]);
		const struct study_side *side;
		struct zone_study *s;

		study_args.expiry = study_args.active_only = true;
		s = zone_study_make(&study_args);
		side = &s->side[p.board->active];
		pair_zones_quiet(&p);
		if (pair_zones_interrupted(&p)) {
			status = say_refusal(rc_exit_code(RC_CANCELLED), NULL, "interrupted");
		} else if (side->expiry == NULL) {
			status = rc_exit_code(RC_UNKNOWN);
			if (args->json)
				json_array_append_new(zones, unknown_json(s->zone, side->why));
			else
				pair_zones_say(s->zone, side->state, side->why);
		} else if (args->json) {
			json_t *zone = zone_json(side->expiry);

			if (side->expiry->floor == 0)
				json_object_set_new(zone, "floor", json_null());
			json_array_append_new(zones, zone);
		} else {
			print_zone(side->expiry);
		}
		zone_study_free(&s);
	}
	if (args->json && p.count > 0 && status != rc_exit_code(RC_CANCELLED)) {
		json_t *o = pair_zones_json(&p);

		json_object_set_new(o, "instance", json_text(p.sitting.pair->instance[p.board->active].name));
		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	pair_zones_close(&p);
	return status;
}

static int expiry_served_zone(struct served *s, const char *zone, json_t *zones, bool json)
{
	struct zone_expiry *x = xcalloc(1, sizeof *x);
	struct err e = { 0 };
	int status = 0;
	enum rc rc = served_zone(s, zone, &e);

	if (rc == RC_OK)
		rc = zone_expiry(&s->scan, clock_now(), 0, x, &e);
	if (cancel_raised(s->cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted");
	if (rc == RC_CANCELLED || rc == RC_USAGE) {
		status = say_error(&e);
	} else if (rc != RC_OK) {
		status = rc_exit_code(RC_UNKNOWN);
		if (json)
			json_array_append_new(zones, unknown_json(zone, e.text));
		else
			pair_zones_say(zone, STUDY_FAILED, e.text);
	} else if (json) {
		json_array_append_new(zones, zone_json(x));
	} else {
		print_zone(x);
	}
	free(x);
	return status;
}

static int expiry_served(const struct args *args, const struct ports *ports)
{
	struct served s;
	json_t *zones = json_array();
	int status = served_open(&s, args, ports), unknown = rc_exit_code(RC_UNKNOWN);

	for (size_t i = 0; status <= unknown && i < args->word_count; i++) {
		int one = expiry_served_zone(&s, args->words[i], zones, args->json);

		if (one > status)
			status = one;
	}
	if (args->json && status <= unknown) {
		json_t *o = served_json(&s);

		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	served_close(&s);
	return status;
}

int command_expiry(const struct args *args, const struct ports *ports)
{
	if (args->server != NULL)
		return expiry_served(args, ports);
	if (args->file != NULL ? args->word_count > 0 : args->origin != NULL)
		return say_refusal(rc_exit_code(RC_USAGE),
		                   "usage: ods-failover expiry [ZONE ...] | --file F [--origin NAME]",
		                   "a file, or zones of the pair: not both");
	return args->file != NULL ? expiry_file(args) : expiry_pair(args, ports);
}
