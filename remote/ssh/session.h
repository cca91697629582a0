/* session.h -- one SSH connection to an instance, from the socket to the login. Owned by one thread. */
#ifndef ODSF_REMOTE_SSH_SESSION_H
#define ODSF_REMOTE_SSH_SESSION_H

#include <libssh/libssh.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/wait.h"
#include "remote/ssh/credentials.h"
#include "remote/ssh/dial.h"
#include "remote/ssh/host_key.h"

struct session {
	ssh_session ssh;
	ssh_event event; /* that @ssh is in; NULL during the handshake */
	struct dial_proxy proxy;
	char host_key[HOST_KEY_TEXT];
};

/* Connects, verifies the host key, logs in. @w ends it; the time that an operator takes to answer is added to its
 * deadline. RC_CONNECT, RC_HOSTKEY, RC_AUTH, RC_CANCELLED: each with one sentence and a hint. @host_key is filled as
 * soon as it is known. */
MUST_CHECK enum rc session_open(struct session **s, const struct session_peer *peer, struct credentials *credentials,
                                struct wait *w, char host_key[HOST_KEY_TEXT], struct err *e);
void session_close(struct session **s);

/* Waits until the connection, or one of @fds (at most 4), has something, and lets libssh take what came. RC_CONNECT
 * when the connection is gone; else as wait_for(). */
MUST_CHECK enum rc session_wait(struct session *s, const struct wait *w, struct pollfd *fds, size_t count,
                                int at_most_ms, struct err *e);

/* Sends a keep-alive, so that what stands between (NAT, a jump host) does not forget the connection. That a silent peer
 * is gone is found out by the socket's own keep-alive (dial.c). */
void session_keep_alive(struct session *s);

/* A question was asked from @since_ms on: the deadline of @w moves by the time it took. */
void session_waited_for_operator(struct wait *w, int64_t since_ms);

#endif
