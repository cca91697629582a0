#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/pair/zone_study.h"
#include "tests/support/make_zone_answer.h"

#define SOA(serial) \
	"example.\t3600\tIN\tSOA\tns.example. hm.example. " serial " 1 1 1 1\nexample.\t3600\tIN\tNS\tns.example.\n"
#define A(address) "ns.example.\t3600\tIN\tA\t" address "\n"

static char alpha[] = "alpha", bravo[] = "bravo", address[] = "192.0.2.1", conf[] = "/etc/opendnssec/conf.xml";
static struct pair_config pair = { .instance = { { .name = alpha, .host = address, .configuration = conf },
	                                         { .name = bravo, .host = address, .configuration = conf } } };

struct fake {
	struct host host;
	const char *zone;
	bool lost; /* half way */
};
static struct fake fakes[2];

static enum rc fake_read(struct host *host, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                         struct cancel *c, struct err *e)
{
	const struct fake *f = (const struct fake *)host;
	struct buf b = { 0 };
	bool taken;

	(void)q;
	(void)max;
	(void)c;
	make_zone_answer(&b, f->zone);
	taken = sink(ctx, b.p, f->lost ? b.len - 100 : b.len);
	buf_free(&b);
	if (!taken)
		return err_set(e, RC_CANCELLED, "stopped");
	return f->lost ? err_set(e, RC_UNKNOWN, "the connection was lost") : RC_OK;
}

static const struct host_ops ops = { .read = fake_read };

static struct observation seen[2];
static struct obs_zone there[2];
static struct board_zone zone;
static struct board board;

static struct study_args set(const char *left, const char *right)
{
	static struct host *hosts[2] = { &fakes[0].host, &fakes[1].host };
	const char *texts[2] = { left, right };

	for (int k = 0; k < 2; k++) {
		fakes[k] = (struct fake){ .host = { &ops, &pair.instance[k] }, .zone = texts[k] };
		seen[k] = (struct observation){ .refs = 1, .reachable = true };
		there[k] =
		    (struct obs_zone){ .name = "example",
			               .signed_zone = { .know = { .ok = true }, .size = (int64_t)strlen(texts[k]) } };
	}
	zone = (struct board_zone){ .name = "example", .on = { &there[0], &there[1] } };
	board = (struct board){
		.refs = 1, .pair = &pair, .obs = { &seen[0], &seen[1] }, .standby = 1, .zones = &zone, .zone_count = 1
	};
	return (struct study_args){ .hosts = hosts,
		                    .board = &board,
		                    .zone = "example",
		                    .samples = 10,
		                    .compare = true,
		                    .expiry = true,
		                    .timeout_s = 5 };
}

static void what_differs(void **state)
{
	struct study_args args = set(SOA("8") A("192.0.2.1"), SOA("7") A("192.0.2.2"));
	struct zone_study *s = zone_study_make(&args);

	(void)state;
	assert_true(s->compared);
	assert_int_equal(s->rc, RC_OK);
	assert_false(s->difference.equal);
	assert_int_equal(s->difference.counts[BAND_DATA], 1);
	assert_int_equal(s->difference.serials[0], 8);
	assert_int_equal(s->difference.serials[1], 7);
	assert_non_null(strstr(s->difference.changes[0].text, "bravo"));
	assert_non_null(s->side[0].expiry);
	assert_int_equal(s->side[1].expiry->serial, 7);
	zone_study_free(&s);
}

/* It is no failure, and the other side is read all the same. */
static void a_side_that_has_none(void **state)
{
	struct study_args args = set(SOA("8"), SOA("8"));
	struct obs_file absent = { .what = "signed zone", .zone = "example", .exists = TRI_NO };
	struct zone_study *s;

	(void)state;
	there[1].signed_zone.know.ok = false;
	seen[1].files = &absent;
	seen[1].file_count = 1;
	s = zone_study_make(&args);
	assert_false(s->compared);
	assert_int_equal(s->rc, RC_OK);
	assert_int_equal(s->side[1].state, STUDY_NONE);
	assert_non_null(strstr(s->why, "bravo has no signed file"));
	assert_non_null(s->side[0].expiry);
	zone_study_free(&s);
	seen[1].reachable = false; /* then it is not known whether it has one */
	s = zone_study_make(&args);
	assert_int_equal(s->side[1].state, STUDY_FAILED);
	assert_false(s->compared);
	zone_study_free(&s);
}

/* What was compared before the link was lost is not taken for an answer. */
static void a_link_that_is_lost(void **state)
{
	struct study_args args = set(SOA("8") A("192.0.2.1"), SOA("8") A("192.0.2.1") A("192.0.2.2"));
	struct zone_study *s;

	(void)state;
	fakes[1].lost = true;
	s = zone_study_make(&args);
	assert_false(s->compared);
	assert_int_equal(s->rc, RC_UNKNOWN);
	assert_int_equal(s->side[1].state, STUDY_FAILED);
	assert_non_null(strstr(s->why, "the connection was lost"));
	assert_null(s->side[1].expiry);
	assert_non_null(s->side[0].expiry);
	zone_study_free(&s);
}

static void no_zone_file(void **state)
{
	struct study_args args = set(SOA("8"), "this is no zone file\n");
	struct zone_study *s = zone_study_make(&args);

	(void)state;
	assert_false(s->compared);
	assert_int_equal(s->rc, RC_PARSE);
	assert_non_null(strstr(s->why, "bravo"));
	zone_study_free(&s);
}

static void cancels(void *ctx, const struct study_progress *p)
{
	assert_true(p->total == 0 || p->done <= p->total);
	cancel_raise(ctx);
}

static void is_given_up(void **state)
{
	struct study_args args = set(SOA("8"), SOA("8"));
	struct zone_study *s;

	(void)state;
	args.cancel = cancel_new();
	args.told = cancels;
	args.ctx = args.cancel;
	s = zone_study_make(&args);
	assert_false(s->compared);
	assert_int_equal(s->rc, RC_CANCELLED);
	zone_study_free(&s);
	cancel_free(&args.cancel);
}

/* ---- against a name server ---- */

struct fake_server {
	struct resolver resolver;
	const char *zone;
	enum rc rc;
};

static enum rc fake_transfer(struct resolver *r, const char *server, const char *name, int timeout_ms,
                             host_sink_fn sink, void *ctx, struct cancel *c, struct err *e)
{
	const struct fake_server *f = (const struct fake_server *)r;

	(void)c;
	assert_string_equal(server, "192.0.2.53");
	assert_string_equal(name, "example");
	assert_true(timeout_ms > 0);
	if (f->zone != NULL && !sink(ctx, f->zone, strlen(f->zone)))
		return err_set(e, RC_CANCELLED, "stopped");
	return f->rc == RC_OK ? RC_OK : err_set(e, f->rc, "name server %s refuses", server);
}

static const struct resolver_ops server_ops = { .transfer = fake_transfer };
static struct fake_server server;

static struct study_args set_served(const char *served, enum rc rc)
{
	struct study_args args = set(SOA("6"), SOA("8") A("192.0.2.1"));

	board.active = 1;
	board.standby = 0;
	server = (struct fake_server){ { &server_ops }, served, rc };
	args.server = "192.0.2.53";
	args.resolver = &server.resolver;
	args.expiry = false;
	return args;
}

static void notes_names(void *ctx, const struct study_progress *p)
{
	assert_string_equal(p->names[0], "bravo");
	assert_string_equal(p->names[1], "192.0.2.53");
	(*(int *)ctx)++;
}

/* The active is the left side, whichever instance it is. */
static void what_a_name_server_gives(void **state)
{
	struct study_args args = set_served(SOA("7") A("192.0.2.2"), RC_OK);
	struct zone_study *s;
	int told = 0;

	(void)state;
	args.told = notes_names;
	args.ctx = &told;
	s = zone_study_make(&args);
	assert_true(s->compared);
	assert_true(told > 0);
	assert_int_equal(s->difference.serials[0], 8);
	assert_int_equal(s->difference.serials[1], 7);
	assert_int_equal(s->difference.counts[BAND_DATA], 1);
	assert_non_null(
	    strstr(s->difference.changes[0].text, "only bravo has 192.0.2.1; only 192.0.2.53 has 192.0.2.2"));
	zone_study_free(&s);
}

/* Nor is a zone that came in part one that lacks something. */
static void a_name_server_that_does_not(void **state)
{
	static const struct {
		const char *zone;
		enum rc rc;
	} rows[] = { { NULL, RC_BLOCKED }, { SOA("8"), RC_CONNECT }, { NULL, RC_USAGE } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct study_args args = set_served(rows[i].zone, rows[i].rc);
		struct zone_study *s = zone_study_make(&args);

		assert_false(s->compared);
		assert_int_equal(s->rc, rows[i].rc);
		assert_int_equal(s->side[1].state, STUDY_FAILED);
		assert_non_null(strstr(s->why, "of 192.0.2.53: name server 192.0.2.53 refuses"));
		zone_study_free(&s);
	}
}

static void an_active_that_has_none(void **state)
{
	struct study_args args = set_served(SOA("8"), RC_OK);
	struct zone_study *s;

	(void)state;
	zone.on[1] = NULL;
	s = zone_study_make(&args);
	assert_false(s->compared);
	assert_int_equal(s->side[0].state, STUDY_NONE);
	assert_string_equal(s->why, "bravo does not have the zone");
	zone_study_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs),
		cmocka_unit_test(a_side_that_has_none),
		cmocka_unit_test(a_link_that_is_lost),
		cmocka_unit_test(no_zone_file),
		cmocka_unit_test(is_given_up),
		cmocka_unit_test(what_a_name_server_gives),
		cmocka_unit_test(a_name_server_that_does_not),
		cmocka_unit_test(an_active_that_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
