#include "core/zone/crypto.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "core/base/mem.h"
#include "core/zone/ecdsa_table.h"

enum family { RSA_KEY, ECDSA_KEY, EDDSA_KEY };

struct algorithm {
	uint8_t number;
	enum family family;
	const char *digest; /* NULL: part of the algorithm */
	const char *group;
	int raw_type;
	size_t key_len; /* 0: varies */
};

static const struct algorithm algorithms[] = {
	{ 5, RSA_KEY, "SHA1", NULL, 0, 0 },
	{ 7, RSA_KEY, "SHA1", NULL, 0, 0 },
	{ 8, RSA_KEY, "SHA256", NULL, 0, 0 },
	{ 10, RSA_KEY, "SHA512", NULL, 0, 0 },
	{ 13, ECDSA_KEY, "SHA256", "P-256", 0, 64 },
	{ 14, ECDSA_KEY, "SHA384", "P-384", 0, 96 },
	{ 15, EDDSA_KEY, NULL, NULL, EVP_PKEY_ED25519, 32 },
	{ 16, EDDSA_KEY, NULL, NULL, EVP_PKEY_ED448, 57 },
};

/* A table is worth its time where a key has made many of the signatures. */
enum { TABLE_WORTH = 1000 };

struct table_of_key {
	uint8_t point[ECDSA_POINT];
	atomic_size_t seen;                  /* signatures so far, by all threads */
	_Atomic(struct ecdsa_table *) table; /* NULL: none yet, or none at all */
};

struct public_key {
	const struct algorithm *algorithm;
	EVP_PKEY *pkey;
	struct table_of_key *table; /* NULL: of an algorithm that has none */
};

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

/* Exponent length in one octet, or in two after a zero one; exponent; modulus (RFC 3110 section 2). */
static EVP_PKEY *rsa_key(const uint8_t *key, size_t len)
{
	size_t exponent = len > 2 ? key[0] : 0, at = 1;
	OSSL_PARAM_BLD *build;
	BIGNUM *e = NULL, *n = NULL;
	EVP_PKEY *pkey = NULL;

	if (exponent == 0 && len > 3) {
		exponent = (size_t)key[1] << 8 | key[2];
		at = 3;
	}
	if (exponent == 0 || len <= at + exponent || len > 4096)
		return NULL;
	build = OSSL_PARAM_BLD_new();
	e = BN_bin2bn(key + at, (int)exponent, NULL);
	n = BN_bin2bn(key + at + exponent, (int)(len - at - exponent), NULL);
	if (build != NULL && e != NULL && n != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		pkey = from_params("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(e);
	BN_free(n);
	return pkey;
}

/* The point's two coordinates; libcrypto wants the mark of an uncompressed one before them. */
static EVP_PKEY *ecdsa_key(const struct algorithm *a, const uint8_t *key, size_t len)
{
	uint8_t point[1 + 96] = { 4 };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;

	memcpy(point + 1, key, len);
	if (build != NULL && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, a->group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, len + 1) == 1)
		pkey = from_params("EC", build);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

struct public_key *public_key_new(uint8_t number, const uint8_t *key, size_t len)
{
	const struct algorithm *a = NULL;
	EVP_PKEY *pkey = NULL;
	struct public_key *k;

	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
		if (algorithms[i].number == number)
			a = &algorithms[i];
	if (a == NULL || (a->key_len != 0 && a->key_len != len))
		return NULL;
	switch (a->family) {
	case RSA_KEY:
		pkey = rsa_key(key, len);
		break;
	case ECDSA_KEY:
		pkey = ecdsa_key(a, key, len);
		break;
	case EDDSA_KEY:
		pkey = EVP_PKEY_new_raw_public_key(a->raw_type, NULL, key, len);
		break;
	}
	if (pkey == NULL)
		return NULL;
	k = xcalloc(1, sizeof *k);
	k->algorithm = a;
	k->pkey = pkey;
	if (a->family == ECDSA_KEY && len == ECDSA_POINT) {
		k->table = xcalloc(1, sizeof *k->table);
		memcpy(k->table->point, key, len);
	}
	return k;
}

void public_key_free(struct public_key **k)
{
	if (*k == NULL)
		return;
	if ((*k)->table != NULL) {
		struct ecdsa_table *table = atomic_load(&(*k)->table->table);

		ecdsa_table_free(&table);
		free((*k)->table);
	}
	EVP_PKEY_free((*k)->pkey);
	free(*k);
	*k = NULL;
}

struct verifier {
	const struct public_key *key;
	EVP_MD *md;              /* NULL where the digest is part of the algorithm */
	EVP_MD_CTX *digest;      /* for the data */
	EVP_PKEY_CTX *ctx;       /* ready to verify any number of signatures */
	struct ecdsa_sums *sums; /* once the key has a table */
};

struct verifier *verifier_new(const struct public_key *k)
{
	const struct algorithm *a = k->algorithm;
	struct verifier *v = xcalloc(1, sizeof *v);

	v->key = k;
	v->digest = EVP_MD_CTX_new();
	if (a->digest == NULL)
		return v;
	v->md = EVP_MD_fetch(NULL, a->digest, NULL);
	v->ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	if (v->md == NULL || v->ctx == NULL || EVP_PKEY_verify_init(v->ctx) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(v->ctx, v->md) != 1) {
		EVP_PKEY_CTX_free(v->ctx);
		v->ctx = NULL;
	}
	return v;
}

void verifier_free(struct verifier **v)
{
	if (*v == NULL)
		return;
	ecdsa_sums_free(&(*v)->sums);
	EVP_PKEY_CTX_free((*v)->ctx);
	EVP_MD_CTX_free((*v)->digest);
	EVP_MD_free((*v)->md);
	free(*v);
	*v = NULL;
}

enum { ECDSA_HALF_MAX = 48, DER_MAX = 2 * (ECDSA_HALF_MAX + 3) + 2 };

/* A positive INTEGER of at most 48 octets. */
static size_t der_integer(uint8_t *out, const uint8_t *p, size_t len)
{
	size_t pad;

	while (len > 1 && *p == 0) {
		p++;
		len--;
	}
	pad = *p >> 7;
	out[0] = 2;
	out[1] = (uint8_t)(len + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, p, len);
	return 2 + pad + len;
}

/* RFC 6605 section 4: r and s side by side; libcrypto wants them in DER, whose lengths here all fit one octet. 0 when
 * they are no such thing. */
static size_t ecdsa_der(const struct algorithm *a, const uint8_t *sig, size_t len, uint8_t der[DER_MAX])
{
	size_t n = 2;

	if (len != a->key_len)
		return 0;
	n += der_integer(der + n, sig, len / 2);
	n += der_integer(der + n, sig + len / 2, len / 2);
	der[0] = 0x30;
	der[1] = (uint8_t)(n - 2);
	return n;
}

/* EdDSA signs the data itself, not a digest of it. */
static bool check_pure(struct verifier *v, const void *data, size_t len, const uint8_t *sig, size_t sig_len)
{
	return v->digest != NULL && EVP_MD_CTX_reset(v->digest) == 1 &&
	       EVP_DigestVerifyInit_ex(v->digest, NULL, NULL, NULL, NULL, v->key->pkey, NULL) == 1 &&
	       EVP_DigestVerify(v->digest, sig, sig_len, data, len) == 1;
}

void verifier_expect(struct verifier *v, const uint8_t *sig, size_t sig_len)
{
	if (v->sums != NULL && sig_len == ECDSA_SIGNATURE)
		ecdsa_sums_expect(v->sums, sig);
}

void verifier_forget(struct verifier *v)
{
	if (v->sums != NULL)
		ecdsa_sums_forget(v->sums);
}

/* By the key's table, which the thread that comes to the right number makes; the others go on without. */
static bool check_by_table(struct verifier *v, const uint8_t *hash, const uint8_t *sig, size_t sig_len)
{
	struct table_of_key *t = v->key->table;
	struct ecdsa_table *table;

	if (t == NULL || sig_len != ECDSA_SIGNATURE)
		return false;
	if (v->sums == NULL) {
		table = atomic_load(&t->table);
		if (table == NULL && atomic_fetch_add(&t->seen, 1) == TABLE_WORTH) {
			table = ecdsa_table_new(t->point);
			atomic_store(&t->table, table);
		}
		if (table == NULL)
			return false;
		v->sums = ecdsa_sums_new(table);
	}
	return v->sums != NULL && ecdsa_table_check(v->sums, hash, sig);
}

static bool check_digest(struct verifier *v, const uint8_t *hash, size_t hash_len, const uint8_t *sig, size_t sig_len)
{
	uint8_t der[DER_MAX];

	if (v->key->algorithm->family == ECDSA_KEY) {
		sig_len = ecdsa_der(v->key->algorithm, sig, sig_len, der);
		sig = der;
	}
	return sig_len > 0 && EVP_PKEY_verify(v->ctx, sig, sig_len, hash, hash_len) == 1;
}

bool verifier_check(struct verifier *v, const void *data, size_t len, const uint8_t *sig, size_t sig_len)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned hash_len = 0;

	if (v->key->algorithm->digest == NULL)
		return check_pure(v, data, len, sig, sig_len);
	if (v->ctx == NULL || v->digest == NULL || EVP_DigestInit_ex2(v->digest, v->md, NULL) != 1 ||
	    EVP_DigestUpdate(v->digest, data, len) != 1 || EVP_DigestFinal_ex(v->digest, hash, &hash_len) != 1)
		return false;
	/* What the table says no to is looked at in the usual way before it is called bogus. */
	return check_by_table(v, hash, sig, sig_len) || check_digest(v, hash, hash_len, sig, sig_len);
}
