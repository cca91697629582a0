/* The scanner reads any layout, says what is wrong with a broken file, and its rdata is what ldns makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/zone/rrtype.h"
#include "core/zone/sig_time.h"
#include "tests/support/zone_text.h"

/* Every record of @text as "owner TTL type rdata-in-hex" lines. */
static enum rc dump(const char *text, size_t len, size_t piece, struct buf *out, struct err *e)
{
	struct zone_text t = { .text = text, .len = len, .piece = piece };
	uint8_t *wire = xcalloc(1, RDATA_MAX);
	struct zentry entry;
	struct zscan s;
	bool more;
	enum rc rc;

	zone_text_scan(&s, &t);
	while ((rc = scan_next(&s, &entry, &more, e)) == RC_OK && more) {
		char owner[1024], type[RRTYPE_TEXT];
		size_t n;

		rc = scan_rdata(&s, &entry, wire, &n, e);
		if (rc != RC_OK)
			break;
		name_to_text(owner, sizeof owner, entry.owner->wire, entry.owner->len);
		rrtype_name(type, entry.type);
		buf_addf(out, "%s %u %s ", owner, entry.ttl, type);
		for (size_t i = 0; i < n; i++)
			buf_addf(out, "%02x", wire[i]);
		buf_addc(out, '\n');
	}
	if (rc == RC_OK)
		rc = scan_whole(&s, e);
	scan_clear(&s);
	free(wire);
	return rc;
}

static const char plain[] = "example.com.\t3600\tIN\tSOA\tns1.example.com. host.example.com. 7 3600 600 86400 60\n"
                            "example.com.\t3600\tIN\tNS\tns1.example.com.\n"
                            "example.com.\t300\tIN\tMX\t10 mail.example.com.\n"
                            "www.example.com.\t3600\tIN\tA\t192.0.2.1\n"
                            "www.example.com.\t3600\tIN\tAAAA\t2001:db8::1\n"
                            "txt.example.com.\t60\tIN\tTXT\t\"a;b\" \"c(\"\n";

/* The same zone in every form that RFC 1035, 2308 and 3597 allow. */
static const char *const layouts[] = {
	"$ORIGIN example.com.\n$TTL 3600\n@ IN SOA ns1 host 7 1h 10m 1d 1m\n  IN NS ns1\n 300 IN MX 10 mail\n"
	"www A 192.0.2.1\n    AAAA 2001:DB8:0::1\ntxt 60 TXT \"a;b\" \"c(\"\n",
	"$TTL 1h ; default\n$ORIGIN com.\nexample SOA ( ns1.example host.example ; names\n 7 ; serial\n 3600 600\n "
	"86400 60 )\n"
	"\tNS\tns1.EXAMPLE.COM.\n\tIN 300 MX 10 mail.example\n\n; comment\n   ; another\n$ORIGIN EXAMPLE.com.\n"
	"WWW\tIN\tA\t( 192.0.2.1 )\n\t3600\tAAAA\t2001:db8:0:0:0:0:0:1\nTXT 1m IN TXT ( a\\;b\n \"c(\" )\n",
	"example.com. 3600 IN SOA ns1.example.com. host.example.com. 7 3600 600 86400 60\r\n"
	"example.com. 3600 IN NS ns1.example.com.\r\nexample.com. 300 IN MX 10 mail.example.com.\r\n"
	"www.example.com. 3600 IN A 192.0.2.1\r\nwww.example.com. 3600 IN AAAA 2001:db8::1\r\n"
	"txt.example.com. 60 IN TXT \"a;b\" \"c(\"\r\n",
	"EXAMPLE.COM. 3600 CLASS1 TYPE6 NS1.EXAMPLE.COM. HOST.EXAMPLE.COM. 7 3600 600 86400 60\n"
	"example.com. IN 3600 TYPE2 \\# 17 036e7331076578616d706c6503636f6d00\nexample.com. in 300 mx 10 "
	"mail.example.com.\n"
	"ww\\119.example.com. 3600 IN TYPE1 \\# 4 C0 00 0201\nwww.example.com. 3600 IN AAAA 2001:db8::0.0.0.1\n"
	"txt.example.com. 60 IN TXT a\\;b c\\040\n",
	"$TTL 3600\n(example.com. SOA ns1.example.com. host.example.com.\n7 3600 600 86400 60)\n(\nexample.com. NS "
	"ns1.example.com.)\n"
	"( ) ; nothing\n (\n300 MX 10 mail.example.com. )\n( www.example.com. A 192.0.2.1 )\n AAAA 2001:db8::1\n"
	"txt.example.com. 60 TXT \\# 7 03613b62 0263 28\n",
};

static void test_layouts(void **state)
{
	struct buf expected = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(dump(plain, sizeof plain - 1, 4096, &expected, &e), RC_OK);
	assert_non_null(strstr(buf_str(&expected), "www.example.com 3600 AAAA 20010db8000000000000000000000001\n"));
	assert_non_null(strstr(buf_str(&expected), "txt.example.com 60 TXT 03613b620263"));
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		for (size_t piece = 1; piece < 600; piece = piece * 2 + 1) {
			struct buf got = { 0 };

			if (dump(layouts[i], strlen(layouts[i]), piece, &got, &e) != RC_OK)
				fail_msg("layout %zu: %s", i, e.text);
			assert_string_equal(buf_str(&got), buf_str(&expected));
			buf_free(&got);
		}
	}
	buf_free(&expected);
}

/* The signer escapes no dollar: where it begins a line it is a name all the same, wherever the octets are cut. */
static void test_dollar(void **state)
{
	static const char text[] =
	    "e. 60 IN SOA b. c. 1 2 3 4 5\n$x.e.\t60\tIN\tA\t192.0.2.1\n$.\t60\tIN\tA\t192.0.2.2\n"
	    "$TTL.e. 60 IN A 192.0.2.3\n";
	(void)state;
	for (size_t piece = 1; piece < 100; piece++) {
		struct buf got = { 0 };
		struct err e = { 0 };

		if (dump(text, sizeof text - 1, piece, &got, &e) != RC_OK)
			fail_msg("%s", e.text);
		if (strstr(buf_str(&got), "\n\\$x.e 60 A c0000201\n\\$ 60 A c0000202\n\\$ttl.e 60 A c0000203\n") ==
		    NULL)
			fail_msg("in pieces of %zu: %s", piece, buf_str(&got));
		buf_free(&got);
	}
}

struct broken {
	const char *text, *says;
};

static const struct broken broken[] = {
	{ "", "zone: the zone file is empty" },
	{ "; nothing\n\n", "zone: the zone file is empty" },
	{ "www.example.com. 60 IN A 192.0.2.1\n", "zone: the zone file has no SOA record" },
	{ "a. 60 IN A 192.0.2.1\nb. 60 IN A 192.0", "zone:2: the file is cut short: its last line has no end: \"b." },
	{ "a. 60 IN SOA ( b. c. 1\n", "zone:2: the file is cut short: a parenthesis is still open" },
	{ "a. 60 IN SOA b. c. 1 )\n", "zone:1: a closing parenthesis too many" },
	{ "a. 60 IN TXT \"b\n", "zone:1: a quote that is not closed" },
	{ "a. 60 IN TXT b\\\n", "zone:1: a backslash at the end of a line" },
	{ "a. 60 IN TXT b\\\r\n", "zone:1: a backslash at the end of a line" },
	{ "a. 60 IN TYPE1x 192.0.2.1\n", "zone:1: expected a record type" },
	{ "a. 60 IN TXT \\# 3 0161\n", "zone:1: no data of a record TXT (expected \\#, a length" },
	{ "a. 60 IN TXT \\# 2 016\n", "zone:1: no data of a record TXT (expected \\#, a length" },
	{ "a. 60 IN TXT \\# 2 0261\n", "zone:1: no data of a record TXT (these octets are no rdata" },
	{ "a. 60 IN A \\# 5 0102030405\n", "zone:1: no data of a record A (these octets are no rdata" },
	{ "a. 60 IN A \\# 0\n", "zone:1: no data of a record A (these octets are no rdata" },
	{ "a. 60 IN NS \\# 2 C000\n", "zone:1: no data of a record NS (these octets are no rdata" },
	{ "a. 60 IN TYPE65280 \\# 65536 00\n", "zone:1: no data of a record TYPE65280 (expected \\#, a length" },
	{ "a. 60 IN TYPE65280 00\n", "zone:1: no data of a record TYPE65280 (text of this type is not read" },
	{ "a. 60 IN NSEC b. A NOSUCHTYPE\n", "zone:1: no data of a record NSEC (a type in its bitmap" },
	{ "a. 60 IN HTTPS 1 . alpn=\"a\\\\,b\"\n", "zone:1: no data of a record HTTPS (escapes beside alpn" },
	{ "a. 60 IN A 192.0.2.256\n", "zone:1: no data of a record A (" },
	{ "a. 60 IN A\n", "zone:1: no data of a record A (" },
	{ "a. 60 IN AAAA 1::2::3\n", "zone:1: no data of a record AAAA (" },
	{ "a. 60 IN DS 1 8 2 xyz\n", "zone:1: no data of a record DS (" },
	{ "\n\na. 60 IN NONSENSE 1\n",
	  "zone:3: expected a record type, such as A or TYPE65280: \"a. 60 IN NONSENSE 1\"" },
	{ "a. 60 CH A 192.0.2.1\n", "zone:1: a record of another class than IN" },
	{ "a. 99999999999 IN A 192.0.2.1\n", "zone:1: expected a TTL in seconds" },
	{ "a. IN A 192.0.2.1\n", "zone:1: no TTL: expected one here, in a record before, or by $TTL" },
	{ "www 60 IN A 192.0.2.1\n", "zone:1: expected an absolute domain name, for there is no $ORIGIN" },
	{ "a..b. 60 IN A 192.0.2.1\n", "zone:1: expected a domain name" },
	{ " 60 IN A 192.0.2.1\n", "zone:1: a record without a name, and none before it" },
	{ "$INCLUDE other\n", "zone:1: $INCLUDE is not followed" },
	{ "$GENERATE 1-9 a$ A 192.0.2.$\n", "zone:1: $GENERATE is BIND's own" },
	{ "$ORIGIN relative\n", "zone:1: $ORIGIN: expected one absolute domain name" },
	{ "$TTL\n", "zone:1: $TTL: expected a number of seconds" },
	{ "$FOO\n", "zone:1: neither a record nor a directive" },
	{ "$DATE 2026\n", "zone:1: neither a record nor a directive" },
	{ "a. 60 IN A 192.0.2.1 \x01\n", "zone:1: a control character" },
	{ "\x7f"
	  "ELF\x02\n",
	  "zone:1: a control character" },
	{ ";OpenDNSSEC-backup-v3\na. 60 IN SOA b. c. 1 2 3 4 5\n;\n", "the trailer of a .backup2 is missing" },
	{ ";OpenDNSSEC-backup-v3\n;OpenDNSSEC-backup-v3\na. 60 IN SOA b. c. 1 2 3 4 5\n",
	  "the trailer of a .backup2 is missing" },
};

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct buf out = { 0 };
		struct err e = { 0 };

		assert_int_equal(dump(broken[i].text, strlen(broken[i].text), 7, &out, &e), RC_PARSE);
		if (strstr(e.text, broken[i].says) == NULL)
			fail_msg("\"%s\" says \"%s\"", broken[i].text, e.text);
		buf_free(&out);
	}
}

/* The last line has no end, behind a parenthesis that was opened long before. */
static void test_cut_long(void **state)
{
	struct buf text = { 0 }, out = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_adds(&text, "a. 60 IN TXT (\n");
	while (text.len < 900000)
		buf_adds(&text, "\"some octets\"\n");
	buf_adds(&text, "\"the last");
	assert_int_equal(dump(text.p, text.len, 65536, &out, &e), RC_PARSE);
	if (strstr(e.text, "the file is cut short: its last line has no end: \"\"the last\"") == NULL)
		fail_msg("%s", e.text);
	buf_free(&text);
	buf_free(&out);
}

static void test_bounds(void **state)
{
	size_t len = 3 * SOURCE_RECORD_MAX;
	char *text = xcalloc(1, len + 1);
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	memset(text, 'x', len);
	assert_int_equal(dump(text, len, 65536, &out, &e), RC_PARSE);
	assert_non_null(strstr(e.text, "zone:1: longer than 1048576 octets"));
	/* A record of many lines is bounded just so. */
	for (size_t i = 0; i < len; i += 100)
		text[i] = '\n';
	memcpy(text, "a. 1 IN TXT (", 13);
	assert_int_equal(dump(text, len, 65536, &out, &e), RC_PARSE);
	assert_non_null(strstr(e.text, "longer than 1048576 octets"));
	/* The longest data there can be, as long as they can be written, still is a record. */
	len = (size_t)sprintf(text, "%s", plain);
	len += (size_t)sprintf(text + len, "big. 1 IN TXT");
	for (int i = 0; i < 250; i++) {
		text[len++] = ' ';
		for (int k = 0; k < 255; k++, len += 4)
			memcpy(text + len, "\\200", 4);
	}
	text[len++] = '\n';
	buf_reset(&out);
	assert_int_equal(dump(text, len, 65536, &out, &e), RC_OK);
	assert_true(out.len > 2 * 64000);
	buf_free(&out);
	free(text);
}

/* Rdata in both forms, text and that of RFC 3597: one record. */
static const struct twin {
	const char *text, *generic;
} twins[] = {
	{ "TXT \"a\" \"b\"", "TYPE16 \\# 4 01610162" },
	{ "TXT \"#\"", "TXT \\# 2 0123" },
	{ "SPF \"\"", "SPF \\# 1 00" },
	{ "AVC \"a b\"", "TYPE258 \\# 4 03612062" },
	{ "RESINFO qnamemin", "TYPE261 \\# 9 08716e616d656d696e" },
	{ "NINFO a", "TYPE56 \\# 2 0161" },
	{ "TA 1 8 77 AA", "TYPE32768 \\# 5 0001084daa" },
	{ "CERT 1 2 8 AAEC", "CERT \\# 8 0001 0002 08 000102" },
	{ "CAA 0 Issue \"a;b\"", "CAA \\# 10 00 05 4973737565 613b62" },
	{ "URI 1 2 \"a(b\"", "URI \\# 7 0001 0002 612862" },
	{ "CNAME a\\ b\\ ", "CNAME \\# 13 0461206220 066f726967696e 00" },
	{ "NS A\\.B.", "NS \\# 5 03412e42 00" },
	{ "NSEC A.b. A WALLET TYPE65534 AMTRELAY NXNAME",
	  "NSEC \\# 61 "
	  "01410162000011400000000000000000000000000000008001010AFF20000000000000000000000000000000000000000000"
	  "0000000000000000000002" },
	{ "SINK 1 2 3 AQ==", "SINK \\# 4 01020301" },
	{ "APL", "APL \\# 0" },
	{ "SVCB 1 A.b. port=1 alpn=h2", "SVCB \\# 20 0001 01410162 00 0001 0003 026832 0003 0002 0001" },
};

static void twin_rdata(const char *record, uint8_t *out, size_t *len)
{
	const struct wire_name origin = { .len = 8, .wire = "\006origin" };
	const char *text = record + strcspn(record, " "), *why = NULL;
	uint16_t type = rrtype_number(record, (size_t)(text - record));

	text += *text == ' ';
	if (!rdata_from_text(type, text, strlen(text), &origin, out, len, &why))
		fail_msg("%s: %s", record, why);
}

static void test_generic(void **state)
{
	uint8_t *a = xcalloc(1, RDATA_MAX), *b = xcalloc(1, RDATA_MAX);

	(void)state;
	for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
		size_t a_len = 0, b_len = 0;

		twin_rdata(twins[i].text, a, &a_len);
		twin_rdata(twins[i].generic, b, &b_len);
		if (a_len != b_len || memcmp(a, b, a_len) != 0)
			fail_msg("%s is not %s", twins[i].text, twins[i].generic);
	}
	free(a);
	free(b);
}

/* What stands in quotes is the same in a line that is plain otherwise, and in one that is not: %s is the TTL. */
static void test_quotes(void **state)
{
	static const char *const rows[] = {
		"a. %s IN TXT \"a b\" \"c\"\n",
		"a. %s IN TXT \"a\tb\"\t\n",
		"a. %s IN TXT \"a;b(c)\" d\n",
		"a. %s IN TXT \"\"\n",
		"a. %s IN TXT \"a\" ; \"b\n",
		"a. %s IN TXT \"a\\\"b\"\n",
		"a. %s IN TXT \"a\x01"
		"b\"\n",
		"a. %s IN TXT \"a\x7f"
		"b\"\n",
		"a. %s IN TXT b\"c\"\n",
		"a. %s IN TXT \"a\n",
		"a. %s IN TXT \"a\nb\"\n",
		"a. %s IN TXT \"a\"\"b\"\n",
		"a. %s IN CAA 0 issue \"x; y\"\n",
		"a. %s IN A \"192.0.2.1\"\n",
		"a. %s IN \"TXT\" b\n",
		"a. %s \"IN\" TXT b\n",
		"\"a. %s IN TXT b\"\n",
		"\"a. %s IN TXT \"b\n",
		"a\". %s IN TXT \"b\n",
		"\"a\". %s IN TXT b\n",
	};
	size_t good = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text[2] = { 0 }, out[2] = { 0 };
		struct err e[2] = { 0 };
		enum rc rc[2];

		for (int way = 0; way < 2; way++) {
			buf_adds(&text[way], "a. 60 IN SOA a. a. 1 2 3 4 5\n");
			buf_add(&text[way], rows[i], strcspn(rows[i], "%"));
			buf_adds(&text[way], way == 0 ? "60" : "1m");
			buf_adds(&text[way], strchr(rows[i], '%') + 2);
			rc[way] = dump(buf_str(&text[way]), text[way].len, SIZE_MAX, &out[way], &e[way]);
		}
		if (rc[0] != rc[1] || strcmp(buf_str(&out[0]), buf_str(&out[1])) != 0)
			fail_msg("%s%s%s and%s%s", rows[i], buf_str(&out[0]), e[0].text, buf_str(&out[1]), e[1].text);
		good += rc[0] == RC_OK;
		for (int way = 0; way < 2; way++) {
			buf_free(&text[way]);
			buf_free(&out[way]);
		}
	}
	assert_true(good >= 6 && good < sizeof rows / sizeof *rows - 6);
}

/* Text that libldns would cut without a word is read whole, or not at all. */
static void test_long_rdata(void **state)
{
	static const struct {
		const char *head, *tail;
		size_t fill;
		bool good;
	} longs[] = {
		{ "TYPE65280 \\# 65535 ", "", 131070, true }, { "OPENPGPKEY \\# 65535 ", "", 131070, true },
		{ "CERT 1 1 1 ", "", 80000, true },           { "CAA 0 issue \"", "\"", 65000, true },
		{ "CAA 0 issue \"", "\"", 65529, false },     { "HTTPS 1 . key700=", "", 66000, false },
		{ "TLSA 1 1 1 ", "", 131066, false },
	};
	uint8_t *out = xcalloc(1, RDATA_MAX);

	(void)state;
	for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
		const char *space = strchr(longs[i].head, ' '), *why = NULL;
		struct buf b = { 0 };
		size_t len;

		buf_adds(&b, space + 1);
		for (size_t k = 0; k < longs[i].fill; k++)
			buf_addc(&b, 'a');
		buf_adds(&b, longs[i].tail);
		if (rdata_from_text(rrtype_number(longs[i].head, (size_t)(space - longs[i].head)), b.p, b.len, NULL,
		                    out, &len, &why) != longs[i].good)
			fail_msg("%s: %s", longs[i].head, why != NULL ? why : "read");
		buf_free(&b);
	}
	free(out);
}

/* An SOA record that names no TTL, with none before it: its minimum, for what follows too. */
static void test_soa_ttl(void **state)
{
	static const char text[] = "$ORIGIN a.\n@ IN SOA b c 1 2 3 4 300\n NS b\nw 7 A 192.0.2.1\nx A 192.0.2.2\n";
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	if (dump(text, sizeof text - 1, 4096, &out, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_non_null(strstr(buf_str(&out), "a 300 SOA "));
	assert_non_null(strstr(buf_str(&out), "a 300 NS "));
	assert_non_null(strstr(buf_str(&out), "w.a 7 A "));
	assert_non_null(strstr(buf_str(&out), "x.a 300 A "));
	buf_free(&out);
}

static void test_backup2(void **state)
{
	static const char text[] =
	    ";OpenDNSSEC-backup-v3\n;;Zone: name a class 1 inbound 1 internal 2 outbound 2\n;;\n"
	    "a. 60 IN SOA b. c. 1 2 3 4 5\n;\n"
	    "a. 60 IN RRSIG SOA 13 1 60 20261124031301 20261124023650 7 a. AAAA; {locator 95 flags 256}\n;\n"
	    ";OpenDNSSEC-backup-v3\n";
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	if (dump(text, sizeof text - 1, 11, &out, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_non_null(strstr(buf_str(&out), "a 60 RRSIG 00060d01"));
	for (size_t cut = 30; cut < sizeof text - 2; cut++)
		assert_int_equal(dump(text, cut, 4096, &out, &e), RC_PARSE);
	buf_free(&out);
}

/* What is read without ldns is what ldns reads, and what only ldns reads is not guessed. */
static const char *const samples[] = {
	"A 192.0.2.1",
	"A 0.0.0.0",
	"A 01.2.3.4",
	"A 1.2.3",
	"A 1.2.3.4.5",
	"A 1.2.3.4 5",
	"AAAA ::",
	"AAAA ::1",
	"AAAA 1::",
	"AAAA 2001:DB8::a:0:1",
	"AAAA 1:2:3:4:5:6:7:8",
	"AAAA 1:2:3:4:5:6:7::",
	"AAAA ::2:3:4:5:6:7:8",
	"AAAA ::ffff:192.0.2.1",
	"AAAA :1::2",
	"AAAA 1:::2",
	"AAAA 1:2:3:4:5:6:7:8:9",
	"AAAA 1:2:3:4:5:6:7",
	"AAAA 12345::",
	"AAAA 1::2:",
	"NS A.B.C.",
	"NS .",
	"NS rel",
	"NS @",
	"NS a\\.b.c.",
	"NS a\\032b.",
	"NS \\065.",
	"NS a..b.",
	"NS .a.",
	"CNAME x_y.*.z.",
	"MX 10 Mail.Example.",
	"MX 65536 a.",
	"MX -1 a.",
	"MX 010 a.",
	"TXT \"\"",
	"TXT a b c",
	"TXT \"a\\\"b\" \"\\000\\255\"",
	"TXT \"a\\256\"",
	"TXT \"unclosed",
	"TXT a\"b",
	"TXT",
	"SPF \"v=spf1\"",
	"SOA a. b. 1 2 3 4 5",
	"SOA a. b. 1 2h 3 4 5",
	"SOA a. b. 4294967295 1 1 1 1",
	"SRV 1 2 3 T.",
	"NAPTR 1 2 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" .",
	"DS 1 13 2 aabbCCdd",
	"DS 1 13 2 aa bb cc dd",
	"DS 1 13 2 aab",
	"DS 1 RSASHA256 2 aabb",
	"DS 1 13 2",
	"DNSKEY 257 3 13 AAECAw==",
	"DNSKEY 257 3 13 AAEC Aw==",
	"DNSKEY 257 3 13 AAECAx==",
	"DNSKEY 257 3 13 AAECA",
	"DNSKEY 256 3 RSASHA256 AQAB",
	"CDS 0 0 0 00",
	"CDNSKEY 0 3 0 AA==",
	"RRSIG A 13 2 60 20261124031301 20261124023650 52697 Example.com. AAECAwQF",
	"RRSIG TYPE65280 13 2 60 1795488172 20261124023650 52697 a. AAEC",
	"RRSIG A 13 2 60 20261324031301 20261124023650 1 a. AAEC",
	"NSEC Next.Example. A NS SOA TYPE1234 RRSIG NSEC",
	"NSEC a.",
	"NSEC a. RRSIG A NSEC CAA TYPE65535",
	"NSEC3 1 1 10 AABB 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A RRSIG",
	"NSEC3 1 0 0 - 0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM",
	"NSEC3 1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3to A",
	"NSEC3PARAM 1 0 0 -",
	"NSEC3PARAM 1 0 0 abc",
	"NSEC3PARAM 1 0 12 aabbccdd",
	"SSHFP 4 2 aabb",
	"TLSA 3 1 1 aabbcc",
	"CAA 0 issue \"ca.example.net\"",
	"CAA 128 iodef \"mailto:a@b\"",
	"CAA 0 issue \"\"",
	"CAA 0 issue a b",
	"OPENPGPKEY AAECAw==",
	"CSYNC 1 3 A NS AAAA",
	"HINFO \"PC\" Linux",
	"RP a. b.",
	"AFSDB 1 A.",
	"DNAME A.B.",
	"PTR x.",
	"LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
	"A \\# 4 c0000201",
	"TYPE65280 \\# 3 010203",
	"HTTPS 1 . alpn=h2",
	"APL 1:192.0.2.0/24",
	"CERT 1 2 8 AAEC",
	"SMIMEA 3 1 1 ab",
};

static void test_rdata(void **state)
{
	struct wire_name origin = { .len = 8, .wire = "\006origin" };
	uint8_t *quick = xcalloc(1, RDATA_MAX), *slow = xcalloc(1, RDATA_MAX);
	size_t read_quickly = 0;

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const char *text = samples[i] + strcspn(samples[i], " "), *why = NULL;
		uint16_t type = rrtype_number(samples[i], (size_t)(text - samples[i]));
		size_t quick_len = 0, slow_len = 0, len;

		text += *text == ' ';
		len = strlen(text);
		assert_int_not_equal(type, 0);
		if (!rdata_quick(type, text, len, &origin, quick, &quick_len))
			continue;
		read_quickly++;
		if (!rdata_by_ldns(type, text, len, &origin, slow, &slow_len, &why))
			fail_msg("%s: ldns says %s", samples[i], why);
		if (slow_len != quick_len || memcmp(quick, slow, slow_len) != 0)
			fail_msg("%s: other octets than ldns makes", samples[i]);
	}
	assert_true(read_quickly >= 45);
	free(quick);
	free(slow);
}

static void test_types(void **state)
{
	(void)state;
	for (unsigned type = 1; type < 300; type++) {
		char name[RRTYPE_TEXT];

		rrtype_name(name, (uint16_t)type);
		if (strcmp(name, "TYPE251") == 0 || rrtype_number(name, strlen(name)) == 0)
			continue;
		assert_int_equal(rrtype_number(name, strlen(name)), type);
	}
	assert_int_equal(rrtype_number("aaaa", 4), RRTYPE_AAAA);
	assert_int_equal(rrtype_number("nsec3Param", 10), RRTYPE_NSEC3PARAM);
	assert_int_equal(rrtype_number("AA", 2), 0);
	assert_int_equal(rrtype_number("\0A", 2), 0);
	assert_int_equal(rrtype_number("A\0", 2), 0);
	assert_int_equal(rrtype_number_at("\0\0NS....", 4), 0);
	assert_int_equal(rrtype_number("TYPE65280", 9), 65280);
	assert_int_equal(rrtype_number("TYPE65536", 9), 0);
	assert_int_equal(rrtype_number("TYPE12abc", 9), 0);
	assert_int_equal(rrtype_number("type12", 6), 12);
	assert_int_equal(rrtype_number("amtrelay", 8), 260);
}

static void test_times(void **state)
{
	int64_t now = 1795488172;
	uint32_t t = 0;

	(void)state;
	assert_true(sig_time_from_text("20261124023612", 14, &t));
	assert_int_equal(t, 1795487772);
	assert_true(sig_time_from_text("20240229000000", 14, &t));
	assert_true(sig_time_from_text("1795487772", 10, &t));
	assert_false(sig_time_from_text("20261324023612", 14, &t));
	assert_false(sig_time_from_text("2026112402361", 13, &t));
	assert_false(sig_time_from_text("99999999999", 11, &t));
	assert_int_equal(sig_time_near((uint32_t)now + 10, now), now + 10);
	assert_int_equal(sig_time_near((uint32_t)now - 10, now), now - 10);
	assert_int_equal(sig_time_near(5, 4294967290), 4294967301);
	assert_int_equal(sig_time_near(4294967290, 4294967301), 4294967290);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),  cmocka_unit_test(test_dollar), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_cut_long), cmocka_unit_test(test_bounds), cmocka_unit_test(test_backup2),
		cmocka_unit_test(test_rdata),    cmocka_unit_test(test_types),  cmocka_unit_test(test_times),
		cmocka_unit_test(test_generic),  cmocka_unit_test(test_quotes), cmocka_unit_test(test_long_rdata),
		cmocka_unit_test(test_soa_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
