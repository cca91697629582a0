/* key_row.h -- keys as lines: enforcer state × backup × present in each HSM × published in DNS × DS at the parent. */
#ifndef ODSF_TUI_VIEW_KEY_ROW_H
#define ODSF_TUI_VIEW_KEY_ROW_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"
#include "tui/widget/list.h"

struct key_rows {
	const struct model *m;
	const struct board_key **list;
	enum severity *verdict; /* of each */
	size_t count, cap, verdict_cap;
	bool one_zone; /* all of one, which the screen names: their lines do not */
};
/* All keys of m->facts, or those of @zone ("" all): what is bad or unknown first, else in the board's order. */
void key_rows_fill(struct key_rows *rows, const struct model *m, const char *zone);
void key_rows_clear(struct key_rows *rows);

/* For a list whose lines are key_rows. */
void key_row_key(const void *rows, size_t i, char *out, size_t cap);
void key_row_text(const void *rows, size_t i, struct buf *out);
void key_table(struct surface *s, struct rect r, struct list *l, const struct key_rows *rows, bool focus);

/* Key @i in sentences: what is wrong, what it would do, what next; then where each column comes from. */
void key_explain(const struct key_rows *rows, size_t i, struct buf *out);

#endif
