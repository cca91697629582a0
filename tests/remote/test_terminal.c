/* The program itself on a terminal, asking for what a real sshd wants: what is typed is seen by nobody, kept nowhere,
 * and the terminal is left as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "ground.h"

enum { ALPHA = 2231, BRAVO = 2232, PATIENT_MS = 60000, WORDS_MAX = 6 };

static const char secret[] = "oper-secret", mistaken[] = "mistaken-word";

/* The program, its terminal, and what it printed there. Its standard output goes to the file "out". */
struct sitting {
	pid_t pid;
	int terminal;
	struct buf seen;
	size_t read_on; /* behind what was waited for */
};

static void start(struct sitting *s, const char *const *words)
{
	const char *argv[WORDS_MAX + 3] = { BUILD_DIR "/ods-failover" };
	char *out = ground_path("out"), *config = ground_path("failover.xml");
	size_t n = 1;

	for (; words[n - 1] != NULL; n++)
		argv[n] = words[n - 1];
	*s = (struct sitting){ 0 };
	s->pid = forkpty(&s->terminal, NULL, NULL, NULL);
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setenv("ODS_FAILOVER_CONFIG", config, 1);
		if (dup2(open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), STDOUT_FILENO) < 0)
			_exit(127);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	free(out);
	free(config);
}

/* Takes what comes; false once the terminal is closed. */
static bool take(struct sitting *s, int64_t end)
{
	struct pollfd p = { .fd = s->terminal, .events = POLLIN };
	char chunk[1024];
	ssize_t n;

	if (clock_mono_ms() >= end)
		fail_msg("too long; on the terminal: '%s'", buf_str(&s->seen));
	if (poll(&p, 1, 100) <= 0)
		return true;
	n = read(s->terminal, chunk, sizeof chunk);
	if (n > 0)
		buf_add(&s->seen, chunk, (size_t)n);
	return n > 0;
}

static void await(struct sitting *s, const char *text)
{
	int64_t end = clock_mono_ms() + PATIENT_MS;
	const char *found;

	while ((found = strstr(buf_str(&s->seen) + s->read_on, text)) == NULL)
		if (!take(s, end))
			fail_msg("ended without '%s'; on the terminal: '%s'", text, buf_str(&s->seen));
	s->read_on = (size_t)(found - buf_str(&s->seen)) + strlen(text);
}

static bool echoes(const struct sitting *s)
{
	struct termios mode;

	assert_int_equal(tcgetattr(s->terminal, &mode), 0);
	return (mode.c_lflag & ECHO) != 0;
}

static void type(struct sitting *s, const char *text)
{
	assert_int_equal(write(s->terminal, text, strlen(text)), strlen(text));
}

/* Its exit status, with its terminal as it was and nothing secret on it. */
static int end(struct sitting *s)
{
	int64_t until = clock_mono_ms() + PATIENT_MS;
	char *out;
	int status;

	while (take(s, until))
		continue;
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	out = ground_read("out");
	for (size_t i = 0; i < 2; i++) {
		assert_null(strstr(buf_str(&s->seen), i == 0 ? secret : mistaken));
		assert_null(strstr(out, i == 0 ? secret : mistaken));
	}
	free(out);
	close(s->terminal);
	buf_free(&s->seen);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *const status_json[] = { "status", "--json", NULL };

/* Whichever of the two asks first: one question at a time. */
static void answer(struct sitting *s, const char *question, const char *with)
{
	await(s, question);
	assert_false(echoes(s));
	type(s, with);
	type(s, "\n");
}

static void what_is_typed_is_seen_by_nobody(void **state)
{
	struct sitting s;

	(void)state;
	ground_run("rm -rf %s/record && mkdir %s/record", ground_dir(), ground_dir());
	assert_int_equal(setenv("ODSF_RECORD", "/run/odsf-ground/record", 1), 0);
	start(&s, status_json);
	answer(&s, ": Password", secret);
	answer(&s, ": Password", secret);
	assert_true(end(&s) <= 3);
	assert_int_equal(unsetenv("ODSF_RECORD"), 0);
	ground_run("jq -e '[.instances[].reachable] == [true, true]' %s/out >/dev/null", ground_dir());
	/* Neither in what it keeps, nor in what it wrote anywhere in the operator's home. */
	ground_run("cd %s && [ -n \"$(find record -name '*.far')\" ] && ! grep -rqF %s record home out", ground_dir(),
	           secret);
}

static void what_is_wrong_is_not_told_either(void **state)
{
	struct sitting s;

	(void)state;
	start(&s, status_json);
	for (int i = 0; i < 6; i++)
		answer(&s, ": Password", mistaken);
	assert_int_equal(end(&s), 3);
	ground_run("jq -e '[.instances[].reachable] == [false, false]' %s/out >/dev/null && grep -q 'refused the login "
	           "of oper' "
	           "%s/out",
	           ground_dir(), ground_dir());
}

static void ctrl_c_at_a_question(void **state)
{
	struct sitting s;

	(void)state;
	start(&s, status_json);
	await(&s, ": Password");
	type(&s, "half-a-wo\003");
	await(&s, "\n");
	while (!echoes(&s) && take(&s, clock_mono_ms() + PATIENT_MS))
		continue;
	assert_true(echoes(&s));
	assert_null(strstr(buf_str(&s.seen), "half"));
	assert_int_equal(end(&s), 130);
}

static void nothing_is_asked_where_nobody_is_to_be_asked(void **state)
{
	static const char *const words[] = { "status", "--json", "--no-input", NULL };
	struct sitting s;

	(void)state;
	start(&s, words);
	assert_int_equal(end(&s), 3);
	ground_run("grep -q 'refused the login of oper' %s/out", ground_dir());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_is_seen_by_nobody),
		cmocka_unit_test(what_is_wrong_is_not_told_either),
		cmocka_unit_test(ctrl_c_at_a_question),
		cmocka_unit_test(nothing_is_asked_where_nobody_is_to_be_asked),
	};
	int failed;

	ground_enter();
	ground_run("printf 'oper ALL=(root) NOPASSWD: ALL\\n' >>%s/sudoers", ground_dir());
	ground_pam(
	    "auth required pam_unix.so nodelay\naccount required pam_permit.so\nsession required pam_permit.so\n");
	(void)ground_sshd(ALPHA, NULL, "AuthenticationMethods password");
	(void)ground_sshd(BRAVO, NULL,
	                  "UsePAM yes\nKbdInteractiveAuthentication yes\nAuthenticationMethods keyboard-interactive");
	ground_know(ALPHA, NULL);
	ground_know(BRAVO, NULL);
	ground_write("failover.xml",
	             "<?xml version=\"1.0\"?>\n<Failover><Pair name=\"main\">\n"
	             "<Instance name=\"alpha\" "
	             "role=\"active\"><Host>127.0.0.1</Host><Port>%d</Port><User>oper</User></Instance>\n"
	             "<Instance name=\"bravo\" "
	             "role=\"standby\"><Host>127.0.0.1</Host><Port>%d</Port><User>oper</User></Instance>\n"
	             "<Mode>cold</Mode></Pair></Failover>\n",
	             ALPHA, BRAVO);
	failed = cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
	ground_leave();
	return failed;
}
