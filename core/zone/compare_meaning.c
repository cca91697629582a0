#include "core/zone/compare_meaning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/mem.h"
#include "core/zone/compare_facts.h"
#include "core/zone/denial_zone.h"
#include "core/zone/rrtype.h"

enum { FAULTS_KEPT = 20, CHAIN_OCTETS = 8 * 1024 * 1024 };

static bool same_salt(const struct facts_nsec3 *a, const struct facts_nsec3 *b)
{
	return a->salt_len == b->salt_len && memcmp(a->salt, b->salt, a->salt_len) == 0;
}

static const char *kind(const struct facts *f)
{
	return f->nsec3 ? f->nsec ? "both NSEC and NSEC3" : "NSEC3" : f->nsec ? "NSEC" : "nothing";
}

static void salt_text(char *out, size_t cap, const struct facts_nsec3 *p)
{
	size_t n = 0;

	(void)snprintf(out, cap, "-");
	for (size_t i = 0; i < p->salt_len && n + 3 < cap; i++, n += 2)
		(void)snprintf(out + n, cap - n, "%02x", p->salt[i]);
}

/* What is wrong with the chain of one side. */
struct chain_faults {
	const struct denial_fault {
		struct wire_name owner;
		uint16_t type;
		char text[200];
	} * kept[FAULTS_KEPT];
	size_t kept_count;
	int64_t total;
	struct arena arena;
};

static void on_fault(void *ctx, const struct zname *name, uint16_t type, const char *text)
{
	struct chain_faults *f = ctx;
	struct denial_fault *one;

	if (f->kept_count == FAULTS_KEPT)
		return;
	one = arena_alloc(&f->arena, sizeof *one);
	one->owner.len = name->wire_len;
	memcpy(one->owner.wire, name->wire, name->wire_len);
	one->type = type;
	(void)snprintf(one->text, sizeof one->text, "%s", text);
	f->kept[f->kept_count++] = one;
}

/* Whether both chains prove what there is; then two sides that hold the same names deny the same. */
static void add_completeness(struct explain *x, const struct chain_faults sides[2])
{
	const char *const *names = x->options->names;
	size_t len = strlen(x->sentence);
	char *out = x->sentence + len;
	size_t cap = sizeof x->sentence - len;

	if (sides[0].total == 0 && sides[1].total == 0)
		(void)snprintf(out, cap, ": each side's chain is complete");
	else if (sides[0].total > 0 && sides[1].total > 0)
		(void)snprintf(out, cap, ": neither side's chain is complete");
	else
		(void)snprintf(out, cap, ": the chain of %s is complete, that of %s is not", names[sides[0].total > 0],
		               names[sides[0].total == 0]);
}

static void tell_faults(struct explain *x, int side, const struct chain_faults *f)
{
	for (size_t i = 0; i < f->kept_count; i++) {
		const struct denial_fault *one = f->kept[i];
		char owner[TEXT_NAME_MAX];

		name_to_text(owner, sizeof owner, one->owner.wire, one->owner.len);
		(void)snprintf(x->sentence, sizeof x->sentence, "on %s, %.250s: %s", x->options->names[side], owner,
		               one->text);
		explain_change(x, BAND_DENIAL, &one->owner, one->type, NULL, NULL, x->sentence);
	}
	x->d->counts[BAND_DENIAL] += (uint64_t)f->total - f->kept_count;
}

static void parameters(struct explain *x, const struct chain_faults sides[2])
{
	const struct facts *l = x->facts[0], *r = x->facts[1];
	const char *const *names = x->options->names;
	char salts[2][64], *out = x->sentence;
	size_t cap = sizeof x->sentence;
	uint16_t type = RRTYPE_NSEC3;

	if (l->nsec != r->nsec || l->nsec3 != r->nsec3) {
		type = l->nsec || r->nsec ? RRTYPE_NSEC : RRTYPE_NSEC3;
		(void)snprintf(out, cap, "%s denies with %s, %s with %s", names[0], kind(l), names[1], kind(r));
	} else if (!same_salt(&l->params, &r->params)) {
		salt_text(salts[0], sizeof salts[0], &l->params);
		salt_text(salts[1], sizeof salts[1], &r->params);
		(void)snprintf(out, cap, "NSEC3 salt differs: %s on %s, %s on %s", salts[0], names[0], salts[1],
		               names[1]);
	} else if (l->params.iterations != r->params.iterations) {
		(void)snprintf(out, cap, "NSEC3 iterations differ: %u on %s, %u on %s", l->params.iterations, names[0],
		               r->params.iterations, names[1]);
	} else if (l->params.algorithm != r->params.algorithm) {
		(void)snprintf(out, cap, "NSEC3 hash algorithm differs: %u on %s, %u on %s", l->params.algorithm,
		               names[0], r->params.algorithm, names[1]);
	} else {
		(void)snprintf(out, cap, "NSEC3 opt-out differs: %s on %s, %s on %s",
		               l->params.flags & NSEC3_OPT_OUT ? "set" : "not set", names[0],
		               r->params.flags & NSEC3_OPT_OUT ? "set" : "not set", names[1]);
	}
	add_completeness(x, sides);
	explain_change(x, BAND_DENIAL, l->soa ? &l->apex : &r->apex, type, NULL, NULL, out);
}

enum rc meaning_compare(struct explain *x, struct walk *w, struct err *e)
{
	struct chain_faults *sides = xcalloc(2, sizeof *sides);
	enum rc rc = RC_OK;

	for (int side = 0; side < 2 && rc == RC_OK; side++)
		if (x->facts[side]->nsec || x->facts[side]->nsec3)
			rc = denial_of_zone(w->scan[side], &w->origin, CHAIN_OCTETS, on_fault, &sides[side],
			                    &sides[side].total, e);
	if (rc == RC_OK) {
		parameters(x, sides);
		tell_faults(x, 0, &sides[0]);
		tell_faults(x, 1, &sides[1]);
	}
	arena_free(&sides[0].arena);
	arena_free(&sides[1].arena);
	free(sides);
	return rc;
}
