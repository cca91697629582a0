/* Checks of the set of keys: enforcer, signconf, signer, signed zone and public servers must tell one story. */
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"

static bool signs(const struct obs_key *k)
{
	return k->active_ksk || k->active_zsk;
}

static bool has_locator(const char *const *locators, size_t count, const char *cka_id)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(locators[i], cka_id) == 0)
			return true;
	return false;
}

static bool has_text(const char *const *texts, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

/* DNSKEYs of a signed file that may be @k. */
static size_t count_in_signed(const struct obs_signed *s, const struct obs_key *k)
{
	size_t n = 0;

	for (size_t i = 0; s->know.ok && i < s->dnskey_count; i++)
		n += observation_key_is(k, s->dnskeys[i], s->dnskey_tags[i]);
	return n;
}

/* Keys of the zone in the enforcer's database that may be this DNSKEY; the published ones alone, or all. */
static size_t count_of_enforcer(const struct observation *o, const char *zone, const char *dnskey, int tag)
{
	size_t n = 0;

	for (size_t i = 0; i < o->key_count; i++)
		n += o->keys[i].zone != NULL && name_equal(o->keys[i].zone, zone) &&
		     observation_key_is(&o->keys[i], dnskey, tag);
	return n;
}

/* Published keys of the zone that no DNSKEY can tell from @k. */
static size_t count_alike(const struct observation *o, const struct obs_key *k)
{
	size_t n = 0;

	for (size_t i = 0; i < o->key_count; i++)
		n += o->keys[i].publish && o->keys[i].zone != NULL && name_equal(o->keys[i].zone, k->zone) &&
		     o->keys[i].key_tag == k->key_tag && o->keys[i].algorithm == k->algorithm &&
		     (o->keys[i].role == KEY_ZSK) == (k->role == KEY_ZSK);
	return n;
}

static void enforcer_alone(struct board *b, const struct check *c, const struct obs_key *k, const char *where,
                           const char *source)
{
	add_finding(b, c,
	            (struct about){
	                .severity = signs(k) ? SEV_STOP : SEV_WARN,
	                .side = b->active,
	                .zone = k->zone,
	                .value = k->cka_id,
	                .limit = k->state,
	                .source = source,
	                .hint = "ods-enforcer signconf, then ods-signer update --all; look again once it has signed" },
	            "%s %d is %s for the enforcer, and not in %s", key_role_word(k), k->key_tag,
	            k->state != NULL ? k->state : "?", where);
}

static void signer_alone(struct board *b, const struct check *c, const struct obs_zone *z, const char *cka_id,
                         const char *where, const char *source)
{
	add_finding(b, c,
	            (struct about){ .severity = SEV_STOP,
	                            .side = b->active,
	                            .zone = z->name,
	                            .value = cka_id,
	                            .limit = "a key of the enforcer",
	                            .source = source,
	                            .hint = "the database may be older than the keys in use: let the enforcer write no "
	                                    "signconf anew before that is clear" },
	            "%s of %s has a key that the enforcer of %s does not know: %s", where, z->name,
	            side_name(b, b->active), cka_id);
}

/* What the signer goes by, and goes on from. */
static void signer_keys(struct board *b, const struct check *c, const struct obs_zone *z)
{
	const struct observation *o = b->obs[b->active];
	const struct obs_signconf *s = &z->signconf;
	const struct obs_backup2 *state = &z->backup2;

	for (size_t i = 0; s->know.ok && i < s->locator_count; i++)
		if (observation_key(o, s->locators[i], z->name) == NULL)
			signer_alone(b, c, z, s->locators[i], "the signconf", z->signconf_path);
	for (size_t i = 0; state->know.ok && i < state->locator_count; i++)
		if (observation_key(o, state->locators[i], z->name) == NULL &&
		    !(s->know.ok && has_locator(s->locators, s->locator_count, state->locators[i])))
			signer_alone(b, c, z, state->locators[i], "the signer's state", z->backup2_path);
}

/* A DNSKEY may come from the unsigned zone, which the signer lets through: of another signer, say, that is to take
 * over. */
static void signed_keys(struct board *b, const struct check *c, const struct obs_zone *z)
{
	const struct observation *o = b->obs[b->active];
	const struct obs_signed *s = &z->signed_zone;

	for (size_t i = 0; s->know.ok && i < s->dnskey_count; i++) {
		size_t alike = 0;

		for (size_t k = 0; k <= i; k++)
			alike +=
			    s->dnskey_tags[k] == s->dnskey_tags[i] && dnskey_kind_equal(s->dnskeys[k], s->dnskeys[i]);
		if (alike <= count_of_enforcer(o, z->name, s->dnskeys[i], s->dnskey_tags[i]))
			continue;
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->active,
		                            .zone = z->name,
		                            .value = number_text(b, s->dnskey_tags[i]),
		                            .limit = "a key of the enforcer",
		                            .source = z->signed_path,
		                            .hint = "nothing to do when the unsigned zone holds it; else find out "
		                                    "which signer made the file" },
		            "the signed %s has DNSKEY %d, which the enforcer of %s does not know", z->name,
		            s->dnskey_tags[i], side_name(b, b->active));
	}
}

void check_key_set_differs(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < b->key_count; i++) {
		const struct obs_key *k = b->keys[i].key;
		const struct obs_zone *z = observation_zone(o, k->zone);

		if (z == NULL || !k->publish)
			continue;
		if (z->signconf.know.ok && !has_locator(z->signconf.locators, z->signconf.locator_count, k->cka_id))
			enforcer_alone(b, c, k, "the signconf", z->signconf_path);
		else if (z->signed_zone.know.ok && count_in_signed(&z->signed_zone, k) < count_alike(o, k))
			enforcer_alone(b, c, k, "the signed zone", z->signed_path);
	}
	for (size_t i = 0; o != NULL && o->database.ok && i < o->zone_count; i++) {
		signer_keys(b, c, &o->zones[i]);
		signed_keys(b, c, &o->zones[i]);
	}
}

/* Whether a public server has yet to fetch the zone as it is signed now: its keys and signatures are those of before.
 */
static bool is_behind(const struct board *b, const char *zone)
{
	const struct board_zone *z = board_zone(b, zone);
	const struct num *here = z != NULL ? &z->serial.signed_at[b->active] : NULL;

	for (size_t i = 0; here != NULL && here->ok && i < z->public_count; i++)
		if (z->public_zones[i]->know.ok && z->public_zones[i]->serial.ok &&
		    serial_compare((uint32_t)z->public_zones[i]->serial.v, (uint32_t)here->v) != SERIAL_EQUAL)
			return true;
	return false;
}

/* A key in public is in order when the active's signed file has it, or had it: the enforcer has more keys that may be
 * it than the file shows. What the file has and the enforcer has not is key-set-differs. */
static bool is_in_order(const struct observation *o, const struct obs_zone *on, const char *dnskey, int tag)
{
	const struct obs_signed *s = &on->signed_zone;
	size_t in_signed = 0;

	if (s->know.ok && has_text(s->dnskeys, s->dnskey_count, dnskey))
		return true;
	for (size_t i = 0; s->know.ok && i < s->dnskey_count; i++)
		in_signed += s->dnskey_tags[i] == tag && dnskey_kind_equal(s->dnskeys[i], dnskey);
	return count_of_enforcer(o, on->name, dnskey, tag) > in_signed;
}

void check_key_unknown_in_public(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && o->database.ok && i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		for (size_t s = 0; z->on[b->active] != NULL && s < z->public_count; s++) {
			const struct public_zone *p = z->public_zones[s];

			for (size_t k = 0; p->know.ok && k < p->dnskey_count; k++)
				if (!is_in_order(o, z->on[b->active], p->dnskeys[k], p->dnskey_tags[k]))
					add_finding(
					    b, c,
					    (struct about){
					        .severity = is_behind(b, z->name) ? SEV_WARN : SEV_STOP,
					        .side = NEITHER,
					        .zone = z->name,
					        .value = number_text(b, p->dnskey_tags[k]),
					        .source = p->server,
					        .hint = "caches hold a key that the new signatures would not be made "
					                "with: find out which signer made the public zone" },
					    "%s gives DNSKEY %d for %s, which the enforcer of %s does not know",
					    p->server, p->dnskey_tags[k], z->name, side_name(b, b->active));
		}
	}
}

void check_key_not_published(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < b->key_count; i++) {
		const struct board_key *row = &b->keys[i];
		const struct obs_key *k = row->key;
		const struct obs_zone *z = observation_zone(o, k->zone);

		if (row->published != TRI_NO || !k->publish ||
		    (z != NULL && z->signed_zone.know.ok && count_in_signed(&z->signed_zone, k) == 0))
			continue;
		add_finding(b, c,
		            (struct about){
		                .severity = signs(k) && !is_behind(b, k->zone) ? SEV_STOP : SEV_WARN,
		                .side = NEITHER,
		                .zone = k->zone,
		                .value = number_text(b, k->key_tag),
		                .source = "DNSKEY at the public name servers",
		                .hint = "find out why the transfer does not arrive: validators cannot know this key" },
		            "%s %d is in the signed zone of %s, and not in the DNSKEY set that a public server gives",
		            key_role_word(k), k->key_tag, side_name(b, b->active));
	}
}
