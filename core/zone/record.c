#include "core/zone/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

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

		for (size_t i = 1; i <= label[0]; i++) {
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
	const ldns_rr_descriptor *d = ldns_rr_descript(type);

	return d != NULL && d->_name != NULL && d->_type == type ? arena_strdup(a, d->_name)
	                                                         : arena_printf(a, "TYPE%u", type);
}

/* The records in the order of the file, while they are read. */
struct reading {
	struct zone_records *zone;
	size_t cap;
	ldns_buffer *wire;
	const struct zname *last;
	const struct zname *soa;
};

static const struct zname *owner_of(struct reading *r, const ldns_rr *rr)
{
	const ldns_rdf *owner = ldns_rr_owner(rr);
	const uint8_t *wire = ldns_rdf_data(owner);
	size_t len = ldns_rdf_size(owner);

	if (r->last == NULL || r->last->wire_len != len || memcmp(r->last->wire, wire, len) != 0)
		r->last = zname_make(&r->zone->arena, wire, len);
	return r->last;
}

static enum rc take(struct reading *r, ldns_rr *rr, int line, struct err *e)
{
	struct zone_records *z = r->zone;
	struct zrecord *record;

	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return err_set(e, RC_PARSE, "line %d: a record of another class than IN", line);
	ldns_rr2canonical(rr);
	ldns_buffer_clear(r->wire);
	if (ldns_rr_rdata2buffer_wire(r->wire, rr) != LDNS_STATUS_OK || ldns_buffer_position(r->wire) > UINT16_MAX)
		return err_set(e, RC_PARSE, "line %d: a record that has no wire form", line);
	z->items = vec_grow(z->items, z->count, &r->cap, sizeof *z->items);
	record = &z->items[z->count++];
	record->owner = owner_of(r, rr);
	record->type = (uint16_t)ldns_rr_get_type(rr);
	record->ttl = ldns_rr_ttl(rr);
	record->rdata_len = (uint16_t)ldns_buffer_position(r->wire);
	record->rdata =
	    (const uint8_t *)arena_strndup(&z->arena, (const char *)ldns_buffer_begin(r->wire), record->rdata_len);
	if (record->type != LDNS_RR_TYPE_SOA)
		return RC_OK;
	if (r->soa != NULL && zname_compare(r->soa, record->owner) != 0)
		return err_set(e, RC_PARSE, "line %d: a second SOA record, of another name: a zone has one", line);
	r->soa = record->owner;
	z->serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
	return RC_OK;
}

/* The text of line @line, escaped and cut, for the sentence. */
static void quote_line(struct buf *out, const char *text, size_t len, int line)
{
	const char *p = text, *end = text + len, *stop;

	for (int i = 1; i < line && p < end; i++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return;
		p++;
	}
	stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
	str_escape(out, p, (size_t)((stop != NULL ? stop : end) - p), 60);
}

static enum rc read_all(struct reading *r, FILE *f, const char *text, size_t len, struct err *e)
{
	ldns_rdf *origin = NULL, *prev = NULL;
	uint32_t ttl = 3600;
	int next = 1;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !feof(f)) {
		ldns_rr *rr = NULL;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, f, &ttl, &origin, &prev, &next);
		int line = next - 1; /* ldns counts on when it has read the end of a line */

		if (status == LDNS_STATUS_OK) {
			rc = take(r, rr, line, e);
		} else if (status == LDNS_STATUS_SYNTAX_INCLUDE) {
			rc = err_set(e, RC_PARSE, "line %d: $INCLUDE is not followed: a signed zone is one file", line);
		} else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
		           status != LDNS_STATUS_SYNTAX_ORIGIN) {
			struct buf quoted = { 0 };

			quote_line(&quoted, text, len, line);
			rc = err_set(e, RC_PARSE, "line %d: %s: \"%s\"", line, ldns_get_errorstr_by_id(status),
			             buf_str(&quoted));
			buf_free(&quoted);
		}
		ldns_rr_free(rr);
	}
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(prev);
	return rc;
}

static int record_order(const void *left, const void *right)
{
	const struct zrecord *a = left, *b = right;
	int order = zname_compare(a->owner, b->owner);
	size_t n = a->rdata_len < b->rdata_len ? a->rdata_len : b->rdata_len;

	if (order == 0 && a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (order == 0)
		order = memcmp(a->rdata, b->rdata, n);
	return order != 0 ? order : (int)a->rdata_len - (int)b->rdata_len;
}

static void sort(struct zone_records *z)
{
	size_t kept = 0;

	if (z->count == 0)
		return;
	qsort(z->items, z->count, sizeof *z->items, record_order);
	for (size_t i = 1; i < z->count; i++)
		if (record_order(&z->items[kept], &z->items[i]) != 0)
			z->items[++kept] = z->items[i];
	z->count = kept + 1;
}

enum rc zone_records_parse(struct zone_records *z, const char *text, size_t len, bool expect_zone, struct err *e)
{
	struct reading r = { .zone = z };
	FILE *f = NULL;
	enum rc rc;

	memset(z, 0, sizeof *z);
	if (len == 0)
		return err_set(e, RC_PARSE, "%s", expect_zone ? "the zone file is empty" : "no record");
	if (expect_zone && text[len - 1] != '\n')
		return err_set(e, RC_PARSE, "the zone file is cut short: its last line has no end");
	if (memchr(text, '\0', len) != NULL)
		return err_set(e, RC_PARSE, "the zone file holds a NUL octet: it is no text");
	/* fmemopen's mode "r" wants a pointer to non-const; it only reads. */
	f = fmemopen((void *)text, len, "r");
	r.wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	rc = f != NULL && r.wire != NULL ? read_all(&r, f, text, len, e)
	                                 : err_set(e, RC_SYSTEM, "no memory to read a zone");
	if (rc == RC_OK && expect_zone && r.soa == NULL)
		rc = err_set(e, RC_PARSE, "the zone file has no SOA record");
	if (rc == RC_OK)
		sort(z);
	z->apex = r.soa;
	ldns_buffer_free(r.wire);
	if (f != NULL)
		(void)fclose(f);
	return rc;
}

void zone_records_clear(struct zone_records *z)
{
	free(z->items);
	arena_free(&z->arena);
	memset(z, 0, sizeof *z);
}
