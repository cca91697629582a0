#include "core/base/wait.h"

#include <errno.h>
#include <limits.h>

#include "core/base/clock.h"

enum { FDS_MAX = 6 };

enum rc wait_over(const struct wait *w)
{
	if (cancel_raised(w->cancel[0]) || cancel_raised(w->cancel[1]))
		return RC_CANCELLED;
	return w->until_ms != 0 && clock_mono_ms() >= w->until_ms ? RC_TIMEOUT : RC_OK;
}

int wait_left(const struct wait *w, int most)
{
	int64_t left;

	if (w->until_ms == 0)
		return most;
	left = w->until_ms - clock_mono_ms();
	if (left < 0)
		return 0;
	return left < most ? (int)left : most;
}

enum rc wait_for(const struct wait *w, struct pollfd *fds, size_t count, int at_most_ms)
{
	int64_t end = at_most_ms < 0 ? INT64_MAX : clock_mono_ms() + at_most_ms;
	struct pollfd all[FDS_MAX + 2];
	size_t i, n = 0;

	for (; n < count && n < FDS_MAX; n++)
		all[n] = fds[n];
	for (i = 0; i < 2; i++)
		if (w->cancel[i] != NULL)
			all[n++] = (struct pollfd){ .fd = cancel_fd(w->cancel[i]), .events = POLLIN };
	for (;;) {
		int64_t now = clock_mono_ms();
		int left = wait_left(w, INT_MAX);
		enum rc rc = wait_over(w);
		int ready;

		if (rc != RC_OK)
			return rc;
		if (end - now < left)
			left = end > now ? (int)(end - now) : 0;
		ready = poll(all, (nfds_t)n, left == INT_MAX ? -1 : left);
		if (ready < 0 && errno != EINTR)
			return RC_SYSTEM;
		if (cancel_raised(w->cancel[0]) || cancel_raised(w->cancel[1]))
			return RC_CANCELLED;
		if (ready > 0) {
			for (i = 0; i < count && i < FDS_MAX; i++)
				fds[i].revents = all[i].revents;
			return RC_OK;
		}
		if (clock_mono_ms() >= end) {
			for (i = 0; i < count && i < FDS_MAX; i++)
				fds[i].revents = 0;
			return RC_OK;
		}
	}
}
