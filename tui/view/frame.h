/* frame.h -- what stands around every screen: the two top lines, the rule with the title, the last line with the keys.
 */
#ifndef ODSF_TUI_VIEW_FRAME_H
#define ODSF_TUI_VIEW_FRAME_H

#include <stdbool.h>

#include "tui/console/model.h"
#include "tui/console/surface.h"
#include "tui/view/view.h"
#include "tui/widget/prompt.h"

enum { LEAST_COLS = 60, LEAST_ROWS = 20 };

/* Whether there is room for the screens. */
bool frame_fits(int rows, int cols);

/* Draws everything: frame, view, prompt (may be PROMPT_NONE) and @say (a line for the operator; NULL none). Too small a
 * surface gets one line that says so. */
void frame_draw(struct surface *s, const struct model *m, struct view *v, const struct prompt *prompt, const char *say);

#endif
