/* finding_row.h -- findings as lines and in full: on the overview, on their own screen, on a zone's. */
#ifndef ODSF_TUI_VIEW_FINDING_ROW_H
#define ODSF_TUI_VIEW_FINDING_ROW_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"
#include "tui/widget/list.h"

/* Some or all findings of a board; valid as long as the board. */
struct finding_rows {
	int64_t now;
	const struct finding **list;
	size_t count, cap;
	bool one_zone; /* all of one, which the screen names: their lines do not */
};
/* All of @b, or those about @zone ("" all). */
void finding_rows_fill(struct finding_rows *rows, const struct board *b, const char *zone, int64_t now);
void finding_rows_clear(struct finding_rows *rows);

/* For a list whose lines are finding_rows. */
void finding_row_key(const void *rows, size_t i, char *out, size_t cap);
void finding_row_text(const void *rows, size_t i, struct buf *out);
void finding_table(struct surface *s, struct rect r, struct list *l, const struct finding_rows *rows, bool titles,
                   bool focus);

/* In full, what matters most first: sentence, what to do, value and limit, source, age, rule. */
void finding_explain(const struct finding *f, int64_t now, struct buf *out);

#endif
