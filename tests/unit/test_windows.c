/* Zones of several windows (core/zone/source.h): what lies across the end of one is read like anything else, whatever
 * it is, and a file comes to the same as what a function gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/base/buf.h"
#include "core/zone/compare.h"
#include "core/zone/expiry.h"
#include "tests/support/zone_text.h"

enum { NAMES = 27000, LONG = 9000, NOW = 1795000000, EACH_TENTH = NAMES / 10 };

static uint64_t chance;

static unsigned next(unsigned below)
{
	chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(chance >> 33) % below;
}

static void add_many(struct buf *b, char c, unsigned count)
{
	while (count-- > 0)
		buf_addc(b, c);
}

static void add_signature(struct buf *b, const char *name, const char *type, unsigned seconds)
{
	buf_addf(b, "%s\t3600\tIN\tRRSIG\t%s 13 2 3600 202612010000%02u 20261124000000 1550 test. ", name, type,
	         seconds);
	add_many(b, 'A', 4 * (1 + next(40)));
	buf_addc(b, '\n');
}

/* Names in order, of lines of very different length and kind. @changed: the address of each EACH_TENTH-th name. @twin:
 * the seconds of its signatures. */
static void write_zone(struct buf *b, bool changed, unsigned twin)
{
	chance = 42;
	buf_adds(b, "test.\t3600\tIN\tSOA\tns.test. h.test. 5 1 1 1 30\ntest.\t3600\tIN\tDNSKEY\t256 3 13 AAEC\n");
	for (unsigned i = 0; i < NAMES; i++) {
		bool other = changed && i % EACH_TENTH == 7;
		char name[80];

		(void)snprintf(name, sizeof name, "n%06u%.*s.test.", i, (int)next(50),
		               "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
		buf_addf(b, "%s\t3600\tIN\tA\t192.0.2.%u\n", name, other ? 200 : i % 200);
		if (i % 3 == 0)
			buf_addf(b, "%s\t3600\tIN\tA\t198.51.100.%u\n", name, i % 250);
		add_signature(b, name, "A", twin);
		switch (next(40)) {
		case 0: /* blanks where a window may end */
			buf_addf(b, "%s\t3600\tIN\tNS", name);
			add_many(b, ' ', next(LONG));
			buf_adds(b, "ns.test.\n");
			break;
		case 1:
			buf_addf(b, "%s\t3600\tIN\tTXT\t\"", name);
			add_many(b, ';', next(250));
			buf_adds(b, "\" ; ");
			add_many(b, '(', next(LONG));
			buf_addc(b, '\n');
			break;
		case 2:
			buf_addf(b, "%s 3600 IN TXT (", name);
			for (unsigned k = next(30); k > 0; k--)
				buf_addf(b, "\n\t\"part %u\"", k);
			buf_adds(b, " \"end\" )\n");
			break;
		case 3:
			add_many(b, '\n', next(LONG));
			break;
		case 4:
			buf_addf(b, "%s\t3600\tIN\tTYPE65280\t\\# 3 abcdef\n", name);
			break;
		default:
			break;
		}
	}
}

static int file_of(const struct buf *b)
{
	char path[] = "/tmp/odsf-windows-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	for (size_t done = 0; done < b->len;) {
		ssize_t n = write(fd, b->p + done, b->len - done);

		assert_true(n > 0);
		done += (size_t)n;
	}
	return fd;
}

static void scan_file(struct zscan *s, int fd)
{
	struct err e = { 0 };

	memset(s, 0, sizeof *s);
	assert_int_equal(source_fd(&s->source, fd, "zone", NULL, &e), RC_OK);
}

static void runs_out_the_same(void **state)
{
	struct buf b = { 0 };
	struct zone_expiry *x = calloc(2, sizeof *x);
	struct zone_text t;
	struct zscan s;
	struct err e = { 0 };
	int fd;

	(void)state;
	write_zone(&b, false, 10);
	fd = file_of(&b);
	assert_true(b.len > 3 * (size_t)SOURCE_WINDOW);
	scan_file(&s, fd);
	if (zone_expiry(&s, NOW, 0, &x[0], &e) != RC_OK)
		fail_msg("%s", e.text);
	scan_clear(&s);
	t = (struct zone_text){ .text = b.p, .len = b.len, .piece = 30011 };
	zone_text_scan(&s, &t);
	assert_int_equal(source_spool(&s.source, &e), RC_OK);
	if (zone_expiry(&s, NOW, 0, &x[1], &e) != RC_OK)
		fail_msg("%s", e.text);
	scan_clear(&s);
	assert_true(x[0].records > NAMES * 2);
	assert_int_equal(x[0].records, x[1].records);
	assert_int_equal(x[0].signatures, NAMES);
	assert_int_equal(x[1].signatures, NAMES);
	assert_int_equal(x[0].uncovered, x[1].uncovered);
	assert_true(x[0].uncovered > 0);
	assert_string_equal(x[0].uncovered_example.owner, x[1].uncovered_example.owner);
	assert_int_equal(x[0].first.at, x[1].first.at);
	free(x);
	close(fd);
	buf_free(&b);
}

/* Of two files, and of a file and a function; with one thread and two. */
static void differs_the_same(void **state)
{
	struct buf left = { 0 }, right = { 0 };
	struct err e = { 0 };
	int fds[2];

	(void)state;
	write_zone(&left, false, 10);
	write_zone(&right, true, 20);
	fds[0] = file_of(&left);
	fds[1] = file_of(&right);
	for (unsigned way = 0; way < 3; way++) {
		struct compare_options o = { .names = { "L", "R" }, .samples = 100, .threads = way == 1 ? 2 : 1 };
		struct zone_text t = { .text = right.p, .len = right.len, .piece = 70001 };
		struct zone_difference d = { 0 };
		struct zscan s[2];

		scan_file(&s[0], fds[0]);
		if (way < 2) {
			scan_file(&s[1], fds[1]);
		} else {
			zone_text_scan(&s[1], &t);
			assert_int_equal(source_spool(&s[1].source, &e), RC_OK);
		}
		if (zone_compare(&s[0], &s[1], &o, &d, &e) != RC_OK)
			fail_msg("%s", e.text);
		assert_int_equal(d.counts[BAND_DATA], NAMES / EACH_TENTH);
		assert_int_equal(d.counts[BAND_TIMING], NAMES);
		assert_int_equal(d.counts[BAND_KEYS] + d.counts[BAND_COVERAGE] + d.counts[BAND_DENIAL], 0);
		zone_difference_clear(&d);
		scan_clear(&s[0]);
		scan_clear(&s[1]);
	}
	close(fds[0]);
	close(fds[1]);
	buf_free(&left);
	buf_free(&right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_out_the_same),
		cmocka_unit_test(differs_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
