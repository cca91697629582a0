/* run_banner.h -- what the checklist says over and under its steps: why there is no plan or it can't be carried out,
 * what the run asks and which key answers what, how it ended and what to do next. */
#ifndef ODSF_TUI_VIEW_RUN_BANNER_H
#define ODSF_TUI_VIEW_RUN_BANNER_H

#include "tui/console/model.h"
#include "tui/console/surface.h"

/* Each draws into @r and, but for the first, returns the rows that it took. */
void banner_no_plan(const struct model *m, struct surface *s, struct rect r);
/* Above the steps, while no run is open. */
int banner_refusals(const struct model *m, struct surface *s, struct rect r);
int banner_end(const struct model *m, struct surface *s, struct rect r);
/* At the foot: the question, never cut off, or what the run does between two steps. */
int banner_question(const struct model *m, struct surface *s, struct rect r);

/* A run that was begun and not brought to an end, in as many lines as it takes; returns the row behind them. */
int banner_unfinished(const struct model *m, struct surface *s, struct rect r, int row, bool on_checklist);

#endif
