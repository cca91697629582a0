/* zone_copy.h -- a signed zone as one place has it, on this machine: an instance's file, or what a name server
 * transfers. It can be read while it arrives. An instance's file is kept, and not fetched again before it changes
 * there. */
#ifndef ODSF_CORE_PAIR_ZONE_COPY_H
#define ODSF_CORE_PAIR_ZONE_COPY_H

#include "core/pair/host.h"
#include "core/pair/resolver.h"
#include "core/zone/scan.h"

enum {
	ZONE_COPY_SECONDS = 1800,
	/* Longer than that a name server says nothing in the middle of a zone only when it is in trouble. */
	ZONE_COPY_SILENCE = 30,
};

struct zone_copy_args {
	struct host *host; /* whose file; NULL: of @server, by @resolver */
	struct resolver *resolver;
	const char *server;
	const char *zone;
	/* Where files are kept between two calls, 0700; NULL: nowhere, and it comes as it is, by no other words than
	 * the zone's name (a recording knows no other). */
	const char *dir;
	int timeout_s;         /* of the whole transfer; of a name server's: the longest silence */
	struct cancel *cancel; /* of whoever waits or reads */
};

struct zone_copy_state {
	uint64_t done, total; /* octets of the file that are here; total 0: not known */
	bool kept;            /* it was here already */
	bool compressed;
};

struct zone_copy;

/* Begins to fetch, by a thread of its own; the strings are copied, all else is borrowed until zone_copy_free(). */
struct zone_copy *zone_copy_start(const struct zone_copy_args *args);
/* Waits until the first octets can be read. The reason when none come: as host_ops.read; RC_BLOCKED where that zone has
 * no file by its configuration, RC_UNKNOWN when the file is not there. */
MUST_CHECK enum rc zone_copy_begun(struct zone_copy *z, struct err *e);
/* A scanner over it from its beginning, started; @name for its errors, borrowed. Behind zone_copy_begun(); as often as
 * wanted, one at a time while it arrives. scan_clear() it. @meter may be NULL. */
MUST_CHECK enum rc zone_copy_scan(struct zone_copy *z, struct zscan *s, const char *name, struct source_meter *meter,
                                  struct err *e);
/* Waits for its end. What was read counts only when this says RC_OK: then the file is whole, and its digest right. */
MUST_CHECK enum rc zone_copy_ended(struct zone_copy *z, struct err *e);
/* Behind zone_copy_ended(): a descriptor of the regular file that holds it, borrowed, and its size. */
int zone_copy_fd(const struct zone_copy *z, uint64_t *size);
void zone_copy_state(struct zone_copy *z, struct zone_copy_state *out); /* any thread */
/* Gives up what still comes. */
void zone_copy_free(struct zone_copy **z);

#endif
