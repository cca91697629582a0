#include "core/zone/record.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/zone/rdata_generic.h"
#include "core/zone/rrtype.h"

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Starts of the labels of @wire, the root's left out; at most 127. */
static size_t label_starts(const uint8_t *wire, size_t len, uint8_t starts[128])
{
	size_t n = 0;

	for (size_t i = 0; i < len && wire[i] != 0 && n < 128; i += wire[i] + 1u)
		starts[n++] = (uint8_t)i;
	return n;
}

static size_t make_key(const uint8_t *wire, size_t len, uint8_t *key, size_t *labels)
{
	uint8_t starts[128];
	size_t n = label_starts(wire, len, starts), k = 0;

	*labels = n;
	while (n > 0) {
		const uint8_t *label = wire + starts[--n];

		for (size_t i = 1; i <= label[0] && starts[n] + i < len; i++) {
			if (label[i] <= 1)
				key[k++] = 1;
			key[k++] = label[i] <= 1 ? (uint8_t)(label[i] + 1) : label[i];
		}
		key[k++] = 0;
	}
	return k;
}

struct zname *zname_make(struct arena *a, const uint8_t *wire, size_t len)
{
	uint8_t low[NAME_MAX_WIRE], key[NAME_MAX_KEY];
	struct zname *name = arena_alloc(a, sizeof *name);
	size_t labels, key_len;

	for (size_t i = 0; i < len; i++)
		low[i] = lower(wire[i]);
	key_len = make_key(low, len, key, &labels);
	name->wire = (const uint8_t *)arena_strndup(a, (const char *)low, len);
	name->key = (const uint8_t *)arena_strndup(a, (const char *)key, key_len);
	name->wire_len = (uint8_t)len;
	name->key_len = (uint16_t)key_len;
	name->labels = (uint8_t)labels;
	return name;
}

struct zname *zname_parent(struct arena *a, const struct zname *name, unsigned skip)
{
	const uint8_t *wire = name->wire;

	for (unsigned i = 0; i < skip && *wire != 0; i++)
		wire += *wire + 1u;
	return zname_make(a, wire, (size_t)(name->wire + name->wire_len - wire));
}

int zname_compare(const struct zname *a, const struct zname *b)
{
	size_t n = a->key_len < b->key_len ? a->key_len : b->key_len;
	int order = a == b ? 0 : memcmp(a->key, b->key, n);

	return order != 0 ? order : (int)a->key_len - (int)b->key_len;
}

bool zname_below(const struct zname *name, const struct zname *parent)
{
	return name->key_len >= parent->key_len && memcmp(name->key, parent->key, parent->key_len) == 0;
}

const char *zname_text(struct arena *a, const struct zname *name)
{
	struct buf b = { 0 };
	const char *text;

	for (const uint8_t *p = name->wire; *p != 0; p += *p + 1u) {
		if (b.len > 0)
			buf_addc(&b, '.');
		for (size_t i = 1; i <= *p; i++) {
			char c = (char)p[i];

			if (p[i] <= ' ' || p[i] >= 0x7f)
				buf_addf(&b, "\\%03u", p[i]);
			else if (strchr(".\\\"();@$", c) != NULL)
				buf_addf(&b, "\\%c", c);
			else
				buf_addc(&b, c);
		}
	}
	text = arena_strdup(a, b.len > 0 ? buf_str(&b) : ".");
	buf_free(&b);
	return text;
}

const char *rrtype_text(struct arena *a, uint16_t type)
{
	char text[RRTYPE_TEXT];

	rrtype_name(text, type);
	return arena_strdup(a, text);
}

void zname_hold(struct zname_copy *copy, const struct zname *name)
{
	memcpy(copy->wire, name->wire, name->wire_len);
	memcpy(copy->key, name->key, name->key_len);
	copy->name = *name;
	copy->name.wire = copy->wire;
	copy->name.key = copy->key;
}

/* The next name of NSEC as it is written: it is signed so, and compared without regard to case. */
static void restore_case(const struct zscan *s, const struct zentry *entry, uint8_t *rdata, size_t len)
{
	size_t n = 0;
	bool upper = false;
	ldns_rdf *name, *origin;
	char text[1024];

	if (rdata_is_generic(entry->rdata, entry->rdata_len)) {
		uint8_t *raw = xcalloc(1, RDATA_MAX);
		const char *why;

		if (rdata_generic_octets(entry->rdata, entry->rdata_len, raw, &n, &why) && n == len)
			memcpy(rdata, raw, len);
		free(raw);
		return;
	}
	while (n < entry->rdata_len && entry->rdata[n] != ' ' && entry->rdata[n] != '\t') {
		upper |= (entry->rdata[n] >= 'A' && entry->rdata[n] <= 'Z') || entry->rdata[n] == '\\';
		n++;
	}
	if (!upper || n >= sizeof text)
		return;
	memcpy(text, entry->rdata, n);
	text[n] = '\0';
	name = ldns_dname_new_frm_str(text);
	if (name != NULL && !ldns_dname_str_absolute(text) && s->origin.len > 0) {
		origin = ldns_dname_new_frm_data(s->origin.len, s->origin.wire);
		if (origin != NULL)
			(void)ldns_dname_cat(name, origin);
		ldns_rdf_deep_free(origin);
	}
	if (name != NULL && ldns_rdf_size(name) <= len)
		memcpy(rdata, ldns_rdf_data(name), ldns_rdf_size(name));
	ldns_rdf_deep_free(name);
}

enum rc zrecord_rdata(const struct zscan *s, const struct zentry *entry, uint8_t *out, size_t *len, struct err *e)
{
	enum rc rc = scan_rdata(s, entry, out, len, e);

	if (rc == RC_OK && entry->type == RRTYPE_NSEC)
		restore_case(s, entry, out, *len);
	return rc;
}

static int rdata_order(const void *left, const void *right)
{
	const struct zrecord *a = left, *b = right;
	size_t n = a->rdata_len < b->rdata_len ? a->rdata_len : b->rdata_len;
	int order;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	order = memcmp(a->rdata, b->rdata, n);
	return order != 0 ? order : (int)a->rdata_len - (int)b->rdata_len;
}

static int record_order(const void *left, const void *right)
{
	const struct zrecord *a = left, *b = right;
	int order = zname_compare(a->owner, b->owner);

	return order != 0 ? order : rdata_order(a, b);
}

static size_t drop_equal(struct zrecord *items, size_t count, int (*order)(const void *, const void *))
{
	size_t kept = 0;

	for (size_t i = 1; i < count; i++)
		if (order(&items[kept], &items[i]) != 0)
			items[++kept] = items[i];
	return count == 0 ? 0 : kept + 1;
}

size_t zrecords_sort(struct zrecord *items, size_t count)
{
	bool sorted = true;

	for (size_t i = 1; sorted && i < count; i++)
		sorted = rdata_order(&items[i - 1], &items[i]) < 0;
	if (sorted)
		return count;
	qsort(items, count, sizeof *items, rdata_order);
	return drop_equal(items, count, rdata_order);
}

static enum rc read_all(struct zone_records *z, struct zscan *s, struct err *e)
{
	uint8_t *wire = xcalloc(1, RDATA_MAX);
	const struct zname *last = NULL;
	struct zentry entry;
	size_t cap = 0, len;
	bool more;
	enum rc rc;

	while ((rc = scan_next(s, &entry, &more, e)) == RC_OK && more) {
		struct zrecord *r;

		rc = zrecord_rdata(s, &entry, wire, &len, e);
		if (rc != RC_OK)
			break;
		if (last == NULL || last->wire_len != entry.owner->len ||
		    memcmp(last->wire, entry.owner->wire, entry.owner->len) != 0)
			last = zname_make(&z->arena, entry.owner->wire, entry.owner->len);
		z->items = vec_grow(z->items, z->count, &cap, sizeof *z->items);
		r = &z->items[z->count++];
		*r =
		    (struct zrecord){ .owner = last, .ttl = entry.ttl, .type = entry.type, .rdata_len = (uint16_t)len };
		r->rdata = (const uint8_t *)arena_strndup(&z->arena, (const char *)wire, len);
		if (entry.type != RRTYPE_SOA)
			continue;
		if (z->apex != NULL && zname_compare(z->apex, last) != 0) {
			rc = source_fault(&s->source, e, entry.line, entry.text, entry.text_len,
			                  "a second SOA record, of another name: a zone has one");
			break;
		}
		z->apex = last;
	}
	free(wire);
	return rc;
}

static void sort(struct zone_records *z)
{
	if (z->count == 0)
		return;
	qsort(z->items, z->count, sizeof *z->items, record_order);
	z->count = drop_equal(z->items, z->count, record_order);
}

enum rc zone_records_read(struct zone_records *z, struct zscan *s, struct err *e)
{
	enum rc rc;

	memset(z, 0, sizeof *z);
	rc = read_all(z, s, e);
	if (rc == RC_OK)
		rc = scan_whole(s, e);
	if (rc == RC_OK)
		sort(z);
	return rc;
}

enum rc zone_records_parse_loose(struct zone_records *z, const char *text, struct err *e)
{
	struct buf padded = { 0 };
	struct zscan s = { .have_ttl = true, .default_ttl = 3600 };
	char slack[SOURCE_SLACK] = { 0 };
	enum rc rc;

	memset(z, 0, sizeof *z);
	buf_adds(&padded, text);
	if (padded.len > 0 && padded.p[padded.len - 1] != '\n')
		buf_addc(&padded, '\n');
	buf_add(&padded, slack, sizeof slack);
	padded.len -= sizeof slack;
	source_text(&s.source, &padded, "keys");
	rc = read_all(z, &s, e);
	if (rc == RC_OK && z->count == 0)
		rc = err_set(e, RC_PARSE, "no record");
	if (rc == RC_OK)
		sort(z);
	buf_free(&s.joined);
	buf_free(&s.last_line);
	buf_free(&padded);
	return rc;
}

void zone_records_clear(struct zone_records *z)
{
	free(z->items);
	arena_free(&z->arena);
	memset(z, 0, sizeof *z);
}
