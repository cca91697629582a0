#include "tui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/console/action.h"
#include "tui/console/utf8.h"
#include "tui/widget/text.h"

void prompt_close(struct prompt *p)
{
	buf_wipe(&p->typed);
	free(p->text);
	*p = (struct prompt){ 0 };
}

void prompt_open(struct prompt *p, enum prompt_kind kind, int purpose, const char *text, const char *keys)
{
	char *copy = xstrdup(text);

	prompt_close(p);
	*p = (struct prompt){ .kind = kind, .purpose = purpose, .text = copy, .keys = keys };
}

static void rub_out(struct buf *b)
{
	while (b->len > 0 && ((unsigned char)b->p[b->len - 1] & 0xc0) == 0x80)
		b->p[--b->len] = '\0';
	if (b->len > 0)
		b->p[--b->len] = '\0';
}

static int characters(const struct buf *b)
{
	int n = 0;

	for (const char *p = buf_str(b); *p != '\0'; n++)
		utf8_next(&p);
	return n;
}

enum prompt_result prompt_key(struct prompt *p, uint32_t key)
{
	if (key == KEYCODE_ESC)
		return PROMPT_CANCELLED;
	if (p->kind == PROMPT_KEYS) {
		if (key == 0 || key > 0x7f || strchr(p->keys, (int)key) == NULL)
			return PROMPT_GOES_ON;
		p->key = (char)key;
		return PROMPT_ANSWERED;
	}
	if (key == KEYCODE_ENTER)
		return p->typed.len > 0 || p->empty_answers ? PROMPT_ANSWERED : PROMPT_GOES_ON;
	if (key == KEYCODE_BACKSPACE || key == KEYCODE_DELETE)
		rub_out(&p->typed);
	else if (key == KEYCODE_CLEAR_LINE)
		buf_wipe(&p->typed);
	else if (key >= 0x20 && key < KEYCODE_ENTER && (key < 0x7f || key >= 0xa0) &&
	         characters(&p->typed) < PROMPT_MAX)
		utf8_add(&p->typed, key);
	return PROMPT_GOES_ON;
}

/* The end of what was typed, as much as fits. */
static const char *tail(const char *text, int columns)
{
	while (text_columns(text) > columns)
		utf8_next(&text);
	return text;
}

int prompt_rows(const struct prompt *p, struct surface *s, struct rect r)
{
	const struct rect nowhere = { 0, 0, 0, r.cols - 2 }; /* measured where nothing is drawn */
	int most = r.rows / 2 > 3 ? r.rows / 2 : 3;

	return p->kind == PROMPT_NONE ? 0 : text_wrap(s, nowhere, 0, 0, 0, most - 1, STYLE_PROMPT, p->text) + 1;
}

void prompt_draw(const struct prompt *p, struct surface *s, struct rect r)
{
	int rows = prompt_rows(p, s, r), col;
	struct buf stars = { 0 };
	const char *shown = buf_str(&p->typed);

	r.row += r.rows - rows;
	r.rows = rows;
	for (int i = 0; i < rows; i++)
		surface_line(s, r, i, 0, STYLE_PROMPT, " ");
	text_wrap(s, (struct rect){ r.row, r.col, rows - 1, r.cols - 1 }, 0, 1, 1, rows - 1, STYLE_PROMPT, p->text);
	if (p->kind == PROMPT_KEYS) {
		surface_text(s, r, rows - 1, 1, STYLE_PROMPT, "Esc leaves everything as it is");
		return;
	}
	if (p->kind == PROMPT_SECRET) {
		for (int i = characters(&p->typed); i > 0; i--)
			buf_addc(&stars, '*');
		shown = buf_str(&stars);
	}
	col = surface_text(s, r, rows - 1, 1, STYLE_PROMPT, "> ");
	col = surface_text(s, r, rows - 1, col, STYLE_TEXT, tail(shown, r.cols - col - 24));
	surface_text(s, r, rows - 1, col, STYLE_SELECTED, " ");
	surface_text(s, r, rows - 1, r.cols - 22, STYLE_PROMPT, "Enter ok   Esc cancel");
	buf_free(&stars);
}
