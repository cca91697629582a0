/* client_config.h -- what failover.xml and the operator's own ~/.ssh/config say about reaching an instance.
 *
 * The file is read here, not by libssh: that expands ~ by the password database instead of $HOME, runs ProxyJump with
 * the terminal attached, and ignores IdentitiesOnly, CertificateFile and HostKeyAlias. Understood: Host, Match (all,
 * host, originalhost, user, localuser), Include, HostName, Port, User, IdentityFile, IdentitiesOnly, IdentityAgent,
 * CertificateFile, UserKnownHostsFile, HostKeyAlias, ProxyJump, ProxyCommand, ConnectTimeout, and the algorithm lists.
 * Any other keyword is skipped; a Match by command never matches. Host keys are verified whatever it says. */
#ifndef ODSF_REMOTE_SSH_CLIENT_CONFIG_H
#define ODSF_REMOTE_SSH_CLIENT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/pair/config.h"

struct client_list {
	char **items;
	size_t count, cap;
};

struct client_algorithms { /* as written, NULL when not named */
	char *kex, *host_keys, *ciphers, *macs, *public_keys;
};

struct client_config {
	char *name; /* the host as failover.xml names it */
	char *host; /* where to connect */
	int port;
	char *user;
	struct client_list identities; /* absolute paths, in order; none: the agent's keys, then the defaults */
	bool only_these;               /* no other key is tried, be it in the agent */
	struct client_list certificates;
	struct client_list known_hosts; /* files; the first is where a new key is stored */
	bool system_known_hosts;        /* /etc/ssh/ssh_known_hosts counts too */
	char *host_key_alias;           /* NULL: host and port */
	char *agent;                    /* path of the agent's socket; NULL: none */
	char *proxy;                    /* command, complete; NULL: connect by TCP */
	int connect_timeout_s;
	struct client_algorithms algorithms;
};

/* What failover.xml says, else $HOME/.ssh/config, else the default. An element of failover.xml replaces what the file
 * says, it never adds. RC_CONFIG with file and line for a value that cannot be understood, or a name that may not be
 * handed to a shell. */
MUST_CHECK enum rc client_config_load(struct client_config **c, const struct instance_config *i, struct err *e);
void client_config_free(struct client_config **c);

/* The default key files that exist under $HOME/.ssh; caller frees with client_list_clear(). */
void client_config_default_keys(struct client_list *keys);
void client_list_clear(struct client_list *l);

#endif
