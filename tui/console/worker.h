/* worker.h -- a thread that does one job after another, so that the main thread never waits. */
#ifndef ODSF_TUI_CONSOLE_WORKER_H
#define ODSF_TUI_CONSOLE_WORKER_H

#include <stdbool.h>

struct worker;

struct worker *worker_new(void);
/* Any thread. @job gets @arg, which is its to free; jobs that are not begun when the worker ends never run, and @drop
 * (NULL: nothing) gets their argument. */
void worker_do(struct worker *w, void (*job)(void *arg), void (*drop)(void *arg), void *arg);
/* Ends it after the job in progress, waiting at most @timeout_ms for that; false when it still works: it is left
 * behind, and neither it nor what its job uses may be freed. */
bool worker_end(struct worker **w, int timeout_ms);

#endif
