/* hash_set.h -- hashes, and numbers by hash. Zero-initialised is empty. */
#ifndef ODSF_CORE_ZONE_HASH_SET_H
#define ODSF_CORE_ZONE_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What both are: open addressing in a size that is a power of two, never more than half full. */
struct hash_table {
	uint64_t *slots;
	size_t size, count;
};

struct hash_set {
	struct hash_table table;
};

struct hash_map {
	struct hash_table table;
};

void hash_set_add(struct hash_set *s, uint64_t key);
bool hash_set_has(const struct hash_set *s, uint64_t key);
void hash_set_clear(struct hash_set *s);

/* The number of @key, 0 when it is new; valid until the next call. */
uint64_t *hash_map_at(struct hash_map *m, uint64_t key);
/* 0 when there is none. */
uint64_t hash_map_get(const struct hash_map *m, uint64_t key);
void hash_map_clear(struct hash_map *m);

#endif
