#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/base/mem.h"
#include "tui/console/theme.h"
#include "tui/widget/mark.h"

static const char *const names[] = { "default", "light", "mono", "high-contrast" };

static void the_themes_are_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct theme theme;
		struct err e = { 0 };

		assert_int_equal(theme_load(&theme, names[i], &e), RC_OK);
		assert_string_equal(theme.name, names[i]);
	}
}

/* Severities are told apart by mark and word alone; and in each theme no two of them, and no state of the console, look
 * alike where they are not said by the same word. */
static void no_two_states_look_alike(void **state)
{
	static const enum style modes[] = { STYLE_TITLE, STYLE_ARMED };

	(void)state;
	for (int a = SEV_OK; a <= SEV_STOP; a++)
		for (int b = a + 1; b <= SEV_STOP; b++) {
			assert_string_not_equal(mark_of((enum severity)a), mark_of((enum severity)b));
			assert_string_not_equal(word_of((enum severity)a), word_of((enum severity)b));
		}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct theme theme;
		struct err e = { 0 };

		assert_int_equal(theme_load(&theme, names[i], &e), RC_OK);
		for (int a = SEV_OK; a <= SEV_STOP; a++)
			for (int b = a + 1; b <= SEV_STOP; b++)
				assert_false(look_equal(&theme.look[style_of((enum severity)a)],
				                        &theme.look[style_of((enum severity)b)]));
		assert_false(look_equal(&theme.look[modes[0]], &theme.look[modes[1]]));
		assert_false(look_equal(&theme.look[STYLE_TEXT], &theme.look[STYLE_STALE]));
		assert_false(look_equal(&theme.look[STYLE_TEXT], &theme.look[STYLE_SELECTED]));
	}
}

static void the_steps_differ_too(void **state)
{
	(void)state;
	for (int a = ST_PENDING; a <= ST_UNDONE; a++)
		for (int b = a + 1; b <= ST_UNDONE; b++)
			assert_string_not_equal(word_of_step((enum step_status)a), word_of_step((enum step_status)b));
}

static void mono_has_no_colour(void **state)
{
	struct theme theme;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(theme_load(&theme, "mono", &e), RC_OK);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(theme.look[i].fg, COLOUR_DEFAULT);
		assert_int_equal(theme.look[i].bg, COLOUR_DEFAULT);
	}
}

static void a_bad_theme_says_where_and_what_is_allowed(void **state)
{
	static const struct {
		const char *text, *where, *allowed;
	} cases[] = {
		{ "<Theme name=\"x\">\n<Style role=\"stpo\" fg=\"red\"/>\n</Theme>", ":2: unknown role \"stpo\"",
		  "stop" },
		{ "<Theme name=\"x\">\n\n<Style role=\"stop\" fg=\"rot\"/>\n</Theme>", ":3: \"rot\" is no value for fg",
		  "red" },
		{ "<Theme name=\"x\">\n<Style role=\"stop\" bold=\"yes\"/>\n</Theme>",
		  ":2: \"yes\" is no value for bold", "true, false" },
		{ "<Theme name=\"x\">\n<Style role=\"stop\" blink=\"true\"/>\n</Theme>", ":2: unknown attribute",
		  "underline" },
		{ "<Theme name=\"x\">\n<Style role=\"stop\"/>\n<Style role=\"stop\"/>\n</Theme>", ":3: a second Style",
		  NULL },
		{ "<Theme name=\"x\">\n<Colour/>\n</Theme>", ":2: unknown element", "Style" },
		{ "<Team/>", ":1: this is not a theme", "Theme" },
		{ "<Theme name=\"x\">\n<Style role=\"stop\">\n</Theme>", ":3: ", NULL },
		{ "<Theme name=\"X Y\">\n<Style role=\"stop\"/>\n</Theme>", ":1", NULL },
		{ "<Theme name=\"x\"/>", ":1", NULL },
		{ "", ":", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[] = "/tmp/theme-XXXXXX";
		struct theme theme = { .name = "before" };
		struct err e = { 0 };
		int fd = mkstemp(path);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, cases[i].text, strlen(cases[i].text)), strlen(cases[i].text));
		close(fd);
		assert_int_equal(theme_load(&theme, path, &e), RC_CONFIG);
		assert_non_null(strstr(e.text, cases[i].where));
		if (cases[i].allowed != NULL)
			assert_non_null(strstr(e.hint, cases[i].allowed));
		assert_string_equal(theme.name, "before");
		unlink(path);
	}
}

static void a_theme_that_is_not_there(void **state)
{
	struct theme theme;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(theme_load(&theme, "solarized", &e), RC_CONFIG);
	assert_non_null(strstr(e.hint, "high-contrast"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_themes_are_valid),
		cmocka_unit_test(no_two_states_look_alike),
		cmocka_unit_test(the_steps_differ_too),
		cmocka_unit_test(mono_has_no_colour),
		cmocka_unit_test(a_bad_theme_says_where_and_what_is_allowed),
		cmocka_unit_test(a_theme_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
