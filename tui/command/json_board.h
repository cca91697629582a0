/* json_board.h -- a board, or a part of it, as JSON. */
#ifndef ODSF_TUI_COMMAND_JSON_BOARD_H
#define ODSF_TUI_COMMAND_JSON_BOARD_H

#include "core/pair/board.h"
#include "core/zone/compare.h"
#include "tui/command/json.h"

/* All return a new reference. */
json_t *board_json(const struct board *b);                                  /* status: everything */
json_t *check_json(const struct board *b);                                  /* check: what decides about a run */
json_t *keys_json(const struct board *b, char *const *zones, size_t count); /* @count 0: all zones */
json_t *difference_counts_json(const struct zone_difference *d);            /* the object of the five bands */
json_t *findings_json(const struct board *b);                               /* the array alone */

#endif
