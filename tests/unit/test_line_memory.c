/* What is remembered of lines never makes another line of them: with a memory full of lines that are nearly the same, a
 * line is read as it is without one, and one that is not all there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/zone/line_check.h"
#include "core/zone/line_memory.h"
#include "core/zone/rdata_text.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/source.h"
#include "core/zone/special.h"

static const char *const lines[] = {
	"example.\t3600\tIN\tA\t192.0.2.1\n",
	"example.\t3600\tIN\tAAAA\t2001:db8::1\n",
	"example.\t36000\tIN\tA\t192.0.2.1\n",
	"example.\t3600\tin\tA\t192.0.2.1\n",
	"example.\t3600  IN\tA 192.0.2.1\n",
	"example.\t3600\tIN\tA  \t192.0.2.1\n",
	"example.\t3600\tIN\ta\t192.0.2.1\n",
	"example.\t3600\tIN\tTYPE1\t\\# 4 c0000201\n",
	"exampla.\t3600\tIN\tNSEC3PARAM\t1 0 0 -\n",
	"examples.\t3600\tIN\tNSEC\tb.examples. A RRSIG NSEC\n",
	"an.owner.of.more.than.sixteen.octets.example.\t1\tIN\tCNAME\tb.\n",
	"an.owner.of.more.than.sixteen.octets.examplE.\t1\tIN\tCNAME\tb.\n",
	".\t86400\tIN\tNS\ta.root-servers.net.\n",
};

static const char *const none[] = {
	"a..b.\t3600\tIN\tA\t192.0.2.1\n",
	"..\t3600\tIN\tA\t192.0.2.1\n",
	".a.\t3600\tIN\tA\t192.0.2.1\n",
	"relative\t3600\tIN\tA\t192.0.2.1\n",
	"\t3600\tIN\tA\t192.0.2.1\n",
	"a;b.\t3600\tIN\tA\t192.0.2.1\n",
	"a(b.\t3600\tIN\tA\t192.0.2.1\n",
	"a\\.b.\t3600\tIN\tA\t192.0.2.1\n",
	"\"a.\t3600\tIN\tA\t192.0.2.1\n",
	"a.\nb.\t3600\tIN\tA\t192.0.2.1\n",
	"fifteen.octets.\n\t3600\tIN\tA\t192.0.2.1\n",
	"a.\t3600\tCH\tA\t192.0.2.1\n",
	"a.\t3600\tIN\tNONSENSE\tx\n",
	"a.\tIN\t3600\tA\t192.0.2.1\n",
	"a.\t3600\tA\t192.0.2.1\n",
	"a.\t99999999999\tIN\tA\t192.0.2.1\n",
	"a234567890123456789012345678901234567890123456789012345678901234.\t1\tIN\tA\t192.0.2.1\n",
};

/* As a window has it: octets behind it that may be read and mean nothing. */
static char *window(const char *text, size_t len, char filler)
{
	char *p = xcalloc(1, len + SOURCE_SLACK);

	memcpy(p, text, len);
	memset(p + len, filler, SOURCE_SLACK);
	return p;
}

static void read_line(struct line_memory *m, const char *text, char filler)
{
	size_t len = strlen(text);
	char *p = window(text, len, filler);
	struct zline plain = { 0 };
	struct line_like like = { 0 };

	assert_true(line_head(&plain, p, p + len - 1));
	line_memory_moves(m);
	for (int again = 0; again < 2; again++) {
		assert_true(line_head_like(m, &like, p, p + len));
		assert_int_equal(like.same, again);
		assert_int_equal(like.owner.len, plain.owner_len);
		assert_int_equal(like.owner.dot, strchr(text, '.') - text);
		assert_int_equal(like.ttl, plain.ttl);
		assert_int_equal(like.type, rrtype_number(plain.type_text, plain.type_len));
		assert_ptr_equal(like.rdata, plain.rdata);
	}
	line_memory_moves(m);
	free(p);
}

static void lines_are_read_as_without(void **state)
{
	struct line_memory *m = xcalloc(1, sizeof *m);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
			read_line(m, lines[i], '\t');
			read_line(m, lines[k], '.');
		}
	}
	free(m);
}

static void what_is_none_is_none(void **state)
{
	struct line_memory *m = xcalloc(1, sizeof *m);

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		size_t len = strlen(none[i]);
		char *p = window(none[i], len, '.');
		struct line_like like;

		read_line(m, lines[0], 0);
		if (line_head_like(m, &like, p, p + len))
			fail_msg("a line: %s", none[i]);
		free(p);
	}
	free(m);
}

/* As the type of the line before, but for an octet of zero. */
static void a_type_holds_no_zero(void **state)
{
	static const char text[] = "example.\t3600\tIN\t\0A\t192.0.2.1\n";
	struct line_memory *m = xcalloc(1, sizeof *m);
	char *p = window(text, sizeof text - 1, 0);
	struct line_like like;

	(void)state;
	read_line(m, lines[0], 0);
	assert_false(line_head_like(m, &like, p, p + sizeof text - 1));
	free(p);
	free(m);
}

/* Whatever stands behind the window: no end is found that does not lie in it. */
static void half_a_line_is_none(void **state)
{
	struct line_memory *m = xcalloc(1, sizeof *m);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		read_line(m, lines[i], 0);
		for (size_t len = 1; len < strlen(lines[i]); len++) {
			char *p = xcalloc(1, strlen(lines[i]) + SOURCE_SLACK);
			struct line_like like;

			memcpy(p, lines[i], strlen(lines[i]));
			line_memory_moves(m);
			if (line_head_like(m, &like, p, p + len))
				assert_null(line_rdata_end(m, like.type, like.rdata, p + len));
			free(p);
		}
	}
	line_memory_moves(m);
	free(m);
}

/* A file that another process writes to: its owner has become shorter since it was looked at. */
static void a_line_that_changes_is_none(void **state)
{
	static const char before[] = "an.owner.of.more.than.sixteen.octets.example.\t1\tIN\tA\t192.0.2.1\n",
	                  after[] = "an.\t1\tIN\tA\t192.0.2.1     octets.example.\t1\tIN\tA\t192.0.2.1\n";
	struct line_memory *m = xcalloc(1, sizeof *m);
	char *p = window(before, sizeof before - 1, 0);

	(void)state;
	assert_non_null(line_owner_take(m, p));
	memcpy(p, after, 30);
	assert_null(line_middle_take(m->middles, p, p + m->owner.len, p + sizeof before - 1));
	free(p);
	free(m);
}

/* Where nothing but blanks stand behind the window too, nothing is read that lies further than its slack. */
static void blanks_end_with_the_window(void **state)
{
	static const char start[] = "example.\t3600\tIN\tA";
	size_t page = (size_t)sysconf(_SC_PAGESIZE), len = page - SOURCE_SLACK;
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct line_memory *m = xcalloc(1, sizeof *m);
	struct line_like like;

	(void)state;
	assert_true(p != MAP_FAILED);
	assert_int_equal(mprotect(p + page, page, PROT_NONE), 0);
	memset(p, ' ', page);
	memcpy(p, start, sizeof start - 1);
	assert_true(line_head_like(m, &like, p, p + len));
	assert_null(line_rdata_end(m, like.type, like.rdata, p + len));
	free(m);
	(void)munmap(p, 2 * page);
}

/* The data of a line are good when, and end where, they do when they are parsed. */
static void data_end_where_they_do(void **state)
{
	static const struct {
		uint16_t type;
		const char *text; /* of all characters that matter, to have one changed */
	} rows[] = {
		{ RRTYPE_A, "192.0.2.1" },
		{ RRTYPE_A, "255.255.255.255" },
		{ RRTYPE_A, "249.250.19.99" },
		{ RRTYPE_A, "0.0.0.0" },
		{ RRTYPE_AAAA, "2001:db8::1" },
		{ RRTYPE_AAAA, "::" },
		{ RRTYPE_AAAA, "::1" },
		{ RRTYPE_AAAA, "fe80::" },
		{ RRTYPE_AAAA, "2001:0db8:0000:1111:2222:3333:4444:ffff" },
		{ RRTYPE_AAAA, "1:2:3:4:5:6:7::" },
		{ RRTYPE_AAAA, "::2:3:4:5:6:7:8" },
		{ RRTYPE_NS, "ns1.example.net." },
		{ RRTYPE_NS, "an.owner.of.more.than.sixteen.octets.example." },
		{ RRTYPE_NS, "a23456789012345678901234567890123456789012345678901234567890123.example." },
		{ RRTYPE_CNAME, "_a.b-c.*.0/25.example." },
		{ RRTYPE_MX, "10 mail.example." },
		{ RRTYPE_SRV, "0 65535 5060 sip.example." },
		{ RRTYPE_DS, "18633 13 2 285ddb11ef3a3a9f298f9bdf31f055e25e4e1f39aa1534dd1bde3d92a974522a" },
		{ RRTYPE_SSHFP, "4 2 285ddb11ef3a3a9f298f9bdf31f055e25e4e1f39aa1534dd1bde3d92a974522A" },
		{ RRTYPE_TXT, "\"a;b\" \"(c\"" },
		{ 257, "128 issue \"ca.example, p=(1)\"" },
		{ 257, "0 iodef \"\"" },
		{ 256, "10 255 \"https://a.example/\"" },
		{ RRTYPE_TLSA, "3 1 1 285ddb11ef3a3a9f298f9bdf31f055e25e4e1f39aa1534dd1bde3d92a974522A" },
		{ RRTYPE_NSEC, "b.example. A NS RRSIG NSEC" },
		{ RRTYPE_NSEC3, "1 1 5 abcd 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A RRSIG" },
		{ RRTYPE_NSEC3, "1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom" },
	};
	static const char others[] = "0125689aAfFgGvwz.:-_/ \t\";()\\\n@\x01\x7f\x80";
	struct line_memory *m = xcalloc(1, sizeof *m);
	uint8_t *wire = xcalloc(1, RDATA_MAX);
	size_t good = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t len = strlen(rows[i].text);

		for (size_t at = 0; at <= len; at++) {
			for (const char *c = others; *c != '\0'; c++) {
				char line[200], *p;
				const char *nl, *end;
				size_t got;
				bool parsed;

				/* One put in, or, at the end, nothing at all. */
				(void)snprintf(line, sizeof line, "a.example.\t1\tIN\tX\t%s\n", rows[i].text);
				if (at < len)
					line[strlen(line) - 1 - len + at] = *c;
				p = window(line, strlen(line), '.');
				nl = memchr(p, '\n', strlen(line));
				end = line_rdata_end(m, rows[i].type, p + 18, p + strlen(line));
				parsed =
				    memchr(p, ';', strlen(line)) != NULL && strchr(rows[i].text, '"') == NULL
				        ? false
				        : rdata_quick(rows[i].type, p + 18, (size_t)(nl - p - 18), NULL, wire, &got);
				if (end != NULL && !parsed && rows[i].type != RRTYPE_NSEC &&
				    rows[i].type != RRTYPE_NSEC3)
					fail_msg("taken, and none: %s", line);
				if (end != NULL)
					assert_ptr_equal(end, nl);
				if (at == len && end == NULL)
					fail_msg("not taken: %s", line);
				good += end != NULL;
				bad += end == NULL;
				free(p);
			}
		}
	}
	assert_true(good > 2000 && bad > 5000);
	free(wire);
	free(m);
}

static void same_texts(void **state)
{
	char a[64 + MEMORY_SLACK], b[64 + MEMORY_SLACK];

	(void)state;
	memset(a, 'a', sizeof a);
	for (size_t len = 1; len <= 64; len++) {
		for (size_t at = 0; at < 64; at++) {
			memset(b, 'a', sizeof b);
			b[at] = 'b';
			assert_int_equal(same_text(a, b, len), at >= len);
		}
	}
}

static void signatures(void **state)
{
	static const char good[] = "A 13 3 3600 20261201000000 20261124000000 26749 example. AAEC\n";
	static const char *const bad[] = {
		"A 13 3 3600  20261201000000 20261124000000 26749 example. AAEC\n",
		"A 256 3 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"A ECDSAP256SHA256 3 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 2026120100000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201000000 20261124x00000 26749 example. AAEC\n",
		"A 13 3 3600 20261301000000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201000000 20260230000000 26749 example. AAEC\n",
		"A 13 3 3600 19691231000000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201240000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201300000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201006000 20261124000000 26749 example. AAEC\n",
		"A 13 3 3600 20261201000000 20261124000061 26749 example. AAEC\n",
		"A 13 3 3600 20261201000000 20261124000000 65536 example. AAEC\n",
		"A 13 3 3600 20261201000000 20261124000000 26749 exa;ple. AAEC\n",
		"A 13 3 3600 20261201000000 20261124000000 26749 relative AAEC\n",
	};
	struct line_memory *m = xcalloc(1, sizeof *m);
	const char *sig;
	char *p = window(good, sizeof good - 1, 0), *end = p + sizeof good - 1;

	(void)state;
	for (int again = 0; again < 2; again++) {
		struct line_like like = { .owner = { p, 0, 0 }, .rdata = p };

		assert_true(sig_head_like(m, &like));
		assert_int_equal(like.covered, RRTYPE_A);
		assert_int_equal(like.algorithm, 13);
		assert_true(sig_times_like(m, 0, like.times));
		sig = sig_tail_like(m, like.times + SIG_TIMES);
		assert_non_null(sig);
		assert_int_equal(strncmp(sig, "AAEC\n", 5), 0);
		assert_ptr_equal(sig_end_like(m, sig, end), end - 1);
		assert_null(sig_end_like(m, sig, end - 1));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		size_t len = strlen(bad[i]);
		char *q = window(bad[i], len, ' ');
		struct line_like like = { .owner = { q, 0, 0 }, .rdata = q };

		if (sig_head_like(m, &like) && sig_times_like(m, 0, like.times) &&
		    sig_tail_like(m, like.times + SIG_TIMES) != NULL)
			fail_msg("a signature: %s", bad[i]);
		free(q);
	}
	free(p);
	free(m);
}

/* What begins as a signature did that was met before is read as without that; what does not is not. In every order that
 * signers have, with two algorithms, and names of several depths. */
static void signatures_begin_as_others_did(void **state)
{
	static const char *const rows[] = {
		"a.example.\t3600\tIN\tA\t192.0.2.1\n",
		"a.example.\t3600\tIN\tRRSIG\tA 13 2 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"a.example.\t3600\tIN\tRRSIG\tA 8 2 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"a.example.\t3600\tIN\tAAAA\t2001:db8::1\n",
		"a.example.\t3600\tIN\tRRSIG\tAAAA 13 2 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"b.b.example.\t3600\tIN\tA\t192.0.2.1\n",
		"b.b.example.\t3600\tIN\tRRSIG\tA 13 3 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"c.example.\t3600\tIN\tA\t192.0.2.1\n",
		"c.example.\t3600\tIN\tRRSIG\tA 13 2 3600 20261201000000 20261124000000 26749 example. AAEC\n",
		"c.example.\t300\tIN\tA\t192.0.2.1\n",
		"c.example.\t300\tIN\tRRSIG\tA 13 2 300 20261201000000 20261124000000 26749 example. AAEC\n",
		"c.example.\t300\tIN\tRRSIG\tA 13 2 3000 20261201000000 20261124000000 26749 example. AAEC\n",
		"d.example.\t300\tIN\tRRSIG\tNSEC3 13 2 300 20261201000000 20261124000000 26749 example. AAEC\n",
		"e.example.\t300\tIN\tRRSIG\tNSEC3 13 2 300 20261201000000 20261124000000 26749 example. AAEC\n",
		"e.example.\t300\tIN\tRRSIG\tNSEC3 13 2 30 20261201000000 20261124000000 26749 example. AAEC\n",
		"f.example. 300 IN RRSIG  NSEC3 13 2 300 20261201000000 20261124000000 26749 example. AAEC\n",
	};
	enum { COUNT = sizeof rows / sizeof *rows };
	struct line_memory *m = xcalloc(1, sizeof *m);
	char *text[COUNT];
	size_t sigs = 0;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		text[i] = window(rows[i], strlen(rows[i]), '.');
	for (size_t step = 1; step < COUNT; step++) { /* one line behind another, in many orders */
		for (size_t n = 0, i = 0; n < 3 * COUNT; n++, i = (i + step) % COUNT) {
			char *p = text[i];
			size_t len = strlen(rows[i]);
			struct line_like like = { 0 };
			struct zline plain = { 0 };

			assert_true(line_head(&plain, p, p + len - 1));
			assert_true(line_head_like(m, &like, p, p + len));
			assert_int_equal(like.ttl, plain.ttl);
			assert_int_equal(like.type, rrtype_number(plain.type_text, plain.type_len));
			assert_ptr_equal(like.rdata, plain.rdata);
			if (like.type != RRTYPE_RRSIG)
				continue;
			sigs++;
			assert_true(sig_head_like(m, &like));
			assert_ptr_equal(like.times, strstr(p, "20261201"));
			assert_int_equal(like.covered, rrtype_number(like.rdata, strcspn(like.rdata, " ")));
			assert_int_equal(like.algorithm, strtol(strchr(like.rdata, ' '), NULL, 10));
		}
	}
	assert_true(sigs > 300);
	for (size_t i = 0; i < COUNT; i++)
		free(text[i]);
	free(m);
}

/* Of any length, with one octet that is none at any place; by the wide look too. */
static void base64(void **state)
{
	static const char others[] = "\n \"();\\.-_=@[`{,:\x7f\x80\xaf\xff";

	(void)state;
	for (size_t len = 4; len <= 176; len += 4) {
		char text[176], *p;

		for (size_t i = 0; i < len; i++)
			text[i] = "+/09AZaz5mQ"[i % 11];
		p = window(text, len, '\n');
		assert_true(line_base64(p, p + len));
		for (size_t at = 0; at < len; at++) {
			for (const char *c = others; *c != '\0'; c++) {
				bool padding = *c == '=' && at == len - 1;

				p[at] = *c;
				assert_int_equal(line_base64(p, p + len), padding);
			}
			p[at] = text[at];
		}
		assert_false(line_base64(p, p + len - 1));
		free(p);
	}
}

/* Two texts at a time, as each alone: any octet, at any place of either. */
static void base64_of_both(void **state)
{
	static const size_t lengths[] = { 4, 28, 32, 36, 60, 64, 68, 88, 96, 128, 132, 172, 344 };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		size_t len = lengths[i];
		char text[344], *p, *q;

		for (size_t k = 0; k < len; k++)
			text[k] = "+/09AZaz5mQ"[k % 11];
		p = window(text, len, '\n');
		q = window(text, len, '\n');
		assert_true(line_base64_both(p, q, len));
		for (size_t at = 0; at < 2 * len; at++) {
			char *c = at < len ? p + at : q + at - len;

			for (unsigned octet = 0; octet < 256; octet++) {
				*c = (char)octet;
				assert_int_equal(line_base64_both(p, q, len),
				                 line_base64(p, p + len) && line_base64(q, q + len));
			}
			*c = text[at % len];
		}
		free(p);
		free(q);
	}
}

static void ends_of_lines(void **state)
{
	static const struct {
		const char *text;
		int at; /* -1: none; -2: the window ends before */
	} rows[] = {
		{ "abc\n", 3 },           { "\"a;b\" \"(\"\n", 9 },
		{ "\"a\\\"b\"\n", 6 },    { "a;b\n", -1 },
		{ "\"a\nb\"\n", -1 },     { "abc", -2 },
		{ "\"abc", -2 },          { "(\n", -1 },
		{ "\\a\n", -1 },          { "\n", 0 },
		{ "a\tb c\n", 5 },        { "\"a\tb\"\n", 5 },
		{ "\"a\\\nb\"\n", -1 },   { "\"a\001b\"\n", -1 },
		{ "\"a\\\001b\"\n", -1 }, { "\"a\rb\"\n", -1 },
		{ "\"a\\", -2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t len = strlen(rows[i].text);
		char *p = window(rows[i].text, len, '\n');
		const char *end = line_end_find(p, p + len);

		assert_int_equal(end == NULL ? -1 : end == p + len ? -2 : end - p, rows[i].at);
		free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_without),
		cmocka_unit_test(what_is_none_is_none),
		cmocka_unit_test(a_type_holds_no_zero),
		cmocka_unit_test(half_a_line_is_none),
		cmocka_unit_test(blanks_end_with_the_window),
		cmocka_unit_test(a_line_that_changes_is_none),
		cmocka_unit_test(data_end_where_they_do),
		cmocka_unit_test(same_texts),
		cmocka_unit_test(signatures),
		cmocka_unit_test(signatures_begin_as_others_did),
		cmocka_unit_test(base64),
		cmocka_unit_test(base64_of_both),
		cmocka_unit_test(ends_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
