/* Checks of the two sides' conf.xml against each other. */
#include "core/pair/finding_conf.h"

#include <string.h>

#include "core/pair/finding_make.h"

#define DIFFERS "conf-differs"
#define PATHS "paths-differ"

static const char *yes_no(bool set)
{
	return set ? "set" : "not set";
}

static const char *datastore(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->datastore == DATASTORE_SQLITE ? "SQLite" : "MySQL";
}

static const char *sqlite_path(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->sqlite_path; /* NULL with MySQL, which the datastore's own row says */
}

static const char *enforcer_dir(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->enforcer_dir;
}

static const char *signer_dir(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->signer_dir;
}

static const char *policy_file(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->policy_file;
}

static const char *zonelist_file(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return c->zonelist_file;
}

static const char *manual_keys(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return yes_no(c->manual_key_generation);
}

static const char *key_period(struct arena *a, const struct obs_conf *c)
{
	return arena_printf(a, "%lld s", (long long)c->automatic_keygen_period);
}

/* What it does is the host's own; that one does something, and the other nothing, is not. */
static const char *notify(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return yes_no(c->notify_command != NULL);
}

static const char *submit(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return yes_no(c->submit_command != NULL);
}

static const char *retract(struct arena *a, const struct obs_conf *c)
{
	(void)a;
	return yes_no(c->retract_command != NULL);
}

/* Every host has these. */
static bool is_everywhere(const char *listener)
{
	static const char *const addresses[] = { "*:", "0.0.0.0:", ":::", "127.", "::1:", "localhost:" };

	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (strncmp(listener, addresses[i], strlen(addresses[i])) == 0)
			return true;
	return false;
}

/* Addresses of the host's own that the signer binds: where it has not got them, it does not start. */
static const char *own_listeners(struct arena *a, const struct obs_conf *c)
{
	const char *list = NULL;

	for (size_t i = 0; i < c->listener_count; i++)
		if (!is_everywhere(c->listeners[i]))
			list = list == NULL ? c->listeners[i] : arena_printf(a, "%s %s", list, c->listeners[i]);
	return list;
}

static const char *token_label(const struct obs_repository *r)
{
	return r->token_label != NULL ? r->token_label : "none";
}

static const char *module_kind(const struct obs_repository *r)
{
	return r->softhsm ? "SoftHSM" : "another HSM's";
}

static const char *require_backup(const struct obs_repository *r)
{
	return yes_no(r->require_backup);
}

static const char *skip_public_key(const struct obs_repository *r)
{
	return yes_no(r->skip_public_key);
}

static const char *allow_extraction(const struct obs_repository *r)
{
	return yes_no(r->allow_extraction);
}

/* clang-format off: a row a line */
const struct conf_row conf_rows[] = {
	{ "RepositoryList/Repository", "the repository", CONF_MUST_MATCH, DIFFERS, SEV_STOP, NULL, NULL },
	{ "RepositoryList/Repository/Module", "the module of repository", CONF_MUST_MATCH, DIFFERS, SEV_STOP, NULL,
	  module_kind },
	{ "RepositoryList/Repository/TokenLabel", "the token label of repository", CONF_MUST_MATCH, DIFFERS, SEV_STOP,
	  NULL, token_label },
	{ "RepositoryList/Repository/PIN", "the PIN of repository", CONF_MAY_DIFFER, NULL, SEV_OK, NULL,
	  NULL }, /* never seen */
	{ "RepositoryList/Repository/RequireBackup", "RequireBackup of repository", CONF_MUST_MATCH, DIFFERS, SEV_STOP,
	  NULL, require_backup },
	{ "RepositoryList/Repository/SkipPublicKey", "SkipPublicKey of repository", CONF_MUST_MATCH, DIFFERS, SEV_WARN,
	  NULL, skip_public_key },
	{ "RepositoryList/Repository/AllowExtraction", "AllowExtraction of repository", CONF_MUST_MATCH, DIFFERS,
	  SEV_WARN, NULL, allow_extraction },
	{ "Common/Logging", "the log", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Common/PolicyFile", "the policies", CONF_MUST_MATCH, PATHS, SEV_WARN, policy_file, NULL },
	{ "Common/ZoneListFile", "the zone list", CONF_MUST_MATCH, PATHS, SEV_WARN, zonelist_file, NULL },
	{ "Enforcer/Privileges/User", "the user of the enforcer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL,
	  NULL }, /* a swap gives it its files */
	{ "Enforcer/Privileges/Group", "the group of the enforcer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Enforcer/Datastore", "the datastore", CONF_MUST_MATCH, DIFFERS, SEV_STOP, datastore, NULL },
	{ "Enforcer/Datastore/SQLite", "the KASP database", CONF_MUST_MATCH, PATHS, SEV_WARN, sqlite_path, NULL },
	{ "Enforcer/ManualKeyGeneration", "ManualKeyGeneration", CONF_MUST_MATCH, DIFFERS, SEV_WARN, manual_keys,
	  NULL },
	{ "Enforcer/AutomaticKeyGenerationPeriod", "AutomaticKeyGenerationPeriod", CONF_MUST_MATCH, DIFFERS, SEV_WARN,
	  key_period, NULL },
	{ "Enforcer/DelegationSignerSubmitCommand", "DelegationSignerSubmitCommand", CONF_MUST_MATCH, DIFFERS, SEV_WARN,
	  submit, NULL },
	{ "Enforcer/DelegationSignerRetractCommand", "DelegationSignerRetractCommand", CONF_MUST_MATCH, DIFFERS,
	  SEV_WARN, retract, NULL },
	{ "Enforcer/SocketFile", "the socket of the enforcer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Enforcer/PidFile", "the pid file of the enforcer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Enforcer/WorkingDirectory", "the enforcer's directory", CONF_MUST_MATCH, PATHS, SEV_WARN, enforcer_dir,
	  NULL },
	{ "Enforcer/WorkerThreads", "the threads of the enforcer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Signer/Privileges/User", "the user of the signer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Signer/Privileges/Group", "the group of the signer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Signer/WorkingDirectory", "the signer's directory", CONF_MUST_MATCH, PATHS, SEV_WARN, signer_dir, NULL },
	{ "Signer/WorkerThreads", "the threads of the signer", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Signer/SignerThreads", "the threads that sign", CONF_MAY_DIFFER, NULL, SEV_OK, NULL, NULL },
	{ "Signer/Listener", "the signer's own address", CONF_MUST_DIFFER, DIFFERS, SEV_WARN, own_listeners, NULL },
	{ "Signer/NotifyCommand", "NotifyCommand", CONF_MUST_MATCH, DIFFERS, SEV_WARN, notify, NULL },
};
/* clang-format on */
const size_t conf_row_count = sizeof conf_rows / sizeof *conf_rows;

static const struct obs_repository *repository(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->repository_count; i++)
		if (strcmp(o->repositories[i].name, name) == 0)
			return &o->repositories[i];
	return NULL;
}

struct compared { /* one element, or one of a repository */
	const struct conf_row *row;
	const char *name; /* of the repository; NULL */
	const char *active, *standby;
};

static void differ(struct board *b, const struct check *c, const struct compared *d)
{
	const char *sep = d->name != NULL ? " " : "", *name = d->name != NULL ? d->name : "";
	bool is_path = strcmp(d->row->finding, PATHS) == 0;

	add_finding(b, c,
	            (struct about){ .severity = d->row->severity,
	                            .side = b->standby,
	                            .value = d->standby,
	                            .limit = d->active,
	                            .source = b->obs[b->standby]->conf.know.source,
	                            .hint = is_path ? NULL : "make the two conf.xml agree there: it is never copied" },
	            is_path ? "%s%s%s lies elsewhere on %s than on %s: such a pair is not switched over yet"
	                    : "%s%s%s of %s is not that of %s",
	            d->row->what, sep, name, side_name(b, b->standby), side_name(b, b->active));
}

static void compare(struct board *b, const struct check *c, const struct compared *d)
{
	bool equal;

	if (d->active == NULL || d->standby == NULL)
		return;
	equal = strcmp(d->active, d->standby) == 0;
	if (d->row->class == CONF_MUST_MATCH && !equal)
		differ(b, c, d);
	else if (d->row->class == CONF_MUST_DIFFER && equal)
		add_finding(b, c,
		            (struct about){ .severity = d->row->severity,
		                            .side = b->standby,
		                            .value = d->standby,
		                            .source = b->obs[b->standby]->conf.know.source,
		                            .hint = "name there an address that this host has, or none" },
		            "%s of %s is that of %s: a signer that cannot bind it does not start", d->row->what,
		            side_name(b, b->standby), side_name(b, b->active));
}

/* Whether the daemons can open a repository that they have and the other side has not: they open all, or do not start.
 */
static bool is_usable(const struct observation *o, const struct obs_repository *r)
{
	return r->contents.ok && (!r->softhsm || (o->tokens.ok && r->token_count > 0));
}

static void compare_presence(struct board *b, const struct check *c, const struct conf_row *row)
{
	const struct observation *one = b->obs[b->active], *two = b->obs[b->standby];

	for (size_t i = 0; i < one->repository_count; i++)
		if (repository(two, one->repositories[i].name) == NULL)
			differ(
			    b, c,
			    &(struct compared){ row, one->repositories[i].name, one->repositories[i].name, "missing" });
	for (size_t i = 0; i < two->repository_count; i++) {
		const struct obs_repository *r = &two->repositories[i];
		bool usable = is_usable(two, r);

		if (repository(one, r->name) == NULL)
			add_finding(
			    b, c,
			    (struct about){ .severity = usable ? SEV_WARN : row->severity,
			                    .side = b->standby,
			                    .value = r->name,
			                    .limit = "none",
			                    .source = two->conf.know.source,
			                    .hint = "make the two conf.xml agree there: it is never copied" },
			    usable
			        ? "repository %s of %s is none of %s"
			        : "repository %s of %s is none of %s, and cannot be opened: no daemon starts with it",
			    r->name, side_name(b, b->standby), side_name(b, b->active));
	}
}

static void compare_repositories(struct board *b, const struct check *c, const struct conf_row *row)
{
	const struct observation *one = b->obs[b->active], *two = b->obs[b->standby];

	for (size_t i = 0; i < one->repository_count; i++) {
		const struct obs_repository *r = &one->repositories[i], *other = repository(two, r->name);

		if (other != NULL)
			compare(b, c,
			        &(struct compared){ row, r->name, row->of_repository(r), row->of_repository(other) });
	}
}

/* The rows that this check speaks of. */
static void walk(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, b->active), *two = seen(b, b->standby);

	if (one == NULL || two == NULL || !one->conf.know.ok || !two->conf.know.ok)
		return;
	for (size_t i = 0; i < conf_row_count; i++) {
		const struct conf_row *row = &conf_rows[i];

		if (row->finding == NULL || strcmp(row->finding, c->id) != 0)
			continue;
		if (row->of_conf != NULL)
			compare(b, c,
			        &(struct compared){ row, NULL, row->of_conf(&b->arena, &one->conf),
			                            row->of_conf(&b->arena, &two->conf) });
		else if (row->of_repository != NULL)
			compare_repositories(b, c, row);
		else
			compare_presence(b, c, row);
	}
}

void check_conf_differs(struct board *b, const struct check *c)
{
	walk(b, c);
}

void check_paths_differ(struct board *b, const struct check *c)
{
	walk(b, c);
}
