#include "core/zone/verify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/denial.h"
#include "core/zone/serial.h"
#include "core/zone/signature.h"

enum { FAILURES_KEPT = 100, THREADS_MAX = 8, ALGORITHMS = 256, BATCH = 64 };

/* One signature to verify: made on one thread, verified on any, judged on one again. */
struct job {
	const struct znode *node;
	const struct zrrset *set;
	struct zsig sig;
	enum sig_result result;
};

struct verification {
	struct zone_verdict *verdict;
	struct zone_records zone, loose;
	struct zone_view view;
	struct zkeys keys;           /* what signatures are verified with */
	const struct zrrset *ds;     /* what caches hold of the parent; NULL when not given */
	bool algorithms[ALGORITHMS]; /* in the DNSKEY set */
	struct job *jobs;
	size_t job_count, job_cap;
	atomic_size_t next;
	struct cancel *cancel;
};

static void fail(struct verification *v, const struct zname *name, uint16_t type, const char *text)
{
	struct zone_verdict *d = v->verdict;
	struct zone_failure *f;

	if (d->failure_total++ >= FAILURES_KEPT)
		return;
	d->failures = d->failures != NULL ? d->failures : arena_alloc(&d->arena, FAILURES_KEPT * sizeof *d->failures);
	f = &d->failures[d->failure_count++];
	f->owner = zname_text(&d->arena, name);
	f->type = rrtype_text(&d->arena, type);
	f->text = arena_strdup(&d->arena, text);
}

static void on_denial_fault(void *ctx, const struct zname *name, uint16_t type, const char *text)
{
	fail(ctx, name, type, text);
}

static void add_jobs(struct verification *v, const struct znode *n)
{
	const struct zrrset *sigs = znode_rrset(n, LDNS_RR_TYPE_RRSIG);

	for (uint32_t i = 0; sigs != NULL && i < sigs->count; i++) {
		struct job job = { .node = n };

		if (!zsig_parse(&job.sig, &sigs->records[i])) {
			v->verdict->failed++;
			fail(v, n->name, LDNS_RR_TYPE_RRSIG, sig_result_text(SIG_MALFORMED));
			continue;
		}
		job.set = znode_rrset(n, job.sig.covered);
		if (job.set == NULL || !znode_signed_type(n, job.sig.covered)) {
			v->verdict->failed++;
			fail(v, n->name, job.sig.covered,
			     job.set == NULL ? "is signed, but there is no such record"
			                     : "is signed, but the zone does not answer for it (delegation or glue)");
			continue;
		}
		v->jobs = vec_grow(v->jobs, v->job_count, &v->job_cap, sizeof *v->jobs);
		v->jobs[v->job_count++] = job;
	}
}

static void *work(void *arg)
{
	struct verification *v = arg;
	struct zchecker checker = { .keys = &v->keys };
	size_t from;

	while ((from = atomic_fetch_add(&v->next, BATCH)) < v->job_count && !cancel_raised(v->cancel))
		for (size_t i = from; i < v->job_count && i < from + BATCH; i++) {
			struct job *j = &v->jobs[i];

			j->result = zsig_verify(&checker, &j->sig, j->node->name, j->set, v->zone.apex, v->verdict->at);
		}
	zchecker_clear(&checker);
	return NULL;
}

static void verify_jobs(struct verification *v)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int most = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (int)cores, started = 0;
	/* No thread for less than a batch: a small zone is verified sooner than one has started. */
	int wanted = v->job_count / BATCH < (size_t)most ? (int)(v->job_count / BATCH) : most;
	pthread_t threads[THREADS_MAX];

	while (started < wanted - 1 && pthread_create(&threads[started], NULL, work, v) == 0)
		started++;
	work(v);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

static void note_expiry(struct verification *v, const struct job *j)
{
	struct zone_verdict *d = v->verdict;

	if (d->first_expiry != 0 && serial_compare(j->sig.expiration, (uint32_t)d->first_expiry) != SERIAL_LESS)
		return;
	d->first_expiry = j->sig.expiration;
	d->first_rrset = arena_printf(&d->arena, "%s %s", zname_text(&d->arena, j->node->name),
	                              rrtype_text(&d->arena, j->set->type));
}

/* Every algorithm of the DNSKEY set has to have made one good signature (RFC 4035 section 2.2). A signature that does
 * not verify is a fault even beside a good one, for nothing makes it in a healthy zone; one by a key that is gone, or
 * whose time is over, is none as long as a good one stands beside it. */
static void judge_rrset(struct verification *v, const struct znode *n, const struct zrrset *set, const struct job *jobs,
                        size_t count)
{
	bool good[ALGORITHMS] = { false }, complained = false;

	for (size_t i = 0; i < count; i++) {
		if (jobs[i].set != set)
			continue;
		note_expiry(v, &jobs[i]);
		if (jobs[i].result == SIG_GOOD) {
			good[jobs[i].sig.algorithm] = true;
			v->verdict->verified++;
		}
	}
	for (size_t i = 0; i < count; i++) {
		enum sig_result r = jobs[i].result;

		if (jobs[i].set != set || r == SIG_GOOD ||
		    (good[jobs[i].sig.algorithm] && (r == SIG_NO_KEY || r == SIG_EXPIRED || r == SIG_NOT_YET)))
			continue;
		v->verdict->failed++;
		complained = true;
		fail(v, n->name, set->type,
		     arena_printf(&v->verdict->arena, "%s (key %u, algorithm %u)", sig_result_text(r), jobs[i].sig.tag,
		                  jobs[i].sig.algorithm));
	}
	for (unsigned a = 0; a < ALGORITHMS && !complained; a++)
		if (v->algorithms[a] && !good[a])
			fail(v, n->name, set->type,
			     arena_printf(&v->verdict->arena, "is not signed with algorithm %u", a));
}

static void judge(struct verification *v)
{
	size_t at = 0;

	for (size_t i = 0; i < v->view.node_count; i++) {
		const struct znode *n = &v->view.nodes[i];
		size_t count = 0;

		while (at + count < v->job_count && v->jobs[at + count].node == n)
			count++;
		if (n->kind == NODE_OUTSIDE)
			fail(v, n->name, n->rrsets[0].type, "lies outside the zone");
		for (uint32_t k = 0; k < n->rrset_count; k++)
			if (znode_signed_type(n, n->rrsets[k].type))
				judge_rrset(v, n, &n->rrsets[k], v->jobs + at, count);
		at += count;
	}
}

static bool is_held(const struct verification *v, size_t i, uint16_t type)
{
	return v->loose.items[i].type == type && zname_compare(v->loose.items[i].owner, v->zone.apex) == 0;
}

static const struct zrrset *loose_rrset(struct verification *v, uint16_t type)
{
	size_t i = 0;
	struct zrrset *set;

	while (i < v->loose.count && !is_held(v, i, type))
		i++;
	if (i == v->loose.count)
		return NULL;
	set = arena_alloc(&v->loose.arena, sizeof *set);
	set->records = &v->loose.items[i];
	set->type = type;
	while (i + set->count < v->loose.count && is_held(v, i + set->count, type))
		set->count++;
	return set;
}

/* The digest of a DS record over @key (RFC 4034 section 5.1.4; digest types of RFC 4509 and 6605). */
static bool ds_fits(const struct zrecord *ds, const struct zname *apex, const struct zkey *key)
{
	struct buf data = { 0 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	const EVP_MD *md = NULL;
	bool fits;

	if (ds->rdata_len < 5 || (ds->rdata[0] << 8 | ds->rdata[1]) != key->tag || ds->rdata[2] != key->algorithm)
		return false;
	md = ds->rdata[3] == 1   ? EVP_sha1()
	     : ds->rdata[3] == 2 ? EVP_sha256()
	     : ds->rdata[3] == 4 ? EVP_sha384()
	                         : NULL;
	if (md == NULL)
		return false;
	buf_add(&data, apex->wire, apex->wire_len);
	buf_add(&data, key->rdata, key->rdata_len);
	fits = EVP_Digest(data.p, data.len, digest, &len, md, NULL) == 1 && ds->rdata_len == len + 4 &&
	       memcmp(ds->rdata + 4, digest, len) == 0;
	buf_free(&data);
	return fits;
}

static bool signs_dnskey(const struct verification *v, const struct zkey *key)
{
	for (size_t i = 0; i < v->job_count && v->jobs[i].node == v->view.apex; i++)
		if (v->jobs[i].set->type == LDNS_RR_TYPE_DNSKEY && v->jobs[i].result == SIG_GOOD &&
		    v->jobs[i].sig.tag == key->tag && v->jobs[i].sig.algorithm == key->algorithm)
			return true;
	return false;
}

/* A validator that holds the parent's DS enters the zone by a key that a DS names and that signs the DNSKEY set. */
static void judge_ds(struct verification *v)
{
	for (uint32_t i = 0; i < v->ds->count; i++)
		for (size_t k = 0; k < v->keys.count; k++)
			if (ds_fits(&v->ds->records[i], v->zone.apex, &v->keys.items[k]) &&
			    signs_dnskey(v, &v->keys.items[k]))
				return;
	fail(v, v->zone.apex, LDNS_RR_TYPE_DS,
	     "no DS record names a key that signs the DNSKEY set: the zone is bogus to every validator");
}

static void list_dnskeys(struct verification *v, const struct zrrset *set)
{
	struct zone_verdict *d = v->verdict;

	d->dnskeys = arena_alloc(&d->arena, (set->count + 1) * sizeof *d->dnskeys);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct zrecord *r = &set->records[i];
		char *text;

		if (r->rdata_len < 5)
			continue;
		text = xcalloc(1, (r->rdata_len - 4u) / 3 * 4 + 5);
		(void)EVP_EncodeBlock((unsigned char *)text, r->rdata + 4, r->rdata_len - 4);
		d->dnskeys[d->dnskey_count++] =
		    arena_printf(&d->arena, "%u %u %u %s", (unsigned)(r->rdata[0] << 8 | r->rdata[1]), r->rdata[2],
		                 r->rdata[3], text);
		free(text);
	}
}

static bool take_keys(struct verification *v)
{
	const struct zrrset *own = znode_rrset(v->view.apex, LDNS_RR_TYPE_DNSKEY),
	                    *held = loose_rrset(v, LDNS_RR_TYPE_DNSKEY);

	if (own == NULL) {
		fail(v, v->zone.apex, LDNS_RR_TYPE_DNSKEY, "the zone has no DNSKEY record: it is not signed");
		return false;
	}
	list_dnskeys(v, own);
	zkeys_make(&v->keys, &v->zone.arena, own);
	for (size_t i = 0; i < v->keys.count; i++)
		v->algorithms[v->keys.items[i].algorithm] = true;
	if (held != NULL) {
		zkeys_clear(&v->keys);
		zkeys_make(&v->keys, &v->loose.arena, held);
	}
	v->ds = loose_rrset(v, LDNS_RR_TYPE_DS);
	return true;
}

static enum rc run(struct verification *v, struct err *e)
{
	struct zone_verdict *d = v->verdict;

	zone_view_make(&v->view, &v->zone);
	d->zone = zname_text(&d->arena, v->zone.apex);
	d->serial = v->zone.serial;
	d->records = (int64_t)v->zone.count;
	if (!take_keys(v))
		return RC_OK;
	for (size_t i = 0; i < v->view.node_count; i++)
		add_jobs(v, &v->view.nodes[i]);
	verify_jobs(v);
	if (cancel_raised(v->cancel))
		return err_set(e, RC_CANCELLED, "the verification of %s was cancelled", d->zone);
	judge(v);
	if (v->ds != NULL)
		judge_ds(v);
	denial_check(&v->view, &v->zone, on_denial_fault, v);
	d->ok = d->failure_total == 0;
	return RC_OK;
}

enum rc zone_verify(const char *text, size_t len, const char *keys, int64_t at, struct zone_verdict *verdict,
                    struct cancel *c, struct err *e)
{
	struct verification v = { .verdict = verdict, .cancel = c };
	enum rc rc;

	memset(verdict, 0, sizeof *verdict);
	verdict->at = at;
	rc = zone_records_parse(&v.zone, text, len, true, e);
	if (rc == RC_OK && keys != NULL) {
		rc = zone_records_parse(&v.loose, keys, strlen(keys), false, e);
		if (rc != RC_OK)
			err_in(e, "the keys that caches hold");
	}
	if (rc == RC_OK)
		rc = run(&v, e);
	free(v.jobs);
	zkeys_clear(&v.keys);
	zone_records_clear(&v.loose);
	zone_records_clear(&v.zone);
	return rc;
}

void zone_verdict_clear(struct zone_verdict *v)
{
	arena_free(&v->arena);
	memset(v, 0, sizeof *v);
}
