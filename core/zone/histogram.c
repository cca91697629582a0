#include "core/zone/histogram.h"

#include <string.h>

#define MINUTE INT64_C(60)
#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

/* Each divides the next: joining neighbours stays exact. */
static const int64_t widths[] = {
	MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY,
};
enum { STEPS = sizeof widths / sizeof *widths };

static int64_t bin_of(int64_t t, size_t step)
{
	int64_t w = widths[step];

	if (t >= 0 && t <= UINT32_MAX) /* twice as fast, and nearly all are */
		return (uint32_t)t / (uint32_t)w;
	return t >= 0 ? t / w : -((-t + w - 1) / w);
}

/* The same counts with bins of another, wider step, that begin at @first. */
static void widen(struct histogram *h, size_t step, int64_t first)
{
	struct histogram old = *h;

	memset(h->bins, 0, sizeof h->bins);
	h->step = step;
	h->first = first;
	for (size_t i = 0; i < HISTOGRAM_BINS; i++)
		if (old.bins[i] > 0)
			h->bins[bin_of((old.first + (int64_t)i) * widths[old.step], step) - first] += old.bins[i];
}

/* The range that holds counts, as bins of @h's step. */
static void used(const struct histogram *h, size_t *low, size_t *high)
{
	size_t a = 0, b = HISTOGRAM_BINS - 1;

	while (a < b && h->bins[a] == 0)
		a++;
	while (b > a && h->bins[b] == 0)
		b--;
	*low = a;
	*high = b;
}

/* Makes room for @t. */
static void reach(struct histogram *h, int64_t t)
{
	int64_t low_time, high_time;
	size_t low, high, step = h->step;

	used(h, &low, &high);
	low_time = (h->first + (int64_t)low) * widths[h->step];
	high_time = (h->first + (int64_t)high) * widths[h->step];
	if (t < low_time)
		low_time = t;
	if (t > high_time)
		high_time = t;
	while (step + 1 < STEPS && bin_of(high_time, step) - bin_of(low_time, step) >= HISTOGRAM_BINS)
		step++;
	/* Room on both sides, as far as there is. */
	widen(h, step,
	      bin_of(low_time, step) - (HISTOGRAM_BINS - 1 - (bin_of(high_time, step) - bin_of(low_time, step))) / 2);
}

void histogram_add(struct histogram *h, int64_t t, uint64_t count)
{
	int64_t bin;

	if (h->total == 0 || t < h->last_from || t - h->last_from >= widths[h->step]) {
		bin = bin_of(t, h->step);
		if (h->total == 0) {
			h->first = bin - HISTOGRAM_BINS / 2;
		} else if (bin < h->first || bin >= h->first + HISTOGRAM_BINS) {
			reach(h, t);
			bin = bin_of(t, h->step);
		}
		h->last = (size_t)(bin - h->first);
		h->last_from = bin * widths[h->step];
	}
	h->bins[h->last] += count;
	h->total += count;
}

size_t histogram_rows(const struct histogram *h, struct histogram_row *rows, size_t max)
{
	size_t low, high, step = h->step;
	int64_t first, last, from, to;

	if (h->total == 0 || max == 0)
		return 0;
	used(h, &low, &high);
	from = (h->first + (int64_t)low) * widths[h->step];
	to = (h->first + (int64_t)high) * widths[h->step];
	while (step + 1 < STEPS && bin_of(to, step) - bin_of(from, step) >= (int64_t)max)
		step++;
	first = bin_of(from, step);
	last = bin_of(to, step);
	if (last - first >= (int64_t)max)
		last = first + (int64_t)max - 1;
	for (int64_t i = first; i <= last; i++)
		rows[i - first] = (struct histogram_row){ i * widths[step], (i + 1) * widths[step], 0 };
	for (size_t i = low; i <= high; i++) {
		int64_t bin = bin_of((h->first + (int64_t)i) * widths[h->step], step);

		rows[(bin < last ? bin : last) - first].count += h->bins[i];
	}
	return (size_t)(last - first) + 1;
}
