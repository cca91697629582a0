/* conf.h -- conf.xml (/usr/share/opendnssec/conf.rnc) by meaning. The PIN of a repository and the password of a
 * database are overwritten in the parser's tree before anything is taken from it: they are in no struct, message or
 * log. */
#ifndef ODSF_CORE_OPENDNSSEC_CONF_H
#define ODSF_CORE_OPENDNSSEC_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

struct conf_repository {
	const char *name, *module, *token_label;
	bool require_backup, has_pin, skip_public_key, allow_extraction;
};

struct conf_daemon { /* "root" and Debian's default paths where the file says nothing */
	const char *user, *group, *directory, *socket, *pid_file;
};

struct conf { /* strings in the arena given to conf_parse() */
	struct conf_repository *repositories;
	size_t repository_count;
	const char *policy_file, *zonelist_file;
	bool mysql;
	const char *sqlite_path;                 /* NULL with MySQL */
	const char *mysql_host, *mysql_database; /* NULL without */
	struct conf_daemon enforcer, signer;
	bool manual_key_generation;
	int64_t automatic_keygen_period;                               /* seconds; 0 when not set */
	const char *notify_command, *submit_command, *retract_command; /* NULL when none */
	const char **listeners;
	size_t listener_count; /* "address:port"; the signer's default when none is said */
};

/* Reads the @len octets of @text; @file is for messages. RC_PARSE: not XML, or without what OpenDNSSEC needs to start.
 */
MUST_CHECK enum rc conf_parse(struct conf *c, struct arena *a, const char *file, const char *text, size_t len,
                              struct err *e);

#endif
