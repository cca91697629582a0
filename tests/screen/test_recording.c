/* The program itself on the recorded pair that comes with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "remote/replay/recording.h"
#include "tests/support/golden.h"
#include "tests/support/vt.h"

enum { LONG = 30000 }; /* a wait that fails the test; nothing takes as long */

static const char *const env[] = { "NO_COLOR", "ODSF_NOW", "ODSF_RECORD", "HOME=/nonexistent", "XDG_STATE_HOME", NULL };
static struct vt vt;

static void start(int rows, int cols)
{
	char *argv[] = { (char *)BUILD_DIR "/ods-failover", (char *)"--replay", NULL };

	assert_true(vt_spawn(&vt, rows, cols, "xterm-256color", argv, env));
	assert_true(vt_until(&vt, "ods-failover  range", LONG));
	assert_true(vt_until(&vt, "date.example", LONG));
}

static void leave(void)
{
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
	assert_true(vt_restored(&vt));
	vt_free(&vt);
}

/* "RECORDING of 2026-11-24 19:45Z" */
static void mark_of(char out[60])
{
	char when[TIME_TEXT];
	int64_t at = recording_made(SOURCE_DIR "/remote/replay/recording");

	assert_true(at > 0);
	time_text(when, at);
	snprintf(out, 60, "RECORDING of %.10s %.5sZ", when, when + 11);
}

static void every_screen_says_that_it_is_one(void **state)
{
	static const struct {
		const char *key, *shows;
	} screens[] = { { "k", "─ Keys " },  { "f", "─ Findings " }, { "c", "─ Checklist " }, { "j", "─ Journal " },
		        { "l", "─ Log " },   { "?", "─ Help: " },    { "\033", "─ Log " },    { "o", "─ Overview " },
		        { "\r", "─ Zone " }, { "A", "recording" } };
	static const int sizes[][2] = { { 24, 80 }, { 20, 60 }, { 40, 120 } };
	char mark[60];

	(void)state;
	mark_of(mark);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		start(sizes[i][0], sizes[i][1]);
		for (size_t k = 0; k < sizeof screens / sizeof *screens; k++) {
			char *text;

			vt_type(&vt, screens[k].key);
			assert_true(vt_until(&vt, screens[k].shows, LONG));
			text = vt_text(&vt);
			assert_non_null(strstr(text, mark));
			assert_null(strstr(text, "ARMED"));
			free(text);
		}
		leave();
	}
}

static void nothing_can_be_done(void **state)
{
	(void)state;
	start(24, 80);
	vt_type(&vt, "A");
	assert_true(vt_until(&vt, "This is a recording: there is no host on which anything could be done.", LONG));
	vt_type(&vt, "c");
	assert_true(vt_until(&vt, "Take the lease on both instances", LONG));
	vt_type(&vt, "R");
	assert_true(vt_until(&vt, "This is a recording: nothing can be done.", LONG));
	vt_type(&vt, "j");
	assert_true(vt_until(&vt, "no run yet", LONG));
	leave();
}

/* As of the time of the recording, on whatever day this runs. */
static void golden_screens(void **state)
{
	static const struct {
		int cols, rows;
		const char *keys, *shows, *name;
	} cases[] = { { 80, 24, "o", "─ Overview ", "recording" },
		      { 60, 20, "o", "─ Overview ", "recording" },
		      { 80, 24, "f", "under the cursor", "recording-findings" } };
	bool same = true;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char file[80], *dump;

		start(cases[i].rows, cases[i].cols);
		vt_type(&vt, cases[i].keys);
		assert_true(vt_until(&vt, cases[i].shows, LONG));
		dump = vt_dump(&vt);
		snprintf(file, sizeof file, "%s-%dx%d", cases[i].name, cases[i].cols, cases[i].rows);
		same = golden(SOURCE_DIR "/tests/screen/golden", file, dump) && same;
		free(dump);
		leave();
	}
	assert_true(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_says_that_it_is_one),
		cmocka_unit_test(nothing_can_be_done),
		cmocka_unit_test(golden_screens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
