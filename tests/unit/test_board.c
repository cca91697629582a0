#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/pair/board_ds.h"
#include "tests/support/make_board.h"

static struct board_serial serial_of(struct made_pair *m, const char *zone)
{
	return board_zone(made_board(m), zone)->serial;
}

static void record(struct observation *o, enum role role)
{
	o->has_record = TRI_YES;
	o->recorded_role = role;
}

static void roles_come_from_the_records(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	assert_int_equal(made_board(m)->active, MADE_ALPHA);
	record(m->obs[MADE_BRAVO], ROLE_ACTIVE);
	assert_int_equal(made_board(m)->active, MADE_BRAVO);
	record(m->obs[MADE_ALPHA], ROLE_STANDBY);
	assert_int_equal(made_board(m)->active, MADE_BRAVO);
	assert_int_equal(m->board->standby, MADE_ALPHA);
	/* Contradicting each other, they decide nothing. */
	record(m->obs[MADE_ALPHA], ROLE_ACTIVE);
	assert_int_equal(made_board(m)->active, MADE_ALPHA);
	/* The record of the one that can be reached decides alone. */
	record(m->obs[MADE_ALPHA], ROLE_STANDBY);
	made_unreachable(m, MADE_BRAVO, RC_CONNECT, "no route");
	assert_int_equal(made_board(m)->active, MADE_BRAVO);
	made_pair_free(&m);
}

static void observed_roles_are_what_runs(void **state)
{
	struct made_pair *m = made_pair_new();
	struct observation *bravo = m->obs[MADE_BRAVO];

	(void)state;
	assert_int_equal(made_board(m)->observed_role[MADE_ALPHA], ROLE_ACTIVE);
	assert_int_equal(m->board->observed_role[MADE_BRAVO], ROLE_STANDBY);
	bravo->enforcer.running = TRI_YES;
	assert_int_equal(made_board(m)->observed_role[MADE_BRAVO], 2);
	bravo->signer.running = TRI_UNKNOWN;
	assert_int_equal(made_board(m)->observed_role[MADE_BRAVO], -1);
	made_unreachable(m, MADE_BRAVO, RC_CONNECT, "no route");
	assert_int_equal(made_board(m)->observed_role[MADE_BRAVO], -1);
	made_pair_free(&m);
}

static void slack_is_that_of_the_first_signature(void **state)
{
	struct made_pair *m = made_pair_new();
	const struct slack *s;

	(void)state;
	s = &made_board(m)->slack;
	assert_true(s->seconds.ok);
	assert_int_equal(s->seconds.v, MADE_LIFE - 1800 - 3600);
	assert_string_equal(s->zone, "example.com");
	assert_string_equal(s->rrset, "example.com NS");
	assert_int_equal(s->first_expiry, MADE_NOW + MADE_LIFE);
	assert_int_equal(s->last_safe_start, MADE_NOW + MADE_LIFE - 1800 - 3600);
	assert_false(s->measured);
	/* What the public gives decides where it runs out earlier. */
	m->pub[2].first_expiry = MADE_NOW + 7200;
	m->measured = (struct measured){ 300, 4 };
	s = &made_board(m)->slack;
	assert_string_equal(s->zone, "example.org");
	assert_int_equal(s->seconds.v, 7200 - 300 - 3600);
	assert_true(s->measured && s->runs == 4 && s->failover_time == 300);
	made_pair_free(&m);
}

static void zones_with_the_least_slack_stand_first(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	made_board(m);
	assert_int_equal(m->board->zone_count, MADE_ZONES);
	assert_string_equal(m->board->zones[0].name, "example.com");
	assert_string_equal(m->board->zones[2].name, "example.org");
	assert_string_equal(m->board->zones[0].keys_word, "ok");
	m->obs[MADE_ALPHA]->keys[5].in_hsm = TRI_NO;
	made_board(m);
	assert_string_equal(m->board->zones[0].name, "example.org");
	assert_int_equal(m->board->zones[0].worst, SEV_STOP);
	assert_string_equal(m->board->zones[0].keys_word, "MISSING");
	made_pair_free(&m);
}

/* What nobody looked at is not well, whatever is found, or not, without it. */
static void no_zone_is_well_without_the_active(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	made_board(m);
	assert_int_equal(m->board->zones[0].worst, SEV_OK);
	assert_true(m->board->slack.seconds.ok);
	assert_false(m->board->slack.at_most);
	made_unreachable(m, MADE_ALPHA, RC_CONNECT, "no route");
	made_board(m);
	assert_true(m->board->zone_count > 0);
	for (size_t i = 0; i < m->board->zone_count; i++)
		assert_true(m->board->zones[i].worst >= SEV_UNKNOWN);
	assert_int_equal(m->board->slack.at_most, m->board->slack.seconds.ok);
	made_pair_free(&m);
}

static void serials_are_predicted_and_repaired(void **state)
{
	struct made_pair *m = made_pair_new();
	struct obs_zone *z = &m->obs[MADE_ALPHA]->zones[0];
	struct board_serial s = serial_of(m, "example.com");

	(void)state;
	assert_true(s.published.ok && s.published.v == 120);
	assert_true(s.predicted.ok && s.predicted.v == 121);
	assert_int_equal(s.predicted_order, SERIAL_GREATER);
	assert_true(s.repairable && s.repaired.v == 121 && s.target.v == 120);

	/* The trap: published is ahead of what a restore would give. */
	m->pub[0].serial.v = 9000;
	s = serial_of(m, "example.com");
	assert_int_equal(s.predicted.v, 121);
	assert_int_equal(s.predicted_order, SERIAL_LESS);
	assert_true(s.repairable && s.repaired.v == 9001 && s.target.v == 9000);

	/* keep: it would not sign by itself; forced once, above everything. */
	m->obs[MADE_ALPHA]->policies[0].serial = SERIAL_KEEP;
	s = serial_of(m, "example.com");
	assert_true(s.refuses && !s.predicted.ok);
	assert_true(s.repairable && s.repaired.v == 9001);
	z->unsigned_serial.v = 9500;
	s = serial_of(m, "example.com");
	assert_true(!s.refuses && s.predicted.v == 9500 && s.repaired.v == 9500);
	made_pair_free(&m);
}

static void what_is_2_to_the_31_away_is_not_repaired(void **state)
{
	const int64_t half = INT64_C(1) << 31, offs[] = { 100, 119, 120, 121, 122, 150, 1000 };
	struct made_pair *m = made_pair_new();
	struct board_serial s;

	(void)state;
	for (size_t i = 0; i < sizeof offs / sizeof *offs; i++) {
		m->pub[0].serial.v = half + offs[i];
		s = serial_of(m, "example.com");
		/* Just above, the signer passes out of the half circle a few signs later. */
		assert_int_equal(s.predicted_order == SERIAL_GREATER, offs[i] > 121);
		assert_int_equal(s.repairable, offs[i] == 1000);
	}
	/* Two servers that are 2^31 apart have no greatest serial. */
	m->pub[0].serial.v = 120;
	m->pub[2] = m->pub[0];
	m->pub[2].serial.v = half + 120;
	s = serial_of(m, "example.com");
	assert_true(s.no_order && !s.published.ok && !s.repairable);
	made_pair_free(&m);
}

static void keys_are_seen_from_everywhere(void **state)
{
	struct made_pair *m = made_pair_new();
	const struct board_key *k;

	(void)state;
	m->pub[1].dnskey_count = 1;
	m->obs[MADE_BRAVO]->repositories[0].cka_id_count = 1;
	made_board(m);
	assert_int_equal(m->board->key_count, MADE_KEYS);
	k = &m->board->keys[0];
	assert_string_equal(k->key->zone, "example.com");
	assert_int_equal(k->key->role, KEY_KSK);
	assert_int_equal(k->in_hsm[MADE_ALPHA], TRI_YES);
	assert_int_equal(k->in_hsm[MADE_BRAVO], TRI_YES);
	assert_int_equal(k->published, TRI_YES);
	assert_int_equal(k->ds, TRI_YES);
	k = &m->board->keys[3];
	assert_string_equal(k->key->zone, "example.net");
	assert_int_equal(k->in_hsm[MADE_BRAVO], TRI_NO);
	assert_int_equal(k->published, TRI_NO);
	assert_int_equal(k->ds, TRI_UNKNOWN);
	made_unreachable(m, MADE_BRAVO, RC_CONNECT, "no route");
	assert_int_equal(made_board(m)->keys[0].in_hsm[MADE_BRAVO], TRI_UNKNOWN);
	made_pair_free(&m);
}

static void the_ds_at_the_parent_is_that_of_a_key_by_its_digest(void **state)
{
	static const struct {
		int digest_type;
		bool other_digest, unseen;
		enum tri wanted;
	} rows[] = {
		{ 1, false, false, TRI_YES }, { 2, false, false, TRI_YES },    { 4, false, false, TRI_YES },
		{ 2, true, false, TRI_NO },   { 2, false, true, TRI_UNKNOWN }, { 2, true, true, TRI_UNKNOWN },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made_pair *m = made_pair_new();

		made_ds(&m->ds[0].records[0], m, (uint8_t)rows[i].digest_type);
		m->ds[0].records[0].digest[0] ^= rows[i].other_digest;
		m->obs[MADE_ALPHA]->zones[0].signed_zone.know.ok = !rows[i].unseen;
		m->pub[0].know.ok = !rows[i].unseen;
		m->pub[0].know.why = "no answer";
		made_board(m);
		for (size_t k = 0; k < m->board->key_count; k++) {
			const struct board_key *row = &m->board->keys[k];
			bool of_zone = strcmp(row->key->zone, "example.com") == 0;

			assert_int_equal(row->ds, !of_zone                    ? TRI_UNKNOWN
			                          : row->key->role == KEY_ZSK ? TRI_NO
			                                                      : rows[i].wanted);
		}
		assert_ptr_equal(board_ds_of(m->board, "Example.com.", &why), &m->board->ds[0]);
		assert_null(board_ds_of(m->board, "example.net", &why));
		assert_null(why);
		made_pair_free(&m);
	}
	struct made_pair *m = made_pair_new();

	m->ds[0].know = (struct know){ .why = "silence" };
	assert_null(board_ds_of(made_board(m), "example.com", &why));
	assert_string_equal(why, "silence");
	made_pair_free(&m);
}

static void exit_codes_are_those_of_a_monitor(void **state)
{
	struct made_pair *m = made_pair_new();
	struct observation *a = m->obs[MADE_ALPHA];

	(void)state;
	assert_int_equal(board_exit_code(made_board(m)), 0);
	a->prevent_startup = TRI_YES;
	assert_int_equal(board_exit_code(made_board(m)), 1);
	m->pub[0].know = (struct know){ .why = "no answer", .source = "192.0.2.53" };
	assert_int_equal(board_exit_code(made_board(m)), 3);
	a->enforcer.running = TRI_NO;
	assert_int_equal(board_exit_code(made_board(m)), 2);
	made_unreachable(m, MADE_BRAVO, RC_CONNECT, "no route");
	assert_int_equal(board_exit_code(made_board(m)), 3);
	made_pair_free(&m);
}

static void zone_names_compare_as_dns_does(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	assert_non_null(board_zone(made_board(m), "Example.COM."));
	assert_null(board_zone(m->board, "example"));
	made_pair_free(&m);
}

static void a_board_outlives_what_it_was_made_of(void **state)
{
	struct made_pair *m = made_pair_new();
	struct board *b = board_ref(made_board(m));
	struct observation *o[2] = { observation_ref(m->obs[0]), observation_ref(m->obs[1]) };
	struct board *again = board_ref(b);

	(void)state;
	observation_unref(&o[0]);
	observation_unref(&o[1]);
	board_unref(&again);
	assert_null(again);
	m->pub[0].dnskey_tags[0] = 1;
	assert_string_equal(board_zone(b, "example.com")->name, "example.com");
	assert_int_not_equal(b->public_zones[0].dnskey_tags[0], 1);
	board_unref(&b);
	made_pair_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_come_from_the_records),
		cmocka_unit_test(observed_roles_are_what_runs),
		cmocka_unit_test(slack_is_that_of_the_first_signature),
		cmocka_unit_test(zones_with_the_least_slack_stand_first),
		cmocka_unit_test(no_zone_is_well_without_the_active),
		cmocka_unit_test(serials_are_predicted_and_repaired),
		cmocka_unit_test(what_is_2_to_the_31_away_is_not_repaired),
		cmocka_unit_test(keys_are_seen_from_everywhere),
		cmocka_unit_test(the_ds_at_the_parent_is_that_of_a_key_by_its_digest),
		cmocka_unit_test(exit_codes_are_those_of_a_monitor),
		cmocka_unit_test(zone_names_compare_as_dns_does),
		cmocka_unit_test(a_board_outlives_what_it_was_made_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
