#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/console/surface.h"
#include "tui/widget/fields.h"
#include "tui/widget/list.h"
#include "tui/widget/prompt.h"
#include "tui/widget/table.h"
#include "tui/widget/text.h"

static char *text_of(const struct surface *s)
{
	char *dump = surface_dump(s), *from = strchr(dump, '\n') + 1;
	char *text = xstrndup(from, (size_t)(strstr(from, "--- styles") - from));

	free(dump);
	return text;
}

static void assert_text(const struct surface *s, const char *want)
{
	char *text = text_of(s);

	assert_string_equal(text, want);
	free(text);
}

static void wide_characters_are_never_split(void **state)
{
	struct surface *s = surface_new(2, 5, false);
	struct rect all = surface_all(s);

	(void)state;
	assert_int_equal(surface_text(s, all, 0, 0, STYLE_TEXT, "ab日本"), 4);
	assert_text(s, "ab日\n\n");
	/* half of one written over: the other half goes too */
	surface_text(s, all, 0, 3, STYLE_TEXT, "x");
	assert_text(s, "ab x\n\n");
	assert_int_equal(surface_text(s, all, 1, 0, STYLE_TEXT, "e\xcc\x81z"), 2);
	assert_text(s, "ab x\ne\xcc\x81z\n");
	surface_free(&s);
}

static void what_is_not_printable_is_a_question_mark(void **state)
{
	struct surface *s = surface_new(1, 20, false);

	(void)state;
	surface_text(s, surface_all(s), 0, 0, STYLE_TEXT,
	             "a\033[2Jb\xff\xc2\x9b"
	             "c\xed\xa0\x80");
	assert_text(s, "a?[2Jb??c???\n");
	surface_free(&s);
}

static void fields_are_cut_by_columns(void **state)
{
	struct surface *s = surface_new(3, 12, false);
	struct rect all = surface_all(s);

	(void)state;
	surface_field(s, all, 0, 0, 6, false, STYLE_TEXT, "日本日本");
	surface_field(s, all, 1, 0, 6, true, STYLE_TEXT, "ab");
	surface_field(s, all, 2, 0, 6, false, STYLE_TEXT, "abcdefgh");
	surface_text(s, all, 0, 6, STYLE_TEXT, "|");
	surface_text(s, all, 1, 6, STYLE_TEXT, "|");
	surface_text(s, all, 2, 6, STYLE_TEXT, "|");
	assert_text(s, "日本… |\n    ab|\nabcde…|\n");
	surface_free(&s);
}

static void nothing_is_drawn_outside(void **state)
{
	struct surface *s = surface_new(4, 10, false);
	struct rect r = { 1, 2, 2, 4 };

	(void)state;
	for (int row = -3; row < 9; row++)
		for (int col = -1; col < 15; col++)
			surface_text(s, r, row, col, STYLE_TEXT, "xxxxxxxxxxxxxxxx");
	assert_text(s, "\n  xxxx\n  xxxx\n\n");
	surface_free(&s);
}

/* Text may be measured where nothing is drawn: a line that is not there ends like one that is full. */
static void a_line_that_is_not_there_ends(void **state)
{
	struct surface *s = surface_new(2, 6, false);
	const struct rect nowhere = { 0, 0, 0, 6 };

	(void)state;
	assert_int_equal(surface_field(s, nowhere, 0, 1, 4, true, STYLE_TEXT, "ab"), 5);
	assert_int_equal(surface_field(s, surface_all(s), -1, 1, 4, false, STYLE_TEXT, "ab"), 5);
	surface_line(s, nowhere, 0, 0, STYLE_TEXT, "─");
	surface_line(s, surface_all(s), 2, 0, STYLE_TEXT, "─");
	assert_text(s, "\n\n");
	surface_free(&s);
}

static void running_text_is_broken_at_blanks(void **state)
{
	struct surface *s = surface_new(6, 12, false);
	struct rect all = surface_all(s);

	(void)state;
	assert_int_equal(text_wrap(s, all, 0, 0, 2, 9, STYLE_TEXT, "what is wrong, and how long\nleft"), 4);
	assert_text(s, "what is\n  wrong, and\n  how long\n  left\n\n\n");
	surface_reset(s, 6, 12);
	assert_int_equal(text_wrap(s, all, 0, 0, 0, 2, STYLE_TEXT, "one two three four five six seven"), 2);
	assert_text(s, "one two\nthree four…\n\n\n\n\n");
	surface_reset(s, 6, 12);
	text_wrap(s, all, 0, 0, 0, 6, STYLE_TEXT, "averyveryverylongword 日本日本日本日本");
	assert_text(s, "averyveryver\nylongword\n日本日本日本\n日本\n\n\n");
	surface_free(&s);
}

/* A paragraph is cut only where no row is free, and the first ones last. */
static void labelled_paragraphs_share_the_rows(void **state)
{
	struct surface *s = surface_new(5, 21, false);
	struct fields f = { 0 };

	(void)state;
	fields_add(&f, "why", xstrdup("one two three four"), STYLE_TEXT);
	fields_add(&f, "none", NULL, STYLE_TEXT);
	fields_add_line(&f, "progress");
	fields_add(&f, "way back", xstrdup("five six seven"), STYLE_TEXT);
	surface_reset(s, 5, 21);
	assert_int_equal(fields_draw(&f, s, surface_all(s), 0), 2);
	assert_text(s, " why       one two\n           three four\n progress\n way back  five six\n           seven\n");
	surface_reset(s, 4, 21);
	assert_int_equal(fields_draw(&f, s, surface_all(s), 0), 2);
	assert_text(s, " why       one two\n           three four\n progress\n way back  five six…\n");
	surface_reset(s, 3, 21);
	assert_int_equal(fields_draw(&f, s, surface_all(s), 0), 1);
	assert_text(s, " why       one two…\n progress\n way back  five six…\n");
	surface_reset(s, 1, 21);
	assert_int_equal(fields_draw(&f, s, surface_all(s), 0), 0);
	assert_text(s, " why       one two…\n");
	fields_add_whole(&f, "next", xstrdup("eight nine ten"), STYLE_TEXT);
	surface_reset(s, 3, 21);
	assert_int_equal(fields_draw(&f, s, surface_all(s), 0), 0);
	assert_text(s, " why       one two…\n next      eight nine\n           ten\n");
	fields_clear(&f);
	surface_free(&s);
}

static void columns_come_by_rank(void **state)
{
	static const struct column columns[] = {
		{ "", 10, 20, false, 0 }, { "", 5, 5, false, 2 }, { "", 8, 8, false, 1 }, { "", 4, 40, false, 3 }
	};
	int widths[4];

	(void)state;
	table_layout(columns, 4, 10, widths);
	assert_int_equal(widths[0], 10);
	assert_int_equal(widths[1] + widths[2] + widths[3], 0);
	table_layout(columns, 4, 19, widths);
	assert_int_equal(widths[2], 8);
	assert_int_equal(widths[1], 0);
	table_layout(columns, 4, 100, widths);
	assert_int_equal(widths[0], 20);
	assert_int_equal(widths[3], 40);
	for (int width = 10; width < 120; width++) { /* never wider than there is room */
		int sum = -1;

		table_layout(columns, 4, width, widths);
		for (int i = 0; i < 4; i++)
			sum += widths[i] > 0 ? widths[i] + 1 : 0;
		assert_true(sum <= width);
	}
}

static void number_key(const void *lines, size_t i, char *out, size_t cap)
{
	(void)lines;
	snprintf(out, cap, "%zu", i);
}

static void number_text(const void *lines, size_t i, struct buf *out)
{
	(void)lines;
	buf_addf(out, "Line %zu", i);
}

/* Whatever is pressed, the cursor is among the lines that are drawn, and those fit. */
static void the_cursor_is_always_in_view(void **state)
{
	static const enum action moves[] = { ACT_DOWN, ACT_PAGE_DOWN, ACT_UP, ACT_END, ACT_PAGE_UP, ACT_HOME };
	unsigned seed = 7;

	(void)state;
	for (size_t count = 0; count < 40; count += 3)
		for (size_t page = 1; page < 12; page++) {
			struct list l = { .key_of = number_key };

			list_update(&l, NULL, count);
			for (int i = 0; i < 60; i++) {
				size_t below, shown;

				seed = seed * 1103515245u + 12345u;
				list_act(&l, moves[(seed >> 16) % 6]);
				shown = list_window(&l, page, &below);
				assert_true(shown + (below > 0 && page > 1 ? 1 : 0) <= page);
				assert_int_equal(l.top + shown + below, count);
				if (count > 0)
					assert_true(l.cursor >= l.top && l.cursor < l.top + shown);
			}
		}
}

/* What stood below the last line in view stands in view after a page down, and back. */
static void a_page_goes_with_the_cursor(void **state)
{
	struct list l = { .key_of = number_key };
	size_t below;

	(void)state;
	list_update(&l, NULL, 50);
	assert_int_equal(list_window(&l, 10, &below), 9);
	list_act(&l, ACT_PAGE_DOWN);
	assert_int_equal(list_window(&l, 10, &below), 9);
	assert_int_equal(l.top, 9);
	assert_int_equal(l.cursor, 9);
	list_act(&l, ACT_DOWN);
	list_act(&l, ACT_PAGE_DOWN);
	(void)list_window(&l, 10, &below);
	assert_int_equal(l.top, 18);
	assert_int_equal(l.cursor, 19);
	list_act(&l, ACT_PAGE_UP);
	(void)list_window(&l, 10, &below);
	assert_int_equal(l.top, 9);
	assert_int_equal(l.cursor, 10);
}

static void searching_goes_round(void **state)
{
	struct list l = { .key_of = number_key, .text_of = number_text };

	(void)state;
	list_update(&l, NULL, 30);
	str_copy(l.find, sizeof l.find, "line 2");
	assert_true(list_find(&l, false));
	assert_int_equal(l.cursor, 2);
	assert_true(list_find(&l, true));
	assert_int_equal(l.cursor, 20);
	list_to(&l, 29);
	assert_true(list_find(&l, true));
	assert_int_equal(l.cursor, 2);
	str_copy(l.find, sizeof l.find, "nowhere");
	assert_false(list_find(&l, false));
	assert_int_equal(l.cursor, 2);
}

static void enter_on_nothing_does_nothing(void **state)
{
	struct prompt p = { 0 };

	(void)state;
	prompt_open(&p, PROMPT_LINE, 1, "?", NULL);
	assert_int_equal(prompt_key(&p, KEYCODE_ENTER), PROMPT_GOES_ON);
	prompt_key(&p, 0xfc); /* ü */
	prompt_key(&p, 'x');
	prompt_key(&p, KEYCODE_BACKSPACE);
	assert_string_equal(buf_str(&p.typed), "ü");
	prompt_key(&p, KEYCODE_BACKSPACE);
	assert_int_equal(prompt_key(&p, KEYCODE_ENTER), PROMPT_GOES_ON);
	for (int i = 0; i < 2 * PROMPT_MAX; i++)
		prompt_key(&p, 'x');
	assert_int_equal(p.typed.len, PROMPT_MAX);
	assert_int_equal(prompt_key(&p, KEYCODE_ESC), PROMPT_CANCELLED);
	prompt_open(&p, PROMPT_KEYS, 1, "?", "b");
	assert_int_equal(prompt_key(&p, KEYCODE_ENTER), PROMPT_GOES_ON);
	assert_int_equal(prompt_key(&p, 'x'), PROMPT_GOES_ON);
	assert_int_equal(prompt_key(&p, KEYCODE_NONE), PROMPT_GOES_ON);
	assert_int_equal(prompt_key(&p, 'b'), PROMPT_ANSWERED);
	prompt_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_characters_are_never_split),
		cmocka_unit_test(what_is_not_printable_is_a_question_mark),
		cmocka_unit_test(fields_are_cut_by_columns),
		cmocka_unit_test(nothing_is_drawn_outside),
		cmocka_unit_test(a_line_that_is_not_there_ends),
		cmocka_unit_test(running_text_is_broken_at_blanks),
		cmocka_unit_test(labelled_paragraphs_share_the_rows),
		cmocka_unit_test(columns_come_by_rank),
		cmocka_unit_test(the_cursor_is_always_in_view),
		cmocka_unit_test(a_page_goes_with_the_cursor),
		cmocka_unit_test(searching_goes_round),
		cmocka_unit_test(enter_on_nothing_does_nothing),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
