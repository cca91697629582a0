#include "core/pair/board_ds.h"

#include "core/base/str.h"
#include "core/pair/board_join.h"

struct dnskeys {
	const char *const *texts;
	const int *tags;
	size_t count;
};

/* Whether a DNSKEY of @set that may be @k is the one of @ds; *@shown when there is any that may be. */
static bool fits_one(const struct dnskeys *set, const struct obs_key *k, const struct ds *ds, bool *shown)
{
	for (size_t i = 0; i < set->count; i++) {
		if (!observation_key_is(k, set->texts[i], set->tags[i]))
			continue;
		*shown = true;
		if (ds_fits_text(ds, k->zone, set->texts[i]))
			return true;
	}
	return false;
}

static enum tri names(const struct board *b, const struct ds *ds, const struct obs_key *k)
{
	const struct obs_zone *on = observation_zone(board_leading(b), k->zone);
	bool shown = false;

	if (ds->tag != k->key_tag || ds->algorithm != k->algorithm)
		return TRI_NO;
	if (on != NULL && on->signed_zone.know.ok) {
		const struct obs_signed *s = &on->signed_zone;
		const struct dnskeys set = { s->dnskeys, s->dnskey_tags, s->dnskey_count };

		if (fits_one(&set, k, ds, &shown))
			return TRI_YES;
	}
	for (size_t i = 0; !shown && i < b->public_count; i++) {
		const struct public_zone *z = &b->public_zones[i];
		const struct dnskeys set = { z->dnskeys, z->dnskey_tags, z->dnskey_count };

		if (z->know.ok && name_equal(z->zone, k->zone) && fits_one(&set, k, ds, &shown))
			return TRI_YES;
	}
	return shown ? TRI_NO : TRI_UNKNOWN;
}

enum tri board_ds_names(const struct board *b, const struct public_ds *d, const struct obs_key *k)
{
	enum tri any = TRI_NO;

	for (size_t i = 0; i < d->record_count; i++) {
		enum tri one;

		if (ds_is_passed_over(&d->records[i], d->records, d->record_count))
			continue;
		one = names(b, &d->records[i], k);
		if (one == TRI_YES)
			return TRI_YES;
		if (one == TRI_UNKNOWN)
			any = TRI_UNKNOWN;
	}
	return any;
}

const struct public_ds *board_ds_of(const struct board *b, const char *zone, const char **why)
{
	*why = NULL;
	for (size_t i = 0; i < b->ds_count; i++) {
		const struct public_ds *d = &b->ds[i];

		if (!name_equal(d->zone, zone))
			continue;
		if (d->know.ok)
			return d;
		*why = d->know.why != NULL ? d->know.why : "no reason is known";
	}
	return NULL;
}
