/* credentials.h -- what the operator has unlocked, kept in memory for the life of the program so that a connection
 * that comes again asks nothing again. Never written anywhere. One worker thread. */
#ifndef ODSF_REMOTE_SSH_CREDENTIALS_H
#define ODSF_REMOTE_SSH_CREDENTIALS_H

#include <libssh/libssh.h>
#include <stddef.h>

struct unlocked_key {
	char *path;
	ssh_key key;
};

struct credentials { /* zero-initialised is empty */
	struct unlocked_key *keys;
	size_t count, cap;
	char *password; /* that was accepted; NULL none */
};

ssh_key credentials_key(const struct credentials *c, const char *path);          /* borrowed; NULL when not there */
void credentials_keep_key(struct credentials *c, const char *path, ssh_key key); /* takes @key */
void credentials_keep_password(struct credentials *c, const char *password);
void credentials_forget_password(struct credentials *c);
void credentials_clear(struct credentials *c);

#endif
