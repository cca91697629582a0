/* cancel.h -- a flag that one thread raises and another waits on; shared with whoever may stop the job. */
#ifndef ODSF_CORE_BASE_CANCEL_H
#define ODSF_CORE_BASE_CANCEL_H

#include <stdbool.h>

#include "core/base/err.h"

struct cancel;

struct cancel *cancel_new(void);
void cancel_free(struct cancel **c); /* nobody may wait on it any more */
void cancel_raise(struct cancel *c); /* any thread, async-signal-safe; stays raised until cancel_reset() */
void cancel_reset(struct cancel *c);
bool cancel_raised(const struct cancel *c); /* NULL is never raised */
int cancel_fd(const struct cancel *c);      /* readable while raised; never read it. -1 for NULL */

#endif
