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
		                .severity = signs(k) ? SEV_STOP : SEV_WARN,
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

void check_roll_in_window(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->zone_count; i++) {
		const struct obs_zone *z = &o->zones[i];

		if (z->next_roll == 0 || z->next_roll > b->at + b->slack.failover_time)
			continue;
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
