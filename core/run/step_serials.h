/* step_serials.h -- the serials of every zone at the moment when both daemons of the old active were down, and what has
 * to be exceeded. Made by the step compare-serials, kept as an attachment, read by the steps behind it. */
#ifndef ODSF_CORE_RUN_STEP_SERIALS_H
#define ODSF_CORE_RUN_STEP_SERIALS_H

#include "core/base/arena.h"
#include "core/pair/observation.h"
#include "core/run/step.h"

struct zone_serials {
	const char *zone; /* as OpenDNSSEC has it */
	enum serial_mode mode;
	struct num unsigned_serial, inbound, outbound, signed_serial;
	struct num published; /* RFC 1982 greatest of what the public servers gave */
	struct num target;    /* greatest of outbound, signed and published: the first new serial has to exceed it */
};

struct serial_table { /* strings and rows live in the arena */
	struct arena arena;
	struct zone_serials *rows;
	size_t count;
	int utc_offset; /* of the host that was asked, seconds east: datecounter counts its days */
};

/* Reads the far side's section "serials" (zone;mode;unsigned;inbound;internal;outbound;signed; an empty field is none,
 * "?" unreadable). RC_PARSE with the line. Free with arena_free(&t->arena), whatever came. */
MUST_CHECK enum rc serials_parse(struct serial_table *t, const char *section, struct err *e);
/* The attachment, and back. */
char *serials_text(const struct serial_table *t); /* caller frees */
MUST_CHECK enum rc serials_recall(struct step_ctx *c, struct serial_table *t, struct err *e);

const struct zone_serials *serials_find(const struct serial_table *t, const char *zone); /* NULL when there is none */

/* Greatest by RFC 1982 of *@best and @v, which may be none; false when they are exactly 2^31 apart. */
bool serial_raise(struct num *best, struct num v);

/* Asks the section of @h now. */
MUST_CHECK enum rc serials_read(struct step_ctx *c, struct host *h, struct serial_table *t, struct err *e);

/* SOA serial of @zone at @server. RC_UNKNOWN: no usable answer. */
MUST_CHECK enum rc public_serial(struct step_ctx *c, const char *server, const char *zone, uint32_t *serial,
                                 struct err *e);

/* The unsigned serial does not exceed what is published under `keep`: it can only be moved by force, and only once. */
bool serials_need_force(const struct zone_serials *z);

#endif
