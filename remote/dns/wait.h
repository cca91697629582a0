/* wait.h -- a socket operation that ends by its deadline or by the cancel. */
#ifndef ODSF_REMOTE_DNS_WAIT_H
#define ODSF_REMOTE_DNS_WAIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/cancel.h"
#include "core/base/err.h"

/* What every wait of one exchange shares. */
struct dns_wait {
	const char *server; /* for the sentence */
	int64_t until_ms;   /* on clock_mono_ms() */
	struct cancel *cancel;
};

/* RC_CANCELLED once the cancel was raised: for what may go on without ever waiting. */
MUST_CHECK enum rc dns_going_on(const struct dns_wait *w, struct err *e);
/* Waits for POLLIN or POLLOUT on @fd. RC_TIMEOUT, RC_CANCELLED. */
MUST_CHECK enum rc dns_poll(const struct dns_wait *w, int fd, short events, struct err *e);
/* The whole of @len octets over a non-blocking stream socket. RC_PARSE when the server closed before. */
MUST_CHECK enum rc dns_write_all(const struct dns_wait *w, int fd, const void *p, size_t len, struct err *e);
MUST_CHECK enum rc dns_read_all(const struct dns_wait *w, int fd, void *p, size_t len, struct err *e);

#endif
