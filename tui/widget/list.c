#include "tui/widget/list.h"

#include <string.h>

#include "core/base/str.h"

static void take_key(struct list *l)
{
	l->key[0] = '\0';
	if (l->cursor < l->count && l->key_of != NULL)
		l->key_of(l->lines, l->cursor, l->key, sizeof l->key);
}

void list_to(struct list *l, size_t i)
{
	l->cursor = l->count == 0 ? 0 : i < l->count ? i : l->count - 1;
	take_key(l);
}

bool list_go(struct list *l, const char *key)
{
	char other[sizeof l->key];

	for (size_t i = 0; i < l->count && l->key_of != NULL; i++) {
		l->key_of(l->lines, i, other, sizeof other);
		if (strcmp(other, key) == 0) {
			list_to(l, i);
			return true;
		}
	}
	return false;
}

void list_update(struct list *l, const void *lines, size_t count)
{
	char key[sizeof l->key];

	str_copy(key, sizeof key, l->key);
	l->lines = lines;
	l->count = count;
	if (key[0] == '\0' || !list_go(l, key))
		list_to(l, l->cursor);
}

bool list_act(struct list *l, enum action a)
{
	size_t page = l->page > 1 ? l->page - 1 : 1;

	switch (a) {
	case ACT_UP:
		list_to(l, l->cursor > 0 ? l->cursor - 1 : 0);
		return true;
	case ACT_DOWN:
		list_to(l, l->cursor + 1);
		return true;
	case ACT_PAGE_UP: /* what is in view goes with the cursor */
		list_to(l, l->cursor > page ? l->cursor - page : 0);
		l->top = l->top > page ? l->top - page : 0;
		return true;
	case ACT_PAGE_DOWN:
		list_to(l, l->cursor + page);
		l->top += page;
		return true;
	case ACT_HOME:
		list_to(l, 0);
		return true;
	case ACT_END:
		list_to(l, l->count);
		return true;
	default:
		return false;
	}
}

size_t list_window(struct list *l, size_t page, size_t *below)
{
	enum { ROOMY = 6, AHEAD = 2 };
	size_t shown, ahead;

	l->page = page;
	if (l->count <= page) {
		l->top = 0;
		*below = 0;
		return l->count;
	}
	if (page == 0) {
		*below = l->count;
		return 0;
	}
	/* The last line says how many are below, while there are any. */
	shown = page > 1 ? page - 1 : 1;
	if (l->cursor < l->top)
		l->top = l->cursor;
	ahead = shown >= ROOMY ? AHEAD : 0;
	if (l->cursor + ahead >= l->top + shown)
		l->top = l->cursor + ahead - shown + 1;
	if (l->top + page >= l->count) {
		l->top = l->count - page;
		shown = page;
		if (l->cursor < l->top) {
			l->top = l->cursor;
			shown = page > 1 ? page - 1 : 1;
		}
	}
	*below = l->count - l->top - shown;
	return shown;
}

bool list_find(struct list *l, bool from_next)
{
	struct buf text = { 0 };

	for (size_t k = 0; k < l->count && l->find[0] != '\0' && l->text_of != NULL; k++) {
		size_t i = (l->cursor + k + (from_next ? 1 : 0)) % l->count;

		buf_reset(&text);
		l->text_of(l->lines, i, &text);
		if (strcasestr(buf_str(&text), l->find) != NULL) {
			list_to(l, i);
			buf_free(&text);
			return true;
		}
	}
	buf_free(&text);
	return false;
}
