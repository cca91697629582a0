/* What the program makes of zones that a real name server serves: verify, expiry and diff with --server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ground.h"
#include "liar.h"
#include "nsd.h"

#define ODSF BUILD_DIR "/ods-failover"

/* Its exit status; what it printed goes to "out" and "told". */
static int run(const char *words)
{
	char command[2000];
	int status;

	(void)snprintf(command, sizeof command, "cd %s && timeout 60 " ODSF " %s >out 2>told", ground_dir(), words);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void expect(const char *words, int status)
{
	int got = run(words);

	if (got != status) {
		char *out = ground_read("out"), *told = ground_read("told");

		fail_msg("%s: %d, not %d: %s%s", words, got, status, out, told);
	}
}

static void json(const char *filter)
{
	ground_run("cd %s && jq -e '%s' out >/dev/null || { cat out; false; }", ground_dir(), filter);
}

static void says(const char *file, const char *text)
{
	ground_run("cd %s && grep -qF -- '%s' %s || { cat out told; false; }", ground_dir(), text, file);
}

static void a_good_zone_verifies(void **state)
{
	(void)state;
	expect("verify --server " NSD_CHILD " example.test", 0);
	says("out", NSD_CHILD ": example.test serial 7 as of ");
	expect("verify --server " NSD_CHILD " example.test. --json --at 2026-01-02T00:00:00Z", 0);
	json(".schema == 1 and .server == \"" NSD_CHILD "\" and (.zones | length) == 1");
	json(".zones[0] | .zone == \"example.test\" and .ok == true and .serial == 7 and .at == "
	     "\"2026-01-02T00:00:00Z\"");
	json(".zones[0].signatures | .verified > 10 and .failed == 0");
}

static void one_that_has_expired_does_not(void **state)
{
	(void)state;
	expect("verify --server " NSD_CHILD " example.test --json --at 2037-01-01T00:00:00Z", 2);
	json(".zones[0] | .ok == false and .signatures.failed == 1 and .failures[0].type == \"NS\"");
}

static void with_the_keys_that_caches_hold(void **state)
{
	(void)state;
	ground_run("cd %s && grep -h '[[:space:]]DS[[:space:]]' zones/test >held", ground_dir());
	expect("verify --server " NSD_CHILD " example.test --keys held", 0);
	ground_run("cd %s && sed 's/\\(DS[[:space:]]*[0-9]* 13 2 \\).*/\\1%064d/' zones/test | grep ' 13 2 ' >held",
	           ground_dir(), 0);
	expect("verify --server " NSD_CHILD " example.test --keys held", 2);
}

static void when_it_runs_out(void **state)
{
	(void)state;
	expect("expiry --server " NSD_CHILD " example.test", 0);
	says("out", "the first signature to expire is that of example.test NS, 2036-01-01T00:00:00Z");
	expect("expiry --server " NSD_CHILD " --json example.test large.test", 0);
	json(".server == \"" NSD_CHILD "\" and [.zones[].name] == [\"example.test\", \"large.test\"]");
	json(".zones[0] | .first == \"2036-01-01T00:00:00Z\" and .rrset == \"example.test NS\" and .uncovered == 0");
	json(".zones[1] | .signatures == 0 and .records == 30002");
}

static const char *const head[] = { "example.test. 3600 IN SOA ns.test. hostmaster.test. 7 3600 600 86400 300", NULL };

static void breaks_off(struct liar_talk *t)
{
	if (t->stream)
		(void)liar_answer(t, NULL, head);
}

static void never_ends(struct liar_talk *t)
{
	static const char *const records[] = {
		"example.test. 3600 IN SOA ns.test. hostmaster.test. 7 3600 600 86400 300",
		"www.example.test. 3600 IN A 192.0.2.1", NULL
	};

	if (t->stream && liar_answer(t, NULL, records))
		liar_answer_without_end(t, records + 1);
}

/* A file against @l, stopped by an interrupt while it waits or reads. */
static void interrupted(const struct liar *l)
{
	ground_run("cd %s && { timeout -s INT 1 " ODSF " diff --file zones/example.test --server %s example.test >out "
	           "2>told; [ $? = 124 ]; } && grep -q interrupted told && [ ! -s out ]",
	           ground_dir(), liar_address(l));
}

/* What cannot be had is unknown, and hides nothing of the others. */
static void what_is_not_given_is_unknown(void **state)
{
	struct liar *l = liar_new(NULL);

	(void)state;
	expect("verify --server " NSD_CHILD " plain.test example.test --json --at 2026-01-02T00:00:00Z", 3);
	json(".zones[0] | .zone == \"plain.test\" and .ok == null and (.why | test(\"refuses the transfer .* "
	     ".REFUSED.\"))");
	json(".zones[1].ok == true");
	expect("expiry --server " NSD_CHILD " plain.test", 3);
	says("out", "name server " NSD_CHILD " refuses the transfer of plain.test (REFUSED)");
	expect("verify --server " NSD_NOBODY " example.test", 3);
	says("out", "cannot be reached: Connection refused");
	ground_run("cd %s && { timeout -s INT 1 " ODSF
	           " verify --server %s example.test >out 2>told; [ $? = 124 ]; } && "
	           "grep -q interrupted told",
	           ground_dir(), liar_address(l));
	liar_free(&l);
}

static void what_a_file_holds_against_it(void **state)
{
	(void)state;
	expect("diff --server " NSD_CHILD " --file zones/example.test example.test", 0);
	says("out", "example.test: equal; data 0, keys 0, coverage 0, denial 0, timing 0");
	ground_run("cd %s && sed "
	           "'s/^www\\.example\\.test\\.[[:space:]]*3600\\(.*\\)192.0.2.1$/www.example.test.\t3600\\1192.0.2.9/"
	           "' " NSD_SIGNED_FILE " >changed",
	           ground_dir());
	expect("diff --json --file changed --server " NSD_CHILD " example.test.", 1);
	json(".schema == 1 and .left == \"changed\" and .right == \"" NSD_CHILD "\" and (.at | length) == 20");
	json(".zones | length == 1 and (.[0] | .name == \"example.test\" and .equal == false and .counts.data == 1)");
	json(".zones[0].changes[0] | .band == \"data\" and .owner == \"www.example.test\" and .left == [\"3600 A "
	     "192.0.2.9\"] and .right == [\"3600 A 192.0.2.1\"]");
	json(".zones[0].changes[0].text | test(\"only changed has 192.0.2.9; only \\\\[127.0.0.1\\\\]:5301 has "
	     "192.0.2.1\")");
	/* A pipe too; and what is not signed, with names that stand under the zone. */
	ground_run("cd %s && mkfifo pipe && (cat changed >pipe &)", ground_dir());
	expect("diff --file pipe --server " NSD_CHILD " example.test", 1);
	expect("diff --file zones/large.test --server " NSD_CHILD " large.test", 0);
}

/* Neither a transfer that is refused or breaks off, nor a file that is none, is a difference. */
static void what_is_not_given_is_not_compared(void **state)
{
	struct liar *silent = liar_new(NULL), *without_end = liar_new(never_ends), *cut = liar_new(breaks_off);
	char words[200];

	(void)state;
	expect("diff --json --file zones/plain.test --server " NSD_CHILD " plain.test", 3);
	json(
	    ".zones[0] | .name == \"plain.test\" and .equal == null and .counts == null and .changes == [] and (.why | "
	    "test(\"refuses the transfer .* .REFUSED.\"))");
	expect("diff --file zones/example.test --server " NSD_NOBODY " example.test", 3);
	says("out", "cannot be reached: Connection refused");
	(void)snprintf(words, sizeof words, "diff --file zones/example.test --server %s example.test",
	               liar_address(cut));
	expect(words, 3);
	says("out", "closed the connection");
	expect("diff --file none --server " NSD_CHILD " example.test", 3);
	says("out", "none: No such file");
	interrupted(silent);
	interrupted(without_end);
	liar_free(&silent);
	liar_free(&without_end);
	liar_free(&cut);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const words[] = {
		"verify --server " NSD_CHILD,
		"verify --server " NSD_CHILD " --file /dev/null",
		"verify --server ns1.example.test example.test",
		"verify --server " NSD_CHILD " a..test",
		"expiry --server " NSD_CHILD,
		"expiry --server " NSD_CHILD " example.test --origin test",
		"diff --server " NSD_CHILD " --file /dev/null",
		"diff --server " NSD_CHILD " --file /dev/null example.test plain.test",
		"diff --server " NSD_CHILD " --file /dev/null a..test",
		"diff --server ns1.example.test --file zones/example.test example.test",
		"diff --server " NSD_CHILD " --files zones/example.test zones/example.test",
		"diff --server " NSD_CHILD " example.test --origin test",
		"diff --file zones/example.test example.test",
	};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		expect(words[i], 64);
		ground_run("cd %s && [ ! -s out ] && [ -s told ]", ground_dir());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_zone_verifies),
		cmocka_unit_test(one_that_has_expired_does_not),
		cmocka_unit_test(with_the_keys_that_caches_hold),
		cmocka_unit_test(when_it_runs_out),
		cmocka_unit_test(what_is_not_given_is_unknown),
		cmocka_unit_test(what_a_file_holds_against_it),
		cmocka_unit_test(what_is_not_given_is_not_compared),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};
	int failed;

	ground_enter();
	nsd_start();
	failed = cmocka_run_group_tests_name("served", tests, NULL, NULL);
	ground_leave();
	return failed;
}
