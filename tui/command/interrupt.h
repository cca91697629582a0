/* interrupt.h -- Ctrl-C, SIGTERM and SIGHUP of a headless command: they raise a flag that everything waits on besides,
 * so that a run stops resumable. A second one ends the program at once, with the terminal as it was. */
#ifndef ODSF_TUI_COMMAND_INTERRUPT_H
#define ODSF_TUI_COMMAND_INTERRUPT_H

#include <stdbool.h>
#include <termios.h>

#include "core/base/cancel.h"

/* Catches them from now on; the flag lives as long as the program. Call it before any thread starts. */
struct cancel *interrupt_catch(void);

/* What the terminal @fd must be set back to before the program ends; NULL: as it is. */
void interrupt_restores(int fd, const struct termios *mode);

#endif
