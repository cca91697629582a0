/* agent.h -- the operator's SSH agent, seen through a filter.
 *
 * libssh offers every key of an agent, waits for it without a deadline, and stops at a key of a kind that it does not
 * know. So it talks to a thread of ours instead, which passes on only what is asked of an agent (list, sign), leaves
 * out keys that may not or cannot be used, puts the named ones first, shows a certificate that lies in a file beside
 * the key that the agent holds, and hangs up at the deadline or the cancel. */
#ifndef ODSF_REMOTE_SSH_AGENT_H
#define ODSF_REMOTE_SSH_AGENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/wait.h"

struct agent;

struct agent_key { /* public parts as the agent has them */
	struct buf key;
	struct buf certificate; /* empty: none */
};

/* Connects to the agent at @path. @named (borrowed until agent_end()) come first; with @only_these no other is shown.
 * @fd is the end to give to ssh_set_agent_socket(), which closes it. RC_CONNECT when nothing answers there. */
MUST_CHECK enum rc agent_start(struct agent **a, int *fd, const char *path, const struct agent_key *named, size_t count,
                               bool only_these, const struct wait *w, struct err *e);
size_t agent_shown(const struct agent *a); /* keys that passed the filter, after agent_end() or a list */
void agent_end(struct agent **a);

#endif
