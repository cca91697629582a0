/* host.h -- an instance, or a name server, out of a recording (recording.h): what was asked when it was recorded is
 * answered again, anything else is refused. Nothing can be changed in it. */
#ifndef ODSF_REMOTE_REPLAY_HOST_H
#define ODSF_REMOTE_REPLAY_HOST_H

#include "core/pair/host.h"
#include "core/pair/resolver.h"

/* @config is borrowed and outlives it; the instance's name is the directory. Calls may come from any thread. */
struct host *host_replay_new(const struct instance_config *config, const char *dir);
struct resolver *resolver_replay_new(const char *dir);

#endif
