/* Every key proven on the new active from the copy set, before anything is put in place: present, and each active one
 * makes a signature that verifies under the DNSKEY that the world knows. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/step_kit.h"
#include "core/run/step_records.h"

/* The far side gives all zones 60 s and each half a second more, 540 s more at most, and 240 s to what comes before
 * (remote/host/far/70-prove.sh); the rest is for its answer. The step's own time (switchover.c) is above the most. */
enum { PROVE_SECONDS = 330, ZONES_A_SECOND = 2, ZONES_SECONDS_MOST = 540, KEY_FIELDS = 9, MANIFEST_FIELDS = 12 };

static int prove_seconds(const struct step_ctx *c)
{
	size_t more = c->plan->zone_count / ZONES_A_SECOND;

	return PROVE_SECONDS + (more < ZONES_SECONDS_MOST ? (int)more : ZONES_SECONDS_MOST);
}

struct active_key {
	char *zone, *cka_id;
	int tag, algorithm; /* as the manifest has them; -1 unknown */
	bool proven;
};

struct active_keys {
	struct active_key *items;
	size_t count, cap;
};

static void free_keys(struct active_keys *k)
{
	for (size_t i = 0; i < k->count; i++) {
		free(k->items[i].zone);
		free(k->items[i].cka_id);
	}
	free(k->items);
}

/* zone;role;ds;dnskey;rrsigdnskey;rrsig;pub;act;cka_id: those that sign now. */
static void add_active(struct active_keys *k, const char *text)
{
	char line[600], *field[KEY_FIELDS + 1];
	const char *p = text;

	for (size_t n; (n = kit_fields(&p, line, sizeof line, ';', field, KEY_FIELDS + 1)) > 0;) {
		if (n != KEY_FIELDS || strcmp(field[7], "0") == 0 || field[7][0] == '\0')
			continue;
		k->items = vec_grow(k->items, k->count, &k->cap, sizeof *k->items);
		k->items[k->count++] = (struct active_key){ xstrdup(field[0]), xstrdup(field[8]), -1, -1, false };
	}
}

/* meta key CKA_ID zone role tag algorithm … */
static void add_tags(struct active_keys *k, const char *manifest)
{
	char line[600], *field[MANIFEST_FIELDS];
	const char *p = manifest;

	for (size_t n; (n = kit_fields(&p, line, sizeof line, ' ', field, MANIFEST_FIELDS)) > 0;) {
		if (n < 7 || strcmp(field[0], "meta") != 0 || strcmp(field[1], "key") != 0)
			continue;
		for (size_t i = 0; i < k->count; i++)
			if (strcmp(k->items[i].cka_id, field[2]) == 0 && name_equal(k->items[i].zone, field[3])) {
				uint64_t tag = 0, algorithm = 0;

				if (str_u64(field[5], 65535, &tag) && str_u64(field[6], 255, &algorithm)) {
					k->items[i].tag = (int)tag;
					k->items[i].algorithm = (int)algorithm;
				}
			}
	}
}

static ldns_rr_list *rrset_of(const ldns_rr_list *all, const ldns_rr *rrsig)
{
	ldns_rr_type type = ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rrsig));
	ldns_rr_list *set = ldns_rr_list_new();

	for (size_t i = 0; i < ldns_rr_list_rr_count(all); i++) {
		ldns_rr *rr = ldns_rr_list_rr(all, i);

		if (ldns_rr_get_type(rr) == type && ldns_dname_compare(ldns_rr_owner(rr), ldns_rr_owner(rrsig)) == 0) {
			ldns_rr *copy = ldns_rr_clone(rr);

			ldns_rr_set_ttl(copy, ldns_rdf2native_int32(ldns_rr_rrsig_origttl(rrsig)));
			(void)ldns_rr_list_push_rr(set, copy);
		}
	}
	return set;
}

static bool is_in(const ldns_rr_list *list, const ldns_rr *rr)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_compare(ldns_rr_list_rr(list, i), rr) == 0)
			return true;
	return false;
}

/* Two keys of a zone may share tag and algorithm (RFC 4034 appendix B), and the manifest has no more of a key: each
 * DNSKEY under which something verified proves one active key, however many signatures it made. */
static void mark(struct active_keys *k, const char *zone, const ldns_rr *key, ldns_rr_list *verified)
{
	int tag = ldns_calc_keytag(key), algorithm = ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(key));

	if (is_in(verified, key))
		return;
	(void)ldns_rr_list_push_rr(verified, ldns_rr_clone(key));
	for (size_t i = 0; i < k->count; i++)
		if (!k->items[i].proven && k->items[i].tag == tag && k->items[i].algorithm == algorithm &&
		    name_equal(k->items[i].zone, zone)) {
			k->items[i].proven = true;
			return;
		}
}

/* One signature under each published key of its tag. One that no published key fits proves nothing and harms nothing;
 * one that a key fits but that does not verify is a wrong private key. */
static enum rc prove_signature(struct active_keys *k, const char *zone, const ldns_rr_list *all, ldns_rr *rrsig,
                               const ldns_rr_list *published, ldns_rr_list *verified, struct err *e)
{
	int tag = ldns_rdf2native_int16(ldns_rr_rrsig_keytag(rrsig));
	int algorithm = ldns_rdf2native_int8(ldns_rr_rrsig_algorithm(rrsig));
	const ldns_rr *by = NULL;
	bool fits = false;

	for (size_t i = 0; i < ldns_rr_list_rr_count(published) && by == NULL; i++) {
		ldns_rr *key = ldns_rr_list_rr(published, i);
		ldns_rr_list *set;

		if (ldns_calc_keytag(key) != tag || ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(key)) != algorithm)
			continue;
		fits = true;
		set = rrset_of(all, rrsig);
		if (ldns_rr_list_rr_count(set) > 0 && ldns_verify_rrsig(set, rrsig, key) == LDNS_STATUS_OK)
			by = key;
		ldns_rr_list_deep_free(set);
	}
	if (fits && by == NULL)
		return err_set(e, RC_REMOTE,
		               "a signature by key tag %d does not verify under the published DNSKEY of %s", tag, zone);
	if (by != NULL)
		mark(k, zone, by, verified);
	return RC_OK;
}

static enum rc prove_zone(struct active_keys *k, const char *zone, const char *signed_text,
                          const ldns_rr_list *published, struct err *e)
{
	ldns_rr_list *all = ldns_rr_list_new(), *verified = ldns_rr_list_new();
	enum rc rc = RC_OK;

	records_add(all, signed_text, NULL, 0);
	for (size_t i = 0; rc == RC_OK && i < ldns_rr_list_rr_count(all); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(all, i)) == LDNS_RR_TYPE_RRSIG)
			rc = prove_signature(k, zone, all, ldns_rr_list_rr(all, i), published, verified, e);
	ldns_rr_list_deep_free(verified);
	ldns_rr_list_deep_free(all);
	return rc;
}

static const struct far_section *signed_section(const struct far_answer *a, const char *zone)
{
	for (size_t i = 0; i < a->section_count; i++)
		if (strncmp(a->sections[i].name, "signed ", 7) == 0 && name_equal(a->sections[i].name + 7, zone))
			return &a->sections[i];
	return NULL;
}

/* Adds the published keys to what the run keeps: the zones are verified under them after the switch. */
static void keep_published(struct buf *kept, const ldns_rr_list *published)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(published); i++) {
		ldns_rr *copy = ldns_rr_clone(ldns_rr_list_rr(published, i));
		char *text;

		ldns_rr_set_ttl(copy, 3600);
		text = ldns_rr2str(copy);
		if (text != NULL)
			buf_adds(kept, text);
		free(text);
		ldns_rr_free(copy);
	}
}

static enum rc prove_all(struct step_ctx *c, const struct far_answer *a, struct active_keys *k, struct buf *kept,
                         struct err *e)
{
	for (size_t i = 0; i < c->plan->zone_count; i++) {
		const char *zone = c->plan->zones[i];
		const struct far_section *section = signed_section(a, zone);
		ldns_rr_list *published;
		enum rc rc;

		if (section == NULL || section->status != 0)
			return err_set(e, RC_REMOTE, "%s: nothing of %s was signed with the copied keys", c->plan->to,
			               zone);
		published = ldns_rr_list_new();
		rc = records_published_keys(c, zone, published, e);
		if (rc == RC_OK)
			rc = prove_zone(k, zone, section->text, published, e);
		if (rc == RC_OK)
			keep_published(kept, published);
		ldns_rr_list_deep_free(published);
		if (rc == RC_OK && c->progress != NULL)
			c->progress(c->ctx, i + 1, c->plan->zone_count, "zones proven");
		if (rc == RC_OK)
			rc = c->beat(c->ctx, e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc check_missing(struct step_ctx *c, const struct far_answer *a, struct err *e)
{
	for (size_t i = 0; i < a->fact_count; i++)
		if (strcmp(a->facts[i].key, "missing") == 0)
			return err_set(e, RC_REMOTE, "%s: key %s is not in the copied tokens", c->plan->to,
			               a->facts[i].value);
	return RC_OK;
}

static enum rc check_proven(struct step_ctx *c, const struct active_keys *k, struct err *e)
{
	if (k->count == 0 && c->plan->zone_count > 0)
		return err_set(e, RC_UNKNOWN, "the snapshot names no active key");
	for (size_t i = 0; i < k->count; i++)
		if (!k->items[i].proven)
			return err_set(
			    e, RC_REMOTE,
			    "%s: key %s (tag %d) of %s made no signature that verifies under the published DNSKEY",
			    c->plan->to, k->items[i].cka_id, k->items[i].tag, k->items[i].zone);
	return RC_OK;
}

enum rc prove_verify(struct step_ctx *c, struct err *e)
{
	struct active_keys keys = { 0 };
	struct buf states = { 0 }, manifest = { 0 }, kept = { 0 };
	struct far_answer a = { 0 };
	enum rc rc;

	rc = kit_recall(c, FACT_KEYS, &states, e);
	if (rc == RC_OK)
		rc = kit_recall(c, FACT_MANIFEST, &manifest, e);
	if (rc == RC_OK) {
		add_active(&keys, buf_str(&states));
		add_tags(&keys, buf_str(&manifest));
		rc = kit_do(c, c->new_active, &a, prove_seconds(c), e, "prove", c->run, NULL);
	}
	/* Which key is missing says more than that something failed. */
	if (rc == RC_OK || rc == RC_REMOTE) {
		enum rc missing = check_missing(c, &a, e);

		rc = missing != RC_OK ? missing : rc;
	}
	if (rc == RC_OK)
		rc = prove_all(c, &a, &keys, &kept, e);
	if (rc == RC_OK)
		rc = check_proven(c, &keys, e);
	if (rc == RC_OK)
		rc = kit_keep(c, FACT_DNSKEYS, buf_str(&kept), e);
	if (rc == RC_OK)
		kit_saw(c, "%zu active keys of %zu zones made signatures that verify under the published DNSKEY",
		        keys.count, c->plan->zone_count);
	far_answer_clear(&a);
	free_keys(&keys);
	buf_free(&states);
	buf_free(&manifest);
	buf_free(&kept);
	return rc;
}
