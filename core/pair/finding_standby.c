/* What a cold standby has old, or lacks: a switchover replaces it, so it is a warning, and one for all of it. */
#include <string.h>
#include <strings.h>

#include "core/pair/finding_make.h"

static size_t keys_lacking(const struct board *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->key_count; i++)
		n += b->keys[i].in_hsm[b->active] == TRI_YES && b->keys[i].in_hsm[b->standby] == TRI_NO;
	return n;
}

static size_t zones_lacking(const struct board *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->zone_count; i++)
		n += b->zones[i].on[b->active] != NULL && b->zones[i].on[b->standby] == NULL;
	return n;
}

/* Keys of the active of which it could not be seen whether the standby has them. */
static size_t keys_unknown(const struct board *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->key_count; i++)
		n += b->keys[i].in_hsm[b->active] == TRI_YES && b->keys[i].in_hsm[b->standby] == TRI_UNKNOWN;
	return n;
}

static const char *why_keys_unknown(const struct observation *o)
{
	if (!o->conf.know.ok)
		return o->conf.know.why;
	for (size_t i = 0; i < o->repository_count; i++)
		if (!o->repositories[i].contents.ok)
			return o->repositories[i].contents.why;
	return NULL;
}

/* Neither of the two places that name zones was seen; that one is missing has been seen. */
static bool zones_unknown(const struct observation *o)
{
	return !o->database.ok && o->database_exists != TRI_NO && !o->zones_xml.ok && !o->zones_xml.bad;
}

static void not_known(struct board *b, const struct check *c, size_t n, const char *what, const char *why)
{
	add_finding(b, c,
	            (struct about){ .severity = SEV_WARN,
	                            .side = b->standby,
	                            .value = arena_printf(&b->arena, "%zu %s", n, what),
	                            .limit = "0",
	                            .source = "the database and the token of both",
	                            .hint = "nothing to do: a switchover brings them" },
	            "whether %s has %zu %s of %s is not known: %s", side_name(b, b->standby), n, what,
	            side_name(b, b->active), why != NULL ? why : "no reason is known");
}

static void lacks(struct buf *out, size_t n, const char *one, const char *more)
{
	if (n > 0)
		buf_addf(out, "%s%zu %s", out->len > 0 ? ", " : "", n, n == 1 ? one : more);
}

void check_standby_copy_old(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->standby), *active = seen(b, b->active);
	struct buf what = { 0 };

	if (b->pair->mode != MODE_COLD || o == NULL || active == NULL)
		return;
	if (o->database_exists == TRI_NO) {
		buf_adds(&what, "the KASP database");
	} else {
		lacks(&what, keys_lacking(b), "key", "keys");
		if (zones_unknown(o) && zones_lacking(b) > 0)
			not_known(b, c, zones_lacking(b), "zones", o->database.why);
		else
			lacks(&what, zones_lacking(b), "zone", "zones");
		if (keys_unknown(b) > 0)
			not_known(b, c, keys_unknown(b), "keys", why_keys_unknown(o));
	}
	if (what.len > 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->standby,
		                            .value = arena_strdup(&b->arena, buf_str(&what)),
		                            .limit = "nothing",
		                            .source = "the database and the token of both",
		                            .hint = "a switchover brings it; until then the loss of the active "
		                                    "would lose it" },
		            "%s lacks what %s has: %s", side_name(b, b->standby), side_name(b, b->active),
		            buf_str(&what));
	buf_free(&what);
}

static const struct obs_file *signed_dir(const struct observation *o, const char *path)
{
	for (size_t i = 0; i < o->file_count; i++)
		if (strcmp(o->files[i].what, "signed") == 0 && o->files[i].exists == TRI_YES &&
		    strcmp(o->files[i].path, path) == 0)
			return &o->files[i];
	return NULL;
}

/* Nothing of OpenDNSSEC serves these files: a name server does, under a user that we do not know. What the active gives
 * others is what it needs. */
void check_signed_closed(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->standby), *active = seen(b, b->active);

	for (size_t i = 0; o != NULL && active != NULL && i < active->file_count; i++) {
		const struct obs_file *there = &active->files[i], *here;

		if (strcmp(there->what, "signed") != 0 || there->exists != TRI_YES)
			continue;
		here = signed_dir(o, there->path);
		if (here == NULL || (there->mode & 077 & ~here->mode) == 0)
			continue;
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_WARN,
		                    .side = b->standby,
		                    .value = arena_printf(&b->arena, "%04o", here->mode & 07777u),
		                    .limit = arena_printf(&b->arena, "%04o", there->mode & 07777u),
		                    .source = here->path,
		                    .hint = arena_printf(&b->arena, "chmod %04o %s on %s, before the run",
		                                         there->mode & 0777u, here->path, side_name(b, b->standby)) },
		    "%s on %s is closed to users that %s lets in: the name server there may be unable to read its "
		    "zones after a switchover",
		    here->path, side_name(b, b->standby), side_name(b, b->active));
	}
}
