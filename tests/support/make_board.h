/* make_board.h -- a board out of made observations: a healthy cold pair, alpha active and bravo standby, three zones,
 * one public name server, one configured parent. A test changes what it is about, then makes the board. */
#ifndef ODSF_TESTS_SUPPORT_MAKE_BOARD_H
#define ODSF_TESTS_SUPPORT_MAKE_BOARD_H

#include "core/pair/board.h"

/* Zones 0 counter, 1 unixtime, 2 datecounter; each has a KSK (key 2 i) and a ZSK (key 2 i + 1). */
enum { MADE_ZONES = 3, MADE_KEYS = 2 * MADE_ZONES };
enum { MADE_ALPHA, MADE_BRAVO };
#define MADE_NOW INT64_C(1795521600) /* 2026-11-24T12:00:00Z */
enum { MADE_LIFE = 3 * 86400 };      /* seconds until the first signature expires */

struct made_pair {
	struct pair_config pair;
	struct observation *obs[2]; /* to change; a reference each */
	struct public_zone pub[MADE_ZONES];
	struct public_ds ds[1]; /* of zone 0 */
	size_t pub_count, ds_count;
	struct measured measured;
	enum run_kind kind;
	int64_t now;
	struct arena arena;
	struct board *board; /* of made_board(); NULL before */
};

struct made_pair *made_pair_new(void);
void made_pair_free(struct made_pair **m);

/* The board of what @m holds now; @m's to free. */
struct board *made_board(struct made_pair *m);

/* A made observation as it is when an instance cannot be reached. */
void made_unreachable(struct made_pair *m, int side, enum rc rc, const char *why);
/* What an earlier life may leave on a standby: old and missing things that a switchover replaces. */
void made_dirty_standby(struct made_pair *m);
/* Nothing of OpenDNSSEC's state there yet: a standby that never held a copy. */
void made_empty_standby(struct made_pair *m);

/* The DS of the KSK of zone 0. */
void made_ds(struct ds *ds, const struct made_pair *m, uint8_t digest_type);

const struct finding *made_finding(const struct board *b, const char *id, const char *zone);

#endif
