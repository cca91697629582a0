/* What a key's table says of a signature is what libcrypto says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "core/zone/crypto.h"
#include "core/zone/ecdsa_table.h"

enum { HALF = ECDSA_SIGNATURE / 2, MANY = 2500, ECDSAP256SHA256 = 13 };

/* Of P-256 (SEC 2 section 2.4.2). */
static const char order_hex[] = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

static EVP_PKEY *pair;
static uint8_t point[ECDSA_POINT], order[HALF];
static struct ecdsa_table *table;
static struct ecdsa_sums *sums;

static int make_key(void **state)
{
	uint8_t octets[1 + ECDSA_POINT];
	size_t len = 0;
	BIGNUM *n = NULL;

	(void)state;
	pair = EVP_EC_gen("P-256");
	assert_non_null(pair);
	assert_int_equal(EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof octets, &len),
	                 1);
	assert_int_equal(len, sizeof octets);
	memcpy(point, octets + 1, sizeof point);
	assert_true(BN_hex2bn(&n, order_hex) > 0);
	assert_int_equal(BN_bn2binpad(n, order, sizeof order), HALF);
	BN_free(n);
	table = ecdsa_table_new(point);
	assert_non_null(table);
	sums = ecdsa_sums_new(table);
	assert_non_null(sums);
	return 0;
}

static int drop_key(void **state)
{
	(void)state;
	EVP_PKEY_free(pair);
	ecdsa_sums_free(&sums);
	ecdsa_table_free(&table);
	return 0;
}

/* r and s of what libcrypto wrote as DER. */
static void take_signature(uint8_t sig[ECDSA_SIGNATURE], const uint8_t *der, size_t len)
{
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)len);

	assert_non_null(s);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, HALF), HALF);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + HALF, HALF), HALF);
	ECDSA_SIG_free(s);
}

static void sign_hash(uint8_t sig[ECDSA_SIGNATURE], const uint8_t hash[ECDSA_HASH])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
	uint8_t der[128];
	size_t len = sizeof der;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, der, &len, hash, ECDSA_HASH), 1);
	take_signature(sig, der, len);
	EVP_PKEY_CTX_free(ctx);
}

static bool libcrypto_says(const uint8_t sig[ECDSA_SIGNATURE], const uint8_t hash[ECDSA_HASH])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
	ECDSA_SIG *s = ECDSA_SIG_new();
	unsigned char *der = NULL;
	bool good;
	int len;

	assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(sig, HALF, NULL), BN_bin2bn(sig + HALF, HALF, NULL)), 1);
	len = i2d_ECDSA_SIG(s, &der);
	assert_true(len > 0);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	good = EVP_PKEY_verify(ctx, der, (size_t)len, hash, ECDSA_HASH) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(s);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

static void hash_of(uint8_t hash[ECDSA_HASH], unsigned i)
{
	assert_int_equal(EVP_Digest(&i, sizeof i, hash, NULL, EVP_sha256(), NULL), 1);
}

static void says_the_same(const uint8_t sig[ECDSA_SIGNATURE], const uint8_t hash[ECDSA_HASH], bool good)
{
	assert_int_equal(libcrypto_says(sig, hash), good);
	assert_int_equal(ecdsa_table_check(sums, hash, sig), good);
}

static void good_ones_and_each_bit_of_them(void **state)
{
	uint8_t hash[ECDSA_HASH], sig[ECDSA_SIGNATURE];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		hash_of(hash, i);
		sign_hash(sig, hash);
		says_the_same(sig, hash, true);
	}
	for (unsigned bit = 0; bit < ECDSA_SIGNATURE * 8; bit++) {
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		says_the_same(sig, hash, false);
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (unsigned bit = 0; bit < ECDSA_HASH * 8; bit++) {
		hash[bit / 8] ^= (uint8_t)(1u << bit % 8);
		says_the_same(sig, hash, false);
		hash[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	says_the_same(sig, hash, true);
}

/* At the ends of what a digest, r and s may be. */
static void ends_of_ranges(void **state)
{
	uint8_t hash[ECDSA_HASH], sig[ECDSA_SIGNATURE], whole[ECDSA_SIGNATURE];
	static const uint8_t fills[] = { 0x00, 0xff };

	(void)state;
	for (size_t i = 0; i < sizeof fills; i++) {
		memset(hash, fills[i],
		       sizeof hash); /* 0: the base point is not in the sum; all ones: more than the order */
		sign_hash(sig, hash);
		says_the_same(sig, hash, true);
		for (size_t half = 0; half < 2; half++) {
			memcpy(whole, sig, sizeof whole);
			memset(whole + half * HALF, fills[i], HALF);
			says_the_same(whole, hash, false);
			memcpy(whole + half * HALF, order, HALF);
			says_the_same(whole, hash, false);
			memset(whole + half * HALF, 0, HALF);
			whole[half * HALF + HALF - 1] = 1;
			says_the_same(whole, hash, false);
		}
	}
	memcpy(hash, order, sizeof hash); /* as 0 */
	sign_hash(sig, hash);
	says_the_same(sig, hash, true);
}

static void no_point_no_table(void **state)
{
	uint8_t off[ECDSA_POINT];

	(void)state;
	memcpy(off, point, sizeof off);
	off[ECDSA_POINT - 1] ^= 1;
	assert_null(ecdsa_table_new(off));
	memset(off, 0, sizeof off);
	assert_null(ecdsa_table_new(off));
}

/* Whatever is expected, and in whatever order it comes. */
static void what_is_expected_is_checked_the_same(void **state)
{
	enum { COUNT = 150 }; /* more than are kept */
	static uint8_t hashes[COUNT][ECDSA_HASH], sigs[COUNT][ECDSA_SIGNATURE];

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		hash_of(hashes[i], i);
		sign_hash(sigs[i], hashes[i]);
		if (i % 7 == 3)
			sigs[i][HALF + 1] ^= 1;
		if (i % 7 == 5)
			memset(sigs[i] + HALF, i % 2 == 0 ? 0 : 0xff, HALF); /* nothing to divide by */
	}
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < COUNT; i++)
			if (round != 1 || i % 3 != 0)
				ecdsa_sums_expect(sums, sigs[i]);
		for (unsigned k = 0; k < COUNT; k++) {
			unsigned i = round == 2 ? COUNT - 1 - k : k;

			if (round == 3 && i % 4 == 0)
				continue;
			assert_int_equal(ecdsa_table_check(sums, hashes[i], sigs[i]), i % 7 != 3 && i % 7 != 5);
			if (k == 10)
				ecdsa_sums_expect(sums, sigs[0]); /* too late: as if not */
		}
		ecdsa_sums_forget(sums);
	}
	for (unsigned i = 0; i < COUNT; i++)
		assert_int_equal(ecdsa_table_check(sums, hashes[i], sigs[i]), i % 7 != 3 && i % 7 != 5);
	ecdsa_sums_forget(sums);
}

/* Before there is a table, while it is made, and with it. */
static void a_key_of_many_signatures(void **state)
{
	struct public_key *k = public_key_new(ECDSAP256SHA256, point, sizeof point);
	struct verifier *v[2];

	(void)state;
	assert_non_null(k);
	v[0] = verifier_new(k);
	v[1] = verifier_new(k);
	for (unsigned i = 0; i < MANY; i++) {
		uint8_t hash[ECDSA_HASH], sig[ECDSA_SIGNATURE];
		bool bad = i % 5 == 0;

		hash_of(hash, i); /* of the four octets that are signed */
		sign_hash(sig, hash);
		sig[i % ECDSA_SIGNATURE] ^= bad ? 1 : 0;
		assert_int_equal(verifier_check(v[i % 3 == 0], &i, sizeof i, sig, sizeof sig), !bad);
		assert_false(verifier_check(v[i % 3 == 0], &i, sizeof i, sig, sizeof sig - 1));
	}
	verifier_free(&v[0]);
	verifier_free(&v[1]);
	public_key_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_and_each_bit_of_them),
		cmocka_unit_test(ends_of_ranges),
		cmocka_unit_test(what_is_expected_is_checked_the_same),
		cmocka_unit_test(no_point_no_table),
		cmocka_unit_test(a_key_of_many_signatures),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
