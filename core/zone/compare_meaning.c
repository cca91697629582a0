#include "core/zone/compare_meaning.h"

#include <stdio.h>
#include <string.h>

#include "core/zone/rrtype.h"

enum { OPT_OUT = 1 };

static bool same_salt(const struct facts_nsec3 *a, const struct facts_nsec3 *b)
{
	return a->salt_len == b->salt_len && memcmp(a->salt, b->salt, a->salt_len) == 0;
}

bool meaning_differs(const struct facts *left, const struct facts *right)
{
	const struct facts_nsec3 *a = &left->params, *b = &right->params;

	if (left->nsec != right->nsec || left->nsec3 != right->nsec3)
		return true;
	return left->nsec3 && (a->algorithm != b->algorithm || a->iterations != b->iterations || !same_salt(a, b) ||
	                       (a->flags & OPT_OUT) != (b->flags & OPT_OUT));
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

static void parameters(struct explain *x)
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
		               l->params.flags & OPT_OUT ? "set" : "not set", names[0],
		               r->params.flags & OPT_OUT ? "set" : "not set", names[1]);
	}
	explain_change(x, BAND_DENIAL, l->soa ? &l->apex : &r->apex, type, NULL, NULL, out);
}

enum rc meaning_compare(struct explain *x, struct walk *w, struct err *e)
{
	(void)w;
	(void)e;
	parameters(x);
	return RC_OK;
}
