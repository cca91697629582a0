/* host.h -- the port by which core acts on an instance. remote/host implements it over SSH, remote/replay from a
 * recording. Calls block the calling thread until the answer, the deadline or the cancel; one host serves its callers
 * one after another, so any thread may call. A host is never named by a string or an index where it is acted upon. */
#ifndef ODSF_CORE_PAIR_HOST_H
#define ODSF_CORE_PAIR_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/pair/config.h"
#include "core/pair/far.h"

struct host;

struct far_call {
	const char *verb;
	const char *const *args; /* NULL-terminated, unquoted; NULL for none */
	const void *input;       /* what the verb reads from its standard input; NULL for none */
	size_t input_len;
	int timeout_s;     /* enforced here and on the far side */
	size_t max_output; /* octets; 0: 64 MiB. More is RC_PARSE, never silently cut */
};

/* Where raw octets go while they arrive; false stops the transfer with RC_CANCELLED. Called on the host's worker
 * thread. */
typedef bool (*host_sink_fn)(void *ctx, const void *p, size_t len);
/* Told how far a transfer got, at most a few times a second; any thread. */
typedef void (*host_progress_fn)(void *ctx, uint64_t done, uint64_t total /* 0: not known */);

enum host_link { LINK_DOWN, LINK_CONNECTING, LINK_UP };

struct host_state {
	enum host_link link;
	char host_key[80]; /* "SHA256:…"; "" before the first connection */
	char error[240];   /* why the link is down; "" otherwise */
	int64_t retry_at;  /* epoch seconds of the next try, 0 when none is planned */
	int64_t asked_at;  /* epoch: since when the call under way has been waited for; 0: none is */
	int64_t rtt_us;    /* round trip of the connection, microseconds; 0: not known (through another program) */
};

struct host_ops {
	/* RC_OK: the frame came whole (its status is data). RC_CONNECT, RC_AUTH, RC_HOSTKEY: never started.
	 * RC_TIMEOUT, RC_CANCELLED, RC_UNKNOWN: it may still be running or may have taken effect: look again.
	 * @a is filled with what came, and is the caller's to clear, whatever is returned. */
	enum rc (*call)(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
	                struct err *e);
	/* A verb that answers raw octets behind its begin line ("send", "fetch", "zone"), up to @max. */
	enum rc (*read)(struct host *h, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
	                struct cancel *c, struct err *e);
	/* Streams a raw verb of @from into the standard input of a framed verb of @to, in memory only. */
	enum rc (*pipe)(struct host *from, const struct far_call *out, struct host *to, const struct far_call *in,
	                struct far_answer *a, host_progress_fn progress, void *ctx, struct cancel *c, struct err *e);
	/* Connection state for the screen; any thread, never blocks. */
	void (*state)(struct host *h, struct host_state *out);
	void (*close)(struct host **h);
};

struct host {
	const struct host_ops *ops;
	const struct instance_config *config; /* borrowed; outlives the host */
};

/* Convenience: a call with up to eight words after the verb, ended by NULL. */
MUST_CHECK enum rc host_do(struct host *h, struct far_answer *a, int timeout_s, struct cancel *c, struct err *e,
                           const char *verb, ...) __attribute__((sentinel));

#endif
