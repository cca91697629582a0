/* difference.h -- what was found to differ between two signings of a zone, as the commands print it. */
#ifndef ODSF_TUI_COMMAND_DIFFERENCE_H
#define ODSF_TUI_COMMAND_DIFFERENCE_H

#include "core/zone/compare.h"
#include "tui/command/json.h"

/* name, equal, serial, counts, changes. The caller's reference. */
json_t *difference_json(const struct zone_difference *d);
/* The same of a zone that was not compared, and @why: whether it is equal is not known. */
json_t *difference_unknown_json(const char *name, const char *why);
/* One line of counts, one of the serials where they mean something, one a change. */
void difference_print(const struct zone_difference *d);

#endif
