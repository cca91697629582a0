#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file_map.h"
#include "core/base/mem.h"

enum { PAGES = 4 };

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* A file of PAGES pages of 'x'. */
static int make(void)
{
	char path[] = "/tmp/odsf-map-XXXXXX", *octets = xcalloc(PAGES, page());
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	memset(octets, 'x', PAGES * page());
	assert_int_equal(write(fd, octets, PAGES * page()), PAGES * page());
	(void)unlink(path);
	free(octets);
	return fd;
}

static void is_what_the_file_holds(void **state)
{
	struct file_map m = { 0 };
	int fd = make();

	(void)state;
	assert_int_equal(pwrite(fd, "abc", 3, (off_t)page() + 9), 3);
	assert_true(file_map_open(&m, fd, page() + 9, page()));
	assert_int_equal(m.len, page());
	assert_memory_equal(m.p, "abcx", 4);
	assert_int_equal(m.p[page() - 1], 'x');
	assert_false(file_map_lost(&m));
	file_map_close(&m);
	assert_null(m.p);
	file_map_close(&m);
	close(fd);
}

static void what_was_cut_off_is_zero_and_said(void **state)
{
	struct file_map m = { 0 }, other = { 0 };
	int fd = make(), whole = make();

	(void)state;
	assert_true(file_map_open(&m, fd, 0, PAGES * page()));
	assert_true(file_map_open(&other, whole, 0, PAGES * page()));
	assert_int_equal(ftruncate(fd, (off_t)page()), 0);
	assert_int_equal(m.p[page() - 1], 'x');
	assert_false(file_map_lost(&m));
	assert_int_equal(m.p[2 * page() + 5], 0);
	assert_int_equal(m.p[PAGES * page() - 1], 0);
	assert_true(file_map_lost(&m));
	assert_int_equal(m.p[0], 'x');
	assert_int_equal(other.p[2 * page() + 5], 'x');
	assert_false(file_map_lost(&other));
	file_map_close(&m);
	file_map_close(&other);
	assert_true(file_map_open(&m, whole, 0, page()));
	assert_false(file_map_lost(&m));
	file_map_close(&m);
	close(fd);
	close(whole);
}

static void no_descriptor_no_map(void **state)
{
	struct file_map m = { 0 };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 200; i++) /* nothing of a failure stays taken */
		assert_false(file_map_open(&m, ends[0], 0, page()));
	assert_null(m.p);
	close(ends[0]);
	close(ends[1]);
}

static void too_many_are_none(void **state)
{
	static struct file_map maps[200];
	size_t got = 0;
	int fd = make();

	(void)state;
	while (got < 200 && file_map_open(&maps[got], fd, 0, page()))
		got++;
	assert_in_range(got, 16, 199);
	for (size_t i = 0; i < got; i++)
		file_map_close(&maps[i]);
	assert_true(file_map_open(&maps[0], fd, 0, page()));
	file_map_close(&maps[0]);
	close(fd);
}

static void on_foreign(int number)
{
	(void)number;
	_exit(42);
}

/* Touches what is gone of a map that is not ours. */
static void touch_foreign(void)
{
	int fd = make();
	volatile const char *p = mmap(NULL, PAGES * page(), PROT_READ, MAP_SHARED, fd, 0);

	if (ftruncate(fd, 0) == 0)
		_exit(p[page()] + 1);
}

static int child_ends(void (*prepare)(void))
{
	struct file_map m = { 0 };
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		prepare();
		if (!file_map_open(&m, make(), 0, page()))
			_exit(1);
		touch_foreign();
		_exit(2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void with_a_handler(void)
{
	(void)signal(SIGBUS, on_foreign);
}

static void with_one_that_came_between(void)
{
	struct file_map m = { 0 };

	(void)signal(SIGBUS, SIG_DFL);
	if (!file_map_open(&m, make(), 0, page()))
		_exit(3);
	file_map_close(&m);
	with_a_handler();
}

static void with_none(void)
{
	(void)signal(SIGBUS, SIG_DFL);
}

static void what_is_not_ours_goes_to_whom_it_belongs(void **state)
{
	int status;

	(void)state;
	status = child_ends(with_a_handler);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
	status = child_ends(with_one_that_came_between);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
	status = child_ends(with_none);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGBUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_the_file_holds),
		cmocka_unit_test(what_was_cut_off_is_zero_and_said),
		cmocka_unit_test(no_descriptor_no_map),
		cmocka_unit_test(too_many_are_none),
		cmocka_unit_test(what_is_not_ours_goes_to_whom_it_belongs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
