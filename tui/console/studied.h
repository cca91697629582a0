/* studied.h -- what the comparisons of this console came to, the newest of each zone: what is left of it when another
 * zone is compared. Main thread. */
#ifndef ODSF_TUI_CONSOLE_STUDIED_H
#define ODSF_TUI_CONSOLE_STUDIED_H

#include "core/pair/zone_study.h"

struct studied {
	char *zone;
	int64_t at;    /* epoch */
	bool compared; /* counts and serials are of both sides; false: see nothing */
	bool nothing;  /* there was nothing to compare: a side has nothing signed of it */
	bool equal;    /* nothing but timing */
	uint64_t counts[BAND_COUNT];
	uint32_t serials[2];        /* by instance index */
	struct zone_expiry *expiry; /* of one side; NULL: neither was read */
	int side;                   /* whose, by instance index */
};

struct studied_list { /* { 0 } is empty */
	struct studied *list;
	size_t count, cap;
};

/* Takes what is of use from @study, of which the instance @active signs what is published. */
void studied_add(struct studied_list *l, const struct zone_study *study, int active);
/* NULL: none yet; valid until the next studied_add(). */
const struct studied *studied_of(const struct studied_list *l, const char *zone);
void studied_clear(struct studied_list *l);

/* A side has signed it anew since, by what was seen at @seen: what was found out need not be so any more. */
bool studied_is_old(const struct studied *s, const struct board_zone *z, int64_t seen);

#endif
