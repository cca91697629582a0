#include "core/zone/denial_nsec3.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>
#include <openssl/sha.h>

#include "core/base/vec.h"

#include "core/zone/type_bitmap.h"

enum { HASH = SHA_DIGEST_LENGTH, HASH_TEXT = 32, OPT_OUT = 1 };

struct nsec3 { /* one NSEC3 record of the chain that the apex announces */
	uint8_t owner[HASH], next[HASH];
	const struct zname *name;
	bool opt_out, used;
	const uint8_t *bitmap;
	size_t bitmap_len;
};

struct chain {
	const struct zone_view *view;
	struct zone_records *zone;
	denial_fault_fn fault;
	void *ctx;
	const uint8_t *salt;
	uint8_t salt_len;
	uint16_t iterations;
	struct nsec3 *items;
	size_t count, cap; /* by owner hash */
};

static void fault(const struct chain *c, const struct zname *name, const char *text)
{
	c->fault(c->ctx, name, LDNS_RR_TYPE_NSEC3, text);
}

/* RFC 5155 section 5. */
static void hash_name(const struct chain *c, const struct zname *name, uint8_t out[HASH])
{
	uint8_t data[NAME_MAX_WIRE + 256];
	size_t len = name->wire_len;

	memcpy(data, name->wire, len);
	for (unsigned i = 0; i <= c->iterations; i++) {
		memcpy(data + len, c->salt, c->salt_len);
		SHA1(data, len + c->salt_len, out);
		memcpy(data, out, HASH);
		len = HASH;
	}
}

/* Base32 with the extended hex alphabet (RFC 4648 section 7), lower case, as an owner's first label has it. */
static bool base32_decode(const uint8_t *text, uint8_t out[HASH])
{
	for (size_t group = 0; group < HASH_TEXT / 8; group++) {
		uint64_t bits = 0;

		for (size_t i = 0; i < 8; i++) {
			uint8_t ch = text[group * 8 + i];

			if (ch >= '0' && ch <= '9')
				bits = bits << 5 | (uint64_t)(ch - '0');
			else if (ch >= 'a' && ch <= 'v')
				bits = bits << 5 | (uint64_t)(ch - 'a' + 10);
			else
				return false;
		}
		for (size_t i = 0; i < 5; i++)
			out[group * 5 + i] = (uint8_t)(bits >> (32 - 8 * i));
	}
	return true;
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct nsec3 *)a)->owner, ((const struct nsec3 *)b)->owner, HASH);
}

/* Takes a record into the chain if it has the chain's parameters: a zone may hold a second chain while it changes them.
 */
static void take(struct chain *c, const struct znode *n, const struct zrecord *r)
{
	const uint8_t *p = r->rdata;
	size_t salt = r->rdata_len > 5 ? p[4] : 0, at = 5 + salt;
	struct nsec3 *item;

	if (r->rdata_len < at + 1 + HASH || p[0] != 1 || p[at] != HASH) {
		fault(c, n->name, "the NSEC3 record is malformed, or of another hash than SHA-1");
		return;
	}
	if ((p[2] << 8 | p[3]) != c->iterations || salt != c->salt_len || memcmp(p + 5, c->salt, salt) != 0)
		return;
	c->items = vec_grow(c->items, c->count, &c->cap, sizeof *c->items);
	item = &c->items[c->count];
	if (n->name->wire[0] != HASH_TEXT || !base32_decode(n->name->wire + 1, item->owner)) {
		fault(c, n->name, "the owner of the NSEC3 record is no hash");
		return;
	}
	memcpy(item->next, p + at + 1, HASH);
	item->name = n->name;
	item->opt_out = (p[1] & OPT_OUT) != 0;
	item->bitmap = p + at + 1 + HASH;
	item->bitmap_len = r->rdata_len - (at + 1 + HASH);
	c->count++;
}

static void collect(struct chain *c)
{
	for (size_t i = 0; i < c->view->node_count; i++) {
		const struct znode *n = &c->view->nodes[i];
		const struct zrrset *set = znode_rrset(n, LDNS_RR_TYPE_NSEC3);

		for (uint32_t k = 0; set != NULL && k < set->count; k++)
			take(c, n, &set->records[k]);
	}
	if (c->count > 0)
		qsort(c->items, c->count, sizeof *c->items, by_hash);
}

static void check_links(const struct chain *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct nsec3 *item = &c->items[i], *next = &c->items[(i + 1) % c->count];

		if (memcmp(item->next, next->owner, HASH) != 0)
			fault(c, item->name,
			      "the NSEC3 record does not point to the next one: the chain is broken here");
	}
}

/* The record whose owner is @hash, or the one that covers it. */
static struct nsec3 *find(const struct chain *c, const uint8_t hash[HASH], bool *exact)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (memcmp(c->items[mid].owner, hash, HASH) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	*exact = low > 0 && memcmp(c->items[low - 1].owner, hash, HASH) == 0;
	return &c->items[low > 0 ? low - 1 : c->count - 1];
}

/* @node NULL: an empty non-terminal. @insecure: there may be no record for it where opt-out covers it. */
static void check_name(const struct chain *c, const struct zname *name, const struct znode *node, bool insecure)
{
	uint8_t hash[HASH];
	bool exact;
	struct nsec3 *item;

	hash_name(c, name, hash);
	item = find(c, hash, &exact);
	if (exact) {
		item->used = true;
		if (!type_bitmap_fits(node, item->bitmap, item->bitmap_len, false))
			fault(c, name, "its NSEC3 record names other types than there are");
	} else if (!insecure || !item->opt_out) {
		fault(c, name,
		      node != NULL ? "has no NSEC3 record: the chain does not hold it"
		                   : "is an empty non-terminal without an NSEC3 record");
	}
}

static bool is_insecure_delegation(const struct znode *n)
{
	return n->kind == NODE_DELEGATION && znode_rrset(n, LDNS_RR_TYPE_DS) == NULL;
}

/* The names between @n and the last name before it, or the apex, that hold nothing: each once, since names come in
 * canonical order. They are optional where all that is below them are insecure delegations (RFC 5155 section 7.1). */
struct empties {
	const struct zname *last; /* last name of the zone that was seen */
};

static bool secure_below(const struct zone_view *v, size_t from, const struct zname *top)
{
	for (size_t i = from; i < v->node_count && zname_below(v->nodes[i].name, top); i++)
		if (v->nodes[i].kind == NODE_AUTHORITATIVE ||
		    (v->nodes[i].kind == NODE_DELEGATION && !is_insecure_delegation(&v->nodes[i])))
			return true;
	return false;
}

static void check_empties(const struct chain *c, const struct empties *em, size_t i)
{
	const struct znode *n = &c->view->nodes[i];
	unsigned above = n->name->labels - c->zone->apex->labels;

	for (unsigned skip = 1; skip < above; skip++) {
		struct zname *parent = zname_parent(&c->zone->arena, n->name, skip);

		/* The last name is this one or below it: seen already. */
		if (em->last != NULL && zname_below(em->last, parent))
			return;
		check_name(c, parent, NULL, !secure_below(c->view, i, parent));
	}
}

void denial_nsec3_check(const struct zone_view *v, struct zone_records *z, denial_fault_fn report, void *ctx)
{
	const struct zrecord *param = znode_rrset(v->apex, LDNS_RR_TYPE_NSEC3PARAM)->records;
	struct chain c = { .view = v, .zone = z, .fault = report, .ctx = ctx };
	struct empties em = { 0 };

	if (param->rdata_len < 5 || param->rdata[0] != 1 || param->rdata_len < 5 + param->rdata[4]) {
		report(ctx, v->apex->name, LDNS_RR_TYPE_NSEC3PARAM,
		       "the NSEC3PARAM record is malformed, or of another hash than SHA-1");
		return;
	}
	c.iterations = (uint16_t)(param->rdata[2] << 8 | param->rdata[3]);
	c.salt_len = param->rdata[4];
	c.salt = param->rdata + 5;
	collect(&c);
	if (c.count == 0) {
		report(ctx, v->apex->name, LDNS_RR_TYPE_NSEC3,
		       "the zone has an NSEC3PARAM record, and no NSEC3 record of those parameters");
		return;
	}
	check_links(&c);
	for (size_t i = 0; i < v->node_count; i++) {
		const struct znode *n = &v->nodes[i];

		if (n->kind != NODE_AUTHORITATIVE && n->kind != NODE_DELEGATION)
			continue;
		check_empties(&c, &em, i);
		check_name(&c, n->name, n, is_insecure_delegation(n));
		em.last = n->name;
	}
	for (size_t i = 0; i < c.count; i++)
		if (!c.items[i].used)
			fault(&c, c.items[i].name, "the NSEC3 record belongs to no name of the zone");
	free(c.items);
}
