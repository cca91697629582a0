/* prompt.h -- a question at the foot of the screen: a line to type, a secret, or one key of a few. Nothing is ever
 * prefilled, and Enter on nothing does nothing. */
#ifndef ODSF_TUI_WIDGET_PROMPT_H
#define ODSF_TUI_WIDGET_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "tui/console/surface.h"

enum prompt_kind { PROMPT_NONE, PROMPT_LINE, PROMPT_SECRET, PROMPT_KEYS };
enum prompt_result { PROMPT_GOES_ON, PROMPT_ANSWERED, PROMPT_CANCELLED };

enum { PROMPT_MAX = 200 }; /* characters that can be typed */

struct prompt {
	enum prompt_kind kind;
	int purpose;        /* the console's */
	char *text;         /* what is asked; may have several lines */
	const char *keys;   /* PROMPT_KEYS: the letters that are answers; static */
	struct buf typed;   /* UTF-8; wiped when it was secret */
	char key;           /* PROMPT_KEYS: the answer */
	bool empty_answers; /* Enter on nothing is an answer: only where that is harmless */
};

/* Any prompt before is closed. Copies @text. */
void prompt_open(struct prompt *p, enum prompt_kind kind, int purpose, const char *text, const char *keys);
void prompt_close(struct prompt *p);
enum prompt_result prompt_key(struct prompt *p, uint32_t key);

/* How many rows it takes at the foot of @r; 0 for PROMPT_NONE. Draws nothing on @s. */
int prompt_rows(const struct prompt *p, struct surface *s, struct rect r);
/* Draws there. The cursor is drawn as a cell. */
void prompt_draw(const struct prompt *p, struct surface *s, struct rect r);

#endif
