/* Differences of every band, planted one by one: each is found, in its band, whatever the order of the files, and
 * nothing besides. */
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

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/zone/compare.h"
#include "core/zone/nsec3_hash.h"

/* clang-format off */
#define SIG(type, tag) "IN RRSIG " type " 13 2 60 20261201000000 20261124000000 " tag " a.test. AAEC\n"
#define KSK "1551"
#define ZSK "1550"

static const char base[] =
	"a.test. 60 IN SOA ns.a.test. h.a.test. 5 1 1 1 30\n"
	"a.test. 60 " SIG("SOA", ZSK)
	"a.test. 60 IN NS ns.a.test.\n"
	"a.test. 60 " SIG("NS", ZSK)
	"a.test. 60 IN DNSKEY 257 3 13 AAEC ;{id = 1551 (ksk), size = 24b}\n"
	"a.test. 60 IN DNSKEY 256 3 13 AAEC\n"
	"a.test. 60 " SIG("DNSKEY", KSK)
	"a.test. 30 IN NSEC mail.a.test. NS SOA RRSIG NSEC DNSKEY \n"
	"a.test. 30 " SIG("NSEC", ZSK)
	"mail.a.test. 60 IN A 192.0.2.2\n"
	"mail.a.test. 60 " SIG("A", ZSK)
	"mail.a.test. 30 IN NSEC ns.a.test. A RRSIG NSEC\n"
	"mail.a.test. 30 " SIG("NSEC", ZSK)
	"ns.a.test. 60 IN A 192.0.2.1\n"
	"ns.a.test. 60 " SIG("A", ZSK)
	"ns.a.test. 60 IN TXT \"a;(b\" \"c\\\"d\" \"\"\n"
	"ns.a.test. 60 " SIG("TXT", ZSK)
	"ns.a.test. 30 IN NSEC sub.a.test. A RRSIG NSEC\n"
	"ns.a.test. 30 " SIG("NSEC", ZSK)
	"sub.a.test. 60 IN NS ns.sub.a.test.\n"
	"sub.a.test. 60 IN DS 1 13 2 aabb\n"
	"sub.a.test. 60 " SIG("DS", ZSK)
	"sub.a.test. 30 IN NSEC www.a.test. NS DS RRSIG NSEC\n"
	"sub.a.test. 30 " SIG("NSEC", ZSK)
	"ns.sub.a.test. 60 IN A 192.0.2.3\n"
	"www.a.test. 60 IN A 192.0.2.4\n"
	"www.a.test. 60 IN A 192.0.2.5\n"
	"www.a.test. 60 " SIG("A", ZSK)
	"www.a.test. 60 IN AAAA 2001:db8::1\n"
	"www.a.test. 60 " SIG("AAAA", ZSK)
	"www.a.test. 30 IN NSEC a.test. A AAAA RRSIG NSEC\n"
	"www.a.test. 30 " SIG("NSEC", ZSK);

/* Replacements on the right side, and what comes of them. */
struct planted {
	const char *from[3], *to[3];
	uint64_t data, keys, coverage, denial, timing;
	const char *text; /* among the sentences, or the beginning of one */
};

static const struct planted planted[] = {
	{ { NULL }, { NULL }, 0, 0, 0, 0, 0, NULL },
	/* data */
	{ { "www.a.test. 60 IN AAAA 2001:db8::1\n", "www.a.test. 60 " SIG("AAAA", ZSK) }, { "", "" },
	  1, 0, 0, 0, 0, "R lacks www.a.test. AAAA" },
	{ { "www.a.test. 60 IN AAAA 2001:db8::1\n", "www.a.test. 60 " SIG("AAAA", ZSK), "A AAAA RRSIG" },
	  { "", "", "A RRSIG" }, 1, 0, 0, 0, 0, "R lacks www.a.test. AAAA" },
	{ { "www.a.test. 60 IN A 192.0.2.5\n" }, { "" },
	  1, 0, 0, 0, 0, "www.a.test. A differs: only L has 192.0.2.5" },
	{ { "A 192.0.2.2\n" }, { "A 192.0.2.22\n" },
	  1, 0, 0, 0, 0, "mail.a.test. A differs: only L has 192.0.2.2; only R has 192.0.2.22" },
	{ { "mail.a.test. 60 IN A", "mail.a.test. 60 IN RRSIG A 13 2 60" },
	  { "mail.a.test. 61 IN A", "mail.a.test. 61 IN RRSIG A 13 2 61" },
	  1, 0, 0, 0, 0, "mail.a.test. A has TTL 60 on L, 61 on R" },
	{ { "ns.sub.a.test. 60 IN A 192.0.2.3\n" }, { "" }, 1, 0, 0, 0, 0, "R lacks ns.sub.a.test. A" },
	{ { "sub.a.test. 60 IN DS 1 13 2 aabb\n" }, { "sub.a.test. 60 IN DS 1 13 2 aabc\n" },
	  1, 0, 0, 0, 0, "sub.a.test. DS differs: only L has 1 13 2 aabb; only R has 1 13 2 aabc" },
	{ { "\"a;(b\"" }, { "\"a;(c\"" }, 1, 0, 0, 0, 0, "ns.a.test. TXT differs" },
	{ { " 5 1 1 1 30" }, { " 5 2 1 1 30" }, 1, 0, 0, 0, 0, "a.test. SOA differs" },
	/* a name is added, and the chain goes through it */
	{ { "www.a.test. 60 IN A 192.0.2.4\n", "NSEC www.a.test." },
	  { "t.a.test. 60 IN A 192.0.2.9\nt.a.test. 60 " SIG("A", ZSK)
	    "t.a.test. 30 IN NSEC www.a.test. A RRSIG NSEC\nt.a.test. 30 " SIG("NSEC", ZSK)
	    "www.a.test. 60 IN A 192.0.2.4\n", "NSEC t.a.test." },
	  1, 0, 0, 0, 0, "L lacks t.a.test. A" },
	/* a name becomes a delegation, and what it holds is not signed any more */
	{ { "mail.a.test. 60 IN A 192.0.2.2\nmail.a.test. 60 " SIG("A", ZSK), "NSEC ns.a.test. A RRSIG NSEC" },
	  { "mail.a.test. 60 IN A 192.0.2.2\nmail.a.test. 60 IN NS ns.a.test.\n", "NSEC ns.a.test. NS RRSIG NSEC" },
	  1, 0, 0, 0, 0, "L lacks mail.a.test. NS" },
	/* ... but is named in the chain */
	{ { "mail.a.test. 60 IN A 192.0.2.2\nmail.a.test. 60 " SIG("A", ZSK), "NSEC ns.a.test. A RRSIG NSEC" },
	  { "mail.a.test. 60 IN A 192.0.2.2\nmail.a.test. 60 IN NS ns.a.test.\n", "NSEC ns.a.test. NS TXT RRSIG NSEC" },
	  1, 0, 0, 1, 0, "L lacks mail.a.test. NS" },
	/* a delegation goes, and its glue is a name of the zone */
	{ { "sub.a.test. 60 IN NS ns.sub.a.test.\nsub.a.test. 60 IN DS 1 13 2 aabb\nsub.a.test. 60 " SIG("DS", ZSK)
	    "sub.a.test. 30 IN NSEC www.a.test. NS DS RRSIG NSEC\nsub.a.test. 30 " SIG("NSEC", ZSK),
	    "ns.sub.a.test. 60 IN A 192.0.2.3\n", "NSEC sub.a.test. A RRSIG" },
	  { "", "ns.sub.a.test. 60 IN A 192.0.2.3\nns.sub.a.test. 60 " SIG("A", ZSK)
	    "ns.sub.a.test. 30 IN NSEC www.a.test. A RRSIG NSEC\nns.sub.a.test. 30 " SIG("NSEC", ZSK),
	    "NSEC ns.sub.a.test. A RRSIG" },
	  2, 0, 0, 0, 0, "R lacks sub.a.test. DS" },
	/* another negative TTL, and the chain that has it */
	{ { " 1 1 1 30", "ns.a.test. 30 IN NSEC" }, { " 1 1 1 31", "ns.a.test. 31 IN NSEC" },
	  1, 0, 0, 0, 0, "a.test. SOA differs" },
	/* keys */
	{ { "a.test. 60 IN DNSKEY 256 3 13 AAEC\n" }, { "" },
	  0, 1, 0, 0, 0, "a.test. DNSKEY sets differ: only L has key 1550 (ZSK, algorithm 13)" },
	{ { "a.test. 60 IN DNSKEY 256 3 13 AAEC\n" },
	  { "a.test. 60 IN DNSKEY 256 3 13 AAEC\na.test. 60 IN CDS 1 13 2 aabb\na.test. 60 " SIG("CDS", ZSK) },
	  0, 1, 0, 0, 0, "L lacks a.test. CDS" },
	/* coverage */
	{ { "www.a.test. 60 " SIG("AAAA", ZSK) }, { "" },
	  0, 0, 1, 0, 0, "R does not sign www.a.test. AAAA; L signs it by key 1550 (algorithm 13)" },
	{ { "mail.a.test. 60 " SIG("A", ZSK) }, { "mail.a.test. 60 " SIG("A", "48370") },
	  0, 1, 1, 0, 0, "R signs with key 48370 (algorithm 13), which is not in the DNSKEY set" },
	{ { "mail.a.test. 60 " SIG("A", ZSK), "www.a.test. 60 " SIG("A", ZSK) },
	  { "mail.a.test. 60 " SIG("A", "48370"), "www.a.test. 60 " SIG("A", "48370") },
	  0, 1, 2, 0, 0, "mail.a.test. A is signed by other keys: only on L by key 1550 (algorithm 13); R by key 48370 "
	                 "(algorithm 13, not in the DNSKEY set there)" },
	{ { "mail.a.test. 30 " SIG("NSEC", ZSK) }, { "" }, 0, 0, 1, 0, 0, "R does not sign mail.a.test. NSEC" },
	{ { "mail.a.test. 60 IN RRSIG A 13 2 60" }, { "mail.a.test. 60 IN RRSIG A 13 2 61" },
	  0, 0, 1, 0, 0, "mail.a.test. A is signed by the same keys with another TTL" },
	/* denial */
	{ { "mail.a.test. 30 IN NSEC ns.a.test. A RRSIG NSEC\nmail.a.test. 30 " SIG("NSEC", ZSK) }, { "" },
	  0, 0, 0, 1, 0, "R lacks mail.a.test. NSEC" },
	{ { "NSEC ns.a.test. A RRSIG" }, { "NSEC ns.a.test. A MX RRSIG" },
	  0, 0, 0, 1, 0, "mail.a.test. NSEC differs" },
	{ { "NSEC ns.a.test. A RRSIG" }, { "NSEC sub.a.test. A RRSIG" },
	  0, 0, 0, 1, 0, "mail.a.test. NSEC differs" },
	{ { "mail.a.test. 30 IN NSEC" }, { "mail.a.test. 31 IN NSEC" },
	  0, 0, 0, 1, 0, "mail.a.test. NSEC has TTL 30 on L, 31 on R" },
	/* a wrong bitmap is not excused by another change of the name */
	{ { "A 192.0.2.2\n", "NSEC ns.a.test. A RRSIG" },
	  { "A 192.0.2.2\nmail.a.test. 60 IN TXT x\nmail.a.test. 60 " SIG("TXT", ZSK), "NSEC ns.a.test. A MX RRSIG" },
	  1, 0, 0, 1, 0, "L lacks mail.a.test. TXT" },
	/* the first record of the chain, and all that is told of the zone is told of both sides */
	{ { "a.test. 30 IN NSEC mail.a.test. NS SOA RRSIG NSEC DNSKEY \na.test. 30 " SIG("NSEC", ZSK) }, { "" },
	  0, 0, 0, 1, 0, "R lacks a.test. NSEC" },
	/* nor is a record that is missing, of a name that both have */
	{ { "A 192.0.2.2\n", "mail.a.test. 30 IN NSEC ns.a.test. A RRSIG NSEC\nmail.a.test. 30 " SIG("NSEC", ZSK) },
	  { "A 192.0.2.2\nmail.a.test. 60 IN TXT x\nmail.a.test. 60 " SIG("TXT", ZSK), "" },
	  1, 0, 0, 1, 0, "R lacks mail.a.test. NSEC" },
	/* a TTL that follows from no SOA */
	{ { " 1 1 1 30", "ns.a.test. 30 IN NSEC" }, { " 1 1 1 31", "ns.a.test. 60 IN NSEC" },
	  1, 0, 0, 1, 0, "ns.a.test. NSEC has TTL 30 on L, 60 on R" },
	/* timing */
	{ { "mail.a.test. 60 IN RRSIG A 13 2 60 20261201000000" }, { "mail.a.test. 60 IN RRSIG A 13 2 60 20261201000001" },
	  0, 0, 0, 0, 1, "mail.a.test. A: signature until 2026-12-01T00:00:00Z on L, until 2026-12-01T00:00:01Z on R" },
	{ { "ns.a.test. 60 " SIG("A", ZSK) },
	  { "ns.a.test. 60 IN RRSIG A 13 2 60 20261201000000 20261124000000 1550 a.test. BBBBBBBB\n" },
	  0, 0, 0, 0, 1, NULL },
	{ { " 5 1 1 1 30" }, { " 6 1 1 1 30" }, 0, 0, 0, 0, 1, "a.test. SOA serial 5 on L, serial 6 on R" },
	/* what is no difference */
	{ { "www.a.test. 60 IN A 192.0.2.4\nwww.a.test. 60 IN A 192.0.2.5\n" },
	  { "WWW.A.test.\t60\tIN\tA\t192.0.2.5\nwww.a.test. 60 IN A 192.0.2.4\n" }, 0, 0, 0, 0, 0, NULL },
	{ { "2001:db8::1", "IN NS ns.a.test.", "DS 1 13 2 aabb" },
	  { "2001:DB8:0::0:1", "IN TYPE2 NS.A.TEST.", "DS 1 13 2 AA BB ; x" }, 0, 0, 0, 0, 0, NULL },
	{ { "mail.a.test. 60 IN A 192.0.2.2\n" },
	  { "mail.a.test. ( 60 IN\n A 192.0.2.2 )\nmail.a.test. 60 IN A 192.0.2.2\n" }, 0, 0, 0, 0, 0, NULL },
	{ { "NSEC ns.a.test. A RRSIG NSEC\n" }, { "NSEC NS.a.test. NSEC A RRSIG ; c\n" }, 0, 0, 0, 0, 0, NULL },
};
/* clang-format on */

static void replace(struct buf *b, const char *from, const char *to)
{
	struct buf out = { 0 };
	const char *at = strstr(buf_str(b), from);

	if (at == NULL)
		fail_msg("no %s", from);
	buf_add(&out, b->p, (size_t)(at - b->p));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	buf_free(b);
	*b = out;
}

/* The records of @b (one may have two lines) in an order that @seed chooses. */
static void shuffle(struct buf *b, unsigned seed)
{
	char *lines[200], *text = buf_take(b);
	size_t n = 0;

	for (char *p = text; *p != '\0';) {
		char *nl = strchr(p, '\n');

		lines[n++] = p;
		if (strstr(p, "(") != NULL && strstr(p, "(") < nl)
			nl = strchr(nl + 1, '\n');
		*nl = '\0';
		p = nl + 1;
	}
	for (size_t i = n; i > 1; i--) {
		char *swap = lines[i - 1];
		size_t k;

		seed = seed * 1103515245 + 12345;
		k = (seed >> 16) % i;
		lines[i - 1] = lines[k];
		lines[k] = swap;
	}
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, lines[i]);
		buf_addc(b, '\n');
	}
	free(text);
}

static FILE *file_of(const struct buf *b)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(b->p, 1, b->len, f), b->len);
	assert_int_equal(fflush(f), 0);
	return f;
}

static enum rc compare(const struct buf *left, const struct buf *right, unsigned threads, struct zone_difference *d,
                       struct err *e)
{
	struct compare_options o = { .names = { "L", "R" }, .samples = 100, .threads = threads };
	FILE *files[2] = { file_of(left), file_of(right) };
	struct zscan scans[2] = { 0 };
	enum rc rc = RC_OK;

	for (int side = 0; side < 2 && rc == RC_OK; side++)
		rc = source_fd(&scans[side].source, fileno(files[side]), side == 0 ? "left" : "right", NULL, e);
	if (rc == RC_OK)
		rc = zone_compare(&scans[0], &scans[1], &o, d, e);
	for (int side = 0; side < 2; side++) {
		scan_clear(&scans[side]);
		assert_int_equal(fclose(files[side]), 0);
	}
	return rc;
}

static void expect(const struct planted *p, size_t number, const char *how, const struct zone_difference *d)
{
	const uint64_t wanted[BAND_COUNT] = { p->data, p->keys, p->coverage, p->denial, p->timing };

	for (int band = 0; band < BAND_COUNT; band++)
		if (d->counts[band] != wanted[band])
			fail_msg("planted %zu, %s: %s %d and not %d: %s", number, how,
			         zone_band_name((enum zone_band)band), (int)d->counts[band], (int)wanted[band],
			         d->change_count > 0 ? d->changes[d->change_count - 1].text : "");
	assert_int_equal(d->equal, p->data + p->keys + p->coverage + p->denial == 0);
}

static void test_planted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
		const struct planted *p = &planted[i];
		struct zone_difference d = { 0 };
		struct buf left = { 0 }, right = { 0 };
		struct err e = { 0 };
		bool said = p->text == NULL;

		buf_adds(&left, base);
		buf_adds(&right, base);
		for (int k = 0; k < 3 && p->from[k] != NULL; k++)
			replace(&right, p->from[k], p->to[k]);
		if (compare(&left, &right, 1, &d, &e) != RC_OK)
			fail_msg("planted %zu: %s", i, e.text);
		expect(p, i, "as it is", &d);
		assert_string_equal(d.zone, "a.test");
		for (size_t k = 0; k < d.change_count; k++)
			said |= p->text != NULL && strncmp(d.changes[k].text, p->text, strlen(p->text)) == 0;
		if (!said)
			fail_msg("planted %zu: \"%s\" and not \"%s\"", i, d.change_count > 0 ? d.changes[0].text : "",
			         p->text);
		zone_difference_clear(&d);
		assert_int_equal(compare(&right, &left, 1, &d, &e), RC_OK);
		expect(p, i, "exchanged", &d);
		zone_difference_clear(&d);
		for (unsigned seed = 1; seed < 9; seed++) {
			if (seed % 3 != 0)
				shuffle(&left, seed);
			if (seed % 3 != 1)
				shuffle(&right, seed + 1000);
			if (compare(&left, &right, 1, &d, &e) != RC_OK)
				fail_msg("planted %zu, seed %u: %s", i, seed, e.text);
			expect(p, i, "shuffled", &d);
			zone_difference_clear(&d);
		}
		buf_free(&left);
		buf_free(&right);
	}
}

/* What is shown does not go by the seed of the hashes, which is another each time. */
static void test_shown_again(void **state)
{
	struct zone_difference d[2] = { 0 };
	struct buf left = { 0 }, right = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_adds(&left, base);
	buf_adds(&right, base);
	while (strstr(right.p, "20261201000000") != NULL)
		replace(&right, "20261201000000", "20261201000001");
	assert_int_equal(compare(&left, &right, 1, &d[0], &e), RC_OK);
	assert_in_range(d[0].change_count, 5, 100);
	for (int again = 0; again < 10; again++) {
		assert_int_equal(compare(&left, &right, 1, &d[1], &e), RC_OK);
		assert_int_equal(d[1].change_count, d[0].change_count);
		for (size_t i = 0; i < d[0].change_count; i++)
			assert_string_equal(d[1].changes[i].text, d[0].changes[i].text);
		zone_difference_clear(&d[1]);
	}
	zone_difference_clear(&d[0]);
	buf_free(&left);
	buf_free(&right);
}

/* Relative names, on lines that need nothing from those before them. */
/* Names that each side alone has at the same place: whatever the seed is. */
static void test_order(void **state)
{
	struct buf left = { 0 }, right = { 0 };

	(void)state;
	buf_adds(&left, base);
	buf_adds(&left, "x.a.test. 60 IN A 192.0.2.9\n");
	buf_adds(&right, base);
	buf_adds(&right, "y.a.test. 60 IN A 192.0.2.9\n");
	for (int i = 0; i < 32; i++) {
		struct zone_difference d = { 0 };
		struct err e = { 0 };

		assert_int_equal(compare(&left, &right, 1, &d, &e), RC_OK);
		assert_int_equal(d.counts[BAND_DATA], 2);
		assert_string_equal(d.changes[0].owner, "x.a.test");
		zone_difference_clear(&d);
	}
	buf_free(&left);
	buf_free(&right);
}

struct writing {
	int fd;
	off_t at;
};

/* Once the right file is read beyond its first window, and so the left, which is small, to its end: another address is
 * written into that. */
static void write_left(void *ctx, uint64_t octets)
{
	const struct writing *w = ctx;

	if (octets > SOURCE_WINDOW)
		assert_int_equal(pwrite(w->fd, "192.0.2.8", 9, w->at), 9);
}

static void test_written_to(void **state)
{
	struct buf left = { 0 }, right = { 0 };
	struct compare_options o = { .names = { "L", "R" }, .samples = 10, .threads = 1 };
	struct writing writing = { 0 };
	FILE *files[2];

	(void)state;
	buf_adds(&left, base);
	buf_adds(&left, "x.a.test. 60 IN A 192.0.2.9\n");
	buf_adds(&right, base);
	for (int i = 0; i < 160000; i++)
		buf_addf(&right, "z%06d.a.test. 60 IN A 192.0.2.1\n", i);
	files[0] = file_of(&left);
	files[1] = file_of(&right);
	writing.fd = fileno(files[0]);
	writing.at = strstr(buf_str(&left), "192.0.2.9") - buf_str(&left);
	for (int written = 0; written < 2; written++) {
		struct source_meter meter = { .tell = written == 1 ? write_left : NULL, .ctx = &writing };
		struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
		struct zone_difference d = { 0 };
		struct zscan scans[2] = { 0 };
		struct err e = { 0 };

		assert_int_equal(futimens(writing.fd, long_ago), 0);
		for (int side = 0; side < 2; side++)
			assert_int_equal(source_fd(&scans[side].source, fileno(files[side]), "left", NULL, &e), RC_OK);
		scans[1].source.meter = &meter;
		assert_int_equal(zone_compare(&scans[0], &scans[1], &o, &d, &e), written == 0 ? RC_OK : RC_PARSE);
		if (written == 1)
			assert_string_equal(e.text, "left: it was changed while it was read: read it again");
		zone_difference_clear(&d);
		for (int side = 0; side < 2; side++)
			scan_clear(&scans[side]);
	}
	for (int side = 0; side < 2; side++)
		assert_int_equal(fclose(files[side]), 0);
	buf_free(&left);
	buf_free(&right);
}

static void test_origin(void **state)
{
	static const char *const texts[2] = {
		"a.test. 60 IN SOA b c 1 2 3 4 5\nwww 60 IN A 192.0.2.1\nx 60 IN MX 1 y\n",
		"a.test. 60 IN SOA b c 1 2 3 4 5\nwww 60 IN A 192.0.2.2\nx 60 IN MX 1 y\n"
	};

	(void)state;
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct compare_options o = { .names = { "L", "R" }, .samples = 100, .threads = threads };
		struct zone_difference d = { 0 };
		struct zscan scans[2] = { 0 };
		struct err e = { 0 };
		FILE *files[2];

		for (int side = 0; side < 2; side++) {
			struct buf b = { 0 };

			buf_adds(&b, texts[side]);
			files[side] = file_of(&b);
			buf_free(&b);
			assert_int_equal(source_fd(&scans[side].source, fileno(files[side]), "zone", NULL, &e), RC_OK);
			assert_int_equal(scan_start(&scans[side], "a.test", &e), RC_OK);
		}
		if (zone_compare(&scans[0], &scans[1], &o, &d, &e) != RC_OK)
			fail_msg("%s", e.text);
		assert_int_equal(d.counts[BAND_DATA], 1);
		assert_string_equal(d.changes[0].text,
		                    "www.a.test. A differs: only L has 192.0.2.1; only R has 192.0.2.2");
		zone_difference_clear(&d);
		for (int side = 0; side < 2; side++) {
			scan_clear(&scans[side]);
			assert_int_equal(fclose(files[side]), 0);
		}
	}
}

enum { HASHED = 6 };

struct hashed { /* a name of a zone with NSEC3, and what its record says */
	const char *name, *types;
	char label[NSEC3_LABEL + 1];
};

static int by_label(const void *a, const void *b)
{
	return strcmp(((const struct hashed *)a)->label, ((const struct hashed *)b)->label);
}

/* The zone of those of @names whose types are given; the chain leaves out @hole. */
static void hashed_zone(struct buf *b, const struct hashed *names, const char *more, const char *hole)
{
	struct hashed h[HASHED];
	size_t n = 0;

	for (size_t i = 0; i < HASHED; i++) {
		struct wire_name wire;
		uint8_t hash[NSEC3_HASH];

		if (names[i].types == NULL || strcmp(names[i].name, hole) == 0)
			continue;
		h[n] = names[i];
		assert_true(name_from_text(&wire, h[n].name, strlen(h[n].name), NULL));
		nsec3_hash(hash, wire.wire, wire.len, (const uint8_t *)"", 0, 0);
		nsec3_label(h[n].label, hash);
		h[n++].label[NSEC3_LABEL] = '\0';
	}
	qsort(h, n, sizeof *h, by_label);
	buf_adds(b, "a.test. 60 IN SOA ns.a.test. h.a.test. 5 1 1 1 30\na.test. 60 IN NS ns.\n");
	for (size_t i = 0; i < HASHED; i++)
		if (names[i].types != NULL && strncmp(names[i].types, "A", 1) == 0)
			buf_addf(b, "%s 60 IN A 192.0.2.1\n", names[i].name);
	buf_adds(b, more);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s.a.test. 30 IN NSEC3 1 0 0 - %s %s\n", h[i].label, h[(i + 1) % n].label, h[i].types);
}

static void test_hashed(void **state)
{
	static const struct {
		const char *types[2][HASHED], *more[2], *hole;
		uint64_t data, denial;
	} cases[] = {
		/* a name of one side, and the empty non-terminals above it */
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A", "A", "", "", "A" } }, { "", "" }, "", 1, 0 },
		/* other types */
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A TXT", "A" } },
		  { "", "www.a.test. 60 IN TXT x\n" },
		  "",
		  1,
		  0 },
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A MX", "A" } },
		  { "", "www.a.test. 60 IN TXT x\n" },
		  "",
		  1,
		  1 },
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A TXT MX", "A" } },
		  { "", "www.a.test. 60 IN TXT x\n" },
		  "",
		  1,
		  1 },
		/* a hole, at a name of both sides that changed its types: its record, and the one that points over it
		 */
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A TXT", "A" } },
		  { "", "www.a.test. 60 IN TXT x\n" },
		  "www.a.test.",
		  1,
		  2 },
		{ { { "NS SOA", "A", "A" }, { "NS SOA", "A", "A" } }, { "", "" }, "a.test.", 0, 2 },
		/* below one name another one on each side */
		{ { { "NS SOA", "A", "A", "", "A" }, { "NS SOA", "A", "A", "", NULL, "A" } }, { "", "" }, "", 2, 0 },
		/* a delegation hides another one, of which nothing but its hash tells */
		{ { { "NS SOA", "A", "A", "", "NS" }, { "NS SOA", "A", "A", "NS" } },
		  { "x.ent.a.test. 60 IN NS ns.\n", "ent.a.test. 60 IN NS ns.\nx.ent.a.test. 60 IN NS ns.\n" },
		  "",
		  1,
		  0 },
	};
	static const char *const names[HASHED] = { "a.test.",     "www.a.test.",   "mail.a.test.",
		                                   "ent.a.test.", "x.ent.a.test.", "y.x.ent.a.test." };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct zone_difference d = { 0 };
		struct buf sides[2] = { 0 };
		struct err e = { 0 };

		for (int side = 0; side < 2; side++) {
			struct hashed h[HASHED] = { 0 };

			for (size_t k = 0; k < HASHED; k++) {
				h[k].name = names[k];
				h[k].types = cases[i].types[side][k];
			}
			if (i == 6 && side == 1)
				h[4] = (struct hashed){ .name = "x.ent.a.test.", .types = "" };
			hashed_zone(&sides[side], h, cases[i].more[side], side == 1 ? cases[i].hole : "");
		}
		for (int exchanged = 0; exchanged < 2; exchanged++) {
			if (compare(&sides[exchanged], &sides[!exchanged], 1, &d, &e) != RC_OK)
				fail_msg("case %zu: %s", i, e.text);
			if (d.counts[BAND_DATA] != cases[i].data || d.counts[BAND_DENIAL] != cases[i].denial)
				fail_msg("case %zu: data %d, denial %d: %s", i, (int)d.counts[BAND_DATA],
				         (int)d.counts[BAND_DENIAL], d.changes[d.change_count - 1].text);
			zone_difference_clear(&d);
		}
		buf_free(&sides[0]);
		buf_free(&sides[1]);
	}
}

/* The records of a change. */
static void test_change(void **state)
{
	struct zone_difference d = { 0 };
	struct buf left = { 0 }, right = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_adds(&left, base);
	buf_adds(&right, base);
	replace(&right, "A 192.0.2.2\n", "A 192.0.2.22\n");
	replace(&right, " 5 1 1 1 30", " 4 1 1 1 30");
	assert_int_equal(compare(&left, &right, 1, &d, &e), RC_OK);
	assert_int_equal(d.changes[0].band, BAND_DATA);
	assert_string_equal(d.changes[0].owner, "mail.a.test");
	assert_string_equal(d.changes[0].type, "A");
	assert_int_equal(d.changes[0].left_count, 1);
	assert_string_equal(d.changes[0].left[0], "60 A 192.0.2.2");
	assert_string_equal(d.changes[0].right[0], "60 A 192.0.2.22");
	assert_int_equal(d.serials[0], 5);
	assert_int_equal(d.serials[1], 4);
	assert_int_equal(d.order, SERIAL_GREATER);
	assert_string_equal(d.serial_note, "L has the greater serial, 5");
	zone_difference_clear(&d);
	replace(&right, " 4 1 1 1 30", " 5 1 1 1 30");
	assert_int_equal(compare(&left, &right, 1, &d, &e), RC_OK);
	assert_non_null(strstr(d.serial_note, "both have serial 5 with different content"));
	zone_difference_clear(&d);
	replace(&right, " 5 1 1 1 30", " 2147483653 1 1 1 30");
	assert_int_equal(compare(&left, &right, 1, &d, &e), RC_OK);
	assert_int_equal(d.order, SERIAL_UNDEFINED);
	assert_non_null(strstr(d.serial_note, "2^31 apart"));
	zone_difference_clear(&d);
	buf_free(&left);
	buf_free(&right);
}

static void test_broken(void **state)
{
	static const char *const tails[] = {
		"x.a.test. 60 IN TXT \"a\" b\"\n",
		"www.a.test. 60 IN A 192.0",
		"x.a.test. 60 IN A 192.0.2.256\n",
		"(\n",
		"x.a.test. 60 IN NONSENSE 1\n",
		"x..a.test. 60 IN A 192.0.2.1\n",
		".x.a.test. 60 IN A 192.0.2.1\n",
		"x234567890123456789012345678901234567890123456789012345678901234.a.test. 60 IN A 192.0.2.1\n"
	};

	(void)state;
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		for (int both = 0; both < 2; both++) {
			struct zone_difference d = { 0 };
			struct buf left = { 0 }, right = { 0 };
			struct err e = { 0 };

			buf_adds(&left, base);
			buf_adds(&right, base);
			buf_adds(&left, tails[i]);
			if (both)
				buf_adds(&right, tails[i]);
			assert_int_equal(compare(&left, &right, 1, &d, &e), RC_PARSE);
			if (strncmp(e.text, "left:33: ", 9) != 0 && strncmp(e.text, "left:34: ", 9) != 0)
				fail_msg("%s", e.text);
			assert_int_equal(compare(&right, &left, 1, &d, &e), RC_PARSE);
			zone_difference_clear(&d);
			buf_free(&left);
			buf_free(&right);
		}
	}
}

enum { MANY = 40000 };

/* A zone that is large enough for two threads, at @hour of its signatures. */
static void large(struct buf *b, int hour)
{
	static const char sig[] =
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";

	buf_adds(b, "a.test.\t60\tIN\tSOA\tns.a.test. h.a.test. 5 1 1 1 30\n");
	for (int i = 0; i < MANY; i++) {
		buf_addf(b, "n%05d.a.test.\t60\tIN\tA\t192.0.2.%d\n", i, i % 256);
		buf_addf(b, "n%05d.a.test.\t60\tIN\tRRSIG\tA 13 3 60 202612010%d0000 202611240%d0000 1550 a.test. %s\n",
		         i, hour, hour, sig + 4 * (hour % 2));
	}
}

static void test_threads(void **state)
{
	struct buf left = { 0 }, right = { 0 };

	(void)state;
	large(&left, 1);
	large(&right, 3);
	replace(&right, "n00010.a.test.\t60\tIN\tA\t192.0.2.10", "n00010.a.test.\t61\tIN\tA\t192.0.2.10");
	replace(&right, "n39990.a.test.\t60\tIN\tA\t192.0.2.54\n", "");
	replace(&right, "n19999.a.test.\t60\tIN\tA\t192.0.2.31\n", "n19999.a.test.\t60\tIN\tA\t192.0.2.32\n");
	for (int run = 0; run < 2; run++) {
		for (unsigned threads = 1; threads <= 2; threads++) {
			struct zone_difference d = { 0 };
			struct err e = { 0 };

			assert_int_equal(compare(&left, &right, threads, &d, &e), RC_OK);
			assert_int_equal(d.counts[BAND_DATA], 3);
			assert_int_equal(d.counts[BAND_COVERAGE] + d.counts[BAND_DENIAL] + d.counts[BAND_KEYS], 0);
			assert_int_equal(d.counts[BAND_TIMING], MANY);
			assert_int_equal(d.records[0], 2 * MANY + 1);
			assert_string_equal(d.changes[0].owner, "n00010.a.test");
			assert_string_equal(d.changes[2].owner, "n39990.a.test");
			zone_difference_clear(&d);
		}
		if (run > 0)
			break;
		replace(&right, "n30000.a.test.\t60\tIN\tRRSIG\tA", "n30000.a.test. 60 IN RRSIG (\nA");
		replace(&right, "n30001.a.test.\t60\tIN\tA", " )\nn30001.a.test.\t60\tIN\tA");
	}
	replace(&right, "n30002.a.test.\t60\tIN\tA\t192", "n30002.a.test.\t60\tIN\tA\tx");
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct zone_difference d = { 0 };
		struct err e = { 0 };

		assert_int_equal(compare(&left, &right, threads, &d, &e), RC_PARSE);
		if (strstr(e.text, "right:60008: no data of a record A") == NULL)
			fail_msg("%s", e.text);
		zone_difference_clear(&d);
	}
	buf_free(&left);
	buf_free(&right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_planted),    cmocka_unit_test(test_shown_again), cmocka_unit_test(test_order),
		cmocka_unit_test(test_written_to), cmocka_unit_test(test_change),      cmocka_unit_test(test_broken),
		cmocka_unit_test(test_threads),    cmocka_unit_test(test_origin),      cmocka_unit_test(test_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
