/* Checks over what real instances answered (tests/support/make_observed.h), with one thing of an answer changed: what
 * the far side says, how it is read and what is concluded from it are tried as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tests/support/make_observed.h"

enum { A = OBSERVED_ALPHA, B = OBSERVED_BRAVO };
enum kind { NOTHING, REPLACE, FACT, SECTION };

struct edit { /* REPLACE what by with; FACT what is with (NULL: away); SECTION what has the payload with, and the status
	       */
	enum kind kind;
	int side;
	const char *what, *with;
	int status;
};

static void apply(struct observed_pair *p, const struct edit *e)
{
	switch (e->kind) {
	case NOTHING:
		break;
	case REPLACE:
		observed_replace(p, e->side, e->what, e->with);
		break;
	case FACT:
		observed_fact(p, e->side, e->what, e->with);
		break;
	case SECTION:
		observed_section(p, e->side, e->what, e->with, e->status);
		break;
	}
}

#define WILD "wild.example" /* one of the zones, and what the answer has of its files */
#define STATE "/var/lib/opendnssec"
#define STAT_SIGNED \
	"|81a4 1795537181 1062 7904 opendnssec opendnssec " STATE "/signed/" WILD "\n" /* before and after */
#define STAT_SIGNCONF "|81a4 1795537179 943 1135 opendnssec opendnssec " STATE "/signconf/" WILD ".xml\n"
#define STAT_BACKUP2 "|81a4 1795537181 1064 9580 opendnssec opendnssec " STATE "/signer/" WILD ".backup2\n"

#define EXPIRY_WILD "|expiry 20261208050305 deep.below.nothing." WILD ". A\n"

#define ZSK_WILD "58bd4868d6cd7fd0e6160112b972b481"
#define KEY_WILD "|key\t" WILD "\t2\t54899\t13\t256\t" ZSK_WILD "\tSoftHSM\t3\t1\t1\t0\t1\t0\t4\t1\t4\t1\n"
#define DNSKEY_WILD "256 3 13 MNzEQw1tYkAZ1Br2oORdiKA6vWwrb9CIDVtxA6FT6Vmy8kZITL8eNb5Ffxr3l5oEf7EUVrejz524+PTktzYkLQ=="
/* Octets that are changed about by pairs have the same sum, and the key the same tag. */
#define DNSKEY_ALIKE "256 3 13 YkAZ1Br2MNzEQw1toORdiKA6vWwrb9CIDVtxA6FT6Vmy8kZITL8eNb5Ffxr3l5oEf7EUVrejz524+PTktzYkLQ=="

#define SPARE_ID "102c4fbe76af7b9a8693a8c8e2064af9" /* of no zone */
#define SPARE "|spare\t1\t13\t256\t" SPARE_ID "\tSoftHSM"

#define ROOM(device) "|2127581184 " #device " "
#define TOKENS "/var/lib/softhsm/tokens"

#define REPLACED(side, from, to)           \
	{                                  \
		REPLACE, side, from, to, 0 \
	}
#define FACT_IS(side, key, value)         \
	{                                 \
		FACT, side, key, value, 0 \
	}
#define SECTION_IS(side, name, payload, status)      \
	{                                            \
		SECTION, side, name, payload, status \
	}

/* clang-format off: a row has its edits, then what is found */
static const struct {
	struct edit edits[3];
	const char *id;
	enum severity severity;
	const char *zone, *instance;
} rows[] = {
	{ { SECTION_IS(A, "conf", "", 66) }, "conf-unreadable", SEV_STOP, NULL, "alpha" },
	{ { SECTION_IS(B, "conf", "", 66) }, "conf-unreadable", SEV_STOP, NULL, "bravo" },
	{ { REPLACED(A, "|</Configuration>\n", "") }, "conf-unreadable", SEV_STOP, NULL, "alpha" },
	{ { FACT_IS(A, "conf-error", "DOCTYPE and CDATA are not read") }, "conf-unreadable", SEV_STOP, NULL, "alpha" },
	{ { SECTION_IS(A, "conf", "", 124) }, "conf-unreadable", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(B, "conf", NULL, 0) }, "conf-unreadable", SEV_UNKNOWN, NULL, "bravo" },
	{ { SECTION_IS(A, "zones.xml", "", 66) }, "zones-xml-missing", SEV_STOP, NULL, "alpha" },
	{ { SECTION_IS(A, "zones.xml", "|<ZoneList>\n", 0) }, "zones-xml-missing", SEV_STOP, NULL, "alpha" },
	{ { SECTION_IS(A, "zones.xml", "", 124) }, "zones-xml-missing", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(A, "signed " WILD, NULL, 0), REPLACED(A, STAT_SIGNED, ""), REPLACED(A, STAT_SIGNED, "") },
	  "zone-unsigned",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "signed " WILD, "|bytes 0\n|records 0\n|signatures 0\n", 0) },
	  "zone-unsigned",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "signed " WILD, NULL, 0) }, "zone-unsigned", SEV_UNKNOWN, WILD, "alpha" },
	{ { SECTION_IS(A, "signconf " WILD, NULL, 0), REPLACED(A, STAT_SIGNCONF, "") },
	  "signconf-missing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "signconf " WILD, "", 0) }, "signconf-missing", SEV_STOP, WILD, "alpha" },
	{ { SECTION_IS(A, "signconf " WILD, "|<SignerConfiguration>\n", 0) },
	  "signconf-missing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "signconf " WILD, NULL, 0) }, "signconf-missing", SEV_UNKNOWN, WILD, "alpha" },
	{ { SECTION_IS(A, "backup2 " WILD, NULL, 0), REPLACED(A, STAT_BACKUP2, "") },
	  "backup2-missing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "backup2 " WILD, "", 0) }, "backup2-truncated", SEV_STOP, WILD, "alpha" },
	{ { SECTION_IS(A, "backup2 " WILD, "|;OpenDNSSEC-backup-v3\n", 0) },
	  "backup2-missing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "backup2 " WILD, NULL, 0) }, "backup2-missing", SEV_UNKNOWN, WILD, "alpha" },
	{ { SECTION_IS(A, "tokens", "", 0), SECTION_IS(A, "hsm SoftHSM", "", 68) },
	  "token-missing",
	  SEV_STOP,
	  NULL,
	  "alpha" },
	{ { SECTION_IS(A, "tokens", "", 0), SECTION_IS(A, "hsm SoftHSM", "", 68),
	    FACT_IS(A, "token-error", "there is none") },
	  "token-directory-unknown",
	  SEV_STOP,
	  NULL,
	  "alpha" },
	{ { SECTION_IS(B, "tokens", "", 0), SECTION_IS(B, "hsm SoftHSM", "", 68),
	    FACT_IS(B, "token-error", "there is none") },
	  "token-directory-unknown",
	  SEV_STOP,
	  NULL,
	  "bravo" },
	{ { SECTION_IS(A, "tokens", NULL, 0) }, "token-directory-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(A, "access signer", "", 67), FACT_IS(A, "access-error.signer", "there is no user ods") },
	  "daemon-user-missing",
	  SEV_STOP,
	  NULL,
	  "alpha" },
	{ { SECTION_IS(B, "access enforcer", "", 67), FACT_IS(B, "access-error.enforcer", "there is no user ods") },
	  "daemon-user-missing",
	  SEV_STOP,
	  NULL,
	  "bravo" },
	{ { SECTION_IS(B, "access signer", NULL, 0) }, "daemon-user-missing", SEV_UNKNOWN, NULL, "bravo" },
	{ { SECTION_IS(A, "access signer", "", 124) }, "files-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(A, "access enforcer", "", 0) }, "files-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(A, "stat", NULL, 0) }, "files-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(A, "files", NULL, 0) }, "files-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(B, "access signer", NULL, 0) }, "files-unknown", SEV_WARN, NULL, "bravo" },
	{ { REPLACED(A, "|rw " STATE "/db/kasp.db\n", "|?? " STATE "/db/kasp.db\n") },
	  "database-readonly",
	  SEV_STOP,
	  NULL,
	  "alpha" },
	{ { REPLACED(A, "|rw " STATE "/db\n", "|r- " STATE "/db\n") }, "ownership-wrong", SEV_STOP, NULL, "alpha" },
	{ { REPLACED(A, "|rw " STATE "/unsigned/" WILD "\n", "|?? " STATE "/unsigned/" WILD "\n") },
	  "file-unreadable",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "signed " WILD, NULL, 0),
	    FACT_IS(A, "zones-error", "they were not read to their end (status 124)") },
	  "zone-unsigned",
	  SEV_UNKNOWN,
	  WILD,
	  "alpha" },
	{ { FACT_IS(A, "tool.sqlite3", NULL) }, "host-incomplete", SEV_UNKNOWN, NULL, "alpha" },
	{ { FACT_IS(B, "machine-id", NULL), FACT_IS(B, "hostname", NULL) }, "same-machine", SEV_UNKNOWN, NULL, NULL },
	{ { FACT_IS(A, "record", NULL), SECTION_IS(A, "record", "|role=king\n", 0) },
	  "role-records-differ",
	  SEV_UNKNOWN,
	  NULL,
	  "alpha" },
	{ { FACT_IS(B, "lease", NULL), SECTION_IS(B, "lease", "|run=r1\n|owner=o\n", 0) },
	  "lease-held",
	  SEV_UNKNOWN,
	  NULL,
	  "bravo" },
	{ { FACT_IS(A, "fence", NULL) }, "active-fenced", SEV_UNKNOWN, NULL, "alpha" },
	{ { FACT_IS(A, "prevent-startup", NULL) }, "prevent-startup", SEV_UNKNOWN, NULL, "alpha" },
	{ { SECTION_IS(B, "interference", "|cron\t/etc/crontab:7\n", 124) },
	  "interference",
	  SEV_UNKNOWN,
	  NULL,
	  "bravo" },
	{ { SECTION_IS(B, "interference", "|cron\t/etc/crontab:7\n", 124) }, "interference", SEV_WARN, NULL, "bravo" },
	{ { SECTION_IS(A, "signer zones", "", 124) }, "zone-not-in-signer", SEV_UNKNOWN, NULL, "alpha" },
	{ { FACT_IS(A, "database-journal", NULL) }, "database-journal", SEV_UNKNOWN, NULL, "alpha" },
	{ { REPLACED(A, "|yes " STATE "/signer/" WILD ".backup2\n", "") },
	  "backup2-truncated",
	  SEV_UNKNOWN,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, "<Adapter type=\"File\">" STATE "/signed/" WILD,
	             "<Adapter type=\"Fax\">" STATE "/signed/" WILD) },
	  "adapter-unsupported",
	  SEV_UNKNOWN,
	  WILD,
	  "alpha" },
	{ { FACT_IS(B, "database-error", "kasp.db: database is locked"), SECTION_IS(B, "database", "", 1) },
	  "policies-differ",
	  SEV_WARN,
	  NULL,
	  "bravo" },
	{ { SECTION_IS(B, "hsm SoftHSM", "", 1) }, "standby-copy-old", SEV_WARN, NULL, "bravo" },
	{ { REPLACED(A, EXPIRY_WILD, "|expiry 20261127142000 deep.below.nothing." WILD ". A\n") },
	  "zone-not-signing",
	  SEV_WARN,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, EXPIRY_WILD, "|expiry 20261127120000 deep.below.nothing." WILD ". A\n") },
	  "zone-not-signing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, EXPIRY_WILD, "|expiry 20261126120000 " WILD ". SOA\n") },
	  "zone-not-signing",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	/* Resign 30 minutes, Refresh 8 hours, Jitter 10 minutes */
	{ { REPLACED(A, "|expiry 20261125041512 short.example. SOA\n", "|expiry 20261125000000 short.example. NS\n") },
	  "zone-not-signing",
	  SEV_WARN,
	  "short.example",
	  "alpha" },
	{ { REPLACED(A, "|expiry 20261125041512 short.example. SOA\n", "|expiry 20261124230000 short.example. SOA\n") },
	  "zone-not-signing",
	  SEV_STOP,
	  "short.example",
	  "alpha" },
	{ { REPLACED(A, KEY_WILD, "") }, "key-set-differs", SEV_STOP, WILD, "alpha" },
	{ { REPLACED(A, KEY_WILD, "") }, "key-set-differs", SEV_WARN, WILD, "alpha" },
	{ { REPLACED(A, "|        <Locator>" ZSK_WILD "</Locator>\n", "|        <Locator>00ff</Locator>\n") },
	  "key-set-differs",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { REPLACED(
	      A, "|;;Key: locator " ZSK_WILD " ",
	      "|;;Key: locator 00ff algorithm 13 flags 256 publish 1 ksk 0 zsk 1 keytag 7\n|;;Key: locator " ZSK_WILD
	      " ") },
	  "key-set-differs",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, "|dnskey " DNSKEY_WILD, "|dnskey " DNSKEY_ALIKE "\n|dnskey " DNSKEY_WILD) },
	  "key-set-differs",
	  SEV_WARN,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, SPARE "\t3\t1\n", SPARE "\t1\t1\n") }, "key-not-backed-up", SEV_WARN, NULL, "alpha" },
	{ { REPLACED(A, SPARE "\t3\t1\n", SPARE "\t9\t1\n") }, "backup-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ { REPLACED(A, "|SoftHSM               " SPARE_ID "  ECDSA/256 \n", "") },
	  "key-missing-in-hsm",
	  SEV_WARN,
	  NULL,
	  "alpha" },
	{ { REPLACED(A, "|SoftHSM               " ZSK_WILD "  ECDSA/256 \n", "") },
	  "key-missing-in-hsm",
	  SEV_STOP,
	  WILD,
	  "alpha" },
	{ { REPLACED(A, ROOM(83) "/var/lib\n", "|20000000 83 /var/lib\n") }, "disk-small", SEV_STOP, NULL, "alpha" },
	{ { REPLACED(B, ROOM(83) "/var/lib\n", "|20000000 83 /var/lib\n") }, "disk-small", SEV_STOP, NULL, "bravo" },
	{ { REPLACED(B, ROOM(83) TOKENS "\n", "|200000 84 " TOKENS "\n") }, "disk-small", SEV_STOP, NULL, "bravo" },
	{ { REPLACED(B, ROOM(83) STATE "/signed\n", "|16000000 85 " STATE "/signed\n") },
	  "disk-small",
	  SEV_STOP,
	  NULL,
	  "bravo" },
	{ { SECTION_IS(A, "sizes", "", 124) }, "disk-small", SEV_UNKNOWN, NULL, "bravo" },
	{ { SECTION_IS(B, "room", NULL, 0) }, "disk-small", SEV_UNKNOWN, NULL, "bravo" },
	{ { REPLACED(
	      A,
	      "|  <Zone name=\"" WILD "\">\n|    <Policy>datecounter</Policy>\n|    <SignerConfiguration>" STATE
	      "/signconf/" WILD ".xml</SignerConfiguration>\n|    <Adapters>\n|      <Input><",
	      "|  <Zone name=\"other.example\">\n|    <Policy>datecounter</Policy>\n|    <SignerConfiguration>" STATE
	      "/signconf/other.xml</SignerConfiguration>\n|    <Adapters>\n|      <Input><") },
	  "zonelist-differs",
	  SEV_WARN,
	  NULL,
	  "alpha" },
	{ { SECTION_IS(A, "zonelist", "|<ZoneList>\n", 0) }, "zonelist-differs", SEV_WARN, NULL, "alpha" },
	{ { SECTION_IS(A, "zonelist", "", 124) }, "zonelist-differs", SEV_UNKNOWN, NULL, "alpha" },
	{ { REPLACED(A, "|      <Resign>PT2H</Resign>\n", "|      <Resign>PT3H</Resign>\n") },
	  "kasp-differs",
	  SEV_WARN,
	  NULL,
	  "alpha" },
	{ { SECTION_IS(A, "kasp", "", 66) }, "kasp-differs", SEV_WARN, NULL, "alpha" },
	{ { SECTION_IS(A, "kasp", "|<KASP>\n", 0) }, "kasp-differs", SEV_WARN, NULL, "alpha" },
	{ { SECTION_IS(A, "kasp", "", 124) }, "kasp-differs", SEV_UNKNOWN, NULL, "alpha" },
	{ { REPLACED(B, "|rw " STATE "/signer\n", "|?? " STATE "/signer\n") },
	  "ownership-wrong",
	  SEV_STOP,
	  NULL,
	  "bravo" },
	{ { REPLACED(B, "|rw " TOKENS "\n", "|-- " TOKENS "\n") }, "file-unreadable", SEV_STOP, NULL, "bravo" },
	{ { REPLACED(A, "|rw " TOKENS "/", "|?? " TOKENS "/") }, "file-unreadable", SEV_STOP, NULL, "alpha" },
	{ { SECTION_IS(A, "unsigned " WILD, "|unknown an $INCLUDE stands before the SOA\n", 0) },
	  "unsigned-unreadable",
	  SEV_WARN,
	  WILD,
	  "alpha" },
	{ { SECTION_IS(A, "unsigned " WILD, NULL, 0) }, "unsigned-unreadable", SEV_UNKNOWN, WILD, "alpha" },
	{ { SECTION_IS(A, "unsigned keep.example", NULL, 0) },
	  "keep-not-resignable",
	  SEV_UNKNOWN,
	  "keep.example",
	  "alpha" },
};

/* What may be so of a pair in good health: no finding has this id. */
static const struct {
	struct edit edits[3];
	const char *id;
} healthy[] = {
	{ { REPLACED(B, ROOM(83) STATE "/signed\n", "|17000000 85 " STATE "/signed\n") }, "disk-small" },
	{ { REPLACED(A, ROOM(83) STATE "/signed\n", "|1000 85 " STATE "/signed\n") },
	  "disk-small" }, /* nothing is put there */
	{ { REPLACED(B, ROOM(83) TOKENS "\n", "|400000 84 " TOKENS "\n") }, "disk-small" },
	{ { REPLACED(A, EXPIRY_WILD, "|expiry 20261127143900 deep.below.nothing." WILD ". A\n") }, "zone-not-signing" },
	{ { REPLACED(A, EXPIRY_WILD, "|expiry 20261126144000 " WILD ". SOA\n") }, "zone-not-signing" },
	{ { REPLACED(A, "|expiry 20261125041512 short.example. SOA\n", "|expiry 20261125001000 short.example. NS\n") },
	  "zone-not-signing" },
	{ { REPLACED(A, "|expiry 20261208063907 www.keep.example. A\n",
	             "|expiry 20261125120000 www.keep.example. A\n") },
	  "zone-not-signing" },
};

/* What a standby may lack, or have old: a switchover replaces it. */
static const struct edit replaced[][3] = {
	{ SECTION_IS(B, "hsm SoftHSM", "", 1), FACT_IS(B, "database-error", "kasp.db: database is locked"),
	  SECTION_IS(B, "database", "", 1) },
	{ REPLACED(B, "|rw " STATE "/signer\n", "|-- " STATE "/signer\n") },
	{ REPLACED(B, "|rw " TOKENS "/", "|-- " TOKENS "/") },
	{ SECTION_IS(B, "tokens", "", 0), SECTION_IS(B, "hsm SoftHSM", "", 68) },
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof *rows };

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void print_findings(const struct board *b)
{
	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];

		print_message("  %-7s %s %s %s: %s (%s; %s)\n", severity_name(f->severity), f->id,
		              f->instance != NULL ? f->instance : "-", f->zone != NULL ? f->zone : "-", f->text,
		              f->value != NULL ? f->value : "", f->limit != NULL ? f->limit : "");
	}
}

static const struct finding *found(const struct board *b, size_t row)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (strcmp(b->findings[i].id, rows[row].id) == 0 && b->findings[i].severity == rows[row].severity &&
		    same(b->findings[i].zone, rows[row].zone) && same(b->findings[i].instance, rows[row].instance))
			return &b->findings[i];
	return NULL;
}

struct unknowns {
	const struct board *b;
	size_t row;
};

static void no_unknown(void *ctx, const struct finding *f)
{
	const struct unknowns *u = ctx;

	if (f->severity >= SEV_UNKNOWN)
		fail_msg("row %zu: %s is %s: %s", u->row, f->id, severity_name(f->severity), f->text);
}

/* Warnings alone: a standby that never had a copy, and a keep zone at rest. */
static void the_pair_as_it_is_gives_no_stop_and_no_unknown(void **state)
{
	struct observed_pair *p = observed_new();
	struct unknowns u = { 0 };

	(void)state;
	print_findings(observed_board(p));
	assert_int_equal(board_worst(p->board), SEV_WARN);
	findings_each(p->board, no_unknown, &u);
	for (size_t i = 0; i < p->board->finding_count; i++)
		assert_true(strcmp(p->board->findings[i].id, "standby-copy-old") == 0 ||
		            strcmp(p->board->findings[i].id, "keep-not-resignable") == 0);
	observed_free(&p);
}

static void each_fault_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct observed_pair *p = observed_new();
		const struct finding *f;

		for (size_t k = 0; k < sizeof rows[i].edits / sizeof *rows[i].edits; k++)
			apply(p, &rows[i].edits[k]);
		f = found(observed_board(p), i);
		if (f == NULL) {
			print_findings(p->board);
			fail_msg("row %zu: no %s %s of %s, %s", i, severity_name(rows[i].severity), rows[i].id,
			         rows[i].zone != NULL ? rows[i].zone : "no zone",
			         rows[i].instance != NULL ? rows[i].instance : "no instance");
		}
		/* A fault blames only the zone that has it. */
		for (size_t k = 0; rows[i].zone != NULL && k < p->board->finding_count; k++) {
			const struct finding *other = &p->board->findings[k];

			if (other->severity > SEV_WARN &&
			    (other->zone == NULL || !name_equal(other->zone, rows[i].zone)))
				fail_msg("row %zu (%s): %s blames another", i, rows[i].id, other->id);
		}
		observed_free(&p);
	}
}

static void what_is_in_order_is_not_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof healthy / sizeof *healthy; i++) {
		struct observed_pair *p = observed_new();

		for (size_t k = 0; k < sizeof healthy[i].edits / sizeof *healthy[i].edits; k++)
			apply(p, &healthy[i].edits[k]);
		observed_board(p);
		for (size_t k = 0; k < p->board->finding_count; k++)
			if (strcmp(p->board->findings[k].id, healthy[i].id) == 0) {
				print_findings(p->board);
				fail_msg("row %zu: %s is found", i, healthy[i].id);
			}
		observed_free(&p);
	}
}

static bool is_found(const struct board *b, const char *id, enum severity severity, const char *zone)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (strcmp(b->findings[i].id, id) == 0 && b->findings[i].severity == severity &&
		    same(b->findings[i].zone, zone))
			return true;
	return false;
}

/* A public server gives another key, of the same tag. */
static void a_key_is_known_by_its_data(void **state)
{
	struct observed_pair *p = observed_new();
	size_t changed = 0;

	(void)state;
	for (size_t i = 0; i < p->pub_count; i++)
		for (size_t k = 0; k < p->pub[i].dnskey_count; k++)
			if (strcmp(p->pub[i].dnskeys[k], DNSKEY_WILD) == 0) {
				p->pub[i].dnskeys[k] = DNSKEY_ALIKE;
				changed++;
			}
	assert_int_equal(changed, 1);
	observed_board(p);
	assert_true(is_found(p->board, "key-not-published", SEV_STOP, WILD));
	assert_true(is_found(p->board, "key-unknown-in-public", SEV_STOP, WILD));
	observed_free(&p);
}

/* A DNSKEY of the unsigned zone is in the signed one, and in public. */
static void a_key_of_the_unsigned_zone_is_a_warning(void **state)
{
	static const struct edit edit =
	    REPLACED(A, "|dnskey " DNSKEY_WILD, "|dnskey " DNSKEY_ALIKE "\n|dnskey " DNSKEY_WILD);
	struct observed_pair *p = observed_new();

	(void)state;
	apply(p, &edit);
	for (size_t i = 0; i < p->pub_count; i++)
		if (strcmp(p->pub[i].zone, WILD) == 0) {
			p->pub[i].dnskeys[p->pub[i].dnskey_count] = DNSKEY_ALIKE;
			p->pub[i].dnskey_tags[p->pub[i].dnskey_count++] = 54899;
		}
	observed_board(p);
	assert_true(is_found(p->board, "key-set-differs", SEV_WARN, WILD));
	assert_int_equal(board_worst(p->board), SEV_WARN);
	observed_free(&p);
}

static void the_reason_is_what_the_host_said(void **state)
{
	static const struct edit edits[] = {
		SECTION_IS(A, "signed " WILD, NULL, 0),
		FACT_IS(A, "zones-error", "they were not read to their end (status 124)"),
	};
	struct observed_pair *p = observed_new();
	size_t said = 0;

	(void)state;
	apply(p, &edits[0]);
	apply(p, &edits[1]);
	observed_board(p);
	for (size_t i = 0; i < p->board->finding_count; i++)
		said += strstr(p->board->findings[i].text, "not read to their end (status 124)") != NULL;
	assert_int_equal(said, 1);
	observed_free(&p);
}

/* A zone whose unsigned serial we do not understand: the signer does, and nothing else becomes unknown by it. */
static void an_include_in_an_unsigned_zone_is_a_warning(void **state)
{
	static const struct edit edit =
	    SECTION_IS(A, "unsigned " WILD, "|unknown an $INCLUDE stands before the SOA\n", 0);
	struct observed_pair *p = observed_new();
	struct unknowns u = { 0 };

	(void)state;
	apply(p, &edit);
	u.b = observed_board(p);
	findings_each(u.b, no_unknown, &u);
	observed_free(&p);
}

static void what_a_switchover_replaces_is_a_warning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++) {
		struct observed_pair *p = observed_new();

		for (size_t k = 0; k < sizeof replaced[i] / sizeof *replaced[i]; k++)
			apply(p, &replaced[i][k]);
		if (board_worst(observed_board(p)) != SEV_WARN) {
			print_findings(p->board);
			fail_msg("row %zu: worst is %s", i, severity_name(board_worst(p->board)));
		}
		findings_each(p->board, no_unknown, &(struct unknowns){ p->board, i });
		observed_free(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pair_as_it_is_gives_no_stop_and_no_unknown),
		cmocka_unit_test(each_fault_is_found),
		cmocka_unit_test(what_is_in_order_is_not_found),
		cmocka_unit_test(a_key_is_known_by_its_data),
		cmocka_unit_test(a_key_of_the_unsigned_zone_is_a_warning),
		cmocka_unit_test(the_reason_is_what_the_host_said),
		cmocka_unit_test(an_include_in_an_unsigned_zone_is_a_warning),
		cmocka_unit_test(what_a_switchover_replaces_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
