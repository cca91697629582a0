#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/opendnssec/backup2.h"
#include "core/opendnssec/clitext.h"
#include "core/opendnssec/conf.h"
#include "core/opendnssec/kasp_change.h"
#include "core/opendnssec/keystate.h"
#include "core/opendnssec/signconf.h"
#include "core/opendnssec/zonelist.h"
#include "tests/support/fixture.h"

static const char conf_text[] =
    "<?xml version=\"1.0\"?>\n<Configuration>\n<RepositoryList>\n"
    " <Repository name=\"Soft&amp;HSM\"><Module>/usr/lib/softhsm/libsofthsm2.so</Module><TokenLabel> OpenDNSSEC "
    "</TokenLabel>\n"
    "  <PIN>canary-PIN</PIN><RequireBackup/></Repository>\n"
    " <!-- <Repository name=\"no\"/> -->\n"
    " <Repository name=\"two\"><Module>/m.so</Module><TokenLabel>t</TokenLabel><AllowExtraction/></Repository>\n"
    "</RepositoryList>\n<Common><PolicyFile>/etc/kasp.xml</PolicyFile><ZoneListFile>/etc/zonelist.xml</ZoneListFile></"
    "Common>\n"
    "<Enforcer><Privileges><User>ods</User></Privileges><Datastore><SQLite>/db/kasp.db</SQLite></Datastore>\n"
    "<AutomaticKeyGenerationPeriod>P90D</AutomaticKeyGenerationPeriod><PidFile>/run/e.pid</PidFile></Enforcer>\n"
    "<Signer><WorkingDirectory>/s</WorkingDirectory>\n<Listener><Interface><Address>::1</Address><Port>53</Port></"
    "Interface>"
    "<Interface/></Listener>\n<NotifyCommand>nsd-control reload %zone</NotifyCommand></Signer>\n</Configuration>\n";

static void conf_by_meaning(void **state)
{
	struct arena a = { 0 };
	struct conf c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(conf_parse(&c, &a, "conf.xml", conf_text, sizeof conf_text - 1, &e), RC_OK);
	assert_int_equal(c.repository_count, 2);
	assert_string_equal(c.repositories[0].name, "Soft&HSM");
	assert_string_equal(c.repositories[0].token_label, "OpenDNSSEC");
	assert_true(c.repositories[0].require_backup && c.repositories[0].has_pin);
	assert_true(!c.repositories[1].require_backup && !c.repositories[1].has_pin &&
	            c.repositories[1].allow_extraction);
	assert_false(c.mysql);
	assert_string_equal(c.sqlite_path, "/db/kasp.db");
	assert_string_equal(c.enforcer.user, "ods");
	assert_string_equal(c.enforcer.group, "root");
	assert_string_equal(c.enforcer.pid_file, "/run/e.pid");
	assert_string_equal(c.enforcer.socket, "/run/opendnssec/enforcer.sock");
	assert_string_equal(c.signer.user, "root");
	assert_string_equal(c.signer.directory, "/s");
	assert_int_equal(c.automatic_keygen_period, 90 * 86400);
	assert_false(c.manual_key_generation);
	assert_string_equal(c.notify_command, "nsd-control reload %zone");
	assert_null(c.submit_command);
	assert_int_equal(c.listener_count, 2);
	assert_string_equal(c.listeners[0], "::1:53");
	assert_string_equal(c.listeners[1], "*:15354");
	arena_free(&a);
}

static void conf_of_debian(void **state)
{
	struct arena a = { 0 };
	struct buf b = fixture("conf/debian-conf.xml");
	struct conf c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(conf_parse(&c, &a, "conf.xml", b.p, b.len, &e), RC_OK);
	assert_int_equal(c.repository_count, 1);
	assert_string_equal(c.repositories[0].name, "SoftHSM");
	assert_true(c.repositories[0].skip_public_key);
	assert_string_equal(c.sqlite_path, "/var/lib/opendnssec/kasp.db");
	assert_int_equal(c.automatic_keygen_period, 365 * 86400);
	assert_null(c.notify_command);
	buf_free(&b);
	arena_free(&a);
}

/* No secret may survive in anything that was taken from the file. */
static void conf_drops_secrets(void **state)
{
	static const char text[] = "<Configuration><RepositoryList><Repository "
	                           "name=\"a\"><Module>m</Module><TokenLabel>t</TokenLabel><PIN><![CDATA[canary]]>"
	                           "</PIN></Repository></RepositoryList><Common><PolicyFile>p</"
	                           "PolicyFile><ZoneListFile>z</ZoneListFile></Common><Enforcer>"
	                           "<Datastore><MySQL><Host>db</Host><Database>kasp</Database><Username>u</"
	                           "Username><Password>canary</Password></MySQL>"
	                           "</Datastore></Enforcer><Signer/></Configuration>";
	struct arena a = { 0 };
	struct conf c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(conf_parse(&c, &a, "conf.xml", text, sizeof text - 1, &e), RC_OK);
	assert_true(c.mysql);
	assert_string_equal(c.mysql_host, "db");
	assert_string_equal(c.mysql_database, "kasp");
	assert_null(c.sqlite_path);
	assert_null(memmem(a.head, 16384, "canary", 6));
	arena_free(&a);
}

static void bad_conf_is_named_by_line(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "conf.xml is empty" },
		{ "not xml", "conf.xml: line 1" },
		{ "<Configuration>\n<Common>\n</Configuration>", "conf.xml: line 3: an element is not closed" },
		{ "<Configuration>\n", "conf.xml: line 2" },
		{ "<!DOCTYPE Configuration [<!ENTITY a \"b\">]><Configuration/>", "DOCTYPE" },
		{ "<!DOCTYPE Configuration SYSTEM \"http://192.0.2.1/x\"><Configuration/>", "DOCTYPE" },
		{ "<Configuration>\n<PIN>a&canary;b</PIN></Configuration>",
		  "conf.xml: line 2: is not well-formed XML" },
		{ "\n<KASP/>", "conf.xml: line 2: the root element is not Configuration" },
		{ "<Configuration/>", "no Datastore" },
		{ "<Configuration><Enforcer><Datastore><SQLite/></Datastore></Enforcer></Configuration>",
		  "no Datastore" },
		{ "<Configuration><Enforcer>\n<Datastore><SQLite>d</SQLite><MySQL/></Datastore></Enforcer></"
		  "Configuration>",
		  "conf.xml: line 2: a Datastore with both SQLite and MySQL" },
		{ "<Configuration><Enforcer><Datastore><SQLite>d</SQLite></Datastore></Enforcer></Configuration>",
		  "no PolicyFile" },
		{ "<Configuration><RepositoryList>\n<Repository "
		  "name=\"a\"><Module>m</Module></Repository></RepositoryList></Configuration>",
		  "conf.xml: line 2: a Repository without TokenLabel" },
		{ "<Configuration><Enforcer>\n<AutomaticKeyGenerationPeriod>1 "
		  "year</AutomaticKeyGenerationPeriod></Enforcer></Configuration>",
		  "conf.xml: line 2: AutomaticKeyGenerationPeriod is not a duration" },
		{ "<Configuration>\377</Configuration>", "conf.xml: line 1" },
	};
	int saved = dup(2), pipefd[2];
	char noise[64];
	ssize_t printed;

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	assert_true(dup2(pipefd[1], 2) >= 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena a = { 0 };
		struct conf c;
		struct err e = { 0 };
		enum rc rc = conf_parse(&c, &a, "conf.xml", bad[i].text, strlen(bad[i].text), &e);

		if (rc != RC_PARSE || !strstr(e.text, bad[i].says) || strstr(e.text, "canary"))
			print_message("case %zu: %s\n", i, e.text);
		assert_int_equal(rc, RC_PARSE);
		assert_non_null(strstr(e.text, bad[i].says));
		assert_null(strstr(e.text, "canary"));
		arena_free(&a);
	}
	(void)dup2(saved, 2);
	(void)close(saved);
	(void)close(pipefd[1]);
	printed = read(pipefd[0], noise, sizeof noise);
	(void)close(pipefd[0]);
	assert_int_equal(printed, 0);
}

static void zones_of_both_forms(void **state)
{
	static const char text[] =
	    "<ZoneList><Zone "
	    "name=\"Example.org.\"><Policy>lab</Policy><SignerConfiguration>/s/e.xml</SignerConfiguration><Adapters>"
	    "<Input><File>/u/e</File></Input><Output><Adapter type=\"File\">/o/e</Adapter></Output></Adapters></Zone>\n"
	    "<Zone name=\"0/25.2.0.192.in-addr.arpa\"><Adapters><Input><Adapter "
	    "type=\"DNS\">/etc/addns.xml</Adapter></Input>"
	    "<Output><Adapter type=\"SQL\">x</Adapter></Output></Adapters></Zone><Zone name=\"bare\"/></ZoneList>";
	struct arena a = { 0 };
	struct zonelist l;
	struct err e = { 0 };
	struct buf b = fixture("snap1/enforcer/zones.xml");

	(void)state;
	assert_int_equal(zonelist_parse(&l, &a, "zones.xml", text, sizeof text - 1, &e), RC_OK);
	assert_int_equal(l.zone_count, 3);
	assert_string_equal(l.zones[0].name, "Example.org");
	assert_string_equal(l.zones[0].policy, "lab");
	assert_string_equal(l.zones[0].signconf, "/s/e.xml");
	assert_int_equal(l.zones[0].input, ZONE_ADAPTER_FILE);
	assert_string_equal(l.zones[0].input_uri, "/u/e");
	assert_int_equal(l.zones[0].output, ZONE_ADAPTER_FILE);
	assert_string_equal(l.zones[0].output_uri, "/o/e");
	assert_int_equal(l.zones[1].input, ZONE_ADAPTER_DNS);
	assert_int_equal(l.zones[1].output, ZONE_ADAPTER_OTHER);
	assert_int_equal(l.zones[2].input, ZONE_ADAPTER_NONE);
	assert_null(l.zones[2].policy);

	assert_int_equal(zonelist_parse(&l, &a, "zones.xml", b.p, b.len, &e), RC_OK);
	assert_int_equal(l.zone_count, 1);
	assert_string_equal(l.zones[0].name, "example.com");
	assert_string_equal(l.zones[0].output_uri, "/var/lib/opendnssec/signed/example.com");
	assert_int_equal(zonelist_parse(&l, &a, "z", "<ZoneList/>", 11, &e), RC_OK);
	assert_int_equal(l.zone_count, 0);
	buf_free(&b);
	arena_free(&a);
}

static void bad_zone_lists(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "<ZoneList><Zone/></ZoneList>", "z.xml: line 1: a Zone without a name" },
		{ "<ZoneList>\n<Zone name=\"a\"/>\n<Zone name=\"b\"/>\n<Zone name=\"A.\"/></ZoneList>", "twice" },
		{ "<ZoneList><Zone", "z.xml: line 1" },
		{ "<Zones/>", "not ZoneList" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena a = { 0 };
		struct zonelist l;
		struct err e = { 0 };

		assert_int_equal(zonelist_parse(&l, &a, "z.xml", bad[i].text, strlen(bad[i].text), &e), RC_PARSE);
		assert_non_null(strstr(e.text, bad[i].says));
		arena_free(&a);
	}
}

/* ---- kasp.xml ---- */

#define KASP_KEYS                                                                                                     \
	"<KSK><Algorithm length=\"256\">13</Algorithm><Lifetime>P1Y</Lifetime><Repository>SoftHSM</Repository></KSK>" \
	"<ZSK><Algorithm length=\"256\">13</Algorithm><Lifetime>P60D</Lifetime><Repository>SoftHSM</Repository></ZSK>"
#define KASP_BEGIN "<KASP><Policy name=\"lab\"><Description>x</Description><Signatures><Resign>PT2H</Resign>"
#define KASP_END                                                                                                     \
	"<Zone><PropagationDelay>PT0S</PropagationDelay><SOA><TTL>PT1H</TTL><Minimum>PT5M</Minimum>"                 \
	"<Serial>unixtime</Serial></SOA></Zone><Parent><PropagationDelay>PT1H</PropagationDelay><DS><TTL>PT1H</TTL>" \
	"</DS><SOA><TTL>PT1H</TTL><Minimum>PT1H</Minimum></SOA></Parent></Policy></KASP>"
#define KASP_SIGNATURES                                                                                          \
	"<Refresh>P3D</Refresh><Validity><Default>P14D</Default><Denial>P14D</Denial></Validity><Jitter>PT12H</" \
	"Jitter>"                                                                                                \
	"<InceptionOffset>PT1H</InceptionOffset></Signatures>"
#define KASP_KEYS_BEGIN "<Keys><TTL>PT1H</TTL><RetireSafety>PT1H</RetireSafety><PublishSafety>PT1H</PublishSafety>"
static const char kasp_text[] =
    KASP_BEGIN KASP_SIGNATURES "<Denial><NSEC/></Denial>" KASP_KEYS_BEGIN KASP_KEYS "</Keys>" KASP_END;

/* The text with the first @from as @to. */
static char *kasp_with(const char *from, const char *to)
{
	const char *at = strstr(kasp_text, from);
	struct buf b = { 0 };

	assert_non_null(at);
	buf_addf(&b, "%.*s%s%s", (int)(at - kasp_text), kasp_text, to, at + strlen(from));
	return b.p;
}

/* What an import of the text so changed would change in a database that has the text as it is; one line each. */
static char *kasp_import(const char *from, const char *to)
{
	struct arena a = { 0 };
	struct kasp file, stored;
	struct kasp_change *changes;
	struct err e = { 0 };
	struct buf b = { 0 };
	char *text = kasp_with(from, to);
	size_t n;

	assert_int_equal(kasp_parse(&stored, &a, "kasp.xml", kasp_text, strlen(kasp_text), &e), RC_OK);
	if (kasp_parse(&file, &a, "kasp.xml", text, strlen(text), &e) != RC_OK)
		fail_msg("%s", e.text);
	n = kasp_changes(&file, &stored, &a, &changes);
	buf_adds(&b, "");
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s %s: %s, not %s\n", changes[i].policy, changes[i].what,
		         changes[i].said != NULL ? changes[i].said : "gone",
		         changes[i].has != NULL ? changes[i].has : "none");
	free(text);
	arena_free(&a);
	return b.p != NULL ? b.p : xstrdup("");
}

/* As the enforcer of OpenDNSSEC 2.1.12 was seen to import them. */
static void what_an_import_would_change(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} rows[] = {
		{ "PT2H", "PT7200S", "" },
		{ "P14D", "\n  P0Y14DT0H  ", "" },
		{ "P60D", "P1M29D", "" },
		{ "P1Y", "P365D", "" },
		{ "<Description>x", "<!-- y --><Description>z", "" },
		{ "<Resign>PT2H", "<Resign>PT90M", "lab Signatures/Resign: PT90M, not PT2H\n" },
		{ "<Denial>P14D</Denial>", "<Denial>P14DT1S</Denial>",
		  "lab Signatures/Validity/Denial: PT1209601S, not P14D\n" },
		/* Not said, and then the same as what is filled in. */
		{ "PT1H</InceptionOffset>", "PT1H</InceptionOffset><MaxZoneTTL>P1D</MaxZoneTTL>", "" },
		{ "PT1H</InceptionOffset>", "PT1H</InceptionOffset><MaxZoneTTL>PT1H</MaxZoneTTL>",
		  "lab Signatures/MaxZoneTTL: PT1H, not P1D\n" },
		{ "P1Y</Lifetime><Repository>SoftHSM</Repository>",
		  "P1Y</Lifetime><Repository>SoftHSM</Repository><Standby>0</Standby><KskRollType>KskDoubleSignature"
		  "</KskRollType>",
		  "" },
		{ "<NSEC/>",
		  "<NSEC3><Resalt>P100D</Resalt><Hash><Algorithm>1</Algorithm><Iterations>5</Iterations>"
		  "<Salt length=\"8\"/></Hash></NSEC3>",
		  "lab Denial: NSEC3, not NSEC\n" },
		{ "unixtime", "keep", "lab Zone/SOA/Serial: keep, not unixtime\n" },
		{ "<KSK>", "<ShareKeys/><Purge>P14D</Purge><KSK>",
		  "lab Keys/ShareKeys: set, not not set\nlab Keys/Purge: P14D, not PT0S\n" },
		{ "P60D", "P90D", "lab Keys/ZSK/Lifetime: P90D, not P60D\n" },
		{ "P60D</Lifetime><Repository>SoftHSM</Repository>",
		  "P60D</Lifetime><Repository>other</Repository><ManualRollover/><ZskRollType>ZskDoubleSignature"
		  "</ZskRollType>",
		  "lab Keys/ZSK/ManualRollover: set, not not set\n"
		  "lab Keys/ZSK/RollType: ZskDoubleSignature, not ZskPrePublication\n"
		  "lab Keys/ZSK/Repository: other, not SoftHSM\n" },
		{ KASP_KEYS,
		  "<ZSK><Algorithm length=\"256\">13</Algorithm><Lifetime>P60D</Lifetime><Repository>SoftHSM"
		  "</Repository></ZSK>"
		  "<KSK><Algorithm length=\"256\">13</Algorithm><Lifetime>P1Y</Lifetime><Repository>SoftHSM"
		  "</Repository></KSK>",
		  "" },
		{ "<KSK>",
		  "<KSK><Algorithm length=\"2048\">8</Algorithm><Lifetime>P1Y</Lifetime><Repository>SoftHSM"
		  "</Repository></KSK><KSK>",
		  "lab Keys/KSK: there, not none\n" },
		{ KASP_KEYS, "", "lab Keys/KSK: gone, not there\nlab Keys/ZSK: gone, not there\n" },
		{ "\"lab\"", "\"new\"", "new : there, not none\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *says = kasp_import(rows[i].from, rows[i].to);

		assert_string_equal(says, rows[i].says);
		free(says);
	}
}

/* What the file does not say is left by an import as it is in the database, or put back to what is filled in. */
static void what_an_import_leaves(void **state)
{
	struct arena a = { 0 };
	struct kasp file, stored;
	struct kasp_change *changes;
	struct err e = { 0 };
	char *text = kasp_with("</Denial></Validity>", "</Denial><Keyset>P7D</Keyset></Validity>");

	(void)state;
	assert_int_equal(kasp_parse(&stored, &a, "kasp.xml", text, strlen(text), &e), RC_OK);
	assert_int_equal(kasp_parse(&file, &a, "kasp.xml", kasp_text, strlen(kasp_text), &e), RC_OK);
	assert_int_equal(kasp_changes(&file, &stored, &a, &changes), 0);
	free(text);
	text = kasp_with("<NSEC/>", "<NSEC3><TTL>PT1M</TTL><OptOut/><Resalt>P1D</Resalt><Hash><Algorithm>1</Algorithm>"
	                            "<Iterations>5</Iterations><Salt length=\"8\"/></Hash></NSEC3>");
	assert_int_equal(kasp_parse(&stored, &a, "kasp.xml", text, strlen(text), &e), RC_OK);
	assert_int_equal(kasp_changes(&file, &stored, &a, &changes), 1);
	assert_string_equal(changes[0].what, "Denial");
	stored.policies[0].values[8] = 0; /* NSEC now, and what NSEC3 had is put back */
	assert_int_equal(kasp_changes(&file, &stored, &a, &changes), 2);
	assert_string_equal(changes[0].what, "Denial/NSEC3/OptOut");
	assert_string_equal(changes[1].what, "Denial/NSEC3/TTL");
	/* Nor does it take a policy out. */
	assert_int_equal(kasp_parse(&file, &a, "kasp.xml", "<KASP/>", 7, &e), RC_OK);
	assert_int_equal(kasp_changes(&file, &stored, &a, &changes), 0);
	free(text);
	arena_free(&a);
}

static void bad_policies(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} bad[] = {
		{ "<Resign>PT2H</Resign>", "", "kasp.xml: line 1: a Policy without Signatures/Resign" },
		{ "<Resign>PT2H", "<Resign>soon", "Signatures/Resign is of no use" },
		{ "<NSEC/>", "", "Denial is of no use" },
		{ "unixtime", "random", "Zone/SOA/Serial is of no use" },
		{ "length=\"256\"", "length=\"long\"", "Algorithm@length is of no use" },
		{ "<Repository>SoftHSM</Repository>", "", "a KSK without Repository" },
		{ "</Repository></KSK>", "</Repository><KskRollType>ZskPrePublication</KskRollType></KSK>",
		  "KskRollType is of no use" },
		{ " name=\"lab\"", "", "a Policy without a name" },
		{ "</Policy></KASP>", "</Policy>", "kasp.xml: line 1" },
		{ "<KASP>", "<Policies>", "kasp.xml: line 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena a = { 0 };
		struct kasp k;
		struct err e = { 0 };
		char *text = kasp_with(bad[i].from, bad[i].to);

		assert_int_equal(kasp_parse(&k, &a, "kasp.xml", text, strlen(text), &e), RC_PARSE);
		if (strstr(e.text, bad[i].says) == NULL)
			fail_msg("%s", e.text);
		free(text);
		arena_free(&a);
	}
}

static void signconf_during_a_roll(void **state)
{
	struct arena a = { 0 };
	struct buf b = fixture("snap2/signconf/example.com.xml");
	struct signconf s;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(signconf_parse(&s, &a, "example.com.xml", b.p, b.len, &e), RC_OK);
	assert_string_equal(s.zone, "example.com");
	assert_int_equal(s.resign, 60);
	assert_int_equal(s.refresh, 600);
	assert_int_equal(s.validity, 1800);
	assert_int_equal(s.inception_offset, 300);
	assert_true(s.nsec3);
	assert_string_equal(s.serial, "counter");
	assert_int_equal(s.key_count, 3);
	assert_string_equal(s.keys[0].locator, "38dec3a0e667b8d0049e75e9827a0e9f");
	assert_true(s.keys[0].ksk && !s.keys[0].zsk && s.keys[0].publish);
	assert_true(!s.keys[2].ksk && !s.keys[2].zsk && s.keys[2].publish);
	assert_int_equal(s.keys[2].flags, 256);
	assert_int_equal(signconf_parse(&s, &a, "x.xml", b.p, b.len / 2, &e), RC_PARSE);
	assert_non_null(strstr(e.text, "x.xml: line "));
	assert_int_equal(signconf_parse(&s, &a, "x.xml", "<SignerConfiguration/>", 22, &e), RC_PARSE);
	buf_free(&b);
	arena_free(&a);
}

static void backup2_head_and_trailer(void **state)
{
	struct arena a = { 0 };
	struct buf f = fixture("snap2/signer/example.com.backup2");
	struct backup2 b;
	struct err e = { 0 };
	const char *head_end = strstr(f.p, "\n;;\n");
	size_t head = (size_t)(head_end - f.p) + 4;

	(void)state;
	assert_int_equal(backup2_parse(&b, &a, "f", f.p, f.len, &e), RC_OK);
	assert_true(b.complete);
	assert_string_equal(b.zone, "example.com");
	assert_int_equal(b.next_resign, 1795488172);
	assert_int_equal(b.inbound, 100);
	assert_int_equal(b.internal, 2002);
	assert_int_equal(b.outbound, 2002);
	assert_int_equal(b.lastmod, 1795488112);
	assert_string_equal(b.serial_mode, "counter");
	assert_int_equal(b.key_count, 3);
	assert_string_equal(b.keys[2].locator, "b5ac0182a01fd9d09e879467657f433d");
	assert_int_equal(b.keys[2].key_tag, 63875);
	assert_true(b.keys[0].ksk && !b.keys[0].zsk && b.keys[0].flags == 257);

	/* Cut anywhere within the head: refused. Behind it: read, but not complete. */
	for (size_t len = 0; len < head - 2; len++)
		assert_int_equal(backup2_parse(&b, &a, "f", f.p, len, &e), RC_PARSE);
	for (size_t len = head; len < f.len; len++) {
		assert_int_equal(backup2_parse(&b, &a, "f", f.p, len, &e), RC_OK);
		assert_false(b.complete);
	}
	/* A damaged file is not made whole by what a C string does not show. */
	buf_add(&f, "\0", 1);
	assert_int_equal(backup2_parse(&b, &a, "f", f.p, f.len, &e), RC_PARSE);
	buf_free(&f);
	arena_free(&a);
}

static void bad_backup2(void **state)
{
#define HEAD ";OpenDNSSEC-backup-v3\n;;Time: 1\n"
#define CONF ";;Signconf: lastmod 1 serial keep\n"
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "line 1" },
		{ ";OpenDNSSEC-backup-v2\n", "line 1" },
		{ ";OpenDNSSEC-backup-v3\n;;Time: x\n", "line 2" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1\n" CONF ";;\n", "line 3" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound 4294967296\n" CONF ";;\n", "line 3" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound -1\n" CONF ";;\n", "line 3" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound 1\n;;\n", "line 4" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound 1\n" CONF ";;Key: algorithm 13\n;;\n",
		  "line 5" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound 1\n" CONF "a. IN SOA\n;;\n", "line 5" },
		{ HEAD ";;Zone: name a class 1 inbound 1 internal 1 outbound 1\n" CONF, "ends within its head" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct backup2 b;
		struct err e = { 0 };

		assert_int_equal(backup2_parse(&b, &a, "f", bad[i].text, strlen(bad[i].text), &e), RC_PARSE);
		assert_non_null(strstr(e.text, bad[i].says));
		assert_int_equal(b.key_count, 0);
	}
	arena_free(&a);
}

static void keys_of_the_enforcer(void **state)
{
	static const char verbose[] = "example.com;KSK;publish;2026-11-24 02:39:39;256;13;38de;SoftHSM;23760\n"
	                              "example.com;ZSK;ready;waiting for ds-seen;256;13;9534;SoftHSM;52697\n";
	static const char states[] =
	    "example.com;KSK;hidden;rumoured;rumoured;NA;1;1;38de\n"
	    "example.com;ZSK;NA;rumoured;NA;omnipresent;1;0;9534\nnew.org;ZSK;NA;NA;NA;NA;0;0;ffff\n";
	struct arena a = { 0 };
	struct cli_keys k;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(cli_key_list(&k, &a, verbose, states, &e), RC_OK);
	assert_int_equal(k.count, 2);
	assert_string_equal(k.keys[0].zone, "example.com");
	assert_int_equal(k.keys[0].role, 1);
	assert_string_equal(k.keys[0].state, "publish");
	assert_int_equal(k.keys[0].key_tag, 23760);
	assert_true(k.keys[0].has_states && k.keys[0].active && k.keys[0].publish);
	assert_int_equal(k.keys[0].ds, STATE_HIDDEN);
	assert_int_equal(k.keys[1].rrsig, STATE_OMNIPRESENT);
	assert_false(k.keys[1].active);
	assert_string_equal(k.keys[1].next, "waiting for ds-seen");
	assert_int_equal(cli_key_list(&k, &a, "", NULL, &e), RC_OK);
	assert_int_equal(k.count, 0);
	assert_int_equal(cli_key_list(&k, &a, "Keys:\n", NULL, &e), RC_PARSE);
	assert_int_equal(cli_key_list(&k, &a, "a;KSK;b;c;256;13;38de;S;1;extra\n", NULL, &e), RC_PARSE);
	assert_int_equal(cli_key_list(&k, &a, "a;XSK;b;c;256;13;38de;S;1\n", NULL, &e), RC_PARSE);
	assert_int_equal(cli_key_list(&k, &a, "a;KSK;b;c;256;13;38de;S;70000\n", NULL, &e), RC_PARSE);
	assert_int_equal(cli_key_list(&k, &a, verbose, "example.com;KSK;gone;NA;NA;NA;1;1;38de\n", &e), RC_PARSE);
	arena_free(&a);
}

static void backups_split_from_the_right(void **state)
{
	static const char text[] = "Locator:                         Repository:      Backup state:\n"
	                           "38dec3a0e667b8d0049e75e9827a0e9f SoftHSM          Required        \n"
	                           "95342315a6b947002e80e0226a9e3d99 My Required HSM  Not Required    \n"
	                           "b5ac0182a01fd9d09e879467657f433d A repository of a long name Done            \n";
	struct arena a = { 0 };
	struct cli_backups b;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(cli_backup_list(&b, &a, text, &e), RC_OK);
	assert_int_equal(b.count, 3);
	assert_int_equal(b.rows[0].state, 1);
	assert_string_equal(b.rows[0].repository, "SoftHSM");
	assert_int_equal(b.rows[1].state, 0);
	assert_string_equal(b.rows[1].repository, "My Required HSM");
	assert_int_equal(b.rows[2].state, 3);
	assert_string_equal(b.rows[2].repository, "A repository of a long name");
	assert_int_equal(cli_backup_list(&b, &a, "38de SoftHSM Somewhere\n", &e), RC_PARSE);
	assert_int_equal(cli_backup_list(&b, &a, "Done\n", &e), RC_PARSE);
	arena_free(&a);
}

static void queues(void **state)
{
	struct cli_queue q;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(cli_queue(&q,
	                           "All worker threads idle.\nThere are 2 tasks scheduled.\n"
	                           "It is now Tue Nov 24 02:39:25 2026 (1795487965 seconds since epoch)\n"
	                           "Next task scheduled Tue Nov 24 02:39:39 2026 (1795487979 seconds since epoch)\n"
	                           "On Tue Nov 24 02:39:39 2026 I will enforce zone example.com\n",
	                           &e),
	                 RC_OK);
	assert_true(q.idle && !q.immediately);
	assert_int_equal(q.tasks, 2);
	assert_int_equal(q.now, 1795487965);
	assert_int_equal(q.next, 1795487979);
	assert_int_equal(
	    cli_queue(&q, "There is 1 task scheduled.\nIt is now x\nNext task scheduled immediately\n", &e), RC_OK);
	assert_true(!q.idle && q.immediately && q.tasks == 1);
	assert_int_equal(
	    cli_queue(&q, "It is now Tue Nov 24\n\nThere are 12 tasks scheduled.\nOn x I will [sign] zone a\n", &e),
	    RC_OK);
	assert_int_equal(q.tasks, 12);
	assert_int_equal(cli_queue(&q, "Engine running.\n", &e), RC_PARSE);
	assert_int_equal(cli_queue(&q, "", &e), RC_PARSE);
}

static void zones_of_the_signer(void **state)
{
	struct arena a = { 0 };
	struct cli_names z;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(cli_signer_zones(&z, &a, "There are 2 zones configured\n- a.org\n- 0/25.arpa\n", &e), RC_OK);
	assert_int_equal(z.count, 2);
	assert_string_equal(z.names[1], "0/25.arpa");
	assert_int_equal(cli_signer_zones(&z, &a, "There are 0 zones configured\n", &e), RC_OK);
	assert_int_equal(z.count, 0);
	assert_int_equal(cli_signer_zones(&z, &a, "There are 2 zones configured\n- a.org\n", &e), RC_PARSE);
	assert_int_equal(cli_signer_zones(&z, &a, "", &e), RC_PARSE);
	arena_free(&a);
}

static void keys_of_the_hsm(void **state)
{
	static const char text[] = "\nListing keys in all repositories.\n2 keys found.\n\n"
	                           "Repository            ID                                Type      \n"
	                           "----------            --                                ----      \n"
	                           "SoftHSM               38DEC3A0E667B8D0049E75E9827A0E9F  ECDSA/256 \n"
	                           "Soft HSM two          95342315a6b947002e80e0226a9e3d99  RSA/2048  \n";
	struct arena a = { 0 };
	struct cli_names ids;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(cli_hsm_list(&ids, &a, text, NULL, &e), RC_OK);
	assert_int_equal(ids.count, 2);
	assert_string_equal(ids.names[0], "38dec3a0e667b8d0049e75e9827a0e9f");
	assert_int_equal(cli_hsm_list(&ids, &a, text, "Soft HSM two", &e), RC_OK);
	assert_int_equal(ids.count, 1);
	assert_int_equal(cli_hsm_list(&ids, &a, "hsm_get_slot_id(): could not find token\n", NULL, &e), RC_PARSE);
	assert_int_equal(cli_hsm_list(&ids, &a, "---------- --\nbroken\n", NULL, &e), RC_PARSE);
	arena_free(&a);
}

static void versions(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(cli_version(&a, "opendnssec version 2.1.12\nWritten by"), "2.1.12");
	assert_string_equal(cli_version(&a, "1:2.1.12-2"), "2.1.12");
	assert_string_equal(cli_version(&a, "2.6.1-2.1"), "2.6.1");
	assert_string_equal(cli_version(&a, "v 2.1.13."), "2.1.13");
	assert_null(cli_version(&a, "command not found"));
	assert_null(cli_version(&a, ""));
	arena_free(&a);
}

/* Each row is what the daemon printed for these states, or follows from its table. */
static void words_of_key_states(void **state)
{
	static const struct {
		struct keystate k;
		const char *word;
	} rows[] = {
		{ { 1, STATE_HIDDEN, STATE_RUMOURED, STATE_NA, true, 0 }, "publish" },
		{ { 1, STATE_HIDDEN, STATE_HIDDEN, STATE_NA, true, 0 }, "generate" },
		{ { 1, STATE_RUMOURED, STATE_OMNIPRESENT, STATE_NA, true, 2 }, "ready" },
		{ { 1, STATE_RUMOURED, STATE_OMNIPRESENT, STATE_NA, true, 3 }, "active" },
		{ { 1, STATE_OMNIPRESENT, STATE_OMNIPRESENT, STATE_NA, false, 3 }, "active" },
		{ { 1, STATE_UNRETENTIVE, STATE_OMNIPRESENT, STATE_NA, false, 4 }, "retire" },
		{ { 1, STATE_HIDDEN, STATE_HIDDEN, STATE_NA, false, 0 }, "retire" },
		{ { 2, STATE_NA, STATE_RUMOURED, STATE_RUMOURED, true, 0 }, "ready" },
		{ { 2, STATE_NA, STATE_RUMOURED, STATE_HIDDEN, true, 0 }, "publish" },
		{ { 2, STATE_NA, STATE_OMNIPRESENT, STATE_OMNIPRESENT, true, 0 }, "active" },
		{ { 2, STATE_NA, STATE_OMNIPRESENT, STATE_UNRETENTIVE, false, 0 }, "retire" },
		{ { 2, STATE_NA, STATE_HIDDEN, STATE_OMNIPRESENT, false, 0 }, "ready" },
		{ { 2, STATE_NA, STATE_UNRETENTIVE, STATE_NA, true, 0 }, "unknown" },
		{ { 3, STATE_HIDDEN, STATE_RUMOURED, STATE_RUMOURED, true, 0 }, "mixed" },
		{ { 3, STATE_OMNIPRESENT, STATE_OMNIPRESENT, STATE_OMNIPRESENT, true, 3 }, "active" },
		{ { 9, STATE_OMNIPRESENT, STATE_OMNIPRESENT, STATE_OMNIPRESENT, true, 3 }, "unknown" },
	};
	int s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(keystate_word(&rows[i].k), rows[i].word);
	assert_true(record_state_parse("unretentive", &s) && s == STATE_UNRETENTIVE);
	assert_true(record_state_parse("NA", &s) && s == STATE_NA);
	assert_false(record_state_parse("dead", &s));
	assert_string_equal(record_state_name(STATE_RUMOURED), "rumoured");
	assert_string_equal(record_state_name(7), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conf_by_meaning),
		cmocka_unit_test(conf_of_debian),
		cmocka_unit_test(conf_drops_secrets),
		cmocka_unit_test(bad_conf_is_named_by_line),
		cmocka_unit_test(zones_of_both_forms),
		cmocka_unit_test(bad_zone_lists),
		cmocka_unit_test(what_an_import_would_change),
		cmocka_unit_test(what_an_import_leaves),
		cmocka_unit_test(bad_policies),
		cmocka_unit_test(signconf_during_a_roll),
		cmocka_unit_test(backup2_head_and_trailer),
		cmocka_unit_test(bad_backup2),
		cmocka_unit_test(keys_of_the_enforcer),
		cmocka_unit_test(backups_split_from_the_right),
		cmocka_unit_test(queues),
		cmocka_unit_test(zones_of_the_signer),
		cmocka_unit_test(keys_of_the_hsm),
		cmocka_unit_test(versions),
		cmocka_unit_test(words_of_key_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
