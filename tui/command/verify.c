/* verify: DNSSEC verification of the signed zones of a pair, or of a whole zone file (no pair, no host). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/pair/board_ds.h"
#include "core/zone/verify.h"
#include "core/zone/zone_file.h"
#include "tui/command/command.h"
#include "tui/command/file.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/pair_zones.h"
#include "tui/command/say.h"
#include "tui/command/served.h"

enum { EXIT_BOGUS = 2 };

static json_t *failures_json(const struct zone_verdict *v)
{
	json_t *array = json_array();

	for (size_t i = 0; i < v->failure_count; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "owner", json_text(v->failures[i].owner));
		json_object_set_new(one, "type", json_text(v->failures[i].type));
		json_object_set_new(one, "text", json_text(v->failures[i].text));
		json_array_append_new(array, one);
	}
	return array;
}

static json_t *verdict_json(const struct zone_verdict *v)
{
	json_t *o = json_object(), *signatures = json_object();

	json_object_set_new(o, "zone", json_text(v->zone));
	json_object_set_new(o, "at", json_time(v->at));
	json_object_set_new(o, "ok", json_boolean(v->ok));
	json_object_set_new(o, "serial", json_integer(v->serial));
	json_object_set_new(signatures, "verified", json_integer(v->verified));
	json_object_set_new(signatures, "failed", json_integer(v->failed));
	json_object_set_new(o, "signatures", signatures);
	json_object_set_new(o, "failures", failures_json(v));
	return o;
}

static void print_verdict(const struct zone_verdict *v)
{
	char at[TIME_TEXT];

	time_text(at, v->at);
	print_escaped(stdout, v->zone, 255);
	printf(" serial %u as of %s: %s, %lld signatures verified, %lld failed\n", v->serial, at,
	       v->ok ? "verifies" : "does not verify", (long long)v->verified, (long long)v->failed);
	for (size_t i = 0; i < v->failure_count; i++) {
		printf("%s ", severity_mark(SEV_STOP));
		print_escaped(stdout, v->failures[i].owner, 255);
		printf(" %s: ", v->failures[i].type);
		print_escaped(stdout, v->failures[i].text, 300);
		putchar('\n');
	}
	if (v->failure_total > (int64_t)v->failure_count)
		printf("and %lld more\n", (long long)(v->failure_total - (int64_t)v->failure_count));
}

static int verify_file(const struct args *args, int64_t at)
{
	struct cancel *cancel = interrupt_catch();
	struct zone_verdict v = { 0 };
	struct buf keys = { 0 };
	struct err e = { 0 };
	struct zscan scan;
	int status = 0;
	enum rc rc;

	rc = zone_file_open(&scan, args->file, NULL, cancel, &e);
	if (rc == RC_OK && args->keys != NULL)
		rc = file_whole(args->keys, &keys, &e);
	if (rc == RC_OK)
		rc = zone_verify(&scan, args->keys != NULL ? buf_str(&keys) : NULL, at, &v, &e);
	zone_file_close(&scan);
	if (cancel_raised(cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted");
	if (rc == RC_OK) {
		status = v.ok ? 0 : EXIT_BOGUS;
		if (args->json) {
			json_t *o = verdict_json(&v);

			json_object_set_new(o, "schema", json_integer(1));
			json_print(o);
		} else {
			print_verdict(&v);
		}
	} else {
		status = say_error(&e);
	}
	zone_verdict_clear(&v);
	buf_free(&keys);
	return status;
}

/* The signed file of one instance. RC_OK: @v is filled, the caller's to clear. */
static enum rc verify_side(struct pair_zones *p, const struct board_zone *z, int k, const char *keys, int64_t at,
                           struct zone_verdict *v, struct err *e)
{
	struct zone_copy_args copy_args = { .host = p->sitting.hosts[k],
		                            .zone = z->name,
		                            .dir = p->dir,
		                            .timeout_s = ZONE_COPY_SECONDS,
		                            .cancel = p->sitting.cancel };
	struct zone_copy *copy = zone_copy_start(&copy_args);
	enum rc rc = zone_copy_ended(copy, e);
	struct zscan scan = { .source = { .fd = -1, .spool = -1 } };

	if (rc == RC_OK)
		rc = zone_copy_scan(copy, &scan, z->name, NULL, e);
	if (rc == RC_OK)
		rc = zone_verify(&scan, keys, at, v, e);
	scan_clear(&scan);
	if (rc == RC_OK && pair_zones_interrupted(p))
		rc = err_set(e, RC_CANCELLED, "interrupted");
	zone_copy_free(&copy);
	return rc;
}

/* As the whole is: not known wins, then what does not verify. */
static void worse(int *status, int one)
{
	if (*status != rc_exit_code(RC_UNKNOWN) && one > *status)
		*status = one;
}

/* Where a zone was looked at: an instance, or a server. */
struct place {
	const char *kind, *name;
};

static void report(const struct place *at, const char *zone, const struct zone_verdict *v, enum study_side_state state,
                   const char *why, json_t *zones, bool json)
{
	json_t *o;

	if (!json) {
		if (v == NULL) {
			pair_zones_say(zone, state, why);
		} else {
			print_escaped(stdout, at->name, 80);
			(void)fputs(": ", stdout);
			print_verdict(v);
		}
		return;
	}
	o = v != NULL ? verdict_json(v) : json_object();
	json_object_set_new(o, at->kind, json_text(at->name));
	if (v == NULL) {
		json_object_set_new(o, "zone", json_text(zone));
		json_object_set_new(o, "ok", json_null());
		json_object_set_new(o, "why", json_text(why));
	}
	json_array_append_new(zones, o);
}

/* What validators hold of a zone of the pair. */
struct held {
	const char *keys; /* that --keys gave; NULL */
	struct buf ds;    /* else the DS that the zone's configured parent gave, as zone text */
	size_t ds_count;
	bool ds_known, ds_applies;
	const char *why; /* why they are not known, where a parent is configured */
};

/* Says what is not known of a configured parent, and returns the status that it makes. */
static int hold_ds(struct held *h, const struct board *b, const char *zone, bool json)
{
	const struct public_ds *d = h->keys == NULL ? board_ds_of(b, zone, &h->why) : NULL;
	struct buf text = { 0 };

	buf_reset(&h->ds);
	h->ds_count = d != NULL ? d->record_count : 0;
	h->ds_known = d != NULL;
	h->ds_applies = h->keys == NULL && (d != NULL || h->why != NULL);
	for (size_t i = 0; i < h->ds_count; i++)
		ds_text(&h->ds, zone, &d->records[i]);
	if (!h->ds_applies || h->ds_known)
		return 0;
	buf_addf(&text, "the DS at its parent is not known: %s", h->why);
	if (!json)
		pair_zones_say(zone, STUDY_FAILED, buf_str(&text));
	buf_free(&text);
	return rc_exit_code(RC_UNKNOWN);
}

static const char *held_text(const struct held *h)
{
	return h->keys != NULL ? h->keys : h->ds_count > 0 ? buf_str(&h->ds) : NULL;
}

/* A side without a signed file has nothing to verify; the active must have one. */
static int verify_one(struct pair_zones *p, const struct board_zone *z, int k, const struct held *held, int64_t at,
                      json_t *zones, bool json)
{
	struct zone_verdict v = { 0 };
	struct err e = { 0 };
	char why[300];
	enum study_side_state state = zone_study_side(p->board, z, k, why, sizeof why);
	enum rc rc = state == STUDY_READ ? verify_side(p, z, k, held_text(held), at, &v, &e) : RC_OK;
	const struct place place = { "instance", p->sitting.pair->instance[k].name };
	int status = 0;

	if (rc == RC_CANCELLED) {
		status = say_error(&e);
	} else if (state != STUDY_READ || rc != RC_OK) {
		if (state == STUDY_FAILED || rc != RC_OK || k == p->board->active)
			status = rc_exit_code(RC_UNKNOWN);
		report(&place, z->name, NULL, rc != RC_OK ? STUDY_FAILED : state, rc != RC_OK ? e.text : why, zones,
		       json);
	} else {
		status = v.ok ? 0 : EXIT_BOGUS;
		report(&place, z->name, &v, state, NULL, zones, json);
	}
	if (json && held->ds_applies && rc != RC_CANCELLED)
		json_object_set_new(json_array_get(zones, json_array_size(zones) - 1), "ds",
		                    held->ds_known ? json_integer((json_int_t)held->ds_count) : json_null());
	zone_verdict_clear(&v);
	return status;
}

static int verify_pair(const struct args *args, const struct ports *ports, int64_t at)
{
	struct pair_zones p;
	struct buf keys = { 0 };
	struct held held = { 0 };
	struct err e = { 0 };
	json_t *zones = json_array();
	int status, interrupted = rc_exit_code(RC_CANCELLED);

	if (args->keys != NULL && file_whole(args->keys, &keys, &e) != RC_OK) {
		json_decref(zones);
		buf_free(&keys);
		return say_error(&e);
	}
	held.keys = args->keys != NULL ? buf_str(&keys) : NULL;
	status = pair_zones_open(&p, args, ports);
	for (size_t i = 0; status != interrupted && i < p.count; i++) {
		worse(&status, hold_ds(&held, p.board, p.zones[i]->name, args->json));
		for (int k = 0; k < 2 && status != interrupted; k++) {
			int one = verify_one(&p, p.zones[i], k, &held, at, zones, args->json);

			if (one == interrupted)
				status = one;
			else
				worse(&status, one);
		}
	}
	if (args->json && p.count > 0 && status != interrupted) {
		json_t *o = pair_zones_json(&p);

		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	buf_free(&held.ds);
	buf_free(&keys);
	pair_zones_close(&p);
	return status;
}

static int verify_served_zone(struct served *s, const char *zone, const char *keys, int64_t at, json_t *zones,
                              bool json)
{
	const struct place place = { "server", s->server };
	struct zone_verdict v = { 0 };
	struct err e = { 0 };
	int status = 0;
	enum rc rc = served_zone(s, zone, &e);

	if (rc == RC_OK)
		rc = zone_verify(&s->scan, keys, at, &v, &e);
	if (cancel_raised(s->cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted");
	if (rc == RC_OK) {
		status = v.ok ? 0 : EXIT_BOGUS;
		report(&place, zone, &v, STUDY_READ, NULL, zones, json);
	} else if (rc == RC_CANCELLED || rc == RC_USAGE) {
		status = say_error(&e);
	} else {
		status = rc_exit_code(RC_UNKNOWN);
		report(&place, zone, NULL, STUDY_FAILED, e.text, zones, json);
	}
	zone_verdict_clear(&v);
	return status;
}

static int verify_served(const struct args *args, const struct ports *ports, int64_t at)
{
	struct served s;
	struct buf keys = { 0 };
	struct err e = { 0 };
	json_t *zones = json_array();
	int status, unknown = rc_exit_code(RC_UNKNOWN);

	if (args->keys != NULL && file_whole(args->keys, &keys, &e) != RC_OK) {
		json_decref(zones);
		buf_free(&keys);
		return say_error(&e);
	}
	status = served_open(&s, args, ports);
	for (size_t i = 0; status <= unknown && i < args->word_count; i++) {
		int one = verify_served_zone(&s, args->words[i], args->keys != NULL ? buf_str(&keys) : NULL, at, zones,
		                             args->json);

		if (one > unknown)
			status = one;
		else
			worse(&status, one);
	}
	if (args->json && status <= unknown) {
		json_t *o = served_json(&s);

		json_object_set(o, "zones", zones);
		json_print(o);
	}
	json_decref(zones);
	buf_free(&keys);
	served_close(&s);
	return status;
}

int command_verify(const struct args *args, const struct ports *ports)
{
	int64_t at = clock_now();

	if (args->file != NULL && args->word_count > 0 && args->server == NULL)
		return say_refusal(rc_exit_code(RC_USAGE),
		                   "usage: ods-failover verify [ZONE ...] | --file F [--at TIME] [--keys F]",
		                   "a file, or zones of the pair: not both");
	if (args->at != NULL && (strchr(args->at, '-') == NULL || !time_parse(args->at, &at)))
		return say_refusal(rc_exit_code(RC_USAGE), "a time is YYYY-MM-DDThh:mm:ssZ", "--at is no time");
	if (args->server != NULL)
		return verify_served(args, ports, at);
	return args->file != NULL ? verify_file(args, at) : verify_pair(args, ports, at);
}
