/* aside_row.h -- what the swaps of earlier runs put aside on the instances: how many, how old, how much room it takes.
 */
#ifndef ODSF_TUI_VIEW_ASIDE_ROW_H
#define ODSF_TUI_VIEW_ASIDE_ROW_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"

/* One line, where there is something, or where it is not known whether there is. Returns the row behind it. */
int aside_draw(const struct model *m, struct surface *s, struct rect r, int row);
/* Each of them, and when it goes; nothing where there is none. */
void aside_explain(const struct model *m, struct buf *out);

#endif
