/* Tables of other points than the base point are made by what OpenSSL 3 calls deprecated, and has nothing in place of.
 */
#define OPENSSL_API_COMPAT 0x10100000L

#include "core/zone/ecdsa_table.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "core/base/mem.h"

struct ecdsa_table {
	EC_GROUP *curve;
	EC_GROUP *by_key; /* the same curve, with the key's point as its base */
	BN_MONT_CTX *order;
};

enum { HALF = ECDSA_SIGNATURE / 2, EXPECTED_MAX = 128 };

struct expected {
	const uint8_t *signature;
	BIGNUM *s;       /* in Montgomery form, as are the others */
	BIGNUM *product; /* of all up to here; once divided, what is multiplied with instead of dividing by s */
};

struct ecdsa_sums {
	const struct ecdsa_table *table;
	BN_CTX *ctx;
	BIGNUM *r, *s, *e, *u1, *u2, *x;
	EC_POINT *sum, *part;
	struct expected expected[EXPECTED_MAX];
	size_t count, next; /* of those; which one is to come */
	bool divided;
};

void ecdsa_table_free(struct ecdsa_table **t)
{
	if (*t == NULL)
		return;
	EC_GROUP_free((*t)->curve);
	EC_GROUP_free((*t)->by_key);
	BN_MONT_CTX_free((*t)->order);
	free(*t);
	*t = NULL;
}

static bool make_table(struct ecdsa_table *t, const uint8_t point[ECDSA_POINT], EC_POINT *key, BN_CTX *ctx)
{
	uint8_t octets[1 + ECDSA_POINT] = { POINT_CONVERSION_UNCOMPRESSED };
	const BIGNUM *order = EC_GROUP_get0_order(t->curve);

	memcpy(octets + 1, point, ECDSA_POINT);
	return EC_POINT_oct2point(t->curve, key, octets, sizeof octets, ctx) == 1 &&
	       EC_GROUP_set_generator(t->by_key, key, order, EC_GROUP_get0_cofactor(t->curve)) == 1 &&
	       EC_GROUP_precompute_mult(t->by_key, ctx) == 1 && BN_MONT_CTX_set(t->order, order, ctx) == 1;
}

struct ecdsa_table *ecdsa_table_new(const uint8_t point[ECDSA_POINT])
{
	struct ecdsa_table *t = xcalloc(1, sizeof *t);
	EC_POINT *key = NULL;
	BN_CTX *ctx = BN_CTX_new();

	t->curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	t->by_key = t->curve != NULL ? EC_GROUP_dup(t->curve) : NULL;
	t->order = BN_MONT_CTX_new();
	if (t->by_key != NULL)
		key = EC_POINT_new(t->curve);
	if (key == NULL || ctx == NULL || t->order == NULL || !make_table(t, point, key, ctx))
		ecdsa_table_free(&t);
	EC_POINT_free(key);
	BN_CTX_free(ctx);
	return t;
}

void ecdsa_sums_free(struct ecdsa_sums **s)
{
	if (*s == NULL)
		return;
	if ((*s)->ctx != NULL)
		BN_CTX_end((*s)->ctx);
	BN_CTX_free((*s)->ctx);
	EC_POINT_free((*s)->sum);
	EC_POINT_free((*s)->part);
	for (size_t i = 0; i < EXPECTED_MAX; i++) {
		BN_free((*s)->expected[i].s);
		BN_free((*s)->expected[i].product);
	}
	free(*s);
	*s = NULL;
}

struct ecdsa_sums *ecdsa_sums_new(const struct ecdsa_table *t)
{
	struct ecdsa_sums *s = xcalloc(1, sizeof *s);

	s->table = t;
	s->ctx = BN_CTX_new();
	s->sum = EC_POINT_new(t->curve);
	s->part = EC_POINT_new(t->curve);
	if (s->ctx != NULL) {
		BN_CTX_start(s->ctx);
		s->r = BN_CTX_get(s->ctx);
		s->s = BN_CTX_get(s->ctx);
		s->e = BN_CTX_get(s->ctx);
		s->u1 = BN_CTX_get(s->ctx);
		s->u2 = BN_CTX_get(s->ctx);
		s->x = BN_CTX_get(s->ctx);
	}
	if (s->x == NULL || s->sum == NULL || s->part == NULL) /* of several, the last tells of all */
		ecdsa_sums_free(&s);
	return s;
}

/* In [1, order - 1]. */
static bool in_range(const BIGNUM *v, const BIGNUM *order)
{
	return !BN_is_zero(v) && BN_ucmp(v, order) < 0;
}

void ecdsa_sums_forget(struct ecdsa_sums *s)
{
	s->count = s->next = 0;
	s->divided = false;
}

/* The product of @x, the last one of those before, and its own s. */
static bool multiply_in(struct ecdsa_sums *s, struct expected *x)
{
	BN_MONT_CTX *order = s->table->order;

	if (BN_bin2bn(x->signature + HALF, HALF, x->s) == NULL ||
	    !in_range(x->s, EC_GROUP_get0_order(s->table->curve)) || BN_to_montgomery(x->s, x->s, order, s->ctx) != 1)
		return false;
	if (x == s->expected)
		return BN_copy(x->product, x->s) != NULL;
	return BN_mod_mul_montgomery(x->product, x[-1].product, x->s, order, s->ctx) == 1;
}

void ecdsa_sums_expect(struct ecdsa_sums *s, const uint8_t signature[ECDSA_SIGNATURE])
{
	struct expected *x = &s->expected[s->count];

	if (s->count == EXPECTED_MAX || s->divided)
		return;
	if (x->s == NULL)
		x->s = BN_new();
	if (x->product == NULL)
		x->product = BN_new();
	x->signature = signature;
	if (x->s != NULL && x->product != NULL && multiply_in(s, x))
		s->count++;
}

/* Of one number its inverse modulo the order, in Montgomery form both. */
static bool invert(const struct ecdsa_sums *s, BIGNUM *v)
{
	BN_MONT_CTX *order = s->table->order;

	return BN_from_montgomery(v, v, order, s->ctx) == 1 &&
	       BN_mod_inverse(v, v, EC_GROUP_get0_order(s->table->curve), s->ctx) != NULL &&
	       BN_to_montgomery(v, v, order, s->ctx) == 1;
}

/* All of them by one inversion (Montgomery's trick): the inverse of a product times all of its factors but one is the
 * inverse of that one. */
static bool divide(struct ecdsa_sums *s)
{
	BN_MONT_CTX *order = s->table->order;

	s->divided = true;
	if (s->count == 0 || BN_copy(s->x, s->expected[s->count - 1].product) == NULL || !invert(s, s->x))
		return false;
	for (size_t i = s->count; i-- > 1;) {
		struct expected *x = &s->expected[i];

		if (BN_mod_mul_montgomery(x->product, s->x, x[-1].product, order, s->ctx) != 1 ||
		    BN_mod_mul_montgomery(s->x, s->x, x->s, order, s->ctx) != 1)
			return false;
	}
	return BN_copy(s->expected[0].product, s->x) != NULL;
}

/* The inverse of s, in Montgomery form; NULL. */
static const BIGNUM *inverse_of(struct ecdsa_sums *s, const uint8_t signature[ECDSA_SIGNATURE])
{
	if (!s->divided && !divide(s))
		s->count = 0;
	for (size_t i = s->next; i < s->count; i++) {
		if (s->expected[i].signature == signature) {
			s->next = i + 1;
			return s->expected[i].product;
		}
	}
	if (BN_to_montgomery(s->s, s->s, s->table->order, s->ctx) != 1 || !invert(s, s->s))
		return NULL;
	return s->s;
}

bool ecdsa_table_check(struct ecdsa_sums *s, const uint8_t hash[ECDSA_HASH], const uint8_t signature[ECDSA_SIGNATURE])
{
	const struct ecdsa_table *t = s->table;
	const BIGNUM *order = EC_GROUP_get0_order(t->curve), *inverse;

	if (BN_bin2bn(signature, HALF, s->r) == NULL || BN_bin2bn(signature + HALF, HALF, s->s) == NULL ||
	    BN_bin2bn(hash, ECDSA_HASH, s->e) == NULL || !in_range(s->r, order) || !in_range(s->s, order))
		return false;
	if (BN_ucmp(s->e, order) >= 0 && BN_sub(s->e, s->e, order) != 1)
		return false;
	/* u1 = e / s, u2 = r / s; the point is u1 times the base and u2 times the key. */
	inverse = inverse_of(s, signature);
	if (inverse == NULL || BN_mod_mul_montgomery(s->u1, s->e, inverse, t->order, s->ctx) != 1 ||
	    BN_mod_mul_montgomery(s->u2, s->r, inverse, t->order, s->ctx) != 1)
		return false;
	if (EC_POINT_mul(t->curve, s->sum, s->u1, NULL, NULL, s->ctx) != 1 ||
	    EC_POINT_mul(t->by_key, s->part, s->u2, NULL, NULL, s->ctx) != 1 ||
	    EC_POINT_add(t->curve, s->sum, s->sum, s->part, s->ctx) != 1 || EC_POINT_is_at_infinity(t->curve, s->sum) ||
	    EC_POINT_get_affine_coordinates(t->curve, s->sum, s->x, NULL, s->ctx) != 1)
		return false;
	if (BN_ucmp(s->x, order) >= 0 && BN_sub(s->x, s->x, order) != 1)
		return false;
	return BN_ucmp(s->x, s->r) == 0;
}
