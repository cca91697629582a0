#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>

#include "core/base/bus.h"
#include "core/base/log.h"
#include "core/base/mem.h"

static bool readable(const struct bus *bus)
{
	struct pollfd p = { .fd = bus_fd(bus), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void keeps_order_and_releases_the_rest(void **state)
{
	struct bus *bus = bus_new(4);
	struct msg m;

	(void)state;
	assert_false(bus_take(bus, &m));
	assert_false(readable(bus));
	for (int i = 1; i <= 3; i++)
		bus_post(bus, (struct msg){ .kind = i, .payload = xstrdup("text"), .release = free });
	assert_true(readable(bus));
	for (int i = 1; i <= 2; i++) {
		assert_true(bus_take(bus, &m));
		assert_int_equal(m.kind, i);
		msg_release(&m);
	}
	assert_true(readable(bus));
	bus_free(&bus); /* the third is released: ASan would tell */
}

static void only_the_newest_progress_counts(void **state)
{
	struct bus *bus = bus_new(2);
	struct msg m;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int *n = xcalloc(1, sizeof *n);

		*n = i;
		bus_post(bus, (struct msg){ .kind = 7, .latest = true, .payload = n, .release = free });
	}
	bus_post(bus, (struct msg){ .kind = 8 });
	assert_true(bus_take(bus, &m));
	assert_int_equal(*(int *)m.payload, 999);
	msg_release(&m);
	assert_true(bus_take(bus, &m));
	assert_int_equal(m.kind, 8);
	assert_false(bus_take(bus, &m));
	assert_false(readable(bus));
	bus_free(&bus);
}

enum { MANY = 2000 };

static void *producer(void *arg)
{
	for (int i = 0; i < MANY; i++)
		bus_post(arg, (struct msg){ .kind = i });
	return NULL;
}

static void a_full_bus_blocks_and_drops_nothing(void **state)
{
	struct bus *bus = bus_new(3);
	pthread_t thread;
	struct msg m;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, producer, bus), 0);
	for (int i = 0; i < MANY;) {
		struct pollfd p = { .fd = bus_fd(bus), .events = POLLIN };

		assert_int_equal(poll(&p, 1, 5000), 1);
		while (bus_take(bus, &m))
			assert_int_equal(m.kind, i++);
	}
	pthread_join(thread, NULL);
	bus_free(&bus);
}

static void closing_frees_a_blocked_producer(void **state)
{
	struct bus *bus = bus_new(1);
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, producer, bus), 0);
	bus_close(bus);
	pthread_join(thread, NULL);
	bus_post(bus, (struct msg){ .payload = xstrdup("late"), .release = free });
	bus_free(&bus);
}

static void the_log_keeps_the_last_lines_escaped(void **state)
{
	struct log *log = log_new(3);
	struct log_line line;

	(void)state;
	assert_false(log_get(log, 0, &line));
	log_octets(log, "stderr", "one\ntw", 6);
	log_octets(log, "stderr", "o\033[31m\n\n", 8);
	assert_true(log_get(log, 0, &line));
	assert_string_equal(line.text, "two\\x1b[31m");
	assert_true(log_get(log, 1, &line));
	assert_string_equal(line.text, "one");
	for (int i = 0; i < 5; i++)
		log_add(log, LOG_LEVEL_WARN, "console", "line %d", i);
	assert_int_equal(log_count(log), 3);
	assert_int_equal(log_last(log), 7);
	assert_true(log_get(log, 2, &line));
	assert_string_equal(line.text, "line 2");
	assert_false(log_get(log, 3, &line));
	log_free(&log);
}

static void a_line_without_end_is_cut(void **state)
{
	struct log *log = log_new(100);
	char *x = xcalloc(1, 10000);
	struct log_line line;

	(void)state;
	memset(x, 'x', 10000);
	log_octets(log, "stderr", x, 10000);
	assert_int_equal(log_count(log), 10000 / LOG_TEXT);
	assert_true(log_get(log, 0, &line));
	assert_true(strlen(line.text) < LOG_TEXT);
	free(x);
	log_free(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order_and_releases_the_rest),
		cmocka_unit_test(only_the_newest_progress_counts),
		cmocka_unit_test(a_full_bus_blocks_and_drops_nothing),
		cmocka_unit_test(closing_frees_a_blocked_producer),
		cmocka_unit_test(the_log_keeps_the_last_lines_escaped),
		cmocka_unit_test(a_line_without_end_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
