#include "core/zone/verify_keys.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "core/base/mem.h"
#include "core/zone/ds.h"

static bool is_held(const struct zone_records *held, size_t i, const struct zname *apex, uint16_t type)
{
	return held->items[i].type == type && zname_compare(held->items[i].owner, apex) == 0;
}

static struct zrrset held_rrset(const struct zone_records *held, const struct zname *apex, uint16_t type)
{
	struct zrrset set = { .type = type };
	size_t i = 0;

	while (i < held->count && !is_held(held, i, apex, type))
		i++;
	if (i == held->count)
		return set;
	set.records = &held->items[i];
	while (i + set.count < held->count && is_held(held, i + set.count, apex, type))
		set.count++;
	return set;
}

static void list(struct zone_verdict *d, const struct zrrset *set)
{
	d->dnskeys = arena_alloc(&d->arena, (set->count + 1) * sizeof *d->dnskeys);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct zrecord *r = &set->records[i];
		char *text;

		if (r->rdata_len < 5)
			continue;
		text = xcalloc(1, (r->rdata_len - 4u) / 3 * 4 + 5);
		(void)EVP_EncodeBlock((unsigned char *)text, r->rdata + 4, r->rdata_len - 4);
		d->dnskeys[d->dnskey_count++] =
		    arena_printf(&d->arena, "%u %u %u %s", (unsigned)(r->rdata[0] << 8 | r->rdata[1]), r->rdata[2],
		                 r->rdata[3], text);
		free(text);
	}
}

bool verify_keys_take(struct verify_rules *rules, struct zone_verdict *d, const struct znode *n,
                      struct zone_records *held, struct arena *a)
{
	const struct zrrset *own = znode_rrset(n, LDNS_RR_TYPE_DNSKEY);
	struct zrrset set = held_rrset(held, rules->apex, LDNS_RR_TYPE_DNSKEY);

	if (own == NULL)
		return false;
	list(d, own);
	zkeys_make(&rules->keys, a, own);
	for (size_t i = 0; i < rules->keys.count; i++)
		rules->algorithms[rules->keys.items[i].algorithm] = true;
	if (set.count > 0) {
		bool known[256] = { false };

		zkeys_clear(&rules->keys);
		zkeys_make(&rules->keys, a, &set);
		for (size_t i = 0; i < rules->keys.count; i++)
			known[rules->keys.items[i].algorithm] = true;
		/* Who holds these cannot judge by another algorithm, and must not insist on it (RFC 6840 section 5.11).
		 */
		for (size_t i = 0; i < sizeof known; i++)
			rules->algorithms[i] = rules->algorithms[i] && known[i];
	}
	return true;
}

bool verify_keys_held(const struct zone_records *held, const struct zname *apex)
{
	return held->count == 0 || held_rrset(held, apex, LDNS_RR_TYPE_DNSKEY).count > 0 ||
	       held_rrset(held, apex, LDNS_RR_TYPE_DS).count > 0;
}

static bool signs_dnskey(const struct verify_rules *rules, const struct znode *apex, struct zkey *key)
{
	const struct zrrset *set = znode_rrset(apex, LDNS_RR_TYPE_DNSKEY),
	                    *sigs = znode_rrset(apex, LDNS_RR_TYPE_RRSIG);
	struct zkeys one = { .items = key, .count = 1 };
	struct zchecker checker = { .keys = &one };
	bool good = false;

	for (uint32_t i = 0; sigs != NULL && i < sigs->count && !good; i++) {
		struct zsig s;

		good = zsig_parse(&s, &sigs->records[i]) && s.covered == LDNS_RR_TYPE_DNSKEY &&
		       zsig_verify(&checker, &s, apex->name, set, rules->apex, rules->at) == SIG_GOOD;
	}
	zchecker_clear(&checker);
	return good;
}

bool verify_keys_entered(const struct verify_rules *rules, const struct znode *apex, const struct zone_records *held)
{
	struct zrrset set = held_rrset(held, rules->apex, LDNS_RR_TYPE_DS);
	struct ds *all = xcalloc(set.count + 1, sizeof *all);
	size_t count = 0;
	bool entered = set.count == 0;

	for (uint32_t i = 0; i < set.count; i++)
		count += ds_parse(&all[count], set.records[i].rdata, set.records[i].rdata_len);
	for (size_t i = 0; i < count && !entered; i++) {
		if (ds_is_passed_over(&all[i], all, count))
			continue;
		for (size_t k = 0; k < rules->keys.count && !entered; k++) {
			struct zkey *key = &rules->keys.items[k];

			entered =
			    all[i].tag == key->tag &&
			    ds_fits(&all[i], rules->apex->wire, rules->apex->wire_len, key->rdata, key->rdata_len) &&
			    signs_dnskey(rules, apex, key);
		}
	}
	free(all);
	return entered;
}
