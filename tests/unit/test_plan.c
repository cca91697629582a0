/* Plans of made boards: what is frozen, what the id depends on, and what is refused with which reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/run/plan.h"
#include "tests/support/make_board.h"

static struct plan *plan_of(struct made_pair *m)
{
	struct plan *p = NULL;
	struct err e = { 0 };

	if (plan_make(&p, made_board(m), KIND_SWITCHOVER, NULL, &e) != RC_OK)
		fail_msg("%s", e.text);
	return p;
}

typedef void (*change_fn)(struct made_pair *m);

static void id_after(change_fn change, char id[65])
{
	struct made_pair *m = made_pair_new();
	struct plan *p;

	if (change != NULL)
		change(m);
	p = plan_of(m);
	memcpy(id, p->id, 65);
	plan_free(&p);
	made_pair_free(&m);
}

static void its_inputs_are_frozen(void **state)
{
	struct made_pair *m = made_pair_new();
	struct plan *p = plan_of(m);
	const struct step_table *table = step_table(KIND_SWITCHOVER);

	(void)state;
	made_pair_free(&m); /* nothing of the plan may point into the board */
	assert_string_equal(p->from, "alpha");
	assert_string_equal(p->to, "bravo");
	assert_int_equal(p->refusal_count, 0);
	assert_int_equal(p->zone_count, MADE_ZONES);
	for (size_t i = 1; i < p->zone_count; i++)
		assert_true(strcmp(p->zones[i - 1], p->zones[i]) < 0);
	assert_int_equal(p->step_count, table->count);
	for (size_t i = 0; i < p->step_count; i++) {
		assert_ptr_equal(p->steps[i].step, &table->steps[i]);
		assert_null(strstr(p->steps[i].command, "%old"));
		assert_null(strstr(p->steps[i].command, "%new"));
		assert_null(strstr(p->steps[i].by_hand, "%old"));
	}
	assert_int_equal(strspn(p->id, "0123456789abcdef"), 64);
	plan_free(&p);
}

static void later(struct made_pair *m)
{
	m->now += 600;
	for (int i = 0; i < 2; i++)
		m->obs[i]->at += 600;
	for (size_t i = 0; i < MADE_ZONES; i++)
		m->pub[i].serial.v += 10;
}

/* A host lists its zones in the order of its database. */
static void other_order(struct made_pair *m)
{
	struct obs_zone first = m->obs[MADE_ALPHA]->zones[0];

	m->obs[MADE_ALPHA]->zones[0] = m->obs[MADE_ALPHA]->zones[2];
	m->obs[MADE_ALPHA]->zones[2] = first;
}

static void other_version(struct made_pair *m)
{
	m->obs[MADE_BRAVO]->version = "2.1.13";
}

static void other_key(struct made_pair *m)
{
	m->obs[MADE_ALPHA]->keys[0].cka_id = "00112233445566778899aabbccddeeff";
}

static void zone_gone(struct made_pair *m)
{
	m->obs[MADE_ALPHA]->zone_count--;
}

static void policy_changed(struct made_pair *m)
{
	assert_true(m->obs[MADE_ALPHA]->policy_count > 0);
	m->obs[MADE_ALPHA]->policies[0].digest = "changed";
}

static void the_id_is_of_what_matters(void **state)
{
	static const struct {
		change_fn change;
		bool same;
	} rows[] = {
		{ later, true },      { other_order, true }, { other_version, false },
		{ other_key, false }, { zone_gone, false },  { policy_changed, false },
	};
	char plain[65], id[65];

	(void)state;
	id_after(NULL, plain);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		id_after(rows[i].change, id);
		if ((strcmp(plain, id) == 0) != rows[i].same)
			fail_msg("row %zu: %s, %s", i, plain, id);
	}
}

static void warm(struct made_pair *m)
{
	m->pair.mode = MODE_WARM;
}

static void dual(struct made_pair *m)
{
	m->pair.mode = MODE_DUAL;
}

static void mysql(struct made_pair *m)
{
	m->obs[0]->conf.datastore = m->obs[1]->conf.datastore = DATASTORE_MYSQL;
}

static void dns_adapter(struct made_pair *m)
{
	m->obs[MADE_ALPHA]->zones[1].output = ADAPTER_DNS;
}

static void other_hsm(struct made_pair *m)
{
	m->obs[0]->repositories[0].softhsm = m->obs[1]->repositories[0].softhsm = false;
}

static void other_path(struct made_pair *m)
{
	m->obs[MADE_BRAVO]->conf.signer_dir = "/srv/signer";
}

/* Its steps can be read all the same; a run of it ends with 4. */
static void what_is_not_carried_out_yet_is_refused(void **state)
{
	static const struct {
		change_fn change;
		const char *finding;
	} rows[] = {
		{ warm, "mode-unsupported" },       { dual, "mode-unsupported" },
		{ mysql, "datastore-unsupported" }, { dns_adapter, "adapter-unsupported" },
		{ other_hsm, "hsm-unsupported" },   { other_path, "paths-differ" },
	};

	(void)state;
	assert_int_equal(rc_exit_code(RC_BLOCKED), 4);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made_pair *m = made_pair_new();
		const struct finding *f;
		struct plan *p;
		bool said = false;

		rows[i].change(m);
		p = plan_of(m);
		assert_true(p->refusal_count > 0);
		assert_true(p->step_count > 0);
		for (size_t k = 0; k < m->board->finding_count && !said; k++) {
			f = &m->board->findings[k];
			said = strcmp(f->id, rows[i].finding) == 0 && strcmp(f->text, p->refusals[0]) == 0;
		}
		if (!said)
			fail_msg("row %zu: \"%s\" is not what %s says", i, p->refusals[0], rows[i].finding);
		plan_free(&p);
		made_pair_free(&m);
	}
}

static void a_pair_without_zones_has_nothing_to_switch_over(void **state)
{
	struct made_pair *m = made_pair_new();
	struct plan *p;

	(void)state;
	m->obs[MADE_ALPHA]->zone_count = m->obs[MADE_ALPHA]->key_count = 0;
	p = plan_of(m);
	assert_int_equal(p->refusal_count, 1);
	assert_string_equal(p->refusals[0], "alpha has no zone: there is nothing to switch over");
	plan_free(&p);
	/* What was not seen is not none. */
	m->obs[MADE_ALPHA]->database.ok = false;
	p = plan_of(m);
	assert_int_equal(p->refusal_count, 0);
	plan_free(&p);
	made_pair_free(&m);
}

static void other_kinds_say_that_they_are_not_carried_out(void **state)
{
	(void)state;
	for (int kind = KIND_SWITCHOVER; kind <= KIND_FAILBACK; kind++) {
		struct made_pair *m = made_pair_new();
		struct err e = { 0 };
		struct plan *p = NULL;

		m->kind = (enum run_kind)kind;
		assert_int_equal(plan_make(&p, made_board(m), m->kind, NULL, &e), RC_OK);
		assert_int_equal(p->refusal_count > 0, step_table(m->kind) == NULL);
		if (p->refusal_count > 0)
			assert_non_null(strstr(p->refusals[0], run_kind_name(m->kind)));
		plan_free(&p);
		made_pair_free(&m);
	}
}

static void direction(void **state)
{
	struct made_pair *m = made_pair_new();
	struct plan *p = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(plan_make(&p, made_board(m), KIND_SWITCHOVER, "charlie", &e), RC_USAGE);
	assert_null(p);
	assert_non_null(strstr(e.text, "alpha and bravo"));
	assert_int_equal(plan_make(&p, m->board, KIND_SWITCHOVER, "alpha", &e), RC_BLOCKED);
	assert_null(p);
	assert_int_equal(plan_make(&p, m->board, KIND_SWITCHOVER, "bravo", &e), RC_OK);
	plan_free(&p);
	made_pair_free(&m);
}

static void it_comes_back_from_its_json(void **state)
{
	struct made_pair *m = made_pair_new();
	struct plan *p = plan_of(m), *back = NULL;
	char *json = plan_json(p);
	struct err e = { 0 };

	(void)state;
	if (plan_from_json(&back, &m->pair, json, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_string_equal(back->id, p->id);
	assert_int_equal(back->step_count, p->step_count);
	assert_int_equal(back->zone_count, p->zone_count);
	assert_string_equal(back->from, p->from);
	free(json);
	plan_free(&back);
	plan_free(&p);
	made_pair_free(&m);
}

/* ---- the rehearsal ---- */

struct far_fake { /* one host of the rehearsal */
	struct host host;
	const char *no, *silent; /* a tool that it lacks; one that it says nothing of. NULL: none */
	enum rc rc;              /* of each call */
};

static enum rc fake_call(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                         struct err *e)
{
	static const char *const tools[] = {
		"ods-enforcer", "ods-enforcerd", "ods-signer", "ods-signerd", "ods-hsmutil", "ods-control",
		"sqlite3",      "awk",           "sha256sum",  "tar",         "timeout",     "dd",
		"stat",         "find",          "xargs",      "cmp",         "flock",       "unshare",
		"mount",        "setsid",        "setpriv",    "systemctl",   "sv",
	};
	const struct far_fake *f = (const struct far_fake *)h;
	struct buf text = { 0 };
	enum rc rc;

	(void)c;
	if (f->rc != RC_OK)
		return err_set(e, f->rc, "%s cannot run %s", h->config->name, q->verb);
	buf_addf(&text, "odsf1 begin %s\n=uid 0\n=free 100000000\n=state 1000\n", q->verb);
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (f->silent == NULL || strcmp(f->silent, tools[i]) != 0)
			buf_addf(&text, "=tool %s %s\n", tools[i],
			         f->no != NULL && strcmp(f->no, tools[i]) == 0 ? "no" : "yes");
	buf_addf(&text, "odsf1 end %s 0\n", q->verb);
	rc = far_parse(a, q->verb, buf_str(&text), text.len, e);
	buf_free(&text);
	return rc;
}

static const struct host_ops fake_ops = { .call = fake_call };

static struct plan *rehearsed(struct made_pair *m, const struct far_fake *alpha, const struct far_fake *bravo)
{
	struct far_fake fakes[2] = { *alpha, *bravo };
	struct host *hosts[2] = { &fakes[0].host, &fakes[1].host };
	struct plan *p = plan_of(m);
	struct cancel *c = cancel_new();
	struct err e = { 0 };

	for (int i = 0; i < 2; i++) {
		fakes[i].host.ops = &fake_ops;
		fakes[i].host.config = &m->pair.instance[i];
	}
	assert_int_equal(plan_rehearse(p, m->board, hosts, c, &e), RC_OK);
	cancel_free(&c);
	return p;
}

static void assert_among(const char **sentences, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(sentences[i], wanted) == 0)
			return;
	fail_msg("nowhere: %s", wanted);
}

static void what_a_step_needs_and_a_host_lacks_is_refused(void **state)
{
	static const struct {
		const char *tool;
		bool of_active, of_standby;
	} rows[] = {
		{ "ods-enforcer", true, true },
		{ "ods-enforcerd", true, true },
		{ "ods-signerd", true, true },
		{ "ods-hsmutil", true, true },
		{ "sqlite3", true, true },
		{ "flock", true, true },
		{ "setsid", true, true },
		{ "find", true, true },
		{ "cmp", true, true },
		{ "xargs", true, true },
		{ "dd", true, true },
		{ "stat", true, true },
		{ "awk", true, true },
		{ "unshare", false, true },
		{ "mount", false, true },
		{ "setpriv", false, false },
		{ "systemctl", false, false },
		{ "sv", false, false },
		{ "ods-control", false, false },
	};
	const struct far_fake whole = { 0 };
	struct made_pair *m = made_pair_new();
	struct plan *p = rehearsed(m, &whole, &whole);
	size_t plain = p->unrehearsed_count;
	char sentence[100];

	(void)state;
	assert_int_equal(p->refusal_count, 0);
	plan_free(&p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct far_fake lacks = { .no = rows[i].tool }, silent = { .silent = rows[i].tool };

		p = rehearsed(m, &lacks, &whole);
		assert_int_equal(p->refusal_count, rows[i].of_active);
		plan_free(&p);
		p = rehearsed(m, &whole, &lacks);
		assert_int_equal(p->refusal_count, rows[i].of_standby);
		(void)snprintf(sentence, sizeof sentence, "bravo: %s is not installed", rows[i].tool);
		if (rows[i].of_standby)
			assert_string_equal(p->refusals[0], sentence);
		plan_free(&p);
		/* What was not said is neither good nor a reason to refuse. */
		p = rehearsed(m, &whole, &silent);
		assert_int_equal(p->refusal_count, 0);
		assert_int_equal(p->unrehearsed_count, plain + rows[i].of_standby);
		plan_free(&p);
	}
	made_pair_free(&m);
}

static void a_far_side_that_cannot_be_run_is_refused(void **state)
{
	static const struct {
		enum rc rc;
		bool refused;
	} rows[] = { { RC_BLOCKED, true },  { RC_AUTH, true },     { RC_HOSTKEY, true },
		     { RC_CONNECT, false }, { RC_TIMEOUT, false }, { RC_PARSE, false } };
	struct made_pair *m = made_pair_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct far_fake whole = { 0 }, fails = { .rc = rows[i].rc };
		struct plan *p = rehearsed(m, &whole, &fails);

		assert_int_equal(p->refusal_count > 0, rows[i].refused);
		assert_among(rows[i].refused ? p->refusals : p->unrehearsed,
		             rows[i].refused ? p->refusal_count : p->unrehearsed_count,
		             "bravo: login and sudo: bravo cannot run hello");
		plan_free(&p);
	}
	made_pair_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_inputs_are_frozen),
		cmocka_unit_test(the_id_is_of_what_matters),
		cmocka_unit_test(what_is_not_carried_out_yet_is_refused),
		cmocka_unit_test(a_pair_without_zones_has_nothing_to_switch_over),
		cmocka_unit_test(other_kinds_say_that_they_are_not_carried_out),
		cmocka_unit_test(direction),
		cmocka_unit_test(it_comes_back_from_its_json),
		cmocka_unit_test(what_a_step_needs_and_a_host_lacks_is_refused),
		cmocka_unit_test(a_far_side_that_cannot_be_run_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
