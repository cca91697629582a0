/* studied_line.h -- the last comparison of a zone in a line, a cell of the table of zones, or sentences. */
#ifndef ODSF_TUI_VIEW_STUDIED_LINE_H
#define ODSF_TUI_VIEW_STUDIED_LINE_H

#include "core/base/buf.h"
#include "tui/console/model.h"
#include "tui/console/style.h"

/* "! compared 4s ago: data 3  keys 1  coverage 0  denial 0", or why there is nothing to say. */
void studied_line(const struct model *m, const struct board_zone *z, char *out, size_t cap, enum style *style);
/* "3 data", "timing", "?" not known, "-" not compared; " old" behind it where a side has signed anew since. */
void studied_cell(const struct model *m, const struct board_zone *z, char *out, size_t cap, enum style *style);

#endif
