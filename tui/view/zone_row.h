/* zone_row.h -- zones as lines of a table. */
#ifndef ODSF_TUI_VIEW_ZONE_ROW_H
#define ODSF_TUI_VIEW_ZONE_ROW_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"
#include "tui/widget/list.h"

struct zone_rows {
	const struct model *m;
	const struct board *board; /* NULL: none yet */
};

/* For a list whose lines are zone_rows. */
void zone_row_key(const void *rows, size_t i, char *out, size_t cap);
void zone_row_text(const void *rows, size_t i, struct buf *out);
void zone_table(struct surface *s, struct rect r, struct list *l, const struct zone_rows *rows, bool focus);

/* Where each figure of @z comes from. */
void zone_explain(const struct board_zone *z, const struct model *m, struct buf *out);

/* What the public name servers have, against what the active signed: "=", "−1", "+3", "?"; *style how good that is. */
void public_text(const struct board *b, const struct board_zone *z, char *out, size_t cap, enum style *style);

/* That side was seen and does not have the zone: "none" is known, and not an unknown figure. */
bool zone_is_absent(const struct board *b, const struct board_zone *z, int index);

#endif
