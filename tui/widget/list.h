/* list.h -- a cursor in a list of lines that may change under it: it stays on its line by the line's key, not its
 * number. */
#ifndef ODSF_TUI_WIDGET_LIST_H
#define ODSF_TUI_WIDGET_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/console/action.h"

struct list {
	size_t count, cursor, top;
	size_t page;       /* lines shown when it was drawn last */
	char key[160];     /* of the line under the cursor; "" none yet */
	char find[64];     /* what is searched for; "" nothing */
	const void *lines; /* for key_of and matches */
	/* Writes what identifies line @i for as long as it exists. */
	void (*key_of)(const void *lines, size_t i, char *out, size_t cap);
	/* All text of line @i in which the search looks, appended. */
	void (*text_of)(const void *lines, size_t i, struct buf *out);
};

/* New lines: the cursor goes to the one with its key, or stays where it was. */
void list_update(struct list *l, const void *lines, size_t count);
/* Puts the cursor on the line with @key, if there is one. */
bool list_go(struct list *l, const char *key);
void list_to(struct list *l, size_t i);
/* Moves by ACT_UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END; false when @a is none of them. */
bool list_act(struct list *l, enum action a);
/* Chooses @top so that the cursor is among @page lines, with two behind it where there are enough; one less when some
 * have to stay hidden below. Returns how many lines to draw; *below how many are hidden below them. */
size_t list_window(struct list *l, size_t page, size_t *below);
/* Goes to the next line, from the cursor on and round, that holds l->find, case ignored; false when there is none. */
bool list_find(struct list *l, bool from_next);

#endif
