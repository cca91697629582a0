/* record.h -- a zone file as a sorted array of records in wire form: what verification walks. */
#ifndef ODSF_CORE_ZONE_RECORD_H
#define ODSF_CORE_ZONE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/zone/scan.h"

enum { NAME_MAX_WIRE = 255, NAME_MAX_KEY = 2 * NAME_MAX_WIRE + 2 };

/* A domain name. Its key orders names canonically by memcmp (RFC 4034 section 6.1): labels from the right, each ended
 * by 0x00, with 0x00 and 0x01 inside a label written as 0x01 0x01 and 0x01 0x02; a name below another has its key as
 * prefix. */
struct zname {
	const uint8_t *wire; /* lower case, uncompressed */
	const uint8_t *key;
	uint16_t key_len;
	uint8_t wire_len;
	uint8_t labels; /* without the root; a leading "*" counts */
};

struct zrecord {
	const struct zname *owner; /* shared by neighbours in the file */
	const uint8_t *rdata;      /* canonical form (RFC 4034 section 6.2) */
	uint32_t ttl;
	uint16_t rdata_len;
	uint16_t type;
};

struct zone_records {
	struct arena arena;
	struct zrecord *items; /* sorted by owner, type, rdata; duplicates dropped */
	size_t count;
	const struct zname *apex; /* the owner of the SOA */
};

/* All that the started scanner @s gives, sorted. RC_PARSE: no whole zone file, or a second SOA of another name. Free
 * with zone_records_clear() whatever is returned. */
MUST_CHECK enum rc zone_records_read(struct zone_records *z, struct zscan *s, struct err *e);
/* Loose records (keys that caches hold), which need no SOA and may lack a TTL. */
MUST_CHECK enum rc zone_records_parse_loose(struct zone_records *z, const char *text, struct err *e);
void zone_records_clear(struct zone_records *z);

/* The rdata of @entry in the form that is signed, which is canonical but for the case of the next name of NSEC (RFC
 * 6840 section 5.1). @out of RDATA_MAX octets. */
MUST_CHECK enum rc zrecord_rdata(const struct zscan *s, const struct zentry *entry, uint8_t *out, size_t *len,
                                 struct err *e);
/* By type, then rdata; neighbours that are equal are one record. Returns how many are left. */
size_t zrecords_sort(struct zrecord *items, size_t count);

/* A name that outlives the arena of the first. */
struct zname_copy {
	struct zname name; /* points into the rest: not to be copied by assignment */
	uint8_t wire[NAME_MAX_WIRE], key[NAME_MAX_KEY];
};
void zname_hold(struct zname_copy *copy, const struct zname *name);

/* Order of two names; 0 equal. */
int zname_compare(const struct zname *a, const struct zname *b);
/* @name is @parent or below it. */
bool zname_below(const struct zname *name, const struct zname *parent);
/* Makes a name of @wire (copied, lowered). */
struct zname *zname_make(struct arena *a, const uint8_t *wire, size_t len);
/* The name without its first @skip labels. */
struct zname *zname_parent(struct arena *a, const struct zname *name, unsigned skip);
/* Presentation form with escapes, without the final dot; "." for the root. */
const char *zname_text(struct arena *a, const struct zname *name);
const char *rrtype_text(struct arena *a, uint16_t type);

#endif
