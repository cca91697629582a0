#include "core/zone/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/denial.h"
#include "core/zone/rrtype.h"
#include "core/zone/serial.h"
#include "core/zone/sig_time.h"
#include "core/zone/verify_keys.h"
#include "core/zone/verify_pool.h"
#include "core/zone/verify_read.h"
#include "core/zone/zone_digest.h"

enum { SOA_NUMBERS = 20 };

/* One attempt: in the order of the file, or, where that is none that can be verified as it comes, sorted. */
struct verification {
	struct zone_verdict *verdict;
	struct zone_shape shape;
	struct verify_rules rules;
	struct verify_pool *pool;
	struct verify_batch filling;
	struct denial *denial;
	struct zone_digest *digest; /* NULL: the zone has none */
	struct arena arena;         /* the apex, for all the time */
	struct znode apex;
	struct zone_records held;   /* by caches */
	struct zone_records sorted; /* where the file is not in order */
	bool signed_zone;
	bool in_order;
	bool disorder; /* needs sorting */
	bool foreign;  /* what is held is of other zones */
};

static void on_fault(void *ctx, const struct zname *name, uint16_t type, const char *text)
{
	struct verification *v = ctx;

	batch_fault(&v->filling, name, type, text);
}

/* What a batch came to. */
static void on_batch(void *ctx, struct verify_batch *b)
{
	struct verification *v = ctx;
	struct zone_verdict *d = v->verdict;

	d->verified += b->verified;
	d->failed += b->failed;
	d->failure_total += b->failure_total;
	if (d->failures == NULL && b->failure_count > 0)
		d->failures = arena_alloc(&d->arena, FAILURES_KEPT * sizeof *d->failures);
	for (size_t i = 0; i < b->failure_count && d->failure_count < FAILURES_KEPT; i++) {
		struct zone_failure *f = &d->failures[d->failure_count++];

		f->owner = arena_strdup(&d->arena, b->failures[i].owner);
		f->type = arena_strdup(&d->arena, b->failures[i].type);
		f->text = arena_strdup(&d->arena, b->failures[i].text);
	}
	if (!b->expires ||
	    (d->first_rrset != NULL && serial_compare(b->expiry, (uint32_t)d->first_expiry) != SERIAL_LESS))
		return;
	d->first_expiry = sig_time_near(b->expiry, d->at);
	d->first_rrset = arena_printf(&d->arena, "%s %s", zname_text(&d->arena, b->first_name),
	                              rrtype_text(&d->arena, b->first_type));
}

static void hand_over(struct verification *v)
{
	pool_put(v->pool, &v->filling);
}

/* The apex comes first: its keys verify all the rest. */
static void take_apex(struct verification *v, const struct znode *n)
{
	struct zone_verdict *d = v->verdict;
	const struct zrrset *soa = znode_rrset(n, LDNS_RR_TYPE_SOA);
	const struct zrecord *r = soa->records;

	v->apex = *n;
	v->rules.apex = &v->shape.apex.name;
	d->zone = zname_text(&d->arena, n->name);
	if (r->rdata_len > SOA_NUMBERS) {
		const uint8_t *p = r->rdata + r->rdata_len - SOA_NUMBERS;

		d->serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	}
	if (soa->count > 1)
		on_fault(v, n->name, LDNS_RR_TYPE_SOA, "has more than one SOA record");
	v->foreign = !verify_keys_held(&v->held, n->name);
	v->signed_zone = verify_keys_take(&v->rules, d, n, &v->held, &v->arena);
	if (!v->signed_zone) {
		on_fault(v, n->name, LDNS_RR_TYPE_DNSKEY, "the zone has no DNSKEY record: it is not signed");
		return;
	}
	pool_start(v->pool, &v->rules, on_batch, v, v->pool->cancel);
	if (!verify_keys_entered(&v->rules, n, &v->held))
		on_fault(v, n->name, LDNS_RR_TYPE_DS,
		         "no DS record names a key that signs the DNSKEY set: the zone is bogus to every validator");
	denial_start(v->denial, v->rules.apex, n, on_fault, v);
	v->digest = zone_digest_new(&v->apex);
}

/* Names in the order of the file: whether they can be verified as they come. */
static bool fits(const struct verification *v, const struct verify_node *vn)
{
	const struct znode *n = &vn->node;
	bool alone = n->rrset_count == 1;

	if (v->digest != NULL && zname_compare(vn->last_of_all, n->name) >= 0)
		return false;
	if (znode_is_nsec3(n))
		return !alone;
	return zname_compare(vn->last, n->name) < 0 && !(alone && n->rrsets[0].type == LDNS_RR_TYPE_RRSIG);
}

static bool take_node(struct verification *v, struct verify_node *vn)
{
	struct znode *n = &vn->node;
	const struct zrrset *sigs = znode_rrset(n, LDNS_RR_TYPE_RRSIG);

	if (v->rules.apex == NULL) {
		if (znode_rrset(n, LDNS_RR_TYPE_SOA) == NULL ||
		    (v->in_order && znode_rrset(n, LDNS_RR_TYPE_DNSKEY) == NULL))
			return false;
		zname_hold(&v->shape.apex, n->name);
		zone_shape_place(&v->shape, n);
		take_apex(v, n);
	} else {
		zone_shape_place(&v->shape, n);
		if (v->in_order && !fits(v, vn))
			return false;
	}
	v->verdict->records += (int64_t)vn->count;
	if (!v->signed_zone)
		return true;
	denial_name(v->denial, n);
	zone_digest_add(v->digest, n);
	v->filling.nodes =
	    vec_grow(v->filling.nodes, v->filling.node_count, &v->filling.node_cap, sizeof *v->filling.nodes);
	v->filling.nodes[v->filling.node_count++] = *n;
	v->filling.signatures += sigs != NULL ? sigs->count : 0;
	v->filling.octets += vn->octets;
	if (batch_full(&v->filling))
		hand_over(v);
	return true;
}

/* Another scanner over the same octets. */
static void again(struct zscan *scan, const struct zscan *first, const struct wire_name *origin)
{
	memset(scan, 0, sizeof *scan);
	source_part(&scan->source, &first->source, 0, UINT64_MAX);
	scan->origin = *origin;
}

static enum rc finish(struct verification *v, const struct zscan *first, const struct wire_name *origin, struct err *e)
{
	const char *wrong;
	int64_t untold = 0;
	enum rc rc = RC_OK;

	if (!v->signed_zone) {
		on_batch(v, &v->filling);
		return RC_OK;
	}
	denial_end(v->denial);
	if (v->in_order && denial_twice(v->denial)) {
		v->disorder = true;
		return RC_OK;
	}
	rc = denial_name_faults(v->denial, first, origin, &untold, e);
	v->filling.failure_total += untold;
	wrong = zone_digest_end(v->digest);
	if (wrong != NULL)
		on_fault(v, v->rules.apex, RRTYPE_ZONEMD, wrong);
	hand_over(v);
	pool_drain(v->pool);
	return rc;
}

static void verification_clear(struct verification *v)
{
	if (v->signed_zone)
		pool_end(v->pool);
	zone_records_clear(&v->sorted);
	zkeys_clear(&v->rules.keys);
	zone_digest_free(&v->digest);
	denial_clear(v->denial);
	batch_clear(&v->filling);
	arena_free(&v->arena);
	free(v->denial);
	free(v->pool);
}

static bool on_node(void *ctx, struct verify_node *node)
{
	struct verification *v = ctx;

	v->disorder = !take_node(v, node);
	return !v->disorder;
}

static struct arena *node_arena(void *ctx)
{
	struct verification *v = ctx;

	return v->rules.apex == NULL ? &v->arena : &v->filling.arena;
}

/* A pipe is copied as it is read: to its end, for another look. */
static enum rc read_out(struct zsource *s, struct err *e)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && !s->regular && !s->eof) {
		s->p = s->end;
		rc = source_more(s, e);
	}
	return rc;
}

static enum rc attempt(struct verification *v, struct zscan *s, bool in_order, const struct wire_name *origin,
                       struct err *e)
{
	struct verify_taker taker = { .node = on_node, .arena = node_arena, .ctx = v };
	struct zscan scan;
	enum rc rc;

	v->in_order = in_order;
	v->pool = xcalloc(1, sizeof *v->pool);
	v->pool->cancel = s->source.cancel;
	v->denial = xcalloc(1, sizeof *v->denial);
	if (in_order) {
		rc = verify_read(s, &taker, e);
	} else {
		rc = read_out(&s->source, e);
		if (rc != RC_OK)
			return rc;
		again(&scan, s, origin);
		rc = verify_read_sorted(&scan, &v->sorted, &taker, e);
		scan_clear(&scan);
	}
	if (rc == RC_OK && !v->disorder)
		rc = finish(v, s, origin, e);
	if (rc == RC_OK && cancel_raised(s->source.cancel))
		rc = err_set(e, RC_CANCELLED, "interrupted");
	if (rc == RC_OK && v->foreign)
		rc = err_set(e, RC_UNKNOWN, "the keys that caches hold: none of %s among them", v->verdict->zone);
	return rc;
}

enum rc zone_verify(struct zscan *s, const char *keys, int64_t at, struct zone_verdict *verdict, struct err *e)
{
	struct wire_name origin = s->origin;
	struct zone_records held = { 0 };
	enum rc rc = RC_OK;
	bool sorted = false;

	memset(verdict, 0, sizeof *verdict);
	if (keys != NULL && zone_records_parse_loose(&held, keys, e) != RC_OK)
		rc = err_in(e, "the keys that caches hold");
	while (rc == RC_OK) {
		struct verification *v = xcalloc(1, sizeof *v);
		bool disorder;

		v->verdict = verdict;
		v->rules.at = verdict->at = at;
		v->held = held;
		rc = attempt(v, s, !sorted, &origin, e);
		disorder = v->disorder;
		verification_clear(v);
		free(v);
		if (rc != RC_OK || !disorder)
			break;
		sorted = true;
		zone_verdict_clear(verdict);
	}
	verdict->ok = rc == RC_OK && verdict->failure_total == 0;
	zone_records_clear(&held);
	return rc;
}

enum rc zone_verify_text(const char *text, size_t len, const char *name, const char *keys, int64_t at,
                         struct zone_verdict *v, struct cancel *c, struct err *e)
{
	int fd = memfd_create("zone", MFD_CLOEXEC);
	struct zscan scan = { 0 };
	enum rc rc = RC_OK;

	memset(v, 0, sizeof *v);
	scan.source.spool = -1;
	for (size_t done = 0; fd >= 0 && done < len && rc == RC_OK;) {
		ssize_t n = write(fd, text + done, len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			rc = err_sys(e, errno, "%s: a copy in memory", name);
	}
	if (fd < 0)
		rc = err_sys(e, errno, "%s: a copy in memory", name);
	if (rc == RC_OK)
		rc = source_fd(&scan.source, fd, name, c, e);
	if (rc == RC_OK)
		rc = zone_verify(&scan, keys, at, v, e);
	scan_clear(&scan);
	if (fd >= 0)
		close(fd);
	return rc;
}

void zone_verdict_clear(struct zone_verdict *v)
{
	arena_free(&v->arena);
	memset(v, 0, sizeof *v);
}
