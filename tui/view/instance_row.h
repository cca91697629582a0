/* instance_row.h -- the lines about the pair itself: both instances, the copy set, the public name servers, slack. */
#ifndef ODSF_TUI_VIEW_INSTANCE_ROW_H
#define ODSF_TUI_VIEW_INSTANCE_ROW_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"

/* Each draws from @row on and returns the row behind its last. */
int instances_draw(const struct model *m, struct surface *s, struct rect r, int row);
int copy_draw(const struct model *m, struct surface *s, struct rect r, int row);
int public_draw(const struct model *m, struct surface *s, struct rect r, int row);

/* The second line of the screen. */
void slack_draw(const struct model *m, struct surface *s, struct rect r, int row);
/* How the slack comes about. */
void slack_explain(const struct model *m, struct buf *out);

/* Index of the instance that holds @role by record or configuration, before and after the first board. */
int instance_of_role(const struct model *m, enum role role);

#endif
