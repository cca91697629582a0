/* Findings that a run begins in spite of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/console/overrides.h"

static struct finding findings[] = {
	{ .id = "key-missing", .severity = SEV_STOP, .zone = "example.net" },
	{ .id = "public-silent", .severity = SEV_UNKNOWN },
	{ .id = "key-missing", .severity = SEV_STOP, .zone = "example.org" },
	{ .id = "backup-pending", .severity = SEV_WARN },
	{ .id = "name-server-silent", .severity = SEV_UNKNOWN },
};
/* The last one is not to be overridden. */
static const struct board board = { .findings = findings, .finding_count = 4 };
static const struct board silent = { .findings = findings, .finding_count = 5 };

static void only_what_is_against_the_run_and_with_a_reason(void **state)
{
	static const struct {
		const char *typed, *says;
	} cases[] = {
		{ "", "no finding with the id" },
		{ "key", "no finding with the id key is" },
		{ "key-missing-too=x", "no finding with the id key-missing-too is" },
		{ "backup-pending=it is only a warning", "no finding with the id backup-pending" },
		{ "key-missing", "a reason is missing" },
		{ "key-missing=", "a reason is missing" },
		{ "key-missing=  ", "a reason is missing" },
	};
	struct overrides o = { 0 };
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(overrides_add(&o, &board, cases[i].typed, &e), RC_USAGE);
		assert_non_null(strstr(e.text, cases[i].says));
	}
	assert_int_equal(o.count, 0);
}

static void by_id_for_all_that_have_it(void **state)
{
	struct overrides o = { 0 };
	struct err e = { 0 };
	struct buf ids = { 0 };
	size_t overridden;

	(void)state;
	assert_int_equal(overrides_against(&o, &board, &overridden, &ids), 3);
	assert_int_equal(overridden, 0);
	assert_string_equal(buf_str(&ids), "key-missing, public-silent");
	assert_int_equal(overrides_add(&o, &board, "key-missing=it comes with the copy", &e), RC_OK);
	assert_string_equal(o.list[0], "key-missing=it comes with the copy");
	assert_null(o.list[1]);
	buf_reset(&ids);
	assert_int_equal(overrides_against(&o, &board, &overridden, &ids), 1);
	assert_int_equal(overridden, 2);
	assert_string_equal(buf_str(&ids), "public-silent");
	assert_int_equal(overrides_add(&o, &board, "key-missing=again", &e), RC_USAGE);
	overrides_clear(&o);
	assert_int_equal(overrides_against(&o, &board, NULL, NULL), 3);
	buf_free(&ids);
}

/* The gate would let it pass, and compare-serials stop at it with both daemons down. */
static void not_what_a_later_step_stops_for(void **state)
{
	struct overrides o = { 0 };
	struct err e = { 0 };
	struct buf ids = { 0 };

	(void)state;
	assert_int_equal(overrides_add(&o, &silent, "name-server-silent=it is being moved", &e), RC_USAGE);
	assert_non_null(strstr(e.text, "name-server-silent cannot be overridden"));
	assert_int_equal(o.count, 0);
	assert_int_equal(overrides_against(&o, &silent, NULL, &ids), 4);
	assert_string_equal(buf_str(&ids), "key-missing, public-silent"); /* it is not offered either */
	buf_free(&ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_against_the_run_and_with_a_reason),
		cmocka_unit_test(by_id_for_all_that_have_it),
		cmocka_unit_test(not_what_a_later_step_stops_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
