/* Checks against the parent: the DS that validators start from. */
#include "core/base/str.h"
#include "core/pair/board_ds.h"
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

/* Whether one of the DS is that of a KSK of the zone that the enforcer has and signs with; *@alike: the key tag of one
 * that is that of such a KSK, and nothing more; -1: none. */
static enum tri matches(const struct board *b, const struct observation *o, const struct public_ds *d, int *alike)
{
	enum tri any = TRI_NO;

	*alike = -1;
	for (size_t i = 0; i < o->key_count; i++) {
		const struct obs_key *k = &o->keys[i];
		enum tri one;

		if (k->zone == NULL || !name_equal(k->zone, d->zone) || k->role == KEY_ZSK || !k->active_ksk)
			continue;
		one = board_ds_names(b, d, k);
		if (one == TRI_YES)
			return TRI_YES;
		if (one == TRI_UNKNOWN)
			any = TRI_UNKNOWN;
		for (size_t t = 0; t < d->record_count; t++)
			if (d->records[t].tag == k->key_tag)
				*alike = k->key_tag;
	}
	return any;
}

static void not_known(struct board *b, const struct check *c, const struct public_ds *d)
{
	add_finding(
	    b, c,
	    (struct about){ .severity = SEV_UNKNOWN,
	                    .side = NEITHER,
	                    .zone = d->zone,
	                    .source = d->know.source,
	                    .hint = "see why neither the signed zone nor a public server gave its DNSKEY set" },
	    "whether a DS of %s at its parent is that of a KSK that %s signs with is not known: no DNSKEY of that "
	    "key tag was seen",
	    d->zone, side_name(b, b->active));
}

static void differs(struct board *b, const struct check *c, const struct public_ds *d, int alike)
{
	const struct about about = {
		.severity = SEV_STOP,
		.side = NEITHER,
		.zone = d->zone,
		.value = number_text(b, alike >= 0 ? alike : d->records[0].tag),
		.source = d->know.source,
		.hint =
		    "the zone is bogus, or will be once caches ask again: have the parent publish the DS of the key "
		    "that signs",
	};

	if (alike >= 0)
		add_finding(b, c, about,
		            "the DS of %s at its parent has the key tag of a KSK that %s signs with, and not its "
		            "algorithm or digest",
		            d->zone, side_name(b, b->active));
	else
		add_finding(b, c, about, "no DS of %s at its parent is that of a KSK that %s signs with", d->zone,
		            side_name(b, b->active));
}

void check_ds_differs(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && o->database.ok && i < b->ds_count; i++) {
		const struct public_ds *d = &b->ds[i];
		enum tri match;
		int alike;

		/* Without a DS the zone is insecure, whoever signs it. */
		if (!d->know.ok || d->record_count == 0 || observation_zone(o, d->zone) == NULL)
			continue;
		match = matches(b, o, d, &alike);
		if (match == TRI_UNKNOWN)
			not_known(b, c, d);
		else if (match == TRI_NO)
			differs(b, c, d, alike);
	}
}
