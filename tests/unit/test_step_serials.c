/* The serials that a run goes by, against a far side and name servers that say what is written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/run/step_serials.h"
#include "tests/support/make_step_bench.h"

static const char *zones[] = { "example.net", "example.org" };
enum { ZONES = sizeof zones / sizeof *zones };

static const char *serials; /* the far side's section of that name, on both instances */
static uint32_t published;  /* the SOA serial of every zone at every server */
static bool silent;         /* none of them answers */
static int asked;           /* times */

static enum rc call(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	struct buf out = { 0 };
	enum rc rc;

	(void)h;
	(void)c;
	buf_addf(&out, "odsf1 begin %s\n", q->verb);
	if (strcmp(q->verb, "alive") == 0)
		buf_adds(&out, "=running no\n=answers no\n=socket no\n=pidfile no\n");
	else if (strcmp(q->verb, "serials") == 0)
		buf_addf(&out, "=utc-offset +0000\n@serials\n%s.0\n", serials);
	buf_addf(&out, "odsf1 end %s 0\n", q->verb);
	rc = far_parse(a, q->verb, buf_str(&out), out.len, e);
	buf_free(&out);
	return rc;
}

static enum rc query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                     struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	(void)r;
	(void)server;
	(void)type;
	(void)timeout_ms;
	(void)c;
	asked++;
	if (silent)
		return err_set(e, RC_TIMEOUT, "no answer");
	a->authoritative = true;
	a->records = arena_alloc(arena, sizeof *a->records);
	a->records[a->record_count++] =
	    arena_printf(arena, "%s. 3600 IN SOA ns.invalid. h.invalid. %u 3600 600 86400 300", zone, published);
	return RC_OK;
}

static const struct host_ops host_ops = { .call = call };
static const struct resolver_ops resolver_ops = { .query = query };

static int set_up(void **state)
{
	silent = false;
	asked = 0;
	*state = step_bench_new(&host_ops, &resolver_ops, zones, ZONES);
	return 0;
}

static int tear_down(void **state)
{
	struct step_bench *b = *state;

	step_bench_free(&b);
	return 0;
}

/* Each zone may take as long as its slowest server. */
static void the_lease_is_kept_between_zones(void **state)
{
	struct step_bench *b = *state;
	struct err e = { 0 };

	serials = "|example.net;counter;50;50;100;100;100\n|example.org;counter;50;50;100;100;100\n";
	published = 100;
	assert_int_equal(compare_serials_verify(&b->ctx, &e), RC_OK);
	assert_int_equal(b->beats, ZONES);
	b->beat = RC_BLOCKED;
	assert_int_equal(compare_serials_verify(&b->ctx, &e), RC_BLOCKED);
}

/* Servers that are silent cost their time for each zone, in each of the looks until the public has what is new. */
static void the_lease_is_kept_between_zones_that_are_waited_for(void **state)
{
	struct step_bench *b = *state;
	struct err e = { 0 };

	serials = "|example.net;counter;50;50;100;100;100\n|example.org;counter;50;50;100;100;100\n";
	published = 100;
	assert_int_equal(compare_serials_verify(&b->ctx, &e), RC_OK);
	silent = true;
	asked = b->beats = 0;
	b->beat = RC_BLOCKED;
	assert_int_equal(verify_public_verify(&b->ctx, &e), RC_BLOCKED);
	assert_string_equal(e.text, "the lease is lost");
	assert_int_equal(asked, 1);
	assert_int_equal(b->beats, 1);
}

/* The first serial says nothing: with an unsigned one of 77 the signer counts on to 2147483727, and then its own
 * candidate, 78, is the greater one. The board refuses such a zone; but serials may have moved since. */
static void the_guard_asks_for_more_than_the_first_serial(void **state)
{
	static const struct {
		const char *serials;
		uint32_t published;
		enum step_state wanted;
	} cases[] = {
		{ "|example.net;counter;50;50;100;100;100\n|example.org;counter;50;50;100;100;100\n", 100, STEP_DONE },
		{ "|example.net;counter;50;50;100;100;100\n|example.org;counter;50;50;100;100;100\n", 101, STEP_TODO },
		{ "|example.net;counter;77;77;2147483718;2147483718;2147483718\n"
		  "|example.org;counter;77;77;2147483718;2147483718;2147483718\n",
		  2147483718, STEP_BLOCKED },
		{ "|example.net;keep;50;50;100;100;100\n|example.org;keep;101;101;100;100;100\n", 100, STEP_DONE },
	};
	struct step_bench *b = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = { 0 };

		serials = cases[i].serials;
		published = cases[i].published;
		assert_int_equal(compare_serials_verify(&b->ctx, &e), RC_OK);
		assert_int_equal(guard_check(&b->ctx, &e), cases[i].wanted);
		if (cases[i].wanted == STEP_BLOCKED)
			assert_non_null(strstr(e.text, "example.net: its serial would not go on rising"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_lease_is_kept_between_zones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_lease_is_kept_between_zones_that_are_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_guard_asks_for_more_than_the_first_serial, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
