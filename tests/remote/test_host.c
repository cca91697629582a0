/* Calls, reads and pipes over a real sshd: what comes back from hosts that behave, and from hosts that do not. The far
 * side is a small stand-in, fed as the real one is; the real one is tested on the range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/wait.h"
#include "ground.h"
#include "remote/host/host.h"

enum { PORT = 2201, PORT_B = 2202 };

static struct instance_config alpha, bravo;
static pid_t sshd_a;

static const char fake_far[] =
    "v=$1; shift\n"
    "begin() { echo \"odsf1 begin $v\"; }\n"
    "end() { echo \"odsf1 end $v $1\"; exit \"$1\"; }\n"
    "case $v in\n"
    "hello) begin; echo \"=uid $(id -u)\"; end 0 ;;\n"
    "words) begin; for w; do printf '=word %s\\n' \"$w\"; done; end 0 ;;\n"
    "count) begin; echo \"=octets $(wc -c)\"; end 0 ;;\n"
    "sum) begin; echo \"=sum $(sha256sum | cut -c1-64)\"; end 0 ;;\n"
    "blocked) begin; echo '!held by another'; end 2 ;;\n"
    "raw) begin; head -c \"$1\" /dev/zero ;;\n"
    "raw-fails) begin; head -c 1000 /dev/zero; echo '!the disk is full' >&2; exit 1 ;;\n"
    "noise) printf 'Welcome\\n%70000s\\nno newline here: ' x; begin; end 0 ;;\n"
    "endless) begin; echo @x; yes '|y' ;;\n"
    "endless-before) yes ;;\n"
    "endless-errors) begin; yes >&2 ;;\n"
    "huge-line) begin; echo @x; printf '|'; head -c 3000000 /dev/zero | tr '\\0' a; echo; echo .0; end 0 ;;\n"
    "binary) begin; printf '\\000\\377\\033[2J\\n'; end 0 ;;\n"
    "escapes) begin; printf '!\\033]0;title\\007red \\033[31m\\n'; end 1 ;;\n"
    "nothing) exit 0 ;;\n"
    "hangs) begin; exec sleep 600 ;;\n"
    "cut) begin; echo '=a b'; exit 0 ;;\n"
    "daemon) begin; echo '=started yes'; sleep 600 & echo \"=pid $!\"; end 0 ;;\n"
    "stops-reading) begin; head -c 10 >/dev/null; echo '!that is enough'; end 1 ;;\n"
    "session) begin; p=$$; while [ \"$(ps -o comm= -p $p)\" != sshd ]; do p=$(ps -o ppid= -p $p | tr -d ' '); done; "
    "echo \"=pid $p\"; end 0 ;;\n"
    "*) begin; echo '!no such verb'; end 64 ;;\n"
    "esac\n";

static struct host *open_host(const struct instance_config *i)
{
	char *path = ground_path("fake-far");
	struct host *h = host_ssh_new(i, NULL, path);

	free(path);
	return h;
}

static enum rc call(struct host *h, const char *verb, struct far_answer *a, struct err *e)
{
	*e = (struct err){ 0 };
	return host_do(h, a, 20, NULL, e, verb, NULL);
}

/* The sentence names the instance, and is whole. */
static void assert_sentence(const struct err *e, const char *part)
{
	if (strstr(e->text, part) == NULL)
		fail_msg("'%s' does not say '%s'", e->text, part);
}

static void words_arrive_as_they_are(void **state)
{
	struct host *h = open_host(&alpha);
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(host_do(h, &a, 20, NULL, &e, "words", "it's", "$HOME `id` \\", "", "*", NULL), RC_OK);
	assert_int_equal(a.status, FAR_OK);
	assert_int_equal(a.fact_count, 4);
	assert_string_equal(a.facts[0].value, "it's");
	assert_string_equal(a.facts[1].value, "$HOME `id` \\");
	assert_string_equal(a.facts[2].value, "");
	assert_string_equal(a.facts[3].value, "*");
	far_answer_clear(&a);
	assert_int_equal(call(h, "blocked", &a, &e), RC_OK);
	assert_int_equal(a.status, FAR_BLOCKED);
	assert_string_equal(a.sentence, "held by another");
	far_answer_clear(&a);
	h->ops->close(&h);
	assert_null(h);
}

static void input_arrives_whole(void **state)
{
	struct host *h = open_host(&alpha);
	size_t len = 5 * 1024 * 1024 + 17;
	char *input = xcalloc(len, 1);
	struct far_call q = { .verb = "count", .input = input, .input_len = len, .timeout_s = 30 };
	struct far_answer a;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(h->ops->call(h, &q, &a, NULL, &e), RC_OK);
	assert_string_equal(far_fact(&a, "octets"), "5242897");
	far_answer_clear(&a);
	q.verb = "stops-reading"; /* a verb that does not want all of it answers all the same */
	assert_int_equal(h->ops->call(h, &q, &a, NULL, &e), RC_OK);
	assert_int_equal(a.status, FAR_FAILED);
	far_answer_clear(&a);
	assert_int_equal(call(h, "hello", &a, &e), RC_OK);
	far_answer_clear(&a);
	free(input);
	h->ops->close(&h);
}

static bool count_octets(void *ctx, const void *p, size_t len)
{
	(void)p;
	*(uint64_t *)ctx += len;
	return true;
}

static bool wants_no_more(void *ctx, const void *p, size_t len)
{
	(void)p;
	*(uint64_t *)ctx += len;
	return *(uint64_t *)ctx < 100000;
}

struct watched {
	struct host *host;
	int64_t asked_at;
};

static bool watch(void *ctx, const void *p, size_t len)
{
	struct watched *w = ctx;
	struct host_state s;

	(void)p;
	(void)len;
	w->host->ops->state(w->host, &s);
	w->asked_at = s.asked_at;
	return true;
}

/* Since when the call under way has been waited for, and nothing when it is over. */
static void who_is_asked_is_known(void **state)
{
	struct host *h = open_host(&alpha);
	const char *args[] = { "1000", NULL };
	struct far_call q = { .verb = "raw", .args = args, .timeout_s = 30 };
	struct watched w = { .host = h };
	struct host_state s;
	struct err e = { 0 };
	int64_t before = clock_now();

	(void)state;
	assert_int_equal(h->ops->read(h, &q, UINT64_MAX, watch, &w, NULL, &e), RC_OK);
	assert_in_range(w.asked_at, before, clock_now());
	h->ops->state(h, &s);
	assert_int_equal(s.asked_at, 0);
	h->ops->close(&h);
}

static void reads_raw_octets(void **state)
{
	struct host *h = open_host(&alpha);
	const char *args[] = { "20000000", NULL };
	struct far_call q = { .verb = "raw", .args = args, .timeout_s = 30 };
	struct err e = { 0 };
	uint64_t n = 0;

	(void)state;
	assert_int_equal(h->ops->read(h, &q, UINT64_MAX, count_octets, &n, NULL, &e), RC_OK);
	assert_int_equal(n, 20000000);
	n = 0;
	assert_int_equal(h->ops->read(h, &q, 1000000, count_octets, &n, NULL, &e), RC_PARSE);
	assert_true(n <= 1000000);
	assert_sentence(&e, "more than 1000000 octets");
	n = 0;
	assert_int_equal(h->ops->read(h, &q, UINT64_MAX, wants_no_more, &n, NULL, &e), RC_CANCELLED);
	assert_true(n < 300000);
	q.verb = "raw-fails";
	assert_int_equal(h->ops->read(h, &q, UINT64_MAX, count_octets, &n, NULL, &e), RC_REMOTE);
	assert_sentence(&e, "the disk is full");
	h->ops->close(&h);
}

static void noise_before_the_frame_is_dropped(void **state)
{
	struct host *h = open_host(&alpha);
	struct far_answer a;
	struct err e;

	(void)state;
	assert_int_equal(call(h, "noise", &a, &e), RC_OK);
	assert_int_equal(a.status, FAR_OK);
	far_answer_clear(&a);
	h->ops->close(&h);
}

/* Each of them: one sentence, its code, and the same connection serves the next call. */
static void hosts_that_misbehave(void **state)
{
	static const struct {
		const char *verb;
		size_t max;
		int timeout_s;
		enum rc rc;
		const char *says;
	} rows[] = {
		{ "endless", 1000000, 20, RC_PARSE, "more than 1000000 octets" },
		{ "endless-before", 0, 20, RC_PARSE, "before any answer" },
		{ "endless-errors", 0, 1, RC_TIMEOUT, "did not finish" },
		{ "huge-line", 1000000, 20, RC_PARSE, "more than 1000000 octets" },
		{ "binary", 0, 20, RC_PARSE, "alpha" },
		{ "nothing", 0, 20, RC_PARSE, "it printed nothing" },
		{ "hangs", 0, 1, RC_TIMEOUT, "did not finish hangs within 1 s" },
		{ "cut", 0, 20, RC_UNKNOWN, "alpha" },
	};
	struct host *h = open_host(&alpha);
	struct far_answer a;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct far_call q = { .verb = rows[i].verb, .timeout_s = rows[i].timeout_s, .max_output = rows[i].max };

		e = (struct err){ 0 };
		assert_int_equal(h->ops->call(h, &q, &a, NULL, &e), rows[i].rc);
		far_answer_clear(&a);
		assert_sentence(&e, rows[i].says);
		assert_int_equal(call(h, "hello", &a, &e), RC_OK);
		far_answer_clear(&a);
	}
	assert_int_equal(call(h, "escapes", &a, &e), RC_OK);
	assert_null(strchr(a.sentence, '\033'));
	far_answer_clear(&a);
	h->ops->close(&h);
}

/* What is to be tried by hand reaches the host as we do, whatever the instance is called, and is not cut short. */
static void a_silent_host_is_tried_by_a_command_that_can_be_typed(void **state)
{
	static const char mark[] = "Try: ";
	char *known = ground_path("known"), *name = xstrdup("the first");
	struct instance_config i = alpha;
	struct far_answer a;
	struct host *h;
	const char *typed;
	struct err e;

	(void)state;
	ground_run("cp %s/home/.ssh/known_hosts %s", ground_dir(), known);
	i.known_hosts = known;
	i.name = name;
	h = open_host(&i);
	assert_int_equal(call(h, "nothing", &a, &e), RC_PARSE);
	typed = strstr(e.hint, mark);
	if (typed == NULL)
		fail_msg("%s", e.hint);
	ground_run("%s </dev/null", typed + strlen(mark));
	h->ops->close(&h);
	i.known_hosts = xasprintf("%s-%0150d", known, 0);
	ground_run("cp %s %s", known, i.known_hosts);
	h = open_host(&i);
	assert_int_equal(call(h, "nothing", &a, &e), RC_PARSE);
	assert_null(strstr(e.hint, mark));
	assert_non_null(strstr(e.hint, "login shell of root"));
	h->ops->close(&h);
	free(i.known_hosts);
	free(known);
	free(name);
}

static void a_daemon_that_keeps_the_channel_open(void **state)
{
	struct host *h = open_host(&alpha);
	int64_t before = clock_mono_ms();
	struct far_answer a;
	struct err e;

	(void)state;
	assert_int_equal(call(h, "daemon", &a, &e), RC_OK);
	assert_string_equal(far_fact(&a, "started"), "yes");
	assert_true(clock_mono_ms() - before < 10000);
	assert_int_equal(kill((pid_t)atoi(far_fact(&a, "pid")), SIGTERM), 0); /* it lived: the channel was open */
	far_answer_clear(&a);
	h->ops->close(&h);
}

/* ---- deadline and cancel ---- */

struct raiser {
	struct cancel *cancel;
	int64_t at_ms;
};

static void *raise_soon(void *arg)
{
	struct raiser *r = arg;
	struct wait w = { .until_ms = clock_mono_ms() + 400 };

	while (wait_for(&w, NULL, 0, -1) == RC_OK)
		continue;
	r->at_ms = clock_mono_ms();
	cancel_raise(r->cancel);
	return NULL;
}

static void a_cancel_is_answered_at_once(void **state)
{
	struct host *h = open_host(&alpha);
	struct raiser r = { .cancel = cancel_new() };
	struct far_answer a;
	struct err e;
	pthread_t t;
	int64_t late;

	(void)state;
	assert_int_equal(call(h, "hello", &a, &e), RC_OK); /* connected: only the verb is waited for */
	far_answer_clear(&a);
	assert_int_equal(pthread_create(&t, NULL, raise_soon, &r), 0);
	assert_int_equal(host_do(h, &a, 60, r.cancel, &e, "hangs", NULL), RC_CANCELLED);
	late = clock_mono_ms();
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_in_range(late - r.at_ms, 0, 50);
	far_answer_clear(&a);
	assert_int_equal(host_do(h, &a, 60, r.cancel, &e, "hello", NULL), RC_CANCELLED); /* still raised */
	far_answer_clear(&a);
	assert_int_equal(call(h, "hello", &a, &e), RC_OK);
	far_answer_clear(&a);
	h->ops->close(&h);
	cancel_free(&r.cancel);
}

static void *hang_two_seconds(void *arg)
{
	struct far_answer a;
	struct err e;
	enum rc rc = host_do(arg, &a, 2, NULL, &e, "hangs", NULL);

	far_answer_clear(&a);
	return (void *)(uintptr_t)rc;
}

static void a_deadline_counts_while_it_waits_in_the_queue(void **state)
{
	struct host *h = open_host(&alpha);
	struct host_state s;
	struct far_answer a;
	struct err e;
	pthread_t t;
	void *rc;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, hang_two_seconds, h), 0);
	do {
		struct wait tick = { 0 };

		assert_int_equal(wait_for(&tick, NULL, 0, 5), RC_OK);
		h->ops->state(h, &s);
	} while (s.link != LINK_UP);
	assert_int_equal(host_do(h, &a, 1, NULL, &e, "hello", NULL), RC_TIMEOUT);
	assert_sentence(&e, "alpha was busy");
	far_answer_clear(&a);
	assert_int_equal(pthread_join(t, &rc), 0);
	assert_int_equal((uintptr_t)rc, RC_TIMEOUT);
	h->ops->close(&h);
}

/* ---- the link ---- */

static pid_t session_of(struct host *h)
{
	struct far_answer a;
	struct err e;
	pid_t pid;

	assert_int_equal(call(h, "session", &a, &e), RC_OK);
	pid = (pid_t)atoi(far_fact(&a, "pid"));
	far_answer_clear(&a);
	assert_true(pid > 1);
	return pid;
}

static void *end_after_a_moment(void *arg)
{
	struct wait w = { .until_ms = clock_mono_ms() + 300 };

	while (wait_for(&w, NULL, 0, -1) == RC_OK)
		continue;
	(void)kill(*(pid_t *)arg, SIGKILL);
	return NULL;
}

static void end_link_soon(struct host *h, pthread_t *t, pid_t *victim)
{
	*victim = session_of(h);
	assert_int_equal(pthread_create(t, NULL, end_after_a_moment, victim), 0);
}

static void a_link_lost_in_the_middle_leaves_the_outcome_unknown(void **state)
{
	struct host *h = open_host(&alpha);
	struct host_state s;
	struct far_answer a;
	struct err e;
	pthread_t t;
	pid_t victim;

	(void)state;
	assert_int_equal(call(h, "hello", &a, &e), RC_OK);
	far_answer_clear(&a);
	h->ops->state(h, &s);
	assert_int_equal(s.link, LINK_UP);
	assert_memory_equal(s.host_key, "SHA256:", 7);
	end_link_soon(h, &t, &victim);
	assert_int_equal(call(h, "hangs", &a, &e), RC_UNKNOWN);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_sentence(&e, "outcome is unknown");
	assert_true(*e.hint != '\0');
	far_answer_clear(&a);
	h->ops->state(h, &s);
	assert_int_equal(s.link, LINK_DOWN);
	assert_true(s.retry_at > 0);
	assert_true(*s.error != '\0');
	/* It comes again by itself. */
	do {
		struct wait tick = { 0 };

		assert_int_equal(wait_for(&tick, NULL, 0, 20), RC_OK);
		h->ops->state(h, &s);
	} while (s.link != LINK_UP);
	h->ops->close(&h);
}

static void a_link_that_died_while_idle_is_made_again(void **state)
{
	struct host *h = open_host(&alpha);
	pid_t session;
	struct far_answer a;
	struct err e;

	(void)state;
	assert_int_equal(call(h, "hello", &a, &e), RC_OK);
	far_answer_clear(&a);
	session = session_of(h);
	ground_end(sshd_a);
	assert_int_equal(kill(session, SIGKILL), 0);
	assert_int_equal(host_do(h, &a, 20, NULL, &e, "hello", NULL), RC_CONNECT);
	assert_sentence(&e, "refused the connection");
	far_answer_clear(&a);
	sshd_a = ground_sshd(PORT, NULL, "");
	assert_int_equal(call(h, "hello", &a, &e), RC_OK);
	far_answer_clear(&a);
	h->ops->close(&h);
}

/* ---- from one to the other ---- */

struct told {
	uint64_t done, total;
};

static void tell(void *ctx, uint64_t done, uint64_t total)
{
	*(struct told *)ctx = (struct told){ done, total };
}

static void pipes_from_one_to_the_other(void **state)
{
	struct host *a = open_host(&alpha), *b = open_host(&bravo);
	const char *args[] = { "50000000", NULL };
	struct far_call out = { .verb = "raw", .args = args, .timeout_s = 60 };
	struct far_call in = { .verb = "count", .timeout_s = 60 };
	struct told told = { 0 };
	struct far_answer answer;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(a->ops->pipe(a, &out, b, &in, &answer, tell, &told, NULL, &e), RC_OK);
	assert_string_equal(far_fact(&answer, "octets"), "50000000");
	far_answer_clear(&answer);
	assert_int_equal(told.done, 50000000);
	assert_int_equal(told.total, 50000000);

	out.verb = "raw-fails"; /* cut short at its source: must never look whole to the other */
	assert_int_equal(a->ops->pipe(a, &out, b, &in, &answer, NULL, NULL, NULL, &e), RC_REMOTE);
	assert_sentence(&e, "the disk is full");
	far_answer_clear(&answer);

	out.verb = "raw";
	in.verb = "stops-reading"; /* refused by the other: its answer counts, the source is stopped */
	assert_int_equal(a->ops->pipe(a, &out, b, &in, &answer, NULL, NULL, NULL, &e), RC_OK);
	assert_int_equal(answer.status, FAR_FAILED);
	assert_string_equal(answer.sentence, "that is enough");
	far_answer_clear(&answer);

	in.verb = "hangs"; /* and one that never reads: the deadline ends both */
	in.timeout_s = 2;
	assert_int_equal(a->ops->pipe(a, &out, b, &in, &answer, NULL, NULL, NULL, &e), RC_TIMEOUT);
	far_answer_clear(&answer);
	assert_int_equal(call(a, "hello", &answer, &e), RC_OK);
	far_answer_clear(&answer);
	a->ops->close(&a);
	b->ops->close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_arrive_as_they_are),
		cmocka_unit_test(input_arrives_whole),
		cmocka_unit_test(who_is_asked_is_known),
		cmocka_unit_test(reads_raw_octets),
		cmocka_unit_test(noise_before_the_frame_is_dropped),
		cmocka_unit_test(hosts_that_misbehave),
		cmocka_unit_test(a_silent_host_is_tried_by_a_command_that_can_be_typed),
		cmocka_unit_test(a_daemon_that_keeps_the_channel_open),
		cmocka_unit_test(a_cancel_is_answered_at_once),
		cmocka_unit_test(a_deadline_counts_while_it_waits_in_the_queue),
		cmocka_unit_test(a_link_lost_in_the_middle_leaves_the_outcome_unknown),
		cmocka_unit_test(a_link_that_died_while_idle_is_made_again),
		cmocka_unit_test(pipes_from_one_to_the_other),
	};
	int failed;

	ground_enter();
	ground_key("key", NULL, "root");
	ground_write("fake-far", "%s", fake_far);
	sshd_a = ground_sshd(PORT, NULL, "");
	(void)ground_sshd(PORT_B, NULL, "");
	ground_know(PORT, NULL);
	ground_know(PORT_B, NULL);
	ground_instance(&alpha, "alpha", PORT, "root", "key");
	ground_instance(&bravo, "bravo", PORT_B, "root", "key");
	failed = cmocka_run_group_tests_name("host", tests, NULL, NULL);
	ground_instance_clear(&alpha);
	ground_instance_clear(&bravo);
	ground_leave();
	return failed;
}
