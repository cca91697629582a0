/* refusal.h -- what cannot be carried out yet, though it is shown truly: `plan` and `run` refuse it (exit 4). */
#ifndef ODSF_CORE_PAIR_REFUSAL_H
#define ODSF_CORE_PAIR_REFUSAL_H

#include "core/pair/board.h"

/* The reasons why a run of @kind is refused on @b, as sentences in @arena; returns how many. */
size_t board_refusals(const struct board *b, enum run_kind kind, struct arena *arena, const char ***sentences);

#endif
