/* Checks of keys: enforcer, HSM, signconf, signed zone and public servers must tell one story. */
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"

static const char *const role_words[] = { [KEY_KSK] = "KSK", [KEY_ZSK] = "ZSK", [KEY_CSK] = "CSK" };

static bool signs(const struct obs_key *k)
{
	return k->active_ksk || k->active_zsk;
}

/* Keys of the active that belong to a zone. */
static const struct board_key *key_at(const struct board *b, size_t i)
{
	return seen(b, b->active) != NULL && i < b->key_count ? &b->keys[i] : NULL;
}

void check_key_not_backed_up(struct board *b, const struct check *c)
{
	const struct board_key *k;

	for (size_t i = 0; (k = key_at(b, i)) != NULL; i++) {
		if (k->key->backup != BACKUP_REQUIRED && k->key->backup != BACKUP_PREPARED)
			continue;
		add_finding(
		    b, c,
		    (struct about){
		        .severity = SEV_WARN,
		        .side = b->active,
		        .zone = k->key->zone,
		        .value = k->key->backup == BACKUP_REQUIRED ? "required" : "prepared",
		        .limit = "done",
		        .source = "ods-enforcer backup list",
		        .hint =
		            "the run copies and proves it; by hand: backup prepare, copy the token, backup commit" },
		    "%s %d (%s) is not backed up: its roll waits, and only %s has it", role_words[k->key->role],
		    k->key->key_tag, k->key->cka_id, side_name(b, b->active));
	}
}

/* One finding for all: what is unknown of every key has one reason. */
void check_backup_unknown(struct board *b, const struct check *c)
{
	const struct board_key *k;
	size_t count = 0;

	for (size_t i = 0; (k = key_at(b, i)) != NULL; i++)
		count += k->key->backup == BACKUP_UNKNOWN;
	if (count > 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_UNKNOWN,
		                            .side = b->active,
		                            .value = number_text(b, (int64_t)count),
		                            .limit = "0",
		                            .source = "ods-enforcer backup list" },
		            "whether %zu keys of %s are backed up is not known", count, side_name(b, b->active));
}

void check_key_missing(struct board *b, const struct check *c)
{
	const struct board_key *k;

	for (size_t i = 0; (k = key_at(b, i)) != NULL; i++)
		if (k->in_hsm[b->active] == TRI_NO)
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = b->active,
			                            .zone = k->key->zone,
			                            .value = k->key->cka_id,
			                            .source = k->key->repository,
			                            .hint = "put the object back from a backup of the token; until "
			                                    "then its zone is not signed again" },
			            "%s %d is not in repository %s of %s", role_words[k->key->role], k->key->key_tag,
			            k->key->repository, side_name(b, b->active));
}

static bool has_locator(const char *const *locators, size_t count, const char *cka_id)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(locators[i], cka_id) == 0)
			return true;
	return false;
}

static bool has_tag(const int *tags, size_t count, int tag)
{
	for (size_t i = 0; i < count; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

static void set_differs(struct board *b, const struct check *c, const struct obs_key *k, const char *where,
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
	            "%s %d is %s for the enforcer, and not in %s", role_words[k->role], k->key_tag,
	            k->state != NULL ? k->state : "?", where);
}

void check_key_set_differs(struct board *b, const struct check *c)
{
	const struct board_key *row;

	for (size_t i = 0; (row = key_at(b, i)) != NULL; i++) {
		const struct obs_key *k = row->key;
		const struct obs_zone *z = observation_zone(b->obs[b->active], k->zone);

		if (z == NULL || !k->publish)
			continue;
		if (z->signconf.know.ok && z->signconf.exists == TRI_YES &&
		    !has_locator(z->signconf.locators, z->signconf.locator_count, k->cka_id))
			set_differs(b, c, k, "the signconf", z->signconf_path);
		else if (z->signed_zone.know.ok &&
		         !has_tag(z->signed_zone.dnskey_tags, z->signed_zone.dnskey_count, k->key_tag))
			set_differs(b, c, k, "the signed zone", z->signed_path);
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

static bool enforcer_has(const struct observation *o, const char *zone, int tag)
{
	for (size_t i = 0; i < o->key_count; i++)
		if (o->keys[i].zone != NULL && o->keys[i].key_tag == tag && name_equal(o->keys[i].zone, zone))
			return true;
	return false;
}

void check_key_unknown_in_public(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && o->database.ok && i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		for (size_t s = 0; z->on[b->active] != NULL && s < z->public_count; s++) {
			const struct public_zone *p = z->public_zones[s];

			for (size_t k = 0; p->know.ok && k < p->dnskey_count; k++)
				if (!enforcer_has(o, z->name, p->dnskey_tags[k]))
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
	const struct board_key *row;

	for (size_t i = 0; (row = key_at(b, i)) != NULL; i++) {
		const struct obs_key *k = row->key;
		const struct obs_zone *z = observation_zone(b->obs[b->active], k->zone);

		if (row->published != TRI_NO || !k->publish ||
		    (z != NULL && z->signed_zone.know.ok &&
		     !has_tag(z->signed_zone.dnskey_tags, z->signed_zone.dnskey_count, k->key_tag)))
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
		            role_words[k->role], k->key_tag, side_name(b, b->active));
	}
}

void check_key_tags_equal(struct board *b, const struct check *c)
{
	for (size_t i = 1; i < b->key_count; i++)
		for (size_t k = i; k > 0 && name_equal(b->keys[k - 1].key->zone, b->keys[i].key->zone); k--)
			if (b->keys[k - 1].key->key_tag == b->keys[i].key->key_tag &&
			    b->keys[k - 1].key->algorithm == b->keys[i].key->algorithm)
				add_finding(
				    b, c,
				    (struct about){ .severity = SEV_WARN,
				                    .side = NEITHER,
				                    .zone = b->keys[i].key->zone,
				                    .value = number_text(b, b->keys[i].key->key_tag),
				                    .source = "the KASP database",
				                    .hint = "tell them apart by CKA_ID in all that you do by hand" },
				    "two keys have the key tag %d", b->keys[i].key->key_tag);
}

static void change_in_window(struct board *b, const struct check *c, const struct obs_zone *z)
{
	add_finding(b, c,
	            (struct about){ .severity = SEV_WARN,
	                            .side = b->active,
	                            .zone = z->name,
	                            .value = time_value(b, z->next_change),
	                            .limit = time_value(b, b->at + b->slack.failover_time),
	                            .source = "the KASP database",
	                            .hint = "let it happen first, or go on: the state is copied whole either way" },
	            "the enforcer changes the keys of %s at %s, inside the run", z->name,
	            time_value(b, z->next_change));
}

void check_roll_in_window(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->zone_count; i++) {
		const struct obs_zone *z = &o->zones[i];

		if (z->next_roll == 0 || z->next_roll > b->at + b->slack.failover_time) {
			if (z->next_change > b->at && z->next_change <= b->at + b->slack.failover_time)
				change_in_window(b, c, z);
			continue;
		}
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_WARN,
		                    .side = b->active,
		                    .zone = z->name,
		                    .value = time_value(b, z->next_roll),
		                    .limit = time_value(b, b->at + b->slack.failover_time),
		                    .source = "the KASP database",
		                    .hint = "let it happen first, or go on: the state is copied whole either way" },
		    "a %s roll is due %s, inside the run", z->next_roll_role != NULL ? z->next_roll_role : "key",
		    time_value(b, z->next_roll));
	}
}
