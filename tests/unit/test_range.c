/* range_main() hands the words on, names the far side, and says it plainly when the script cannot be started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "remote/range/range.h"

/* Runs range_main() in a child with its stdout in @out; its exit status. */
static int run(const char *script, int argc, char **argv, char *out, size_t size)
{
	int fd[2], status;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		_exit(range_main(script, argc, argv));
	}
	close(fd[1]);
	while (used < size - 1 && (n = read(fd[0], out + used, size - 1 - used)) > 0)
		used += (size_t)n;
	out[used] = '\0';
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void words_reach_the_script(void **state)
{
	char path[] = "/tmp/odsf-range-XXXXXX", up[] = "enter", two[] = "two words", out[512];
	char *argv[] = { up, two };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(dprintf(fd, "printf '<%%s>' \"$@\"; printf '[%%s]' \"$ODSF_FAR\"; exit 7\n") > 0);
	close(fd);
	unsetenv("ODSF_FAR");
	setenv("ODSF_DATA", "/nowhere", 1);
	assert_int_equal(run(path, 2, argv, out, sizeof out), 7);
	assert_string_equal(out, "<enter><two words>[/nowhere/far]");
	unlink(path);
}

static void program_is_first_in_path(void **state)
{
	char path[] = "/tmp/odsf-range-XXXXXX", out[8192], exe[4096], expected[4200];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	int fd = mkstemp(path);

	(void)state;
	assert_true(n > 0 && fd >= 0);
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	assert_true(dprintf(fd, "printf '%%s' \"$PATH\"\n") > 0);
	close(fd);
	setenv("PATH", "/usr/bin:/bin", 1);
	assert_int_equal(run(path, 0, NULL, out, sizeof out), 0);
	snprintf(expected, sizeof expected, "%s:/usr/bin:/bin", exe);
	assert_string_equal(out, expected);
	unlink(path);
}

static void missing_script_is_the_shells_error(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(run("/nowhere/range.sh", 0, NULL, out, sizeof out), 127);
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_reach_the_script),
		cmocka_unit_test(program_is_first_in_path),
		cmocka_unit_test(missing_script_is_the_shells_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
