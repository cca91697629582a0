/* ask.h -- the port by which a connection asks the operator. The console answers with a dialogue, a headless command on
 * its terminal or with a refusal. Called on the worker thread of a host, which waits; any of the functions may be
 * called by two hosts at the same time. */
#ifndef ODSF_CORE_PAIR_ASK_H
#define ODSF_CORE_PAIR_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cancel.h"
#include "core/base/err.h"

struct ask_port {
	/* A passphrase, password or one-time code for the instance @host, with @prompt (already safe to show). @echo:
	 * what is typed may be shown. The answer goes to @buf, terminated, at most @cap octets with the NUL; who asked
	 * wipes it. RC_OK, RC_CANCELLED (the operator or @cancel), RC_BLOCKED (nobody may be asked). */
	enum rc (*secret)(void *ctx, const char *host, const char *prompt, bool echo, char *buf, size_t cap,
	                  struct cancel *cancel);
	/* Whether the key of an unknown host is the right one: @type "ssh-ed25519", @sha256 "SHA256:…". RC_OK accepts
	 * it, and it is stored; anything else refuses. Never asked for a key that changed: that has no override. */
	enum rc (*host_key)(void *ctx, const char *host, const char *type, const char *sha256, struct cancel *cancel);
	/* Whether the operator refused anything about @host, and has not wanted it since: where the last login failed
	 * for that, it is not tried again. NULL: never. Does not block. */
	bool (*refused)(void *ctx, const char *host);
	void *ctx;
};

#endif
