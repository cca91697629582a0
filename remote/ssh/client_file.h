/* client_file.h -- the values that ~/.ssh/config holds for one host: the first of each keyword wins, but IdentityFile
 * and CertificateFile are all kept in order. */
#ifndef ODSF_REMOTE_SSH_CLIENT_FILE_H
#define ODSF_REMOTE_SSH_CLIENT_FILE_H

#include <stddef.h>

#include "core/base/err.h"

struct client_file;

/* Reads @home/.ssh/config, and what it includes, for @host as it is named. @user: by failover.xml, or NULL.
 * A missing file holds nothing. RC_CONFIG with file and line for one that cannot be understood. */
MUST_CHECK enum rc client_file_read(struct client_file **f, const char *home, const char *host, const char *user,
                                    const char *local_user, struct err *e);
void client_file_free(struct client_file **f);

/* Keywords in lower case; borrowed; NULL when it is not there. */
const char *client_file_get(const struct client_file *f, const char *keyword);
size_t client_file_count(const struct client_file *f, const char *keyword);
const char *client_file_nth(const struct client_file *f, const char *keyword, size_t n);
size_t client_file_order(const struct client_file *f, const char *keyword); /* place of the first in the file */

#endif
