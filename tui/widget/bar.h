/* bar.h -- how far something has come, and when it will be over. */
#ifndef ODSF_TUI_WIDGET_BAR_H
#define ODSF_TUI_WIDGET_BAR_H

#include <stdint.h>

#include "tui/console/surface.h"

/* Draws "███████▌░░░  74% 18.2 MiB of 24.6 MiB, 3s left" in @width columns. @took_ms: since it began; 0: no guess. */
void bar_draw(struct surface *s, struct rect r, int row, int col, int width, uint64_t done, uint64_t total,
              int64_t took_ms, const char *text);

#endif
