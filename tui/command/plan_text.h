/* plan_text.h -- a plan and its steps for people, at 80 columns. */
#ifndef ODSF_TUI_COMMAND_PLAN_TEXT_H
#define ODSF_TUI_COMMAND_PLAN_TEXT_H

#include <stdio.h>

#include "core/run/plan.h"

void print_plan(const struct plan *p);
/* All that is to be known of one step before it is approved. */
void print_step(FILE *out, const struct plan *p, size_t index);

#endif
