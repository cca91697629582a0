#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/str.h"

static void quotes_any_word(void **state)
{
	struct buf b = { 0 };

	(void)state;
	sh_quote(&b, "it's $HOME `id`\n");
	assert_string_equal(buf_str(&b), "'it'\\''s $HOME `id`\n'");
	buf_free(&b);
}

static void escapes_what_a_terminal_acts_upon(void **state)
{
	static const char text[] = "a\033[2Jb\tc\x9b"
	                           "d\xc2\x9b"
	                           "e\xff";
	struct buf b = { 0 };

	(void)state;
	str_escape(&b, text, sizeof text - 1, 200);
	assert_string_equal(buf_str(&b), "a\\x1b[2Jb c\\x9bd\\xc2\\x9be\\xff");
	buf_reset(&b);
	str_escape(&b, "abcdef", 6, 3);
	assert_string_equal(buf_str(&b), "abc…");
	buf_free(&b);
}

static void durations_are_those_of_ods_timing(void **state)
{
	int64_t s;

	(void)state;
	assert_true(duration_parse("PT15M", &s) && s == 900);
	assert_true(duration_parse("P1Y2M3W4DT5H6M7S", &s));
	assert_int_equal(s, 31536000 + 2 * 2678400 + 3 * 604800 + 4 * 86400 + 5 * 3600 + 6 * 60 + 7);
	assert_false(duration_parse("15M", &s));
	assert_false(duration_parse("P", &s));
	assert_false(duration_parse("PT", &s));
	assert_false(duration_parse("PT5M3H", &s));
	assert_false(duration_parse("PT5M ", &s));
}

static void utc_offsets_are_those_of_date(void **state)
{
	(void)state;
	assert_int_equal(utc_offset_of("+0000"), 0);
	assert_int_equal(utc_offset_of("+2359"), 23 * 3600 + 59 * 60);
	assert_int_equal(utc_offset_of("-0330"), -(3 * 3600 + 30 * 60));
	assert_int_equal(utc_offset_of("+99"), 0);
	assert_int_equal(utc_offset_of("01:30"), 0);
	assert_int_equal(utc_offset_of(NULL), 0);
}

static void times_and_durations_as_text(void **state)
{
	char text[TIME_TEXT], d[DURATION_TEXT];
	int64_t t;

	(void)state;
	time_text(text, 1795487965);
	assert_string_equal(text, "2026-11-24T02:39:25Z");
	assert_true(time_parse("20261124023925", &t) && t == 1795487965);
	assert_true(time_parse("2026-11-24T02:39:25Z", &t) && t == 1795487965);
	assert_false(time_parse("2026-11-24", &t));
	duration_text(d, 61 * 3600 + 4 * 60);
	assert_string_equal(d, "61h04m");
	duration_text(d, -180);
	assert_string_equal(d, "-3m00s");
}

static void names_compare_without_case_and_final_dot(void **state)
{
	(void)state;
	assert_true(name_equal("Example.ORG.", "example.org"));
	assert_false(name_equal("example.org", "example.net"));
	assert_true(name_equal(".", "."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_any_word),
		cmocka_unit_test(escapes_what_a_terminal_acts_upon),
		cmocka_unit_test(durations_are_those_of_ods_timing),
		cmocka_unit_test(utc_offsets_are_those_of_date),
		cmocka_unit_test(times_and_durations_as_text),
		cmocka_unit_test(names_compare_without_case_and_final_dot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
