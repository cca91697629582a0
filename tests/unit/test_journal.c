#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/board.h"
#include "core/run/journal.h"

struct place {
	char dir[64];
	char *path, *other;
	struct journal *j;
	struct err e;
};

static int setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	(void)str_copy(p->dir, sizeof p->dir, "/tmp/odsf-journal-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	p->path = xasprintf("%s/journal.db", p->dir);
	p->other = xasprintf("%s/other.db", p->dir);
	*state = p;
	return journal_open(&p->j, p->path, false, &p->e) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct place *p = *state;

	journal_close(&p->j);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char *a = xasprintf("%s%s", p->path, ends[i]), *b = xasprintf("%s%s", p->other, ends[i]);

		(void)unlink(a);
		(void)unlink(b);
		free(a);
		free(b);
	}
	(void)rmdir(p->dir);
	free(p->path);
	free(p->other);
	free(p);
	return 0;
}

static struct journal_run a_run(struct place *p, const char *pair)
{
	struct journal_run r = { .kind = "switchover",
		                 .from = "alpha",
		                 .to = "bravo",
		                 .operator_name = "jo",
		                 .reason = "why",
		                 .version = "0.1.0" };

	(void)str_copy(r.pair, sizeof r.pair, pair);
	(void)str_copy(r.plan_id, sizeof r.plan_id, "0123456789abcdef");
	assert_int_equal(journal_begin(p->j, &r, &p->e), RC_OK);
	return r;
}

static void note(struct place *p, const char *run, const char *step, enum phase phase, enum rc rc)
{
	struct journal_entry n = {
		.run = run, .step = step, .attempt = 1, .phase = phase, .rc = rc, .host = "alpha", .text = "said"
	};

	assert_int_equal(journal_append(p->j, &n, &p->e), RC_OK);
}

/* Runs @sql on the file behind the journal's back, as somebody with sqlite3 would. */
static int meddle(const char *path, const char *sql)
{
	sqlite3 *db;
	int rc;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

static void a_run_says_where_it_stands(void **state)
{
	struct place *p = *state;
	struct journal_run r = a_run(p, "main"), got;
	bool found;

	note(p, r.id, "lease", PHASE_INTENT, RC_OK);
	assert_int_equal(journal_find(p->j, "main", NULL, true, &got, &found, &p->e), RC_OK);
	assert_true(found);
	assert_string_equal(got.id, r.id);
	assert_string_equal(got.step, "lease");
	assert_int_equal(got.phase, PHASE_INTENT);
	assert_int_equal(got.outcome, OUTCOME_OPEN);
	assert_string_equal(got.from, "alpha");
	assert_string_equal(got.operator_name, "jo");

	note(p, r.id, "lease", PHASE_VERIFY, RC_OK);
	note(p, r.id, "lease", PHASE_NOTE, RC_OK);
	assert_int_equal(journal_find(p->j, "main", r.id, true, &got, &found, &p->e), RC_OK);
	assert_true(found);
	assert_int_equal(got.phase, PHASE_VERIFY);

	assert_int_equal(journal_end(p->j, r.id, OUTCOME_STOPPED, &p->e), RC_OK);
	assert_int_equal(journal_find(p->j, "main", NULL, true, &got, &found, &p->e), RC_OK);
	assert_true(found);
	assert_int_equal(got.outcome, OUTCOME_STOPPED);
	assert_true(got.ended_ms >= got.started_ms);

	assert_int_equal(journal_reopen(p->j, r.id, "jo again", &p->e), RC_OK);
	assert_int_equal(journal_find(p->j, "main", NULL, true, &got, &found, &p->e), RC_OK);
	assert_int_equal(got.outcome, OUTCOME_OPEN);
	assert_int_equal(got.ended_ms, 0);

	assert_int_equal(journal_end(p->j, r.id, OUTCOME_DONE, &p->e), RC_OK);
	assert_int_equal(journal_find(p->j, "main", NULL, true, &got, &found, &p->e), RC_OK);
	assert_false(found);
	assert_int_equal(journal_find(p->j, "other", r.id, false, &got, &found, &p->e), RC_OK);
	assert_false(found);
	assert_int_equal(journal_verify(p->j, r.id, &p->e), RC_OK);
}

static void run_ids_are_unique_and_fit_for_a_file_name(void **state)
{
	struct place *p = *state;
	char ids[50][RUN_ID];

	for (size_t i = 0; i < 50; i++) {
		struct journal_run r = a_run(p, "main");

		(void)str_copy(ids[i], RUN_ID, r.id);
		assert_true(strlen(r.id) < RUN_ID);
		assert_int_equal(strspn(r.id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(r.id));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(ids[k], ids[i]);
	}
}

static void entries_cannot_be_changed_or_deleted(void **state)
{
	static const char *const sql[] = {
		"UPDATE entry SET text = 'x'", "DELETE FROM entry", "UPDATE attachment SET body = x'00'",
		"DELETE FROM attachment",      "DELETE FROM run",   "UPDATE run SET operator = 'nobody'",
	};
	struct place *p = *state;
	struct journal_run r = a_run(p, "main");

	note(p, r.id, "lease", PHASE_INTENT, RC_OK);
	assert_int_equal(journal_attach(p->j, r.id, "plan", "{}", 2, &p->e), RC_OK);
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
		assert_int_equal(meddle(p->path, sql[i]), SQLITE_CONSTRAINT);
	assert_int_equal(journal_verify(p->j, r.id, &p->e), RC_OK);
}

static void whoever_drops_the_triggers_is_found_out(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "DROP TRIGGER entry_update; UPDATE entry SET text = 'lie' WHERE seq = 2", "entry 2" },
		{ "DROP TRIGGER entry_update; UPDATE entry SET rc = 'RC_REMOTE' WHERE seq = 2", "entry 2" },
		{ "DROP TRIGGER entry_update; UPDATE entry SET host = NULL WHERE seq = 2", "entry 2" },
		{ "DROP TRIGGER entry_update; UPDATE entry SET at_ms = at_ms + 1 WHERE seq = 3", "entry 3" },
		{ "DROP TRIGGER entry_delete; DELETE FROM entry WHERE seq = 2", "entry 2" },
		{ "DROP TRIGGER entry_delete; DELETE FROM entry WHERE seq = 5", "the last" },
		{ "DROP TRIGGER attachment_update; UPDATE attachment SET body = x'7b7c'", "attachment plan" },
		{ "DROP TRIGGER attachment_update; UPDATE attachment SET name = 'plam'", "entry 4" },
		{ "DROP TRIGGER attachment_delete; DELETE FROM attachment", "attachment" },
		{ "UPDATE run SET outcome = 'done'", "the row" },
		{ "UPDATE run SET ended_ms = 5", "the row" },
		{ "DROP TRIGGER run_update; UPDATE run SET operator = 'nobody'", "entry 1" },
		{ "DROP TRIGGER run_update; UPDATE run SET plan_id = 'ff'", "entry 1" },
		{ "DROP TRIGGER entry_delete; DELETE FROM entry WHERE seq = 5; UPDATE run SET seq = 4", "the row" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *again = NULL;
		struct place *p;
		struct journal_run r;

		assert_int_equal(setup(&again), 0);
		p = again;
		r = a_run(p, "main");
		note(p, r.id, "lease", PHASE_INTENT, RC_OK);
		note(p, r.id, "lease", PHASE_VERIFY, RC_OK);
		assert_int_equal(journal_attach(p->j, r.id, "plan", "{}", 2, &p->e), RC_OK);
		note(p, r.id, "gate", PHASE_VERIFY, RC_OK);
		assert_int_equal(journal_verify(p->j, r.id, &p->e), RC_OK);
		assert_int_equal(meddle(p->path, cases[i].sql), SQLITE_OK);
		assert_int_equal(journal_verify(p->j, r.id, &p->e), RC_DB);
		if (strstr(p->e.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].sql, p->e.text);
		assert_int_equal(teardown(&again), 0);
	}
	(void)state;
}

static void attachments_come_back_whole_and_the_newest_counts(void **state)
{
	static const char body[] = "a\0b\xff\n";
	struct place *p = *state;
	struct journal_run r = a_run(p, "main");
	struct buf b = { 0 };
	bool found;

	assert_int_equal(journal_attach(p->j, r.id, "facts", "old", 3, &p->e), RC_OK);
	assert_int_equal(journal_attach(p->j, r.id, "facts", body, sizeof body, &p->e), RC_OK);
	assert_int_equal(journal_attach(p->j, r.id, "empty", NULL, 0, &p->e), RC_OK);
	assert_int_equal(journal_attachment(p->j, r.id, "facts", &b, &found, &p->e), RC_OK);
	assert_true(found);
	assert_int_equal(b.len, sizeof body);
	assert_memory_equal(b.p, body, sizeof body);
	buf_reset(&b);
	assert_int_equal(journal_attachment(p->j, r.id, "empty", &b, &found, &p->e), RC_OK);
	assert_true(found);
	assert_int_equal(b.len, 0);
	assert_int_equal(journal_attachment(p->j, r.id, "nothing", &b, &found, &p->e), RC_OK);
	assert_false(found);
	assert_int_equal(journal_verify(p->j, r.id, &p->e), RC_OK);
	buf_free(&b);
}

struct lines {
	char text[400];
};

static bool add_row(void *ctx, const struct journal_entry *n)
{
	struct lines *l = ctx;
	size_t len = strlen(l->text);

	(void)snprintf(l->text + len, sizeof l->text - len, "%s/%s/%s ", n->step, phase_name(n->phase), rc_name(n->rc));
	return true;
}

static void the_mirror_carries_a_run_to_another_machine(void **state)
{
	struct place *p = *state;
	struct journal_run r = a_run(p, "main"), got;
	struct journal *other = NULL;
	struct buf first = { 0 }, second = { 0 }, back = { 0 };
	struct lines here = { "" }, there = { "" };
	bool found;

	note(p, r.id, "lease", PHASE_INTENT, RC_OK);
	assert_int_equal(journal_attach(p->j, r.id, "plan", "{\"a\":1}", 7, &p->e), RC_OK);
	assert_int_equal(journal_export(p->j, r.id, &first, &p->e), RC_OK);
	note(p, r.id, "lease", PHASE_VERIFY, RC_TIMEOUT);
	assert_int_equal(journal_end(p->j, r.id, OUTCOME_STOPPED, &p->e), RC_OK);
	assert_int_equal(journal_export(p->j, r.id, &second, &p->e), RC_OK);

	assert_int_equal(journal_open(&other, p->other, false, &p->e), RC_OK);
	assert_int_equal(journal_import(other, buf_str(&first), first.len, &p->e), RC_OK);
	assert_int_equal(journal_find(other, "main", NULL, true, &got, &found, &p->e), RC_OK);
	assert_true(found);
	assert_int_equal(got.phase, PHASE_INTENT);
	assert_int_equal(journal_import(other, buf_str(&second), second.len, &p->e), RC_OK);
	assert_int_equal(journal_import(other, buf_str(&first), first.len, &p->e), RC_OK);
	assert_int_equal(journal_import(other, buf_str(&second), second.len, &p->e), RC_OK);
	assert_int_equal(journal_verify(other, r.id, &p->e), RC_OK);
	assert_int_equal(journal_find(other, "main", r.id, true, &got, &found, &p->e), RC_OK);
	assert_int_equal(got.outcome, OUTCOME_STOPPED);
	assert_string_equal(got.id, r.id);
	assert_int_equal(journal_attachment(other, r.id, "plan", &back, &found, &p->e), RC_OK);
	assert_string_equal(buf_str(&back), "{\"a\":1}");
	assert_int_equal(journal_each(p->j, r.id, add_row, &here, &p->e), RC_OK);
	assert_int_equal(journal_each(other, r.id, add_row, &there, &p->e), RC_OK);
	assert_string_equal(here.text, there.text);
	assert_string_equal(here.text,
	                    "/begin/RC_OK lease/intent/RC_OK /attach/RC_OK lease/verify/RC_TIMEOUT /end/RC_OK ");
	journal_close(&other);
	buf_free(&first);
	buf_free(&second);
	buf_free(&back);
}

static void a_mirror_that_was_changed_is_not_taken_and_one_that_parts_ends_ours(void **state)
{
	struct place *p = *state;
	struct journal_run r = a_run(p, "main"), got;
	struct journal *other = NULL;
	struct buf lines = { 0 };
	bool found;

	assert_int_equal(journal_attach(p->j, r.id, "plan", "hello", 5, &p->e), RC_OK);
	note(p, r.id, "lease", PHASE_INTENT, RC_OK);
	assert_int_equal(journal_export(p->j, r.id, &lines, &p->e), RC_OK);
	assert_int_equal(journal_open(&other, p->other, false, &p->e), RC_OK);

	/* Every octet that is turned into another one has to be noticed, and nothing may be left behind. */
	for (size_t i = 0; i < lines.len; i += 3) {
		char old = lines.p[i];

		lines.p[i] = old == 'x' ? 'y' : 'x';
		if (journal_import(other, lines.p, lines.len, &p->e) != RC_DB)
			fail_msg("taken with octet %zu changed: %.40s", i, lines.p + (i > 20 ? i - 20 : 0));
		lines.p[i] = old;
	}
	for (size_t cut = 0; cut < lines.len - 1; cut += 5)
		assert_int_equal(journal_import(other, lines.p, cut, &p->e), RC_DB);
	assert_int_equal(journal_find(other, "main", NULL, false, &got, &found, &p->e), RC_OK);
	assert_false(found);

	assert_int_equal(journal_import(other, lines.p, lines.len, &p->e), RC_OK);
	{
		struct journal_entry n = { .run = r.id, .step = "gate", .phase = PHASE_INTENT, .text = "elsewhere" };

		assert_int_equal(journal_append(other, &n, &p->e), RC_OK);
		assert_int_equal(journal_append(other, &n, &p->e), RC_OK);
	}
	assert_int_equal(journal_import(other, lines.p, lines.len, &p->e), RC_OK);
	note(p, r.id, "lease", PHASE_VERIFY, RC_OK);
	buf_reset(&lines);
	assert_int_equal(journal_export(p->j, r.id, &lines, &p->e), RC_OK);
	assert_int_equal(journal_import(other, lines.p, lines.len, &p->e), RC_BLOCKED);
	note(p, r.id, "gate", PHASE_VERIFY, RC_OK);
	note(p, r.id, "gate", PHASE_VERIFY, RC_OK);
	buf_reset(&lines);
	assert_int_equal(journal_export(p->j, r.id, &lines, &p->e), RC_OK);
	assert_int_equal(journal_import(other, lines.p, lines.len, &p->e), RC_BLOCKED);
	/* Once that one has ended, ours has as well, and says why. */
	assert_int_equal(journal_end(p->j, r.id, OUTCOME_DONE, &p->e), RC_OK);
	buf_reset(&lines);
	assert_int_equal(journal_export(p->j, r.id, &lines, &p->e), RC_OK);
	assert_int_equal(journal_import(other, lines.p, lines.len, &p->e), RC_OK);
	assert_int_equal(journal_find(other, "main", r.id, false, &got, &found, &p->e), RC_OK);
	assert_true(found && got.outcome == OUTCOME_DONE);
	assert_int_equal(journal_verify(other, r.id, &p->e), RC_OK);
	journal_close(&other);
	buf_free(&lines);
}

static void runs_are_measured_from_stop_to_public(void **state)
{
	struct place *p = *state;
	struct measured m = { 7, 7 };

	assert_int_equal(journal_measured(p->j, "main", "switchover", &m, &p->e), RC_OK);
	assert_int_equal(m.runs, 0);
	assert_int_equal(m.seconds, 0);
	for (int i = 0; i < 3; i++) {
		struct journal_run r;
		char now[16];

		(void)snprintf(now, sizeof now, "%d", 1000000);
		setenv("ODSF_NOW", now, 1);
		r = a_run(p, "main");
		note(p, r.id, "stop-enforcer", PHASE_INTENT, RC_OK);
		(void)snprintf(now, sizeof now, "%d", 1000000 + 100 * (i + 1));
		setenv("ODSF_NOW", now, 1);
		note(p, r.id, "verify-public", PHASE_VERIFY, RC_REMOTE);
		note(p, r.id, "verify-public", PHASE_VERIFY, RC_OK);
		setenv("ODSF_NOW", "1009000", 1);
		if (i == 2)
			assert_int_equal(journal_reopen(p->j, r.id, "again", &p->e), RC_OK);
		assert_int_equal(journal_end(p->j, r.id, OUTCOME_DONE, &p->e), RC_OK);
	}
	unsetenv("ODSF_NOW");
	assert_int_equal(journal_measured(p->j, "main", "switchover", &m, &p->e), RC_OK);
	assert_int_equal(m.runs, 2);
	assert_int_equal(m.seconds, 200);
	assert_int_equal(journal_measured(p->j, "main", "failover", &m, &p->e), RC_OK);
	assert_int_equal(m.runs, 0);
}

static void a_journal_that_is_not_there_is_empty_when_only_read(void **state)
{
	struct place *p = *state;
	struct journal *none = NULL;
	struct journal_run r;
	bool found = true;

	assert_int_equal(journal_open(&none, p->other, true, &p->e), RC_OK);
	assert_int_equal(journal_find(none, "main", NULL, false, &r, &found, &p->e), RC_OK);
	assert_false(found);
	journal_close(&none);
	assert_int_not_equal(access(p->other, F_OK), 0);
}

static void another_file_is_refused_with_its_name(void **state)
{
	struct place *p = *state;
	struct journal *other = NULL;

	assert_int_equal(meddle(p->other, "CREATE TABLE t(x); PRAGMA user_version = 1"), SQLITE_OK);
	assert_int_equal(journal_open(&other, p->other, false, &p->e), RC_DB);
	assert_null(other);
	assert_non_null(strstr(p->e.text, p->other));
}

static void the_default_place_is_made_for_its_owner_only(void **state)
{
	struct place *p = *state;
	char *home = xasprintf("%s/state", p->dir), *path = NULL, *dir;
	struct stat st;

	setenv("XDG_STATE_HOME", home, 1);
	assert_int_equal(journal_default_path(&path, &p->e), RC_OK);
	unsetenv("XDG_STATE_HOME");
	dir = xasprintf("%s/ods-failover", home);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(strncmp(path, dir, strlen(dir)), 0);
	(void)rmdir(dir);
	(void)rmdir(home);
	free(dir);
	free(home);
	free(path);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_run_says_where_it_stands),
		TEST(run_ids_are_unique_and_fit_for_a_file_name),
		TEST(entries_cannot_be_changed_or_deleted),
		TEST(whoever_drops_the_triggers_is_found_out),
		TEST(attachments_come_back_whole_and_the_newest_counts),
		TEST(the_mirror_carries_a_run_to_another_machine),
		TEST(a_mirror_that_was_changed_is_not_taken_and_one_that_parts_ends_ours),
		TEST(runs_are_measured_from_stop_to_public),
		TEST(a_journal_that_is_not_there_is_empty_when_only_read),
		TEST(another_file_is_refused_with_its_name),
		TEST(the_default_place_is_made_for_its_owner_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
