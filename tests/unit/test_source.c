/* A window over a regular file gives its octets, all of them and in order, or says that the file is not what it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/zone/source.h"

enum { MANY = 5 * SOURCE_WINDOW + 4321 };

static struct zsource source;
static int fd;

/* What stands at place @i of the file: no two pages are alike. */
static char octet_at(uint64_t i)
{
	return (char)((i * UINT64_C(2654435761) >> 7) ^ (i >> 13));
}

static void open_file(size_t len)
{
	char path[] = "/tmp/odsf-source-XXXXXX", *octets = xcalloc(1, len + 1);
	struct err e = { 0 };

	fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)unlink(path);
	for (size_t i = 0; i < len; i++)
		octets[i] = octet_at(i);
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, octets + done, len - done);

		assert_true(n > 0);
		done += (size_t)n;
	}
	free(octets);
	assert_int_equal(source_fd(&source, fd, "zone", NULL, &e), RC_OK);
}

static void close_file(void)
{
	source_clear(&source);
	close(fd);
}

/* Takes all but the last @keep octets of each window, and looks at each; returns where it stopped. */
static enum rc take_all(size_t keep, uint64_t *at, struct err *e)
{
	*at = source_offset(&source);
	while (!source.eof) {
		enum rc rc = source_more(&source, e);

		if (rc != RC_OK)
			return rc;
		assert_true(source_offset(&source) == *at);
		while (source.p < source.end && (source.eof || (size_t)(source.end - source.p) > keep)) {
			if (*source.p != octet_at(*at) && file_map_lost(&source.map))
				return source_fault(&source, e, 1, NULL, 0, "gone");
			if (*source.p != octet_at(*at))
				fail_msg("octet %llu is another one", (unsigned long long)*at);
			source.p++;
			++*at;
		}
	}
	return RC_OK;
}

static void every_octet_comes_once(void **state)
{
	static const size_t lengths[] = {
		0, 1, 4096, SOURCE_BUFFER, SOURCE_WINDOW, SOURCE_WINDOW + SOURCE_SLACK, 2 * SOURCE_WINDOW + 17, MANY
	};
	static const size_t kept[] = { 0, 1, 200, 5000, SOURCE_RECORD_MAX / 2 + 1, SOURCE_RECORD_MAX - 1 };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
			struct err e = { 0 };
			uint64_t at;

			open_file(lengths[i]);
			assert_int_equal(take_all(kept[k], &at, &e), RC_OK);
			assert_true(at == lengths[i]);
			close_file();
		}
	}
}

static void a_part_ends_where_it_is_to(void **state)
{
	const uint64_t from = 777, to = 4 * SOURCE_WINDOW + 99;
	struct zsource whole;
	struct err e = { 0 };
	uint64_t at;

	(void)state;
	open_file(MANY);
	whole = source;
	source_part(&source, &whole, from, to);
	assert_int_equal(take_all(100, &at, &e), RC_OK);
	assert_true(at == to);
	source_clear(&source);
	source = whole;
	close_file();
}

/* Cut to @len once the first window was taken: said in one sentence, whatever way it is met. */
static void cut_to(off_t len)
{
	struct err e = { 0 };
	uint64_t at;

	open_file(MANY);
	assert_int_equal(source_more(&source, &e), RC_OK);
	assert_int_equal(ftruncate(fd, len), 0);
	source.p = source.end;
	assert_int_equal(take_all(0, &at, &e), RC_PARSE);
	assert_string_equal(e.text, "zone: it became shorter while it was read");
	close_file();
}

static void a_file_cut_meanwhile_is_no_smaller_zone(void **state)
{
	(void)state;
	cut_to(MANY - 1);                 /* in what is read */
	cut_to(5 * (off_t)SOURCE_WINDOW); /* at the end of what is mapped */
	cut_to(2 * (off_t)SOURCE_WINDOW); /* in what is mapped */
	cut_to(SOURCE_WINDOW / 2);        /* in what was */
	cut_to(0);
}

/* What was cut off below a window that is in use reads as zero, and no sentence is made of that. */
static void what_is_gone_is_no_fault_of_the_text(void **state)
{
	struct err e = { 0 };

	(void)state;
	open_file(MANY);
	assert_int_equal(source_more(&source, &e), RC_OK);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(source.p[SOURCE_WINDOW / 2], 0);
	assert_int_equal(source_fault(&source, &e, 7, source.p, 10, "no record"), RC_PARSE);
	assert_string_equal(e.text, "zone: it became shorter while it was read");
	assert_int_equal(source_more(&source, &e), RC_PARSE);
	close_file();
}

static void a_file_written_meanwhile_is_said(void **state)
{
	const struct timespec later[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 2000000000 } };
	struct err e = { 0 };
	uint64_t at;

	(void)state;
	open_file(MANY);
	assert_int_equal(source_more(&source, &e), RC_OK);
	source.p = source.end;
	assert_int_equal(futimens(fd, later), 0);
	assert_int_equal(take_all(0, &at, &e), RC_PARSE);
	assert_string_equal(e.text, "zone: it was changed while it was read: read it again");
	close_file();
	open_file(100);
	assert_int_equal(source_more(&source, &e), RC_OK);
	source.p = source.end;
	assert_int_equal(ftruncate(fd, 101), 0);
	assert_int_equal(source_more(&source, &e), RC_OK);
	source.p = source.end;
	assert_int_equal(source_more(&source, &e), RC_PARSE);
	close_file();
}

/* While there is no room for another map the file is read, what was left of the window too. */
static void what_cannot_be_mapped_is_read(void **state)
{
	static struct file_map others[4096];
	struct err e = { 0 };
	size_t count = 0;
	uint64_t at = 0;

	(void)state;
	open_file(MANY);
	while (count < sizeof others / sizeof *others && file_map_open(&others[count], fd, 0, 1))
		count++;
	assert_in_range(count, 1, sizeof others / sizeof *others - 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(source_more(&source, &e), RC_OK);
		assert_null(source.map.p);
		source.p = source.end - 1000;
		at = source_offset(&source);
		assert_int_equal(*source.p, octet_at(at));
	}
	while (count-- > 0)
		file_map_close(&others[count]);
	assert_int_equal(source_more(&source, &e), RC_OK);
	assert_non_null(source.map.p);
	assert_true(source_offset(&source) == at);
	assert_int_equal(*source.p, octet_at(at));
	source.p = source.end - 10;
	assert_int_equal(take_all(0, &at, &e), RC_OK);
	assert_true(at == MANY);
	close_file();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_octet_comes_once),
		cmocka_unit_test(a_part_ends_where_it_is_to),
		cmocka_unit_test(a_file_cut_meanwhile_is_no_smaller_zone),
		cmocka_unit_test(what_is_gone_is_no_fault_of_the_text),
		cmocka_unit_test(a_file_written_meanwhile_is_said),
		cmocka_unit_test(what_cannot_be_mapped_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
