/* vec.h -- how a growing array makes room: `items = vec_grow(items, n, &cap, sizeof *items)`. */
#ifndef ODSF_CORE_BASE_VEC_H
#define ODSF_CORE_BASE_VEC_H

#include <stddef.h>

/* Room for at least one more than @count elements of @size octets; the new ones are zeroed. */
void *vec_grow(void *items, size_t count, size_t *cap, size_t size);

#endif
