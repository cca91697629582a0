/* served.h -- whole zones as a name server serves them: what --server names. No pair, no host. */
#ifndef ODSF_TUI_COMMAND_SERVED_H
#define ODSF_TUI_COMMAND_SERVED_H

#include "core/pair/zone_copy.h"
#include "tui/command/command.h"
#include "tui/command/json.h"

struct served {
	const char *server;
	struct resolver *resolver;
	struct cancel *cancel; /* the interrupt's */
	struct zone_copy *copy;
	struct zscan scan; /* of the zone in hand */
};

/* Returns 0, or 64 after the sentence: --server goes with zones, and with nothing else that says where they come from.
 * Close it with served_close() whatever came. */
int served_open(struct served *s, const struct args *args, const struct ports *ports);
void served_close(struct served *s);

/* Fetches @zone, whole, by AXFR, instead of the one before; the scanner is started on it. Errors as
 * resolver_ops.transfer, the sentence names zone and server. */
MUST_CHECK enum rc served_zone(struct served *s, const char *zone, struct err *e);

/* The object that a command prints, with schema, server, at. */
json_t *served_json(const struct served *s);

#endif
