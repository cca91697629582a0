/* host_key.h -- whether the server is the one that it was: known_hosts, strictly. */
#ifndef ODSF_REMOTE_SSH_HOST_KEY_H
#define ODSF_REMOTE_SSH_HOST_KEY_H

#include <libssh/libssh.h>

#include "core/base/err.h"
#include "core/pair/ask.h"
#include "remote/ssh/client_config.h"

enum { HOST_KEY_TEXT = 80 }; /* "SHA256:" and 43 characters */

struct session_peer { /* whom a connection is made to, and who can be asked about it */
	const struct client_config *config;
	const char *instance;       /* its name, for sentences */
	const struct ask_port *ask; /* NULL: nobody can be asked */
	struct cancel *cancel;      /* of the question */
};

/* Before the connection: tells libssh which files count, so that it asks the server for a key of a kind it knows. */
void host_key_prepare(ssh_session s, const struct client_config *c);

/* After the key exchange. Known: RC_OK. Unknown: asks once and stores it. Changed, or of another kind than the known
 * one: RC_HOSTKEY with both fingerprints, which nothing overrides. @text is filled with the fingerprint of what the
 * server showed, whatever comes. */
MUST_CHECK enum rc host_key_check(ssh_session s, const struct session_peer *peer, char text[HOST_KEY_TEXT],
                                  struct err *e);

#endif
