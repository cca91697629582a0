/* host.h -- core's port to an instance, over SSH. */
#ifndef ODSF_REMOTE_HOST_HOST_H
#define ODSF_REMOTE_HOST_HOST_H

#include "core/pair/ask.h"
#include "core/pair/config.h"
#include "core/pair/host.h"

/* A host with a worker thread of its own, which owns the connection and runs one call after another. It connects at the
 * first call, keeps the connection alive, and makes it again when it is lost (after 1, 2, 5, 10, then every 30 s, for
 * as long as nothing has to be asked for it). Where the login failed and @ask says that the operator refused something,
 * no call connects, but fails as that login did. @config and @ask (may be NULL: nobody is asked) are borrowed and
 * outlive it.
 * @far_path: our copy of the program of the far side. Free it with its ops->close(), when no call is under way.
 *
 * The environment variable ODSF_RECORD names a directory where the answers of verbs that only look are kept as
 * remote/replay reads them; secrets are not in them. */
struct host *host_ssh_new(const struct instance_config *config, const struct ask_port *ask, const char *far_path);

#endif
