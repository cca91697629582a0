/* contact.h -- one call of the far side over one session: how it is reached there, what its answer means. The worker
 * thread of the host. */
#ifndef ODSF_REMOTE_HOST_CONTACT_H
#define ODSF_REMOTE_HOST_CONTACT_H

#include "core/pair/host.h"
#include "remote/host/far_program.h"
#include "remote/host/ring.h"
#include "remote/ssh/session.h"

struct contact {
	struct session *session; /* NULL: none */
	enum far_way way;        /* of this session */
	const struct far_program *program;
	const char *instance;
	const struct instance_config *config; /* borrowed */
	const char *user;                     /* who logs in; "root" needs no sudo */
	const char *conf;                     /* conf.xml, when it is not the default; else NULL */
};

struct transfer { /* one call with its data */
	const struct far_call *q;
	struct far_answer *a; /* of a framed verb */
	host_sink_fn sink;    /* of a raw verb, else NULL */
	void *ctx;
	uint64_t max;       /* octets of the answer */
	struct ring *input; /* instead of q->input; NULL */
	bool sent;          /* result: the far side may have begun */
	bool lost;          /* result: the session is of no use any more */
};

/* As host_ops.call and .read. Finds out the way at the first call of a session. */
MUST_CHECK enum rc contact_call(struct contact *c, struct transfer *t, const struct wait *w, struct err *e);

#endif
