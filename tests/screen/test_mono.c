/* No two states look alike where there is no colour: each has its own word or mark, in UTF-8 and in ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tests/support/screen_model.h"
#include "tui/view/expiry_chart.h"
#include "tui/view/frame.h"
#include "tui/widget/mark.h"

enum { MOST = 16 };

static char *looks[MOST];
static size_t look_count;

/* The characters of @s, without their styles; takes it over. */
static char *bare(struct surface *s)
{
	char *dump = surface_dump(s), *styles = strstr(dump, "\n---");

	assert_non_null(styles);
	*styles = '\0';
	surface_free(&s);
	return dump;
}

static void note(struct surface *s)
{
	assert_true(look_count < MOST);
	looks[look_count++] = bare(s);
}

static void differ(const char *what)
{
	assert_true(look_count > 1);
	for (size_t i = 0; i < look_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(looks[i], looks[k]) == 0)
				fail_msg("%s: states %zu and %zu look alike:\n%s", what, k, i, looks[i]);
	while (look_count > 0)
		free(looks[--look_count]);
}

static void note_text(bool ascii, const char *mark, const char *word)
{
	struct surface *s = surface_new(1, 40, ascii);
	char *text = xasprintf("%s %s", mark, word);

	surface_reset(s, 1, 40);
	surface_text(s, surface_all(s), 0, 0, STYLE_TEXT, text);
	free(text);
	note(s);
}

static void marks_and_words(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = SEV_OK; i <= SEV_STOP; i++)
			note_text(ascii, mark_of((enum severity)i), "");
		differ("marks of findings");
		for (int i = SEV_OK; i <= SEV_STOP; i++)
			note_text(ascii, "", word_of((enum severity)i));
		differ("words of findings");
		note_text(ascii, mark_of_tri(TRI_YES), "");
		note_text(ascii, mark_of_tri(TRI_NO), "");
		note_text(ascii, mark_of_tri(TRI_UNKNOWN), "");
		differ("marks of facts");
		for (int i = ST_PENDING; i <= ST_UNDONE; i++)
			note_text(ascii, mark_of_step((enum step_status)i), word_of_step((enum step_status)i));
		differ("steps");
	}
}

static void draw(const struct model *m, struct view *v, bool ascii)
{
	struct surface *s = surface_new(40, 160, ascii);
	const struct prompt none = { 0 };

	frame_draw(s, m, v, &none, NULL);
	note(s);
}

static void daemons(void **state)
{
	static const struct obs_daemon states[] = {
		{ .know = { .ok = true }, .running = TRI_UNKNOWN },
		{ .know = { .ok = true }, .running = TRI_NO },
		{ .know = { .ok = true }, .running = TRI_YES, .answers = TRI_YES, .process_count = 1 },
		{ .know = { .ok = true }, .running = TRI_YES, .answers = TRI_NO, .process_count = 1 },
		{ .know = { .ok = true }, .running = TRI_YES, .answers = TRI_YES, .process_count = 2 },
	};
	enum { COUNT = sizeof states / sizeof *states };

	(void)state;
	for (int side = 0; side < 2; side++)
		for (int ascii = 0; ascii < 2; ascii++) {
			for (int i = 0; i < COUNT; i++) {
				struct model *m = screen_model();
				struct view *v = view_overview();

				m->board->obs[side]->signer = states[i];
				draw(m, v, ascii);
				view_free(&v);
				screen_model_free(m);
			}
			differ("daemons in the overview");
		}
}

static void a_key_in_an_hsm(void **state)
{
	static const enum tri states[] = { TRI_YES, TRI_NO, TRI_UNKNOWN };

	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = 0; i < 3; i++) {
			struct model *m = screen_model();
			struct view *v = view_keys("");

			m->board->keys[0].in_hsm[0] = states[i];
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("presence in an HSM, in the keys");
		for (int i = 0; i < 3; i++) {
			struct model *m = screen_model();
			struct view *v = view_keys("");

			m->board->keys[0].published = states[i];
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("presence in the DNSKEY set, in the keys");
	}
}

static void the_severity_of_a_finding(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = SEV_OK; i <= SEV_STOP; i++) {
			struct model *m = screen_model();
			struct view *v = view_findings("");

			m->board->findings[0].severity = (enum severity)i;
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("severities in the findings");
	}
}

static void the_backup_of_a_key(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = BACKUP_NOT_REQUIRED; i <= BACKUP_UNKNOWN; i++) {
			struct model *m = screen_model();
			struct view *v = view_keys("");

			((struct obs_key *)m->board->keys[0].key)->backup = (enum backup_state)i;
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("states of backup, in the keys");
	}
}

static void the_link_to_an_instance(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = LINK_DOWN; i <= LINK_UP; i++) {
			struct model *m = screen_model();
			struct view *v = view_overview();

			m->link[1].link = (enum host_link)i;
			if (i == LINK_DOWN)
				str_copy(m->link[1].error, sizeof m->link[1].error, "connection refused");
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("links in the overview");
	}
}

static void the_outcome_of_a_run(void **state)
{
	(void)state;
	for (int i = OUTCOME_OPEN; i <= OUTCOME_REFUSED; i++) {
		struct model *m = screen_model();
		struct view *v = view_journal();

		screen_model_journal(m);
		m->journal->runs[0].outcome = (enum outcome)i;
		draw(m, v, false);
		view_free(&v);
		screen_model_free(m);
	}
	differ("outcomes in the journal");
}

static void the_level_of_a_line(void **state)
{
	(void)state;
	for (int i = LOG_LEVEL_INFO; i <= LOG_LEVEL_ERROR; i++) {
		struct model *m = screen_model();
		struct view *v = view_log();

		log_add(m->log, (enum log_level)i, "console", "a line");
		draw(m, v, false);
		view_free(&v);
		screen_model_free(m);
	}
	differ("levels in the log");
}

static void the_state_of_a_zone(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = SEV_OK; i <= SEV_STOP; i++) {
			struct model *m = screen_model();
			struct view *v = view_zone(m->board->zones[0].name);
			struct finding f = { .id = "serial-behind", .text = "it is so", .at = m->now };

			f.severity = (enum severity)i;
			f.zone = m->board->zones[0].name;
			m->board->findings[0] = f;
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("severities on the screen of a zone");
	}
}

/* Whether the sides were compared, and what came of it. */
static void the_comparison_of_a_zone(void **state)
{
	enum { NOT_YET, WORKS, EQUAL, DIFFERS, COLD, BROKEN, EQUAL_OLD, DIFFERS_OLD, COUNT };
	static const enum screen_study studies[] = {
		[WORKS] = STUDY_WORKS,   [EQUAL] = STUDY_EQUAL,     [DIFFERS] = STUDY_DIFFERS,    [COLD] = STUDY_COLD,
		[BROKEN] = STUDY_BROKEN, [EQUAL_OLD] = STUDY_EQUAL, [DIFFERS_OLD] = STUDY_DIFFERS
	};

	(void)state;
	for (int screen = 0; screen < 2; screen++)
		for (int ascii = 0; ascii < 2; ascii++) {
			for (int i = 0; i < COUNT; i++) {
				struct model *m = screen_model();
				struct view *v = screen == 0 ? view_overview() : view_zone("example.net");

				if (i != NOT_YET)
					screen_model_study(m, "example.net", studies[i]);
				if (i == EQUAL_OLD || i == DIFFERS_OLD) { /* seen since with another serial */
					m->studied.list[0].serials[1]--;
					m->studied.list[0].at -= 60;
				}
				draw(m, v, ascii);
				view_free(&v);
				screen_model_free(m);
			}
			differ("comparisons in the overview and on the screen of a zone");
		}
}

/* What is wrong with the signatures of a zone, by a word and a mark; and which of them have too little time left. */
static void the_signatures_of_a_zone(void **state)
{
	enum { FINE, BELOW, NO_FLOOR, FUTURE, UNCOVERED, EXPIRED, COUNT };

	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = 0; i < COUNT; i++) {
			struct model *m = screen_model();
			struct view *v = view_difference("example.net");
			struct zone_expiry *x;

			screen_model_study(m, "example.net", STUDY_EQUAL);
			x = m->study.study->side[0].expiry;
			x->below = i == BELOW ? 1 : 0;
			x->floor = i == NO_FLOOR ? 0 : 70 * 3600;
			x->future = i == FUTURE;
			x->uncovered = i == UNCOVERED;
			x->expired = i == EXPIRED;
			draw(m, v, ascii);
			view_free(&v);
			screen_model_free(m);
		}
		differ("what is wrong with signatures");
	}
}

static void a_bar_below_the_floor(void **state)
{
	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		for (int i = 0; i < 3; i++) {
			struct surface *s = surface_new(4, 80, ascii);
			struct zone_expiry x = { .signatures = 10, .first.at = SCREEN_NOW + 60 };

			x.last.at = SCREEN_NOW + 10 * 86400;
			histogram_add(&x.histogram, x.first.at, 5);
			histogram_add(&x.histogram, x.last.at, 5);
			x.floor = i == 1 ? 86400 : 0;
			x.below = i == 1 ? 5 : 0;
			if (i == 2)
				x.first.at = SCREEN_NOW - 60;
			expiry_chart(s, surface_all(s), 0, 3, &x, SCREEN_NOW);
			note(s);
		}
		differ("bars of a chart");
	}
}

static void read_only_armed_or_a_recording(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct model *m = screen_model();
		struct view *v = view_overview();

		m->armed_until = i == 1 ? m->now + 300 : 0;
		m->recording = i == 2 ? "main" : NULL;
		draw(m, v, false);
		view_free(&v);
		screen_model_free(m);
	}
	differ("what a key may change");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_and_words),
		cmocka_unit_test(daemons),
		cmocka_unit_test(a_key_in_an_hsm),
		cmocka_unit_test(the_severity_of_a_finding),
		cmocka_unit_test(the_backup_of_a_key),
		cmocka_unit_test(the_link_to_an_instance),
		cmocka_unit_test(the_outcome_of_a_run),
		cmocka_unit_test(the_level_of_a_line),
		cmocka_unit_test(the_state_of_a_zone),
		cmocka_unit_test(the_signatures_of_a_zone),
		cmocka_unit_test(the_comparison_of_a_zone),
		cmocka_unit_test(a_bar_below_the_floor),
		cmocka_unit_test(read_only_armed_or_a_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
