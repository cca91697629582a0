/* Zones signed by public tools at build of the test, good and broken, each breakage at least once. What the peers
 * (ldns-verify-zone, dnssec-verify, kzonecheck) say of the same zones is compared in tests/cli/verify.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/zone/verify.h"

static void read_file(const char *name, struct buf *b)
{
	char path[512], part[65536];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/tests/fixtures/%s", SOURCE_DIR, name);
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(b, part, n);
	assert_int_equal(fclose(f), 0);
}

static int64_t when(const char *text)
{
	int64_t t = 0;

	assert_true(time_parse(text, &t));
	return t;
}

/* Replaces the first @from by @to, which may be shorter or longer. */
static void replace(struct buf *b, const char *from, const char *to)
{
	struct buf out = { 0 };
	const char *at = strstr(buf_str(b), from);

	assert_non_null(at);
	buf_add(&out, b->p, (size_t)(at - b->p));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	buf_free(b);
	*b = out;
}

/* Drops the first line that begins with @start and holds @with. */
static void drop_line(struct buf *b, const char *start, const char *with)
{
	struct buf out = { 0 };
	bool dropped = false;

	for (const char *line = buf_str(b); *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t len = (size_t)(end - line) + 1;
		char *copy = strndup(line, len);

		if (!dropped && strncmp(copy, start, strlen(start)) == 0 && strstr(copy, with) != NULL)
			dropped = true;
		else
			buf_add(&out, line, len);
		free(copy);
		line = end + 1;
	}
	assert_true(dropped);
	buf_free(b);
	*b = out;
}

static bool verdict_says(const struct buf *b, int64_t at, const char *text)
{
	struct zone_verdict v;
	struct err e;
	bool said = false;

	assert_int_equal(zone_verify_text(b->p, b->len, "zone", NULL, at, &v, NULL, &e), RC_OK);
	for (size_t i = 0; i < v.failure_count; i++) {
		print_message("%s %s %s\n", v.failures[i].owner, v.failures[i].type, v.failures[i].text);
		said = said || strstr(v.failures[i].text, text) != NULL;
	}
	said = text[0] == '\0' ? v.ok && v.failed == 0 && v.verified > 0 : said && !v.ok;
	zone_verdict_clear(&v);
	return said;
}

enum { AT_SNAP1 = 1795488600 }; /* 2026-11-24T02:50:00Z: within the fixtures' validity */

static void a_zone_of_the_signer_verifies(void **state)
{
	struct buf b = { 0 };
	struct zone_verdict v;
	struct err e;

	(void)state;
	read_file("snap1/signed/example.com", &b);
	assert_int_equal(zone_verify_text(b.p, b.len, "zone", NULL, AT_SNAP1, &v, NULL, &e), RC_OK);
	assert_true(v.ok);
	assert_string_equal(v.zone, "example.com");
	assert_int_equal(v.serial, 2001);
	assert_int_equal(v.dnskey_count, 2);
	assert_true(v.verified >= 8);
	assert_int_equal(v.failed, 0);
	assert_int_equal(v.first_expiry, when("20261124030726"));
	assert_string_equal(v.first_rrset, "example.com NSEC3PARAM");
	zone_verdict_clear(&v);
	buf_free(&b);
}

struct breakage {
	const char *what, *start, *with, *from, *to, *says;
	int64_t at;
};

static const struct breakage breakages[] = {
	{ "as it is", NULL, NULL, NULL, NULL, "", AT_SNAP1 },
	{ "too late", NULL, NULL, NULL, NULL, "has expired", AT_SNAP1 + 3600 },
	{ "too early", NULL, NULL, NULL, NULL, "inception is in the future", AT_SNAP1 - 7200 },
	{ "a changed address", NULL, NULL, "A\t192.0.2.3", "A\t192.0.2.4", "does not verify", AT_SNAP1 },
	{ "an added record", NULL, NULL, "mail.example.com.\t60\tIN\tA\t192.0.2.3",
	  "mail.example.com.\t60\tIN\tA\t192.0.2.3\nmail.example.com.\t60\tIN\tTXT\t\"x\"",
	  "is not signed with algorithm 13", AT_SNAP1 },
	{ "a missing signature", "mail.example.com.", "RRSIG\tA", NULL, NULL, "is not signed with algorithm 13",
	  AT_SNAP1 },
	{ "a missing key", "example.com.", "DNSKEY\t256", NULL, NULL, "not in the DNSKEY set", AT_SNAP1 },
	{ "a missing NSEC3", "mifdndt3nff3od53o7tla1hrff95jkuk", "NSEC3", NULL, NULL, "chain", AT_SNAP1 },
	{ "a raised TTL", NULL, NULL, "mail.example.com.\t60\tIN\tA", "mail.example.com.\t61\tIN\tA", "TTL", AT_SNAP1 },
	{ "an unsigned name", NULL, NULL, "mail.example.com.\t60\tIN\tA\t192.0.2.3",
	  "mail.example.com.\t60\tIN\tA\t192.0.2.3\nmore.example.com.\t60\tIN\tA\t192.0.2.9", "no NSEC3 record",
	  AT_SNAP1 },
	{ "a name outside", NULL, NULL, "mail.example.com.\t60\tIN\tA\t192.0.2.3",
	  "mail.example.com.\t60\tIN\tA\t192.0.2.3\nmail.example.net.\t60\tIN\tA\t192.0.2.3", "outside the zone",
	  AT_SNAP1 },
};

static void each_breakage_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof breakages / sizeof *breakages; i++) {
		const struct breakage *k = &breakages[i];
		struct buf b = { 0 };

		print_message("%s\n", k->what);
		read_file("snap1/signed/example.com", &b);
		if (k->start != NULL)
			drop_line(&b, k->start, k->with);
		if (k->from != NULL)
			replace(&b, k->from, k->to);
		assert_true(verdict_says(&b, k->at, k->says));
		buf_free(&b);
	}
}

/* What the records say, whatever the signatures are worth. */
static void what_a_zone_lacks_is_told(void **state)
{
#define SOA "a.test. 60 IN SOA n. h. 1 2 3 4 5\na.test. 60 IN NS n.\n"
#define KEY " 60 IN DNSKEY 257 3 13 AAECAw==\n"
#define NSEC3 "5a8t5idt5tq7orkelfi98ok3n5rl0fn2.a.test. 5 IN NSEC3 1 0 0 - 5a8t5idt5tq7orkelfi98ok3n5rl0fn2 NS SOA\n"
	static const struct {
		const char *text, *says;
		bool said;
	} zones[] = {
		/* No key may sign: nothing is required of it, and nothing proven. */
		{ SOA "a.test. 60 IN DNSKEY 0 3 13 AAECAw==\na.test. 5 IN NSEC a.test. NS SOA NSEC DNSKEY\n",
		  "is not signed by any key of the DNSKEY set", true },
		{ SOA "a.test. 60 IN DNSKEY 385 3 13 AAECAw==\na.test. 5 IN NSEC a.test. NS SOA NSEC DNSKEY\n",
		  "is not signed by any key of the DNSKEY set", true },
		{ SOA "a.test." KEY "a.test. 5 IN NSEC a.test. NS SOA NSEC DNSKEY\n", "is not signed by any key",
		  false },
		{ SOA "a.test." KEY "a.test. 5 IN NSEC a.test. NS SOA NSEC DNSKEY\n", "is not signed with algorithm 13",
		  true },
		/* Each chain that is announced is there. */
		{ SOA "a.test." KEY "a.test. 60 IN NSEC3PARAM 1 0 0 -\n" NSEC3, "no NSEC3 record of those parameters",
		  false },
		{ SOA "a.test." KEY "a.test. 60 IN NSEC3PARAM 1 0 0 -\na.test. 60 IN NSEC3PARAM 1 0 1 -\n" NSEC3,
		  "no NSEC3 record of those parameters", true },
		{ SOA "a.test." KEY "a.test. 60 IN NSEC3PARAM 1 0 0 -\na.test. 60 IN NSEC3PARAM 1 0 1 -\na.test. 60 IN "
		      "NSEC3PARAM 1 0 2 -\n"
		      "a.test. 60 IN NSEC3PARAM 1 0 3 -\na.test. 60 IN NSEC3PARAM 1 0 4 -\n" NSEC3,
		  "more NSEC3PARAM records than chains are checked", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct buf b = { 0 };

		buf_adds(&b, zones[i].text);
		if (verdict_says(&b, AT_SNAP1, zones[i].says) != zones[i].said)
			fail_msg("zone %zu: %s", i, zones[i].says);
		buf_free(&b);
	}
}

static void input_that_is_no_zone_is_an_error(void **state)
{
	static const struct {
		const char *text, *says;
	} inputs[] = {
		{ "", "empty" },
		{ "example.com. 60 IN SOA a. b. 1 2 3 4 5", "cut short" },
		{ "example.com. 60 IN NS a.\n", "no SOA" },
		{ "example.com. 60 IN SOA a. b. 1 2 3 4 5\nexample.com. 60 IN A not-an-address\n", "zone:2" },
		{ "$INCLUDE other\n", "$INCLUDE" },
		{ "example.com. 60 IN SOA a. b. 1 2 3 4 5\nexample.net. 60 IN SOA a. b. 1 2 3 4 5\n", "second SOA" },
		{ "example.com. 60 CH SOA a. b. 1 2 3 4 5\n", "class" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		struct zone_verdict v;
		struct err e;

		assert_int_equal(
		    zone_verify_text(inputs[i].text, strlen(inputs[i].text), "zone", NULL, AT_SNAP1, &v, NULL, &e),
		    RC_PARSE);
		print_message("%s\n", e.text);
		assert_non_null(strstr(e.text, inputs[i].says));
		zone_verdict_clear(&v);
	}
}

/* Valid alone, and broken for everyone who holds the old keys. */
static void keys_that_caches_hold_decide(void **state)
{
	struct buf b = { 0 }, other = { 0 };
	struct zone_verdict v;
	struct err e;
	char *line;

	(void)state;
	read_file("snap1/signed/example.com", &b);
	read_file("snap2/signed/example.com", &other);
	assert_int_equal(
	    zone_verify_text(
	        b.p, b.len, "zone",
	        "example.com. IN DNSKEY 256 3 13 "
	        "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqMyRvfGV1p9d/xaNXYQ/G4w==\n",
	        AT_SNAP1, &v, NULL, &e),
	    RC_OK);
	assert_false(v.ok);
	zone_verdict_clear(&v);
	line = strstr(buf_str(&b), "DNSKEY\t257");
	assert_non_null(line);
	assert_int_equal(
	    zone_verify_text(b.p, b.len, "zone",
	                     "example.com. IN DS 23760 13 2 00000000000000000000000000000000000000000000000000"
	                     "00000000000000\n",
	                     AT_SNAP1, &v, NULL, &e),
	    RC_OK);
	assert_false(v.ok);
	zone_verdict_clear(&v);
	buf_free(&b);
	buf_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_of_the_signer_verifies), cmocka_unit_test(each_breakage_is_found),
		cmocka_unit_test(what_a_zone_lacks_is_told),     cmocka_unit_test(input_that_is_no_zone_is_an_error),
		cmocka_unit_test(keys_that_caches_hold_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
