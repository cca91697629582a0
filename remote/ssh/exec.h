/* exec.h -- one remote command on a session: its output as it comes, its input as it is wanted, never past a deadline
 * or a cancel. The thread that owns the session. */
#ifndef ODSF_REMOTE_SSH_EXEC_H
#define ODSF_REMOTE_SSH_EXEC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/wait.h"
#include "remote/ssh/session.h"

enum { EXEC_ERRORS_MAX = 4096 };

/* What a source of input has: octets, nothing yet (wait for its descriptor), the end, or a failure. */
enum exec_more { EXEC_MORE, EXEC_LATER, EXEC_END, EXEC_BROKEN };

struct exec {
	const char *command;
	/* Takes output; may block within the deadline, which holds back the far side. False stops the command. */
	bool (*output)(void *ctx, const void *p, size_t len);
	/* All that is wanted has come: with the exit status the command is over, even while a daemon that it started
	 * keeps the channel open. NULL: never, the end of the output is waited for. */
	bool (*enough)(void *ctx);
	/* Gives up to @room octets of input at *@p, valid until the next call. NULL: no input. */
	enum exec_more (*input)(void *ctx, size_t room, const void **p, size_t *len);
	int input_fd; /* readable when more input may have come; -1 */
	void *ctx;

	/* Results. */
	bool started;      /* the far side took the command: from here on it may have had an effect */
	bool refused;      /* it took the connection, but no command */
	int status;        /* exit status; -1 none came */
	char signal[16];   /* that ended it; "" none */
	bool stopped;      /* output() or input() stopped it */
	struct buf errors; /* the first octets of its standard error; the caller's to free */
};

/* RC_OK: an exit status (or signal) came, and all output. RC_CONNECT: the connection was lost, or the channel closed
 * without a status; RC_TIMEOUT; RC_CANCELLED (@stopped too). A command that was started is not stopped by any of
 * these: it may still run. The session is good afterwards unless RC_CONNECT. */
MUST_CHECK enum rc exec_run(struct session *s, struct exec *x, const struct wait *w, struct err *e);

#endif
