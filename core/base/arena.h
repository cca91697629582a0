/* arena.h -- memory that lives and dies together: an observation, a plan. One thread at a time. */
#ifndef ODSF_CORE_BASE_ARENA_H
#define ODSF_CORE_BASE_ARENA_H

#include <stddef.h>

#include "core/base/err.h"

struct arena_block;
struct arena {
	struct arena_block *head;
}; /* zero-initialised is empty */

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
/* A copy of @count items of @size octets each: how an array that grew on the heap comes to rest. Never NULL; @items may
 * be when @count is 0. */
void *arena_dup(struct arena *a, const void *items, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
void arena_free(struct arena *a); /* everything; @a is empty again */

#endif
