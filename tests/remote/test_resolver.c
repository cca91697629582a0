/* Queries and transfers: of a real NSD, and of name servers that say nothing, or what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/wait.h"
#include "core/pair/zone_copy.h"
#include "core/zone/verify.h"
#include "ground.h"
#include "liar.h"
#include "nsd.h"
#include "remote/dns/resolver.h"

enum { PATIENT_MS = 20000, BRIEF_MS = 300, LATE_MS = 150 };

static struct resolver *r;

/* ---- asking ---- */

struct asked {
	struct arena arena;
	struct dns_answer answer;
	struct err e;
	int64_t took_ms;
};

static enum rc ask(struct asked *q, const char *server, const char *zone, const char *type, int timeout_ms,
                   struct cancel *c)
{
	int64_t began = clock_mono_ms();
	enum rc rc;

	*q = (struct asked){ 0 };
	rc = r->ops->query(r, server, zone, type, timeout_ms, &q->arena, &q->answer, c, &q->e);
	q->took_ms = clock_mono_ms() - began;
	return rc;
}

/* Records of @type in the answer. */
static size_t count_of(const struct asked *q, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < q->answer.record_count; i++) {
		char word[20] = "";

		assert_int_equal(sscanf(q->answer.records[i], "%*s %*s IN %19s", word), 1);
		n += strcmp(word, type) == 0;
	}
	return n;
}

static void assert_says(const struct err *e, const char *part)
{
	if (strstr(e->text, part) == NULL)
		fail_msg("'%s' does not say '%s'", e->text, part);
}

/* ---- a real one ---- */

static void a_zone_answers_with_its_signatures(void **state)
{
	static const struct {
		const char *type;
		size_t records;
	} rows[] = { { "SOA", 1 }, { "NS", 1 }, { "DNSKEY", 2 } };
	struct asked q;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(ask(&q, NSD_CHILD, "example.test", rows[i].type, PATIENT_MS, NULL), RC_OK);
		assert_true(q.answer.authoritative);
		assert_int_equal(q.answer.rcode, 0);
		assert_int_equal(count_of(&q, rows[i].type), rows[i].records);
		assert_true(count_of(&q, "RRSIG") >= 1);
		arena_free(&q.arena);
	}
}

static void names_of_every_kind(void **state)
{
	static const char *const names[] = { "EXAMPLE.Test", "example.test.", "0/25.2.0.192.in-addr.arpa",
		                             "xn--bcher-kva.test" };
	static const char *const none[] = { "a..test", ".a.test",
		                            "a234567890123456789012345678901234567890123456789012345678901234.test" };
	struct asked q;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(ask(&q, NSD_CHILD, names[i], "SOA", PATIENT_MS, NULL), RC_OK);
		assert_int_equal(count_of(&q, "SOA"), 1);
		arena_free(&q.arena);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_int_equal(ask(&q, NSD_CHILD, none[i], "SOA", PATIENT_MS, NULL), RC_USAGE);
	assert_int_equal(ask(&q, NSD_CHILD, "example.test", "NOSUCHTYPE", PATIENT_MS, NULL), RC_USAGE);
	assert_int_equal(ask(&q, "ns1.example.test", "example.test", "SOA", PATIENT_MS, NULL), RC_USAGE);
}

static void what_does_not_fit_a_datagram_comes_by_tcp(void **state)
{
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, NSD_CHILD, "plain.test", "TXT", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(count_of(&q, "TXT"), 40);
	arena_free(&q.arena);
}

static void error_codes_are_answers(void **state)
{
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, NSD_CHILD, "elsewhere.example", "SOA", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(q.answer.rcode, 5); /* REFUSED */
	arena_free(&q.arena);
	assert_int_equal(ask(&q, NSD_CHILD, "never.test", "SOA", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(q.answer.rcode, 2); /* SERVFAIL */
	arena_free(&q.arena);
	assert_int_equal(ask(&q, NSD_PARENT, "nobody.test", "SOA", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(q.answer.rcode, 3); /* NXDOMAIN */
	assert_int_equal(q.answer.record_count, 0);
	arena_free(&q.arena);
}

/* ---- ds: who says that there is none ---- */

static void an_answer_without_records_names_the_zone_that_says_so(void **state)
{
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, NSD_PARENT, "insecure.test", "DS", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(q.answer.record_count, 0);
	assert_string_equal(q.answer.denied_by, "test.");
	arena_free(&q.arena);
	assert_int_equal(ask(&q, NSD_CHILD, "example.test", "DS", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(q.answer.record_count, 0);
	assert_string_equal(q.answer.denied_by, "example.test.");
	arena_free(&q.arena);
	assert_int_equal(ask(&q, NSD_PARENT, "example.test", "DS", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(count_of(&q, "DS"), 1);
	assert_null(q.answer.denied_by);
	arena_free(&q.arena);
}

/* ---- those that do not answer ---- */

static void nobody_there(void **state)
{
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, NSD_NOBODY, "example.test", "SOA", PATIENT_MS, NULL), RC_CONNECT);
	assert_says(&q.e, "cannot be reached: Connection refused");
	assert_in_range(q.took_ms, 0, LATE_MS);
	assert_int_equal(ask(&q, "192.0.2.77", "example.test", "SOA", PATIENT_MS, NULL), RC_CONNECT);
	assert_says(&q.e, "cannot be reached: Network is unreachable");
}

static void a_silent_one_is_left_at_the_deadline(void **state)
{
	struct liar *l = liar_new(NULL);
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", BRIEF_MS, NULL), RC_TIMEOUT);
	assert_says(&q.e, "does not answer");
	assert_in_range(q.took_ms, BRIEF_MS - 5, BRIEF_MS + LATE_MS);
	liar_free(&l);
}

/* ---- those that answer what is none ---- */

static const char *const right[] = { "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1", NULL };
static const char *const no_fields[] = { "example.test. 60 IN SOA \\# 0", "example.test. 60 IN DS \\# 0", NULL };
static const char *const nothing[] = { NULL };

static void other_id(ldns_pkt *pkt)
{
	ldns_pkt_set_id(pkt, (uint16_t)(ldns_pkt_id(pkt) + 1));
}

static void no_answer_bit(ldns_pkt *pkt)
{
	ldns_pkt_set_qr(pkt, false);
}

static void other_question(ldns_pkt *pkt)
{
	ldns_rr *asked = ldns_rr_list_pop_rr(ldns_pkt_question(pkt));

	ldns_rr_set_type(asked, LDNS_RR_TYPE_NS);
	(void)ldns_rr_list_push_rr(ldns_pkt_question(pkt), asked);
}

static void cut(ldns_pkt *pkt)
{
	ldns_pkt_set_tc(pkt, true);
}

static void garbage(struct liar_talk *t)
{
	uint8_t octets[600];

	memset(octets, 0xff, sizeof octets);
	(void)liar_say(t, octets, sizeof octets);
}

static void stranger(struct liar_talk *t)
{
	(void)liar_answer(t, other_id, right);
}

static void nothing_at_all(struct liar_talk *t)
{
	(void)liar_say(t, "", 0);
}

static void without_fields(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, no_fields);
}

static void rubbish_without_end(struct liar_talk *t)
{
	for (int i = 0; i < 20000; i++)
		garbage(t);
}

static void rubbish_first(struct liar_talk *t)
{
	garbage(t);
	nothing_at_all(t);
	(void)liar_answer(t, other_id, nothing);
	(void)liar_answer(t, other_question, nothing);
	(void)liar_answer(t, no_answer_bit, nothing);
	(void)liar_answer(t, NULL, right);
}

static void what_is_no_answer_is_passed_over(void **state)
{
	struct liar *l = liar_new(rubbish_first);
	struct asked q;

	(void)state;
	assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", PATIENT_MS, NULL), RC_OK);
	assert_int_equal(count_of(&q, "SOA"), 1);
	arena_free(&q.arena);
	liar_free(&l);
}

/* Nothing else came: the reason says what did. */
static void nothing_but_what_is_no_answer(void **state)
{
	static const struct {
		liar_fn fn;
		const char *says;
	} rows[] = {
		{ garbage, "answers what is no DNS message" },
		{ nothing_at_all, "answers what is no DNS message" },
		{ stranger, "answers another question than was asked" },
		{ without_fields, "a record that has fields missing" },
		{ rubbish_without_end, "answers what is no DNS message" },
	};
	struct asked q;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct liar *l = liar_new(rows[i].fn);

		assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", BRIEF_MS, NULL), RC_TIMEOUT);
		assert_says(&q.e, rows[i].says);
		assert_in_range(q.took_ms, 0, BRIEF_MS + LATE_MS);
		liar_free(&l);
	}
}

/* ---- tcp, after an answer that was cut ---- */

static void cut_then_whole(struct liar_talk *t)
{
	(void)liar_answer(t, t->stream ? NULL : cut, t->stream ? right : nothing);
}

static void cut_then_closed(struct liar_talk *t)
{
	if (!t->stream)
		(void)liar_answer(t, cut, nothing);
}

static void cut_then_garbage(struct liar_talk *t)
{
	if (t->stream)
		garbage(t);
	else
		(void)liar_answer(t, cut, nothing);
}

static void cut_then_stranger(struct liar_talk *t)
{
	(void)liar_answer(t, t->stream ? other_id : cut, nothing);
}

static void cut_then_silent(struct liar_talk *t)
{
	if (t->stream)
		liar_keep_silent(t);
	else
		(void)liar_answer(t, cut, nothing);
}

static void an_answer_that_was_cut_is_asked_for_by_tcp(void **state)
{
	static const struct {
		liar_fn fn;
		enum rc rc;
		const char *says;
	} rows[] = {
		{ cut_then_whole, RC_OK, "" },
		{ cut_then_closed, RC_PARSE, "closed the connection in the middle of its answer" },
		{ cut_then_garbage, RC_PARSE, "answers what is no DNS message" },
		{ cut_then_stranger, RC_PARSE, "answers another question" },
		{ cut_then_silent, RC_TIMEOUT, "does not answer" },
	};
	struct asked q;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct liar *l = liar_new(rows[i].fn);
		bool brief = rows[i].rc == RC_TIMEOUT;

		assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", brief ? BRIEF_MS : PATIENT_MS, NULL),
		                 rows[i].rc);
		assert_says(&q.e, rows[i].says);
		if (brief)
			assert_in_range(q.took_ms, BRIEF_MS - 5, BRIEF_MS + LATE_MS);
		if (rows[i].rc == RC_OK)
			assert_int_equal(count_of(&q, "SOA"), 1);
		arena_free(&q.arena);
		liar_free(&l);
	}
}

/* ---- whole zones ---- */

static bool keep(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return true;
}

static enum rc transfer(struct buf *zone, const char *server, const char *name, int timeout_ms, struct err *e)
{
	*e = (struct err){ 0 };
	*zone = (struct buf){ 0 };
	return r->ops->transfer(r, server, name, timeout_ms, keep, zone, NULL, e);
}

static void a_transfer_is_the_whole_zone(void **state)
{
	static const struct {
		const char *zone, *file;
	} rows[] = { { "example.test", NSD_SIGNED_FILE }, { "large.test.", NSD_LARGE_FILE } };
	struct buf zone;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(transfer(&zone, NSD_CHILD, rows[i].zone, PATIENT_MS, &e), RC_OK);
		ground_write("got", "%s", buf_str(&zone));
		ground_run(
		    "cd %s && { echo '$ORIGIN %s.'; cat %s; } >served && ldns-compare-zones -e got served >/dev/null "
		    "&& [ $(grep -c '[[:space:]]SOA[[:space:]][^A-Z]*ns' got) = 1 ]",
		    ground_dir(), i == 0 ? "example.test" : "large.test", rows[i].file);
		buf_free(&zone);
	}
}

/* Read by the scanner while it arrives, as a file would be; and then verified. */
static void a_transfer_can_be_verified(void **state)
{
	struct zone_copy_args args = { .resolver = r, .server = NSD_CHILD, .zone = "example.test", .timeout_s = 20 };
	struct zone_copy *copy = zone_copy_start(&args);
	struct zone_verdict v = { 0 };
	struct zscan scan = { .source = { .fd = -1, .spool = -1 } };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(zone_copy_begun(copy, &e), RC_OK);
	assert_int_equal(zone_copy_scan(copy, &scan, "example.test", NULL, &e), RC_OK);
	assert_int_equal(zone_verify(&scan, NULL, NSD_INCEPTION + 86400, &v, &e), RC_OK);
	assert_true(v.ok);
	assert_int_equal(v.serial, 7);
	assert_true(v.verified > 10);
	assert_int_equal(zone_copy_ended(copy, &e), RC_OK);
	scan_clear(&scan);
	zone_verdict_clear(&v);
	zone_copy_free(&copy);

	args.zone = "plain.test";
	copy = zone_copy_start(&args);
	assert_int_equal(zone_copy_begun(copy, &e), RC_BLOCKED);
	assert_says(&e, "the signed zone plain.test of " NSD_CHILD);
	zone_copy_free(&copy);
}

static void a_transfer_that_is_refused(void **state)
{
	struct liar *silent = liar_new(NULL);
	int64_t began = clock_mono_ms();
	struct buf zone;
	struct err e;

	(void)state;
	assert_int_equal(transfer(&zone, NSD_CHILD, "plain.test", PATIENT_MS, &e), RC_BLOCKED);
	assert_says(&e, "refuses the transfer of plain.test (REFUSED)");
	assert_int_equal(transfer(&zone, NSD_CHILD, "elsewhere.example", PATIENT_MS, &e), RC_BLOCKED);
	assert_int_equal(transfer(&zone, NSD_CHILD, "never.test", PATIENT_MS, &e), RC_BLOCKED);
	assert_says(&e, "of never.test (NOTAUTH)");
	assert_int_equal(transfer(&zone, NSD_NOBODY, "example.test", PATIENT_MS, &e), RC_CONNECT);
	assert_in_range(clock_mono_ms() - began, 0, 5000);
	assert_int_equal(transfer(&zone, liar_address(silent), "example.test", BRIEF_MS, &e), RC_TIMEOUT);
	assert_null(zone.p);
	liar_free(&silent);
}

/* ---- transfers that are none ---- */

static const char *const first_part[] = { "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                                  "example.test. 60 IN NS ns.test.", NULL };
static const char *const without_soa[] = { "example.test. 60 IN NS ns.test.", NULL };
static const char *const of_another_zone[] = { "example.net. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                                       "example.net. 60 IN NS ns.test.",
	                                       "example.net. 60 IN SOA ns.test. hm.test. 42 1 1 1 1", NULL };
static const char *const beyond_the_zone[] = { "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                                       "example.net. 60 IN NS ns.test.",
	                                       "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1", NULL };
static const char *const of_two_serials[] = { "example.test. 60 IN SOA ns.test. hm.test. 42 1 1 1 1",
	                                      "example.test. 60 IN NS ns.test.",
	                                      "example.test. 60 IN SOA ns.test. hm.test. 43 1 1 1 1", NULL };
static const char *const more[] = { "a.example.test. 60 IN A 192.0.2.1", NULL };

static void cut_short(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, first_part);
}

static void cut_within_a_message(struct liar_talk *t)
{
	static const uint8_t octets[] = { 0x10, 0x00, 0x00 };

	(void)liar_answer(t, NULL, first_part);
	(void)send(t->fd, octets, sizeof octets, MSG_NOSIGNAL);
}

static void no_soa(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, without_soa);
}

static void empty(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, nothing);
}

static void another_zone(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, of_another_zone);
}

static void beyond(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, beyond_the_zone);
}

static void two_serials(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, of_two_serials);
}

static void servfail(ldns_pkt *pkt)
{
	ldns_pkt_set_rcode(pkt, LDNS_RCODE_SERVFAIL);
}

static void fails_later(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, first_part);
	(void)liar_answer(t, servfail, nothing);
}

static void stranger_later(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, first_part);
	(void)liar_answer(t, other_id, more);
}

static void falls_silent(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, first_part);
	liar_keep_silent(t);
}

static void broken_transfers(void **state)
{
	static const struct {
		liar_fn fn;
		enum rc rc;
		const char *says;
	} rows[] = {
		{ cut_short, RC_PARSE, "closed the connection" },
		{ cut_within_a_message, RC_PARSE, "closed the connection" },
		{ no_soa, RC_PARSE, "without a SOA record" },
		{ garbage, RC_PARSE, "no DNS message" },
		{ nothing_at_all, RC_PARSE, "no DNS message" },
		{ without_fields, RC_PARSE, "fields missing" },
		{ empty, RC_BLOCKED, "an empty answer" },
		{ another_zone, RC_PARSE, "transfers another zone than example.test" },
		{ beyond, RC_PARSE, "which is not of example.test" },
		{ two_serials, RC_PARSE, "changed while it was transferred" },
		{ fails_later, RC_BLOCKED, "SERVFAIL" },
		{ stranger_later, RC_PARSE, "answers another question" },
		{ falls_silent, RC_TIMEOUT, "does not answer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct liar *l = liar_new(rows[i].fn);
		struct buf zone;
		struct err e;
		enum rc rc = transfer(&zone, liar_address(l), "example.test",
		                      rows[i].rc == RC_TIMEOUT ? BRIEF_MS : PATIENT_MS, &e);

		if (rc != rows[i].rc)
			fail_msg("row %zu: %s '%s'", i, rc_name(rc), e.text);
		assert_says(&e, rows[i].says);
		buf_free(&zone);
		liar_free(&l);
	}
}

/* ---- cancel ---- */

struct raiser {
	struct cancel *cancel;
	int64_t at_ms;
};

static void *raise_soon(void *arg)
{
	struct raiser *raiser = arg;
	struct wait w = { .until_ms = clock_mono_ms() + 100 };

	while (wait_for(&w, NULL, 0, -1) == RC_OK)
		continue;
	raiser->at_ms = clock_mono_ms();
	cancel_raise(raiser->cancel);
	return NULL;
}

static void endless(struct liar_talk *t)
{
	(void)liar_answer(t, NULL, first_part);
	liar_answer_without_end(t, more);
}

static bool swallow(void *ctx, const void *p, size_t len)
{
	(void)p;
	*(uint64_t *)ctx += len;
	return true;
}

static bool wants_no_more(void *ctx, const void *p, size_t len)
{
	(void)ctx;
	(void)p;
	(void)len;
	return false;
}

static void a_cancel_is_answered_at_once(void **state)
{
	static const struct {
		liar_fn fn;
		bool whole;
	} rows[] = { { NULL, false }, { cut_then_silent, false }, { rubbish_without_end, false },
		     { NULL, true },  { falls_silent, true },     { endless, true } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct raiser raiser = { .cancel = cancel_new() };
		struct liar *l = liar_new(rows[i].fn);
		uint64_t octets = 0;
		struct asked q = { 0 };
		pthread_t t;
		int64_t over;
		enum rc rc;

		assert_int_equal(pthread_create(&t, NULL, raise_soon, &raiser), 0);
		if (rows[i].whole)
			rc = r->ops->transfer(r, liar_address(l), "example.test", PATIENT_MS, swallow, &octets,
			                      raiser.cancel, &q.e);
		else
			rc = ask(&q, liar_address(l), "example.test", "SOA", PATIENT_MS, raiser.cancel);
		over = clock_mono_ms();
		assert_int_equal(pthread_join(t, NULL), 0);
		if (rc != RC_CANCELLED)
			fail_msg("row %zu: %s '%s'", i, rc_name(rc), q.e.text);
		assert_in_range(over - raiser.at_ms, 0, LATE_MS);
		liar_free(&l);
		cancel_free(&raiser.cancel);
	}
}

static atomic_int heard;

static void count(struct liar_talk *t)
{
	(void)t;
	atomic_fetch_add(&heard, 1);
}

static void what_is_cancelled_before_is_not_begun(void **state)
{
	struct cancel *c = cancel_new();
	struct liar *l = liar_new(count);
	uint64_t octets = 0;
	struct asked q;

	(void)state;
	cancel_raise(c);
	assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", PATIENT_MS, c), RC_CANCELLED);
	assert_int_equal(r->ops->transfer(r, liar_address(l), "example.test", PATIENT_MS, swallow, &octets, c, &q.e),
	                 RC_CANCELLED);
	cancel_reset(c);
	assert_int_equal(ask(&q, liar_address(l), "example.test", "SOA", BRIEF_MS, c), RC_TIMEOUT);
	liar_free(&l);
	assert_in_range(atomic_load(&heard), 1, 3); /* the tries of the last one */
	cancel_free(&c);
}

static void who_takes_it_can_stop_it(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(r->ops->transfer(r, NSD_CHILD, "large.test", PATIENT_MS, wants_no_more, NULL, NULL, &e),
	                 RC_CANCELLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_answers_with_its_signatures),
		cmocka_unit_test(names_of_every_kind),
		cmocka_unit_test(what_does_not_fit_a_datagram_comes_by_tcp),
		cmocka_unit_test(error_codes_are_answers),
		cmocka_unit_test(an_answer_without_records_names_the_zone_that_says_so),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(a_silent_one_is_left_at_the_deadline),
		cmocka_unit_test(what_is_no_answer_is_passed_over),
		cmocka_unit_test(nothing_but_what_is_no_answer),
		cmocka_unit_test(an_answer_that_was_cut_is_asked_for_by_tcp),
		cmocka_unit_test(a_transfer_is_the_whole_zone),
		cmocka_unit_test(a_transfer_can_be_verified),
		cmocka_unit_test(a_transfer_that_is_refused),
		cmocka_unit_test(broken_transfers),
		cmocka_unit_test(a_cancel_is_answered_at_once),
		cmocka_unit_test(what_is_cancelled_before_is_not_begun),
		cmocka_unit_test(who_takes_it_can_stop_it),
	};
	int failed;

	ground_enter();
	nsd_start();
	r = resolver_dns_new();
	failed = cmocka_run_group_tests_name("resolver", tests, NULL, NULL);
	r->ops->free(&r);
	ground_leave();
	return failed;
}
