#include "core/zone/zone_digest.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "core/base/mem.h"
#include "core/zone/rrtype.h"

enum { HEAD = 6, SCHEME_SIMPLE = 1, HASHES = 2, DIGEST_MIN = 12, SOA_NUMBERS = 20 };

static const struct {
	const char *name;
	size_t len;
} hashes[HASHES] = { { "SHA384", 48 }, { "SHA512", 64 } }; /* 1, 2 */

struct zone_digest {
	const struct znode *apex;
	EVP_MD_CTX *ctx[HASHES]; /* NULL: no record asks for it */
};

struct zone_digest *zone_digest_new(const struct znode *apex)
{
	const struct zrrset *set = znode_rrset(apex, RRTYPE_ZONEMD);
	struct zone_digest *d;

	if (set == NULL)
		return NULL;
	d = xcalloc(1, sizeof *d);
	d->apex = apex;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct zrecord *r = &set->records[i];
		unsigned hash = r->rdata_len > HEAD && r->rdata[4] == SCHEME_SIMPLE ? r->rdata[5] - 1u : HASHES;

		if (hash >= HASHES || d->ctx[hash] != NULL)
			continue;
		d->ctx[hash] = EVP_MD_CTX_new();
		(void)EVP_DigestInit_ex(d->ctx[hash], EVP_get_digestbyname(hashes[hash].name), NULL);
	}
	return d;
}

static void update(struct zone_digest *d, const void *p, size_t len)
{
	for (size_t i = 0; i < HASHES; i++)
		if (d->ctx[i] != NULL)
			(void)EVP_DigestUpdate(d->ctx[i], p, len);
}

/* The digest itself and its signature are left out (RFC 8976 section 3.3.1). */
static bool left_out(const struct zone_digest *d, const struct znode *n, const struct zrecord *r)
{
	if (zname_compare(n->name, d->apex->name) != 0)
		return false;
	return r->type == RRTYPE_ZONEMD ||
	       (r->type == RRTYPE_RRSIG && r->rdata_len > 2 && (r->rdata[0] << 8 | r->rdata[1]) == RRTYPE_ZONEMD);
}

void zone_digest_add(struct zone_digest *d, const struct znode *n)
{
	if (d == NULL || n->kind == NODE_OUTSIDE)
		return;
	for (uint32_t i = 0; i < n->rrset_count; i++)
		for (uint32_t k = 0; k < n->rrsets[i].count; k++) {
			const struct zrecord *r = &n->rrsets[i].records[k];
			uint8_t head[10] = { (uint8_t)(r->type >> 8),
				             (uint8_t)r->type,
				             0,
				             1,
				             (uint8_t)(r->ttl >> 24),
				             (uint8_t)(r->ttl >> 16),
				             (uint8_t)(r->ttl >> 8),
				             (uint8_t)r->ttl,
				             (uint8_t)(r->rdata_len >> 8),
				             (uint8_t)r->rdata_len };

			if (left_out(d, n, r))
				continue;
			update(d, n->name->wire, n->name->wire_len);
			update(d, head, sizeof head);
			update(d, r->rdata, r->rdata_len);
		}
}

const char *zone_digest_end(struct zone_digest *d)
{
	uint8_t digest[HASHES][EVP_MAX_MD_SIZE];
	const struct zrrset *set, *soa;
	bool serial = false, judged = false;

	if (d == NULL)
		return NULL;
	set = znode_rrset(d->apex, RRTYPE_ZONEMD);
	soa = znode_rrset(d->apex, RRTYPE_SOA);
	for (size_t i = 0; i < HASHES; i++)
		if (d->ctx[i] != NULL)
			(void)EVP_DigestFinal_ex(d->ctx[i], digest[i], NULL);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct zrecord *r = &set->records[i], *s = soa->records;
		unsigned hash =
		    r->rdata_len >= HEAD + DIGEST_MIN && r->rdata[4] == SCHEME_SIMPLE ? r->rdata[5] - 1u : HASHES;

		if (s->rdata_len <= SOA_NUMBERS || r->rdata_len < HEAD ||
		    memcmp(r->rdata, s->rdata + s->rdata_len - SOA_NUMBERS, 4) != 0)
			continue;
		serial = true;
		if (hash >= HASHES)
			continue;
		judged = true;
		if (r->rdata_len == HEAD + hashes[hash].len &&
		    memcmp(r->rdata + HEAD, digest[hash], hashes[hash].len) == 0)
			return NULL; /* one that fits is enough (section 4) */
	}
	if (!serial)
		return "no ZONEMD record has the serial of the SOA: the digest is of another version of the zone";
	return judged ? "the digest of the zone is not the one that the ZONEMD record has" : NULL;
}

void zone_digest_free(struct zone_digest **d)
{
	for (size_t i = 0; *d != NULL && i < HASHES; i++)
		EVP_MD_CTX_free((*d)->ctx[i]);
	free(*d);
	*d = NULL;
}
