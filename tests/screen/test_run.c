/* A run by keys: the real console and engine on a pair in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/simulated_pair.h"
#include "tests/support/vt.h"
#include "tui/console/console.h"

enum { LONG = 20000 }; /* a wait that fails the test; nothing takes as long */

static char server[] = "192.0.2.53", pair_name[] = "main", alpha[] = "alpha", bravo[] = "bravo",
            at_alpha[] = "192.0.2.10", at_bravo[] = "192.0.2.20", conf[] = "/etc/opendnssec/conf.xml";
static char *servers[] = { server };
static struct pair_config pair = {
	.name = pair_name,
	.instance = { { .name = alpha, .role = ROLE_ACTIVE, .host = at_alpha, .configuration = conf },
	              { .name = bravo, .role = ROLE_STANDBY, .host = at_bravo, .configuration = conf } },
	.name_servers = servers,
	.name_server_count = 1,
	.failover_time = 1800,
	.margin = 3600,
};

/* What console and gate see: a pair on which all is well but for two findings, one that says stop, one that is not
 * known. */
struct board *board_observe(const struct pair_config *p, struct host *hosts[2], struct resolver *resolver,
                            struct measured measured, enum run_kind kind, struct cancel *c)
{
	static const struct obs_policy policy = { .name = "default", .digest = "d1" };
	static const struct finding findings[] = {
		{ .id = "key-missing", .severity = SEV_STOP, .text = "a key is missing", .at = 1 },
		{ .id = "public-silent", .severity = SEV_UNKNOWN, .text = "a server is silent", .at = 1 },
	};
	struct board *b = xcalloc(1, sizeof *b);

	(void)hosts;
	(void)resolver;
	(void)measured;
	(void)c;
	*b = (struct board){ .refs = 1, .pair = p, .kind = kind, .at = time(NULL), .standby = 1 };
	for (int i = 0; i < 2; i++) {
		struct observation *o = xcalloc(1, sizeof *o);

		*o = (struct observation){ .refs = 1,
			                   .config = &p->instance[i],
			                   .reachable = true,
			                   .machine_id = "0011",
			                   .hostname = i == 0 ? "host-0" : "host-1",
			                   .version = "2.1.12",
			                   .zone_count = SIM_ZONES,
			                   .key_count = SIM_ZONES,
			                   .policy_count = 1 };
		o->zones = arena_alloc(&o->arena, SIM_ZONES * sizeof *o->zones);
		o->keys = arena_alloc(&o->arena, SIM_ZONES * sizeof *o->keys);
		o->policies = arena_alloc(&o->arena, sizeof *o->policies);
		o->policies[0] = policy;
		for (size_t z = 0; z < SIM_ZONES; z++) {
			o->zones[z] =
			    (struct obs_zone){ .name = sim_zone_names[z], .policy = "default", .in_database = TRI_YES };
			o->keys[z] = (struct obs_key){ .zone = sim_zone_names[z], .cka_id = sim_cka_id(z) };
		}
		b->obs[i] = o;
	}
	b->findings = xcalloc(2, sizeof *b->findings);
	memcpy(b->findings, findings, sizeof findings);
	b->finding_count = 2;
	return b;
}

/* Where there is a pipe "held" beside the journal, "enforce" takes until somebody opens it. */
static char held[120];

static enum rc held_call(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                         struct err *e)
{
	if (strcmp(q->verb, "enforce") == 0) {
		int fd = open(held, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			close(fd);
	}
	return sim_call(h, q, a, c, e);
}

static void child(const char *journal, const char *another)
{
	static struct host_ops ops;
	struct sim *sim = sim_new(&pair);
	struct console_args args = { .pair = &pair,
		                     .hosts = { &sim->hosts[0], &sim->hosts[1] },
		                     .resolver = &sim->resolver,
		                     .journal_path = journal };
	struct err e = { 0 };
	int status;

	ops = sim_host_ops;
	ops.call = held_call;
	sim->hosts[0].ops = sim->hosts[1].ops = &ops;
	(void)snprintf(held, sizeof held, "%.*s/held", (int)(strrchr(journal, '/') - journal), journal);
	setlocale(LC_ALL, "");
	console_block_signals();
	status = console_run(&args, &e);
	if (another != NULL) { /* the same pair from another machine */
		args.journal_path = another;
		status = console_run(&args, &e);
	}
	sim_free(sim);
	exit(status);
}

static struct vt vt;
static char dir[64], path_of_journal[100], another_journal[100];

static int start(bool twice)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)"console", path_of_journal, twice ? another_journal : NULL,
		         NULL };

	(void)str_copy(dir, sizeof dir, "/tmp/odsf-run-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path_of_journal, sizeof path_of_journal, "%s/journal.db", dir);
	(void)snprintf(another_journal, sizeof another_journal, "%s/another.db", dir);
	return vt_spawn(&vt, 40, 200, "xterm-256color", argv, NULL) ? 0 : -1;
}

static int set_up(void **state)
{
	(void)state;
	return start(false);
}

static int set_up_two(void **state)
{
	(void)state;
	return start(true);
}

static int tear_down(void **state)
{
	static const char *const ends[] = { "journal.db",     "journal.db-wal", "journal.db-shm", "another.db",
		                            "another.db-wal", "another.db-shm", "zones",          "held" };

	(void)state;
	vt_free(&vt);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char path[120];

		(void)snprintf(path, sizeof path, "%s/%s", dir, ends[i]);
		(void)remove(path);
	}
	return rmdir(dir);
}

static void keys(const char *typed, const char *shows)
{
	vt_type(&vt, typed);
	assert_true(vt_until(&vt, shows, LONG));
}

static bool find_override(void *ctx, const struct journal_entry *n)
{
	struct buf *out = ctx;

	if (n->phase == PHASE_OVERRIDE)
		buf_addf(out, "%s: %s\n", n->step, n->text);
	return true;
}

static bool newest(void *ctx, const struct journal_run *r)
{
	*(struct journal_run *)ctx = *r;
	return false;
}

/* What the journal has of the newest run that was overridden. Caller frees. */
static char *overridden(void)
{
	struct journal *j = NULL;
	struct journal_run run = { .id = "" };
	struct buf out = { 0 };
	struct err e = { 0 };

	assert_int_equal(journal_open(&j, path_of_journal, true, &e), RC_OK);
	assert_int_equal(journal_each_run(j, newest, &run, &e), RC_OK);
	assert_int_equal(journal_each(j, run.id, find_override, &out, &e), RC_OK);
	journal_close(&j);
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

static void arm_and_start(void)
{
	keys("c", "Take the lease");
	keys("A", "Why is the console armed?");
	keys("change 4711\r", " ARMED ");
	keys("S", "2 findings say stop or unknown: its gate will refuse.");
}

/* The lease is taken, then the gate looks. */
static void begin_to_the_gate(void)
{
	keys("b", "a approve");
	vt_type(&vt, "a");
}

static void arming_needs_a_reason(void **state)
{
	(void)state;
	keys("A", "Why is the console armed?");
	keys("\r", "Nothing was typed; Esc leaves everything as it is.");
	keys("\033", "? help");
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
}

static void a_finding_refuses_the_run(void **state)
{
	char *text;

	(void)state;
	arm_and_start();
	begin_to_the_gate();
	assert_true(vt_until(&vt, "a key is missing (key-missing), and there are others", LONG));
	text = overridden();
	assert_string_equal(text, "");
	free(text);
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
}

static void a_finding_is_overridden_by_its_id_with_a_reason(void **state)
{
	char *text;

	(void)state;
	arm_and_start();
	keys("o", "Against it: key-missing, public-silent.");
	keys("key-missing\r", "Refused: a reason is missing");
	keys("no-such=it is so\r", "Refused: no finding with the id no-such");
	keys("key-missing=it comes with the copy\r", "1 finding more says stop or unknown: its gate will refuse.");
	keys("o", "Against it: public-silent.");
	keys("\033", "1 finding more says stop or unknown");
	keys("o", "Against it: public-silent.");
	keys("public-silent=it is being moved\r", "overridden by you, with your reasons");
	begin_to_the_gate();
	assert_true(vt_until(&vt, "no finding says stop or unknown", LONG));
	vt_type(&vt, "s"); /* at the question of the next step */
	assert_true(vt_until(&vt, "stopped", LONG));
	text = overridden();
	assert_non_null(strstr(text, "gate: key-missing overridden by "));
	assert_non_null(strstr(text, "because: it comes with the copy; it says: a key is missing\n"));
	assert_non_null(strstr(text, "because: it is being moved; it says: a server is silent\n"));
	free(text);
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
}

/* A run that was stopped before its gate is gone on with in spite of a finding as one is begun; behind it nothing is
 * against it any more. */
static void a_run_goes_on_in_spite_of_a_finding(void **state)
{
	char *text;

	(void)state;
	arm_and_start();
	keys("b", "a approve");
	keys("s", "Next: R goes on with it");
	keys("R", "2 findings say stop or unknown: its gate will refuse. It looks first");
	keys("o", "In spite of which finding is the run to go on, and why?");
	keys("key-missing=it comes with the copy\r", "1 finding more says stop or unknown: its gate will refuse.");
	keys("o", "Against it: public-silent.");
	keys("\033", "g go on");
	keys("\033", "? help"); /* what was overridden was so for that one answer */
	keys("R", "2 findings say stop or unknown");
	keys("o", "Against it: key-missing, public-silent.");
	keys("key-missing=it comes with the copy\r", "1 finding more");
	keys("o", "Against it: public-silent.");
	keys("public-silent=it is being moved\r", "overridden by you, with your reasons");
	keys("g", "a approve");
	vt_type(&vt, "a");
	assert_true(vt_until(&vt, "no finding says stop or unknown", LONG));
	keys("s", "Next: R goes on with it");
	text = overridden();
	assert_non_null(strstr(text, "because: it comes with the copy; it says: a key is missing\n"));
	assert_non_null(strstr(text, "because: it is being moved; it says: a server is silent\n"));
	free(text);
	keys("R", "? It looks first at what is really so; each step still asks.");
	text = vt_text(&vt);
	assert_null(strstr(text, "o override"));
	free(text);
	keys("\033", "? help");
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
}

static void pass_the_gate(void)
{
	arm_and_start();
	keys("o", "Against it: key-missing, public-silent.");
	keys("key-missing=it comes with the copy\r", "1 finding more");
	keys("o", "Against it: public-silent.");
	keys("public-silent=it is being moved\r", "overridden by you");
	begin_to_the_gate();
	assert_true(vt_until(&vt, "Step 3 of", LONG));
}

/* What is asked about a step in progress is over with the step. */
static void a_prompt_about_a_step_ends_with_it(void **state)
{
	char path[120];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/held", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	pass_the_gate();
	keys("a", "running");
	keys("q", "x break the step off now, and leave");
	keys("\033", "? help");
	keys("x", "Break off the step in progress?");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	assert_true(vt_until(&vt, "The step has ended by itself: nothing was broken off.", LONG));
	assert_true(vt_until(&vt, "Step 4 of", LONG));
	assert_true(vt_until(&vt, "a approve", LONG));
	keys("q", "s stop here, and leave");
	vt_type(&vt, "s");
	assert_int_equal(vt_wait(&vt, LONG), 5);
}

/* What was left half way on one machine is said on another one, and gone on with there. */
static void a_run_of_another_machine_is_known(void **state)
{
	(void)state;
	pass_the_gate();
	keys("q", "s stop here, and leave");
	keys("s", "! The switchover alpha → bravo was stopped at enforce");
	keys("j", "stopped");
	keys("o", "─ Overview ");
	keys("c", "R goes on with it, u takes it back.");
	keys("A", "Why is the console armed?");
	keys("took over\r", " ARMED ");
	keys("R", "Go on with the switchover from alpha to bravo that was stopped at enforce");
	keys("g", "Step 1 of 24");
	keys("q", "s stop here, and leave");
	vt_type(&vt, "s");
	assert_int_equal(vt_wait(&vt, LONG), 5);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arming_needs_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_refuses_the_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_is_overridden_by_its_id_with_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_goes_on_in_spite_of_a_finding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_prompt_about_a_step_ends_with_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_of_another_machine_is_known, set_up_two, tear_down),
	};

	if (argc >= 3 && strcmp(argv[1], "console") == 0)
		child(argv[2], argc > 3 ? argv[3] : NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
