#include "core/zone/verify_keys.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

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

/* The digest of a DS record over @key (RFC 4034 section 5.1.4; digest types of RFC 4509 and 6605). */
static bool ds_fits(const struct zrecord *ds, const struct zname *apex, const struct zkey *key)
{
	struct buf data = { 0 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	const EVP_MD *md = NULL;
	bool fits;

	if (ds->rdata_len < 5 || (ds->rdata[0] << 8 | ds->rdata[1]) != key->tag || ds->rdata[2] != key->algorithm)
		return false;
	md = ds->rdata[3] == 1   ? EVP_sha1()
	     : ds->rdata[3] == 2 ? EVP_sha256()
	     : ds->rdata[3] == 4 ? EVP_sha384()
	                         : NULL;
	if (md == NULL)
		return false;
	buf_add(&data, apex->wire, apex->wire_len);
	buf_add(&data, key->rdata, key->rdata_len);
	fits = EVP_Digest(data.p, data.len, digest, &len, md, NULL) == 1 && ds->rdata_len == len + 4 &&
	       memcmp(ds->rdata + 4, digest, len) == 0;
	buf_free(&data);
	return fits;
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
	struct zrrset ds = held_rrset(held, rules->apex, LDNS_RR_TYPE_DS);
	bool better = false;

	/* Where there is another digest, SHA-1's is not looked at (RFC 4509 section 3). */
	for (uint32_t i = 0; i < ds.count; i++)
		better |= ds.records[i].rdata_len > 4 && (ds.records[i].rdata[3] == 2 || ds.records[i].rdata[3] == 4);
	for (uint32_t i = 0; i < ds.count; i++) {
		if (better && ds.records[i].rdata_len > 4 && ds.records[i].rdata[3] == 1)
			continue;
		for (size_t k = 0; k < rules->keys.count; k++)
			if (ds_fits(&ds.records[i], rules->apex, &rules->keys.items[k]) &&
			    signs_dnskey(rules, apex, &rules->keys.items[k]))
				return true;
	}
	return ds.count == 0;
}
