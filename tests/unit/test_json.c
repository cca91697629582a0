/* The JSON of a filled board has the fields of the contract: their names are given here anew, not taken from the
 * tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/run/plan.h"
#include "tests/support/make_board.h"
#include "tui/command/json_board.h"

/* Every name of @names (blank-separated) is a field of @o; those with a '?' behind may be absent; there is no other. */
static void has_fields(const json_t *o, const char *names)
{
	size_t found = 0;

	assert_true(json_is_object(o));
	for (const char *p = names; *p != '\0'; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");
		bool may_lack = p[len - 1] == '?';
		char name[64];

		(void)snprintf(name, sizeof name, "%.*s", (int)(len - may_lack), p);
		if (json_object_get(o, name) != NULL)
			found++;
		else if (!may_lack)
			fail_msg("no field %s", name);
		p += len;
	}
	if (found != json_object_size(o))
		fail_msg("%zu fields and %zu of them named: %s", json_object_size(o), found, json_dumps(o, 0));
}

static void each_has_fields(const json_t *array, const char *names)
{
	assert_true(json_array_size(array) > 0);
	for (size_t i = 0; i < json_array_size(array); i++)
		has_fields(json_array_get(array, i), names);
}

static const char finding_names[] = "id severity instance? zone? text value? limit? source? hint? at";
static const char key_names[] = "zone? role key_tag algorithm cka_id repository state backup in_hsm published ds?";

static void status(void **state)
{
	struct obs_aside asides[] = {
		{ .run = "run-2", .at = MADE_NOW, .state = "swapped", .octets = { true, 4096 } },
		{ .run = "run-1", .at = MADE_NOW - 60, .state = "back" },
	};
	struct made_pair *m = made_pair_new();
	const json_t *first;
	json_t *o;

	(void)state;
	m->obs[MADE_BRAVO]->clock_offset.v = 5000;
	m->obs[MADE_BRAVO]->asides = asides;
	m->obs[MADE_BRAVO]->aside_count = 2;
	m->obs[MADE_ALPHA]->asides_know = (struct know){ .why = "the host did not say" };
	o = board_json(made_board(m));
	has_fields(o, "schema pair at instances zones keys slack findings");
	assert_int_equal(json_integer_value(json_object_get(o, "schema")), 1);
	assert_string_equal(json_string_value(json_object_get(o, "at")), "2026-11-24T12:00:00Z");
	each_has_fields(json_object_get(o, "instances"),
	                "name role observed_role reachable version datastore enforcer signer clock_offset "
	                "clock_uncertainty host_key kept_aside");
	first = json_array_get(json_object_get(o, "instances"), MADE_BRAVO);
	each_has_fields(json_object_get(first, "kept_aside"), "run at state octets");
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(first, "kept_aside"), 1), "octets")));
	first = json_array_get(json_object_get(o, "instances"), MADE_ALPHA);
	assert_true(json_is_null(json_object_get(first, "kept_aside")));
	first = json_array_get(json_object_get(o, "instances"), 0);
	has_fields(json_object_get(first, "enforcer"), "running");
	has_fields(json_object_get(first, "signer"), "running zones");
	each_has_fields(json_object_get(o, "zones"), "name policy input output serial expiry diff");
	for (size_t i = 0; i < MADE_ZONES; i++) {
		first = json_array_get(json_object_get(o, "zones"), i);
		has_fields(json_object_get(first, "serial"), "policy unsigned alpha bravo public predicted?");
		each_has_fields(json_object_get(json_object_get(first, "serial"), "public"), "server serial");
		has_fields(json_object_get(first, "expiry"), "first rrset slack");
	}
	each_has_fields(json_object_get(o, "keys"), key_names);
	assert_int_equal(json_array_size(json_object_get(o, "keys")), MADE_KEYS);
	has_fields(json_object_get(json_array_get(json_object_get(o, "keys"), 0), "in_hsm"), "alpha bravo");
	has_fields(json_object_get(o, "slack"), "seconds at_most zone last_safe_start failover_time");
	has_fields(json_object_get(json_object_get(o, "slack"), "failover_time"), "seconds source runs");
	each_has_fields(json_object_get(o, "findings"), finding_names);
	json_decref(o);
	made_pair_free(&m);
}

/* Unknown is null, and a field that is there. */
static void status_of_what_was_not_seen(void **state)
{
	struct made_pair *m = made_pair_new();
	const json_t *bravo;
	json_t *o;

	(void)state;
	made_unreachable(m, MADE_BRAVO, RC_CONNECT, "connection refused");
	o = board_json(made_board(m));
	bravo = json_array_get(json_object_get(o, "instances"), 1);
	assert_true(json_is_false(json_object_get(bravo, "reachable")));
	assert_true(json_is_null(json_object_get(bravo, "observed_role")));
	assert_true(json_is_null(json_object_get(bravo, "version")));
	assert_true(json_is_null(json_object_get(bravo, "clock_offset")));
	assert_true(json_is_null(json_object_get(bravo, "clock_uncertainty")));
	assert_true(json_is_null(json_object_get(json_object_get(bravo, "signer"), "running")));
	json_decref(o);
	made_pair_free(&m);
}

static void check_and_keys(void **state)
{
	struct made_pair *m = made_pair_new();
	char *only[1];
	json_t *o;

	(void)state;
	m->obs[MADE_BRAVO]->clock_offset.v = 5000;
	o = check_json(made_board(m));
	only[0] = (char *)m->board->zones[0].name;
	has_fields(o, "schema pair at kind from to exit_status slack findings");
	assert_int_equal(json_integer_value(json_object_get(o, "exit_status")), board_exit_code(m->board));
	each_has_fields(json_object_get(o, "findings"), finding_names);
	json_decref(o);
	o = keys_json(m->board, only, 1);
	has_fields(o, "schema pair at keys");
	each_has_fields(json_object_get(o, "keys"), key_names);
	assert_int_equal(json_array_size(json_object_get(o, "keys")), 2);
	json_decref(o);
	made_pair_free(&m);
}

static void plan(void **state)
{
	struct made_pair *m = made_pair_new();
	struct plan *p = NULL;
	struct err e = { 0 };
	char *text;
	json_t *o;

	(void)state;
	assert_int_equal(plan_make(&p, made_board(m), KIND_SWITCHOVER, NULL, &e), RC_OK);
	text = plan_json(p);
	o = json_loads(text, 0, NULL);
	assert_non_null(o);
	for (const char *const *name =
	         (const char *const[]){ "plan_id", "kind", "from", "to", "steps", "unrehearsed", NULL };
	     *name != NULL; name++)
		if (json_object_get(o, *name) == NULL)
			fail_msg("no field %s", *name);
	assert_string_equal(json_string_value(json_object_get(o, "plan_id")), p->id);
	assert_true(json_array_size(json_object_get(o, "steps")) > 0);
	for (size_t i = 0; i < json_array_size(json_object_get(o, "steps")); i++) {
		const json_t *step = json_array_get(json_object_get(o, "steps"), i);

		for (const char *const *name =
		         (const char *const[]){ "id", "title", "why", "instance", "command", "risk", "by_hand", NULL };
		     *name != NULL; name++)
			if (json_object_get(step, *name) == NULL)
				fail_msg("step %zu: no field %s", i, *name);
		assert_true(json_is_array(json_object_get(step, "command")));
	}
	json_decref(o);
	free(text);
	plan_free(&p);
	made_pair_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status),
		cmocka_unit_test(status_of_what_was_not_seen),
		cmocka_unit_test(check_and_keys),
		cmocka_unit_test(plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
