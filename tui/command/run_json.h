/* run_json.h -- a run of the journal, and one entry of it, as JSON. */
#ifndef ODSF_TUI_COMMAND_RUN_JSON_H
#define ODSF_TUI_COMMAND_RUN_JSON_H

#include "core/run/journal.h"
#include "tui/command/json.h"

json_t *run_json(const struct journal_run *r);
json_t *entry_json(const struct journal_entry *n);

#endif
