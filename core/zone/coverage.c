#include "core/zone/coverage.h"

#include <string.h>
#include <strings.h>

#include "core/zone/coverage_open.h"
#include "core/zone/hash.h"
#include "core/zone/rrtype.h"

uint32_t coverage_bit(unsigned algorithm)
{
	return 1u << (algorithm < 32 ? algorithm : 0);
}

/* Without regard to case, which is seldom another one. */
static bool alike(const char *a, const char *b, size_t len)
{
	return memcmp(a, b, len) == 0 || strncasecmp(a, b, len) == 0;
}

static const char *cut_of(const struct coverage *c)
{
	return c->texts[!c->owner];
}

/* The name at hand is below the cut: ends in its text. An escape may hide that; a second reading settles what comes of
 * it. */
static bool is_occluded(const struct coverage *c)
{
	const char *owner = coverage_owner(c);

	if (c->cut_len == 0 || c->owner_len <= c->cut_len)
		return false;
	return c->cut_len == 1 || (owner[c->owner_len - c->cut_len - 1] == '.' &&
	                           alike(owner + c->owner_len - c->cut_len, cut_of(c), c->cut_len));
}

/* The name at hand is that of the SOA. */
static bool is_apex(const struct coverage *c)
{
	if (c->owner_len == c->apex_len && alike(coverage_owner(c), c->apex, c->apex_len))
		return true;
	return c->apex_escaped && name_text_same(coverage_owner(c), c->owner_len, c->apex, c->apex_len);
}

static void leave_open(struct coverage *c, uint16_t type)
{
	coverage_open_text(&c->open, c->seed, coverage_owner(c), c->owner_len, type);
}

static void count(struct coverage *c, const struct coverage_type *t)
{
	for (size_t i = 0; i < c->sum_count; i++) {
		if (c->sums[i].mask == t->mask) {
			c->sums[i].count++;
			return;
		}
	}
	if (t->mask == 0 || c->sum_count == COVERAGE_TYPES)
		leave_open(c, t->type);
	else
		c->sums[c->sum_count++] =
		    (struct coverage_sum){ .mask = t->mask,
			                   .type = t->type,
			                   .count = 1,
			                   .name = coverage_open_hash(c->seed, coverage_owner(c), c->owner_len) };
}

/* The name at hand is complete, as far as it stands here. */
static void close_name(struct coverage *c)
{
	bool occluded = is_occluded(c);
	bool delegation = c->apex_len > 0 && c->has_ns && !is_apex(c);

	for (size_t i = 0; i < c->type_count; i++) {
		const struct coverage_type *t = &c->types[i];

		/* A DNAME record of the apex does not hide its NSEC3 records. */
		if (!t->present || (occluded && (t->type != RRTYPE_NSEC3 || c->cut_len != c->apex_len)))
			continue;
		if (c->apex_len == 0)
			leave_open(c, t->type);
		else if (!delegation || t->type == RRTYPE_DS || t->type == RRTYPE_NSEC)
			count(c, t);
	}
	if (!occluded && (delegation || c->has_dname) && c->apex_len > 0) {
		c->cut_len = c->owner_len;
		c->owner = !c->owner;
	}
	c->type_count = 0;
	c->owner_len = 0;
	c->has_ns = c->has_dname = false;
}

void coverage_name(struct coverage *c, const char *owner, size_t len)
{
	if (len > OWNER_TEXT_MAX)
		len = 0;
	if (c->owner_len == len && memcmp(coverage_owner(c), owner, len) == 0)
		return;
	if (c->owner_len > 0)
		close_name(c);
	octets_copy(c->texts[c->owner], owner, len);
	c->owner_len = len;
}

static struct coverage_type *type_of(struct coverage *c, uint16_t type)
{
	for (size_t i = c->type_count; i-- > 0;)
		if (c->types[i].type == type)
			return &c->types[i];
	if (c->type_count == COVERAGE_TYPES)
		return NULL;
	c->types[c->type_count] = (struct coverage_type){ .type = type };
	return &c->types[c->type_count++];
}

void coverage_record(struct coverage *c, uint16_t type)
{
	struct coverage_type *t = type_of(c, type);

	if (type == RRTYPE_SOA && c->apex_len == 0) {
		memcpy(c->apex, coverage_owner(c), c->owner_len);
		c->apex_len = c->owner_len;
		c->apex_escaped = memchr(c->apex, '\\', c->apex_len) != NULL;
	}
	c->has_ns |= type == RRTYPE_NS;
	c->has_dname |= type == RRTYPE_DNAME;
	if (t != NULL)
		t->present = true;
	else
		leave_open(c, type);
}

void coverage_signature(struct coverage *c, uint16_t covered, unsigned algorithm)
{
	struct coverage_type *t = type_of(c, covered);

	if (t != NULL)
		t->mask |= coverage_bit(algorithm);
}

bool coverage_done(struct coverage *c)
{
	if (c->owner_len > 0)
		close_name(c);
	return c->open != NULL;
}

void coverage_again(struct coverage *c, const struct zentry *entry, uint16_t covered, unsigned algorithm)
{
	struct wire_name apex = { 0 };

	if (c->apex_len > 0 && !name_from_text(&apex, c->apex, c->apex_len, NULL))
		apex.len = 0;
	coverage_open_entry(c->open, entry, &apex, covered, algorithm);
}

uint64_t coverage_missing(const struct coverage *c, uint16_t *type, uint64_t *name)
{
	struct wire_name apex = { 0 };
	uint64_t missing = 0;

	if (c->open != NULL && c->apex_len > 0 && name_from_text(&apex, c->apex, c->apex_len, NULL))
		missing = coverage_open_missing(c->open, &apex, c->algorithms, type, name);
	for (size_t i = 0; i < c->sum_count; i++) {
		if ((c->sums[i].mask & c->algorithms) != 0)
			continue;
		if (missing == 0) {
			*type = c->sums[i].type;
			*name = c->sums[i].name;
		}
		missing += c->sums[i].count;
	}
	return missing;
}

void coverage_clear(struct coverage *c)
{
	coverage_open_free(&c->open);
}
