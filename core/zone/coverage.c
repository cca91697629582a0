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
static bool same_text(const char *a, const char *b, size_t len)
{
	return memcmp(a, b, len) == 0 || strncasecmp(a, b, len) == 0;
}

/* @name is below @top: ends in its text. An escape may hide that; a second reading settles what comes of it. */
static bool below(const char *name, size_t len, const char *top, size_t top_len)
{
	if (top_len == 1)
		return len > 1;
	return len > top_len && name[len - top_len - 1] == '.' && same_text(name + len - top_len, top, top_len);
}

/* The name at hand is that of the SOA. */
static bool is_apex(const struct coverage *c)
{
	struct wire_name a, b;

	if (c->owner_len == c->apex_len && same_text(c->owner, c->apex, c->apex_len))
		return true;
	return c->apex_escaped && name_from_text(&a, c->owner, c->owner_len, NULL) &&
	       name_from_text(&b, c->apex, c->apex_len, NULL) && a.len == b.len && memcmp(a.wire, b.wire, a.len) == 0;
}

static uint64_t hash_of(const struct coverage *c)
{
	struct wire_name owner = { 0 };

	return name_from_text(&owner, c->owner, c->owner_len, NULL) ? hash_octets(owner.wire, owner.len, c->seed) : 0;
}

static void leave_open(struct coverage *c, uint16_t type)
{
	struct wire_name owner;

	if (name_from_text(&owner, c->owner, c->owner_len, NULL))
		coverage_open_add(&c->open, c->seed, &owner, type);
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
		    (struct coverage_sum){ .mask = t->mask, .type = t->type, .count = 1, .name = hash_of(c) };
}

static bool has(const struct coverage *c, uint16_t type)
{
	for (size_t i = 0; i < c->type_count; i++)
		if (c->types[i].type == type && c->types[i].present)
			return true;
	return false;
}

/* The name at hand is complete, as far as it stands here. */
static void close_name(struct coverage *c)
{
	bool occluded = c->cut_len > 0 && below(c->owner, c->owner_len, c->cut, c->cut_len);
	bool delegation = c->apex_len > 0 && has(c, RRTYPE_NS) && !is_apex(c);

	for (size_t i = 0; i < c->type_count; i++) {
		const struct coverage_type *t = &c->types[i];

		/* A DNAME record of the apex does not hide its NSEC3 records. */
		if (occluded && (t->type != RRTYPE_NSEC3 || c->cut_len != c->apex_len))
			continue;
		if (t->present && c->apex_len == 0)
			leave_open(c, t->type);
		else if (t->present && (!delegation || t->type == RRTYPE_DS || t->type == RRTYPE_NSEC))
			count(c, t);
	}
	if (!occluded && (delegation || has(c, RRTYPE_DNAME)) && c->apex_len > 0) {
		memcpy(c->cut, c->owner, c->owner_len);
		c->cut_len = c->owner_len;
	}
	c->type_count = 0;
	c->owner_len = 0;
}

static void open_name(struct coverage *c, const char *owner, size_t len)
{
	if (coverage_at(c, owner, len))
		return;
	if (c->owner_len > 0)
		close_name(c);
	if (len > OWNER_TEXT_MAX)
		len = 0;
	memcpy(c->owner, owner, len);
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

void coverage_record(struct coverage *c, const char *owner, size_t len, uint16_t type)
{
	struct coverage_type *t;

	open_name(c, owner, len);
	if (type == RRTYPE_SOA && c->apex_len == 0) {
		memcpy(c->apex, c->owner, c->owner_len);
		c->apex_len = c->owner_len;
		c->apex_escaped = memchr(c->apex, '\\', c->apex_len) != NULL;
	}
	t = type_of(c, type);
	if (t != NULL)
		t->present = true;
	else
		leave_open(c, type);
}

void coverage_signature(struct coverage *c, const char *owner, size_t len, uint16_t covered, unsigned algorithm)
{
	struct coverage_type *t;

	open_name(c, owner, len);
	t = type_of(c, covered);
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
