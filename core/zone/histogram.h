/* histogram.h -- how many signatures run out when, in bounded memory whatever the times. */
#ifndef ODSF_CORE_ZONE_HISTOGRAM_H
#define ODSF_CORE_ZONE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BINS = 1024 };

/* Zero-initialised is empty. The bins become wider when the times lie farther apart; exact counts at any width. */
struct histogram {
	size_t step;   /* which width */
	int64_t first; /* number of the first bin: its start divided by the width */
	uint64_t bins[HISTOGRAM_BINS];
	uint64_t total;
	size_t last; /* the bin that was counted in last, and where it begins */
	int64_t last_from;
};

struct histogram_row {
	int64_t from, to; /* [from, to) */
	uint64_t count;
};

void histogram_add(struct histogram *h, int64_t t, uint64_t count);
/* At most @max rows, the first and the last one with a count; empty ones between are there too. Returns how many. */
size_t histogram_rows(const struct histogram *h, struct histogram_row *rows, size_t max);

#endif
