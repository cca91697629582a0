/* Tokens and what is in them; files with their owners, digests. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/opendnssec/clitext.h"
#include "core/pair/obs_answer.h"

enum { STATUS_NO_TOKEN = 68 }; /* of a section "hsm REPOSITORY" */

static struct obs_repository *find(struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->repository_count; i++) {
		if (strcmp(o->repositories[i].name, name) == 0)
			return &o->repositories[i];
	}
	return NULL;
}

/* "REPOSITORY TAB LABEL TAB DIRECTORY" */
static void read_tokens(struct obs_answer *r)
{
	static const char source[] = "SoftHSM's token directory";
	const char *why = NULL, *error = far_fact(r->a, "token-error");
	char *lines = obs_section(r, "tokens", &why), *line;

	if (!r->o->conf.know.ok)
		obs_unknown(r, &r->o->tokens, source, "%s", r->o->conf.know.why);
	else if (error)
		obs_bad(r, &r->o->tokens, source, "%s", error);
	else if (!lines)
		obs_unknown(r, &r->o->tokens, source, "%s: %s", source, why);
	else
		obs_known(&r->o->tokens, source);
	while (lines && (line = obs_line(&lines)) != NULL) {
		char *f[3];
		struct obs_repository *p;

		if (str_split(line, '\t', f, 3) != 3)
			continue;
		p = find(r->o, f[0]);
		if (p && p->token_count++ == 0)
			p->token_dir = f[2];
	}
}

static void read_contents(struct obs_answer *r, struct obs_repository *p)
{
	static const char source[] = "ods-hsmutil list";
	struct observation *o = r->o;
	const char *section = arena_printf(&o->arena, "hsm %s", p->name), *why = NULL;
	const struct far_section *s = far_section(r->a, section);
	char *text = obs_section(r, section, &why), *error;
	struct cli_names ids;
	struct err e = { 0 };

	if (s && s->status == STATUS_NO_TOKEN) { /* no token holds no key, where the tokens were looked for */
		if (o->tokens.ok)
			obs_known(&p->contents, o->tokens.source);
		else
			obs_unknown(r, &p->contents, o->tokens.source, "%s", o->tokens.why);
		return;
	}
	if (!text) {
		error = obs_section(r, arena_printf(&o->arena, "hsm-error %s", p->name), &why);
		obs_unknown(r, &p->contents, source, "repository %s cannot be listed: %s", p->name,
		            error ? obs_line(&error) : why);
		return;
	}
	if (cli_hsm_list(&ids, &o->arena, text, p->name, &e) != RC_OK) {
		obs_unknown(r, &p->contents, source, "%s", e.text);
		return;
	}
	obs_known(&p->contents, source);
	p->cka_ids = ids.names;
	p->cka_id_count = ids.count;
}

static enum tri holds(const struct obs_repository *p, const char *cka_id)
{
	if (!p || !p->contents.ok)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < p->cka_id_count; i++) {
		if (strcasecmp(p->cka_ids[i], cka_id) == 0)
			return TRI_YES;
	}
	return TRI_NO;
}

void obs_read_hsm(struct obs_answer *r)
{
	struct observation *o = r->o;

	read_tokens(r);
	for (size_t i = 0; i < o->repository_count; i++)
		read_contents(r, &o->repositories[i]);
	/* A repository that conf.xml does not name can be opened by no daemon here. */
	for (size_t i = 0; i < o->key_count; i++) {
		struct obs_repository *p = find(o, o->keys[i].repository);

		o->keys[i].in_hsm = p ? holds(p, o->keys[i].cka_id) : o->conf.know.ok ? TRI_NO : TRI_UNKNOWN;
	}
}

static const char *const daemon_names[2] = { "enforcer", "signer" };

void obs_read_access(struct obs_answer *r)
{
	struct obs_daemon *const daemons[2] = { &r->o->enforcer, &r->o->signer };

	for (int i = 0; i < 2; i++) {
		const char *name = arena_printf(&r->o->arena, "access %s", daemon_names[i]);
		const char *error = far_fact(r->a, arena_printf(&r->o->arena, "access-error.%s", daemon_names[i]));
		struct know *account = &daemons[i]->account, *asked = &r->accessed[i];
		const char *why = NULL;
		bool answered = obs_section(r, name, &why) != NULL;

		obs_read_words(r, &r->access[i], name);
		if (answered)
			obs_known(asked, name);
		else
			obs_unknown(r, asked, name, "%s", why);
		if (!r->o->conf.know.ok)
			obs_unknown(r, account, name, "%s", r->o->conf.know.why);
		else if (error)
			obs_bad(r, account, r->o->conf.know.source, "%s", error);
		else if (!far_section(r->a, name)) /* it looks for the user before it asks as that user */
			obs_unknown(r, account, name, "%s", why);
		else
			obs_known(account, name);
	}
}

/* "WHAT TAB DAEMON TAB ZONE TAB PATH" */
static bool read_file(struct obs_answer *r, struct obs_file *f, char *line)
{
	char *words[4];
	const struct obs_stat *s;
	const char *access;
	int which;

	if (str_split(line, '\t', words, 4) != 4)
		return false;
	f->what = words[0];
	which = strcmp(words[1], "signer") == 0;
	f->daemon = daemon_names[which];
	f->zone = *words[2] ? words[2] : NULL;
	f->path = words[3];
	s = obs_find_stat(&r->stat, f->path);
	f->exists = obs_exists(r, f->path);
	if (s) {
		f->owner = s->owner;
		f->group = s->group;
		f->mode = s->mode & 07777;
	}
	f->readable = obs_allowed(r, which, f->path, 'r');
	f->writable = obs_allowed(r, which, f->path, 'w');
	access = obs_find_word(&r->access[which], f->path);
	f->hidden = access && *access == '?' && f->exists == TRI_YES;
	return true;
}

/* Key objects that the daemon's user may not use: only these are in the answer, each a file of its own. */
static void add_objects(struct obs_answer *r, int which, struct obs_file **files, size_t *cap)
{
	const struct obs_words *w = &r->access[which];

	for (size_t i = 0; i < w->count; i++) {
		size_t n = strlen(w->rows[i].path);
		struct obs_file *f;

		if (n < 7 || strcmp(w->rows[i].path + n - 7, ".object") != 0)
			continue;
		*files = vec_grow(*files, r->o->file_count, cap, sizeof **files);
		f = &(*files)[r->o->file_count++];
		f->what = "token object";
		f->path = w->rows[i].path;
		f->daemon = daemon_names[which];
		f->exists =
		    TRI_UNKNOWN; /* what this user does not see: its token is closed, which is a row of its own */
		if (*w->rows[i].word == '?')
			continue;
		f->exists = TRI_YES;
		f->readable = strchr(w->rows[i].word, 'r') ? TRI_YES : TRI_NO;
		f->writable = strchr(w->rows[i].word, 'w') ? TRI_YES : TRI_NO;
	}
}

/* Whether what the checks of files go by was all seen: the list, owners and modes, and what either user may do. */
static void judge_files(struct obs_answer *r, const char *list_why)
{
	static const char source[] = "stat, and test as the daemons' users";
	struct observation *o = r->o;
	const char *why = NULL;

	if (!o->conf.know.ok)
		obs_unknown(r, &o->files_know, source, "%s", o->conf.know.why);
	else if (list_why)
		obs_unknown(r, &o->files_know, source, "the list of them: %s", list_why);
	else if (!obs_section(r, "stat", &why))
		obs_unknown(r, &o->files_know, source, "their owners and modes: %s", why);
	else
		obs_known(&o->files_know, source);
	for (size_t i = 0; o->files_know.ok && i < 2; i++) {
		const struct know *account = i == 0 ? &o->enforcer.account : &o->signer.account;

		if (!r->accessed[i].ok && !account->bad)
			obs_unknown(r, &o->files_know, source, "what the user of the %s may do: %s", daemon_names[i],
			            r->accessed[i].why);
	}
	for (size_t i = 0; o->files_know.ok && i < o->file_count; i++) {
		const struct obs_file *f = &o->files[i];
		const struct know *account =
		    strcmp(f->daemon, daemon_names[0]) == 0 ? &o->enforcer.account : &o->signer.account;

		if (f->exists == TRI_YES && f->readable == TRI_UNKNOWN && !account->bad)
			obs_unknown(r, &o->files_know, source, "what the user of the %s may do with %s was not said",
			            f->daemon, f->path);
	}
}

void obs_read_files(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *why = NULL, *slash = strrchr(o->config->configuration, '/');
	char *lines = obs_section(r, "files", &why), *line;
	struct obs_file *files = NULL;
	size_t cap = 0;

	while (lines && (line = obs_line(&lines)) != NULL) {
		files = vec_grow(files, o->file_count, &cap, sizeof *files);
		if (read_file(r, &files[o->file_count], line))
			o->file_count++;
	}
	add_objects(r, 0, &files, &cap);
	add_objects(r, 1, &files, &cap);
	o->files = arena_dup(&o->arena, files, o->file_count, sizeof *files);
	free(files);
	judge_files(r, why);
	o->conf_digest = obs_digest(r, o->config->configuration);
	o->kasp_digest = obs_digest(r, o->conf.policy_file);
	o->zonelist_digest = obs_digest(r, o->conf.zonelist_file);
	if (slash)
		o->addns_digest =
		    obs_digest(r, arena_printf(&o->arena, "%.*s/addns.xml", (int)(slash - o->config->configuration),
		                               o->config->configuration));
}
