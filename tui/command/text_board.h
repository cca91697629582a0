/* text_board.h -- a board for people, at 80 columns: the worst first. */
#ifndef ODSF_TUI_COMMAND_TEXT_BOARD_H
#define ODSF_TUI_COMMAND_TEXT_BOARD_H

#include "core/pair/board.h"

void print_slack(const struct board *b);
void print_instances(const struct board *b);
/* What earlier runs put aside on each, and what is not known of it; nothing where there is none. */
void print_kept_aside(const struct board *b);
void print_zones(const struct board *b);
/* Those with a severity other than ok, and what to do about each. */
void print_findings(const struct board *b);
/* @count 0: all zones. */
void print_keys(const struct board *b, char *const *zones, size_t count);

#endif
