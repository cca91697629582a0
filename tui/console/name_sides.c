#include "tui/console/name_sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/zone_keep.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan.h"

enum { RECORDS_MOST = 2000 /* of a side */, TEXT_MOST = 4000, SOA_TAIL = 20, SIG_HEAD = 18 };

struct found {
	struct name_record record;
	uint32_t ttl;
	uint8_t *wire; /* canonical rdata */
	size_t len;
	bool matched;
};

struct side {
	struct found *list;
	size_t count, cap;
	uint64_t left_out;
	uint32_t serial;
	bool soa;
};

static int open_kept(const struct name_args *args, int k, uint64_t *size)
{
	char *path = zone_keep_path(args->dir, &args->pair->instance[k], args->zone);
	struct zone_kept kept;
	int fd = -1;

	zone_keep_open(path, &kept, &fd);
	*size = kept.size;
	free(path);
	return fd;
}

uint64_t name_sides_size(const struct name_args *args)
{
	uint64_t sum = 0, size;

	for (int k = 0; k < 2; k++) {
		int fd = args->dir != NULL ? open_kept(args, k, &size) : -1;

		if (fd < 0)
			return 0;
		close(fd);
		sum += size;
	}
	return sum;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void take(struct side *s, struct arena *a, int k, const struct zentry *entry, const uint8_t *wire, size_t len)
{
	char type[RRTYPE_TEXT];
	struct found *f;

	if (s->count == RECORDS_MOST) {
		s->left_out++;
		return;
	}
	s->list = vec_grow(s->list, s->count, &s->cap, sizeof *s->list);
	f = &s->list[s->count++];
	rrtype_name(type, entry->type);
	*f = (struct found){ .ttl = entry->ttl, .wire = arena_dup(a, wire, len, 1), .len = len };
	f->record.signature = entry->type == RRTYPE_RRSIG;
	f->record.type = f->record.signature && len >= SIG_HEAD ? be16(wire) : entry->type;
	f->record.side = k;
	f->record.text = arena_printf(a, "%u %s %.*s%s", entry->ttl, type,
	                              (int)(entry->rdata_len < TEXT_MOST ? entry->rdata_len : TEXT_MOST), entry->rdata,
	                              entry->rdata_len > TEXT_MOST ? "..." : "");
}

static enum rc read_entry(struct side *s, struct arena *a, int k, const struct zscan *scan, const struct zentry *entry,
                          const struct wire_name *owner, struct err *e)
{
	static _Thread_local uint8_t wire[RDATA_MAX];
	bool wanted = entry->owner->len == owner->len && memcmp(entry->owner->wire, owner->wire, owner->len) == 0;
	size_t len = 0;
	enum rc rc;

	if (!wanted && (entry->type != RRTYPE_SOA || s->soa))
		return RC_OK;
	rc = scan_rdata(scan, entry, wire, &len, e);
	if (rc == RC_OK && entry->type == RRTYPE_SOA && len >= SOA_TAIL) {
		s->soa = true;
		s->serial = be32(wire + len - SOA_TAIL);
	}
	if (rc == RC_OK && wanted)
		take(s, a, k, entry, wire, len);
	return rc;
}

static enum rc read_side(const struct name_args *args, int k, struct side *s, struct arena *a, struct err *e)
{
	struct zscan scan = { .source = { .fd = -1, .spool = -1 } };
	const char *name = args->pair->instance[k].name;
	struct wire_name owner;
	struct zentry entry;
	bool more = true;
	uint64_t size;
	int fd = open_kept(args, k, &size);
	enum rc rc;

	if (fd < 0)
		return err_set(e, RC_UNKNOWN, "the file of %s is not kept on this machine any more", name);
	rc = name_from_text(&owner, args->owner, strlen(args->owner), &(struct wire_name){ .len = 1 })
	         ? RC_OK
	         : err_set(e, RC_PARSE, "this name cannot be looked for");
	if (rc == RC_OK)
		rc = source_fd(&scan.source, fd, name, args->cancel, e);
	scan.source.meter = args->meter;
	if (rc == RC_OK)
		rc = scan_start(&scan, NULL, e);
	while (rc == RC_OK && more) {
		rc = scan_next(&scan, &entry, &more, e);
		if (rc == RC_OK && more)
			rc = read_entry(s, a, k, &scan, &entry, &owner, e);
	}
	scan_clear(&scan);
	close(fd);
	if (rc == RC_OK && (!s->soa || s->serial != args->serials[k]))
		rc = err_set(e, RC_UNKNOWN, "the file of %s that is kept here is another one by now", name);
	return rc;
}

/* ---- what is alike ---- */

static bool same(const struct found *a, const struct found *b)
{
	return a->record.type == b->record.type && a->record.signature == b->record.signature && a->ttl == b->ttl &&
	       a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}

/* Octets of the name in wire form that begins at @p; 0: none. */
static size_t name_len(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] != 0)
		n += p[n] + (size_t)1;
	return n < len ? n + 1 : 0;
}

/* RFC 4034 section 3.1: covered 2, algorithm, labels, TTL 4, expiration 4, inception 4, tag 2, signer; the octets that
 * are signed make the rest. */
static bool same_signer(const struct found *a, const struct found *b)
{
	enum { TIMES = 8, TIMES_END = 16 };
	size_t n = a->len > SIG_HEAD ? name_len(a->wire + SIG_HEAD, a->len - SIG_HEAD) : 0;

	return n > 0 && b->len >= SIG_HEAD + n && memcmp(a->wire, b->wire, TIMES) == 0 &&
	       memcmp(a->wire + TIMES_END, b->wire + TIMES_END, SIG_HEAD - TIMES_END + n) == 0;
}

/* The same SOA with another serial. */
static bool same_soa(const struct found *a, const struct found *b)
{
	size_t head = a->len - SOA_TAIL;

	return a->len == b->len && a->len > SOA_TAIL && memcmp(a->wire, b->wire, head) == 0 &&
	       memcmp(a->wire + head + 4, b->wire + head + 4, SOA_TAIL - 4) == 0;
}

static bool timing(const struct found *a, const struct found *b)
{
	if (a->record.type != b->record.type || a->record.signature != b->record.signature || a->ttl != b->ttl)
		return false;
	return a->record.signature ? same_signer(a, b) : a->record.type == RRTYPE_SOA && same_soa(a, b);
}

/* Each record of one side with at most one of the other. */
static void match(struct side sides[2], bool (*alike)(const struct found *, const struct found *), enum name_match how)
{
	for (size_t i = 0; i < sides[0].count; i++) {
		struct found *a = &sides[0].list[i];

		for (size_t k = 0; k < sides[1].count && !a->matched; k++) {
			struct found *b = &sides[1].list[k];

			if (b->matched || !alike(a, b))
				continue;
			a->matched = b->matched = true;
			a->record.match = b->record.match = how;
		}
	}
}

static int by_type(const void *left, const void *right)
{
	const struct name_record *a = left, *b = right;

	if (a->type != b->type) { /* the SOA first, where there is one */
		if (a->type == RRTYPE_SOA || b->type == RRTYPE_SOA)
			return a->type == RRTYPE_SOA ? -1 : 1;
		return a->type < b->type ? -1 : 1;
	}
	if (a->signature != b->signature)
		return a->signature ? 1 : -1;
	if (a->match != b->match)
		return a->match < b->match ? -1 : 1;
	if (a->side != b->side)
		return a->side - b->side;
	return strcmp(a->text, b->text);
}

static void join(struct name_sides *out, struct side sides[2])
{
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < sides[k].count; i++)
			sides[k].list[i].record.match = NAME_ALONE;
	match(sides, same, NAME_SAME);
	match(sides, timing, NAME_TIMING);
	out->records = arena_alloc(&out->arena, (sides[0].count + sides[1].count + 1) * sizeof *out->records);
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < sides[k].count; i++)
			if (k == 0 || sides[k].list[i].record.match != NAME_SAME)
				out->records[out->count++] = sides[k].list[i].record;
	if (out->count > 0)
		qsort(out->records, out->count, sizeof *out->records, by_type);
	out->left_out = sides[0].left_out + sides[1].left_out;
}

struct name_sides *name_sides_read(const struct name_args *args)
{
	struct name_sides *out = xcalloc(1, sizeof *out);
	struct side sides[2] = { { 0 } };
	struct err e = { 0 };
	enum rc rc = args->dir != NULL ? RC_OK : err_set(&e, RC_UNKNOWN, "no file of a zone is kept on this machine");

	for (int k = 0; k < 2 && rc == RC_OK; k++)
		rc = read_side(args, k, &sides[k], &out->arena, &e);
	if (rc == RC_OK)
		join(out, sides);
	else
		(void)str_copy(out->why, sizeof out->why, e.text);
	for (int k = 0; k < 2; k++)
		free(sides[k].list);
	return out;
}

void name_sides_free(struct name_sides **sides)
{
	if (*sides == NULL)
		return;
	arena_free(&(*sides)->arena);
	free(*sides);
	*sides = NULL;
}
