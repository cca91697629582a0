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
		lacks(&what, zones_lacking(b), "zone", "zones");
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
