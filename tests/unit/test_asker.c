/* What the operator refused, and what may be asked again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>

#include "tui/console/asker.h"

static struct console_asker *asker;
static struct cancel *cancel;

static int set_up(void **state)
{
	(void)state;
	asker = console_asker_new();
	cancel = cancel_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	console_asker_free(&asker);
	cancel_free(&cancel);
	return 0;
}

/* A worker that asks @host one thing: its key where @prompt is NULL. */
struct worker {
	const char *host, *prompt;
	enum rc rc;
	pthread_t thread;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	struct ask_port *port = console_ask_port(asker);
	char answer[40];

	w->rc = w->prompt == NULL ? port->host_key(port->ctx, w->host, "ssh-ed25519", "SHA256:x", cancel)
	                          : port->secret(port->ctx, w->host, w->prompt, false, answer, sizeof answer, cancel);
	return NULL;
}

/* What it gets where it is answered with @answer; where it is not asked at all the same is said by RC_BLOCKED. */
static enum rc asked(const char *host, const char *prompt, enum rc answer)
{
	struct worker w = { .host = host, .prompt = prompt };
	bool came = false;
	struct asked q;

	assert_int_equal(pthread_create(&w.thread, NULL, work, &w), 0);
	while (!came && pthread_tryjoin_np(w.thread, NULL) != 0) {
		struct pollfd p = { .fd = asker_fd(asker), .events = POLLIN };

		(void)poll(&p, 1, 5);
		came = asker_first(asker, &q);
	}
	if (!came) {
		assert_int_equal(w.rc, RC_CANCELLED);
		return RC_BLOCKED;
	}
	asker_answer(asker, q.id, answer, "sesame");
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	return w.rc;
}

/* A login may ask one thing after another: that the first was not answered says nothing of the next. */
static void the_same_is_not_asked_again(void **state)
{
	(void)state;
	assert_int_equal(asker_refused(asker, "alpha"), REFUSED_NOTHING);
	assert_int_equal(asked("alpha", "passphrase of a", RC_CANCELLED), RC_CANCELLED);
	assert_int_equal(asker_refused(asker, "alpha"), REFUSED_SECRET);
	assert_true(console_ask_port(asker)->refused(asker, "alpha"));
	assert_false(console_ask_port(asker)->refused(asker, "bravo"));
	assert_int_equal(asked("alpha", "passphrase of a", RC_OK), RC_BLOCKED);
	assert_int_equal(asked("alpha", "Password", RC_OK), RC_OK);
	assert_int_equal(asked("bravo", "passphrase of a", RC_OK), RC_OK);
	assert_int_equal(asker_refused(asker, "bravo"), REFUSED_NOTHING);
}

static void what_begins_by_itself_asks_a_refused_host_nothing(void **state)
{
	(void)state;
	asker_keep_quiet(asker);
	assert_int_equal(asked("alpha", NULL, RC_CANCELLED), RC_CANCELLED);
	assert_int_equal(asker_refused(asker, "alpha"), REFUSED_KEY);
	assert_int_equal(asked("alpha", "code 4711", RC_OK), RC_BLOCKED);
	assert_int_equal(asked("bravo", "code 4711", RC_OK), RC_OK);
	assert_true(asker_forgive(asker));
	assert_false(asker_forgive(asker));
	assert_int_equal(asker_refused(asker, "alpha"), REFUSED_NOTHING);
	assert_false(console_ask_port(asker)->refused(asker, "alpha"));
	assert_int_equal(asked("alpha", NULL, RC_OK), RC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_is_not_asked_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_begins_by_itself_asks_a_refused_host_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
