#include "core/base/vec.h"

#include <string.h>

#include "core/base/mem.h"

void *vec_grow(void *items, size_t count, size_t *cap, size_t size)
{
	size_t old = *cap;

	if (count < old)
		return items;
	*cap = old != 0 ? old * 2 : 8;
	items = xrealloc(items, *cap * size);
	memset((char *)items + old * size, 0, (*cap - old) * size);
	return items;
}
