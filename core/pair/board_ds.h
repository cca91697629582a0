/* board_ds.h -- whether the DS at the parent are those of a key. */
#ifndef ODSF_CORE_PAIR_BOARD_DS_H
#define ODSF_CORE_PAIR_BOARD_DS_H

#include "core/pair/board.h"

/* Whether one of @d, which is known, is that of the key @k of its zone, by key tag, algorithm and digest over a DNSKEY
 * that may be it: of the signed file of the instance that leads, else of a public server. UNKNOWN: tag and algorithm
 * are right, and no such DNSKEY was seen. */
enum tri board_ds_names(const struct board *b, const struct public_ds *d, const struct obs_key *k);

/* The DS of @zone that a configured Parent gave, NULL while none did; *@why is why not, NULL where no Parent of it is
 * configured. One without records: the parent has no DS of it. */
const struct public_ds *board_ds_of(const struct board *b, const char *zone, const char **why);

#endif
