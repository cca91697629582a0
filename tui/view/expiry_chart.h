/* expiry_chart.h -- how many signatures of a zone have how much time left, as a chart. */
#ifndef ODSF_TUI_VIEW_EXPIRY_CHART_H
#define ODSF_TUI_VIEW_EXPIRY_CHART_H

#include "core/zone/expiry.h"
#include "tui/console/surface.h"

/* In the @rows lines from @row on and the line of labels below. What has less left than @floor seconds (what the policy
 * promises; 0: not known) is shown as a warning, what is past as a stop. */
void expiry_chart(struct surface *s, struct rect r, int row, int rows, const struct zone_expiry *x, int64_t now,
                  int64_t floor);

#endif
