#include "remote/dns/wait.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"

enum rc dns_going_on(const struct dns_wait *w, struct err *e)
{
	return cancel_raised(w->cancel) ? err_set(e, RC_CANCELLED, "cancelled while asking name server %s", w->server)
	                                : RC_OK;
}

enum rc dns_poll(const struct dns_wait *w, int fd, short events, struct err *e)
{
	for (;;) {
		struct pollfd p[2] = { { .fd = fd, .events = events },
			               { .fd = cancel_fd(w->cancel), .events = POLLIN } };
		int64_t left = w->until_ms - clock_mono_ms();
		int got;

		if (dns_going_on(w, e) != RC_OK)
			return RC_CANCELLED;
		if (left <= 0)
			return err_set(e, RC_TIMEOUT, "name server %s does not answer", w->server);
		got = poll(p, 2, (int)(left < 60000 ? left : 60000));
		if (got < 0 && errno != EINTR)
			return err_sys(e, errno, "poll");
		if (got > 0 && p[0].revents != 0)
			return RC_OK;
	}
}

static enum rc broken(const struct dns_wait *w, int sys, struct err *e)
{
	enum rc rc = err_sys(e, sys, "name server %s", w->server);

	if (e != NULL)
		e->rc = RC_CONNECT;
	return rc == RC_OK ? RC_OK : RC_CONNECT;
}

enum rc dns_write_all(const struct dns_wait *w, int fd, const void *p, size_t len, struct err *e)
{
	const char *at = p;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
		enum rc rc;

		if (n > 0) {
			at += n;
			len -= (size_t)n;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return broken(w, errno, e);
		rc = dns_poll(w, fd, POLLOUT, e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc dns_read_all(const struct dns_wait *w, int fd, void *p, size_t len, struct err *e)
{
	char *at = p;

	while (len > 0) {
		enum rc rc = dns_going_on(w, e); /* a server that is faster than we are is never waited for */
		ssize_t n;

		if (rc != RC_OK)
			return rc;
		n = recv(fd, at, len, 0);
		if (n > 0) {
			at += n;
			len -= (size_t)n;
			continue;
		}
		if (n == 0)
			return err_set(e, RC_PARSE, "name server %s closed the connection in the middle of its answer",
			               w->server);
		if (errno != EAGAIN && errno != EINTR)
			return broken(w, errno, e);
		rc = dns_poll(w, fd, POLLIN, e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
