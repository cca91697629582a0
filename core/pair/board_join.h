/* board_join.h -- how a board is put together; used by board.c only. */
#ifndef ODSF_CORE_PAIR_BOARD_JOIN_H
#define ODSF_CORE_PAIR_BOARD_JOIN_H

#include "core/pair/board.h"

/* The zones of the instance that is claimed to be active, or of the other one while that cannot be observed, with what
 * both sides and the name servers have of each. What only an earlier life left on a standby is not among them. */
void board_join_zones(struct board *b);
/* The keys likewise, with where their objects are and whether they are published. */
void board_join_keys(struct board *b);
/* The zone that runs out first decides. */
void board_join_slack(struct board *b);
/* After the findings: worst of each zone, the word for its keys, and the order: worst, least slack, name. */
void board_sort_zones(struct board *b);

/* All serials of @z (core/zone/serial.h for what the signer does). */
void board_join_serial(const struct board *b, struct board_zone *z);

/* The observation that zones and keys are taken from. */
const struct observation *board_leading(const struct board *b);

#endif
