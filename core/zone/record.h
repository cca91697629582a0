/* record.h -- a zone file as a sorted array of records in wire form: what verification walks. */
#ifndef ODSF_CORE_ZONE_RECORD_H
#define ODSF_CORE_ZONE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

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
	uint32_t serial;
};

/* Parses @text (one zone file: RFC 1035 with $ORIGIN, $TTL, parentheses; RFC 3597 unknown types). @expect_zone: false
 * for loose records (keys that caches hold), which need no SOA and may lack a TTL. RC_PARSE: the line and what was
 * expected; the last line must be whole. $INCLUDE is refused. Free with zone_records_clear() whatever is returned. */
MUST_CHECK enum rc zone_records_parse(struct zone_records *z, const char *text, size_t len, bool expect_zone,
                                      struct err *e);
void zone_records_clear(struct zone_records *z);

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
