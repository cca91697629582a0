#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/pair/far.h"

#define PARSE(a, text, e) far_parse((a), "observe", (text), sizeof(text) - 1, (e))

static void whole_frame(void **state)
{
	static const char text[] =
	    "odsf1 begin observe\n=now 12.5\n=empty\n=x.y-z_0 a = b\n@signconf example.org\n|a\n|\n||b\n.0\n"
	    "@failed\n.127\n!could not\n=after yes\nodsf1 end observe 3\n";
	struct far_answer a;
	struct err e = { 0 };
	const struct far_section *s;

	(void)state;
	assert_int_equal(PARSE(&a, text, &e), RC_OK);
	assert_int_equal(a.status, FAR_UNKNOWN);
	assert_string_equal(a.sentence, "could not");
	assert_int_equal(a.fact_count, 4);
	assert_string_equal(far_fact(&a, "now"), "12.5");
	assert_string_equal(far_fact(&a, "empty"), "");
	assert_string_equal(far_fact(&a, "x.y-z_0"), "a = b");
	assert_string_equal(far_fact(&a, "after"), "yes");
	assert_null(far_fact(&a, "no"));
	s = far_section(&a, "signconf example.org");
	assert_non_null(s);
	assert_string_equal(s->text, "a\n\n|b\n");
	assert_int_equal(s->len, 6);
	assert_int_equal(s->status, 0);
	s = far_section(&a, "failed");
	assert_string_equal(s->text, "");
	assert_int_equal(s->status, 127);
	assert_null(far_section(&a, "signconf"));
	far_answer_clear(&a);
	assert_null(far_fact(&a, "now"));
}

static void noise_around_the_frame(void **state)
{
	static const char text[] =
	    "Welcome!\n=now 1\n@x\n\0\x1b[2J\xff\nodsf1 begin fetch\nlast login odsf1 begin observe\n=now 2\n"
	    "odsf1 end observe 0\nlogout\nodsf1 begin observe\n=now 3\n";
	struct far_answer a;

	(void)state;
	assert_int_equal(PARSE(&a, text, NULL), RC_OK);
	assert_int_equal(a.fact_count, 1);
	assert_string_equal(far_fact(&a, "now"), "2");
	assert_int_equal(a.section_count, 0);
	far_answer_clear(&a);
}

static void no_frame(void **state)
{
	static const char *const texts[] = { "",
		                             "\n",
		                             "bash: far: command not found\n",
		                             "odsf1 begin observe",
		                             "odsf1 begin fetch\nodsf1 end fetch 0\n",
		                             "odsf1 begin observed\nodsf1 end observed 0\n" };
	struct far_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct err e = { 0 };

		assert_int_equal(far_parse(&a, "observe", texts[i], strlen(texts[i]), &e), RC_PARSE);
		assert_int_equal(a.status, -1);
		assert_non_null(strstr(e.text, "no answer to observe"));
		far_answer_clear(&a);
	}
}

static void every_cut_is_seen(void **state)
{
	static const char text[] = "odsf1 begin observe\n=now 1\n@s\n|one\n|two\n.0\n!because\nodsf1 end observe 64\n";
	size_t body = sizeof "odsf1 begin observe\n" - 1;

	(void)state;
	for (size_t len = body; len < sizeof text - 1; len++) {
		struct far_answer a;
		struct err e = { 0 };

		assert_int_equal(far_parse(&a, "observe", text, len, &e), RC_UNKNOWN);
		assert_int_equal(a.status, -1);
		assert_non_null(strstr(e.text, "cut short"));
		if (len > body + 8)
			assert_string_equal(far_fact(&a, "now"), "1");
		far_answer_clear(&a);
	}
}

static void section_that_was_not_closed(void **state)
{
	static const char text[] = "odsf1 begin observe\n@a\n|1\n@b\n|2\nodsf1 end observe 0\n";
	struct far_answer a;

	(void)state;
	assert_int_equal(PARSE(&a, text, NULL), RC_OK);
	assert_int_equal(far_section(&a, "a")->status, -1);
	assert_string_equal(far_section(&a, "a")->text, "1\n");
	assert_int_equal(far_section(&a, "b")->status, -1);
	far_answer_clear(&a);
}

#define BAD(line)                                                                     \
	{                                                                             \
		"odsf1 begin observe\n" line "\nodsf1 end observe 0\n",               \
		    sizeof "odsf1 begin observe\n" line "\nodsf1 end observe 0\n" - 1 \
	}

static void malformed_frames(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
		BAD("cat: /etc/passwd: Permission denied"),
		BAD(""),
		BAD("|no section"),
		BAD(".0"),
		BAD("="),
		BAD("= x"),
		BAD("=Key x"),
		BAD("=key\tx"),
		BAD("=key a\0b"),
		BAD("@"),
		BAD("@a\0b"),
		BAD("@a\n.x"),
		BAD("@a\n."),
		BAD("@a\n.256"),
		BAD("@a\n.0 "),
		BAD("odsf1 begin observe"),
		BAD("odsf1 end fetch 0"),
		BAD("odsf1 end observe"),
		BAD("odsf1 end observe "),
		BAD("odsf1 end observe 0 0"),
		BAD("odsf1 end observe 9999999999999999999"),
		BAD("odsf1 end observe 0\0"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct far_answer a;
		struct err e = { 0 };

		assert_int_equal(far_parse(&a, "observe", bad[i].text, bad[i].len, &e), RC_PARSE);
		assert_int_equal(a.status, -1);
		assert_non_null(strstr(e.text, "malformed at line"));
		far_answer_clear(&a);
	}
}

static void hostile_text_is_escaped_and_bounded(void **state)
{
	struct buf b = { 0 };
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	buf_adds(&b, "odsf1 begin observe\n!\033[2J");
	for (int i = 0; i < 1000000; i++)
		buf_addc(&b, '\033');
	buf_adds(&b, "\nodsf1 end observe 1\n");
	assert_int_equal(far_parse(&a, "observe", b.p, b.len, &e), RC_OK);
	assert_null(strchr(a.sentence, '\033'));
	assert_true(strlen(a.sentence) < 2000);
	far_answer_clear(&a);

	buf_reset(&b);
	buf_adds(&b, "odsf1 begin observe\n");
	for (int i = 0; i < 1000000; i++)
		buf_addc(&b, '\033');
	buf_adds(&b, "\n");
	assert_int_equal(far_parse(&a, "observe", b.p, b.len, &e), RC_PARSE);
	assert_null(strchr(e.text, '\033'));
	far_answer_clear(&a);
	buf_free(&b);
}

static void large_section_with_any_octets(void **state)
{
	struct buf b = { 0 };
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	buf_adds(&b, "odsf1 begin observe\n@big\n|");
	for (int i = 0; i < 8 << 20; i++)
		buf_addc(&b, (char)(i % 251 == '\n' ? 'n' : i % 251));
	buf_adds(&b, "\n.0\nodsf1 end observe 0\n");
	assert_int_equal(far_parse(&a, "observe", b.p, b.len, &e), RC_OK);
	assert_int_equal(far_section(&a, "big")->len, (8 << 20) + 1);
	assert_int_equal((unsigned char)far_section(&a, "big")->text[250], 250);
	far_answer_clear(&a);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_frame),
		cmocka_unit_test(noise_around_the_frame),
		cmocka_unit_test(no_frame),
		cmocka_unit_test(every_cut_is_seen),
		cmocka_unit_test(section_that_was_not_closed),
		cmocka_unit_test(malformed_frames),
		cmocka_unit_test(hostile_text_is_escaped_and_bounded),
		cmocka_unit_test(large_section_with_any_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
