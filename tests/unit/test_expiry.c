/* When signatures run out, and which RRsets have none: in every layout and order. */
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
#include "core/base/mem.h"
#include "core/zone/expiry.h"
#include "core/zone/zone_file.h"

enum { FLOOR = 600 };

static int64_t when(const char *text)
{
	int64_t t = 0;

	assert_true(time_parse(text, &t));
	return t;
}

static const char *fixture(const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof path, "%s/tests/fixtures/%s", SOURCE_DIR, name);
	return path;
}

static void expire_file(const char *path, int64_t now, struct zone_expiry *x)
{
	struct err e = { 0 };
	struct zscan scan;

	if (zone_file_open(&scan, path, NULL, NULL, &e) != RC_OK || zone_expiry(&scan, now, FLOOR, x, &e) != RC_OK)
		fail_msg("%s", e.text);
	zone_file_close(&scan);
}

/* Through a temporary file: a second reading needs one. */
static void expire_text(const char *text, size_t len, int64_t now, struct zone_expiry *x)
{
	FILE *f = tmpfile();
	struct err e = { 0 };
	struct zscan scan;

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	memset(&scan, 0, sizeof scan);
	if (source_fd(&scan.source, fileno(f), "zone", NULL, &e) != RC_OK ||
	    zone_expiry(&scan, now, FLOOR, x, &e) != RC_OK)
		fail_msg("%s", e.text);
	scan_clear(&scan);
	assert_int_equal(fclose(f), 0);
}

static void test_fixture(void **state)
{
	static const char *const files[] = { "snap2/signed/example.com", "snap2/signer/example.com.backup2" };
	struct zone_expiry *x = xcalloc(1, sizeof *x);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct histogram_row rows[32];
		uint64_t sum = 0;
		size_t n;

		expire_file(fixture(files[i]), when("2026-11-24T03:00:00Z"), x);
		assert_string_equal(x->zone, "example.com");
		assert_int_equal(x->serial, 2002);
		assert_int_equal(x->signatures, 11);
		assert_int_equal(x->first.at, when("2026-11-24T03:07:26Z"));
		assert_string_equal(x->first.owner, "example.com");
		assert_string_equal(x->first.type, "NSEC3PARAM");
		assert_int_equal(x->last.at, when("2026-11-24T03:13:37Z"));
		assert_string_equal(x->last.type, "DNSKEY");
		assert_int_equal(x->expired, 0);
		assert_int_equal(x->future, 0);
		assert_int_equal(x->floor, FLOOR);
		assert_int_equal(x->below, 5);
		assert_true(x->has_keys);
		assert_int_equal(x->uncovered, 0);
		n = histogram_rows(&x->histogram, rows, 32);
		assert_int_equal(n, 7);
		assert_int_equal(rows[0].from, when("2026-11-24T03:07:00Z"));
		for (size_t k = 0; k < n; k++)
			sum += rows[k].count;
		assert_int_equal(sum, 11);

		expire_file(fixture(files[i]), when("2026-11-24T03:09:24Z"), x);
		assert_int_equal(x->expired, 3);
		expire_file(fixture(files[i]), when("2026-11-24T02:35:00Z"), x);
		assert_int_equal(x->future, 6);
		assert_int_equal(x->first_future.at, when("2026-11-24T02:36:52Z"));
	}
	free(x);
}

#define SIG(type, alg, exp) "IN RRSIG " type " " alg " 2 60 " exp " 20261124000000 7 a.test. AAEC\n"
#define D1 "20261201000000"
#define D2 "20261202000000"

/* A zone with a delegation, glue, something below a DNAME, and all else signed. */
static const char *const records[] = {
	"a.test. 60 IN SOA ns.a.test. h.a.test. 5 1 1 1 1\n",
	"a.test. 60 " SIG("SOA", "13", D2),
	"a.test. 60 IN NS ns.a.test.\n",
	"a.test. 60 " SIG("NS", "13", D2),
	"a.test. 60 IN DNSKEY 257 3 13 AAECAw==\n",
	"a.test. 60 " SIG("DNSKEY", "13", D2),
	"a.test. 60 IN NSEC ns.a.test. NS SOA RRSIG NSEC DNSKEY\n",
	"a.test. 60 " SIG("NSEC", "13", D2),
	"dn.a.test. 60 IN DNAME b.test.\n",
	"dn.a.test. 60 " SIG("DNAME", "13", D2),
	"x.dn.a.test. 60 IN A 192.0.2.7\n",
	"ns.a.test. 60 IN A 192.0.2.1\n",
	"ns.a.test. 60 " SIG("A", "13", D1),
	"sub.a.test. 60 IN NS ns.sub.a.test.\n",
	"sub.a.test. 60 IN DS 1 13 2 aabb\n",
	"sub.a.test. 60 " SIG("DS", "13", D2),
	"ns.sub.a.test. 60 IN A 192.0.2.2\n",
	"*.w.a.test. 60 IN TXT x\n",
	"*.w.a.test. 60 " SIG("TXT", "13", D2),
};
enum { COUNT = sizeof records / sizeof *records };

/* In an order that @seed chooses, without the one numbered @without. */
static void shuffled(struct buf *b, unsigned seed, size_t without)
{
	size_t order[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		order[i] = i;
	for (size_t i = COUNT; seed != 0 && i > 1; i--) {
		size_t k, swap = order[i - 1];

		seed = seed * 1103515245 + 12345;
		k = (seed >> 16) % i;
		order[i - 1] = order[k];
		order[k] = swap;
	}
	buf_reset(b);
	for (size_t i = 0; i < COUNT; i++)
		if (order[i] != without)
			buf_adds(b, records[order[i]]);
}

static void test_orders(void **state)
{
	struct zone_expiry *x = xcalloc(1, sizeof *x);
	struct buf b = { 0 };

	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		shuffled(&b, seed, COUNT);
		expire_text(b.p, b.len, when("2026-11-24T12:00:00Z"), x);
		assert_string_equal(x->zone, "a.test");
		assert_int_equal(x->signatures, 8);
		assert_int_equal(x->first.at, when("2026-12-01T00:00:00Z"));
		assert_string_equal(x->first.owner, "ns.a.test");
		assert_string_equal(x->first.type, "A");
		if (x->uncovered != 0)
			fail_msg("seed %u: %s %s", seed, x->uncovered_example.owner, x->uncovered_example.type);
	}
	buf_free(&b);
	free(x);
}

static void test_uncovered(void **state)
{
	struct zone_expiry *x = xcalloc(1, sizeof *x);
	struct buf b = { 0 };

	(void)state;
	for (unsigned seed = 0; seed < 50; seed++) {
		for (size_t i = 0; i < COUNT; i++) {
			char owner[64], type[16];

			if (sscanf(records[i], "%63s 60 IN RRSIG %15s", owner, type) != 2)
				continue;
			owner[strlen(owner) - 1] = '\0';
			shuffled(&b, seed, i);
			expire_text(b.p, b.len, when("2026-11-24T12:00:00Z"), x);
			if (x->uncovered != 1)
				fail_msg("seed %u without %s: %d", seed, records[i], (int)x->uncovered);
			assert_string_equal(x->uncovered_example.owner, owner);
			assert_string_equal(x->uncovered_example.type, type);
		}
	}
	/* Signed, but by no algorithm of the keys. */
	shuffled(&b, 0, COUNT);
	b.p[(size_t)(strstr(b.p, "RRSIG TXT 13") - b.p) + 11] = '5';
	expire_text(b.p, b.len, when("2026-11-24T12:00:00Z"), x);
	assert_int_equal(x->uncovered, 1);
	assert_string_equal(x->uncovered_example.owner, "*.w.a.test");
	assert_string_equal(x->uncovered_example.type, "TXT");
	buf_free(&b);
	free(x);
}

/* The apex by whatever letters; a DNSKEY record that is no zone key; a DNAME record of the apex, which hides all but
 * NSEC3; signatures in any form. */
static const struct odd {
	const char *text, *owner, *type;
	uint64_t signatures, uncovered;
} odds[] = {
	{ "A.Test. 60 IN SOA n. h. 5 1 1 1 1\nA.Test. 60 " SIG("SOA", "13", D1) "A.Test. 60 IN NS n.\nA.Test. 60 " SIG(
	      "NS", "13", D1) "A.Test. 60 IN DNSKEY 257 3 13 AAECAw==\nA.Test. 60 " SIG("DNSKEY", "13",
	                                                                                D1) "www.A.Test. 60 IN A "
	                                                                                    "192.0.2.1\n",
	  "www.a.test", "A", 3, 1 },
	{ "@\xe9. 60 IN SOA n. h. 5 1 1 1 1\n@\xe9. 60 " SIG("SOA", "13", D1) "@\xe9. 60 IN NS n.\n@\xe9. 60 " SIG(
	      "NS", "13", D1) "@\xe9. 60 IN DNSKEY 257 3 13 AAECAw==\n@\xe9. 60 " SIG("DNSKEY", "13",
	                                                                              D1) "w.@\xe9. 60 IN A "
	                                                                                  "192.0.2.1\n",
	  "w.\\@\\233", "A", 3, 1 },
	{ "a.test. 60 IN SOA n. h. 5 1 1 1 1\na.test. 60 " SIG("SOA", "13",
	                                                       D1) "a.test. 60 IN DNSKEY 0 3 13 AAECAw==\n"
	                                                           "a.test. 60 IN DNSKEY 256 3 8 AAECAw==\n",
	  "a.test", "DNSKEY", 1, 2 },
	{ "a.test. 60 IN SOA n. h. 5 1 1 1 1\na.test. 60 " SIG(
	      "SOA", "13",
	      D1) "a.test. 60 IN DNAME b.\na.test. 60 " SIG("DNAME", "13",
	                                                    D1) "a.test. 60 IN DNSKEY 257 3 13 AAECAw==\na.test. "
	                                                        "60 " SIG("DNSKEY", "13",
	                                                                  D1) "www.a.test. 60 IN A "
	                                                                      "192.0.2."
	                                                                      "1\n0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.a."
	                                                                      "test. 60 IN NSEC3 1 0 0 - "
	                                                                      "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A\n",
	  "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.a.test", "NSEC3", 3, 1 },
	{ "a.test. 60 IN RRSIG SOA ECDSAP256SHA256 2 60 " D1 " 20261124000000 7 a.test. AAEC\n"
	  "a.test. 60 IN SOA n. h. 5 1 1 1 1\na.test. 60 IN DNSKEY 257 3 13 AAECAw==\n"
	  "a.test. 60 IN TYPE46 \\# 29 0030 0d 02 0000003c 6b6f0c80 6b65d200 0007 01610474657374 00 000102\n",
	  "", "", 2, 0 },
};

static void test_odd(void **state)
{
	struct zone_expiry *x = xcalloc(1, sizeof *x);

	(void)state;
	for (size_t i = 0; i < sizeof odds / sizeof *odds; i++) {
		expire_text(odds[i].text, strlen(odds[i].text), when("2026-11-24T12:00:00Z"), x);
		if (x->signatures != odds[i].signatures || x->uncovered != odds[i].uncovered)
			fail_msg("odd %zu: %d signatures, %d uncovered", i, (int)x->signatures, (int)x->uncovered);
		assert_string_equal(x->uncovered_example.owner, odds[i].owner);
		assert_string_equal(x->uncovered_example.type, odds[i].type);
	}
	free(x);
}

/* Times whose date was met before: of a leap second, and behind 2106. */
static void test_dates(void **state)
{
	static const struct {
		const char *one, *two, *now, *first, *last;
	} dates[] = {
		{ "20261130235960", "20261130000001", D1, "2026-11-30T00:00:01Z", "2026-12-01T00:00:00Z" },
		{ "21060301000000", "21060301000002", "21060206000000", "2106-03-01T00:00:00Z",
		  "2106-03-01T00:00:02Z" },
		{ "21060208000000", "21060207000000", "21060206000000", "2106-02-07T00:00:00Z",
		  "2106-02-08T00:00:00Z" },
	};
	struct zone_expiry *x = xcalloc(1, sizeof *x);

	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		struct buf b = { 0 };

		buf_addf(&b,
		         "a.test. 60 IN SOA n. h. 5 1 1 1 1\na.test. 60 IN RRSIG SOA 13 2 60 %s 20261124000000 7 "
		         "a.test. AAEC\n",
		         dates[i].one);
		buf_addf(&b, "a.test. 60 IN RRSIG NS 13 2 60 %s 20261124000000 7 a.test. AAEC\n", dates[i].two);
		expire_text(b.p, b.len, when(dates[i].now), x);
		assert_int_equal(x->first.at, when(dates[i].first));
		assert_int_equal(x->last.at, when(dates[i].last));
		buf_free(&b);
	}
	free(x);
}

static void test_unsigned(void **state)
{
	static const char text[] = "$ORIGIN a.test.\n@ 60 SOA ns h 5 1 1 1 1\n NS ns\nns A 192.0.2.1\n";
	struct zone_expiry *x = xcalloc(1, sizeof *x);

	(void)state;
	expire_text(text, sizeof text - 1, 1795488172, x);
	assert_int_equal(x->signatures, 0);
	assert_false(x->has_keys);
	assert_int_equal(x->uncovered, 0);
	assert_string_equal(x->first.owner, "");
	assert_int_equal(x->records, 3);
	free(x);
}

/* Exact at any spread of times, in bounded memory. */
static void test_histogram(void **state)
{
	static const int64_t spreads[] = { 1, 60, 3600, 86400, 30 * 86400, 10 * 365 * 86400LL, 68 * 365 * 86400LL };
	struct histogram *h = xcalloc(1, sizeof *h);
	struct histogram_row rows[32];

	(void)state;
	for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
		int64_t base = 1795488172;
		uint64_t total = 0, below = 0, counted = 0;
		uint32_t seed = 7;
		size_t n;

		memset(h, 0, sizeof *h);
		for (int k = 0; k < 1000; k++) {
			seed = seed * 1103515245 + 12345;
			histogram_add(h, base + (int64_t)seed * spreads[i] / UINT32_MAX - spreads[i] / 2, 1);
		}
		n = histogram_rows(h, rows, 32);
		assert_true(n >= 1 && n <= 32);
		seed = 7;
		for (int k = 0; k < 1000; k++) {
			seed = seed * 1103515245 + 12345;
			below += base + (int64_t)seed * spreads[i] / UINT32_MAX - spreads[i] / 2 < rows[n / 2].to;
		}
		for (size_t k = 0; k < n; k++) {
			assert_true(k == 0 || rows[k].from == rows[k - 1].to);
			total += rows[k].count;
			counted += k <= n / 2 ? rows[k].count : 0;
		}
		assert_int_equal(total, 1000);
		assert_int_equal(counted, below);
		assert_true(rows[0].count > 0 && rows[n - 1].count > 0);
	}
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixture),   cmocka_unit_test(test_orders), cmocka_unit_test(test_uncovered),
		cmocka_unit_test(test_odd),       cmocka_unit_test(test_dates),  cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_histogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
