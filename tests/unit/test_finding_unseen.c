/* Unknown never counts as good: each fact and each section of what real instances answered is taken away in turn, and
 * no check that depends on it says ok. */
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

/* What depends on a fact or section, on the active and on the standby: ids of checks, blanks between; "": nothing is
 * concluded from it. A name that ends in a blank stands for one of each zone. */
static const struct {
	const char *name, *on_active, *on_standby;
	const char *zone; /* the only one that it is about; NULL: all */
} dependents[] = {
	{ "now", "clock-skew", "clock-skew", NULL },
	{ "end", "clock-skew", "clock-skew", NULL },
	{ "far", "", "", NULL },
	{ "hostname", "", "", NULL }, /* the machine-id tells them apart, and the other way round */
	{ "machine-id", "", "", NULL },
	{ "os", "", "", NULL },
	{ "utc-offset", "", "serial-unknown serial-behind", "date.example" },
	{ "service-manager", "", "", NULL },
	{ "tool.ods-enforcer", "host-incomplete", "host-incomplete", NULL },
	{ "tool.ods-enforcerd", "host-incomplete", "host-incomplete", NULL },
	{ "tool.ods-signer", "host-incomplete", "host-incomplete", NULL },
	{ "tool.ods-signerd", "host-incomplete", "host-incomplete", NULL },
	{ "tool.ods-hsmutil", "host-incomplete", "host-incomplete", NULL },
	{ "tool.sqlite3", "host-incomplete", "host-incomplete", NULL },
	{ "tool.softhsm2-util", "", "", NULL },
	{ "version", "host-incomplete versions-differ", "host-incomplete versions-differ", NULL },
	{ "softhsm-version", "", "", NULL },
	{ "prevent-startup", "prevent-startup", "", NULL },
	{ "disk-free", "", "", NULL }, /* shown only */
	{ "state-size", "disk-small", "", NULL },
	{ "sizes", "disk-small", "", NULL },
	{ "room", "disk-small", "disk-small", NULL },
	{ "record", "role-records-differ", "role-records-differ", NULL },
	{ "lease", "lease-held", "lease-held", NULL },
	{ "fence", "active-fenced", "", NULL },
	{ "copies", "", "copy-missing", NULL },
	{ "aside", "", "", NULL }, /* shown only */
	{ "process enforcer",
	  "daemon-unknown enforcer-down two-actives no-active roles-swapped daemon-hung daemon-twice",
	  "daemon-unknown standby-enforcer two-actives no-active roles-swapped daemon-hung daemon-twice", NULL },
	{ "process signer",
	  "daemon-unknown signer-down two-actives no-active roles-swapped daemon-hung daemon-twice zone-not-in-signer "
	  "zone-not-signing",
	  "daemon-unknown standby-enforcer two-actives no-active roles-swapped daemon-hung daemon-twice", NULL },
	{ "conf",
	  "conf-unreadable conf-differs paths-differ datastore-unsupported hsm-unsupported database-missing "
	  "database-unknown database-journal database-readonly policies-differ standby-copy-old daemon-user-missing "
	  "files-unknown ownership-wrong file-unreadable file-missing signed-closed zones-xml-missing zonelist-differs "
	  "kasp-differs token-directory-unknown token-missing token-ambiguous hsm-unknown backup-unknown daemon-hung",
	  "conf-unreadable conf-differs paths-differ datastore-unsupported policies-differ standby-copy-old "
	  "daemon-user-missing files-unknown ownership-wrong file-unreadable signed-closed token-directory-unknown "
	  "token-ambiguous daemon-hung",
	  NULL },
	{ "enforcer.answers", "daemon-unknown daemon-hung", "", NULL },
	{ "enforcer queue", "", "", NULL },
	{ "signer.answers", "daemon-unknown daemon-hung zone-not-in-signer zone-not-signing", "", NULL },
	{ "signer zones", "zone-not-in-signer", "", NULL },
	{ "signer queue", "", "", NULL },
	{ "database-journal", "database-journal", "", NULL },
	{ "database",
	  "database-unknown policies-differ standby-copy-old zones-xml-differs key-missing-in-hsm key-set-differs "
	  "key-not-published key-unknown-in-public key-tags-equal key-not-backed-up backup-unknown roll-in-window "
	  "serial-unknown serial-behind keep-not-resignable zone-not-signing zonelist-differs "
	  "kasp-differs",
	  "policies-differ standby-copy-old", NULL },
	{ "zones.xml", "zones-xml-missing zones-xml-differs zone-not-in-signer", "", NULL },
	{ "zonelist", "zonelist-differs", "", NULL },
	{ "kasp", "kasp-differs", "", NULL },
	{ "tokens", "token-directory-unknown token-missing token-ambiguous", "token-directory-unknown token-ambiguous",
	  NULL },
	{ "stat-before", "", "", NULL },
	{ "signed ",
	  "zone-unsigned expiry-unknown signatures-expired inception-future slack-negative slack-low zone-not-signing "
	  "key-set-differs key-not-published key-unknown-in-public backup2-stale name-server-behind",
	  "", NULL },
	{ "unsigned ", "unsigned-unreadable serial-unknown serial-behind", "", NULL },
	{ "backup2 ", "backup2-missing backup2-truncated backup2-stale serial-unknown serial-behind", "", NULL },
	{ "signconf ", "signconf-missing key-set-differs", "", NULL },
	{ "trailers", "backup2-truncated backup2-stale", "", NULL },
	{ "files", "files-unknown ownership-wrong file-unreadable file-missing signed-closed",
	  "files-unknown ownership-wrong file-unreadable signed-closed", NULL },
	{ "stat", "files-unknown ownership-wrong file-unreadable file-missing signed-closed database-readonly",
	  "files-unknown ownership-wrong file-unreadable signed-closed", NULL },
	{ "access enforcer", "files-unknown ownership-wrong file-unreadable database-readonly",
	  "files-unknown ownership-wrong file-unreadable", NULL },
	{ "access signer", "files-unknown ownership-wrong file-unreadable",
	  "files-unknown ownership-wrong file-unreadable", NULL },
	{ "digests", "", "", NULL },
	{ "hsm SoftHSM", "hsm-unknown key-missing-in-hsm standby-copy-old", "standby-copy-old", NULL },
	{ "interference", "interference", "interference", NULL },
};
enum { DEPENDENTS = sizeof dependents / sizeof *dependents };

struct blank { /* one of an answer */
	int side;
	const char *name, *zone; /* the zone of its name, or that it is about; NULL: none */
	const char *checks;
};

/* What the table says of it. */
static struct blank find(int side, const char *name)
{
	for (size_t i = 0; i < DEPENDENTS; i++) {
		const char *is = dependents[i].name,
		           *ids = side == A ? dependents[i].on_active : dependents[i].on_standby;
		size_t len = strlen(is);

		if (strcmp(is, name) == 0)
			return (struct blank){ side, name, dependents[i].zone, ids };
		if (is[len - 1] == ' ' && strncmp(is, name, len) == 0)
			return (struct blank){ side, name, name + len, ids };
	}
	fail_msg("nothing says what depends on %s", name);
	return (struct blank){ 0 };
}

struct judged { /* the results of one check after it was taken away */
	const struct board *b;
	const struct blank *of;
	const struct check *check;
	const char *how;
	size_t results;
};

static void judge(void *ctx, const struct finding *f)
{
	struct judged *j = ctx;
	bool of_both = j->check->scope == SCOPE_PAIR || j->check->scope == SCOPE_COMPARED || f->zone != NULL;

	if (strcmp(f->id, j->check->id) != 0)
		return;
	if (f->zone != NULL && j->of->zone != NULL && !name_equal(f->zone, j->of->zone))
		return;
	if (!of_both && f->instance != NULL && strcmp(f->instance, j->b->pair->instance[j->of->side].name) != 0)
		return;
	j->results++;
	if (f->severity == SEV_OK)
		fail_msg("without \"%s\" of %s (%s), %s of %s says ok", j->of->name,
		         j->b->pair->instance[j->of->side].name, j->how, f->id, f->zone != NULL ? f->zone : "no zone");
}

static void judge_all(struct observed_pair *p, const struct blank *of, const char *how)
{
	char *ids = xstrdup(of->checks), *rest = NULL;

	for (const char *id = strtok_r(ids, " ", &rest); id != NULL; id = strtok_r(NULL, " ", &rest)) {
		struct judged j = { .of = of, .check = check_by_id(id), .how = how };

		if (j.check == NULL)
			fail_msg("%s depends on %s, and is no check", id, of->name);
		p->kind = j.check->scope == SCOPE_COPY ? KIND_FAILOVER : KIND_SWITCHOVER;
		j.b = observed_board(p);
		findings_each(j.b, judge, &j);
		if (j.results == 0)
			fail_msg("without \"%s\" (%s), %s has no result", of->name, how, id);
	}
	free(ids);
}

static void try_without(int side, const char *name, bool is_section)
{
	struct observed_pair *p = observed_new();
	struct blank of = find(side, name);

	if (is_section)
		observed_section(p, side, name, NULL, 0);
	else
		observed_fact(p, side, name, NULL);
	judge_all(p, &of, "it is not in the answer");
	if (is_section) {
		observed_section(p, side, name, "", 124);
		judge_all(p, &of, "it was not made in time");
	}
	observed_free(&p);
}

static void what_was_not_seen_is_not_ok(void **state)
{
	size_t tried = 0;

	(void)state;
	for (int side = A; side <= B; side++) {
		struct observed_pair *p = observed_new();
		char *lines = xstrdup(p->text[side].p), *rest = NULL;

		for (char *line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
			char *blank = strchr(line, ' ');

			if (*line != '=' && *line != '@')
				continue;
			if (*line == '=' && blank != NULL)
				*blank = '\0';
			try_without(side, line + 1, *line == '@');
			tried++;
		}
		free(lines);
		observed_free(&p);
	}
	assert_true(tried > DEPENDENTS);
}

/* The observed pair says ok wherever nothing is to be found, so that the other test proves something. */
static void with_all_of_it_there_is_no_unknown(void **state)
{
	struct observed_pair *p = observed_new();

	(void)state;
	observed_board(p);
	for (size_t i = 0; i < p->board->finding_count; i++)
		assert_int_equal(p->board->findings[i].severity, SEV_WARN);
	observed_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_of_it_there_is_no_unknown),
		cmocka_unit_test(what_was_not_seen_is_not_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
