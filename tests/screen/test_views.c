/* Every view on a surface, without a terminal: golden screens at four sizes, and what must hold at any size. */
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
#include "tests/support/golden.h"
#include "tests/support/screen_model.h"
#include "tui/view/frame.h"

static const struct {
	int cols, rows;
} sizes[] = { { 80, 24 }, { 120, 40 }, { 60, 20 }, { 200, 60 } };

enum { SIZES = sizeof sizes / sizeof *sizes };

static char *render(const struct model *m, struct view *v, const struct prompt *p, const char *say, int cols, int rows,
                    bool ascii)
{
	struct surface *s = surface_new(rows, cols, ascii);
	char *dump;

	frame_draw(s, m, v, p, say);
	dump = surface_dump(s);
	surface_free(&s);
	return dump;
}

static void check(const struct model *m, struct view *v, const char *name)
{
	const struct prompt none = { 0 };
	bool same = true;

	for (int i = 0; i < SIZES; i++) {
		char *dump = render(m, v, &none, NULL, sizes[i].cols, sizes[i].rows, false), file[120];

		snprintf(file, sizeof file, "%s-%dx%d", name, sizes[i].cols, sizes[i].rows);
		same = golden(SOURCE_DIR "/tests/screen/golden", file, dump) && same;
		free(dump);
	}
	assert_true(same);
}

static struct model *m;

static int set_up(void **state)
{
	(void)state;
	m = screen_model();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	screen_model_free(m);
	return 0;
}

static void overview(void **state)
{
	struct view *v = view_overview();

	(void)state;
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	screen_model_study(m, "silent.example", STUDY_BROKEN);
	screen_model_study(m, "example.org", STUDY_EQUAL);
	screen_model_study(m, "example.com", STUDY_EQUAL); /* which has another serial now */
	m->studied.list[m->studied.count - 1].at -= 60;
	screen_model_study(m, "wild.example", STUDY_COLD);
	screen_model_study(m, "big.example", STUDY_WORKS);
	check(m, v, "overview");
	view_free(&v);
}

/* A run that was left half way is said where the console opens, and where it is taken up again. */
static void a_run_was_left(void **state)
{
	struct view *v = view_overview();

	(void)state;
	screen_model_journal(m);
	check(m, v, "overview-left");
	view_free(&v);
	v = view_checklist();
	check(m, v, "checklist-left");
	view_free(&v);
	assert_ptr_equal(model_unfinished(m), &m->journal->runs[0]);
	m->journal->runs[0].outcome = OUTCOME_OPEN;
	assert_ptr_equal(model_unfinished(m), &m->journal->runs[0]);
	m->journal->runs[0].outcome = OUTCOME_DONE; /* what was left before it is of no account any more */
	m->journal->runs[1].outcome = OUTCOME_STOPPED;
	assert_null(model_unfinished(m));
	str_copy(m->journal->runs[0].pair, sizeof m->journal->runs[0].pair, "another");
	assert_ptr_equal(model_unfinished(m), &m->journal->runs[1]);
	m->recording = true;
	assert_null(model_unfinished(m));
}

/* What a run did to an instance is younger than the look before it. */
static void a_run_makes_a_look_old(void **state)
{
	struct run_event *ev = xcalloc(1, sizeof *ev);

	(void)state;
	screen_model_run(m, 2, ASK_NONE);
	assert_false(model_stale(m));
	*ev = (struct run_event){ .kind = EV_STEP, .index = 2, .status = ST_RUNNING, .phase = PHASE_RUN, .at = m->now };
	model_run_event(m, ev);
	assert_true(model_look_is_old(m));
	assert_true(model_stale(m));
}

/* Seen anew, with the same signatures. */
static void at_another_time(int64_t now)
{
	int64_t later = now - m->now;

	m->now = now;
	m->board->at += later;
	for (size_t i = 0; i < m->board->zone_count; i++)
		m->board->zones[i].slack.v -= later;
}

/* Little time, and none: a word says it, not the colour alone; and when the signatures run out is never cut. */
static void overview_late(void **state)
{
	struct view *v = view_overview();

	(void)state;
	at_another_time(m->facts->slack.last_safe_start - 1200);
	check(m, v, "overview-low");
	at_another_time(m->facts->slack.last_safe_start + 1200);
	check(m, v, "overview-late");
	at_another_time(m->facts->slack.first_expiry + 1200);
	check(m, v, "overview-expired");
	view_free(&v);
}

/* What earlier runs put aside stands with the copy: how many, how old, how much room; in full behind the question mark.
 */
static void overview_aside(void **state)
{
	struct obs_aside on_bravo[] = {
		{ "20261124-005812-desk-00c0ffee", m->now - 8000, "swapped", { true, 1331200 } },
		{ "20261117-220100-desk-0badcafe", m->now - 623000, "back", { false, 0 } },
	};
	struct observation *alpha = m->board->obs[0], *bravo = m->board->obs[1], were[] = { *alpha, *bravo };
	struct view *v = view_overview();
	char *text;

	(void)state;
	bravo->asides = on_bravo;
	bravo->aside_count = 2;
	check(m, v, "overview-aside");
	text = view_help(v, m);
	assert_non_null(strstr(text, "\nASIDE\n- bravo: swapped, 1.3 MiB, put aside 2h13m ago, at 2026-11-24T"));
	assert_non_null(strstr(text, "Z, by run 20261124-005812-desk-00c0ffee\n"));
	assert_non_null(strstr(text, "- bravo: back, size ?, put aside "));
	assert_non_null(strstr(text, "but nothing while only one of the instances could serve the zones."));
	free(text);
	on_bravo[0].state = "placing";
	alpha->asides_know = (struct know){ .why = "status 124" };
	check(m, v, "overview-half-way");
	text = view_help(v, m);
	assert_non_null(strstr(text, "? alpha: not known: status 124\n- bravo: ! HALF WAY, placing, 1.3 MiB"));
	assert_non_null(strstr(text, "00c0ffee: resumed, that run goes on with it"));
	free(text);
	*alpha = were[0];
	*bravo = were[1];
	view_free(&v);
}

static void overview_stale(void **state)
{
	struct view *v = view_overview();

	(void)state;
	m->now += 400;
	check(m, v, "overview-stale");
	view_free(&v);
}

static void overview_link(void **state)
{
	struct view *v = view_overview();
	struct host_state was = m->link[0];
	const struct prompt none = { 0 };
	char *dump;

	(void)state;
	m->link[0].link = LINK_DOWN;
	m->link[0].retry_at = m->now + 4;
	str_copy(m->link[0].error, sizeof m->link[0].error, "10.77.1.10 port 22: connection reset by peer");
	check(m, v, "overview-link");
	m->looking = true; /* up as far as anybody knows, and silent */
	m->looking_since = m->now - 14;
	m->link[0].link = LINK_UP;
	m->link[0].asked_at = m->now - 4;
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_null(strstr(dump, "no answer for"));
	free(dump);
	m->link[0].asked_at = m->now - 14;
	check(m, v, "overview-silent");
	view_free(&v);
	m->looking = false;
	m->link[0] = was;
}

static void overview_lost(void **state)
{
	struct view *v = view_overview();
	struct board later = *m->board;
	struct observation gone = *m->board->obs[0];

	(void)state;
	gone.reachable = false;
	gone.why = "10.77.1.10 port 22: no answer within 10 s";
	later.obs[0] = &gone;
	later.at = m->now;
	later.observed_role[0] = -1;
	m->board = &later;
	check(m, v, "overview-lost");
	view_free(&v);
	v = view_keys(""); /* as they were seen before: not now */
	check(m, v, "keys-lost");
	view_free(&v);
	m->board = m->facts;
}

/* An active that was not seen since the console was opened: no zone is well, and the slack is no more than a limit. */
static void overview_unseen(void **state)
{
	struct view *v = view_overview();
	struct observation *alpha = m->board->obs[0], was = *alpha;
	struct board_zone *zones = m->board->zones;
	char *text;

	(void)state;
	alpha->reachable = false;
	alpha->why = "10.77.1.10 port 22: no answer within 10 s";
	m->board->observed_role[0] = -1;
	m->board->slack.at_most = true;
	for (size_t i = 0; i < m->board->zone_count; i++) {
		zones[i].serial.signed_at[0] = (struct num){ 0 };
		zones[i].worst = zones[i].worst < SEV_UNKNOWN ? SEV_UNKNOWN : zones[i].worst;
	}
	check(m, v, "overview-unseen");
	text = view_help(v, m);
	assert_non_null(strstr(text, "? alpha was not reached: its own are not among them"));
	free(text);
	*alpha = was;
	m->board->slack.at_most = false;
	view_free(&v);
}

static void before_the_first_look(void **state)
{
	struct view *v = view_overview();

	(void)state;
	m->board = m->facts = NULL;
	m->looking = true;
	m->looking_since = m->now - 3;
	m->link[1] = (struct host_state){ .link = LINK_DOWN, .error = "host key not known", .retry_at = m->now + 9 };
	check(m, v, "overview-first");
	view_free(&v);
}

static void zone(void **state)
{
	struct view *v = view_zone("example.org"), *other = view_zone("example.net");

	(void)state;
	check(m, v, "zone");
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	screen_model_study(m, "example.com", STUDY_EQUAL); /* what came of the one before stays */
	check(m, other, "zone-stop");
	view_free(&v);
	view_free(&other);
}

static void difference(void **state)
{
	static const struct {
		enum screen_study what;
		const char *name;
	} studies[] = {
		{ STUDY_DIFFERS, "difference" },     { STUDY_EQUAL, "difference-equal" },
		{ STUDY_COLD, "difference-cold" },   { STUDY_BROKEN, "difference-broken" },
		{ STUDY_WORKS, "difference-works" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof studies / sizeof *studies; i++) {
		struct view *v = view_difference("example.net");

		screen_model_study(m, "example.net", studies[i].what);
		check(m, v, studies[i].name);
		view_free(&v);
		zone_study_free(&m->study.study);
		free(m->study.zone);
		m->study = (struct study_model){ .results = m->study.results };
	}
}

/* Enter shows both sides of the name under the cursor, with nothing of another name: what differs at once, all its
 * records when they are read; and where they are not, it says so. */
static void difference_of_a_name(void **state)
{
	struct view *v = view_difference("example.net");
	struct intents in = { 0 };
	const struct prompt none = { 0 };
	char *dump;

	(void)state;
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	v->ops->update(v, m);
	assert_true(v->ops->act(v, m, ACT_DOWN, &in));
	assert_true(v->ops->act(v, m, ACT_OPEN, &in));
	assert_int_equal(in.count, 1);
	assert_int_equal(in.list[0].kind, INTENT_OPEN);
	assert_int_equal(in.list[0].screen, SCREEN_NAME);
	assert_string_equal(in.list[0].text, "example.net mail.example.net");
	view_free(&v);
	v = view_new(SCREEN_NAME, in.list[0].text);
	intents_clear(&in);
	screen_model_name(m, 66);
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "Only what differs is shown; the rest is being read: 34%. x gives that up."));
	assert_non_null(strstr(dump, "! alpha     3600 A 192.0.2.3\n"));
	assert_non_null(strstr(dump, "! bravo     3600 A 192.0.2.33\n"));
	assert_null(strstr(dump, "AAAA"));
	free(dump);
	m->name.working = false;
	m->name.cancelled = true;
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "Only what differs is shown: the reading was given up;"));
	free(dump);
	screen_model_name(m, 0);
	check(m, v, "name");
	str_copy(m->name.sides->why, sizeof m->name.sides->why, "no file of a zone is kept on this machine");
	m->name.results++;
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "Only what differs is shown: no file of a zone is kept on this machine."));
	assert_non_null(strstr(dump, "! alpha     3600 A 192.0.2.3\n"));
	free(dump);
	screen_model_study(m, "example.org", STUDY_EQUAL);
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "? There is no comparison of this zone any more:"));
	free(dump);
	view_free(&v);
}

/* What is cut in the list stands in full below it. */
static void difference_in_full(void **state)
{
	struct view *v = view_difference("example.net");
	const struct prompt none = { 0 };
	char *dump;

	(void)state;
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_null(strstr(dump, "in full"));
	free(dump);
	assert_true(v->ops->act(v, m, ACT_END, &(struct intents){ 0 }));
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(
	    strstr(dump, "  timing   example.net. SOA is signed until 8 Dec by alpha, until 9 Dec by br…\n"));
	assert_non_null(strstr(dump, " in full    example.net. SOA is signed until 8 Dec by alpha, until 9 Dec by\n"
	                             "            bravo\n─ Signatures by time left"));
	free(dump);
	view_free(&v);
}

static void keys(void **state)
{
	struct view *v = view_keys("");

	(void)state;
	check(m, v, "keys");
	view_free(&v);
}

static void findings(void **state)
{
	struct view *v = view_findings("");

	(void)state;
	check(m, v, "findings");
	view_free(&v);
}

/* Enter goes to the zone of a finding; one that has none is shown in full. */
static void a_finding_opens(void **state)
{
	struct view *v = view_findings("");
	struct intents in = { 0 };

	(void)state;
	v->ops->update(v, m);
	assert_true(v->ops->act(v, m, ACT_OPEN, &in));
	assert_int_equal(in.list[0].kind, INTENT_OPEN);
	assert_string_equal(in.list[0].text, "example.net");
	intents_clear(&in);
	assert_true(v->ops->act(v, m, ACT_END, &in));
	assert_true(v->ops->act(v, m, ACT_OPEN, &in));
	assert_int_equal(in.list[0].kind, INTENT_PAGER);
	assert_non_null(strstr(in.list[0].text, "next      replicate\n"));
	intents_clear(&in);
	view_free(&v);
}

static void checklist(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	check(m, v, "checklist");
	view_free(&v);
}

static void checklist_runs(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	screen_model_run(m, 4, ASK_NONE);
	check(m, v, "checklist-runs");
	view_free(&v);
}

static void checklist_waits(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	screen_model_run(m, 4, ASK_APPROVE);
	check(m, v, "checklist-waits");
	model_approved(
	    m); /* then nothing waits for an answer any more, and nothing says so; but a host may keep silent */
	m->link[1].asked_at = m->now - 14;
	check(m, v, "checklist-approved");
	m->link[1].asked_at = 0;
	view_free(&v);
}

/* What never began has no findings of its own. */
static void checklist_never_began(void **state)
{
	struct view *v = view_checklist();
	struct run_event *end = xcalloc(1, sizeof *end);
	const struct prompt none = { 0 };
	char *dump;

	(void)state;
	model_run_open(m);
	*end = (struct run_event){ .kind = EV_END,
		                   .outcome = OUTCOME_REFUSED,
		                   .exit_code = 64,
		                   .text = xstrdup("no run of pair main has stopped midway") };
	model_run_event(m, end);
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "✗ refused: no run of pair main has stopped midway"));
	assert_non_null(strstr(dump, "Nothing was done. Next: r looks again and makes a plan."));
	free(dump);
	view_free(&v);
}

static void checklist_asks(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	screen_model_run(m, 5, ASK_CONFIRM);
	check(m, v, "checklist-confirm");
	view_free(&v);
}

static void checklist_hung(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	screen_model_run(m, 3, ASK_YES);
	check(m, v, "checklist-hung");
	view_free(&v);
}

static void checklist_failed(void **state)
{
	struct view *v = view_checklist();

	(void)state;
	screen_model_run(m, 4, ASK_FAILED);
	m->run.steps[4].text = xstrdup("connection to bravo lost after 304 of 412 files");
	m->run.steps[4].hint = xstrdup("try again: what is there already is not copied twice");
	check(m, v, "checklist-failed");
	view_free(&v);
}

/* A link that was lost behind a command is not a failure of it, and no screen says that it is one. */
static void checklist_unsure(void **state)
{
	struct view *v = view_checklist();
	struct run_event *seen = xcalloc(1, sizeof *seen), *asked = xcalloc(1, sizeof *asked);

	(void)state;
	screen_model_run(m, 4, ASK_NONE);
	*seen =
	    (struct run_event){ .kind = EV_STEP,
		                .index = 4,
		                .status = ST_UNSURE,
		                .phase = PHASE_RUN,
		                .rc = RC_UNKNOWN,
		                .severity = SEV_UNKNOWN,
		                .text = xstrdup("the connection was lost while receive ran: its outcome is unknown"),
		                .hint = xstrdup("try again: it looks first what is there") };
	*asked = (struct run_event){ .kind = EV_QUESTION,
		                     .index = 4,
		                     .status = ST_FAILED,
		                     .question = ASK_FAILED,
		                     .can_undo = true,
		                     .text = xstrdup("Copy it to the standby: ...") };
	model_run_event(m, seen);
	model_run_event(m, asked);
	check(m, v, "checklist-unsure");
	view_free(&v);
	free(m->run.steps[4].hint);
	m->run.steps[4].hint = NULL;
}

/* Taken back while a step waited: that one waits no more, and what was done is as it was before. */
/* What waited for an answer waits no longer when the run is taken back instead, and the first line says what goes on.
 */
static void checklist_undoing(void **state)
{
	struct view *v = view_checklist();
	struct run_event *undo = xcalloc(1, sizeof *undo);

	(void)state;
	screen_model_run(m, 4, ASK_APPROVE);
	model_answered(m);
	*undo =
	    (struct run_event){ .kind = EV_STEP, .index = 3, .status = ST_UNDOING, .phase = PHASE_UNDO, .at = m->now };
	model_run_event(m, undo);
	check(m, v, "checklist-undoing");
	view_free(&v);
}

static void checklist_undone(void **state)
{
	struct view *v = view_checklist();
	struct run_event *end = xcalloc(1, sizeof *end);

	(void)state;
	screen_model_run(m, 4, ASK_APPROVE);
	for (size_t i = 0; i < 4; i++)
		if (i != 1)
			m->run.steps[i].status = ST_UNDONE;
	*end = (struct run_event){ .kind = EV_END,
		                   .outcome = OUTCOME_UNDONE,
		                   .exit_code = 5,
		                   .text = xstrdup("run 20261124T031000Z-7f3a is taken back: alpha is the active as "
		                                   "before") };
	model_run_event(m, end);
	check(m, v, "checklist-undone");
	view_free(&v);
}

static void checklist_done(void **state)
{
	struct view *v = view_checklist();
	struct run_event *end = xcalloc(1, sizeof *end);

	(void)state;
	screen_model_run(m, 7, ASK_NONE);
	m->run.steps[7].status = ST_DONE;
	free(m->run.steps[7].text);
	m->run.steps[7].text = xstrdup("no lease is held on either instance");
	m->run.steps[6].issues = xstrdup("ns2 has not fetched example.net yet: look at it");
	*end = (struct run_event){ .kind = EV_END,
		                   .outcome = OUTCOME_ISSUES,
		                   .exit_code = 6,
		                   .text = xstrdup("run 20261124T031000Z-7f3a: bravo is the active") };
	model_run_event(m, end);
	check(m, v, "checklist-done");
	view_free(&v);
}

static void journal(void **state)
{
	struct view *v = view_journal();

	(void)state;
	screen_model_journal(m);
	check(m, v, "journal");
	view_free(&v);
}

static void log_lines(void **state)
{
	struct view *v = view_log();
	struct surface *s = surface_new(24, 80, false);
	const struct prompt none = { 0 };
	char *dump;

	(void)state;
	for (int i = 0; i < 30; i++)
		log_add(m->log, i % 10 == 9 ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "alpha", "line %d: Zürich 日本", i);
	frame_draw(s, m, v, &none, NULL);
	dump = surface_dump(s);
	assert_non_null(strstr(dump, "line 29: Zürich 日本")); /* the newest is in view */
	free(dump);
	surface_free(&s);
	check(m, v, "log");
	view_free(&v);
}

static void help(void **state)
{
	struct view *v = view_overview(), *page;
	char *text;

	(void)state;
	v->ops->update(v, m);
	text = view_help(v, m);
	page = view_pager("Help: Overview", text);
	check(m, page, "help");
	free(text);
	view_free(&page);
	view_free(&v);
}

static void prompts(void **state)
{
	struct view *v = view_checklist();
	struct prompt p = { 0 };
	char *dump;

	(void)state;
	screen_model_run(m, 5, ASK_CONFIRM);
	m->prompted = true;
	prompt_open(&p, PROMPT_LINE, 0, m->run.question, NULL);
	for (const char *c = "alp"; *c != '\0'; c++)
		assert_int_equal(prompt_key(&p, (uint32_t)*c), PROMPT_GOES_ON);
	dump = render(m, v, &p, NULL, 80, 24, false);
	assert_true(golden(SOURCE_DIR "/tests/screen/golden", "prompt-80x24", dump));
	free(dump);
	prompt_close(&p);
	prompt_open(&p, PROMPT_SECRET, 0, "alpha: passphrase of id_ed25519", NULL);
	for (const char *c = "sesame"; *c != '\0'; c++)
		prompt_key(&p, (uint32_t)*c);
	dump = render(m, v, &p, NULL, 80, 24, false);
	assert_null(strstr(dump, "sesame"));
	assert_non_null(strstr(dump, "> ******"));
	free(dump);
	prompt_close(&p);
	view_free(&v);
}

static struct view *make(enum screen screen)
{
	return screen == SCREEN_ZONE         ? view_zone("example.org")
	       : screen == SCREEN_DIFFERENCE ? view_difference("example.net")
	                                     : view_new(screen, "");
}

/* The deadline and the mode never drop off, at any size; too small a window says so. */
static void the_top_lines_never_move(void **state)
{
	const struct prompt none = { 0 };

	(void)state;
	for (int screen = 0; screen < SCREEN_PAGER; screen++) {
		struct view *v = make((enum screen)screen);

		for (int cols = 40; cols <= 210; cols += 7)
			for (int rows = 10; rows <= 70; rows += 5) {
				char *dump = render(m, v, &none, NULL, cols, rows, false),
				     *body = strchr(dump, '\n') + 1;

				if (cols < LEAST_COLS || rows < LEAST_ROWS) {
					assert_int_equal(strncmp(body, "window too small", 16), 0);
				} else {
					assert_int_equal(strncmp(body, " ods-failover  main", 19), 0);
					assert_non_null(strstr(body, "READ-ONLY"));
					assert_non_null(strstr(body, "03:12:45Z"));
					assert_int_equal(strncmp(strchr(body, '\n') + 1, " SLACK 61h03m", 13), 0);
					assert_non_null(strstr(body, "? help  q quit"));
				}
				free(dump);
			}
		view_free(&v);
	}
}

/* What is old says how old, whatever else has to give way for it. */
static void what_is_old_says_so_at_any_size(void **state)
{
	const struct prompt none = { 0 };

	(void)state;
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	screen_model_journal(m);
	m->now += 400;
	for (int screen = 0; screen < SCREEN_PAGER; screen++) {
		struct view *v = make((enum screen)screen);

		for (int cols = LEAST_COLS; cols <= 210; cols += 7) {
			char *dump = render(m, v, &none, NULL, cols, LEAST_ROWS, false);

			assert_true(strstr(dump, "STALE, seen 6m ago") != NULL ||
			            strstr(dump, "STALE, 6m ago") != NULL);
			if (screen == SCREEN_OVERVIEW)
				assert_non_null(strstr(dump, "STALE, seen 6m ago"));
			free(dump);
		}
		view_free(&v);
	}
}

/* ASCII terminals get nothing else, and the words are the same. */
static void ascii_is_ascii(void **state)
{
	const struct prompt none = { 0 };

	(void)state;
	screen_model_study(m, "example.net", STUDY_DIFFERS);
	screen_model_journal(m);
	for (int screen = 0; screen < SCREEN_PAGER; screen++) {
		struct view *v = make((enum screen)screen);
		char *dump = render(m, v, &none, "Zürich → 日本", 100, 30, true);

		for (const char *c = dump; *c != '\0'; c++)
			assert_true((unsigned char)*c < 0x80);
		free(dump);
		view_free(&v);
	}
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static void many_zones_are_in_view(void **state)
{
	struct view *v = view_overview();
	const struct prompt none = { 0 };
	enum { MANY = 500 };
	struct board_zone *zones = xcalloc(MANY, sizeof *zones);
	struct board big = *m->board;
	char(*names)[32] = xcalloc(MANY, sizeof *names);
	char *dump;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "zone%03d.example", i);
		zones[i] = m->board->zones[6];
		zones[i].name = names[i];
	}
	big.zones = zones;
	big.zone_count = MANY;
	m->board = m->facts = &big;
	dump = render(m, v, &none, NULL, 200, 60, false);
	assert_true(count(dump, ".example ") >= 20);
	assert_non_null(strstr(dump, "more"));
	free(dump);
	/* to the last one and back */
	struct intents in = { 0 };

	assert_true(v->ops->act(v, m, ACT_END, &in));
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "zone499.example"));
	free(dump);
	assert_true(v->ops->act(v, m, ACT_HOME, &in));
	dump = render(m, v, &none, NULL, 80, 24, false);
	assert_non_null(strstr(dump, "zone000.example"));
	free(dump);
	view_free(&v);
	free(zones);
	free(names);
}

/* The cursor stays on its zone when the order changes under it. */
static void the_cursor_stays_on_its_line(void **state)
{
	struct view *v = view_overview();
	struct board_zone first = m->board->zones[0];
	struct intents in = { 0 };

	(void)state;
	v->ops->update(v, m);
	v->ops->act(v, m, ACT_DOWN, &in);
	v->ops->act(v, m, ACT_DOWN, &in);
	m->board->zones[0] = m->board->zones[2];
	m->board->zones[2] = first;
	v->ops->update(v, m);
	v->ops->act(v, m, ACT_OPEN, &in);
	assert_int_equal(in.count, 1);
	assert_string_equal(in.list[0].text, "8/29.2.0.192.in-addr.arpa");
	intents_clear(&in);
	view_free(&v);
}

static void no_screen_has_two_actions_on_one_key(void **state)
{
	static const uint32_t codes[] = { KEYCODE_ENTER,     KEYCODE_ESC,  KEYCODE_TAB,   KEYCODE_UP,
		                          KEYCODE_DOWN,      KEYCODE_LEFT, KEYCODE_RIGHT, KEYCODE_PAGE_UP,
		                          KEYCODE_PAGE_DOWN, KEYCODE_HOME, KEYCODE_END,   KEYCODE_F1 };

	(void)state;
	for (int screen = 0; screen < SCREEN_COUNT; screen++) {
		struct view *v = make((enum screen)screen);

		for (uint32_t i = 0; i < 128 + sizeof codes / sizeof *codes; i++) {
			uint32_t key = i < 128 ? i : codes[i - 128];
			int n = 0;

			for (const enum action *a = v->ops->actions; *a != ACT_NONE; a++)
				n += action_has_key(*a, key);
			assert_true(n <= 1);
		}
		for (const enum action *a = v->ops->actions; *a != ACT_NONE; a++) {
			char key[16];

			action_key(*a, key);
			assert_true(key[0] != '\0');
			for (const enum action *b = a + 1; *b != ACT_NONE; b++)
				assert_int_not_equal(*a, *b);
		}
		view_free(&v);
	}
}

static void the_manual_has_every_action(void **state)
{
	struct buf out = { 0 };

	(void)state;
	actions_manual(&out);
	for (int a = ACT_NONE + 1; a < ACT_COUNT; a++)
		assert_non_null(strstr(buf_str(&out), action_row((enum action)a)->help));
	buf_free(&out);
}

int main(void)
{
#define VIEW_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		VIEW_TEST(overview),
		VIEW_TEST(a_run_was_left),
		VIEW_TEST(a_run_makes_a_look_old),
		VIEW_TEST(overview_late),
		VIEW_TEST(overview_aside),
		VIEW_TEST(overview_stale),
		VIEW_TEST(overview_link),
		VIEW_TEST(overview_lost),
		VIEW_TEST(overview_unseen),
		VIEW_TEST(before_the_first_look),
		VIEW_TEST(zone),
		VIEW_TEST(difference),
		VIEW_TEST(difference_of_a_name),
		VIEW_TEST(difference_in_full),
		VIEW_TEST(keys),
		VIEW_TEST(findings),
		VIEW_TEST(a_finding_opens),
		VIEW_TEST(checklist),
		VIEW_TEST(checklist_runs),
		VIEW_TEST(checklist_waits),
		VIEW_TEST(checklist_never_began),
		VIEW_TEST(checklist_asks),
		VIEW_TEST(checklist_hung),
		VIEW_TEST(checklist_failed),
		VIEW_TEST(checklist_unsure),
		VIEW_TEST(checklist_undoing),
		VIEW_TEST(checklist_undone),
		VIEW_TEST(checklist_done),
		VIEW_TEST(journal),
		VIEW_TEST(log_lines),
		VIEW_TEST(help),
		VIEW_TEST(prompts),
		VIEW_TEST(the_top_lines_never_move),
		VIEW_TEST(what_is_old_says_so_at_any_size),
		VIEW_TEST(ascii_is_ascii),
		VIEW_TEST(many_zones_are_in_view),
		VIEW_TEST(the_cursor_stays_on_its_line),
		cmocka_unit_test_setup_teardown(no_screen_has_two_actions_on_one_key, set_up, tear_down),
		cmocka_unit_test(the_manual_has_every_action),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("ODSF_NOW", "1795489965", 1); /* SCREEN_NOW, for what asks the clock itself */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
