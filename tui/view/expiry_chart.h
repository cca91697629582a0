/* expiry_chart.h -- when the signatures of a zone run out: what is wrong with them, and how many have how much time
 * left, as a chart. */
#ifndef ODSF_TUI_VIEW_EXPIRY_CHART_H
#define ODSF_TUI_VIEW_EXPIRY_CHART_H

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/zone/expiry.h"
#include "tui/console/surface.h"

/* In the @rows lines from @row on and the line of labels below. What has less left than x->floor has a "!" at its foot,
 * what is past a "✗": the style only repeats it. */
void expiry_chart(struct surface *s, struct rect r, int row, int rows, const struct zone_expiry *x, int64_t now);

/* A rule that names @instance and the first to expire, what is wrong, worst first (@detail: a line each, with an
 * example), and the chart of @rows lines. Returns the rows taken, also where @r has none and nothing is drawn. */
int expiry_part(struct surface *s, struct rect r, int row, int rows, bool detail, const struct zone_expiry *x,
                const char *instance, int64_t now);

/* What is wrong on @instance in sentences, worst first, a line each; that nothing is, or what is not known, in one. */
void expiry_explain(const struct zone_expiry *x, const char *instance, int64_t now, struct buf *out);

#endif
