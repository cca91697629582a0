#include "core/zone/hash_set.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Words a slot takes: the key, 0 where the slot is free, and in a map its number. */
enum { SET = 1, MAP = 2 };

static uint64_t key_of(uint64_t key)
{
	return key != 0 ? key : 1;
}

/* Where @key is, or would be. */
static uint64_t *slot_of(const struct hash_table *t, size_t words, uint64_t key)
{
	size_t i = (size_t)(key >> 7) & (t->size - 1);

	while (t->slots[i * words] != 0 && t->slots[i * words] != key)
		i = (i + 1) & (t->size - 1);
	return t->slots + i * words;
}

static void grow(struct hash_table *t, size_t words)
{
	struct hash_table bigger = { .size = t->size == 0 ? 64 : t->size * 2, .count = t->count };

	bigger.slots = xcalloc(bigger.size, words * sizeof *bigger.slots);
	for (size_t i = 0; i < t->size; i++) {
		const uint64_t *from = t->slots + i * words;

		if (*from != 0)
			memcpy(slot_of(&bigger, words, *from), from, words * sizeof *from);
	}
	free(t->slots);
	*t = bigger;
}

static uint64_t *add(struct hash_table *t, size_t words, uint64_t key)
{
	uint64_t *slot;

	if (t->count * 2 >= t->size)
		grow(t, words);
	slot = slot_of(t, words, key);
	if (*slot == 0) {
		*slot = key;
		t->count++;
	}
	return slot;
}

static const uint64_t *find(const struct hash_table *t, size_t words, uint64_t key)
{
	const uint64_t *slot = t->size > 0 ? slot_of(t, words, key) : NULL;

	return slot != NULL && *slot != 0 ? slot : NULL;
}

static void clear(struct hash_table *t)
{
	free(t->slots);
	*t = (struct hash_table){ 0 };
}

void hash_set_add(struct hash_set *s, uint64_t key)
{
	(void)add(&s->table, SET, key_of(key));
}

bool hash_set_has(const struct hash_set *s, uint64_t key)
{
	return find(&s->table, SET, key_of(key)) != NULL;
}

void hash_set_clear(struct hash_set *s)
{
	clear(&s->table);
}

uint64_t *hash_map_at(struct hash_map *m, uint64_t key)
{
	return add(&m->table, MAP, key_of(key)) + 1;
}

uint64_t hash_map_get(const struct hash_map *m, uint64_t key)
{
	const uint64_t *slot = find(&m->table, MAP, key_of(key));

	return slot != NULL ? slot[1] : 0;
}

void hash_map_clear(struct hash_map *m)
{
	clear(&m->table);
}
