/* compare_names.h -- the names that hold a difference, each with all its
 * records of both sides. */
#ifndef ODSF_CORE_ZONE_COMPARE_NAMES_H
#define ODSF_CORE_ZONE_COMPARE_NAMES_H

#include "core/zone/compare_walk.h"

struct named_record {
	uint16_t type, covered;    /* of an RRSIG */
	uint32_t ttl, written_ttl; /* as it is compared, and as it stands in the file */
	uint32_t wire_len;
	const uint8_t *wire; /* canonical; of an RRSIG its head, of an SOA without serial */
	const char *text;    /* rdata as it stands in the file */
};

struct record_list {
	struct named_record *items; /* by covered type, type, wire; no two alike */
	size_t count, cap;
};

struct differing_name {
	uint64_t hash;
	struct wire_name owner;
	struct record_list sides[2];
};

typedef enum rc (*differing_name_fn)(void *ctx, const struct differing_name *name, struct err *e);

struct differing; /* which names they are */

/* Of the walk @w, which is at its end. */
MUST_CHECK enum rc differing_find(struct differing **found, struct walk *w, struct err *e);
/* Calls @fn for each, in the order of the left file where names are in order
 * there. May be called again. */
MUST_CHECK enum rc differing_each(struct differing *found, differing_name_fn fn, void *ctx, struct err *e);
void differing_free(struct differing **found);

#endif
