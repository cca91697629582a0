#include "core/zone/hash_set.h"

#include <stdlib.h>

#include "core/base/mem.h"

static uint64_t key_of(uint64_t key)
{
	return key != 0 ? key : 1;
}

static size_t set_slot(const struct hash_set *s, uint64_t key)
{
	size_t i = (size_t)(key >> 7) & (s->size - 1);

	while (s->slots[i] != 0 && s->slots[i] != key)
		i = (i + 1) & (s->size - 1);
	return i;
}

void hash_set_add(struct hash_set *s, uint64_t key)
{
	size_t i;

	key = key_of(key);
	if (s->count * 2 >= s->size) {
		struct hash_set bigger = { .size = s->size == 0 ? 64 : s->size * 2, .count = s->count };

		bigger.slots = xcalloc(bigger.size, sizeof *bigger.slots);
		for (size_t k = 0; k < s->size; k++)
			if (s->slots[k] != 0)
				bigger.slots[set_slot(&bigger, s->slots[k])] = s->slots[k];
		free(s->slots);
		*s = bigger;
	}
	i = set_slot(s, key);
	if (s->slots[i] == 0) {
		s->slots[i] = key;
		s->count++;
	}
}

bool hash_set_has(const struct hash_set *s, uint64_t key)
{
	return s->size > 0 && s->slots[set_slot(s, key_of(key))] != 0;
}

void hash_set_clear(struct hash_set *s)
{
	free(s->slots);
	*s = (struct hash_set){ 0 };
}

static size_t map_slot(const struct hash_map *m, uint64_t key)
{
	size_t i = (size_t)(key >> 7) & (m->size - 1);

	while (m->slots[i].key != 0 && m->slots[i].key != key)
		i = (i + 1) & (m->size - 1);
	return i;
}

uint64_t *hash_map_at(struct hash_map *m, uint64_t key)
{
	size_t i;

	key = key_of(key);
	if (m->count * 2 >= m->size) {
		struct hash_map bigger = { .size = m->size == 0 ? 64 : m->size * 2, .count = m->count };

		bigger.slots = xcalloc(bigger.size, sizeof *bigger.slots);
		for (size_t k = 0; k < m->size; k++)
			if (m->slots[k].key != 0)
				bigger.slots[map_slot(&bigger, m->slots[k].key)] = m->slots[k];
		free(m->slots);
		*m = bigger;
	}
	i = map_slot(m, key);
	if (m->slots[i].key == 0) {
		m->slots[i].key = key;
		m->count++;
	}
	return &m->slots[i].value;
}

uint64_t hash_map_get(const struct hash_map *m, uint64_t key)
{
	return m->size > 0 ? m->slots[map_slot(m, key_of(key))].value : 0;
}

void hash_map_clear(struct hash_map *m)
{
	free(m->slots);
	*m = (struct hash_map){ 0 };
}
