/* Checks of what OpenDNSSEC keeps on disk: configuration, database, files, zone list, tokens. */
#include <string.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"

void check_conf_unreadable(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && !o->conf.know.ok)
			add_finding(b, c,
			            (struct about){ .severity = o->conf.know.bad ? SEV_STOP : SEV_UNKNOWN,
			                            .side = i,
			                            .source = b->pair->instance[i].configuration,
			                            .hint = o->conf.know.bad
			                                        ? "ods-kaspcheck there says what is wrong with it"
			                                        : "look again; nothing below it is known meanwhile" },
			            "conf.xml of %s cannot be used: %s", side_name(b, i),
			            o->conf.know.why != NULL ? o->conf.know.why : "it could not be read");
	}
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void check_policies_differ(struct board *b, const struct check *c)
{
	const struct observation *one = seen(b, b->active), *two = seen(b, b->standby);

	/* One that is not there has no policies: standby-copy-old says so. */
	if (one != NULL && two != NULL && two->conf.know.ok && !two->database.ok && two->database_exists != TRI_NO)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->standby,
		                            .source = two->database.source,
		                            .hint = "nothing to do: a switchover brings the active's" },
		            "whether the policies on %s are those of %s is not known: %s", side_name(b, b->standby),
		            side_name(b, b->active),
		            two->database.why != NULL ? two->database.why : "no reason is known");
	for (size_t i = 0; one != NULL && two != NULL && two->database.ok && i < one->policy_count; i++) {
		const struct obs_policy *p = &one->policies[i], *other = observation_policy(two, p->name);

		if (other != NULL && !same(p->digest, other->digest))
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = b->standby,
			                            .value = other->digest,
			                            .limit = p->digest,
			                            .source = "the policies in both databases",
			                            .hint = "nothing to do: a switchover brings the active's" },
			            "policy %s on %s is not that of %s", p->name, side_name(b, b->standby),
			            side_name(b, b->active));
	}
}

void check_database_missing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->conf.know.ok && o->conf.datastore == DATASTORE_SQLITE && o->database_exists == TRI_NO)
		add_finding(b, c,
		            (struct about){ .severity = SEV_STOP,
		                            .side = b->active,
		                            .value = "missing",
		                            .source = o->conf.sqlite_path,
		                            .hint = "stop the enforcer, and restore the database from a backup of the "
		                                    "same moment as the keys" },
		            "the KASP database of %s is missing", side_name(b, b->active));
}

void check_database_unknown(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->conf.know.ok && !o->database.ok && o->database_exists != TRI_NO)
		add_finding(b, c,
		            (struct about){ .severity = SEV_UNKNOWN, .side = b->active, .source = o->conf.sqlite_path },
		            "the KASP database of %s could not be read: %s", side_name(b, b->active),
		            o->database.why != NULL ? o->database.why : "no reason is known");
}

void check_database_journal(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->conf.know.ok && o->conf.datastore == DATASTORE_SQLITE && o->database_journal == TRI_UNKNOWN)
		add_finding(b, c,
		            (struct about){ .severity = SEV_UNKNOWN, .side = b->active, .source = o->conf.sqlite_path },
		            "whether the KASP database of %s has a journal is not known", side_name(b, b->active));
	if (o != NULL && o->database_journal == TRI_YES && o->enforcer.running == TRI_NO)
		add_finding(
		    b, c,
		    (struct about){
		        .severity = SEV_STOP,
		        .side = b->active,
		        .source = o->conf.sqlite_path,
		        .hint = "start the enforcer: it completes or takes back the write, then stop it again" },
		    "the KASP database of %s has a hot journal: a write was cut off", side_name(b, b->active));
}

void check_database_readonly(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->database_exists == TRI_YES && o->database_writable == TRI_NO)
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_STOP,
		                    .side = b->active,
		                    .value = "not writable",
		                    .limit = o->conf.enforcer_user,
		                    .source = o->conf.sqlite_path,
		                    .hint = "give the database and its directory to that user" },
		    "the enforcer of %s (user %s) cannot write its database: every change of keys fails in silence",
		    side_name(b, b->active), o->conf.enforcer_user != NULL ? o->conf.enforcer_user : "?");
}

void check_zones_xml_missing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->conf.know.ok && !o->zones_xml.ok)
		add_finding(b, c,
		            (struct about){ .severity = o->zones_xml.bad ? SEV_STOP : SEV_UNKNOWN,
		                            .side = b->active,
		                            .source = o->zones_xml.source,
		                            .hint = "stop the signer, put zones.xml back (a copy of `ods-enforcer "
		                                    "zonelist export`), start it" },
		            "enforcer/zones.xml of %s cannot be used: %s", side_name(b, b->active),
		            o->zones_xml.why != NULL ? o->zones_xml.why : "it is missing");
}

void check_zones_xml_differs(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o == NULL || !o->zones_xml.ok || !o->database.ok)
		return;
	for (size_t i = 0; i < o->zone_count; i++) {
		const struct obs_zone *z = &o->zones[i];
		bool listed = z->in_zones_xml == TRI_YES;

		if (z->in_database == TRI_UNKNOWN || z->in_zones_xml == TRI_UNKNOWN ||
		    z->in_database == z->in_zones_xml)
			continue;
		add_finding(b, c,
		            (struct about){
		                .severity = SEV_STOP,
		                .side = b->active,
		                .zone = z->name,
		                .value = listed ? "in zones.xml only" : "in the database only",
		                .source = o->zones_xml.source,
		                .hint = listed
		                            ? "the signer signs a zone that the enforcer does not know: find out why"
		                            : "the signer does not know it: add it again with ods-enforcer zone add" },
		            "%s is in %s and not in %s", z->name, listed ? "zones.xml" : "the database",
		            listed ? "the database" : "zones.xml");
	}
}

/* Adds "COUNT zones WHERE (NAME, NAME ...)"; the first few are named. */
static void add_zones(struct buf *out, const char *const *names, size_t count, const char *where)
{
	enum { NAMED = 3 };

	if (count == 0)
		return;
	buf_addf(out, "%s%zu %s %s (", out->len > 0 ? ", " : "", count, count == 1 ? "zone" : "zones", where);
	for (size_t i = 0; i < count && i < NAMED; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", names[i]);
	buf_adds(out, count > NAMED ? ", ...)" : ")");
}

/* Nothing goes by zonelist.xml until somebody imports it: what is new in it is added then, and with
 * --remove-missing-zones what is not in it is taken out. */
void check_zonelist_differs(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);
	const char **unlisted;
	size_t count = 0;
	struct buf what = { 0 };

	if (o == NULL || !o->conf.know.ok)
		return;
	if (!o->zonelist.ok) {
		add_finding(b, c,
		            (struct about){ .severity = o->zonelist.bad ? SEV_WARN : SEV_UNKNOWN,
		                            .side = b->active,
		                            .source = o->zonelist.source },
		            "whether zonelist.xml of %s names the zones of its database is not known: %s",
		            side_name(b, b->active), o->zonelist.why != NULL ? o->zonelist.why : "it was not read");
		return;
	}
	unlisted = arena_alloc(&b->arena, (o->zone_count + 1) * sizeof *unlisted);
	for (size_t i = 0; i < o->zone_count; i++)
		if (o->zones[i].in_database == TRI_YES && o->zones[i].in_zonelist == TRI_NO)
			unlisted[count++] = o->zones[i].name;
	add_zones(&what, o->zonelist_only, o->database.ok ? o->zonelist_only_count : 0, "that it alone has");
	add_zones(&what, unlisted, count, "that it lacks");
	if (what.len > 0)
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_WARN,
		                    .side = b->active,
		                    .value = arena_strdup(&b->arena, buf_str(&what)),
		                    .source = o->zonelist.source,
		                    .hint = "ods-enforcer zonelist import brings what the list alone has, zonelist "
		                            "export writes the list anew: find out which of the two is meant" },
		    "zonelist.xml of %s is not what its database has: %s", side_name(b, b->active), buf_str(&what));
	buf_free(&what);
}

/* "POLICY Signatures/Resign PT3H (PT2H in the database)" */
static void add_change(struct buf *out, const struct kasp_change *d)
{
	buf_addf(out, "%s%s%s%s", out->len > 0 ? ", " : "", d->policy, d->what[0] != '\0' ? " " : "", d->what);
	if (d->has == NULL)
		buf_adds(out, " (not in the database)");
	else if (d->said == NULL)
		buf_adds(out, " (only in the database)");
	else
		buf_addf(out, " %s (%s in the database)", d->said, d->has);
}

/* Nor does the enforcer go by kasp.xml before that. */
void check_kasp_differs(struct board *b, const struct check *c)
{
	enum { NAMED = 3 };
	const struct observation *o = seen(b, b->active);
	struct buf what = { 0 };

	if (o == NULL || !o->conf.know.ok)
		return;
	if (!o->kasp.ok) {
		add_finding(
		    b, c,
		    (struct about){ .severity = o->kasp.bad ? SEV_WARN : SEV_UNKNOWN,
		                    .side = b->active,
		                    .source = o->kasp.source,
		                    .hint = o->kasp.bad ? "ods-kaspcheck there says what is wrong with it" : NULL },
		    "whether kasp.xml of %s is what its database has is not known: %s", side_name(b, b->active),
		    o->kasp.why != NULL ? o->kasp.why : "it was not read");
		return;
	}
	if (o->kasp_change_count == 0)
		return;
	for (size_t i = 0; i < o->kasp_change_count && i < NAMED; i++)
		add_change(&what, &o->kasp_changes[i]);
	if (o->kasp_change_count > NAMED)
		buf_addf(&what, " and %zu more", o->kasp_change_count - NAMED);
	add_finding(b, c,
	            (struct about){ .severity = SEV_WARN,
	                            .side = b->active,
	                            .value = arena_strdup(&b->arena, buf_str(&what)),
	                            .source = o->kasp.source,
	                            .hint = "ods-enforcer policy import puts it to use, which may begin a roll: find "
	                                    "out whether it is meant, and import it or take it back before a run" },
	            "kasp.xml of %s has what its database has not: %s", side_name(b, b->active), buf_str(&what));
	buf_free(&what);
}

void check_zone_not_in_signer(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o != NULL && o->signer.running == TRI_YES && o->signer.answers == TRI_YES && !o->signer_zones_know.ok)
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_UNKNOWN, .side = b->active, .source = o->signer_zones_know.source },
		    "which zones the running signer of %s has is not known: %s", side_name(b, b->active),
		    o->signer_zones_know.why != NULL ? o->signer_zones_know.why : "no reason is known");
	for (size_t i = 0; o != NULL && o->signer.running == TRI_YES && i < o->zone_count; i++)
		if (o->zones[i].in_zones_xml == TRI_YES && o->zones[i].in_signer == TRI_NO)
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = b->active,
			                            .zone = o->zones[i].name,
			                            .value = "missing",
			                            .source = "ods-signer zones",
			                            .hint = "restart the signer: `update --all` into one that started "
			                                    "without its zones loses serials" },
			            "the running signer of %s does not have %s", side_name(b, b->active),
			            o->zones[i].name);
}

static bool has_softhsm(const struct observation *o)
{
	for (size_t i = 0; i < o->repository_count; i++)
		if (o->repositories[i].softhsm)
			return true;
	return false;
}

/* The standby's as well: a swap brings the tokens, and neither softhsm2.conf nor the directory that it names. */
void check_token_directory_unknown(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && o->conf.know.ok && !o->tokens.ok && has_softhsm(o))
			add_finding(b, c,
			            (struct about){ .severity = o->tokens.bad ? SEV_STOP : SEV_UNKNOWN,
			                            .side = i,
			                            .source = o->tokens.source,
			                            .hint =
			                                "softhsm2.conf there has to name a directory that is there: "
			                                "directories.tokendir" },
			            "where the tokens of %s lie is not known: %s", side_name(b, i),
			            o->tokens.why != NULL ? o->tokens.why : "no reason is known");
	}
}

static bool has_no_token(const struct observation *o, const struct obs_repository *r)
{
	return r->softhsm && o->tokens.ok && r->token_count == 0;
}

void check_token_missing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->repository_count; i++)
		if (has_no_token(o, &o->repositories[i]))
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = b->active,
			                            .value = "none",
			                            .limit = o->repositories[i].token_label,
			                            .source = o->tokens.source,
			                            .hint = "put the token's directory back from a backup: neither "
			                                    "daemon starts again without it" },
			            "repository %s of %s has no token: none has the label %s", o->repositories[i].name,
			            side_name(b, b->active), o->repositories[i].token_label);
}

void check_token_ambiguous(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		for (size_t k = 0; o != NULL && k < o->repository_count; k++)
			if (o->repositories[k].token_count > 1)
				add_finding(
				    b, c,
				    (struct about){
				        .severity = i == b->active ? SEV_STOP : SEV_WARN,
				        .side = i,
				        .value = number_text(b, o->repositories[k].token_count),
				        .limit = "1",
				        .source = o->repositories[k].token_label,
				        .hint = "move the token directories that are not in use out of the way" },
				    "%d tokens on %s have the label of repository %s: which one is opened is chance",
				    o->repositories[k].token_count, side_name(b, i), o->repositories[k].name);
	}
}

void check_hsm_unknown(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->repository_count; i++) {
		const struct obs_repository *r = &o->repositories[i];

		if (!r->contents.ok && !has_no_token(o, r) && (!r->softhsm || o->tokens.ok))
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_UNKNOWN, .side = b->active, .source = r->contents.source },
			    "the keys in repository %s of %s could not be listed: %s", r->name, side_name(b, b->active),
			    r->contents.why != NULL ? r->contents.why : "no reason is known");
	}
}
