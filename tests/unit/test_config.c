#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "core/base/mem.h"
#include "core/pair/config.h"
#include "core/pair/config_check.h"

#define RNG SOURCE_DIR "/core/pair/failover.rng"
#define ALPHA "<Instance name='alpha' role='active'><Host>192.0.2.10</Host></Instance>\n"
#define BRAVO "<Instance name='bravo' role='standby'><Host>192.0.2.20</Host></Instance>\n"
#define PAIR(body) "<Failover>\n<Pair name='main'>\n" body "</Pair>\n</Failover>\n"
#define IN_ALPHA(body) \
	PAIR("<Instance name='alpha' role='active'>\n<Host>192.0.2.10</Host>\n" body "</Instance>\n" BRAVO)

static char file[] = "/tmp/odsf-config-XXXXXX";

static void put(const char *text)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void make_empty(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
}

struct bad {
	const char *text;
	int line;             /* that the sentence names; 0: none */
	const char *sentence; /* a part of it */
	const char *allowed;  /* a part of the hint */
	bool beyond_schema;   /* RELAX NG cannot say this */
};

/* clang-format off */
static const struct bad bads[] = {
	{ "", 1, "not well-formed", "", false },
	{ "nonsense", 1, "not well-formed", "", false },
	{ "<Failover>\n<Pair name='main'>\n</Failover>", 3, "not well-formed", "", false },
	{ "<Configuration/>", 1, "outermost element is \"Configuration\"", "Failover", false },
	{ "<Failover/>", 1, "Failover lacks Pair", "Pair", false },
	{ "<Failover xmlns='urn:x'><Pair name='a'/></Failover>", 1, "outermost", "Failover", false },
	{ PAIR(ALPHA BRAVO "<Colour>red</Colour>\n"), 5, "unknown element Colour in Pair", "Instance, Mode, NameServer, Parent",
	  false },
	{ IN_ALPHA("<Hots>x</Hots>\n"), 5, "unknown element Hots in Instance",
	  "Host, Port, User, IdentityFile, Certificate, KnownHosts, Configuration", false },
	{ IN_ALPHA("<x:Port xmlns:x='urn:x'>22</x:Port>\n"), 5, "foreign namespace", "Host, Port", false },
	{ IN_ALPHA("<Port><b>22</b></Port>\n"), 5, "unknown element b in Port", "1 to 65535", false },
	{ IN_ALPHA("<Port>0</Port>\n"), 5, "Port may not be \"0\"", "1 to 65535", false },
	{ IN_ALPHA("<Port>65536</Port>\n"), 5, "Port may not be \"65536\"", "1 to 65535", false },
	{ IN_ALPHA("<Port>ssh</Port>\n"), 5, "Port may not be \"ssh\"", "1 to 65535", false },
	{ IN_ALPHA("<Port>22</Port>\n<Port>23</Port>\n"), 6, "second Port in Instance", "SSH", false },
	{ IN_ALPHA("<User>-oProxyCommand=x</User>\n"), 5, "User may not be", "login name", false },
	{ IN_ALPHA("<User>a b</User>\n"), 5, "User may not be", "login name", false },
	{ IN_ALPHA("<IdentityFile>id_ed25519</IdentityFile>\n"), 5, "IdentityFile may not be", "/ or ~/", false },
	{ IN_ALPHA("<KnownHosts>~root/known_hosts</KnownHosts>\n"), 5, "KnownHosts may not be", "/ or ~/", false },
	{ IN_ALPHA("<Certificate></Certificate>\n"), 5, "Certificate is empty", "/ or ~/", false },
	{ IN_ALPHA("<Configuration>conf.xml</Configuration>\n"), 5, "Configuration may not be", "begins with /", false },
	{ IN_ALPHA("stray\n"), 5, "text \"stray\" in Instance", "Host, Port", false },
	{ PAIR("<Instance name='alpha' role='active'></Instance>\n" BRAVO), 3, "Instance lacks Host", "Host", false },
	{ PAIR("<Instance name='alpha' role='active'><Host>-h</Host></Instance>\n" BRAVO), 3, "Host may not be", "host name",
	  false },
	{ PAIR("<Instance name='alpha' role='active'><Host>oper@h</Host></Instance>\n" BRAVO), 3, "Host may not be \"oper@h\"",
	  "host name", false },
	{ PAIR("<Instance name='alpha' role='main'><Host>h</Host></Instance>\n" BRAVO), 3,
	  "attribute role of Instance may not be \"main\"", "active, standby", false },
	{ PAIR("<Instance name='alpha'><Host>h</Host></Instance>\n" BRAVO), 3, "Instance lacks its attribute role",
	  "active, standby", false },
	{ PAIR("<Instance name='a b' role='active'><Host>h</Host></Instance>\n" BRAVO), 3, "attribute name of Instance",
	  "letters", false },
	{ PAIR("<Instance name='public' role='active'><Host>h</Host></Instance>\n" BRAVO), 3, "attribute name of Instance",
	  "not policy", true },
	{ PAIR("<Instance name='alpha' role='active' colour='red'><Host>h</Host></Instance>\n" BRAVO), 3,
	  "unknown attribute colour of Instance", "name, role", false },
	{ PAIR(ALPHA BRAVO "<Mode kind='x'>cold</Mode>\n"), 5, "unknown attribute kind of Mode", "no attributes", false },
	{ PAIR(ALPHA), 2, "Pair has 1 Instance, needs 2", "Instance", false },
	{ PAIR(ALPHA BRAVO "<Instance name='c' role='standby'><Host>h</Host></Instance>\n"), 5, "too many Instance", "",
	  false },
	{ PAIR(ALPHA "<Instance name='bravo' role='active'><Host>h</Host></Instance>\n"), 4, "both instances of pair main are active",
	  "one with role=\"active\", one with role=\"standby\"", true },
	{ PAIR("<Instance name='alpha' role='standby'><Host>g</Host></Instance>\n" BRAVO), 4, "are standby", "role", true },
	{ PAIR(ALPHA "<Instance name='alpha' role='standby'><Host>h</Host></Instance>\n"), 4, "the same name", "own", true },
	{ PAIR(ALPHA "<Instance name='bravo' role='standby'><Host>192.0.2.10</Host><Port>22</Port></Instance>\n"), 4,
	  "the same host", "Port", true },
	{ PAIR(ALPHA BRAVO "<Mode>hot</Mode>\n"), 5, "Mode may not be \"hot\"", "cold, warm, dual", false },
	{ PAIR(ALPHA BRAVO "<NameServer>ns1.example.org</NameServer>\n"), 5, "NameServer may not be", "[address]:port", false },
	{ PAIR(ALPHA BRAVO "<NameServer>192.0.2.300</NameServer>\n"), 5, "NameServer may not be", "[address]:port", true },
	{ PAIR(ALPHA BRAVO "<NameServer>[192.0.2.53]:0</NameServer>\n"), 5, "NameServer may not be", "[address]:port", true },
	{ PAIR(ALPHA BRAVO "<NameServer>[192.0.2.53</NameServer>\n"), 5, "NameServer may not be", "[address]:port", false },
	{ PAIR(ALPHA BRAVO "<Parent>192.0.2.1</Parent>\n"), 5, "Parent lacks its attribute zone", "zone", false },
	{ PAIR(ALPHA BRAVO "<Parent zone='a..b'>192.0.2.1</Parent>\n"), 5, "attribute zone of Parent", "zone", true },
	{ PAIR(ALPHA BRAVO "<FailoverTime>30m</FailoverTime>\n"), 5, "FailoverTime may not be \"30m\"", "PT30M", false },
	{ PAIR(ALPHA BRAVO "<Margin>PT</Margin>\n"), 5, "Margin may not be \"PT\"", "PT30M", true },
	{ PAIR(ALPHA BRAVO "<Margin>-PT1H</Margin>\n"), 5, "Margin may not be", "PT30M", false },
	{ PAIR(ALPHA BRAVO "<Margin>PT1H</Margin>\n<Margin>PT1H</Margin>\n"), 6, "second Margin in Pair", "", false },
	{ PAIR(ALPHA BRAVO "<Publish/>\n"), 5, "Publish lacks Command", "shell command", false },
	{ PAIR(ALPHA BRAVO "<Publish><Command> </Command></Publish>\n"), 5, "Command is empty", "shell command", false },
	{ "<Failover><Pair name='m'>" ALPHA BRAVO "</Pair><Pair name='m'>" ALPHA BRAVO "</Pair></Failover>", 3,
	  "two pairs have the same name", "-p", true },
	{ "<!DOCTYPE Failover [<!ENTITY x SYSTEM '/etc/passwd'>]>\n" PAIR(ALPHA BRAVO "<Mode>&x;</Mode>\n"), 1,
	  "document type", "DOCTYPE", true },
};
/* clang-format on */

static void ignore(void *ctx, xmlErrorPtr error)
{
	(void)ctx;
	(void)error;
}

static bool schema_accepts(const char *text)
{
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt(RNG);
	xmlRelaxNG *schema = xmlRelaxNGParse(parser);
	xmlRelaxNGValidCtxt *valid = xmlRelaxNGNewValidCtxt(schema);
	bool ok;

	assert_non_null(valid);
	xmlRelaxNGSetValidStructuredErrors(valid, ignore, NULL);
	ok = doc != NULL && xmlRelaxNGValidateDoc(valid, doc) == 0;
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(parser);
	xmlFreeDoc(doc);
	return ok;
}

static void each_bad_file_is_refused_with_line_and_what_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
		struct config *config = NULL;
		struct err e = { 0 };
		char *place = xasprintf("%s:%d: ", file, bads[i].line);

		put(bads[i].text);
		if (config_load(&config, file, RNG, &e) != RC_CONFIG || strncmp(e.text, place, strlen(place)) != 0 ||
		    strstr(e.text, bads[i].sentence) == NULL || strstr(e.hint, bads[i].allowed) == NULL)
			fail_msg("%s\ngave \"%s\" (%s)\nand not \"%s%s\" (%s)", bads[i].text, e.text, e.hint, place,
			         bads[i].sentence, bads[i].allowed);
		assert_null(config);
		free(place);
	}
}

/* The schema is what other tools validate with: it may not accept what we refuse, where it can say so. */
static void schema_and_table_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
		if (schema_accepts(bads[i].text) != bads[i].beyond_schema && bads[i].text[1] != '!')
			fail_msg("the schema %s\n%s", bads[i].beyond_schema ? "refuses" : "accepts", bads[i].text);
}

static void reads_what_the_manual_shows(void **state)
{
	struct config *config;
	const struct pair_config *p;
	struct err e = { 0 };

	(void)state;
	put("<?xml version='1.0'?>\n<Failover><Pair name='main'><Margin>PT2H</Margin>\n"
	    "<Instance role='standby' name='bravo'><Host> bravo.example.org </Host><Port>2222</Port><User>oper</User>"
	    "<IdentityFile>~/.ssh/id</IdentityFile><Certificate>/etc/c</Certificate><KnownHosts>~/k</KnownHosts>"
	    "<Configuration>/opt/conf.xml</Configuration></Instance>" ALPHA
	    "<Mode>warm</Mode><NameServer>192.0.2.53</NameServer><NameServer>[2001:db8::53]:5353</NameServer>"
	    "<NameServer>2001:db8::54</NameServer><Parent zone='example.org.'>192.0.2.1</Parent><!-- c -->"
	    "<Publish><Command>nsd-control reload &amp;&amp; "
	    "true</Command><Command>b</Command></Publish></Pair></Failover>");
	assert_int_equal(setenv("HOME", "/home/oper", 1), 0);
	assert_int_equal(config_load(&config, file, RNG, &e), RC_OK);
	assert_int_equal(config->pair_count, 1);
	assert_int_equal(config_pair(config, NULL, &p, &e), RC_OK);
	assert_string_equal(p->instance[0].name, "bravo");
	assert_int_equal(p->instance[0].role, ROLE_STANDBY);
	assert_string_equal(p->instance[0].host, "bravo.example.org");
	assert_int_equal(p->instance[0].port, 2222);
	assert_string_equal(p->instance[0].user, "oper");
	assert_string_equal(p->instance[0].identity, "/home/oper/.ssh/id");
	assert_string_equal(p->instance[0].certificate, "/etc/c");
	assert_string_equal(p->instance[0].known_hosts, "/home/oper/k");
	assert_string_equal(p->instance[0].configuration, "/opt/conf.xml");
	assert_string_equal(p->instance[1].name, "alpha");
	assert_int_equal(p->instance[1].role, ROLE_ACTIVE);
	assert_int_equal(p->instance[1].port, 0);
	assert_null(p->instance[1].user);
	assert_null(p->instance[1].identity);
	assert_string_equal(p->instance[1].configuration, "/etc/opendnssec/conf.xml");
	assert_int_equal(p->mode, MODE_WARM);
	assert_int_equal(p->name_server_count, 3);
	assert_string_equal(p->name_servers[1], "[2001:db8::53]:5353");
	assert_int_equal(p->parent_count, 1);
	assert_string_equal(p->parents[0].zone, "example.org");
	assert_int_equal(p->failover_time, 1800);
	assert_int_equal(p->margin, 7200);
	assert_int_equal(p->publish_count, 2);
	assert_string_equal(p->publish[0], "nsd-control reload && true");
	config_free(&config);
	assert_null(config);
}

static void several_pairs_need_a_choice(void **state)
{
	struct config *config;
	const struct pair_config *p;
	struct err e = { 0 };

	(void)state;
	put("<Failover><Pair name='one'>" ALPHA BRAVO "</Pair><Pair name='two'>" ALPHA BRAVO "</Pair></Failover>");
	assert_int_equal(config_load(&config, file, RNG, &e), RC_OK);
	assert_int_equal(config_pair(config, NULL, &p, &e), RC_USAGE);
	assert_non_null(strstr(e.text, "one, two"));
	assert_int_equal(config_pair(config, "three", &p, &e), RC_USAGE);
	assert_non_null(strstr(e.hint, "one, two"));
	assert_int_equal(config_pair(config, "two", &p, &e), RC_OK);
	assert_string_equal(p->name, "two");
	config_free(&config);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	struct config *config;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(config_load(&config, "/nonexistent/failover.xml", RNG, &e), RC_CONFIG);
	assert_string_equal(e.text, "/nonexistent/failover.xml: No such file or directory");
	assert_int_equal(config_load(&config, "/tmp", RNG, &e), RC_CONFIG);
	assert_string_equal(e.text, "/tmp: Is a directory");
	assert_int_equal(config_load(&config, "/dev/zero", RNG, &e), RC_CONFIG);
	assert_non_null(strstr(e.text, "larger than 1 MiB"));
	put(PAIR(ALPHA BRAVO));
	assert_int_equal(config_load(&config, file, "/nonexistent.rng", &e), RC_SYSTEM);
	assert_non_null(strstr(e.text, "/nonexistent.rng"));
}

static void found_by_option_environment_home_and_system(void **state)
{
	char dir[] = "/tmp/odsf-home-XXXXXX", *path, *own, *sub;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("ODS_FAILOVER_CONFIG", "/from/environment", 1), 0);
	assert_int_equal(config_find(&path, "/from/option", &e), RC_OK);
	assert_string_equal(path, "/from/option");
	free(path);
	assert_int_equal(config_find(&path, NULL, &e), RC_OK);
	assert_string_equal(path, "/from/environment");
	free(path);
	assert_int_equal(unsetenv("ODS_FAILOVER_CONFIG"), 0);
	assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
	sub = xasprintf("%s/ods-failover", dir);
	own = xasprintf("%s/failover.xml", sub);
	if (access("/etc/opendnssec/failover.xml", F_OK) != 0) {
		assert_int_equal(config_find(&path, NULL, &e), RC_CONFIG);
		assert_non_null(strstr(e.text, own));
		assert_non_null(strstr(e.text, "/etc/opendnssec/failover.xml"));
	}
	assert_int_equal(mkdir(sub, 0700), 0);
	make_empty(own);
	assert_int_equal(config_find(&path, NULL, &e), RC_OK);
	assert_string_equal(path, own);
	free(path);
	assert_int_equal(unlink(own), 0);
	assert_int_equal(rmdir(sub), 0);
	assert_int_equal(rmdir(dir), 0);
	free(own);
	free(sub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bad_file_is_refused_with_line_and_what_is_allowed),
		cmocka_unit_test(schema_and_table_agree),
		cmocka_unit_test(reads_what_the_manual_shows),
		cmocka_unit_test(several_pairs_need_a_choice),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
		cmocka_unit_test(found_by_option_environment_home_and_system),
	};
	int fd = mkstemp(file), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	xmlCleanupParser();
	return failed;
}
