#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/zone/serial.h"

static const int64_t noon = 1795521600; /* 2026-11-24T12:00:00Z */

static void order_is_that_of_rfc_1982(void **state)
{
	(void)state;
	assert_int_equal(serial_compare(1, 0), SERIAL_GREATER);
	assert_int_equal(serial_compare(7, 7), SERIAL_EQUAL);
	assert_int_equal(serial_compare(0, UINT32_MAX), SERIAL_GREATER);
	assert_int_equal(serial_compare(UINT32_MAX, 0), SERIAL_LESS);
	assert_int_equal(serial_compare(0x7fffffff, 0), SERIAL_GREATER);
	assert_int_equal(serial_compare(0x80000000, 0), SERIAL_UNDEFINED);
	assert_int_equal(serial_compare(0, 0x80000000), SERIAL_UNDEFINED);
	assert_int_equal(serial_compare(0x80000001, 0), SERIAL_LESS);
}

static void next_is_what_the_signer_would_write(void **state)
{
	const struct {
		const char *what;
		struct serial_state s;
		bool signs;
		uint32_t next;
	} cases[] = {
		{ "counter goes on", { SERIAL_COUNTER, true, 102, 100, noon, 0 }, true, 103 },
		{ "counter takes a greater unsigned one", { SERIAL_COUNTER, true, 102, 200, noon, 0 }, true, 201 },
		{ "counter without state goes back", { SERIAL_COUNTER, false, 0, 100, noon, 0 }, true, 101 },
		{ "counter from a raised outbound", { SERIAL_COUNTER, true, 9000, 100, noon, 0 }, true, 9001 },
		{ "unixtime is now", { SERIAL_UNIXTIME, true, 1795500000, 100, noon, 0 }, true, 1795521600 },
		{ "unixtime counts", { SERIAL_UNIXTIME, true, 1795521600, 100, noon, 0 }, true, 1795521601 },
		{ "unixtime below a date: the minimal restore",
		  { SERIAL_UNIXTIME, false, 0, 2026112401, noon, 0 },
		  true,
		  2026112402 },
		{ "and with its state it goes on",
		  { SERIAL_UNIXTIME, true, 2026112403, 2026112401, noon, 0 },
		  true,
		  2026112404 },
		{ "datecounter begins the day",
		  { SERIAL_DATECOUNTER, true, 2026112307, 1, noon, 0 },
		  true,
		  2026112400 },
		{ "datecounter goes on", { SERIAL_DATECOUNTER, true, 2026112402, 1, noon, 0 }, true, 2026112403 },
		{ "datecounter without state", { SERIAL_DATECOUNTER, false, 0, 1, noon, 0 }, true, 2026112400 },
		{ "datecounter, east", { SERIAL_DATECOUNTER, false, 0, 1, noon, 13 * 3600 }, true, 2026112500 },
		{ "datecounter, west", { SERIAL_DATECOUNTER, false, 0, 1, noon, -13 * 3600 }, true, 2026112300 },
		{ "keep passes a greater one on", { SERIAL_KEEP, true, 100, 101, noon, 0 }, true, 101 },
		{ "keep refuses an equal one", { SERIAL_KEEP, true, 100, 100, noon, 0 }, false, 0 },
		{ "keep refuses a lesser one", { SERIAL_KEEP, true, 102, 100, noon, 0 }, false, 0 },
		{ "keep refuses one 2^31 away", { SERIAL_KEEP, true, 0, 0x80000000, noon, 0 }, false, 0 },
		{ "keep without state repeats", { SERIAL_KEEP, false, 0, 100, noon, 0 }, true, 100 },
		{ "counter wraps", { SERIAL_COUNTER, true, UINT32_MAX, 100, noon, 0 }, true, 101 },
		{ "counter passes the end", { SERIAL_COUNTER, true, UINT32_MAX, UINT32_MAX - 5, noon, 0 }, true, 0 },
		{ "behind a wrap the plain greater one counts",
		  { SERIAL_COUNTER, true, 5, UINT32_MAX - 1, noon, 0 },
		  true,
		  UINT32_MAX },
		{ "the candidate returns: counter", { SERIAL_COUNTER, true, 3000000001, 77, noon, 0 }, true, 78 },
		{ "the candidate returns: date",
		  { SERIAL_DATECOUNTER, true, 4173596050, 1, noon, 0 },
		  true,
		  2026112400 },
		{ "the candidate returns: time", { SERIAL_UNIXTIME, true, 4200000000, 1, noon, 0 }, true, 1795521600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t next = 0;
		bool signs = serial_next(&cases[i].s, &next);

		if (signs != cases[i].signs || next != cases[i].next)
			fail_msg("%s: %s %u", cases[i].what, signs ? "signs" : "refuses", next);
	}
}

static void greatest_needs_an_order(void **state)
{
	uint32_t g = 0, three[] = { UINT32_MAX, 2, 0 }, apart[] = { 0, 0x80000000 };
	uint32_t circle[] = { 0, 0x60000000, 0xc0000000 };

	(void)state;
	assert_true(serial_greatest(three, 3, &g));
	assert_int_equal(g, 2);
	assert_false(serial_greatest(apart, 2, &g));
	assert_false(serial_greatest(circle, 3, &g));
	assert_false(serial_greatest(NULL, 0, &g));
}

static void a_repair_holds_or_not(void **state)
{
	const uint32_t half = 0x80000000;
	const struct {
		const char *what;
		struct serial_state s;
		uint32_t published;
		bool holds;
		uint32_t first;
	} cases[] = {
		{ "raised to the published one", { SERIAL_COUNTER, true, 9000, 100, noon, 0 }, 9000, true, 9001 },
		{ "not raised", { SERIAL_COUNTER, true, 102, 100, noon, 0 }, 9000, false, 0 },
		{ "the minimal restore, mended",
		  { SERIAL_UNIXTIME, true, 2026112403, 2026112401, noon, 0 },
		  2026112403,
		  true,
		  2026112404 },
		{ "2^31 away: the candidate comes back",
		  { SERIAL_COUNTER, true, half + 78, 77, noon, 0 },
		  half + 78,
		  false,
		  0 },
		{ "nearly 2^31 away: it comes back later",
		  { SERIAL_COUNTER, true, half + 70, 77, noon, 0 },
		  half + 70,
		  false,
		  0 },
		{ "keep, unsigned above", { SERIAL_KEEP, true, 100, 101, noon, 0 }, 100, true, 101 },
		{ "keep, unsigned equal", { SERIAL_KEEP, true, 100, 100, noon, 0 }, 100, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t first = 0;
		bool holds = serial_holds(&cases[i].s, cases[i].published, &first);

		if (holds != cases[i].holds || (holds && first != cases[i].first))
			fail_msg("%s: %s, first %u", cases[i].what, holds ? "holds" : "does not hold", first);
	}
}

static void the_guard_holds_or_not(void **state)
{
	const uint32_t half = 0x80000000;
	const struct {
		const char *what;
		struct serial_state s; /* what outbound was before does not matter */
		uint32_t target, published;
		bool holds;
		uint32_t first;
	} cases[] = {
		{ "no state", { SERIAL_COUNTER, false, 0, 100, noon, 0 }, 9000, 9000, true, 9001 },
		{ "a state behind", { SERIAL_COUNTER, true, 102, 100, noon, 0 }, 9000, 9000, true, 9001 },
		{ "public behind the instance", { SERIAL_COUNTER, true, 9000, 100, noon, 0 }, 9000, 8000, true, 9001 },
		{ "public behind by most of 2^31", { SERIAL_COUNTER, true, half, 100, noon, 0 }, half, 20, false, 0 },
		{ "the candidate comes back",
		  { SERIAL_COUNTER, true, half + 70, 77, noon, 0 },
		  half + 70,
		  half + 70,
		  false,
		  0 },
		{ "keep, forced once", { SERIAL_KEEP, true, 100, 50, noon, 0 }, 100, 100, true, 101 },
		{ "keep, unsigned above", { SERIAL_KEEP, true, 100, 105, noon, 0 }, 100, 100, true, 105 },
		{ "keep, no number to force", { SERIAL_KEEP, true, 100, half + 101, noon, 0 }, 100, 100, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t first = 0;
		bool holds = serial_guard_holds(&cases[i].s, cases[i].target, cases[i].published, &first);

		if (holds != cases[i].holds || (holds && first != cases[i].first))
			fail_msg("%s: %s, first %u", cases[i].what, holds ? "holds" : "does not hold", first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_that_of_rfc_1982), cmocka_unit_test(next_is_what_the_signer_would_write),
		cmocka_unit_test(greatest_needs_an_order),   cmocka_unit_test(a_repair_holds_or_not),
		cmocka_unit_test(the_guard_holds_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
