/* What is seen in public: of a real NSD and its parent, and the reason where nothing is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/wait.h"
#include "core/pair/public.h"
#include "ground.h"
#include "liar.h"
#include "nsd.h"
#include "remote/dns/resolver.h"

enum { PATIENT_MS = 20000, LATE_MS = 300 };

static struct resolver *r;

/* One look at @zone at @server, and at its DS at @parent; either may be NULL. */
static void look(struct public_view *v, const char *server, const char *zone, const char *parent, int64_t ms,
                 struct cancel *c)
{
	struct parent_config at = { .zone = (char *)(uintptr_t)zone, .server = (char *)(uintptr_t)parent };
	char *servers[] = { (char *)(uintptr_t)server };
	struct pair_config pair = { .name_servers = servers,
		                    .name_server_count = server != NULL,
		                    .parents = &at,
		                    .parent_count = parent != NULL };

	public_observe(v, &pair, r, &zone, 1, clock_mono_ms() + ms, c);
}

static void assert_unknown(const struct know *k, const char *why)
{
	assert_false(k->ok);
	assert_non_null(k->why);
	if (strstr(k->why, why) == NULL)
		fail_msg("'%s' does not say '%s'", k->why, why);
	assert_non_null(k->source);
}

static void a_signed_zone_is_seen(void **state)
{
	struct public_view v;
	const struct public_zone *z;

	(void)state;
	look(&v, NSD_CHILD, "example.test", NSD_PARENT, PATIENT_MS, NULL);
	assert_int_equal(v.zone_count, 1);
	z = &v.zones[0];
	assert_true(z->know.ok);
	assert_int_equal(z->serial.v, 7);
	assert_int_equal(z->dnskey_count, 2);
	assert_true(z->dnskey_tags[0] == nsd_ksk_tag() || z->dnskey_tags[1] == nsd_ksk_tag());
	assert_memory_equal(z->dnskeys[0], "25", 2); /* 256 or 257 */
	assert_int_equal(z->first_expiry, NSD_FIRST);
	assert_string_equal(z->first_rrset, "example.test NS");
	assert_int_equal(z->last_inception, NSD_INCEPTION);
	assert_int_equal(v.ds_count, 1);
	assert_true(v.ds[0].know.ok);
	assert_int_equal(v.ds[0].record_count, 1);
	assert_int_equal(v.ds[0].records[0].tag, nsd_ksk_tag());
	for (size_t i = 0; i < z->dnskey_count; i++)
		assert_int_equal(ds_fits_text(&v.ds[0].records[0], "example.test", z->dnskeys[i]),
		                 z->dnskey_tags[i] == nsd_ksk_tag());
	public_view_clear(&v);
}

static void an_unsigned_zone_is_seen_to_be_that(void **state)
{
	struct public_view v;

	(void)state;
	look(&v, NSD_CHILD, "plain.test", NULL, PATIENT_MS, NULL);
	assert_true(v.zones[0].know.ok);
	assert_int_equal(v.zones[0].serial.v, 7);
	assert_int_equal(v.zones[0].dnskey_count, 0);
	assert_int_equal(v.zones[0].first_expiry, 0);
	public_view_clear(&v);
}

/* ---- answers that say nothing of the zone ---- */

static const char *const of_another_zone[] = { "example.net. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                                       "example.net. 60 IN DNSKEY 257 3 13 AAAA",
	                                       "example.net. 60 IN DS 1 13 2 00", NULL };
static const char *const no_more_than_a_signature[] = {
	"example.test. 60 IN RRSIG SOA 13 2 60 20380101000000 20260101000000 4711 example.test. AAAA", NULL
};
static const char *const right[] = { "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                             "example.test. 60 IN DS 4711 13 2 00", NULL };
static const char *const nothing[] = { NULL };

static void not_authoritative(ldns_pkt *pkt)
{
	ldns_pkt_set_aa(pkt, false);
}

static void another_zone(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, of_another_zone);
}

static void a_signature_alone(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, no_more_than_a_signature);
}

static void from_a_cache(struct liar_talk *t)
{
	(void)liar_answer(t, not_authoritative, right);
}

static void knows_nothing(struct liar_talk *t)
{
	(void)liar_answer(t, not_authoritative, nothing);
}

static void garbage(struct liar_talk *t)
{
	(void)liar_say(t, "no such thing", 13);
}

static void a_zone_that_is_not_there_is_unknown_with_the_reason(void **state)
{
	static const struct {
		const char *server, *zone, *why;
	} rows[] = {
		{ NSD_CHILD, "elsewhere.example", "does not serve elsewhere.example (REFUSED)" },
		{ NSD_CHILD, "never.test", "does not serve never.test (SERVFAIL)" },
		{ NSD_PARENT, "nobody.test", "does not serve nobody.test (NXDOMAIN)" },
		{ NSD_PARENT, "example.test", "does not serve example.test (not authoritative)" },
		{ NSD_PARENT, "host.test", "has no SOA record of host.test" },
		{ NSD_NOBODY, "example.test", "Connection refused" },
		{ "192.0.2.77", "example.test", "Network is unreachable" },
	};
	struct public_view v;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		look(&v, rows[i].server, rows[i].zone, NULL, PATIENT_MS, NULL);
		assert_unknown(&v.zones[0].know, rows[i].why);
		assert_false(v.zones[0].serial.ok);
		public_view_clear(&v);
	}
}

static void answers_that_prove_nothing_are_unknown(void **state)
{
	static const struct {
		liar_fn fn;
		const char *why;
	} rows[] = {
		{ another_zone, "has no SOA record of example.test" },
		{ a_signature_alone, "has no SOA record of example.test" },
		{ from_a_cache, "(not authoritative)" },
		{ knows_nothing, "(not authoritative)" },
		{ garbage, "answers what is no DNS message" },
		{ NULL, "does not answer" },
	};
	struct public_view v;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct liar *l = liar_new(rows[i].fn);

		look(&v, liar_address(l), "example.test", NULL, 500, NULL);
		assert_unknown(&v.zones[0].know, rows[i].why);
		assert_false(v.zones[0].serial.ok);
		assert_int_equal(v.zones[0].dnskey_count, 0);
		public_view_clear(&v);
		liar_free(&l);
	}
}

/* Records of other types than was asked for: as many as there is room for. */
static void more_than_was_asked_for(struct liar_talk *t)
{
	static const char soa[] = "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                  ns[] = "example.test. 60 IN NS ns.test.";
	char text[40][80];
	const char *records[2 + 40 + 1] = { soa, ns };

	for (size_t i = 0; i < 40; i++) {
		(void)snprintf(
		    text[i], sizeof text[i],
		    i % 2 == 0 ? "example.test. 60 IN DNSKEY 257 3 13 %04zu" : "example.test. 60 IN DS %zu 13 2 00", i);
		records[2 + i] = text[i];
	}
	(void)liar_answer(t, NULL, records);
}

static void records_that_were_not_asked_for_are_dropped(void **state)
{
	struct liar *l = liar_new(more_than_was_asked_for);
	struct public_view v;

	(void)state;
	look(&v, liar_address(l), "example.test", liar_address(l), PATIENT_MS, NULL);
	assert_true(v.zones[0].know.ok);
	assert_int_equal(v.zones[0].serial.v, 42);
	assert_int_equal(v.zones[0].dnskey_count, 20);
	assert_int_equal(v.ds[0].record_count, 20);
	public_view_clear(&v);
	liar_free(&l);
}

/* ---- ds ---- */

static void no_ds_is_what_the_parent_alone_can_say(void **state)
{
	static const struct {
		const char *server, *zone, *why; /* NULL: it is known that there is none */
	} rows[] = {
		{ NSD_PARENT, "insecure.test", NULL },
		{ NSD_CHILD, "example.test", "serves example.test itself" },
		{ NSD_CHILD, "elsewhere.example", "(REFUSED)" },
		{ NSD_PARENT, "nobody.test", "(NXDOMAIN)" },
		{ NSD_NOBODY, "example.test", "Connection refused" },
	};
	struct public_view v;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		look(&v, NULL, rows[i].zone, rows[i].server, PATIENT_MS, NULL);
		assert_int_equal(v.ds_count, 1);
		assert_int_equal(v.ds[0].record_count, 0);
		if (rows[i].why == NULL)
			assert_true(v.ds[0].know.ok);
		else
			assert_unknown(&v.ds[0].know, rows[i].why);
		public_view_clear(&v);
	}
}

static void a_ds_from_a_cache_counts_and_its_absence_does_not(void **state)
{
	struct liar *l = liar_new(from_a_cache);
	struct public_view v;

	(void)state;
	look(&v, NULL, "example.test", liar_address(l), PATIENT_MS, NULL);
	assert_true(v.ds[0].know.ok);
	assert_int_equal(v.ds[0].record_count, 1);
	assert_int_equal(v.ds[0].records[0].tag, 4711);
	public_view_clear(&v);
	liar_free(&l);
	l = liar_new(knows_nothing);
	look(&v, NULL, "example.test", liar_address(l), PATIENT_MS, NULL);
	assert_unknown(&v.ds[0].know, "(not authoritative)");
	public_view_clear(&v);
	liar_free(&l);
	l = liar_new(another_zone);
	look(&v, NULL, "example.test", liar_address(l), PATIENT_MS, NULL);
	assert_int_equal(v.ds[0].record_count, 0);
	public_view_clear(&v);
	liar_free(&l);
}

/* ---- many zones, and servers that hold up ---- */

static const char *const many[] = { "example.test", "plain.test", "large.test", "0/25.2.0.192.in-addr.arpa",
	                            "xn--bcher-kva.test" };
enum { MANY = sizeof many / sizeof *many };

static const struct public_zone *at(const struct public_view *v, const char *server, const char *zone)
{
	for (size_t i = 0; i < v->zone_count; i++)
		if (strcmp(v->zones[i].server, server) == 0 && name_equal(v->zones[i].zone, zone))
			return &v->zones[i];
	return NULL;
}

static void a_silent_server_holds_up_no_other(void **state)
{
	struct liar *silent = liar_new(NULL), *rubbish = liar_new(garbage);
	char *servers[] = { (char *)(uintptr_t)liar_address(silent), (char *)(uintptr_t)NSD_CHILD,
		            (char *)(uintptr_t)liar_address(rubbish) };
	struct pair_config pair = { .name_servers = servers, .name_server_count = 3 };
	int64_t began = clock_mono_ms(), took;
	struct public_view v;

	(void)state;
	public_observe(&v, &pair, r, many, MANY, began + PATIENT_MS, NULL);
	took = clock_mono_ms() - began;
	assert_int_equal(v.zone_count, 3 * MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_true(at(&v, NSD_CHILD, many[i])->know.ok);
		assert_false(at(&v, liar_address(silent), many[i])->know.ok);
		assert_false(at(&v, liar_address(rubbish), many[i])->know.ok);
	}
	assert_in_range(took, 0, 9000); /* one question's time, and what was asked beside it */
	public_view_clear(&v);
	liar_free(&silent);
	liar_free(&rubbish);
}

static void it_is_over_at_its_deadline(void **state)
{
	struct liar *silent = liar_new(NULL);
	int64_t began = clock_mono_ms();
	struct public_view v;

	(void)state;
	look(&v, liar_address(silent), "example.test", liar_address(silent), 400, NULL);
	assert_in_range(clock_mono_ms() - began, 0, 400 + LATE_MS);
	assert_unknown(&v.zones[0].know, "does not answer");
	assert_unknown(&v.ds[0].know, "does not answer");
	public_view_clear(&v);
	look(&v, NSD_CHILD, "example.test", NULL, 0, NULL);
	assert_unknown(&v.zones[0].know, "the time for this look was over");
	public_view_clear(&v);
	liar_free(&silent);
}

static void *raise_soon(void *arg)
{
	struct wait w = { .until_ms = clock_mono_ms() + 100 };

	while (wait_for(&w, NULL, 0, -1) == RC_OK)
		continue;
	cancel_raise(arg);
	return NULL;
}

static void a_cancel_ends_it_at_once(void **state)
{
	struct liar *silent = liar_new(NULL);
	struct cancel *c = cancel_new();
	int64_t began = clock_mono_ms();
	struct public_view v;
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, raise_soon, c), 0);
	look(&v, liar_address(silent), "example.test", NULL, PATIENT_MS, c);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_in_range(clock_mono_ms() - began, 100, 100 + LATE_MS);
	assert_unknown(&v.zones[0].know, "cancelled");
	public_view_clear(&v);
	liar_free(&silent);
	cancel_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_zone_is_seen),
		cmocka_unit_test(an_unsigned_zone_is_seen_to_be_that),
		cmocka_unit_test(a_zone_that_is_not_there_is_unknown_with_the_reason),
		cmocka_unit_test(answers_that_prove_nothing_are_unknown),
		cmocka_unit_test(records_that_were_not_asked_for_are_dropped),
		cmocka_unit_test(no_ds_is_what_the_parent_alone_can_say),
		cmocka_unit_test(a_ds_from_a_cache_counts_and_its_absence_does_not),
		cmocka_unit_test(a_silent_server_holds_up_no_other),
		cmocka_unit_test(it_is_over_at_its_deadline),
		cmocka_unit_test(a_cancel_ends_it_at_once),
	};
	int failed;

	ground_enter();
	nsd_start();
	r = resolver_dns_new();
	failed = cmocka_run_group_tests_name("public", tests, NULL, NULL);
	r->ops->free(&r);
	ground_leave();
	return failed;
}
