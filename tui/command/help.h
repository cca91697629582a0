/* help.h -- what --help prints, and the parts of the manual that are made of the same tables. */
#ifndef ODSF_TUI_COMMAND_HELP_H
#define ODSF_TUI_COMMAND_HELP_H

#include "tui/command/command.h"

void help_program(void);
void help_command(const struct command *c);

/* Prints the part @section of the manual pages as mdoc; false when there is no such part. */
bool manual_section(const char *section);

#endif
