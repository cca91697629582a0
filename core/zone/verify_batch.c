#include "core/zone/verify_batch.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/zone/serial.h"

enum { ALGORITHMS = 256 };

void batch_fault(struct verify_batch *b, const struct zname *name, uint16_t type, const char *text)
{
	struct zone_failure *f;

	if (b->failure_total++ >= FAILURES_KEPT)
		return;
	if (b->failures == NULL)
		b->failures = arena_alloc(&b->arena, FAILURES_KEPT * sizeof *b->failures);
	f = &b->failures[b->failure_count++];
	f->owner = zname_text(&b->arena, name);
	f->type = rrtype_text(&b->arena, type);
	f->text = arena_strdup(&b->arena, text);
}

bool batch_full(const struct verify_batch *b)
{
	return b->signatures >= BATCH_SIGNATURES || b->octets >= BATCH_OCTETS;
}

static void note_expiry(struct verify_batch *b, const struct znode *n, const struct zsig *s)
{
	if (b->expires && serial_compare(s->expiration, b->expiry) != SERIAL_LESS)
		return;
	b->expires = true;
	b->expiry = s->expiration;
	b->first_name = n->name;
	b->first_type = s->covered;
}

/* What the signatures of one RRset came to. */
struct tally {
	bool good[ALGORITHMS];
	bool complained;
};

static void complain(struct verify_batch *b, struct tally *t, const struct znode *n, const struct zsig *s,
                     enum sig_result r)
{
	b->failed++;
	t->complained = true;
	batch_fault(b, n->name, s->covered,
	            arena_printf(&b->arena, "%s (key %u, algorithm %u)", sig_result_text(r), s->tag, s->algorithm));
}

/* Every algorithm of the DNSKEY set has to have made one good signature (RFC 4035 section 2.2). A signature that does
 * not verify is a fault even beside a good one, for nothing makes it in a healthy zone. One by a key that is gone, or
 * whose time is over, is none as long as a good one stands beside it: of its algorithm, or of any where no key of its
 * algorithm is left, which is how an algorithm leaves a zone (RFC 6781 section 4.1.4). */
static void judge_rrset(struct verify_batch *b, const struct verify_rules *rules, struct zchecker *checker,
                        const struct znode *n, const struct zrrset *set, const struct zrrset *sigs)
{
	struct tally t = { 0 };
	uint32_t count = sigs != NULL ? sigs->count : 0;
	bool excusable = false, any = false, complained;
	struct zsig s;

	for (uint32_t i = 0; i < count; i++) {
		enum sig_result r;

		if (!zsig_parse(&s, &sigs->records[i]) || s.covered != set->type)
			continue;
		note_expiry(b, n, &s);
		r = zsig_verify(checker, &s, n->name, set, rules->apex, rules->at);
		if (r == SIG_GOOD) {
			any = t.good[s.algorithm] = true;
			b->verified++;
		} else if (r == SIG_NO_KEY || r == SIG_EXPIRED || r == SIG_NOT_YET) {
			excusable = true;
		} else {
			complain(b, &t, n, &s, r);
		}
	}
	for (uint32_t i = 0; i < count && excusable; i++) {
		enum sig_result r;

		if (!zsig_parse(&s, &sigs->records[i]) || s.covered != set->type || t.good[s.algorithm] ||
		    (any && !rules->algorithms[s.algorithm]))
			continue;
		r = zsig_excuse(checker, &s, rules->at);
		if (r != SIG_GOOD)
			complain(b, &t, n, &s, r);
	}
	complained = t.complained;
	for (unsigned a = 0; a < ALGORITHMS && !complained; a++) {
		if (rules->algorithms[a] && !t.good[a]) {
			t.complained = true;
			batch_fault(b, n->name, set->type,
			            arena_printf(&b->arena, "is not signed with algorithm %u", a));
		}
	}
	if (!any && !t.complained)
		batch_fault(b, n->name, set->type, "is not signed by any key of the DNSKEY set");
}

/* Signatures over nothing, or over what the zone does not answer for. */
static void judge_strays(struct verify_batch *b, const struct znode *n, const struct zrrset *sigs)
{
	for (uint32_t i = 0; i < sigs->count; i++) {
		struct zsig s;

		if (!zsig_parse(&s, &sigs->records[i])) {
			b->failed++;
			batch_fault(b, n->name, LDNS_RR_TYPE_RRSIG, sig_result_text(SIG_MALFORMED));
		} else if (znode_rrset(n, s.covered) == NULL) {
			b->failed++;
			batch_fault(b, n->name, s.covered, "is signed, but there is no such record");
		} else if (!znode_signed_type(n, s.covered)) {
			b->failed++;
			batch_fault(b, n->name, s.covered,
			            "is signed, but the zone does not answer for it (delegation or glue)");
		}
	}
}

/* Tells @checker of all that judge_rrset() will have verified. */
static void expect_all(const struct verify_batch *b, struct zchecker *checker)
{
	for (size_t i = 0; i < b->node_count; i++) {
		const struct znode *n = &b->nodes[i];
		const struct zrrset *sigs = znode_rrset(n, LDNS_RR_TYPE_RRSIG);

		for (uint32_t k = 0; sigs != NULL && k < n->rrset_count; k++) {
			struct zsig s;

			if (!znode_signed_type(n, n->rrsets[k].type))
				continue;
			for (uint32_t m = 0; m < sigs->count; m++)
				if (zsig_parse(&s, &sigs->records[m]) && s.covered == n->rrsets[k].type)
					zchecker_expect(checker, &s);
		}
	}
}

void batch_verify(struct verify_batch *b, const struct verify_rules *rules, struct zchecker *checker)
{
	zchecker_forget(checker);
	expect_all(b, checker);
	for (size_t i = 0; i < b->node_count; i++) {
		const struct znode *n = &b->nodes[i];
		const struct zrrset *sigs = znode_rrset(n, LDNS_RR_TYPE_RRSIG);

		if (n->kind == NODE_OUTSIDE)
			batch_fault(b, n->name, n->rrsets[0].type, "lies outside the zone");
		for (uint32_t k = 0; k < n->rrset_count; k++)
			if (znode_signed_type(n, n->rrsets[k].type))
				judge_rrset(b, rules, checker, n, &n->rrsets[k], sigs);
		if (sigs != NULL)
			judge_strays(b, n, sigs);
	}
	zchecker_forget(checker);
}

void batch_clear(struct verify_batch *b)
{
	free(b->nodes);
	arena_free(&b->arena);
	memset(b, 0, sizeof *b);
}
