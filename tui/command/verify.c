/* verify --file: DNSSEC verification of a whole zone file; no pair, no host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/zone/verify.h"
#include "tui/command/command.h"
#include "tui/command/file.h"
#include "tui/command/interrupt.h"
#include "tui/command/json.h"
#include "tui/command/say.h"

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

	json_object_set_new(o, "schema", json_integer(1));
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

int command_verify(const struct args *args, const struct ports *ports)
{
	struct cancel *cancel = interrupt_catch();
	struct zone_verdict v = { 0 };
	struct buf text = { 0 }, keys = { 0 };
	int64_t at = clock_now();
	struct err e = { 0 };
	int status = 0;
	enum rc rc = RC_OK;

	(void)ports;
	if (args->file == NULL)
		return say_refusal(rc_exit_code(RC_USAGE), "usage: ods-failover verify --file F [--at TIME] [--keys F]",
		                   "verify needs --file");
	if (args->at != NULL && (strchr(args->at, '-') == NULL || !time_parse(args->at, &at)))
		return say_refusal(rc_exit_code(RC_USAGE), "a time is YYYY-MM-DDThh:mm:ssZ", "--at is no time");
	rc = file_whole(args->file, &text, &e);
	if (rc == RC_OK && args->keys != NULL)
		rc = file_whole(args->keys, &keys, &e);
	if (rc == RC_OK)
		rc = zone_verify(buf_str(&text), text.len, args->keys != NULL ? buf_str(&keys) : NULL, at, &v, cancel,
		                 &e);
	if (cancel_raised(cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted");
	if (rc == RC_OK) {
		status = v.ok ? 0 : EXIT_BOGUS;
		if (args->json)
			json_print(verdict_json(&v));
		else
			print_verdict(&v);
	} else {
		status = say_error(&e);
	}
	zone_verdict_clear(&v);
	buf_free(&text);
	buf_free(&keys);
	return status;
}
