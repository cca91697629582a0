/* The real console on a pty: threads, signals and terminal together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "tests/support/console_child.h"
#include "tests/support/golden.h"
#include "tests/support/vt.h"

enum { LONG = 20000 }; /* a wait that fails the test; nothing takes as long */

static struct vt vt;

static void start(const char *kind, int rows, int cols, const char *const env[])
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)"console", (char *)kind, NULL };

	assert_true(vt_spawn(&vt, rows, cols, "xterm-256color", argv, env));
	assert_true(vt_until(&vt, "ods-failover  main", LONG));
}

static void leave(int status)
{
	assert_int_equal(vt_wait(&vt, LONG), status);
	assert_true(vt_restored(&vt));
	vt_free(&vt);
}

/* The console's clock, in the test's hand. */
static int64_t *ahead;

static void start_with_clock(const char *kind, int rows, int cols)
{
	int fd = memfd_create("clock", 0); /* the child maps it too */
	char name[40];
	const char *const env[] = { name, NULL };

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof *ahead), 0);
	ahead = mmap(NULL, sizeof *ahead, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(ahead != MAP_FAILED);
	snprintf(name, sizeof name, "TEST_CLOCK=%d", fd);
	start(kind, rows, cols, env);
	close(fd);
}

static void let_pass(int64_t seconds)
{
	__atomic_fetch_add(ahead, seconds, __ATOMIC_SEQ_CST);
}

static bool shows(const char *text)
{
	char *all = vt_text(&vt);
	bool there = strstr(all, text) != NULL;

	free(all);
	return there;
}

static void screens_and_quit(void **state)
{
	(void)state;
	start("refuse", 24, 80, NULL);
	assert_true(vt_until(&vt, "NOT REACHED", LONG));
	assert_true(vt_until(&vt, "SLACK ?", LONG));
	vt_type(&vt, "f");
	assert_true(vt_until(&vt, "instance-unreachable", LONG));
	vt_type(&vt, "?");
	assert_true(vt_until(&vt, "Help: Findings", LONG));
	vt_type(&vt, "\033");
	assert_true(vt_until(&vt, "─ Findings ", LONG));
	vt_type(&vt, "k");
	assert_true(vt_until(&vt, "─ Keys ", LONG));
	vt_type(&vt, "j");
	assert_true(vt_until(&vt, "no run yet", LONG));
	vt_type(&vt, "l");
	assert_true(vt_until(&vt, "─ Log ", LONG));
	vt_type(&vt, "o");
	assert_true(vt_until(&vt, "─ Overview ", LONG));
	vt_type(&vt, "Z");
	assert_true(vt_until(&vt, "means nothing here", LONG));
	vt_type(&vt, "q");
	leave(0);
}

/* A screen that was opened knows how much of it is in view when the next key comes, be it typed at the same moment. */
static void keys_that_come_together(void **state)
{
	(void)state;
	start("refuse", 24, 80, NULL);
	assert_true(vt_until(&vt, "NOT REACHED", LONG));
	vt_type(&vt, "?\033[6~");
	assert_true(vt_until(&vt, "Go to the first line", LONG));
	assert_false(shows("Is the pair what it should be"));
	vt_type(&vt, "q");
	leave(0);
}

/* Until row @row holds @text: the screen of before the resize shows it elsewhere. */
static bool row_shows(int row, const char *text)
{
	int64_t end = clock_mono_ms() + LONG;

	while (clock_mono_ms() < end) {
		char *all = vt_text(&vt), *line = all;
		bool there;

		for (int i = 0; i < row; i++)
			line = strchr(line, '\n') + 1;
		*strchr(line, '\n') = '\0';
		there = strstr(line, text) != NULL;
		free(all);
		if (there)
			return true;
		(void)vt_frame(&vt, 200);
	}
	return false;
}

static void resize(void **state)
{
	(void)state;
	start("hang", 24, 80, NULL);
	for (int i = 0; i < 20; i++) {
		bool small = i % 3 == 2;
		int rows = small ? 18 : 30 + i, cols = small ? 58 : 90 + 2 * i;
		char want[80];

		snprintf(want, sizeof want, "window too small (%dx%d", cols, rows);
		vt_resize(&vt, rows, cols);
		assert_true(row_shows(small ? 0 : rows - 1, small ? want : "? help  q quit"));
	}
	vt_type(&vt, "q");
	leave(0);
}

/* What nobody can see is not answered: A would have opened a prompt, and q been typed into it. */
static void a_window_too_small_takes_no_key_but_q(void **state)
{
	(void)state;
	start("hang", 24, 80, NULL);
	vt_resize(&vt, 19, 59);
	assert_true(vt_until(&vt, "window too small (59x19; needs 60x20): only q acts here", LONG));
	vt_type(&vt, "Aq");
	leave(0);
}

static void every_signal_gives_the_terminal_back(void **state)
{
	static const struct {
		int signal, status;
	} cases[] = { { SIGTERM, 143 }, { SIGHUP, 129 }, { SIGINT, 130 }, { SIGSEGV, 139 }, { SIGABRT, 134 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		start("hang", 24, 80, NULL);
		kill(vt.pid, cases[i].signal);
		leave(cases[i].status);
	}
}

/* A program may be started with every signal blocked, and a mask is inherited. */
static void a_blocked_signal_is_heard(void **state)
{
	sigset_t all, before;

	(void)state;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	start("hang", 24, 80, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	kill(vt.pid, SIGABRT);
	leave(134);
}

static void ctrl_c(void **state)
{
	(void)state;
	start("hang", 24, 80, NULL);
	vt_type(&vt, "\003");
	leave(130);
	start("hang", 24, 80, NULL);
	vt_type(&vt, "A");
	assert_true(vt_until(&vt, "Why is the console armed?", LONG));
	vt_type(&vt, "x\003");
	leave(130);
}

/* The seconds that the screen says the console has been looking; -1 where it says none. */
static int seconds_shown(void)
{
	static const char before[] = "looking… ";
	char *all = vt_text(&vt), *at = strstr(all, before);
	int seconds = at != NULL ? atoi(at + strlen(before)) : -1;

	free(all);
	return seconds;
}

/* What ages on the screen ages there, with no key and no message. */
static void the_clock_goes_on(void **state)
{
	int64_t end = clock_mono_ms() + LONG;

	(void)state;
	start("hang", 24, 80, NULL);
	while (seconds_shown() < 2 && clock_mono_ms() < end)
		(void)vt_frame(&vt, 200);
	assert_true(seconds_shown() >= 2);
	vt_type(&vt, "q");
	leave(0);
}

/* Even a thread that never comes back keeps nobody. */
static void a_deaf_host_does_not_keep_the_console(void **state)
{
	(void)state;
	start("deaf", 24, 80, NULL);
	vt_type(&vt, "l");
	assert_true(vt_until(&vt, "a library writes over the screen about alpha", LONG));
	vt_type(&vt, "q");
	leave(0);
}

static void suspend_and_continue(void **state)
{
	int status;

	(void)state;
	start("hang", 24, 80, NULL);
	/* Of a process group that nobody could continue it is not stopped, and goes on. */
	kill(vt.pid, SIGTSTP);
	vt_type(&vt, "f");
	assert_true(vt_until(&vt, "─ Findings ", LONG));
	assert_int_equal(waitpid(vt.pid, &status, WNOHANG), 0);
	vt_type(&vt, "q");
	leave(0);
}

static void arming(void **state)
{
	(void)state;
	start("hang", 24, 80, NULL);
	vt_type(&vt, "A\r");
	assert_true(vt_until(&vt, "Why is the console armed?", LONG));
	vt_type(&vt, "change 4711\r");
	assert_true(vt_until(&vt, "   ARMED ", LONG));
	vt_type(&vt, "A");
	assert_true(vt_until(&vt, "READ-ONLY", LONG));
	vt_type(&vt, "q");
	leave(0);
}

/* It expires where nobody sits: by the time without a key, and not by the time since it was armed, which would run out
 * in the middle of what somebody is doing. What is left stands in the first line. */
static void arming_ends_by_itself(void **state)
{
	(void)state;
	start_with_clock("hang", 24, 80);
	vt_type(&vt, "A");
	assert_true(vt_until(&vt, "it ends by itself after 10 minutes without", LONG));
	vt_type(&vt, "change 4711\r");
	assert_true(vt_until(&vt, " ARMED 9:", LONG));
	let_pass(300);
	assert_true(vt_until(&vt, " ARMED 4:", LONG));
	vt_type(&vt, "f");
	assert_true(vt_until(&vt, " ARMED 9:", LONG));
	let_pass(400);
	assert_true(vt_until(&vt, " ARMED 3:", LONG));
	let_pass(200);
	assert_true(vt_until(&vt, "10 minutes without a key: the console is read-only again.", LONG));
	assert_true(shows("READ-ONLY"));
	assert_false(shows(" ARMED "));
	vt_type(&vt, "q");
	leave(0);
}

static void a_host_key_and_a_passphrase_are_asked(void **state)
{
	char *text;

	(void)state;
	start("ask", 24, 80, NULL);
	assert_true(vt_until(&vt, "SHA256:qWErTy", LONG));
	vt_type(&vt, "yes\r");
	assert_true(vt_until(&vt, "passphrase of id_ed25519", LONG));
	vt_type(&vt, "sesame");
	assert_true(vt_until(&vt, "> ******", LONG));
	text = vt_text(&vt);
	assert_null(strstr(text, "sesame"));
	free(text);
	vt_type(&vt, "\r");
	assert_true(vt_until(&vt, "the passphrase was right", LONG));
	vt_type(&vt, "q");
	leave(0);
}

/* What the operator refused is not asked again by what goes on by itself, which would take the keyboard from whatever
 * is typed; r asks again. */
static void what_was_refused_is_asked_again_by_a_key_only(void **state)
{
	(void)state;
	start_with_clock("ask", 24, 160);
	assert_true(vt_until(&vt, "SHA256:qWErTy", LONG));
	vt_type(&vt, "no\r");
	assert_true(vt_until(&vt, "you refused its key (r asks again): its key was refused (call 1)", LONG));
	let_pass(60);
	assert_true(vt_until(&vt, "its key was refused (call 2)", LONG));
	assert_false(shows("Type yes to trust it"));
	vt_type(&vt, "r");
	assert_true(vt_until(&vt, "Type yes to trust it", LONG));
	vt_type(&vt, "yes\r");
	assert_true(vt_until(&vt, "passphrase of id_ed25519", LONG));
	vt_type(&vt, "\033");
	assert_true(vt_until(&vt, "you gave no answer (r asks again): no passphrase was given (call 3)", LONG));
	let_pass(60);
	assert_true(vt_until(&vt, "no passphrase was given (call 4)", LONG));
	assert_false(shows("passphrase of id_ed25519"));
	vt_type(&vt, "r");
	assert_true(vt_until(&vt, "passphrase of id_ed25519", LONG));
	vt_type(&vt, "sesame\r");
	assert_true(vt_until(&vt, "the passphrase was right (call 5)", LONG));
	assert_false(shows("r asks again"));
	vt_type(&vt, "q");
	leave(0);
}

static void an_unanswered_question_does_not_keep_the_console(void **state)
{
	(void)state;
	start("ask", 24, 80, NULL);
	assert_true(vt_until(&vt, "SHA256:qWErTy", LONG));
	kill(vt.pid, SIGTERM);
	leave(143);
}

/* Generous here; tests/bench measures. */
static void a_key_is_answered_while_a_link_hangs(void **state)
{
	(void)state;
	start("hang", 24, 80, NULL);
	for (int i = 0; i < 20; i++) {
		int64_t before = clock_mono_ms();

		vt_type(&vt, i % 2 == 0 ? "f" : "o");
		assert_true(vt_until(&vt, i % 2 == 0 ? "─ Findings " : "─ Overview ", LONG));
		assert_true(clock_mono_ms() - before < 1000);
	}
	vt_type(&vt, "q");
	leave(0);
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* A zone is compared, and a name of it opened: all its records come out of what is kept of both. Without a place to
 * keep anything it says that there is more. */
static void a_name_of_a_comparison(void **state)
{
	char dir[] = "/tmp/odsf-console-XXXXXX", journal[80];
	const char *const env[] = { journal, NULL };

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(journal, sizeof journal, "TEST_JOURNAL=%s/journal.db", dir);
	for (int kept = 1; kept >= 0; kept--) {
		start("two-files", 30, 120, kept ? env : NULL);
		assert_true(vt_until(&vt, "─ Zones 12 ", LONG));
		vt_type(&vt, "d");
		assert_true(vt_until(&vt, "DIFFERENT, compared", LONG));
		vt_type(&vt, "\r");
		assert_true(vt_until(&vt, "─ Name ", LONG));
		assert_true(vt_until(&vt, kept ? "MX: THE SAME" : "no file of a zone is kept on this machine", LONG));
		assert_true(shows("! alpha     3600 A 192.0.2.3"));
		assert_true(shows("! bravo     3600 A 192.0.2.33"));
		assert_int_equal(shows("= both      3600 MX 10 mail."), kept);
		assert_false(shows("192.0.2.9"));
		vt_type(&vt, "\033");
		assert_true(vt_until(&vt, "─ Difference ", LONG));
		vt_type(&vt, "\033\r"); /* and what came of it stands with the zone */
		assert_true(vt_until(&vt, "! compared ", LONG));
		assert_true(shows(": data 1  keys 0  coverage 0  denial 0"));
		vt_type(&vt, "q");
		leave(0);
	}
	assert_int_equal(nftw(dir, drop, 4, FTW_DEPTH | FTW_PHYS), 0);
}

static void other_terminals(void **state)
{
	static const char *const terms[] = { "linux", "vt100", "xterm-mono", "screen-256color", "tmux-256color" };

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		char *argv[] = { (char *)"/proc/self/exe", (char *)"console", (char *)"refuse", NULL };

		if (access("/usr/share/terminfo", R_OK) != 0 && access("/lib/terminfo", R_OK) != 0)
			skip();
		assert_true(vt_spawn(&vt, 24, 80, terms[i], argv, NULL));
		assert_true(vt_until(&vt, "NOT REACHED", LONG));
		vt_type(&vt, "q");
		leave(0);
	}
}

/* Of the console of Linux, say: what the shell prints next stands alone in its line. */
static void a_terminal_without_a_second_screen(void **state)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)"console", (char *)"refuse", NULL };
	char *text;

	(void)state;
	assert_true(vt_spawn(&vt, 24, 80, "vt100", argv, NULL));
	assert_true(vt_until(&vt, "? help  q quit", LONG));
	vt_type(&vt, "q");
	assert_int_equal(vt_wait(&vt, LONG), 0);
	text = vt_text(&vt);
	assert_non_null(strstr(text, "SLACK ?"));
	assert_null(strstr(text, "q quit"));
	free(text);
	assert_true(vt_restored(&vt));
	vt_free(&vt);
}

static void no_usable_terminal(void **state)
{
	static const char *const terms[] = { "dumb", "no-such-terminal" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *argv[] = { (char *)"/proc/self/exe", (char *)"console", (char *)"hang", NULL };

		assert_true(vt_spawn(&vt, 24, 80, terms[i], argv, NULL));
		assert_int_equal(vt_wait(&vt, LONG), 64);
		assert_true(vt_until(&vt, "ods-failover status", 0));
		assert_true(vt_restored(&vt));
		vt_free(&vt);
	}
}

static void a_bad_theme_is_said_before_the_screen_is_taken(void **state)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)"console", (char *)"hang", (char *)"no-such-theme", NULL };

	(void)state;
	/* Wide: the sentence holds a path of any length, and a word that is cut at the margin is not found. */
	assert_true(vt_spawn(&vt, 24, 500, "xterm", argv, NULL));
	assert_int_equal(vt_wait(&vt, LONG), 78);
	assert_true(vt_until(&vt, "high-contrast", 0));
	vt_free(&vt);
}

static void golden_screens(void **state)
{
	static const char *const colour[] = { "ODSF_NOW=1795489965", "NO_COLOR", NULL };
	static const char *const mono[] = { "ODSF_NOW=1795489965", "NO_COLOR=1", NULL };
	static const char *const ascii[] = { "ODSF_NOW=1795489965", "NO_COLOR=1", "LC_ALL=C", NULL };
	static const struct {
		int cols, rows;
		const char *name;
		const char *const *env;
	} cases[] = { { 80, 24, "colour", colour }, { 120, 40, "colour", colour }, { 60, 20, "colour", colour },
		      { 80, 24, "mono", mono },     { 120, 40, "mono", mono },     { 60, 20, "mono", mono },
		      { 80, 24, "ascii", ascii } };
	bool same = true;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char file[80], *dump;

		start("refuse", cases[i].rows, cases[i].cols, cases[i].env);
		assert_true(vt_until(&vt, "NOT REACHED", LONG));
		vt_type(&vt, "f");
		assert_true(vt_until(&vt, "under the cursor", LONG));
		dump = vt_dump(&vt);
		snprintf(file, sizeof file, "console-%s-%dx%d", cases[i].name, cases[i].cols, cases[i].rows);
		same = golden(SOURCE_DIR "/tests/screen/golden", file, dump) && same;
		free(dump);
		vt_type(&vt, "q");
		leave(0);
	}
	assert_true(same);
}

/* Any keys and sizes in any order: it neither falls nor hangs. The seed is printed where it fails. */
static void random_keys(void **state)
{
	static const char *const keys[] = { "o",
		                            "k",
		                            "f",
		                            "c",
		                            "j",
		                            "l",
		                            "?",
		                            "\033",
		                            "\r",
		                            "\t",
		                            "A",
		                            "S",
		                            "R",
		                            "a",
		                            "s",
		                            "u",
		                            "n",
		                            "p",
		                            "r",
		                            "/",
		                            "x",
		                            " ",
		                            "\177",
		                            "\033[A",
		                            "\033[B",
		                            "\033[5~",
		                            "\033[6~",
		                            "\033[H",
		                            "\033[F",
		                            "\303\274",
		                            "\346\227\245",
		                            "\025",
		                            "\014",
		                            "7",
		                            "yes\r" };
	unsigned seed = 20261124;

	(void)state;
	start("refuse", 24, 80, NULL);
	for (int i = 0; i < 400; i++) {
		seed = seed * 1103515245u + 12345u;
		if (seed >> 16 & 15)
			vt_type(&vt, keys[(seed >> 20) % (sizeof keys / sizeof *keys)]);
		else
			vt_resize(&vt, 5 + (int)(seed >> 20) % 60, 10 + (int)(seed >> 24) % 190);
		if (i % 10 == 0)
			(void)vt_frame(&vt, 100);
	}
	vt_resize(&vt, 24, 80);
	vt_type(&vt, "\033");
	assert_true(vt_until(&vt, "ods-failover  main", LONG));
	vt_type(&vt, "\003");
	leave(130);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screens_and_quit),
		cmocka_unit_test(keys_that_come_together),
		cmocka_unit_test(resize),
		cmocka_unit_test(a_window_too_small_takes_no_key_but_q),
		cmocka_unit_test(every_signal_gives_the_terminal_back),
		cmocka_unit_test(a_blocked_signal_is_heard),
		cmocka_unit_test(ctrl_c),
		cmocka_unit_test(the_clock_goes_on),
		cmocka_unit_test(a_deaf_host_does_not_keep_the_console),
		cmocka_unit_test(suspend_and_continue),
		cmocka_unit_test(arming),
		cmocka_unit_test(arming_ends_by_itself),
		cmocka_unit_test(a_host_key_and_a_passphrase_are_asked),
		cmocka_unit_test(what_was_refused_is_asked_again_by_a_key_only),
		cmocka_unit_test(an_unanswered_question_does_not_keep_the_console),
		cmocka_unit_test(a_key_is_answered_while_a_link_hangs),
		cmocka_unit_test(a_name_of_a_comparison),
		cmocka_unit_test(other_terminals),
		cmocka_unit_test(a_terminal_without_a_second_screen),
		cmocka_unit_test(no_usable_terminal),
		cmocka_unit_test(a_bad_theme_is_said_before_the_screen_is_taken),
		cmocka_unit_test(golden_screens),
		cmocka_unit_test(random_keys),
	};

	console_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
