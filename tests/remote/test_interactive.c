/* Logins that ask: keyboard-interactive through PAM, passwords, and logins of several steps, against a real sshd. */
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
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/wait.h"
#include "ground.h"
#include "remote/host/host.h"

/* One sshd; what it wants of a login hangs on the port. */
enum { KBDINT = 2221, PASSWORD, KEY_KBDINT, KEY_PASSWORD, KBDINT_KEY, ANY, NO_PAM, FEW_TRIES, HASTY };

static const char secret[] = "oper-secret", code[] = "code-314159";

static const char fake_far[] = "v=$1; echo \"odsf1 begin $v\"\n"
                               "case $v in session) p=$$; while [ \"$(ps -o comm= -p $p)\" != sshd ]; do p=$(ps -o "
                               "ppid= -p $p | tr -d ' '); done\n"
                               "echo \"=pid $p\" ;; esac\n"
                               "echo \"=uid $(id -u)\"; echo '=far handed-over'\n"
                               "echo \"odsf1 end $v 0\"\n";

/* Asks for the password, and is content with it. */
static const char one_step[] = "auth required pam_unix.so nodelay\naccount required pam_permit.so\nsession required "
                               "pam_permit.so\n";

/* Then for a code, of another program: pam_ftp alone asks for nothing but that, and checks nothing. */
static char *two_steps(void)
{
	return xasprintf("auth requisite pam_unix.so nodelay\nauth [default=ignore] pam_ftp.so users=nobody\n"
	                 "auth requisite pam_exec.so expose_authtok quiet %s/check-code\n"
	                 "account required pam_permit.so\nsession required pam_permit.so\n",
	                 ground_dir());
}

/* ---- the operator ---- */

struct reply {
	const char *to;   /* part of the prompt */
	const char *with; /* NULL: declines */
};

struct operator
{
	struct ask_port port;
	struct reply replies[4];
	int64_t thinks_ms;
	int asked;
	char prompts[4][600];
	struct cancel *seen; /* raised by the first question */
};

static enum rc reply(void *ctx, const char *host, const char *prompt, bool echo, char *buf, size_t cap,
                     struct cancel *cancel)
{
	struct operator* o = ctx;
	struct wait w = { .until_ms = clock_mono_ms() + o->thinks_ms, .cancel = { cancel } };
	enum rc rc;

	assert_string_equal(host, "alpha");
	assert_false(echo);
	(void)str_copy(o->prompts[o->asked < 4 ? o->asked : 3], sizeof o->prompts[0], prompt);
	o->asked++;
	if (o->seen != NULL)
		cancel_raise(o->seen);
	while (o->thinks_ms != 0 && (rc = wait_for(&w, NULL, 0, -1)) != RC_TIMEOUT)
		if (rc == RC_CANCELLED)
			return rc;
	for (size_t i = 0; i < 4 && o->replies[i].to != NULL; i++)
		if (strstr(prompt, o->replies[i].to) != NULL)
			return o->replies[i].with != NULL && str_copy(buf, cap, o->replies[i].with) ? RC_OK
			                                                                            : RC_CANCELLED;
	return RC_CANCELLED;
}

static struct operator who(struct reply first, struct reply second)
{
	return (struct operator){ .port = { .secret = reply }, .replies = { first, second } };
}

static struct operator knows(const char *password)
{
	return who((struct reply){ "assword", password }, (struct reply){ 0 });
}

/* ---- trying ---- */

/* Nothing that anybody may see or keep has a secret in it. */
static void assert_nothing_told(const struct err *e, const struct host_state *s)
{
	const char *const texts[] = { e->text, e->hint, s->error };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_null(strstr(texts[i], secret));
		assert_null(strstr(texts[i], code));
		assert_null(strstr(texts[i], "mistaken"));
	}
}

static struct host *open_host(struct instance_config *i, int port, const char *key, struct operator* o)
{
	char *path = ground_path("fake-far");
	struct host *h;

	ground_instance(i, "alpha", port, "oper", key);
	if (o != NULL)
		o->port.ctx = o;
	h = host_ssh_new(i, o != NULL ? &o->port : NULL, path);
	free(path);
	return h;
}

static enum rc call(struct host *h, const char *verb, int timeout_s, struct cancel *c, struct err *e)
{
	struct host_state s;
	struct far_answer a;
	enum rc rc;

	*e = (struct err){ 0 };
	rc = host_do(h, &a, timeout_s, c, e, verb, NULL);
	far_answer_clear(&a);
	h->ops->state(h, &s);
	assert_nothing_told(e, &s);
	return rc;
}

static enum rc try(int port, const char *key, struct operator* o, struct err *e)
{
	struct instance_config i;
	struct host *h = open_host(&i, port, key, o);
	enum rc rc = call(h, "hello", 30, NULL, e);

	h->ops->close(&h);
	ground_instance_clear(&i);
	return rc;
}

static void assert_says(const struct err *e, const char *part)
{
	if (strstr(e->text, part) == NULL && strstr(e->hint, part) == NULL)
		fail_msg("'%s' ('%s') does not say '%s'", e->text, e->hint, part);
	assert_true(*e->hint != '\0');
}

static void assert_logged_in(enum rc rc, const struct err *e)
{
	if (rc != RC_OK)
		fail_msg("%s: '%s' ('%s')", rc_name(rc), e->text, e->hint);
}

/* ---- keyboard-interactive ---- */

static void one_question(void **state)
{
	struct operator o = knows(secret);
	struct err e;

	(void)state;
	ground_pam(one_step);
	assert_logged_in(try(KBDINT, "stranger", &o, &e), &e);
	assert_int_equal(o.asked, 1);
	assert_non_null(strstr(o.prompts[0], "Password"));
	assert_true(o.prompts[0][strlen(o.prompts[0]) - 1] == 'd');
}

static void two_questions_one_after_the_other(void **state)
{
	char *pam = two_steps();
	struct operator o = who((struct reply){ "assword required", code }, (struct reply){ "assword", secret });
	struct err e;

	(void)state;
	ground_pam(pam);
	assert_logged_in(try(KBDINT, NULL, &o, &e), &e);
	assert_int_equal(o.asked, 2);
	o = who((struct reply){ "assword required", "mistaken" }, (struct reply){ "assword", secret });
	assert_int_equal(try(KBDINT, NULL, &o, &e), RC_AUTH);
	assert_says(&e, "tried: keyboard-interactive");
	assert_int_equal(o.asked, 6);
	free(pam);
}

static void a_wrong_answer_is_asked_for_again_and_not_for_ever(void **state)
{
	struct operator o = knows("mistaken");
	struct err e;

	(void)state;
	ground_pam(one_step);
	assert_int_equal(try(KBDINT, NULL, &o, &e), RC_AUTH);
	assert_int_equal(o.asked, 3);
	assert_says(&e, "alpha refused the login of oper; tried: keyboard-interactive");
	assert_says(&e, "The server takes: keyboard-interactive.");
	o = knows("mistaken"); /* it closes the connection before we are tired of it */
	assert_int_equal(try(FEW_TRIES, NULL, &o, &e), RC_AUTH);
	assert_in_range(o.asked, 1, 2);
	assert_says(&e, "alpha refused the login of oper");
}

static void whoever_declines_is_not_asked_again(void **state)
{
	struct operator o = knows(NULL);
	struct err e;

	(void)state;
	ground_pam(one_step);
	assert_int_equal(try(KBDINT, NULL, &o, &e), RC_AUTH);
	assert_int_equal(o.asked, 1);
	assert_says(&e, "A question was not answered");
	o = knows(NULL); /* nor by another method */
	assert_int_equal(try(ANY, NULL, &o, &e), RC_AUTH);
	assert_int_equal(o.asked, 1);
	assert_says(&e, "A question was not answered");
}

static void nobody_to_ask(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(try(KBDINT, NULL, NULL, &e), RC_AUTH);
	assert_says(&e, "The server takes: keyboard-interactive.");
	assert_int_equal(try(PASSWORD, NULL, NULL, &e), RC_AUTH);
	assert_says(&e, "The server takes: password.");
}

/* What PAM has to say comes with the question: it is shown on one line, cut where it is long, the question whole. */
static void what_stands_before_the_question(void **state)
{
	char *pam = xasprintf("auth optional pam_echo.so file=%s/told\n%s", ground_dir(), one_step);
	struct operator o = knows(secret);
	struct err e;

	(void)state;
	ground_pam(pam);
	ground_write("told", "Duo login for oper\n\nEnter a code, or:\n  1. push to +XX\n");
	assert_logged_in(try(KBDINT, NULL, &o, &e), &e);
	assert_string_equal(o.prompts[0], "Duo login for oper Enter a code, or: 1. push to +XX Password");
	ground_write("told", "red \033[31m and \033]0;title\007 and \302\2332J");
	o = knows(secret);
	assert_logged_in(try(KBDINT, NULL, &o, &e), &e);
	for (const char *p = o.prompts[0]; *p != '\0'; p++)
		assert_in_range(*p, 0x20, 0x7e);
	assert_non_null(strstr(o.prompts[0], "Password"));
	ground_write("told", "%0500d\n", 7);
	o = knows(secret);
	assert_logged_in(try(KBDINT, NULL, &o, &e), &e);
	assert_true(strlen(o.prompts[0]) < 220);
	assert_non_null(strstr(o.prompts[0], "7 Password"));
	assert_non_null(strstr(o.prompts[0], "…"));
	free(pam);
}

/* ---- passwords ---- */

static void a_password_with_and_without_pam(void **state)
{
	static const int ports[] = { PASSWORD, NO_PAM };
	struct err e;

	(void)state;
	ground_pam(one_step);
	for (size_t i = 0; i < 2; i++) {
		struct operator o = knows(secret);

		assert_logged_in(try(ports[i], "stranger", &o, &e), &e);
		assert_int_equal(o.asked, 1);
		assert_string_equal(o.prompts[0], "Password of oper");
		o = knows("mistaken");
		assert_int_equal(try(ports[i], NULL, &o, &e), RC_AUTH);
		assert_int_equal(o.asked, 3);
		assert_says(&e, "tried: password");
	}
}

/* ---- logins of several steps ---- */

static void a_key_and_then_an_answer(void **state)
{
	static const struct {
		int port;
		const char *tried;
	} rows[] = { { KEY_KBDINT, "key oper-key, keyboard-interactive" }, { KEY_PASSWORD, "key oper-key, password" } };
	struct err e;

	(void)state;
	ground_pam(one_step);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct operator o = knows(secret);

		assert_logged_in(try(rows[i].port, "oper-key", &o, &e), &e);
		assert_int_equal(o.asked, 1);
		o = knows("mistaken");
		assert_int_equal(try(rows[i].port, "oper-key", &o, &e), RC_AUTH);
		assert_says(&e, rows[i].tried);
		o = knows(secret); /* without the key nothing is asked: the server does not want it */
		assert_int_equal(try(rows[i].port, "stranger", &o, &e), RC_AUTH);
		assert_int_equal(o.asked, 0);
		assert_says(&e, "key stranger");
		assert_says(&e, "The server takes: publickey.");
	}
}

static void an_answer_and_then_a_key(void **state)
{
	struct operator o = knows(secret);
	struct err e;

	(void)state;
	ground_pam(one_step);
	assert_logged_in(try(KBDINT_KEY, "oper-key", &o, &e), &e);
	assert_int_equal(o.asked, 1);
	o = knows(secret);
	assert_int_equal(try(KBDINT_KEY, "stranger", &o, &e), RC_AUTH);
	assert_says(&e, "keyboard-interactive, key stranger");
}

static void two_factors_and_the_agent(void **state)
{
	char *socket = ground_path("agent.sock"), *pam = two_steps();
	const char *argv[] = { "/usr/bin/ssh-agent", "-D", "-a", socket, NULL };
	pid_t agent = ground_daemon("agent.log", 0, argv);
	struct operator o = who((struct reply){ "assword required", code }, (struct reply){ "assword", secret });
	struct err e;

	(void)state;
	while (access(socket, R_OK) != 0)
		continue;
	ground_run("SSH_AUTH_SOCK=%s ssh-add -q %s/oper-key 2>/dev/null", socket, ground_dir());
	assert_int_equal(setenv("SSH_AUTH_SOCK", socket, 1), 0);
	ground_pam(pam);
	assert_logged_in(try(KEY_KBDINT, NULL, &o, &e), &e);
	assert_int_equal(o.asked, 2);
	assert_int_equal(unsetenv("SSH_AUTH_SOCK"), 0);
	ground_end(agent);
	free(socket);
	free(pam);
}

/* ---- while the operator thinks ---- */

static void the_time_that_an_answer_takes_is_not_the_calls(void **state)
{
	struct operator o = knows(secret);
	struct instance_config i;
	struct host *h;
	struct err e;

	(void)state;
	ground_pam(one_step);
	o.thinks_ms = 2500;
	h = open_host(&i, KBDINT, NULL, &o);
	assert_logged_in(call(h, "hello", 2, NULL, &e), &e);
	h->ops->close(&h);
	ground_instance_clear(&i);
}

static void *raise_behind(void *arg)
{
	struct cancel **both = arg; /* the question was asked; the call is cancelled */
	struct wait w = { .cancel = { both[0] } };

	while (wait_for(&w, NULL, 0, -1) == RC_OK)
		continue;
	cancel_raise(both[1]);
	return NULL;
}

static void a_cancel_takes_the_question_back(void **state)
{
	static const int ports[] = { KBDINT, PASSWORD, KEY_KBDINT };
	struct err e;

	(void)state;
	ground_pam(one_step);
	for (size_t k = 0; k < sizeof ports / sizeof *ports; k++) {
		struct cancel *both[2] = { cancel_new(), cancel_new() };
		struct operator o = knows(secret);
		struct instance_config i;
		int64_t began = clock_mono_ms();
		struct host *h;
		pthread_t t;

		o.thinks_ms = 60000;
		o.seen = both[0];
		h = open_host(&i, ports[k], "oper-key", &o);
		assert_int_equal(pthread_create(&t, NULL, raise_behind, both), 0);
		assert_int_equal(call(h, "hello", 60, both[1], &e), RC_CANCELLED);
		assert_int_equal(pthread_join(t, NULL), 0);
		assert_in_range(clock_mono_ms() - began, 0, 10000);
		assert_int_equal(o.asked, 1);
		h->ops->close(&h);
		ground_instance_clear(&i);
		cancel_free(&both[0]);
		cancel_free(&both[1]);
	}
}

static void a_server_that_is_tired_of_waiting(void **state)
{
	struct operator o = knows(secret);
	struct err e;

	(void)state;
	ground_pam(one_step);
	o.thinks_ms = 1800; /* its LoginGraceTime is 1 s */
	assert_int_equal(try(HASTY, NULL, &o, &e), RC_AUTH);
	assert_int_equal(o.asked, 1);
	assert_says(&e, "alpha ended the login of oper while a question waited for its answer");
	assert_says(&e, "LoginGraceTime");
}

/* ---- a connection that comes again ---- */

static void end_link(struct host *h)
{
	struct host_state s;
	struct far_answer a;
	struct err e = { 0 };

	assert_int_equal(host_do(h, &a, 30, NULL, &e, "session", NULL), RC_OK);
	assert_int_equal(kill((pid_t)atoi(far_fact(&a, "pid")), SIGKILL), 0);
	far_answer_clear(&a);
	do {
		struct wait tick = { 0 };

		assert_int_equal(wait_for(&tick, NULL, 0, 5), RC_OK);
		h->ops->state(h, &s);
	} while (s.link == LINK_UP);
}

static void a_password_is_kept_and_an_answer_is_not(void **state)
{
	static const struct {
		int port, asked;
	} rows[] = { { PASSWORD, 1 }, { KBDINT, 2 } };
	struct err e;

	(void)state;
	ground_pam(one_step);
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		struct operator o = knows(secret);
		struct instance_config i;
		struct host *h = open_host(&i, rows[k].port, NULL, &o);

		assert_logged_in(call(h, "hello", 30, NULL, &e), &e);
		end_link(h);
		assert_logged_in(call(h, "hello", 30, NULL, &e), &e);
		assert_int_equal(o.asked, rows[k].asked);
		h->ops->close(&h);
		ground_instance_clear(&i);
	}
}

static int start(void)
{
	static const struct {
		int port;
		const char *wants;
	} rows[] = {
		{ KBDINT, "AuthenticationMethods keyboard-interactive" },
		{ PASSWORD, "AuthenticationMethods password" },
		{ KEY_KBDINT, "AuthenticationMethods publickey,keyboard-interactive" },
		{ KEY_PASSWORD, "AuthenticationMethods publickey,password" },
		{ KBDINT_KEY, "AuthenticationMethods keyboard-interactive,publickey" },
		{ ANY, "AuthenticationMethods keyboard-interactive password" },
		{ FEW_TRIES, "AuthenticationMethods keyboard-interactive\n MaxAuthTries 2" },
	};
	struct buf more = { 0 };

	buf_adds(&more, "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication yes\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		buf_addf(&more, "Port %d\n", rows[i].port);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		buf_addf(&more, "Match LocalPort %d\n %s\n", rows[i].port, rows[i].wants);
	(void)ground_sshd(2220, NULL, buf_str(&more));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ground_know(rows[i].port, NULL);
	buf_free(&more);
	(void)ground_sshd(NO_PAM, NULL, "");
	ground_know(NO_PAM, NULL);
	(void)ground_sshd(HASTY, NULL,
	                  "UsePAM yes\nKbdInteractiveAuthentication yes\nLoginGraceTime 1\n"
	                  "AuthenticationMethods keyboard-interactive");
	ground_know(HASTY, NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_question),
		cmocka_unit_test(two_questions_one_after_the_other),
		cmocka_unit_test(a_wrong_answer_is_asked_for_again_and_not_for_ever),
		cmocka_unit_test(whoever_declines_is_not_asked_again),
		cmocka_unit_test(nobody_to_ask),
		cmocka_unit_test(what_stands_before_the_question),
		cmocka_unit_test(a_password_with_and_without_pam),
		cmocka_unit_test(a_key_and_then_an_answer),
		cmocka_unit_test(an_answer_and_then_a_key),
		cmocka_unit_test(two_factors_and_the_agent),
		cmocka_unit_test(the_time_that_an_answer_takes_is_not_the_calls),
		cmocka_unit_test(a_cancel_takes_the_question_back),
		cmocka_unit_test(a_server_that_is_tired_of_waiting),
		cmocka_unit_test(a_password_is_kept_and_an_answer_is_not),
	};
	int failed;

	ground_enter();
	ground_key("oper-key", NULL, "oper");
	ground_key("stranger", NULL, NULL);
	ground_write("fake-far", "%s", fake_far);
	ground_write("check-code", "#!/bin/sh\n[ \"$(tr -d '\\000')\" = %s ]\n", code);
	ground_run("chmod 755 %s/check-code; printf 'oper ALL=(root) NOPASSWD: ALL\\n' >>%s/sudoers", ground_dir(),
	           ground_dir());
	ground_pam(one_step);
	start();
	failed = cmocka_run_group_tests_name("interactive", tests, NULL, NULL);
	ground_leave();
	return failed;
}
