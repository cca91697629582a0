/* verify_read.h -- a zone file as names with all their records. */
#ifndef ODSF_CORE_ZONE_VERIFY_READ_H
#define ODSF_CORE_ZONE_VERIFY_READ_H

#include "core/zone/zone_view.h"

struct verify_node {
	struct znode node; /* not placed; in the taker's arena */
	size_t count, octets;
	const struct zname *last;        /* the name before, those of NSEC3 apart; NULL: none */
	const struct zname *last_of_all; /* the name before */
};

struct verify_taker {
	bool (*node)(void *ctx, struct verify_node *node); /* false: no more */
	struct arena *(*arena)(void *ctx);                 /* for the next name */
	void *ctx;
};

/* Names as they come: records of one name that do not stand together are two names. An SOA that is the first one again,
 * which a transfer ends with, is left out. */
MUST_CHECK enum rc verify_read(struct zscan *s, const struct verify_taker *taker, struct err *e);
/* The apex, then all others in canonical order. @z keeps all of the zone, and must live as long as the nodes; the
 * caller clears it whatever is returned. */
MUST_CHECK enum rc verify_read_sorted(struct zscan *s, struct zone_records *z, const struct verify_taker *taker,
                                      struct err *e);

#endif
