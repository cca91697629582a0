/* Walks the tables: a new step cannot escape the rules of step.h. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/run/step_kit.h"

static void each(void (*test)(const struct step_table *t, const struct step *s, size_t index))
{
	for (int kind = KIND_SWITCHOVER; kind <= KIND_FAILBACK; kind++) {
		const struct step_table *t = step_table((enum run_kind)kind);

		for (size_t i = 0; t != NULL && i < t->count; i++)
			test(t, &t->steps[i], i);
	}
}

static size_t final_of(const struct step_table *t)
{
	size_t i = 0;

	while (i < t->count && !t->steps[i].final)
		i++;
	return i;
}

static void check_id(const struct step_table *t, const struct step *s, size_t index)
{
	assert_true(strlen(s->id) > 0 && strlen(s->id) < 48);
	assert_true(islower((unsigned char)s->id[0]));
	assert_int_equal(strspn(s->id, "abcdefghijklmnopqrstuvwxyz-"), strlen(s->id));
	for (size_t i = 0; i < index; i++)
		assert_string_not_equal(t->steps[i].id, s->id);
	assert_ptr_equal(step_find(t, s->id), s);
}

static void check_undo(const struct step_table *t, const struct step *s, size_t index)
{
	bool none = s->risk == RISK_READ || s->risk == RISK_FINAL || index >= final_of(t);

	if ((s->undo == NULL) != none || (s->undo_text == NULL) != none)
		fail_msg("undo of %s", s->id);
	if ((s->run == NULL) != (s->risk == RISK_READ))
		fail_msg("run of %s", s->id);
	assert_non_null(s->check);
	assert_non_null(s->verify);
	assert_int_equal(s->final, s->risk == RISK_FINAL);
	assert_int_equal(s->final, s->not_taken != NULL);
}

static bool is_text(const char *s)
{
	return s != NULL && strlen(s) > 8 && strchr(s, '\t') == NULL;
}

static void check_texts(const struct step_table *t, const struct step *s, size_t index)
{
	(void)t;
	(void)index;
	if (!is_text(s->why) || !is_text(s->command) || !is_text(s->expected) || !is_text(s->by_hand) ||
	    strlen(s->title) < 5)
		fail_msg("a text of %s", s->id);
	assert_true(isupper((unsigned char)s->title[0]));
	assert_true(s->title[strlen(s->title) - 1] != '.');
	assert_true(s->timeout_s >= 30 && s->timeout_s <= 900);
}

static void ids_are_unique_and_well_formed(void **state)
{
	(void)state;
	each(check_id);
}

static void undo_is_there_exactly_where_it_is_possible(void **state)
{
	(void)state;
	each(check_undo);
}

static void every_step_has_its_texts(void **state)
{
	(void)state;
	each(check_texts);
}

static void each_table_has_one_point_of_no_return(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);
	size_t finals = 0;

	(void)state;
	assert_non_null(t);
	for (size_t i = 0; i < t->count; i++)
		finals += t->steps[i].final;
	assert_int_equal(finals, 1);
	assert_null(step_find(t, "no-such-step"));
}

/* Journals outlive releases: an id once given stays, and in this order the lab kept every zone and serial. */
static void the_switchover_keeps_its_ids_and_order(void **state)
{
	static const char *const ids[] = {
		"lease",           "gate",         "enforce",        "backup-prepare", "stop-enforcer", "stop-signer",
		"compare-serials", "snapshot",     "copy",           "prove-keys",     "swap",          "fence",
		"guard-serials",   "ready",        "start-enforcer", "backup-commit",  "start-signer",  "update-all",
		"sign-all",        "verify-zones", "publish",        "verify-public",  "roles",         "release",
	};
	const struct step_table *t = step_table(KIND_SWITCHOVER);

	(void)state;
	assert_int_equal(t->count, sizeof ids / sizeof *ids);
	for (size_t i = 0; i < t->count; i++)
		assert_string_equal(t->steps[i].id, ids[i]);
}

static void what_is_not_carried_out_yet_has_no_table(void **state)
{
	(void)state;
	assert_null(step_table(KIND_FAILOVER));
	assert_null(step_table(KIND_REPLICATE));
	assert_null(step_table(KIND_FAILBACK));
}

/* Of two machines with one name each has processes that the other has not: only one's own may be called gone. */
static void a_console_is_gone_only_where_its_machine_is_this_one(void **state)
{
	struct lease_console us;
	char gone[64], elsewhere[64];
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	assert_true(child > 0 && waitpid(child, NULL, 0) == child);
	lease_console(&us);
	(void)snprintf(gone, sizeof gone, "%ld%s", (long)child, strchr(us.pid, '@'));
	(void)snprintf(elsewhere, sizeof elsewhere, "%ld@00000000", (long)child);
	assert_true(lease_is_gone(us.host, gone));
	assert_false(lease_is_gone(us.host, us.pid));
	assert_false(lease_is_gone(us.host, elsewhere));
	assert_false(lease_is_gone("faraway", gone));
	*strchr(gone, '@') = '\0';
	assert_false(lease_is_gone(us.host, gone));
	assert_false(lease_is_gone(us.host, strchr(us.pid, '@')));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_unique_and_well_formed),
		cmocka_unit_test(undo_is_there_exactly_where_it_is_possible),
		cmocka_unit_test(every_step_has_its_texts),
		cmocka_unit_test(each_table_has_one_point_of_no_return),
		cmocka_unit_test(the_switchover_keeps_its_ids_and_order),
		cmocka_unit_test(what_is_not_carried_out_yet_has_no_table),
		cmocka_unit_test(a_console_is_gone_only_where_its_machine_is_this_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
