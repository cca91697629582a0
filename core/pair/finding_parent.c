/* Checks against the parent: the DS that validators start from. */
#include "core/base/str.h"
#include "core/pair/finding_make.h"

void check_parent_silent(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->ds_count; i++)
		if (!b->ds[i].know.ok)
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = NEITHER,
			                            .zone = b->ds[i].zone,
			                            .source = b->ds[i].know.source,
			                            .hint = "mend the way to it, or its <Parent> in failover.xml" },
			            "the DS of %s is not known: %s", b->ds[i].zone,
			            b->ds[i].know.why != NULL ? b->ds[i].know.why : "no reason is known");
}

/* Whether one of the DS names a KSK of the zone that the enforcer has and signs with. */
static bool matches(const struct observation *o, const struct public_ds *d)
{
	for (size_t i = 0; i < o->key_count; i++) {
		const struct obs_key *k = &o->keys[i];

		if (k->zone == NULL || !name_equal(k->zone, d->zone) || k->role == KEY_ZSK || !k->active_ksk)
			continue;
		for (size_t t = 0; t < d->key_tag_count; t++)
			if (d->key_tags[t] == k->key_tag)
				return true;
	}
	return false;
}

void check_ds_differs(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && o->database.ok && i < b->ds_count; i++) {
		const struct public_ds *d = &b->ds[i];

		/* Without a DS the zone is insecure, whoever signs it. */
		if (d->know.ok && d->key_tag_count > 0 && observation_zone(o, d->zone) != NULL && !matches(o, d))
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = NEITHER,
			                            .zone = d->zone,
			                            .value = number_text(b, d->key_tags[0]),
			                            .source = d->know.source,
			                            .hint =
			                                "the zone is bogus, or will be once caches ask again: have the "
			                                "parent publish the DS of the key that signs" },
			            "no DS of %s at its parent is that of a KSK that %s signs with", d->zone,
			            side_name(b, b->active));
	}
}
