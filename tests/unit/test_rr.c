#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/zone/rr.h"

static void whole_records(void **state)
{
	static const char *const whole[] = {
		"example. 60 IN SOA ns. hm. 1 1 1 1 1", "example. 60 IN TYPE65400 \\# 0", "example. 60 IN TXT \"\"",
		"example. 60 IN DS \\# 6 12670d020011", "example. 60 IN NS ns.",          "example. 60 IN APL \\# 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		ldns_rr *rr = rr_parse(whole[i]);

		if (rr == NULL)
			fail_msg("%s", whole[i]);
		ldns_rr_free(rr);
	}
}

/* Each of them is a record for ldns, and the end of the program in its accessors. */
static void records_with_fields_missing(void **state)
{
	static const char *const types[] = { "SOA", "DS", "DNSKEY", "RRSIG", "NS", "NSEC", "NSEC3", "NSEC3PARAM", "A" };

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		char text[60];

		(void)snprintf(text, sizeof text, "example. 60 IN %s \\# 0", types[i]);
		assert_null(rr_parse(text));
	}
	assert_null(rr_parse("example. 60 IN DS 1"));
	assert_null(rr_parse("no record at all"));
	assert_null(rr_parse(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_records),
		cmocka_unit_test(records_with_fields_missing),
	};

	return cmocka_run_group_tests_name("rr", tests, NULL, NULL);
}
