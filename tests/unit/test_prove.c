/* The proof of the keys, against a far side and name servers that say what is written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "core/base/mem.h"
#include "tests/support/make_step_bench.h"

enum { TWINS_AMONG = 5000, ALGORITHM = 13 };

static const char zone_name[] = "example.org";
static const char tiny_soa[] = "example.org. 3600 IN SOA ns.invalid. h.invalid. 1 3600 600 86400 300";

static ldns_key *make_key(void)
{
	ldns_key *k = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
	ldns_rr *rr;

	assert_non_null(k);
	ldns_key_set_pubkey_owner(k, ldns_dname_new_frm_str(zone_name));
	ldns_key_set_flags(k, LDNS_KEY_ZONE_KEY);
	ldns_key_set_inception(k, (uint32_t)time(NULL) - 3600);
	ldns_key_set_expiration(k, (uint32_t)time(NULL) + 86400);
	rr = ldns_key2rr(k);
	ldns_key_set_keytag(k, ldns_calc_keytag(rr));
	ldns_rr_free(rr);
	return k;
}

/* Two keys with one tag: of a few hundred some have it in common. */
static void make_twins(ldns_key *twins[2])
{
	ldns_key **by_tag = xcalloc(65536, sizeof(ldns_key *));

	twins[0] = twins[1] = NULL;
	for (int i = 0; i < TWINS_AMONG && twins[0] == NULL; i++) {
		ldns_key *k = make_key();
		uint16_t tag = ldns_key_keytag(k);

		if (by_tag[tag] != NULL) {
			twins[0] = by_tag[tag];
			twins[1] = k;
			by_tag[tag] = NULL;
		} else {
			by_tag[tag] = k;
		}
	}
	for (size_t i = 0; i < 65536; i++)
		if (by_tag[i] != NULL)
			ldns_key_deep_free(by_tag[i]);
	free(by_tag);
	assert_non_null(twins[1]);
}

/* The pair as one host and one server see it. */
static struct {
	struct buf published; /* the DNSKEY set, zone text */
	struct buf tiny;      /* what the far side signed */
	int timeout_s;        /* of the last call */
} world;

static enum rc call(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	struct buf out = { 0 };
	enum rc rc;

	(void)h;
	(void)c;
	world.timeout_s = q->timeout_s;
	buf_addf(&out, "odsf1 begin %s\n@signed %s\n", q->verb, zone_name);
	for (const char *p = buf_str(&world.tiny); *p != '\0'; p += strcspn(p, "\n") + 1)
		buf_addf(&out, "|%.*s\n", (int)strcspn(p, "\n"), p);
	buf_addf(&out, ".0\nodsf1 end %s 0\n", q->verb);
	rc = far_parse(a, q->verb, buf_str(&out), out.len, e);
	buf_free(&out);
	return rc;
}

static enum rc query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                     struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	(void)r;
	(void)server;
	(void)zone;
	(void)type;
	(void)timeout_ms;
	(void)c;
	(void)e;
	a->authoritative = true;
	a->records = arena_alloc(arena, 8 * sizeof *a->records);
	for (const char *p = buf_str(&world.published); *p != '\0' && a->record_count < 8; p += strcspn(p, "\n") + 1)
		a->records[a->record_count++] = arena_strndup(arena, p, strcspn(p, "\n"));
	return RC_OK;
}

static const struct host_ops host_ops = { .call = call };
static const struct resolver_ops resolver_ops = { .query = query };

static int set_up(void **state)
{
	static const char *zones[] = { zone_name };

	memset(&world, 0, sizeof world);
	*state = step_bench_new(&host_ops, &resolver_ops, zones, 1);
	return 0;
}

static int tear_down(void **state)
{
	struct step_bench *b = *state;

	buf_free(&world.published);
	buf_free(&world.tiny);
	step_bench_free(&b);
	return 0;
}

static void add_rr(struct buf *out, const ldns_rr *rr)
{
	char *text = ldns_rr2str(rr);

	assert_non_null(text);
	buf_adds(out, text);
	free(text);
}

static void publish(ldns_key *k)
{
	ldns_rr *rr = ldns_key2rr(k);

	ldns_rr_set_ttl(rr, 3600);
	add_rr(&world.published, rr);
	ldns_rr_free(rr);
}

/* The tiny zone's SOA, signed by @count of @keys. */
static void sign_tiny(ldns_key *const *keys, size_t count)
{
	ldns_rr_list *set = ldns_rr_list_new(), *signatures;
	ldns_key_list *list = ldns_key_list_new();
	ldns_rr *soa = NULL;

	assert_int_equal(ldns_rr_new_frm_str(&soa, tiny_soa, 3600, NULL, NULL), LDNS_STATUS_OK);
	(void)ldns_rr_list_push_rr(set, soa);
	for (size_t i = 0; i < count; i++)
		(void)ldns_key_list_push_key(list, keys[i]);
	signatures = ldns_sign_public(set, list);
	assert_int_equal(ldns_rr_list_rr_count(signatures), count);
	buf_reset(&world.tiny);
	add_rr(&world.tiny, soa);
	for (size_t i = 0; i < count; i++)
		add_rr(&world.tiny, ldns_rr_list_rr(signatures, i));
	ldns_rr_list_deep_free(signatures);
	ldns_rr_list_deep_free(set);
	ldns_key_list_set_key_count(list, 0); /* they are the caller's */
	ldns_key_list_free(list);
}

/* What the snapshot says of the active keys aa01, aa02 … */
static void remember(struct step_bench *b, ldns_key *const *keys, size_t count)
{
	struct buf states = { 0 }, manifest = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_addf(&states, "%s;ZSK;NA;omnipresent;NA;omnipresent;1;1;aa0%zu\n", zone_name, i + 1);
		buf_addf(&manifest, "meta key aa0%zu %s ZSK %d %d omnipresent done SoftHSM\n", i + 1, zone_name,
		         ldns_key_keytag(keys[i]), ALGORITHM);
	}
	assert_int_equal(kit_keep(&b->ctx, FACT_KEYS, buf_str(&states), &e), RC_OK);
	assert_int_equal(kit_keep(&b->ctx, FACT_MANIFEST, buf_str(&manifest), &e), RC_OK);
	buf_free(&states);
	buf_free(&manifest);
}

static void of_two_keys_with_one_tag_each_has_to_sign(void **state)
{
	struct step_bench *b = *state;
	ldns_key *twins[2];
	struct err e = { 0 };

	make_twins(twins);
	remember(b, twins, 2);
	publish(twins[0]);
	publish(twins[1]);
	sign_tiny(twins, 1);
	assert_int_equal(prove_verify(&b->ctx, &e), RC_REMOTE);
	assert_non_null(strstr(e.text, "made no signature that verifies"));
	sign_tiny(twins + 1, 1);
	assert_int_equal(prove_verify(&b->ctx, &e), RC_REMOTE);
	sign_tiny(twins, 2);
	assert_int_equal(prove_verify(&b->ctx, &e), RC_OK);
	for (size_t i = 0; i < 2; i++)
		ldns_key_deep_free(twins[i]);
}

/* Each zone may take as long as its slowest server. */
static void the_lease_is_kept_between_zones(void **state)
{
	struct step_bench *b = *state;
	ldns_key *key = make_key();
	struct err e = { 0 };

	remember(b, &key, 1);
	publish(key);
	sign_tiny(&key, 1);
	assert_int_equal(prove_verify(&b->ctx, &e), RC_OK);
	assert_int_equal(b->beats, 1);
	b->beat = RC_BLOCKED;
	assert_int_equal(prove_verify(&b->ctx, &e), RC_BLOCKED);
	ldns_key_deep_free(key);
}

/* One signer makes them all. The bound of the far side is tested in tests/far. */
static void the_more_zones_the_longer_it_may_take(void **state)
{
	static const struct {
		size_t zones;
		int seconds;
	} cases[] = { { 1, 330 }, { 3, 331 }, { 1000, 830 }, { 100000, 870 } };
	const struct step *step = step_find(step_table(KIND_SWITCHOVER), "prove-keys");
	struct step_bench *b = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char **zones = xcalloc(cases[i].zones, sizeof *zones);
		struct err e = { 0 };

		for (size_t z = 0; z < cases[i].zones; z++)
			zones[z] = "elsewhere.test";
		remember(b, NULL, 0);
		b->plan.zones = zones;
		b->plan.zone_count = cases[i].zones;
		assert_int_equal(prove_verify(&b->ctx, &e), RC_REMOTE);
		assert_non_null(strstr(e.text, "nothing of elsewhere.test was signed"));
		assert_int_equal(world.timeout_s, cases[i].seconds);
		assert_true(world.timeout_s < step->timeout_s);
		free(zones);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_two_keys_with_one_tag_each_has_to_sign, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_lease_is_kept_between_zones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_more_zones_the_longer_it_may_take, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
