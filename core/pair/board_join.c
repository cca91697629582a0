#include "core/pair/board_join.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/pair/board_ds.h"

const struct observation *board_leading(const struct board *b)
{
	const struct observation *active = b->obs[b->active], *standby = b->obs[b->standby];

	return active->reachable && (active->zone_count > 0 || active->database.ok) ? active : standby;
}

static void join_public(struct board *b, struct board_zone *z)
{
	size_t n = 0;

	for (size_t i = 0; i < b->public_count; i++)
		n += name_equal(b->public_zones[i].zone, z->name);
	z->public_zones = arena_alloc(&b->arena, (n + 1) * sizeof *z->public_zones);
	for (size_t i = 0; i < b->public_count; i++)
		if (name_equal(b->public_zones[i].zone, z->name))
			z->public_zones[z->public_count++] = &b->public_zones[i];
}

static void take_expiry(struct board_zone *z, int64_t expiry, const char *rrset)
{
	if (expiry == 0 || (z->first_expiry.ok && z->first_expiry.v <= expiry))
		return;
	z->first_expiry = (struct num){ true, expiry };
	z->first_rrset = rrset;
}

/* Over every RRset as published: the active's signed file has them all; the public answers show what caches hold. */
static void join_expiry(const struct board *b, struct board_zone *z)
{
	const struct obs_zone *on = z->on[b->active] != NULL ? z->on[b->active] : z->on[b->standby];

	if (on != NULL && on->signed_zone.know.ok)
		take_expiry(z, on->signed_zone.first_expiry, on->signed_zone.first_rrset);
	for (size_t i = 0; i < z->public_count; i++)
		if (z->public_zones[i]->know.ok)
			take_expiry(z, z->public_zones[i]->first_expiry, z->public_zones[i]->first_rrset);
	if (z->first_expiry.ok)
		z->slack = (struct num){ true, z->first_expiry.v - b->at - b->slack.failover_time - b->slack.margin };
}

void board_join_zones(struct board *b)
{
	const struct observation *lead = board_leading(b);

	b->zones = arena_alloc(&b->arena, (lead->zone_count + 1) * sizeof *b->zones);
	for (size_t i = 0; i < lead->zone_count; i++) {
		struct board_zone *z = &b->zones[b->zone_count++];

		z->name = lead->zones[i].name;
		z->policy = lead->zones[i].policy;
		for (int k = 0; k < 2; k++)
			z->on[k] = b->obs[k]->reachable ? observation_zone(b->obs[k], z->name) : NULL;
		join_public(b, z);
		join_expiry(b, z);
		board_join_serial(b, z);
	}
}

static enum tri holds_key(const struct observation *o, const char *repository, const char *cka_id)
{
	if (!o->reachable)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < o->repository_count; i++) {
		const struct obs_repository *r = &o->repositories[i];

		if (repository != NULL && strcmp(r->name, repository) != 0)
			continue;
		if (!r->contents.ok)
			return TRI_UNKNOWN;
		for (size_t k = 0; k < r->cka_id_count; k++)
			if (strcasecmp(r->cka_ids[k], cka_id) == 0)
				return TRI_YES;
		return TRI_NO;
	}
	return o->conf.know.ok ? TRI_NO : TRI_UNKNOWN;
}

static bool has_tag(const int *tags, size_t count, int tag)
{
	for (size_t i = 0; i < count; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

static bool gives(const struct public_zone *z, const char *dnskey)
{
	for (size_t i = 0; i < z->dnskey_count; i++)
		if (strcmp(z->dnskeys[i], dnskey) == 0)
			return true;
	return false;
}

/* Whether a server has a DNSKEY that is @k: where the signed file shows which ones may be it, all of these. */
static bool has_key(const struct public_zone *z, const struct obs_zone *on, const struct obs_key *k)
{
	const struct obs_signed *s = on != NULL ? &on->signed_zone : NULL;
	bool shown = false;

	for (size_t i = 0; s != NULL && s->know.ok && i < s->dnskey_count; i++)
		if (observation_key_is(k, s->dnskeys[i], s->dnskey_tags[i])) {
			shown = true;
			if (!gives(z, s->dnskeys[i]))
				return false;
		}
	return shown || has_tag(z->dnskey_tags, z->dnskey_count, k->key_tag);
}

/* In the DNSKEY set that the public servers give: YES only when every one of them was seen to have it. */
static enum tri is_published(const struct board *b, const struct obs_key *k)
{
	const struct obs_zone *on = observation_zone(board_leading(b), k->zone);
	enum tri all = TRI_UNKNOWN;
	bool unknown = false;

	for (size_t i = 0; i < b->public_count; i++) {
		const struct public_zone *z = &b->public_zones[i];

		if (!name_equal(z->zone, k->zone))
			continue;
		if (!z->know.ok)
			unknown = true;
		else if (!has_key(z, on, k))
			return TRI_NO;
		else
			all = TRI_YES;
	}
	return unknown ? TRI_UNKNOWN : all;
}

static enum tri at_parent(const struct board *b, const struct obs_key *k)
{
	const char *why;
	const struct public_ds *d = board_ds_of(b, k->zone, &why);

	return d != NULL ? board_ds_names(b, d, k) : TRI_UNKNOWN;
}

static int key_order(const void *left, const void *right)
{
	const struct board_key *a = left, *b = right;
	int order = strcmp(a->key->zone, b->key->zone);

	if (order == 0)
		order = (int)a->key->role - (int)b->key->role;
	return order != 0 ? order : strcmp(a->key->cka_id, b->key->cka_id);
}

void board_join_keys(struct board *b)
{
	const struct observation *lead = board_leading(b);

	b->keys = arena_alloc(&b->arena, (lead->key_count + 1) * sizeof *b->keys);
	for (size_t i = 0; i < lead->key_count; i++) {
		const struct obs_key *k = &lead->keys[i];
		struct board_key *row = &b->keys[b->key_count];

		if (k->zone == NULL)
			continue;
		row->key = k;
		for (int side = 0; side < 2; side++)
			row->in_hsm[side] =
			    b->obs[side] == lead ? k->in_hsm : holds_key(b->obs[side], k->repository, k->cka_id);
		row->published = is_published(b, k);
		row->ds = at_parent(b, k);
		b->key_count++;
	}
	qsort(b->keys, b->key_count, sizeof *b->keys, key_order);
}

void board_join_slack(struct board *b)
{
	struct slack *s = &b->slack;

	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		if (!z->slack.ok || (s->seconds.ok && s->seconds.v <= z->slack.v))
			continue;
		s->seconds = z->slack;
		s->zone = z->name;
		s->rrset = z->first_rrset;
		s->first_expiry = z->first_expiry.v;
	}
	s->at_most = s->seconds.ok && !b->obs[b->active]->reachable;
	if (s->seconds.ok)
		s->last_safe_start = b->at + s->seconds.v;
}

/* What decides first stands first. */
static const struct {
	const char *finding, *word;
} key_words[] = {
	{ "key-missing-in-hsm", "MISSING" },
	{ "key-set-differs", "DIFFER" },
	{ "key-not-published", "DIFFER" },
	{ "key-not-backed-up", "backup" },
};

static const char *keys_word(struct board *b, const struct board_zone *z)
{
	char left[DURATION_TEXT];
	bool any = false;

	for (size_t w = 0; w < sizeof key_words / sizeof *key_words; w++)
		for (size_t i = 0; i < b->finding_count; i++)
			if (b->findings[i].zone != NULL && strcmp(b->findings[i].id, key_words[w].finding) == 0 &&
			    name_equal(b->findings[i].zone, z->name))
				return key_words[w].word;
	for (size_t i = 0; i < b->finding_count; i++)
		if (b->findings[i].zone != NULL && strcmp(b->findings[i].id, "roll-in-window") == 0 &&
		    name_equal(b->findings[i].zone, z->name)) {
			const struct obs_zone *on = z->on[b->active];

			if (on == NULL || on->next_roll <= b->at)
				return "roll now";
			duration_text(left, on->next_roll - b->at);
			return arena_printf(&b->arena, "roll %s", left);
		}
	for (size_t i = 0; i < b->key_count; i++) {
		if (!name_equal(b->keys[i].key->zone, z->name))
			continue;
		any = true;
		if (b->keys[i].in_hsm[b->active] == TRI_UNKNOWN || b->keys[i].key->backup == BACKUP_UNKNOWN)
			return "?";
	}
	return any ? "ok" : "?";
}

static int zone_order(const void *left, const void *right)
{
	const struct board_zone *a = left, *b = right;

	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	if (a->slack.ok != b->slack.ok)
		return a->slack.ok ? 1 : -1;
	if (a->slack.ok && a->slack.v != b->slack.v)
		return a->slack.v < b->slack.v ? -1 : 1;
	return strcmp(a->name, b->name);
}

void board_sort_zones(struct board *b)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		struct board_zone *z = &b->zones[i];

		for (size_t k = 0; k < b->finding_count; k++)
			if (b->findings[k].zone != NULL && name_equal(b->findings[k].zone, z->name) &&
			    b->findings[k].severity > z->worst)
				z->worst = b->findings[k].severity;
		/* What the checks of zones look at is the active's: without it their silence says nothing. */
		if (!b->obs[b->active]->reachable && z->worst < SEV_UNKNOWN)
			z->worst = SEV_UNKNOWN;
		z->keys_word = keys_word(b, z);
	}
	qsort(b->zones, b->zone_count, sizeof *b->zones, zone_order);
}
