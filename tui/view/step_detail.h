/* step_detail.h -- one step of the plan in full: what was seen, why, what it runs, how back; and all that is left as
 * text to type by hand. */
#ifndef ODSF_TUI_VIEW_STEP_DETAIL_H
#define ODSF_TUI_VIEW_STEP_DETAIL_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/surface.h"

/* Draws step @step of m->plan into @r, what matters most first. */
void step_draw(const struct model *m, struct surface *s, struct rect r, size_t step);
void step_explain(const struct model *m, size_t step, struct buf *out);
/* "; alpha has been waited for 14s": whose answer it is that takes its time; "" where none does. */
void step_waited_for(const struct model *m, char *out, size_t cap);
/* What of the plan could not be rehearsed. Appends nothing when all was. */
void plan_explain(const struct model *m, struct buf *out);
/* What is left of the plan, as a script for people. Caller frees. */
char *plan_by_hand(const struct model *m);

#endif
