#include "core/zone/leftover.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/base/mem.h"

static size_t home(const struct leftovers *l, uint64_t hash)
{
	return (size_t)(hash >> 7) & (l->size - 1);
}

static void insert(struct leftovers *l, struct leftover r)
{
	size_t i = home(l, r.hash);

	while (l->slots[i].hash != 0)
		i = (i + 1) & (l->size - 1);
	l->slots[i] = r;
	l->count++;
}

static void grow(struct leftovers *l)
{
	struct leftovers bigger = { .size = l->size == 0 ? 1024 : l->size * 2 };

	bigger.slots = xcalloc(bigger.size, sizeof *bigger.slots);
	for (size_t i = 0; i < l->size; i++)
		if (l->slots[i].hash != 0)
			insert(&bigger, l->slots[i]);
	free(l->slots);
	*l = bigger;
}

/* Takes out slot @i and moves up what it kept from its home. */
static void take_out(struct leftovers *l, size_t i)
{
	size_t mask = l->size - 1, k = i;

	for (;;) {
		size_t at;

		k = (k + 1) & mask;
		if (l->slots[k].hash == 0)
			break;
		at = home(l, l->slots[k].hash);
		if (((k - at) & mask) < ((k - i) & mask))
			continue;
		l->slots[i] = l->slots[k];
		i = k;
	}
	l->slots[i].hash = 0;
	l->count--;
}

enum leftover_met leftover_put(struct leftovers *l, struct leftover r)
{
	size_t i, own = SIZE_MAX;

	if (r.hash == 0)
		r.hash = 1;
	if (l->count * 4 >= l->size * 3)
		grow(l);
	for (i = home(l, r.hash); l->slots[i].hash != 0; i = (i + 1) & (l->size - 1)) {
		if (l->slots[i].hash != r.hash)
			continue;
		if (l->slots[i].side == r.side) {
			own = i;
		} else {
			bool same = l->slots[i].tag == r.tag;

			take_out(l, i);
			return same ? LEFTOVER_EQUAL : LEFTOVER_TIMING;
		}
	}
	if (own == SIZE_MAX)
		insert(l, r);
	return LEFTOVER_ALONE;
}

void leftovers_clear(struct leftovers *l)
{
	free(l->slots);
	*l = (struct leftovers){ 0 };
}
