/* dial.h -- a connected descriptor to where an SSH server answers: over TCP, or through a command (a jump host). */
#ifndef ODSF_REMOTE_SSH_DIAL_H
#define ODSF_REMOTE_SSH_DIAL_H

#include <sys/types.h>

#include "core/base/err.h"
#include "core/base/wait.h"

/* Connects to @host (a name or address) at @port, the addresses one after another. Names are resolved in a thread of
 * their own, for getaddrinfo() knows no deadline. @fd is the caller's, non-blocking, with TCP_NODELAY and keep-alive.
 * RC_CONNECT (refused, unreachable, unknown name), RC_TIMEOUT, RC_CANCELLED. */
MUST_CHECK enum rc dial_tcp(int *fd, const char *host, int port, const struct wait *w, struct err *e);

struct dial_proxy {
	pid_t pid;
	int errors;     /* its stderr, non-blocking */
	char said[200]; /* its last line there, escaped */
};

/* Runs @command by /bin/sh with a socket pair as its standard input and output, without a terminal. End it with
 * dial_proxy_end(). RC_SYSTEM. */
MUST_CHECK enum rc dial_proxy(int *fd, struct dial_proxy *p, const char *command, struct err *e);
/* Reads what it said so far into @p->said; never blocks. */
void dial_proxy_listen(struct dial_proxy *p);
/* Ends it if it still runs, and reaps it. A @p that was never started (pid 0) is fine. */
void dial_proxy_end(struct dial_proxy *p);

#endif
