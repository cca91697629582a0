/* Checks of keys one by one: backed up, in the HSM, told apart, and due to change. */
#include <string.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"

/* Keys of the active that belong to a zone. */
static const struct board_key *key_at(const struct board *b, size_t i)
{
	return seen(b, b->active) != NULL && i < b->key_count ? &b->keys[i] : NULL;
}

static bool is_backed_up(const struct obs_key *k)
{
	return k->backup != BACKUP_REQUIRED && k->backup != BACKUP_PREPARED;
}

static bool is_in_hsm(const struct obs_key *k)
{
	return k->in_hsm != TRI_NO;
}

/* Keys that were made ahead and that no zone has yet: those that are not as they should be, and one of them. */
static size_t count_spares(const struct board *b, bool (*in_order)(const struct obs_key *), const struct obs_key **one)
{
	const struct observation *o = seen(b, b->active);
	size_t n = 0;

	for (size_t i = 0; o != NULL && i < o->key_count; i++)
		if (o->keys[i].zone == NULL && !in_order(&o->keys[i])) {
			*one = &o->keys[i];
			n++;
		}
	return n;
}

static const char *spares_are(struct board *b, size_t n)
{
	return n == 1 ? "a key that no zone has yet is"
	              : arena_printf(&b->arena, "%zu keys that no zone has yet are", n);
}

void check_key_not_backed_up(struct board *b, const struct check *c)
{
	const struct board_key *k;
	const struct obs_key *one = NULL;
	size_t spares = count_spares(b, is_backed_up, &one);

	for (size_t i = 0; (k = key_at(b, i)) != NULL; i++) {
		if (is_backed_up(k->key))
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
		    "%s %d (%s) is not backed up: its roll waits, and only %s has it", key_role_word(k->key),
		    k->key->key_tag, k->key->cka_id, side_name(b, b->active));
	}
	if (spares > 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->active,
		                            .value = number_text(b, (int64_t)spares),
		                            .limit = "0",
		                            .source = "ods-enforcer backup list",
		                            .hint =
		                                "the run copies and commits them; by hand: backup prepare, copy the "
		                                "token, backup commit" },
		            "%s not backed up (%s%s): a roll that takes it waits", spares_are(b, spares), one->cka_id,
		            spares > 1 ? " and others" : "");
}

/* One finding for all: what is unknown of every key has one reason. */
void check_backup_unknown(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);
	size_t count = 0;

	for (size_t i = 0; o != NULL && i < o->key_count; i++)
		count += o->keys[i].backup == BACKUP_UNKNOWN;
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
	const struct obs_key *one = NULL;
	size_t spares = count_spares(b, is_in_hsm, &one);

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
			            "%s %d is not in repository %s of %s", key_role_word(k->key), k->key->key_tag,
			            k->key->repository, side_name(b, b->active));
	if (spares > 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = b->active,
		                            .value = number_text(b, (int64_t)spares),
		                            .limit = "0",
		                            .source = one->repository,
		                            .hint = "put the objects back from a backup of the token before a roll "
		                                    "takes one of these keys" },
		            "%s not in the repository (%s%s): a roll that takes it fails", spares_are(b, spares),
		            one->cka_id, spares > 1 ? " and others" : "");
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
