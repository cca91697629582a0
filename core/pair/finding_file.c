/* Checks of the files that the daemons use: who may read and write them, and whether they are there. */
#include <string.h>

#include "core/pair/finding_make.h"

static void no_account(struct board *b, const struct check *c, int side, const struct obs_daemon *d, const char *name)
{
	const struct know *account = &d->account;

	add_finding(b, c,
	            (struct about){ .severity = account->bad ? SEV_STOP : SEV_UNKNOWN,
	                            .side = side,
	                            .source = account->source,
	                            .hint = account->bad ? "make it there, or name another in conf.xml" : NULL },
	            account->bad ? "the %s of %s cannot run: %s"
	                         : "whether the user of the %s of %s is there is not known: %s",
	            name, side_name(b, side), account->why != NULL ? account->why : "it was not looked at");
}

void check_daemon_user_missing(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o == NULL || !o->conf.know.ok)
			continue;
		if (!o->enforcer.account.ok)
			no_account(b, c, i, &o->enforcer, "enforcer");
		if (!o->signer.account.ok)
			no_account(b, c, i, &o->signer, "signer");
	}
}

/* On the standby a switchover sets owners and modes, whatever they are. */
void check_files_unknown(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && o->conf.know.ok && !o->files_know.ok)
			add_finding(b, c,
			            (struct about){ .severity = i == b->active ? SEV_UNKNOWN : SEV_WARN,
			                            .side = i,
			                            .source = o->files_know.source },
			            "whether the daemons of %s can use their files is not known: %s", side_name(b, i),
			            o->files_know.why != NULL ? o->files_know.why : "they were not looked at");
	}
}

static bool is_one_of(const struct obs_file *f, const char *const *whats, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(f->what, whats[i]) == 0)
			return true;
	return false;
}

/* What the daemons write: the rest is only read. */
static bool is_written(const struct obs_file *f)
{
	static const char *const written[] = { "signconf", "signer", "signed", "enforcer", "database directory" };

	return is_one_of(f, written, sizeof written / sizeof *written);
}

/* What the daemons cannot do without; a zone's own files have findings of their own. */
static bool is_needed(const struct obs_file *f)
{
	return is_written(f) || strcmp(f->what, "unsigned") == 0 || strcmp(f->what, "kasp") == 0 ||
	       strcmp(f->what, "zonelist") == 0;
}

/* Made and removed by the daemons themselves: not theirs to read while they are down. */
static bool is_run_file(const struct obs_file *f)
{
	size_t len = strlen(f->what);

	return (len > 7 && strcmp(f->what + len - 7, " socket") == 0) ||
	       (len > 4 && strcmp(f->what + len - 4, " pid") == 0);
}

/* A swap gives each of these to its daemon. It does so to no directory that they lie in: what is closed there stays
 * closed, and the new active's daemons are without their state. */
static bool is_mended(const struct obs_file *f)
{
	static const char *const given[] = {
		"database",    "database directory", "enforcer",    "zones.xml",     "signer",  "signed",
		"signconf",    "unsigned zone",      "signed zone", "signconf file", "backup2", "token",
		"token object"
	};

	return !f->hidden && is_one_of(f, given, sizeof given / sizeof *given);
}

/* Without these the daemons of a new active do nothing. */
static bool is_fatal(const struct obs_file *f)
{
	static const char *const directories[] = { "database directory", "enforcer", "signer", "signed",
		                                   "signconf",           "unsigned", "token",  "token directory" };

	return (f->hidden && is_one_of(f, directories, sizeof directories / sizeof *directories)) ||
	       strcmp(f->what, "token directory") == 0;
}

static const char *fault_hint(const struct board *b, int side, const struct obs_file *f)
{
	if (f->hidden)
		return "open the directory that it lies in to the user of the daemon";
	if (side == b->active)
		return "correct owner and mode there";
	return is_mended(f) ? "nothing to do: a switchover sets owner and mode"
	                    : "correct owner and mode there: a switchover leaves them";
}

static void file_fault(struct board *b, const struct check *c, int side, const struct obs_file *f, const char *verb)
{
	add_finding(b, c,
	            (struct about){ .severity = side == b->active || is_fatal(f) ? SEV_STOP : SEV_WARN,
	                            .side = side,
	                            .zone = f->zone,
	                            .value = arena_printf(&b->arena, "%s:%s %04o", f->owner != NULL ? f->owner : "?",
	                                                  f->group != NULL ? f->group : "?", f->mode),
	                            .source = f->path,
	                            .hint = fault_hint(b, side, f) },
	            "the %s of %s cannot %s %s (%s)%s", f->daemon != NULL ? f->daemon : "daemon", side_name(b, side),
	            verb, f->path, f->what, f->hidden ? ": what it lies in is closed to it" : "");
}

void check_ownership(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		for (size_t k = 0; o != NULL && k < o->file_count; k++)
			if (o->files[k].exists == TRI_YES && o->files[k].writable == TRI_NO && is_written(&o->files[k]))
				file_fault(b, c, i, &o->files[k], "write");
	}
}

void check_file_unreadable(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		for (size_t k = 0; o != NULL && k < o->file_count; k++)
			if (o->files[k].exists == TRI_YES && o->files[k].readable == TRI_NO &&
			    !is_run_file(&o->files[k]))
				file_fault(b, c, i, &o->files[k], "read");
	}
}

void check_file_missing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->file_count; i++)
		if (o->files[i].exists == TRI_NO && is_needed(&o->files[i]))
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = b->active,
			                            .zone = o->files[i].zone,
			                            .value = "missing",
			                            .source = o->files[i].path,
			                            .hint = "make it again, for the user that the daemons run as" },
			            "%s (%s) of %s is missing", o->files[i].path, o->files[i].what,
			            side_name(b, b->active));
}
