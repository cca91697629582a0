/* resolver.h -- the port by which core asks name servers. remote/dns implements it with ldns. Calls block until the
 * answer, the deadline or the cancel; any thread; one query at a time a caller. */
#ifndef ODSF_CORE_PAIR_RESOLVER_H
#define ODSF_CORE_PAIR_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/pair/host.h"

struct dns_answer { /* strings live in the caller's arena */
	bool authoritative;
	int rcode;            /* 0 NOERROR … */
	const char **records; /* presentation form, answer section only, one record each, absolute names */
	size_t record_count;
	/* Owner of the SOA in the authority section: the zone that says there is none (RFC 2308 section 3). NULL
	 * without one. */
	const char *denied_by;
};

struct resolver;
struct resolver_ops {
	/* @server "addr" or "[addr]:port"; @type "SOA", "DNSKEY", "DS", "NS"…; DO set, RD clear; falls back to TCP. */
	enum rc (*query)(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
	                 struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e);
	/* The whole zone as text, one record a line (the SOA once), given to @sink as it arrives. @timeout_ms: the
	 * longest silence. RC_BLOCKED: refused by the server. */
	enum rc (*transfer)(struct resolver *r, const char *server, const char *zone, int timeout_ms, host_sink_fn sink,
	                    void *ctx, struct cancel *c, struct err *e);
	void (*free)(struct resolver **r);
};
struct resolver {
	const struct resolver_ops *ops;
};

/* As ops->query, and takes only what the server has to say of @zone: RC_UNKNOWN with the reason for an error code, for
 * an answer that is not authoritative, for a SOA that is not there, and for "no DS" from a server of the zone itself,
 * where only the parent's counts (RFC 4035 section 3.1.4.1). A DS counts from a cache as well. Records of other names
 * and types are dropped, whoever put them there. */
MUST_CHECK enum rc resolver_ask(struct resolver *r, const char *server, const char *zone, const char *type,
                                int timeout_ms, struct arena *arena, struct dns_answer *a, struct cancel *c,
                                struct err *e);

#endif
