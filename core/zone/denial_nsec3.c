#include "core/zone/denial_nsec3.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/mem.h"
#include "core/zone/hash.h"
#include "core/zone/nsec3_hash.h"
#include "core/zone/type_bitmap.h"

enum { OPT_OUT = 1, WINDOW_LEAST = 16, TYPES_MASK = (1 << 30) - 1 };

static const char *const fault_texts[] = {
	[NSEC3_LINK] = "the NSEC3 record does not point to the next one: the chain is broken here",
	[NSEC3_TWICE] = "has more than one NSEC3 record of the same parameters",
	[NSEC3_NO_NAME] = "the NSEC3 record belongs to no name of the zone",
	[NSEC3_TYPES] = "its NSEC3 record names other types than there are",
	[NSEC3_MISSING] = "has no NSEC3 record: the chain does not hold it",
	[NSEC3_EMPTY] = "is an empty non-terminal without an NSEC3 record",
};

static uint64_t order_of(const uint8_t hash[NSEC3_HASH])
{
	uint64_t v = 0;

	for (size_t i = 0; i < sizeof v; i++)
		v = v << 8 | hash[i];
	return v;
}

static uint32_t rest_of(const struct nsec3_chain *c, const uint8_t hash[NSEC3_HASH])
{
	return (uint32_t)hash_octets(hash, NSEC3_HASH, c->seed);
}

static uint32_t types_of(const struct nsec3_chain *c, const uint8_t *bitmap, size_t len)
{
	return (uint32_t)hash_octets(bitmap, len, c->seed) & TYPES_MASK;
}

bool nsec3_chain_start(struct nsec3_chain *c, const struct zname *apex, const struct zrecord *param,
                       denial_fault_fn fault, void *ctx)
{
	if (param->rdata_len < 5 || param->rdata[0] != 1 || param->rdata_len < 5 + param->rdata[4])
		return false;
	c->apex = apex;
	c->fault = fault;
	c->ctx = ctx;
	c->seed = hash_seed();
	c->iterations = (uint16_t)(param->rdata[2] << 8 | param->rdata[3]);
	c->salt_len = param->rdata[4];
	memcpy(c->salt, param->rdata + 5, c->salt_len);
	c->window.last = UINT64_MAX;
	return true;
}

/* Base32 with the extended hex alphabet (RFC 4648 section 7), lower case, as an owner's first label has it. */
static bool base32_decode(const uint8_t *text, uint8_t out[NSEC3_HASH])
{
	for (size_t group = 0; group < NSEC3_LABEL / 8; group++) {
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

static bool owner_hash(const struct nsec3_chain *c, const uint8_t *name, size_t len, uint8_t out[NSEC3_HASH])
{
	return name[0] == NSEC3_LABEL && len == c->apex->wire_len + 1u + NSEC3_LABEL && base32_decode(name + 1, out);
}

/* By a quarter, and only touched when it is used: there may be millions. */
static void *make_room(void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	*cap += *cap / 4 + 256;
	return xrealloc(items, *cap * size);
}

static bool looked_at(const struct nsec3_chain *c, uint64_t at)
{
	return at >= c->window.from && at <= c->window.last;
}

/* Half of the hashes wait for another reading when there is no room for all. */
static void narrow(struct nsec3_chain *c)
{
	struct nsec3_window *w = &c->window;

	while (w->limit > 0 && w->last > w->from && c->link_count + c->need_count > WINDOW_LEAST &&
	       c->link_count * sizeof *c->links + c->need_count * sizeof *c->needs > w->limit) {
		size_t links = 0, needs = 0;

		w->last = w->from + (w->last - w->from) / 2;
		for (size_t i = 0; i < c->link_count; i++)
			if (c->links[i].at <= w->last)
				c->links[links++] = c->links[i];
		for (size_t i = 0; i < c->need_count; i++)
			if (c->needs[i].at <= w->last)
				c->needs[needs++] = c->needs[i];
		c->link_count = links;
		c->need_count = needs;
	}
}

/* Takes a record into the chain if it has the chain's parameters: a zone may hold a second chain while it changes
 * them. */
static void take(struct nsec3_chain *c, const struct znode *n, const struct zrecord *r)
{
	const uint8_t *p = r->rdata;
	size_t salt = r->rdata_len > 5 ? p[4] : 0, at = 5 + salt;
	uint8_t hash[NSEC3_HASH];
	struct nsec3_link *link;

	if (r->rdata_len < at + 1 + NSEC3_HASH || p[0] != 1 || p[at] != NSEC3_HASH) {
		if (c->first && !c->window.later)
			c->fault(c->ctx, n->name, LDNS_RR_TYPE_NSEC3,
			         "the NSEC3 record is malformed, or of another hash than SHA-1");
		return;
	}
	if ((p[2] << 8 | p[3]) != c->iterations || salt != c->salt_len || memcmp(p + 5, c->salt, salt) != 0)
		return;
	if (!owner_hash(c, n->name->wire, n->name->wire_len, hash)) {
		if (!c->window.later)
			c->fault(c->ctx, n->name, LDNS_RR_TYPE_NSEC3, "the owner of the NSEC3 record is no hash");
		return;
	}
	if (!looked_at(c, order_of(hash)))
		return;
	c->links = make_room(c->links, c->link_count, &c->link_cap, sizeof *c->links);
	link = &c->links[c->link_count++];
	memset(link, 0, sizeof *link);
	link->at = order_of(hash);
	link->rest = rest_of(c, hash);
	link->next = order_of(p + at + 1);
	link->next_rest = rest_of(c, p + at + 1);
	link->opt_out = p[1] & OPT_OUT;
	link->types = types_of(c, p + at + 1 + NSEC3_HASH, r->rdata_len - (at + 1 + NSEC3_HASH));
	narrow(c);
}

void nsec3_chain_record(struct nsec3_chain *c, const struct znode *n)
{
	const struct zrrset *set = n->kind == NODE_OUTSIDE ? NULL : znode_rrset(n, LDNS_RR_TYPE_NSEC3);

	for (uint32_t i = 0; set != NULL && i < set->count; i++)
		take(c, n, &set->records[i]);
}

static void need(struct nsec3_chain *c, const uint8_t *name, size_t len, const struct znode *n, bool optional)
{
	uint8_t bitmap[TYPE_BITMAP_MAX], hash[NSEC3_HASH];
	struct nsec3_need *item;

	nsec3_hash(hash, name, len, c->salt, c->salt_len, c->iterations);
	if (!looked_at(c, order_of(hash)))
		return;
	c->needs = make_room(c->needs, c->need_count, &c->need_cap, sizeof *c->needs);
	item = &c->needs[c->need_count++];
	item->at = order_of(hash);
	item->rest = rest_of(c, hash);
	item->types = types_of(c, bitmap, type_bitmap_make(bitmap, n, false)) & TYPES_MASK;
	item->empty = n == NULL;
	item->optional = optional;
	narrow(c);
}

/* The last name without its first labels, @depth of those below the apex left. */
static const uint8_t *ancestor(const struct zname *name, unsigned skip, size_t *len)
{
	const uint8_t *p = name->wire;

	for (; skip > 0; skip--)
		p += *p + 1u;
	*len = (size_t)(name->wire + name->wire_len - p);
	return p;
}

/* No name that comes is below levels deeper than @keep: those that hold nothing need a record, unless all that is below
 * them are insecure delegations (RFC 5155 section 7.1). */
static void close_levels(struct nsec3_chain *c, unsigned keep)
{
	for (; c->depth > keep; c->depth--) {
		const struct nsec3_level *level = &c->levels[c->depth];
		size_t len;
		const uint8_t *name;

		if (level->exists)
			continue;
		name = ancestor(&c->last.name, c->last.name.labels - c->apex->labels - c->depth, &len);
		need(c, name, len, NULL, !level->secure);
	}
}

void nsec3_chain_name(struct nsec3_chain *c, const struct znode *n)
{
	bool insecure = n->kind == NODE_DELEGATION && znode_rrset(n, LDNS_RR_TYPE_DS) == NULL;
	unsigned depth = n->name->labels - c->apex->labels, common = 0;

	if (c->last.name.wire_len > 0) {
		unsigned had = c->last.name.labels - c->apex->labels;

		for (common = had < depth ? had : depth; common > 0; common--) {
			size_t a_len, b_len;
			const uint8_t *a = ancestor(&c->last.name, had - common, &a_len);
			const uint8_t *b = ancestor(n->name, depth - common, &b_len);

			if (a_len == b_len && memcmp(a, b, a_len) == 0)
				break;
		}
	}
	close_levels(c, common);
	while (c->depth < depth) {
		c->depth++;
		c->levels[c->depth] = (struct nsec3_level){ .exists = c->depth == depth };
	}
	for (unsigned i = 1; i <= depth && !insecure; i++)
		c->levels[i].secure = true;
	zname_hold(&c->last, n->name);
	need(c, n->name->wire, n->name->wire_len, n, insecure);
}

static bool link_before(const struct nsec3_link *a, const struct nsec3_link *b)
{
	return a->at != b->at ? a->at < b->at : a->rest < b->rest;
}

/* The heap below @i of @count. */
static void sift(struct nsec3_link *links, size_t i, size_t count)
{
	struct nsec3_link item = links[i];
	size_t child;

	while ((child = 2 * i + 1) < count) {
		if (child + 1 < count && link_before(&links[child], &links[child + 1]))
			child++;
		if (!link_before(&item, &links[child]))
			break;
		links[i] = links[child];
		i = child;
	}
	links[i] = item;
}

/* In place, where qsort() would take as much memory again. */
static void sort_links(struct nsec3_link *links, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift(links, i, count);
	for (size_t n = count; n > 1;) {
		struct nsec3_link most = links[0];

		n--;
		links[0] = links[n];
		links[n] = most;
		sift(links, 0, n);
	}
}

static void found(struct nsec3_chain *c, uint64_t at, uint32_t rest, enum nsec3_fault_kind kind)
{
	if (c->fault_total++ < NSEC3_FAULTS_KEPT)
		c->faults[c->fault_count++] = (struct nsec3_fault){ .at = at, .rest = rest, .kind = kind };
}

/* The last link at or before @name, in this window or before it; NULL: there is none yet. */
static struct nsec3_link *link_of(struct nsec3_chain *c, const struct nsec3_need *name, bool *exact)
{
	size_t low = 0, high = c->link_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct nsec3_link *l = &c->links[mid];

		if (l->at < name->at || (l->at == name->at && l->rest <= name->rest))
			low = mid + 1;
		else
			high = mid;
	}
	*exact = low > 0 && c->links[low - 1].at == name->at && c->links[low - 1].rest == name->rest;
	if (low > 0)
		return &c->links[low - 1];
	return c->window.any ? &c->window.before : NULL;
}

static void pointed(struct nsec3_chain *c, const struct nsec3_link *l, uint64_t at, uint32_t rest)
{
	if (l->next != at || l->next_rest != rest)
		found(c, l->at, l->rest, NSEC3_LINK);
}

static void check_links(struct nsec3_chain *c)
{
	if (c->window.any && c->link_count > 0)
		pointed(c, &c->window.before, c->links[0].at, c->links[0].rest);
	for (size_t i = 0; i + 1 < c->link_count; i++) {
		const struct nsec3_link *l = &c->links[i], *next = &c->links[i + 1];

		if (l->at == next->at && l->rest == next->rest) {
			c->twice = true;
			found(c, l->at, l->rest, NSEC3_TWICE);
		} else {
			pointed(c, l, next->at, next->rest);
		}
	}
}

static void missing(struct nsec3_chain *c, const struct nsec3_need *name, const struct nsec3_link *covering)
{
	if (!name->optional || !covering->opt_out)
		found(c, name->at, name->rest, name->empty ? NSEC3_EMPTY : NSEC3_MISSING);
}

static void check_needs(struct nsec3_chain *c)
{
	struct nsec3_window *w = &c->window;

	for (size_t i = 0; i < c->need_count; i++) {
		const struct nsec3_need *name = &c->needs[i];
		bool exact;
		struct nsec3_link *l = link_of(c, name, &exact);

		if (l == NULL) {
			w->wraps = make_room(w->wraps, w->wrap_count, &w->wrap_cap, sizeof *w->wraps);
			w->wraps[w->wrap_count++] = *name;
		} else if (!exact) {
			missing(c, name, l);
		} else {
			l->used = 1;
			if (l->types != name->types)
				found(c, name->at, name->rest, NSEC3_TYPES);
		}
	}
}

/* The chain is closed: the last points to the first, and covers what is before that. */
static void close_chain(struct nsec3_chain *c)
{
	struct nsec3_window *w = &c->window;

	if (!w->any) {
		c->fault(c->ctx, c->apex, LDNS_RR_TYPE_NSEC3,
		         "the zone has an NSEC3PARAM record, and no NSEC3 record of those parameters");
		return;
	}
	pointed(c, &w->before, w->first_at, w->first_rest);
	for (size_t i = 0; i < w->wrap_count; i++)
		missing(c, &w->wraps[i], &w->before);
}

void nsec3_chain_end(struct nsec3_chain *c)
{
	struct nsec3_window *w = &c->window;

	if (c->last.name.wire_len > 0)
		close_levels(c, 0);
	sort_links(c->links, c->link_count);
	check_links(c);
	check_needs(c);
	for (size_t i = 0; i < c->link_count; i++)
		if (!c->links[i].used)
			found(c, c->links[i].at, c->links[i].rest, NSEC3_NO_NAME);
	if (c->link_count > 0) {
		if (!w->any) {
			w->first_at = c->links[0].at;
			w->first_rest = c->links[0].rest;
		}
		w->any = true;
		w->before = c->links[c->link_count - 1];
	}
	if (w->last == UINT64_MAX)
		close_chain(c);
}

bool nsec3_chain_next(struct nsec3_chain *c)
{
	struct nsec3_window *w = &c->window;
	uint64_t width = w->last - w->from;

	if (w->last == UINT64_MAX)
		return false;
	w->from = w->last + 1;
	w->last = w->from <= UINT64_MAX - width ? w->from + width : UINT64_MAX;
	w->later = true;
	c->link_count = c->need_count = 0;
	c->last.name.wire_len = 0;
	c->depth = 0;
	return true;
}

static void tell(struct nsec3_chain *c, const uint8_t *wire, size_t len, const uint8_t hash[NSEC3_HASH], bool of_record,
                 int64_t *untold)
{
	uint64_t at = order_of(hash);
	uint32_t rest = rest_of(c, hash);

	for (size_t i = 0; i < c->fault_count; i++) {
		struct nsec3_fault *f = &c->faults[i];
		struct arena scratch = { 0 };

		if (f->told || f->at != at || f->rest != rest || of_record != (f->kind <= NSEC3_NO_NAME))
			continue;
		c->fault(c->ctx, zname_make(&scratch, wire, len), LDNS_RR_TYPE_NSEC3, fault_texts[f->kind]);
		arena_free(&scratch);
		f->told = true;
		--*untold;
	}
}

enum rc nsec3_chain_name_faults(struct nsec3_chain *c, struct zscan *s, int64_t *untold, struct err *e)
{
	struct wire_name last = { 0 };
	struct zentry entry;
	bool more;
	enum rc rc;

	*untold = c->fault_total;
	while ((rc = scan_next(s, &entry, &more, e)) == RC_OK && more) {
		const struct wire_name *n = entry.owner;
		uint8_t hash[NSEC3_HASH];

		if (entry.type == LDNS_RR_TYPE_NSEC3 && n->len > NSEC3_LABEL && owner_hash(c, n->wire, n->len, hash))
			tell(c, n->wire, n->len, hash, true, untold);
		if (last.len == n->len && memcmp(last.wire, n->wire, n->len) == 0)
			continue;
		last = *n;
		for (const uint8_t *p = n->wire; n->wire + n->len - p >= c->apex->wire_len; p += *p + 1u) {
			size_t len = (size_t)(n->wire + n->len - p);

			nsec3_hash(hash, p, len, c->salt, c->salt_len, c->iterations);
			tell(c, p, len, hash, false, untold);
			if (*p == 0)
				break;
		}
	}
	return rc;
}

void nsec3_chain_clear(struct nsec3_chain *c)
{
	free(c->links);
	free(c->needs);
	free(c->window.wraps);
}
