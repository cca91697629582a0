#include "core/zone/ds.h"

#include <string.h>

#include <openssl/evp.h>

#include "core/base/str.h"
#include "core/zone/name_text.h"

enum { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_SHA384 = 4, DS_HEAD = 4 };

bool ds_parse(struct ds *ds, const uint8_t *rdata, size_t len)
{
	size_t digest = len > DS_HEAD ? len - DS_HEAD : 0;

	*ds = (struct ds){ 0 };
	if (digest == 0)
		return false;
	if (digest > DS_DIGEST_MAX)
		digest = DS_DIGEST_MAX;
	ds->tag = (uint16_t)(rdata[0] << 8 | rdata[1]);
	ds->algorithm = rdata[2];
	ds->digest_type = rdata[3];
	ds->digest_len = (uint8_t)digest;
	memcpy(ds->digest, rdata + DS_HEAD, digest);
	return true;
}

static const EVP_MD *digest_of(uint8_t type)
{
	switch (type) {
	case DIGEST_SHA1:
		return EVP_sha1();
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	default:
		return NULL;
	}
}

bool ds_make(struct ds *ds, uint8_t digest_type, const uint8_t *owner, size_t owner_len, const uint8_t *dnskey,
             size_t dnskey_len)
{
	const EVP_MD *md = digest_of(digest_type);
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct buf data = { 0 };
	unsigned len = 0;
	bool made;

	*ds = (struct ds){ .digest_type = digest_type };
	if (md == NULL || dnskey_len < DS_HEAD)
		return false;
	ds->algorithm = dnskey[3];
	buf_add(&data, owner, owner_len);
	buf_add(&data, dnskey, dnskey_len);
	made = EVP_Digest(data.p, data.len, digest, &len, md, NULL) == 1 && len <= DS_DIGEST_MAX;
	buf_free(&data);
	if (made) {
		ds->digest_len = (uint8_t)len;
		memcpy(ds->digest, digest, len);
	}
	return made;
}

bool ds_fits(const struct ds *ds, const uint8_t *owner, size_t owner_len, const uint8_t *dnskey, size_t dnskey_len)
{
	struct ds made;

	return ds_make(&made, ds->digest_type, owner, owner_len, dnskey, dnskey_len) &&
	       made.algorithm == ds->algorithm && made.digest_len == ds->digest_len &&
	       memcmp(made.digest, ds->digest, made.digest_len) == 0;
}

bool ds_fits_text(const struct ds *ds, const char *zone, const char *dnskey)
{
	static const struct wire_name root = { .len = 1 };
	uint8_t octets[DNSKEY_OCTETS_MAX];
	size_t len = dnskey_octets(dnskey, octets);
	struct wire_name owner;

	return len > 0 && name_from_text(&owner, zone, strlen(zone), &root) &&
	       ds_fits(ds, owner.wire, owner.len, octets, len);
}

bool ds_is_passed_over(const struct ds *one, const struct ds *all, size_t count)
{
	for (size_t i = 0; one->digest_type == DIGEST_SHA1 && i < count; i++)
		if (all[i].digest_type == DIGEST_SHA256 || all[i].digest_type == DIGEST_SHA384)
			return true;
	return false;
}

void ds_text(struct buf *out, const char *zone, const struct ds *ds)
{
	size_t len = strlen(zone);

	buf_addf(out, "%s%s IN DS %u %u %u ", zone, len > 0 && zone[len - 1] == '.' ? "" : ".", ds->tag, ds->algorithm,
	         ds->digest_type);
	for (size_t i = 0; i < ds->digest_len; i++)
		buf_addf(out, "%02x", ds->digest[i]);
	buf_addc(out, '\n');
}

size_t dnskey_octets(const char *text, uint8_t out[DNSKEY_OCTETS_MAX])
{
	enum { KEY_TEXT_MAX = (DNSKEY_OCTETS_MAX - DS_HEAD) / 3 * 4 };
	char copy[KEY_TEXT_MAX + 32], *f[4];
	uint64_t flags, protocol, algorithm;
	const char *key;
	size_t len;
	int n;

	if (!str_copy(copy, sizeof copy, text) || str_split(copy, ' ', f, 4) != 4 || !str_u64(f[0], 65535, &flags) ||
	    !str_u64(f[1], 255, &protocol) || !str_u64(f[2], 255, &algorithm))
		return 0;
	key = f[3];
	len = strlen(key);
	if (len == 0 || len % 4 != 0 || len > KEY_TEXT_MAX)
		return 0;
	n = EVP_DecodeBlock(out + DS_HEAD, (const unsigned char *)key, (int)len);
	if (n < 0)
		return 0;
	for (size_t i = len; i > len - 2 && key[i - 1] == '='; i--)
		n--;
	out[0] = (uint8_t)(flags >> 8);
	out[1] = (uint8_t)(flags & 255);
	out[2] = (uint8_t)protocol;
	out[3] = (uint8_t)algorithm;
	return DS_HEAD + (size_t)n;
}
