#include "core/pair/public.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/zone/rr.h"

enum { ASKERS = 8, QUERY_MS = 4000 };

/* One zone at one server; written by the thread that took it only. */
struct question {
	const char *server, *zone;
	size_t server_index;
	bool ds;
	struct arena arena;
	struct public_zone zone_answer;
	struct public_ds ds_answer;
};

struct asking {
	struct resolver *resolver;
	struct question *questions;
	size_t count;
	atomic_size_t next;
	atomic_bool *silent; /* by server */
	int64_t until_ms;
	struct cancel *cancel;
};

static void unknown(struct know *k, const char *why, const char *source)
{
	k->ok = false;
	k->why = why;
	k->source = source;
}

static void note_signature(struct question *q, const ldns_rr *rr)
{
	struct public_zone *z = &q->zone_answer;
	int64_t expires = (int64_t)ldns_rdf2native_int32(ldns_rr_rrsig_expiration(rr));
	int64_t inception = (int64_t)ldns_rdf2native_int32(ldns_rr_rrsig_inception(rr));
	char *type = ldns_rr_type2str(ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)));

	if (z->first_expiry == 0 || expires < z->first_expiry) {
		z->first_expiry = expires;
		z->first_rrset = arena_printf(&q->arena, "%s %s", q->zone, type != NULL ? type : "?");
	}
	if (inception > z->last_inception)
		z->last_inception = inception;
	LDNS_FREE(type);
}

static void note_dnskey(struct question *q, const ldns_rr *rr)
{
	struct public_zone *z = &q->zone_answer;
	char *key = ldns_rdf2str(ldns_rr_rdf(rr, 3));

	if (key != NULL) {
		z->dnskey_tags[z->dnskey_count] = (int)ldns_calc_keytag(rr);
		z->dnskeys[z->dnskey_count++] = arena_printf(
		    &q->arena, "%u %u %u %s", ldns_rdf2native_int16(ldns_rr_rdf(rr, 0)),
		    ldns_rdf2native_int8(ldns_rr_rdf(rr, 1)), ldns_rdf2native_int8(ldns_rr_rdf(rr, 2)), key);
	}
	LDNS_FREE(key);
}

static void note_ds(struct question *q, const ldns_rr *rr)
{
	struct public_ds *d = &q->ds_answer;
	struct buf rdata = { 0 };

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		buf_add(&rdata, ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
	/* One without a digest is one all the same: there is a DS, and it fits no key. */
	if (!ds_parse(&d->records[d->record_count], (const uint8_t *)rdata.p, rdata.len))
		d->records[d->record_count].tag = ldns_rdf2native_int16(ldns_rr_rdf(rr, 0));
	d->record_count++;
	buf_free(&rdata);
}

static void note_record(struct question *q, const char *text)
{
	ldns_rr *rr = rr_parse(text);

	if (rr == NULL)
		return;
	switch (ldns_rr_get_type(rr)) {
	case LDNS_RR_TYPE_SOA:
		q->zone_answer.serial = (struct num){ true, (int64_t)ldns_rdf2native_int32(ldns_rr_rdf(rr, 2)) };
		break;
	case LDNS_RR_TYPE_RRSIG:
		note_signature(q, rr);
		break;
	case LDNS_RR_TYPE_DNSKEY:
		note_dnskey(q, rr);
		break;
	case LDNS_RR_TYPE_DS:
		note_ds(q, rr);
		break;
	default:
		break;
	}
	ldns_rr_free(rr);
}

/* Why no further question is put to this server; NULL: go on. */
static const char *no_more(struct asking *a, const struct question *q)
{
	if (cancel_raised(a->cancel))
		return "cancelled before it was asked";
	if (atomic_load(&a->silent[q->server_index]))
		return "the name server gave no answer to an earlier question";
	if (clock_mono_ms() >= a->until_ms)
		return "not asked: the time for this look was over";
	return NULL;
}

/* One type of one zone at one server; its records noted. */
static bool ask(struct asking *a, struct question *q, const char *type, struct know *know)
{
	struct dns_answer answer;
	struct err e = { 0 };
	int64_t left = a->until_ms - clock_mono_ms();
	const char *source = arena_printf(&q->arena, "%s %s at %s", q->zone, type, q->server), *why = no_more(a, q);
	enum rc rc;

	if (why != NULL) {
		unknown(know, why, source);
		return false;
	}
	rc = resolver_ask(a->resolver, q->server, q->zone, type, (int)(left < QUERY_MS ? left : QUERY_MS), &q->arena,
	                  &answer, a->cancel, &e);
	if (rc == RC_TIMEOUT || rc == RC_CONNECT)
		atomic_store(&a->silent[q->server_index], true);
	if (rc != RC_OK) {
		unknown(know, arena_strdup(&q->arena, e.text), source);
		return false;
	}
	if (strcmp(type, "DNSKEY") == 0) {
		q->zone_answer.dnskeys = arena_alloc(&q->arena, (answer.record_count + 1) * sizeof(char *));
		q->zone_answer.dnskey_tags = arena_alloc(&q->arena, (answer.record_count + 1) * sizeof(int));
	} else if (strcmp(type, "DS") == 0) {
		q->ds_answer.records = arena_alloc(&q->arena, (answer.record_count + 1) * sizeof(struct ds));
	}
	for (size_t i = 0; i < answer.record_count; i++)
		note_record(q, answer.records[i]);
	*know = (struct know){ .ok = true, .source = source };
	return true;
}

static void put(struct asking *a, struct question *q)
{
	static const char *const types[] = { "SOA", "DNSKEY", "NS" };
	int64_t began = clock_mono_ms();

	q->zone_answer.server = q->ds_answer.server = q->server;
	q->zone_answer.zone = q->ds_answer.zone = q->zone;
	if (q->ds) {
		(void)ask(a, q, "DS", &q->ds_answer.know);
		return;
	}
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!ask(a, q, types[i], &q->zone_answer.know))
			break;
	q->zone_answer.took_ms = clock_mono_ms() - began;
}

static void *asker(void *arg)
{
	struct asking *a = arg;
	size_t i;

	while ((i = atomic_fetch_add(&a->next, 1)) < a->count)
		put(a, &a->questions[i]);
	return NULL;
}

static void ask_all(struct asking *a)
{
	pthread_t threads[ASKERS];
	size_t started = 0, wanted = a->count < ASKERS ? a->count : ASKERS;

	while (started + 1 < wanted && pthread_create(&threads[started], NULL, asker, a) == 0)
		started++;
	asker(a);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

/* Copies what a thread found into the view, whose arena outlives the questions. */
static void keep(struct public_view *v, const struct question *q)
{
	struct arena *a = &v->arena;

	if (q->ds) {
		struct public_ds *d = &v->ds[v->ds_count++];

		*d = q->ds_answer;
		d->know.why = arena_strdup(a, d->know.why);
		d->know.source = arena_strdup(a, d->know.source);
		d->records = arena_dup(a, d->records, d->record_count, sizeof *d->records);
		return;
	}
	v->zones[v->zone_count] = q->zone_answer;
	struct public_zone *z = &v->zones[v->zone_count++];

	z->zone = arena_strdup(a, z->zone);
	z->know.why = arena_strdup(a, z->know.why);
	z->know.source = arena_strdup(a, z->know.source);
	z->first_rrset = arena_strdup(a, z->first_rrset);
	z->dnskeys = arena_alloc(a, (z->dnskey_count + 1) * sizeof *z->dnskeys);
	z->dnskey_tags = arena_alloc(a, (z->dnskey_count + 1) * sizeof *z->dnskey_tags);
	for (size_t i = 0; i < z->dnskey_count; i++) {
		z->dnskeys[i] = arena_strdup(a, q->zone_answer.dnskeys[i]);
		z->dnskey_tags[i] = q->zone_answer.dnskey_tags[i];
	}
}

void public_observe(struct public_view *v, const struct pair_config *pair, struct resolver *resolver,
                    const char *const *names, size_t count, int64_t until_ms, struct cancel *c)
{
	size_t servers = pair->name_server_count, total = servers * count + pair->parent_count;
	struct asking a = { .resolver = resolver, .until_ms = until_ms, .cancel = c };

	memset(v, 0, sizeof *v);
	if (total == 0 || resolver == NULL)
		return;
	a.questions = xcalloc(total, sizeof *a.questions);
	a.silent = xcalloc(servers + pair->parent_count, sizeof *a.silent);
	/* Zone by zone over the servers, so that a silent server is found out without holding up the others. */
	for (size_t z = 0; z < count; z++)
		for (size_t s = 0; s < servers; s++)
			a.questions[a.count++] =
			    (struct question){ .server = pair->name_servers[s], .zone = names[z], .server_index = s };
	for (size_t p = 0; p < pair->parent_count; p++)
		a.questions[a.count++] = (struct question){ .server = pair->parents[p].server,
			                                    .zone = pair->parents[p].zone,
			                                    .server_index = servers + p,
			                                    .ds = true };
	ask_all(&a);
	v->zones = arena_alloc(&v->arena, (servers * count + 1) * sizeof *v->zones);
	v->ds = arena_alloc(&v->arena, (pair->parent_count + 1) * sizeof *v->ds);
	for (size_t i = 0; i < a.count; i++) {
		keep(v, &a.questions[i]);
		arena_free(&a.questions[i].arena);
	}
	free(a.questions);
	free(a.silent);
}

void public_view_clear(struct public_view *v)
{
	arena_free(&v->arena);
	memset(v, 0, sizeof *v);
}
