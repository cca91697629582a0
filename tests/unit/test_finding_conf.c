/* Walks the table by which the two conf.xml are compared: each row, with a difference made in what a real standby
 * answered, is found or not as its class says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/pair/finding_conf.h"
#include "tests/support/make_observed.h"

enum { A = OBSERVED_ALPHA, B = OBSERVED_BRAVO };

#define MODULE "<Module>/usr/lib/softhsm/libsofthsm2.so</Module>"
#define STORE "<Datastore><SQLite>/var/lib/opendnssec/db/kasp.db</SQLite></Datastore>"
#define MYSQL "<Datastore><MySQL><Host>h</Host><Database>d</Database><Username>u</Username></MySQL></Datastore>"
#define USER "<Privileges><User>opendnssec</User><Group>opendnssec</Group></Privileges>"
#define LISTENER "<Listener><Interface><Address>192.0.2.10</Address></Interface></Listener>"
#define OTHER_LISTENER "<Listener><Interface><Address>192.0.2.20</Address></Interface></Listener>"
#define NOTIFY "<NotifyCommand>/usr/local/sbin/zone-signed %zone</NotifyCommand>"
#define PERIOD "<AutomaticKeyGenerationPeriod>P90D</AutomaticKeyGenerationPeriod>"
#define THREADS "<WorkerThreads>4</WorkerThreads>"

/* A difference in each element: on bravo @from becomes @to, on alpha, where it says so, @from_there @to_there. */
static const struct {
	const char *element, *from, *to, *from_there, *to_there;
} samples[] = {
	{ "RepositoryList/Repository", "name=\"SoftHSM\"", "name=\"Other\"", NULL, NULL },
	{ "RepositoryList/Repository/Module", MODULE, "<Module>/opt/hsm.so</Module>", NULL, NULL },
	{ "RepositoryList/Repository/TokenLabel", "<TokenLabel>OpenDNSSEC<", "<TokenLabel>Other<", NULL, NULL },
	{ "RepositoryList/Repository/PIN", "<PIN></PIN>", "<PIN>1234</PIN>", NULL, NULL },
	{ "RepositoryList/Repository/RequireBackup", "<RequireBackup/>", "", NULL, NULL },
	{ "RepositoryList/Repository/SkipPublicKey", "<SkipPublicKey/>", "", NULL, NULL },
	{ "RepositoryList/Repository/AllowExtraction", "<SkipPublicKey/>", "<SkipPublicKey/><AllowExtraction/>", NULL,
	  NULL },
	{ "Common/Logging", "<Verbosity>3", "<Verbosity>5", NULL, NULL },
	{ "Common/PolicyFile", "<PolicyFile>/etc", "<PolicyFile>/srv", NULL, NULL },
	{ "Common/ZoneListFile", "<ZoneListFile>/etc", "<ZoneListFile>/srv", NULL, NULL },
	{ "Enforcer/Privileges/User", "<User>opendnssec</User>", "<User>ods</User>", NULL, NULL },
	{ "Enforcer/Privileges/Group", "<Group>opendnssec</Group>", "<Group>ods</Group>", NULL, NULL },
	{ "Enforcer/Datastore", STORE, MYSQL, NULL, NULL },
	{ "Enforcer/Datastore/SQLite", "<SQLite>/var/lib", "<SQLite>/srv/lib", NULL, NULL },
	{ "Enforcer/ManualKeyGeneration", PERIOD, "<ManualKeyGeneration/>" PERIOD, NULL, NULL },
	{ "Enforcer/AutomaticKeyGenerationPeriod", ">P90D<", ">P91D<", NULL, NULL },
	{ "Enforcer/DelegationSignerSubmitCommand", PERIOD,
	  PERIOD "<DelegationSignerSubmitCommand>/bin/ds</DelegationSignerSubmitCommand>", NULL, NULL },
	{ "Enforcer/DelegationSignerRetractCommand", PERIOD,
	  PERIOD "<DelegationSignerRetractCommand>/bin/ds</DelegationSignerRetractCommand>", NULL, NULL },
	{ "Enforcer/SocketFile", PERIOD, "<SocketFile>/run/e.sock</SocketFile>" PERIOD, NULL, NULL },
	{ "Enforcer/PidFile", PERIOD, "<PidFile>/run/e.pid</PidFile>" PERIOD, NULL, NULL },
	{ "Enforcer/WorkingDirectory", "opendnssec/enforcer<", "opendnssec/other<", NULL, NULL },
	{ "Enforcer/WorkerThreads", PERIOD, PERIOD "<WorkerThreads>2</WorkerThreads>", NULL, NULL },
	{ "Signer/Privileges/User", "<Signer>\n|    " USER, "<Signer><Privileges><User>ods</User></Privileges>", NULL,
	  NULL },
	{ "Signer/Privileges/Group", "<Signer>\n|    " USER,
	  "<Signer><Privileges><User>opendnssec</User><Group>ods</Group></Privileges>", NULL, NULL },
	{ "Signer/WorkingDirectory", "opendnssec/signer<", "opendnssec/other<", NULL, NULL },
	{ "Signer/WorkerThreads", THREADS, "<WorkerThreads>2</WorkerThreads>", NULL, NULL },
	{ "Signer/SignerThreads", "<SignerThreads>4", "<SignerThreads>2", NULL, NULL },
	{ "Signer/Listener", THREADS, THREADS OTHER_LISTENER, THREADS, THREADS LISTENER },
	{ "Signer/NotifyCommand", NOTIFY, "", NULL, NULL },
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static size_t sample_of(const char *element)
{
	for (size_t i = 0; i < SAMPLES; i++)
		if (strcmp(samples[i].element, element) == 0)
			return i;
	fail_msg("no sample differs in %s", element);
	return 0;
}

static bool is_about_conf(const struct finding *f)
{
	return strcmp(f->id, "conf-differs") == 0 || strcmp(f->id, "paths-differ") == 0;
}

/* The one finding about conf.xml that has the words of @row; fails on one that has not. */
static const struct finding *found(const struct board *b, const struct conf_row *row)
{
	const struct finding *f = NULL;

	for (size_t i = 0; i < b->finding_count; i++) {
		if (!is_about_conf(&b->findings[i]))
			continue;
		if (strstr(b->findings[i].text, row->what) != NULL)
			f = &b->findings[i];
		else if (strstr(b->findings[i].text, "repository Other") == NULL)
			fail_msg("%s: %s", row->element, b->findings[i].text);
	}
	return f;
}

static void each_row_is_compared_by_its_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_row_count; i++) {
		const struct conf_row *row = &conf_rows[i];
		size_t s = sample_of(row->element);
		struct observed_pair *p = observed_new();
		const struct finding *f;

		observed_replace(p, B, samples[s].from, samples[s].to);
		if (samples[s].from_there != NULL)
			observed_replace(p, A, samples[s].from_there, samples[s].to_there);
		f = found(observed_board(p), row);
		if ((f != NULL) != (row->class == CONF_MUST_MATCH))
			fail_msg("%s: a difference is %s", row->element, f != NULL ? "found" : "not found");
		if (f != NULL) {
			assert_string_equal(f->id, row->finding);
			assert_int_equal(f->severity, row->severity);
			assert_string_equal(f->instance, "bravo");
		}
		observed_free(&p);
	}
}

static void no_sample_is_left_over(void **state)
{
	(void)state;
	assert_int_equal(SAMPLES, conf_row_count);
}

static void a_row_says_how_it_is_compared(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_row_count; i++) {
		const struct conf_row *row = &conf_rows[i];
		bool compared = row->of_conf != NULL || row->of_repository != NULL || i == 0;

		assert_int_equal(compared, row->class != CONF_MAY_DIFFER);
		assert_int_equal(row->finding != NULL, row->class != CONF_MAY_DIFFER);
		assert_int_equal(row->severity != SEV_OK, row->class != CONF_MAY_DIFFER);
		assert_true(row->finding == NULL || check_by_id(row->finding) != NULL);
	}
}

/* One address cannot be both hosts'; every host has the others. */
static void listeners_of_a_host_s_own_must_differ(void **state)
{
	static const struct {
		const char *address;
		size_t found;
	} rows[] = { { "192.0.2.10", 1 }, { "127.0.0.1", 0 }, { "0.0.0.0", 0 }, { "::1", 0 }, { "2001:db8::10", 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct observed_pair *p = observed_new();
		struct buf listener = { 0 };
		size_t n = 0;

		buf_addf(&listener, THREADS "<Listener><Interface><Address>%s</Address></Interface></Listener>",
		         rows[i].address);
		observed_replace(p, A, THREADS, buf_str(&listener));
		observed_replace(p, B, THREADS, buf_str(&listener));
		observed_board(p);
		for (size_t k = 0; k < p->board->finding_count; k++)
			n += is_about_conf(&p->board->findings[k]);
		assert_int_equal(n, rows[i].found);
		buf_free(&listener);
		observed_free(&p);
	}
}

#define EXTRA "</Repository><Repository name=\"Extra\">" MODULE "<TokenLabel>Extra</TokenLabel><PIN></PIN></Repository>"

#define EXTRA_LIST                                                              \
	"|\n|Listing keys in repository: Extra\n|0 keys found.\n|\n"            \
	"|Repository            ID                                Type      \n" \
	"|----------            --                                ----      \n"

/* The daemons open every repository of conf.xml, or do not start. */
static void a_repository_more_is_a_stop_when_it_cannot_be_opened(void **state)
{
	struct observed_pair *p = observed_new();
	size_t stops = 0, warns = 0;

	(void)state;
	observed_replace(p, B, "</Repository>", EXTRA);
	observed_board(p);
	for (size_t k = 0; k < p->board->finding_count; k++)
		stops += is_about_conf(&p->board->findings[k]) && p->board->findings[k].severity == SEV_STOP;
	assert_int_equal(stops, 1);
	observed_section(p, B, "tokens", "|Extra\tExtra\t/var/lib/softhsm/tokens/1\n", 0);
	observed_section(p, B, "hsm Extra", EXTRA_LIST, 0);
	observed_board(p);
	for (size_t k = 0; k < p->board->finding_count; k++)
		warns += is_about_conf(&p->board->findings[k]) && p->board->findings[k].severity == SEV_WARN;
	assert_int_equal(warns, 1);
	assert_int_equal(board_worst(p->board), SEV_WARN);
	observed_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_compared_by_its_class),
		cmocka_unit_test(no_sample_is_left_over),
		cmocka_unit_test(a_row_says_how_it_is_compared),
		cmocka_unit_test(listeners_of_a_host_s_own_must_differ),
		cmocka_unit_test(a_repository_more_is_a_stop_when_it_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
