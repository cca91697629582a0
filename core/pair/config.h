/* config.h -- failover.xml: the pairs, their instances, limits and public name servers.
 * The format is in failover.xml(5); it is validated against failover.rng before it is read. */
#ifndef ODSF_CORE_PAIR_CONFIG_H
#define ODSF_CORE_PAIR_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum role { ROLE_ACTIVE, ROLE_STANDBY };
enum mode { MODE_COLD, MODE_WARM, MODE_DUAL };

struct instance_config {
	char *name;
	enum role role; /* before the first run; afterwards the record kept on the instances decides */
	char *host;
	int port;            /* 0: ~/.ssh/config, else 22 */
	char *user;          /* NULL: ~/.ssh/config, else the operator's own */
	char *identity;      /* NULL: ~/.ssh/config, agent, defaults; "~" expanded with $HOME */
	char *certificate;   /* NULL: KEY-cert.pub beside the key, if there */
	char *known_hosts;   /* NULL: ~/.ssh/config, else ~/.ssh/known_hosts */
	char *configuration; /* never NULL; default /etc/opendnssec/conf.xml */
};

struct parent_config {
	char *zone; /* without the final dot */
	char *server;
};

struct pair_config {
	char *name;
	struct instance_config instance[2]; /* in the order of the file */
	enum mode mode;
	char **name_servers;
	size_t name_server_count; /* "192.0.2.53" or "[2001:db8::53]:5353" */
	struct parent_config *parents;
	size_t parent_count;
	int64_t failover_time; /* seconds; used until runs have measured it. Default PT30M */
	int64_t margin;        /* seconds. Default PT1H */
	char **publish;
	size_t publish_count; /* shell commands for the new active */
};

struct config {
	char *path;
	struct pair_config *pairs;
	size_t pair_count;
};

/* Reads and validates @path with the schema @rng. Errors name file, line and what is allowed; RC_CONFIG. */
MUST_CHECK enum rc config_load(struct config **config, const char *path, const char *rng, struct err *e);
void config_free(struct config **config);

/* The path by -c (may be NULL), $ODS_FAILOVER_CONFIG, $XDG_CONFIG_HOME or ~/.config, /etc/opendnssec: the first
 * that is named, or exists. Caller frees. RC_CONFIG with all places tried when there is none. */
MUST_CHECK enum rc config_find(char **path, const char *by_option, struct err *e);

/* The pair @name, or the only one when @name is NULL; RC_USAGE with the names of all otherwise. */
MUST_CHECK enum rc config_pair(const struct config *config, const char *name, const struct pair_config **pair,
                               struct err *e);

const char *role_name(enum role role); /* "active", "standby" */
const char *mode_name(enum mode mode);

#endif
