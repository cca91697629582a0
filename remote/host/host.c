#include "remote/host/host.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/host/contact.h"

enum { KEEP_ALIVE_MS = 15000, PROGRESS_MS = 250, RING_OCTETS = 1024 * 1024 };

static const char default_conf[] = "/etc/opendnssec/conf.xml";

/* One call on its way through the queue. It lives on the stack of the caller, who waits for it. */
struct job {
	struct job *next;
	struct transfer transfer;
	struct wait wait;
	struct ring *output; /* of a pipe: ended when the call is */
	enum rc rc;
	struct err *e;
	bool taken, done; /* under the lock */
	int finished;     /* eventfd */
};

struct ssh_host {
	struct host host; /* first: ops get this */
	const struct ask_port *ask;
	char *far_path;
	pthread_t thread;
	int wake; /* eventfd: a job came, or the end */
	struct cancel *end;

	pthread_mutex_t lock;
	struct job *first, **last; /* waiting */
	struct host_state state;

	/* The worker's own. */
	struct client_config *client;
	struct credentials credentials;
	struct far_program program;
	struct contact contact;
	size_t failures;    /* since the link was up */
	int64_t retry_ms;   /* 0: not planned */
	struct err refusal; /* RC_HOSTKEY or RC_AUTH: so the last login failed */
};

/* ---- state ---- */

static void show_link(struct ssh_host *h, enum host_link link, const char *error, int64_t retry_at)
{
	pthread_mutex_lock(&h->lock);
	h->state.link = link;
	(void)str_copy(h->state.error, sizeof h->state.error, error);
	h->state.retry_at = retry_at;
	pthread_mutex_unlock(&h->lock);
}

static void show_key(struct ssh_host *h, const char *key)
{
	pthread_mutex_lock(&h->lock);
	if (*key != '\0')
		(void)str_copy(h->state.host_key, sizeof h->state.host_key, key);
	pthread_mutex_unlock(&h->lock);
}

/* As the kernel measures it. Through another program (a jump host) there is nothing to measure. */
static void show_round_trip(struct ssh_host *h)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof info;
	int fd = h->contact.session != NULL ? ssh_get_fd(h->contact.session->ssh) : -1;
	bool known = fd >= 0 && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0;

	pthread_mutex_lock(&h->lock);
	h->state.rtt_us = known ? (int64_t)info.tcpi_rtt : 0;
	pthread_mutex_unlock(&h->lock);
}

static void drop_link(struct ssh_host *h, enum rc rc, const char *why)
{
	static const int pauses_s[] = { 1, 2, 5, 10, 30 };
	size_t last = sizeof pauses_s / sizeof *pauses_s - 1;
	int pause_s = pauses_s[h->failures < last ? h->failures : last];
	/* A refusal, or a key that is not trusted, does not mend itself: the next call tries again, and may ask. */
	bool again = rc == RC_CONNECT || rc == RC_TIMEOUT || rc == RC_UNKNOWN;

	session_close(&h->contact.session);
	h->contact.way = FAR_WAY_UNKNOWN;
	h->failures++;
	h->retry_ms = again ? clock_mono_ms() + (int64_t)pause_s * 1000 : 0;
	show_link(h, LINK_DOWN, why, again ? clock_now() + pause_s : 0);
}

/* ---- connecting ---- */

static enum rc load(struct ssh_host *h, struct err *e)
{
	enum rc rc = RC_OK;

	client_config_free(&h->client); /* again each time: ~/.ssh/config may have been mended meanwhile */
	if (h->program.text == NULL)
		rc = far_program_load(&h->program, h->far_path, e);
	if (rc == RC_OK)
		rc = client_config_load(&h->client, h->host.config, e);
	return rc;
}

static enum rc open_session(struct ssh_host *h, const struct ask_port *ask, struct wait *w, struct err *e)
{
	char key[HOST_KEY_TEXT] = "";
	struct session_peer peer = {
		.config = h->client, .instance = h->host.config->name, .ask = ask, .cancel = w->cancel[0]
	};
	enum rc rc = session_open(&h->contact.session, &peer, &h->credentials, w, key, e);

	show_key(h, key);
	return rc;
}

/* What the operator refused stays so until they want it otherwise: nobody is dialled to be refused once more, and no
 * login fails over and over, which some hosts answer by shutting out whoever comes from here. */
static bool is_refused(const struct ssh_host *h)
{
	return h->refusal.rc != RC_OK && h->ask != NULL && h->ask->refused != NULL &&
	       h->ask->refused(h->ask->ctx, h->host.config->name);
}

/* @w: its deadline moves by the time that questions took. */
static enum rc connect_host(struct ssh_host *h, const struct ask_port *ask, struct wait *w, struct err *e)
{
	struct wait part = *w;
	int64_t most;
	struct err why = { 0 };
	enum rc rc;

	if (is_refused(h)) {
		if (e != NULL)
			*e = h->refusal;
		return h->refusal.rc;
	}
	h->refusal = (struct err){ 0 };
	show_link(h, LINK_CONNECTING, "", 0);
	rc = load(h, &why);
	if (rc == RC_OK) {
		most = clock_mono_ms() + (int64_t)h->client->connect_timeout_s * 1000;
		if (part.until_ms == 0 || part.until_ms > most)
			part.until_ms = most;
		most = part.until_ms;
		rc = open_session(h, ask, &part, &why);
		if (w->until_ms != 0)
			w->until_ms += part.until_ms - most;
	}
	if (rc != RC_OK) {
		drop_link(h, rc, why.text);
		if (rc == RC_HOSTKEY || rc == RC_AUTH)
			h->refusal = why;
		if (e != NULL)
			*e = why;
		return rc;
	}
	h->failures = 0;
	h->retry_ms = 0;
	h->contact.way = FAR_WAY_UNKNOWN;
	h->contact.program = &h->program;
	h->contact.instance = h->host.config->name;
	h->contact.config = h->host.config;
	h->contact.user = h->client->user;
	h->contact.conf =
	    strcmp(h->host.config->configuration, default_conf) == 0 ? NULL : h->host.config->configuration;
	show_link(h, LINK_UP, "", 0);
	return RC_OK;
}

/* ---- jobs ---- */

static enum rc run_once(struct ssh_host *h, struct job *j)
{
	struct wait w = j->wait; /* ours: its deadline moves while the operator is asked */
	enum rc rc = wait_over(&w);

	if (rc == RC_TIMEOUT)
		return err_set(j->e, rc, "%s was busy: %s did not start in time", h->host.config->name,
		               j->transfer.q->verb);
	if (rc == RC_CANCELLED)
		return err_set(j->e, rc, "%s was cancelled before it began", j->transfer.q->verb);
	if (h->contact.session == NULL)
		rc = connect_host(h, h->ask, &w, j->e);
	if (rc == RC_OK)
		rc = contact_call(&h->contact, &j->transfer, &w, j->e);
	show_round_trip(h);
	if (j->transfer.lost)
		drop_link(h, RC_CONNECT, rc != RC_OK && j->e != NULL ? j->e->text : "the connection was lost");
	return rc;
}

static void show_asked(struct ssh_host *h, int64_t at)
{
	pthread_mutex_lock(&h->lock);
	h->state.asked_at = at;
	pthread_mutex_unlock(&h->lock);
}

static void run_job(struct ssh_host *h, struct job *j)
{
	bool had_session = h->contact.session != NULL;
	struct err own = { 0 }, *callers = j->e;

	j->e = &own;
	show_asked(h, clock_now());
	j->rc = run_once(h, j);
	/* The connection had died while it was idle, and nothing was sent: that is no fault of this call. */
	if (j->rc == RC_CONNECT && had_session && j->transfer.lost && !j->transfer.sent) {
		if (j->transfer.a != NULL)
			far_answer_clear(j->transfer.a);
		j->rc = run_once(h, j);
	}
	show_asked(h, 0);
	if (callers != NULL)
		*callers = own;
	if (j->output != NULL)
		ring_end(j->output, j->rc == RC_OK);
	if (j->transfer.input != NULL)
		ring_close(j->transfer.input);
}

static void finish(struct ssh_host *h, struct job *j)
{
	uint64_t one = 1;

	pthread_mutex_lock(&h->lock);
	j->done = true;
	/* Under the lock: the caller, who owns the descriptor, takes it before the job is gone. */
	if (write(j->finished, &one, sizeof one) < 0)
		j->rc = RC_SYSTEM;
	pthread_mutex_unlock(&h->lock);
}

static struct job *take_job(struct ssh_host *h)
{
	uint64_t n;
	struct job *j;

	if (read(h->wake, &n, sizeof n) < 0)
		n = 0; /* nothing new, but something may still wait */
	pthread_mutex_lock(&h->lock);
	j = h->first;
	if (j != NULL) {
		h->first = j->next;
		if (h->first == NULL)
			h->last = &h->first;
		j->taken = true;
	}
	pthread_mutex_unlock(&h->lock);
	return j;
}

static void idle(struct ssh_host *h)
{
	struct wait w = { .cancel = { h->end } };
	struct pollfd wake = { .fd = h->wake, .events = POLLIN };
	struct err e = { 0 };
	enum rc rc;

	if (h->contact.session == NULL) {
		int64_t left = h->retry_ms == 0 ? -1 : h->retry_ms - clock_mono_ms();

		if (h->retry_ms != 0 && left <= 0) {
			rc = connect_host(h, NULL, &w, &e);
			(void)rc; /* shown already, and when the next try is due */
			return;
		}
		rc = wait_for(&w, &wake, 1, (int)left);
		(void)rc;
		return;
	}
	rc = session_wait(h->contact.session, &w, &wake, 1, KEEP_ALIVE_MS, &e);
	if (rc == RC_CONNECT)
		drop_link(h, rc, e.text);
	else if (rc == RC_OK && wake.revents == 0)
		session_keep_alive(h->contact.session);
}

static void *work(void *arg)
{
	struct ssh_host *h = arg;

	while (!cancel_raised(h->end)) {
		struct job *j = take_job(h);

		if (j == NULL) {
			idle(h);
			continue;
		}
		run_job(h, j);
		finish(h, j);
	}
	session_close(&h->contact.session);
	return NULL;
}

/* ---- callers ---- */

static void wake(const struct ssh_host *h)
{
	uint64_t one = 1;

	if (write(h->wake, &one, sizeof one) < 0)
		return; /* it is awake already */
}

static void submit(struct ssh_host *h, struct job *j)
{
	j->finished = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	j->wait.until_ms = clock_mono_ms() + (int64_t)j->transfer.q->timeout_s * 1000;
	pthread_mutex_lock(&h->lock);
	j->next = NULL;
	*h->last = j;
	h->last = &j->next;
	pthread_mutex_unlock(&h->lock);
	wake(h);
}

/* Takes back a job that the worker has not begun; false when it has. */
static bool withdraw(struct ssh_host *h, struct job *j)
{
	struct job **p;
	bool out;

	pthread_mutex_lock(&h->lock);
	out = !j->taken;
	for (p = &h->first; out && *p != NULL; p = &(*p)->next)
		if (*p == j) {
			*p = j->next;
			if (h->last == &j->next)
				h->last = p;
			break;
		}
	pthread_mutex_unlock(&h->lock);
	return out;
}

/* The worker ends a job that it has begun by itself, at its deadline or cancel. */
static void await(struct ssh_host *h, struct job *j)
{
	struct pollfd done = { .fd = j->finished, .events = POLLIN };
	enum rc rc = wait_for(&j->wait, &done, 1, -1);

	if (rc != RC_OK && withdraw(h, j)) {
		j->rc = rc == RC_CANCELLED ? err_set(j->e, rc, "%s was cancelled before it began", j->transfer.q->verb)
		                           : err_set(j->e, RC_TIMEOUT, "%s was busy: %s did not start in time",
		                                     h->host.config->name, j->transfer.q->verb);
		if (j->output != NULL)
			ring_end(j->output, false);
		if (j->transfer.input != NULL)
			ring_close(j->transfer.input);
	} else if (rc != RC_OK) {
		while (poll(&done, 1, -1) < 0)
			continue;
	}
	pthread_mutex_lock(&h->lock); /* so that the worker has left the job */
	pthread_mutex_unlock(&h->lock);
	close(j->finished);
}

static enum rc ssh_call(struct host *host, const struct far_call *q, struct far_answer *a, struct cancel *c,
                        struct err *e)
{
	struct ssh_host *h = (struct ssh_host *)host;
	struct job j = { .transfer = { .q = q, .a = a, .max = q->max_output }, .wait = { .cancel = { c } }, .e = e };

	*a = (struct far_answer){ .status = -1, .sentence = "" };
	submit(h, &j);
	await(h, &j);
	return j.rc;
}

static enum rc ssh_read(struct host *host, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                        struct cancel *c, struct err *e)
{
	struct ssh_host *h = (struct ssh_host *)host;
	struct job j = { .transfer = { .q = q, .sink = sink, .ctx = ctx, .max = max },
		         .wait = { .cancel = { c } },
		         .e = e };

	submit(h, &j);
	await(h, &j);
	return j.rc;
}

/* ---- from one instance to the other ---- */

struct flow {
	struct ring *ring;
	const struct wait *wait; /* of the job that fills it */
	host_progress_fn progress;
	void *ctx;
	uint64_t done;
	int64_t told_ms;
};

static bool into_ring(void *ctx, const void *p, size_t len)
{
	struct flow *f = ctx;
	int64_t now = clock_mono_ms();

	if (!ring_put(f->ring, p, len, f->wait))
		return false;
	f->done += len;
	if (f->progress != NULL && now - f->told_ms >= PROGRESS_MS) {
		f->told_ms = now;
		f->progress(f->ctx, f->done, 0);
	}
	return true;
}

/* Which of the two failed first is told by the other: it was cancelled, or its ring was closed or cut short. Whoever
 * takes may be done, well or not, before the last octets: then what it answers counts. */
static enum rc pipe_outcome(const struct job *out, const struct job *in, const struct err *out_e,
                            const struct err *in_e, bool cancelled, struct err *e)
{
	const struct job *cause = out;

	if (in->rc == RC_OK && (out->rc == RC_OK || (out->rc == RC_CANCELLED && !cancelled)))
		return RC_OK;
	if (out->rc == RC_OK || (out->rc == RC_CANCELLED && !cancelled))
		cause = in;
	if (e != NULL)
		*e = cause == out ? *out_e : *in_e;
	return cause->rc;
}

static enum rc ssh_pipe(struct host *from, const struct far_call *send, struct host *to, const struct far_call *take,
                        struct far_answer *a, host_progress_fn progress, void *ctx, struct cancel *c, struct err *e)
{
	struct ssh_host *source = (struct ssh_host *)from, *target = (struct ssh_host *)to;
	struct err out_e = { 0 }, in_e = { 0 };
	struct cancel *both = cancel_new();
	struct flow flow = { .ring = ring_new(RING_OCTETS), .progress = progress, .ctx = ctx };
	struct job out = { .transfer = { .q = send, .sink = into_ring, .ctx = &flow, .max = UINT64_MAX },
		           .wait = { .cancel = { c, both } },
		           .output = flow.ring,
		           .e = &out_e };
	struct job in = { .transfer = { .q = take, .a = a, .max = take->max_output, .input = flow.ring },
		          .wait = { .cancel = { c, both } },
		          .e = &in_e };
	enum rc rc;

	*a = (struct far_answer){ .status = -1, .sentence = "" };
	if (to->ops != from->ops || to == from) {
		rc = err_set(e, RC_BLOCKED, "there is no way from %s to %s", from->config->name, to->config->name);
		goto done;
	}
	flow.wait = &out.wait;
	submit(target, &in);
	submit(source, &out);
	await(source, &out);
	if (out.rc != RC_OK)
		cancel_raise(both); /* what came is cut short: the other must not wait for more */
	await(target, &in);
	if (progress != NULL && out.rc == RC_OK)
		progress(ctx, flow.done, flow.done);
	rc = pipe_outcome(&out, &in, &out_e, &in_e, cancel_raised(c), e);
done:
	ring_free(&flow.ring);
	cancel_free(&both);
	return rc;
}

/* ---- life ---- */

static void ssh_state(struct host *host, struct host_state *out)
{
	struct ssh_host *h = (struct ssh_host *)host;

	pthread_mutex_lock(&h->lock);
	*out = h->state;
	pthread_mutex_unlock(&h->lock);
}

static void ssh_close(struct host **host)
{
	struct ssh_host *h = (struct ssh_host *)*host;

	if (h == NULL)
		return;
	cancel_raise(h->end);
	wake(h);
	(void)pthread_join(h->thread, NULL);
	close(h->wake);
	cancel_free(&h->end);
	pthread_mutex_destroy(&h->lock);
	client_config_free(&h->client);
	credentials_clear(&h->credentials);
	far_program_clear(&h->program);
	free(h->far_path);
	free(h);
	*host = NULL;
}

static const struct host_ops ssh_ops = {
	.call = ssh_call,
	.read = ssh_read,
	.pipe = ssh_pipe,
	.state = ssh_state,
	.close = ssh_close,
};

struct host *host_ssh_new(const struct instance_config *config, const struct ask_port *ask, const char *far_path)
{
	struct ssh_host *h = xcalloc(1, sizeof *h);
	sigset_t all, before;

	h->host.ops = &ssh_ops;
	h->host.config = config;
	h->ask = ask;
	h->far_path = xstrdup(far_path);
	h->last = &h->first;
	h->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	h->end = cancel_new();
	pthread_mutex_init(&h->lock, NULL);
	/* Signals are the main thread's: it restores the terminal. */
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&h->thread, NULL, work, h) != 0)
		abort(); /* no thread: nothing can be done on any host */
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return &h->host;
}
