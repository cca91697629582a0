/* The engine against a pair in memory. The matrix of faults is made by walking the table of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/simulated_pair.h"

/* The board that the gate sees: what matters here is only whether it has a finding against the run. */
struct board *board_observe(const struct pair_config *pair, struct host *hosts[2], struct resolver *resolver,
                            struct measured measured, enum run_kind kind, struct cancel *c)
{
	static const struct obs_policy policy = { .name = "default", .digest = "d1" };
	struct board *b = xcalloc(1, sizeof *b);

	(void)hosts;
	(void)resolver;
	(void)measured;
	(void)c;
	b->refs = 1;
	b->pair = pair;
	b->kind = kind;
	b->active = 0;
	b->standby = 1;
	for (int i = 0; i < 2; i++) {
		struct observation *o = xcalloc(1, sizeof *o);

		o->refs = 1;
		o->reachable = true;
		o->machine_id = "0011";
		o->hostname = i == 0 ? "host-0" : "host-1";
		o->version = "2.1.12";
		o->zones = arena_alloc(&o->arena, SIM_ZONES * sizeof *o->zones);
		o->keys = arena_alloc(&o->arena, SIM_ZONES * sizeof *o->keys);
		o->policies = arena_alloc(&o->arena, sizeof *o->policies);
		o->policies[0] = policy;
		o->policy_count = 1;
		o->zone_count = o->key_count = SIM_ZONES;
		for (size_t z = 0; z < SIM_ZONES; z++) {
			o->zones[z] =
			    (struct obs_zone){ .name = sim_zone_names[z], .policy = "default", .in_database = TRI_YES };
			o->keys[z] = (struct obs_key){ .zone = sim_zone_names[z], .cka_id = sim_cka_id(z) };
		}
		b->obs[i] = o;
	}
	if (the_sim != NULL && the_sim->stop_finding != 0) {
		b->findings = xcalloc(1, sizeof *b->findings);
		b->findings[0] = (struct finding){ .id = the_sim->stop_id != NULL ? the_sim->stop_id : "key-missing",
			                           .severity = (enum severity)the_sim->stop_finding,
			                           .text = "a key is missing" };
		b->finding_count = 1;
	}
	return b;
}

static char server[] = "192.0.2.53", command[] = "reload", pair_name[] = "main", alpha[] = "alpha", bravo[] = "bravo";

struct bench {
	char dir[64];
	struct pair_config pair;
	char *servers[1], *publish[1];
	struct sim *sim;
	struct journal *journal;
	struct plan *plan;
	struct engine_policy policy;
	enum answer on_failure; /* the operator's answer in interactive runs */
	bool yes_to_questions;
	struct engine *en; /* while one runs */
	int exit_code;
	enum outcome outcome;
	char run[RUN_ID];
	char text[300];
	int questions;
	bool crossed;             /* this console's failover.xml has the two hosts the other way round */
	const char *cancel_at;    /* the operator presses Ctrl-C when this step runs */
	const char *steal_at;     /* another console takes the lease when this step runs */
	bool steal_run;           /* … and with it the same run */
	const char *steal_before; /* the same while the operator is asked about this step */
	const char *decay_at;     /* the state of the old active is another one when this step runs */
};

static void steal(struct bench *b)
{
	for (int i = 0; i < 2; i++) {
		struct sim_side *h = &b->sim->w.side[i];

		h->lease = h->lease_foreign = true;
		(void)str_copy(h->lease_run, RUN_ID, b->steal_run ? b->run : "20260101-000000-faraway-00000000");
	}
}

static void on_event(void *ctx, struct run_event *ev)
{
	struct bench *b = ctx;

	if (ev->run[0] != '\0') {
		(void)str_copy(b->run, sizeof b->run, ev->run);
		b->sim->run = b->run;
	}
	if (ev->kind == EV_STEP) {
		(void)str_copy(b->sim->step, sizeof b->sim->step, ev->step);
		b->sim->status = ev->status;
		if (ev->status == ST_FAILED && (ev->rc == RC_TIMEOUT || ev->rc == RC_UNKNOWN || ev->rc == RC_CONNECT))
			sim_violate(b->sim, "what has an unknown outcome is said to have failed");
		if (b->cancel_at != NULL && strcmp(b->cancel_at, ev->step) == 0 && ev->status == ST_RUNNING)
			cancel_raise(b->sim->cancel);
		if (b->steal_at != NULL && strcmp(b->steal_at, ev->step) == 0 && ev->status == ST_RUNNING)
			steal(b);
		if (b->decay_at != NULL && strcmp(b->decay_at, ev->step) == 0 && ev->status == ST_RUNNING)
			b->sim->w.side[0].state.outbound[0]++;
	}
	if (ev->kind == EV_QUESTION && b->steal_before != NULL && strcmp(b->steal_before, ev->step) == 0)
		steal(b);
	if (ev->kind == EV_QUESTION) {
		b->questions++;
		if (ev->question == ASK_FAILED && ev->status != b->sim->status)
			sim_violate(b->sim, "a step is asked about as another one than it was said to be");
		if (ev->question == ASK_CONFIRM)
			engine_answer(b->en, ANSWER_APPROVE, "alpha");
		else if (ev->question == ASK_FAILED)
			engine_answer(b->en, b->on_failure, NULL);
		else if (ev->question == ASK_YES)
			engine_answer(b->en, b->yes_to_questions ? ANSWER_APPROVE : ANSWER_STOP, NULL);
		else
			engine_answer(b->en, ANSWER_APPROVE, NULL);
	}
	if (ev->kind == EV_END) {
		b->exit_code = ev->exit_code;
		b->outcome = ev->outcome;
		(void)str_copy(b->text, sizeof b->text, ev->text);
	}
	run_event_free(&ev);
}

static void open_journal(struct bench *b, const char *name)
{
	char *path = xasprintf("%s/%s", b->dir, name);
	struct err e = { 0 };

	journal_close(&b->journal);
	assert_int_equal(journal_open(&b->journal, path, false, &e), RC_OK);
	b->sim->journal = b->journal;
	free(path);
}

static struct bench *bench_new(void)
{
	struct bench *b = xcalloc(1, sizeof *b);
	struct resolver none = { 0 };
	struct board *board;
	struct err e = { 0 };

	/* Hundreds of runs, each of whose entries is synced: in memory where there is such a place. */
	(void)str_copy(b->dir, sizeof b->dir,
	               access("/dev/shm", W_OK) == 0 ? "/dev/shm/odsf-engine-XXXXXX" : "/tmp/odsf-engine-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->servers[0] = server;
	b->publish[0] = command;
	b->pair = (struct pair_config){ .name = pair_name,
		                        .name_servers = b->servers,
		                        .name_server_count = 1,
		                        .publish = b->publish,
		                        .publish_count = 1 };
	b->pair.instance[0].name = alpha;
	b->pair.instance[1].name = bravo;
	b->sim = sim_new(&b->pair);
	open_journal(b, "journal.db");
	board = board_observe(&b->pair, NULL, &none, (struct measured){ 0 }, KIND_SWITCHOVER, NULL);
	assert_int_equal(plan_make(&b->plan, board, KIND_SWITCHOVER, NULL, &e), RC_OK);
	board_unref(&board);
	b->policy = (struct engine_policy){ .yes = true, .confirm = "alpha", .operator_name = "jo", .reason = "test" };
	b->exit_code = -1;
	return b;
}

static void bench_free(struct bench *b)
{
	static const char *const names[] = { "journal.db", "other.db", "third.db" };
	static const char *const ends[] = { "", "-wal", "-shm" };

	journal_close(&b->journal);
	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (size_t i = 0; i < 3; i++) {
			char *path = xasprintf("%s/%s%s", b->dir, names[n], ends[i]);

			(void)unlink(path);
			free(path);
		}
	(void)rmdir(b->dir);
	plan_free(&b->plan);
	sim_free(b->sim);
	free(b);
}

enum what { RUN, RESUME, UNDO };

static void go(struct bench *b, enum what what)
{
	struct engine_args args = { .pair = &b->pair,
		                    .hosts = { &b->sim->hosts[b->crossed], &b->sim->hosts[!b->crossed] },
		                    .resolver = &b->sim->resolver,
		                    .journal = b->journal,
		                    .policy = b->policy,
		                    .event = on_event,
		                    .ctx = b,
		                    .cancel = b->sim->cancel };
	struct err e = { 0 };

	b->exit_code = -1;
	b->en = engine_new(&args);
	if (what == RUN)
		(void)!engine_run(b->en, b->plan, &e);
	else if (what == RESUME)
		(void)!engine_resume(b->en, NULL, &e);
	else
		(void)!engine_undo(b->en, NULL, &e);
	engine_free(&b->en);
	b->sim->step[0] = '\0';
}

#define EXPECT(b, label, condition)                                                            \
	do {                                                                                   \
		if (!(condition))                                                              \
			fail_msg("%s: %s: exit %d, %s: %s", label, #condition, (b)->exit_code, \
			         outcome_name((b)->outcome), (b)->text);                       \
	} while (0)

static void expect_switched(struct bench *b, const char *label)
{
	const struct sim_side *old = &b->sim->w.side[0], *new = &b->sim->w.side[1];
	struct err e = { 0 };

	EXPECT(b, label, b->exit_code == 0);
	EXPECT(b, label, b->outcome == OUTCOME_DONE);
	EXPECT(b, label, b->sim->violation == NULL);
	EXPECT(b, label, !old->enforcer && !old->signer && old->fenced);
	EXPECT(b, label, new->enforcer &&new->signer && !new->blocked);
	EXPECT(b, label,
	       new->state.id == 1 && new->state.required == 0 && new->state.prepared == 0 && new->state.done == 2);
	EXPECT(b, label, !old->lease && !new->lease);
	EXPECT(b, label, is(old->role, "standby") && is(new->role, "active"));
	EXPECT(b, label, b->sim->w.public_side == 1);
	EXPECT(b, label, b->sim->w.public_serial[0] > 101 && b->sim->w.public_serial[1] > 200);
	EXPECT(b, label, journal_verify(b->journal, b->run, &e) == RC_OK);
}

static void expect_as_before(struct bench *b, const char *label)
{
	const struct sim_side *old = &b->sim->w.side[0], *new = &b->sim->w.side[1];
	struct err e = { 0 };

	EXPECT(b, label, b->sim->violation == NULL);
	EXPECT(b, label, old->enforcer && old->signer && !old->fenced);
	EXPECT(b, label, !new->enforcer && !new->signer &&new->blocked);
	EXPECT(b, label, old->state.prepared == 0 && old->state.required == 2);
	EXPECT(b, label, new->state.id == 2 && new->state.outbound[0] == 100);
	EXPECT(b, label, !old->lease && !new->lease);
	EXPECT(b, label, old->role[0] == '\0' && new->role[0] == '\0');
	EXPECT(b, label, b->sim->w.public_side == 0 && b->sim->w.public_serial[0] == 101);
	EXPECT(b, label, journal_verify(b->journal, b->run, &e) == RC_OK);
}

struct seen {
	const char *step;
	int intents, failed_runs, ok_runs, failed_verifies, ok_verifies, undone;
	enum phase last;
	enum rc last_rc;
};

static bool count_row(void *ctx, const struct journal_entry *n)
{
	struct seen *s = ctx;

	if (strcmp(n->step, s->step) != 0)
		return true;
	s->intents += n->phase == PHASE_INTENT;
	s->failed_runs += n->phase == PHASE_RUN && n->rc != RC_OK;
	s->ok_runs += n->phase == PHASE_RUN && n->rc == RC_OK;
	s->failed_verifies += n->phase == PHASE_VERIFY && n->rc != RC_OK;
	s->ok_verifies += n->phase == PHASE_VERIFY && n->rc == RC_OK;
	s->undone += n->phase == PHASE_UNDO && n->rc == RC_OK;
	s->last = n->phase;
	s->last_rc = n->rc;
	return true;
}

static struct seen look_up(struct bench *b, const char *step)
{
	struct seen s = { .step = step };
	struct err e = { 0 };

	assert_int_equal(journal_each(b->journal, b->run, count_row, &s, &e), RC_OK);
	return s;
}

static void a_switchover_goes_through(void **state)
{
	struct bench *b = bench_new();
	const struct step_table *t = step_table(KIND_SWITCHOVER);

	(void)state;
	go(b, RUN);
	expect_switched(b, "run");
	assert_int_equal(b->questions, 0);
	for (size_t i = 0; i < t->count; i++) {
		struct seen s = look_up(b, t->steps[i].id);

		assert_int_equal(s.ok_verifies, 1);
		assert_int_equal(s.intents, t->steps[i].run != NULL);
	}
	/* The guard made the zone exceed what a killed signer had published beyond its state. */
	assert_int_equal(b->sim->w.public_serial[0], 102);
	assert_int_equal(b->sim->w.public_serial[1], 201);
	bench_free(b);
}

static void what_earlier_runs_left_goes_only_while_either_side_can_serve(void **state)
{
	static const char *const fails[] = { NULL, "snapped", "swapped", "tidy" };

	(void)state;
	for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
		struct bench *b = bench_new();

		b->policy.until = "roles";
		go(b, RUN);
		b->policy.until = NULL;
		b->sim->fail_verb = fails[i];
		go(b, RESUME);
		b->sim->fail_verb = NULL;
		expect_switched(b, fails[i] != NULL ? fails[i] : "all is well");
		assert_int_equal(b->sim->w.side[0].tidied, fails[i] == NULL);
		assert_int_equal(b->sim->w.side[1].tidied, fails[i] == NULL);
		bench_free(b);
	}
	struct bench *b = bench_new();

	b->decay_at = "publish";
	go(b, RUN);
	expect_switched(b, "the old active's state is another one");
	assert_int_equal(b->sim->w.side[0].tidied + b->sim->w.side[1].tidied, 0);
	bench_free(b);
}

static void interactive_runs_ask_for_each_step_and_for_the_name(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);
	struct bench *b = bench_new();
	int changing = 0;

	(void)state;
	for (size_t i = 0; i < t->count; i++)
		changing += t->steps[i].run != NULL;
	b->policy.yes = false;
	b->policy.confirm = NULL;
	go(b, RUN);
	expect_switched(b, "interactive");
	/* Every step that changes something, once; reading steps do not ask. */
	assert_int_equal(b->questions, changing);
	bench_free(b);
}

static const char *const fault_names[FAULT_COUNT] = {
	[FAULT_NONE] = "none",
	[FAULT_TIMEOUT] = "timeout",
	[FAULT_NONZERO] = "non-zero",
	[FAULT_LOST_BEFORE] = "lost before the effect",
	[FAULT_LOST_AFTER] = "lost after the effect",
	[FAULT_KILLED_BEFORE] = "killed before the effect",
	[FAULT_KILLED_AFTER] = "killed after the effect",
};

/* What the console knew when it was killed goes on in a journal of its own; the hosts are as they were then. */
static void wake_up_killed(struct bench *b)
{
	struct err e = { 0 };

	open_journal(b, "other.db");
	assert_int_equal(journal_import(b->journal, buf_str(&b->sim->kept_journal), b->sim->kept_journal.len, &e),
	                 RC_OK);
	sim_copy_world(&b->sim->w, &b->sim->kept);
}

static void one_fault(const struct step *s, enum sim_fault fault)
{
	struct bench *b = bench_new();
	char label[120];
	struct seen seen;

	(void)snprintf(label, sizeof label, "%s, %s", s->id, fault_names[fault]);
	b->sim->fault_step = s->id;
	b->sim->fault = fault;
	go(b, RUN);
	EXPECT(b, label, b->sim->fired);
	EXPECT(b, label, b->sim->violation == NULL);
	if (fault >= FAULT_KILLED_BEFORE) {
		wake_up_killed(b);
		seen = look_up(b, s->id);
		EXPECT(b, label, s->run == NULL || (seen.last == PHASE_INTENT && seen.intents == 1));
		EXPECT(b, label, seen.ok_verifies == 0);
		go(b, RESUME);
		expect_switched(b, label);
	} else {
		seen = look_up(b, s->id);
		if (s->run != NULL) {
			EXPECT(b, label, seen.intents == 1);
			EXPECT(b, label, seen.failed_runs == 1 || (fault == FAULT_LOST_AFTER && seen.ok_runs == 1));
			EXPECT(b, label, fault == FAULT_LOST_AFTER || seen.ok_verifies == 0);
		} else if (b->exit_code != 0) {
			EXPECT(b, label, seen.failed_verifies >= 1 && seen.ok_verifies == 0);
		}
		if (b->exit_code != 0 && b->outcome == OUTCOME_STOPPED) {
			EXPECT(b, label, b->exit_code == 5);
			EXPECT(b, label, !b->sim->w.side[0].lease && !b->sim->w.side[1].lease);
			go(b, RESUME);
		}
		expect_switched(b, label);
	}
	bench_free(b);
}

static void every_fault_at_every_step_leaves_a_run_that_goes_on(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);

	(void)state;
	for (size_t i = 0; i < t->count; i++)
		for (int fault = FAULT_TIMEOUT; fault < FAULT_COUNT; fault++)
			/* The gate looks through board_observe(), which has tests of its own. */
			if (strcmp(t->steps[i].id, "gate") != 0)
				one_fault(&t->steps[i], (enum sim_fault)fault);
}

static void every_step_that_fails_can_be_taken_back_up_to_the_final_one(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);
	bool behind = false;

	(void)state;
	for (size_t i = 0; i < t->count; i++) {
		const struct step *s = &t->steps[i];
		struct bench *b;

		if (strcmp(s->id, "gate") == 0)
			continue;
		b = bench_new();
		b->policy.yes = false;
		b->on_failure = ANSWER_UNDO;
		b->sim->fault_step = s->id;
		b->sim->fault = FAULT_NONZERO;
		go(b, RUN);
		if (!behind && b->sim->fired) {
			EXPECT(b, s->id, b->outcome == OUTCOME_UNDONE && b->exit_code == 5);
			expect_as_before(b, s->id);
		} else if (b->exit_code != 0) {
			EXPECT(b, s->id, b->outcome == OUTCOME_STOPPED);
			go(b, UNDO);
			EXPECT(b, s->id, b->exit_code == 4 && b->outcome == OUTCOME_REFUSED);
			EXPECT(b, s->id, strstr(b->text, "cannot be taken back") != NULL);
			go(b, RESUME);
			expect_switched(b, s->id);
		}
		behind = behind || s->final;
		bench_free(b);
	}
}

static void until_stops_and_undo_takes_everything_back(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);

	(void)state;
	for (size_t i = 0; i < t->count && !t->steps[i].final; i++) {
		struct bench *b = bench_new();

		b->policy.until = t->steps[i].id;
		go(b, RUN);
		EXPECT(b, t->steps[i].id, b->exit_code == 5 && b->outcome == OUTCOME_STOPPED);
		EXPECT(b, t->steps[i].id, look_up(b, t->steps[i].id).ok_verifies == 1);
		EXPECT(b, t->steps[i].id, look_up(b, t->steps[i + 1].id).last == PHASE_APPROVE);
		b->policy.until = NULL;
		go(b, UNDO);
		EXPECT(b, t->steps[i].id, b->exit_code == 0 && b->outcome == OUTCOME_UNDONE);
		expect_as_before(b, t->steps[i].id);
		bench_free(b);
	}
}

/* Taken back so far that the old active works again, and publishes; then the operator goes on all the same. */
static void a_run_that_was_half_taken_back_starts_from_what_is_there_now(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "ready";
	go(b, RUN);
	b->sim->fail_verb = "idle"; /* the signer of the old active is up again, its enforcer does not come to rest */
	go(b, UNDO);
	EXPECT(b, "undo", b->exit_code == 5 && b->outcome == OUTCOME_STOPPED && b->sim->w.side[0].signer);
	for (int i = 0; i < 5; i++)
		sim_bump(b->sim, 0, 1);
	b->sim->fail_verb = NULL;
	b->policy.until = NULL;
	go(b, RESUME);
	expect_switched(b, "resume");
	EXPECT(b, "resume", b->sim->w.public_serial[1] > 205);
	bench_free(b);
}

/* Zones were added and deleted on the active after the gate: the plan is void, and what it did is still taken back. */
static void zones_that_are_not_the_plans_do_not_keep_a_run_from_being_taken_back(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "compare-serials";
	go(b, RUN);
	b->sim->more_zones = true;
	go(b, UNDO);
	EXPECT(b, "undo", b->exit_code == 0 && b->outcome == OUTCOME_UNDONE);
	expect_as_before(b, "undo");
	bench_free(b);
}

static void the_old_signer_is_not_started_again_while_the_new_one_lives(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "prove-keys";
	go(b, RUN);
	b->sim->w.side[1].signer = true;
	go(b, UNDO);
	EXPECT(b, "undo", b->exit_code == 5 && strstr(b->text, "bravo: the signer runs") != NULL);
	EXPECT(b, "undo", b->sim->violation == NULL && !b->sim->w.side[0].signer);
	b->sim->w.side[1].signer = false;
	go(b, UNDO);
	EXPECT(b, "undo", b->exit_code == 0);
	expect_as_before(b, "undo");
	bench_free(b);
}

/* Somebody helps the old active's signer up for the night, and down again: what it published is in no copy. */
static void what_the_old_active_did_since_the_snapshot_stops_the_run(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "copy";
	go(b, RUN);
	sim_bump(b->sim, 0, 1);
	b->policy.until = NULL;
	go(b, RESUME);
	EXPECT(b, "resume", b->exit_code == 5 && strstr(b->text, "is not what was copied any more") != NULL);
	EXPECT(b, "resume", !b->sim->w.side[1].enforcer && !b->sim->w.side[1].signer);
	go(b, UNDO);
	EXPECT(b, "undo", b->exit_code == 0);
	EXPECT(b, "undo", b->sim->w.side[0].signer && b->sim->w.side[0].enforcer && b->sim->violation == NULL);
	bench_free(b);
}

static void another_machine_goes_on_with_a_run(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "swap";
	go(b, RUN);
	assert_int_equal(b->exit_code, 5);
	open_journal(b, "other.db");
	b->policy.until = NULL;
	go(b, RESUME);
	expect_switched(b, "elsewhere");
	bench_free(b);
}

static void a_run_is_not_gone_on_with_on_other_machines(void **state)
{
	static const enum what tried[] = { RESUME, UNDO };
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "snapshot";
	go(b, RUN);
	b->policy.until = NULL;
	open_journal(b, "other.db");
	b->crossed = true;
	for (size_t i = 0; i < 2; i++) {
		go(b, tried[i]);
		EXPECT(b, "crossed", b->exit_code == 4 && strstr(b->text, "is another machine than when run") != NULL);
		EXPECT(b, "crossed", !b->sim->w.side[0].signer && !b->sim->w.side[1].signer);
	}
	b->crossed = false;
	go(b, RESUME);
	expect_switched(b, "as it was");
	bench_free(b);
}

static void a_new_run_waits_for_one_that_stopped_midway(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "copy";
	go(b, RUN);
	assert_int_equal(b->exit_code, 5);
	open_journal(b, "other.db");
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	assert_non_null(strstr(b->text, "stopped midway"));
	bench_free(b);
}

/* A run is known to be there; what it did is not: nothing is begun, or gone on with, from that. */
static void a_mirrored_journal_that_cannot_be_read_is_not_no_journal(void **state)
{
	static const enum what tried[] = { RUN, RESUME, UNDO };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bench *b = bench_new();

		b->policy.until = "copy";
		go(b, RUN);
		assert_int_equal(b->exit_code, 5);
		b->policy.until = NULL;
		open_journal(b, "other.db");
		b->sim->fail_verb = "journal get";
		go(b, tried[i]);
		EXPECT(b, "tried", b->exit_code != 0 && b->outcome == OUTCOME_REFUSED);
		EXPECT(b, "tried", strstr(b->text, "the mirrored journal of run") != NULL);
		bench_free(b);
	}
}

static void the_lease_of_another_refuses(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[1].lease = b->sim->w.side[1].lease_foreign = true;
	(void)str_copy(b->sim->w.side[1].lease_run, RUN_ID, "20260101-000000-faraway-00000000");
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	assert_int_equal(b->outcome, OUTCOME_REFUSED);
	assert_non_null(strstr(b->text, "the lease is held by jo on faraway"));
	assert_false(b->sim->w.side[0].lease);
	assert_true(b->sim->w.side[1].lease);
	bench_free(b);
}

static bool count_entry(void *ctx, const struct journal_entry *n)
{
	(void)n;
	(*(size_t *)ctx)++;
	return true;
}

static size_t entries(struct bench *b)
{
	struct err e = { 0 };
	size_t n = 0;

	assert_int_equal(journal_each(b->journal, b->run, count_entry, &n, &e), RC_OK);
	return n;
}

static void a_lease_that_is_lost_stops_the_run_before_the_next_deed(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->steal_at = "snapshot";
	go(b, RUN);
	assert_int_equal(b->exit_code, 5);
	assert_non_null(strstr(b->text, "the lease is lost"));
	assert_int_equal(look_up(b, "snapshot").ok_verifies, 1);
	assert_int_equal(look_up(b, "copy").intents, 0);
	assert_true(b->sim->w.side[0].lease && b->sim->w.side[1].lease);
	bench_free(b);
}

/* Two consoles have one run in hand, and the lease went from one to the other. */
static void a_run_that_another_console_took_over_is_left_to_it(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->steal_run = true;
	b->steal_at = "snapshot";
	go(b, RUN);
	EXPECT(b, "while a step runs", b->exit_code == 5 && strstr(b->text, "the lease is lost") != NULL);
	EXPECT(b, "while a step runs", look_up(b, "copy").intents == 0);
	EXPECT(b, "while a step runs", b->sim->w.side[0].lease && b->sim->w.side[1].lease);
	/* Both saw it free; the other one was quicker. */
	for (int i = 0; i < 2; i++)
		b->sim->w.side[i].lease = false;
	b->steal_at = "lease";
	go(b, RESUME);
	EXPECT(b, "before it is taken", b->exit_code == 4 && look_up(b, "copy").intents == 0);
	EXPECT(b, "before it is taken", b->sim->w.side[0].lease_foreign && b->sim->w.side[1].lease);
	bench_free(b);
}

/* The operator was asked, and was away for so long that a colleague went on from another machine. */
static void a_step_that_is_approved_too_late_is_not_done(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.yes = false;
	b->policy.confirm = NULL;
	b->steal_run = true;
	b->steal_before = "start-signer";
	go(b, RUN);
	EXPECT(b, "start-signer", b->exit_code == 5 && strstr(b->text, "the lease is lost") != NULL);
	EXPECT(b, "start-signer", look_up(b, "start-signer").intents == 0 && !b->sim->w.side[1].signer);
	bench_free(b);
}

static void set_foreign_lease(struct bench *b, bool foreign)
{
	for (int i = 0; i < 2; i++) {
		b->sim->w.side[i].lease = b->sim->w.side[i].lease_foreign = foreign;
		(void)str_copy(b->sim->w.side[i].lease_run, RUN_ID, b->run);
	}
}

static void a_living_console_elsewhere_keeps_its_run(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "copy";
	go(b, RUN);
	set_foreign_lease(b, true);
	b->policy.until = NULL;
	go(b, RESUME);
	assert_int_equal(b->exit_code, 4);
	b->policy.steal_lease = true;
	go(b, RESUME);
	expect_switched(b, "stolen");
	bench_free(b);
}

/* Two machines write one chain of entries: who is refused must not have added a link of its own, or it could never go
 * on with that run again. */
static void a_refused_resume_or_undo_writes_nothing(void **state)
{
	static const enum what tried[] = { RESUME, UNDO };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench *b = bench_new();
		size_t before;

		b->policy.until = "copy";
		go(b, RUN);
		open_journal(b, "other.db");
		set_foreign_lease(b, true);
		b->policy.until = NULL;
		go(b, tried[i]);
		EXPECT(b, "first refusal", b->exit_code == 4 && b->outcome == OUTCOME_REFUSED);
		before = entries(b);
		go(b, tried[i]);
		EXPECT(b, "second refusal", b->exit_code == 4 && entries(b) == before);
		/* The console that holds it goes one step further, and stops there. */
		open_journal(b, "journal.db");
		EXPECT(b, "nothing was added", entries(b) == before);
		set_foreign_lease(b, false);
		b->policy.until = "prove-keys";
		go(b, RESUME);
		EXPECT(b, "the holder goes on", b->exit_code == 5);
		open_journal(b, "other.db");
		b->policy.until = NULL;
		go(b, RESUME);
		expect_switched(b, "the one that was refused goes on");
		bench_free(b);
	}
}

static void the_gate_refuses_by_severity_unless_overridden(void **state)
{
	static const char *const overrides[] = { "key-missing=it comes with the copy", NULL };
	static const char *const empty[] = { "key-missing=", NULL };
	struct bench *b = bench_new();

	(void)state;
	b->sim->stop_finding = SEV_STOP;
	go(b, RUN);
	assert_int_equal(b->exit_code, 2);
	assert_int_equal(b->outcome, OUTCOME_REFUSED);
	expect_as_before(b, "stop");
	b->sim->stop_finding = SEV_UNKNOWN;
	go(b, RUN);
	assert_int_equal(b->exit_code, 3);
	expect_as_before(b, "unknown");
	b->policy.overrides = empty;
	go(b, RUN);
	assert_int_equal(b->exit_code, 3);
	b->policy.overrides = overrides;
	go(b, RUN);
	expect_switched(b, "overridden");
	bench_free(b);
}

/* A later step would stop for it, with both daemons down. */
static void the_gate_refuses_to_pass_over_what_a_later_step_stops_for(void **state)
{
	static const char *const overrides[] = { "name-server-silent=it is being moved", NULL };
	struct bench *b = bench_new();

	(void)state;
	b->sim->stop_finding = SEV_UNKNOWN;
	b->sim->stop_id = "name-server-silent";
	b->policy.overrides = overrides;
	go(b, RUN);
	EXPECT(b, "silent", b->exit_code == 4 && b->outcome == OUTCOME_REFUSED);
	EXPECT(b, "silent", strstr(b->text, "which cannot be overridden") != NULL);
	expect_as_before(b, "silent");
	bench_free(b);
}

static void what_has_no_undo_is_confirmed_before_anything_is_done(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.confirm = "bravo";
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	b->policy.confirm = NULL;
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	b->policy.confirm = "bravo";
	b->policy.yes = false;
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	assert_null(b->sim->w.side[0].journal);
	assert_int_equal(b->run[0], '\0');
	b->policy = (struct engine_policy){ .yes = true, .confirm = "alpha", .until = "no-such-step" };
	go(b, RUN);
	assert_int_equal(b->exit_code, 64);
	bench_free(b);
}

static void a_plan_that_is_no_longer_true_is_refused(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->plan->id[0] = b->plan->id[0] == 'a' ? 'b' : 'a';
	go(b, RUN);
	assert_int_equal(b->exit_code, 4);
	assert_non_null(strstr(b->text, "no longer true"));
	expect_as_before(b, "plan");
	bench_free(b);
}

static void ctrl_c_stops_and_the_run_goes_on_later(void **state)
{
	const struct step_table *t = step_table(KIND_SWITCHOVER);

	(void)state;
	for (size_t i = 0; i < t->count; i++) {
		struct bench *b;

		if (t->steps[i].run == NULL)
			continue;
		b = bench_new();
		b->cancel_at = t->steps[i].id;
		go(b, RUN);
		EXPECT(b, t->steps[i].id, b->exit_code == 130 && b->outcome == OUTCOME_STOPPED);
		cancel_reset(b->sim->cancel);
		b->cancel_at = NULL;
		go(b, RESUME);
		expect_switched(b, t->steps[i].id);
		bench_free(b);
	}
}

static void a_list_of_no_keys_is_not_a_list_of_backed_up_ones(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[0].state.required = 0;
	go(b, RUN);
	EXPECT(b, "empty", b->exit_code == 5 && strstr(b->text, "backup states is empty") != NULL);
	EXPECT(b, "empty", look_up(b, "stop-enforcer").intents == 0);
	bench_free(b);
}

static void what_is_left_of_what_kept_the_daemons_down_is_seen(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[1].masked = true;
	go(b, RUN);
	EXPECT(b, "masked",
	       b->exit_code == 5 && strstr(b->text, "masked opendnssec-signer.service still keeps") != NULL);
	EXPECT(b, "masked", !b->sim->w.side[1].enforcer && look_up(b, "start-enforcer").intents == 0);
	b->sim->w.side[1].masked = false;
	go(b, RESUME);
	expect_switched(b, "unmasked");
	bench_free(b);
}

static void what_would_not_start_at_boot_is_left_to_do(void **state)
{
	static const char warning[] =
	    "the signer of bravo is not started at boot: systemctl enable opendnssec-signer.service";
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[0].not_at_boot = b->sim->w.side[1].not_at_boot = true;
	go(b, RUN);
	EXPECT(b, "disabled", b->exit_code == 6 && b->outcome == OUTCOME_ISSUES && b->sim->w.side[1].signer);
	EXPECT(b, "disabled", strstr(b->sim->w.side[1].journal, warning) != NULL);
	EXPECT(b, "disabled", b->sim->w.side[1].not_at_boot);
	bench_free(b);
}

static void a_wrong_key_is_found_before_anything_is_in_place(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->bad_key = true;
	go(b, RUN);
	assert_int_equal(b->exit_code, 5);
	assert_true(look_up(b, "prove-keys").failed_verifies == 1);
	assert_int_equal(look_up(b, "swap").intents, 0);
	go(b, UNDO);
	assert_int_equal(b->exit_code, 0);
	expect_as_before(b, "wrong key");
	bench_free(b);
}

/* Behind the point of no return a run that can only go on must be able to, however late. */
static void a_roll_since_the_proof_is_for_the_operator_to_judge(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->policy.until = "sign-all";
	go(b, RUN);
	ldns_key_list_free(b->sim->keys[0]);
	b->sim->keys[0] = sim_key(0);
	for (int i = 0; i < 2; i++) {
		free(b->sim->text[i][0]);
		b->sim->text[i][0] = NULL;
	}
	b->policy.until = NULL;
	go(b, RESUME);
	EXPECT(b, "alone", b->exit_code == 5 && strstr(b->text, "is not the published one") != NULL);
	b->policy.yes = false;
	b->on_failure = ANSWER_STOP;
	go(b, RESUME);
	EXPECT(b, "no", b->exit_code == 5);
	b->yes_to_questions = true;
	go(b, RESUME);
	EXPECT(b, "yes", b->exit_code == 6 && b->outcome == OUTCOME_ISSUES);
	bench_free(b);
}

static void a_hung_daemon_is_killed_only_after_asking(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[0].hung = true;
	go(b, RUN);
	assert_int_equal(b->exit_code, 5);
	assert_true(b->sim->w.side[0].enforcer);
	b->policy.yes = false;
	b->yes_to_questions = true;
	go(b, RESUME);
	expect_switched(b, "hung");
	bench_free(b);
}

static void a_hung_daemon_is_killed_where_that_was_said_beforehand(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->sim->w.side[0].hung = true;
	b->policy.kill_hung = true;
	go(b, RUN);
	assert_int_equal(b->questions, 0);
	expect_switched(b, "hung");
	assert_non_null(strstr(b->sim->w.side[1].journal, "was hung and was killed, pid"));
	bench_free(b);
}

/* A console is killed in the midst of a step: its last entries are on no instance. A colleague goes on from the mirror,
 * so the two journals part. The first one's must not be shut out for good. */
static void what_was_finished_elsewhere_does_not_stand_in_the_way(void **state)
{
	static const enum what then[] = { RESUME, UNDO };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench *b = bench_new();
		char run[RUN_ID];

		b->sim->fault_step = "snapshot";
		b->sim->fault = FAULT_KILLED_AFTER;
		go(b, RUN);
		(void)str_copy(run, sizeof run, b->run);
		wake_up_killed(b);
		open_journal(b, "third.db");
		b->policy.until = "prove-keys";
		go(b, RESUME);
		EXPECT(b, "elsewhere", b->exit_code == 5);
		/* While the colleague's run stands open, it is theirs. */
		open_journal(b, "other.db");
		b->policy.until = NULL;
		go(b, RESUME);
		EXPECT(b, "parted", b->exit_code == 4 && strstr(b->text, "another machine") != NULL);
		go(b, RUN);
		EXPECT(b, "parted", b->exit_code == 4 && strstr(b->text, "another machine") != NULL);
		open_journal(b, "third.db");
		go(b, then[i]);
		EXPECT(b, "elsewhere", b->exit_code == 0);
		if (then[i] == RESUME)
			expect_switched(b, "elsewhere");
		else
			expect_as_before(b, "elsewhere");
		open_journal(b, "other.db");
		go(b, RESUME);
		EXPECT(b, "it is over", b->exit_code == 64);
		b->policy.until = "gate";
		go(b, RUN);
		EXPECT(b, "the next one", b->exit_code == 5 && strcmp(run, b->run) != 0);
		bench_free(b);
	}
}

static void a_run_of_another_journal_that_contradicts_is_not_gone_on_with(void **state)
{
	struct bench *b = bench_new();
	char *p;

	(void)state;
	b->policy.until = "copy";
	go(b, RUN);
	open_journal(b, "other.db");
	for (int i = 0; i < 2; i++) {
		p = strstr(b->sim->w.side[i].journal, "approved");
		assert_non_null(p);
		p[0] = 'A';
	}
	go(b, RESUME);
	assert_int_equal(b->exit_code, 70);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_switchover_goes_through),
		cmocka_unit_test(what_earlier_runs_left_goes_only_while_either_side_can_serve),
		cmocka_unit_test(interactive_runs_ask_for_each_step_and_for_the_name),
		cmocka_unit_test(every_fault_at_every_step_leaves_a_run_that_goes_on),
		cmocka_unit_test(every_step_that_fails_can_be_taken_back_up_to_the_final_one),
		cmocka_unit_test(until_stops_and_undo_takes_everything_back),
		cmocka_unit_test(a_run_that_was_half_taken_back_starts_from_what_is_there_now),
		cmocka_unit_test(zones_that_are_not_the_plans_do_not_keep_a_run_from_being_taken_back),
		cmocka_unit_test(the_old_signer_is_not_started_again_while_the_new_one_lives),
		cmocka_unit_test(what_the_old_active_did_since_the_snapshot_stops_the_run),
		cmocka_unit_test(another_machine_goes_on_with_a_run),
		cmocka_unit_test(a_run_is_not_gone_on_with_on_other_machines),
		cmocka_unit_test(a_new_run_waits_for_one_that_stopped_midway),
		cmocka_unit_test(a_mirrored_journal_that_cannot_be_read_is_not_no_journal),
		cmocka_unit_test(the_lease_of_another_refuses),
		cmocka_unit_test(a_lease_that_is_lost_stops_the_run_before_the_next_deed),
		cmocka_unit_test(a_run_that_another_console_took_over_is_left_to_it),
		cmocka_unit_test(a_step_that_is_approved_too_late_is_not_done),
		cmocka_unit_test(a_living_console_elsewhere_keeps_its_run),
		cmocka_unit_test(a_refused_resume_or_undo_writes_nothing),
		cmocka_unit_test(the_gate_refuses_by_severity_unless_overridden),
		cmocka_unit_test(the_gate_refuses_to_pass_over_what_a_later_step_stops_for),
		cmocka_unit_test(what_has_no_undo_is_confirmed_before_anything_is_done),
		cmocka_unit_test(a_plan_that_is_no_longer_true_is_refused),
		cmocka_unit_test(ctrl_c_stops_and_the_run_goes_on_later),
		cmocka_unit_test(a_list_of_no_keys_is_not_a_list_of_backed_up_ones),
		cmocka_unit_test(what_is_left_of_what_kept_the_daemons_down_is_seen),
		cmocka_unit_test(what_would_not_start_at_boot_is_left_to_do),
		cmocka_unit_test(a_wrong_key_is_found_before_anything_is_in_place),
		cmocka_unit_test(a_roll_since_the_proof_is_for_the_operator_to_judge),
		cmocka_unit_test(a_hung_daemon_is_killed_only_after_asking),
		cmocka_unit_test(a_hung_daemon_is_killed_where_that_was_said_beforehand),
		cmocka_unit_test(what_was_finished_elsewhere_does_not_stand_in_the_way),
		cmocka_unit_test(a_run_of_another_journal_that_contradicts_is_not_gone_on_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
