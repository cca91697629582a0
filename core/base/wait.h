/* wait.h -- waiting for descriptors, never past a deadline or a cancel. */
#ifndef ODSF_CORE_BASE_WAIT_H
#define ODSF_CORE_BASE_WAIT_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cancel.h"
#include "core/base/err.h"

struct wait {
	int64_t until_ms;         /* by clock_mono_ms(); 0: no deadline */
	struct cancel *cancel[2]; /* either ends it; NULL for none */
};

/* RC_OK when one of @fds (at most 6) is ready, with its revents, or when @at_most_ms (-1: no such limit) went by with
 * none; RC_TIMEOUT at the deadline, RC_CANCELLED. The cancel wins over what is ready. */
MUST_CHECK enum rc wait_for(const struct wait *w, struct pollfd *fds, size_t count, int at_most_ms);

/* RC_OK while neither the deadline has passed nor a cancel was raised. */
MUST_CHECK enum rc wait_over(const struct wait *w);

/* Milliseconds left, at least 0 and at most @most; @most without a deadline. */
int wait_left(const struct wait *w, int most);

#endif
