#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/zone/serial.h"

enum { NOON = 1795521600 }; /* 2026-11-24T12:00:00Z */

static void compares_as_rfc_1982(void **state)
{
	(void)state;
	assert_int_equal(serial_compare(1, 1), SERIAL_EQUAL);
	assert_int_equal(serial_compare(2, 1), SERIAL_GREATER);
	assert_int_equal(serial_compare(1, 2), SERIAL_LESS);
	assert_int_equal(serial_compare(0, 4294967295u), SERIAL_GREATER);
	assert_int_equal(serial_compare(2147483648u, 0), SERIAL_UNDEFINED);
	assert_int_equal(serial_compare(2147483647u, 0), SERIAL_GREATER);
	assert_int_equal(serial_compare(2147483649u, 0), SERIAL_LESS);
}

struct row {
	enum serial_mode mode;
	bool have;
	uint32_t outbound, inbound;
	int64_t now;
	int offset;
	bool signs;
	uint32_t next;
};

static const struct row rows[] = {
	/* counter: inbound + 1 from new, else above what was published */
	{ SERIAL_COUNTER, false, 0, 100, NOON, 0, true, 101 },
	{ SERIAL_COUNTER, true, 2001, 100, NOON, 0, true, 2002 },
	{ SERIAL_COUNTER, true, 2001, 3000, NOON, 0, true, 3001 },
	/* datecounter: the day's first, else one more; the daemon's own day */
	{ SERIAL_DATECOUNTER, false, 0, 7, NOON, 0, true, 2026112400 },
	{ SERIAL_DATECOUNTER, true, 2026112403, 7, NOON, 0, true, 2026112404 },
	{ SERIAL_DATECOUNTER, true, 2026112403, 7, NOON, 14 * 3600, true, 2026112500 },
	/* unixtime: no safer than counter where the unsigned serial is ahead of the clock: the restore that went back
	 */
	{ SERIAL_UNIXTIME, false, 0, 2026112401, NOON, 0, true, 2026112402 },
	{ SERIAL_UNIXTIME, true, 2026112403, 2026112401, NOON, 0, true, 2026112404 },
	{ SERIAL_UNIXTIME, true, 1795400000, 7, NOON, 0, true, NOON },
	/* keep: the unsigned serial or nothing */
	{ SERIAL_KEEP, false, 0, 100, NOON, 0, true, 100 },
	{ SERIAL_KEEP, true, 100, 100, NOON, 0, false, 0 },
	{ SERIAL_KEEP, true, 100, 101, NOON, 0, true, 101 },
	{ SERIAL_KEEP, true, 101, 100, NOON, 0, false, 0 },
	/* what is 2^31 or more away: the policy's own candidate is taken wherever RFC 1982 calls it greater */
	{ SERIAL_COUNTER, true, 3000000001u, 77, NOON, 0, true, 78 },
	{ SERIAL_DATECOUNTER, true, 4173596050u, 7, NOON, 0, true, 2026112400 },
	{ SERIAL_UNIXTIME, true, 4200000000u, 7, NOON, 0, true, NOON },
	/* the end of the range */
	{ SERIAL_COUNTER, true, 4294967295u, 4294967290u, NOON, 0, true, 0 },
};

static void predicts_what_the_signer_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct serial_state s = { r->mode, r->have, r->outbound, r->inbound, r->now, r->offset };
		uint32_t next = 0;

		print_message("row %zu\n", i);
		assert_int_equal(serial_next(&s, &next), r->signs);
		assert_int_equal(next, r->next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_as_rfc_1982),
		cmocka_unit_test(predicts_what_the_signer_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
