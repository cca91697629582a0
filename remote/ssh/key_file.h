/* key_file.h -- what can be told of a key without its passphrase. */
#ifndef ODSF_REMOTE_SSH_KEY_FILE_H
#define ODSF_REMOTE_SSH_KEY_FILE_H

#include <stdbool.h>

#include "core/base/buf.h"

/* The public part, as the wire and the agent have it, of the key named @path: from @path.pub, from @path itself where
 * that is a public key or certificate, or from the clear part of an OpenSSH private key. False when there is none. */
bool key_file_public(const char *path, struct buf *blob);

/* @path names a public key: its private half can only be in an agent. */
bool key_file_is_public(const char *path);

#endif
