/* Every view at every size in colour and mono, through curses on a pty: what stands on the terminal is what was drawn,
 * each cell as the theme has its style; and colours say nothing that the characters do not. What the views draw is in
 * the golden screens (test_views.c), that no two states look alike without colour in test_mono.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "tests/support/screen_model.h"
#include "tests/support/vt.h"
#include "tui/console/present.h"
#include "tui/console/terminal.h"
#include "tui/view/frame.h"

enum { LONG = 20000 }; /* a wait that fails the test; nothing takes as long */

static struct view *make(enum screen screen, struct model *m)
{
	struct view *v, *page;
	char *text;

	switch (screen) {
	case SCREEN_ZONE:
		return view_zone("example.net");
	case SCREEN_DIFFERENCE:
		return view_difference("example.net");
	case SCREEN_NAME:
		return view_name("example.net mail.example.net");
	case SCREEN_PAGER:
		v = view_overview();
		v->ops->update(v, m);
		text = view_help(v, m);
		page = view_pager("Help: Overview", text);
		free(text);
		view_free(&v);
		return page;
	default:
		return view_new(screen, "");
	}
}

/* Draws @screen with something of everything in it: the same in the test and in its child. */
static void draw(enum screen screen, struct surface *s)
{
	struct model *m = screen_model();
	struct view *v;
	const struct prompt none = { 0 };

	screen_model_study(m, "example.net", STUDY_DIFFERS);
	screen_model_name(m, 0);
	screen_model_journal(m);
	if (screen == SCREEN_CHECKLIST)
		screen_model_run(m, 4, ASK_FAILED);
	for (int i = 0; i < 6; i++)
		log_add(m->log, (enum log_level)(i % 3), "alpha", "line %d: Zürich 日本", i);
	v = make(screen, m);
	frame_draw(s, m, v, &none, screen == SCREEN_KEYS ? "Said once" : NULL);
	view_free(&v);
	screen_model_free(m);
}

/* ---- the child ---- */

/* Paints one screen after another; each key is the next one. */
static void child(const char *name, bool ascii)
{
	struct terminal t = { 0 };
	struct presenter p;
	struct theme theme;
	struct err e = { 0 };
	struct surface *s = surface_new(1, 1, ascii);
	int rows, cols;
	uint32_t key;

	setlocale(LC_ALL, "");
	terminal_block_signals();
	if (theme_load(&theme, name, &e) != RC_OK || terminal_open(&t, &e) != RC_OK)
		exit(1);
	present_init(&p, &theme);
	terminal_size(&rows, &cols);
	for (int screen = 0; screen < SCREEN_COUNT; screen++) {
		struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

		surface_reset(s, rows, cols);
		draw((enum screen)screen, s);
		present(&p, s, false);
		while (!terminal_key(&key)) {
			if (poll(&in, 1, -1) > 0 && (in.revents & POLLHUP) != 0)
				exit(1); /* whoever looks on is gone */
		}
	}
	terminal_close(&t);
	surface_free(&s);
	exit(0);
}

/* ---- the test ---- */

static struct vt vt;

static void assert_cell(const VTermScreenCell *is, const struct cell *want, const struct look *look, const char *where)
{
	bool blank = want->chars[0] == 0 || want->chars[0] == ' ';

	if (blank ? is->chars[0] != 0 && is->chars[0] != ' ' : is->chars[0] != want->chars[0])
		fail_msg("%s: U+%04X instead of U+%04X", where, is->chars[0], want->chars[0]);
	if (is->attrs.bold != look->bold || is->attrs.reverse != look->reverse ||
	    is->attrs.underline != look->underline)
		fail_msg("%s: bold %u reverse %u underline %u instead of %d %d %d", where, is->attrs.bold,
		         is->attrs.reverse, is->attrs.underline, look->bold, look->reverse, look->underline);
	if (look->fg == COLOUR_DEFAULT ? !VTERM_COLOR_IS_DEFAULT_FG(&is->fg)
	                               : !VTERM_COLOR_IS_INDEXED(&is->fg) || is->fg.indexed.idx != look->fg)
		fail_msg("%s: another foreground than %d", where, look->fg);
	if (look->bg == COLOUR_DEFAULT ? !VTERM_COLOR_IS_DEFAULT_BG(&is->bg)
	                               : !VTERM_COLOR_IS_INDEXED(&is->bg) || is->bg.indexed.idx != look->bg)
		fail_msg("%s: another background than %d", where, look->bg);
}

static void assert_shown(const struct surface *s, const struct theme *theme, enum screen screen)
{
	struct rect all = surface_all(s);
	char where[120];

	for (int row = 0; row < all.rows; row++)
		for (int col = 0; col < all.cols; col++) {
			const struct cell *want = surface_cell(s, row, col);
			VTermScreenCell is;

			if (want->width == 0) /* the right half of a wide one */
				continue;
			(void)vterm_screen_get_cell(vt.screen, (VTermPos){ row, col }, &is);
			(void)snprintf(where, sizeof where, "theme %s, screen %d at %dx%d, line %d, column %d",
			               theme->name, (int)screen, all.cols, all.rows, row, col);
			assert_cell(&is, want, &theme->look[want->style], where);
		}
}

static void every_view(const char *name, bool ascii, int rows, int cols)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)"paint", (char *)name, (char *)(ascii ? "ascii" : "utf8"),
		         NULL };
	const char *const env[] = { "NO_COLOR", "ODSF_NOW=1795489965", NULL };
	struct surface *s = surface_new(rows, cols, ascii);
	struct theme theme;
	struct err e = { 0 };

	assert_int_equal(theme_load(&theme, name, &e), RC_OK);
	assert_true(vt_spawn(&vt, rows, cols, "xterm-256color", argv, env));
	for (int screen = 0; screen < SCREEN_COUNT; screen++) {
		int64_t end = clock_mono_ms() + LONG;

		while (vt.frames <= screen && clock_mono_ms() < end)
			(void)vt_frame(&vt, 200);
		assert_int_equal(vt.frames, screen + 1);
		surface_reset(s, rows, cols);
		draw((enum screen)screen, s);
		assert_shown(s, &theme, (enum screen)screen);
		vt_type(&vt, "n");
	}
	assert_int_equal(vt_wait(&vt, LONG), 0);
	assert_true(vt_restored(&vt));
	vt_free(&vt);
	surface_free(&s);
}

static const struct {
	int cols, rows;
} sizes[] = { { 80, 24 }, { 120, 40 }, { 60, 20 } };

enum { SIZES = sizeof sizes / sizeof *sizes };

static void in_colour(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++)
		every_view("default", false, sizes[i].rows, sizes[i].cols);
}

static void in_mono(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++)
		every_view("mono", false, sizes[i].rows, sizes[i].cols);
}

static void in_the_other_themes_and_ascii(void **state)
{
	(void)state;
	every_view("light", false, 24, 80);
	every_view("high-contrast", false, 24, 80);
	every_view("default", true, 24, 80);
	every_view("mono", true, 24, 80);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_colour),
		cmocka_unit_test(in_mono),
		cmocka_unit_test(in_the_other_themes_and_ascii),
	};

	if (argc == 4 && strcmp(argv[1], "paint") == 0)
		child(argv[2], strcmp(argv[3], "ascii") == 0);
	setlocale(LC_ALL, "C.UTF-8");
	setenv("ODSF_NOW", "1795489965", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
