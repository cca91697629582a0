/* login.h -- proves to the server who the operator is: agent, key files with their certificates, keyboard-interactive,
 * password, in that order, as far as the server wants them. Never libssh's publickey_auto: it writes .pub files beside
 * the keys. */
#ifndef ODSF_REMOTE_SSH_LOGIN_H
#define ODSF_REMOTE_SSH_LOGIN_H

#include "core/base/err.h"
#include "core/base/wait.h"
#include "remote/ssh/session.h"

/* RC_AUTH names the methods and keys tried. @w's deadline grows by the time the operator takes to answer. */
MUST_CHECK enum rc login(struct session *s, const struct session_peer *peer, struct credentials *credentials,
                         struct wait *w, struct err *e);

#endif
