#include "remote/replay/host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/replay/recording.h"

struct replay_host {
	struct host host; /* first: ops get this */
	char *dir;
	pthread_mutex_t lock;
	struct host_state state;
};

/* The link is as the last answer shows it. */
static void show_link(struct replay_host *h, enum rc rc, const struct err *e)
{
	bool down = rc == RC_CONNECT || rc == RC_AUTH || rc == RC_HOSTKEY || rc == RC_TIMEOUT;

	pthread_mutex_lock(&h->lock);
	h->state.link = down ? LINK_DOWN : LINK_UP;
	(void)str_copy(h->state.error, sizeof h->state.error, down ? e->text : "");
	pthread_mutex_unlock(&h->lock);
}

/* @a: where to say when it was answered, or NULL. */
static enum rc load(struct replay_host *h, const struct far_call *q, struct cancel *c, struct buf *text,
                    struct far_answer *a, struct err *e)
{
	char *path = recording_far_path(h->dir, h->host.config->name, q);
	char *what = xasprintf("%s on %s", q->verb, h->host.config->name);
	struct err own = { 0 };
	enum rc rc = recording_read(path, ".far", what, q->timeout_s * 1000, c, text, &own);

	if (a != NULL)
		(void)recording_times(path, &a->sent_ms, &a->received_ms);
	show_link(h, rc, &own);
	if (e != NULL && rc != RC_OK)
		*e = own;
	free(path);
	free(what);
	return rc;
}

static enum rc replay_call(struct host *host, const struct far_call *q, struct far_answer *a, struct cancel *c,
                           struct err *e)
{
	struct far_answer when = { 0 };
	struct buf text = { 0 };
	enum rc rc;

	*a = (struct far_answer){ .status = -1, .sentence = "" };
	rc = load((struct replay_host *)host, q, c, &text, &when, e);
	if (rc == RC_OK)
		rc = far_parse(a, q->verb, buf_str(&text), text.len, e);
	a->sent_ms = when.sent_ms;
	a->received_ms = when.received_ms;
	buf_free(&text);
	return rc;
}

static enum rc replay_read(struct host *host, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                           struct cancel *c, struct err *e)
{
	struct buf text = { 0 };
	const char *nl;
	enum rc rc = load((struct replay_host *)host, q, c, &text, NULL, e);

	if (rc == RC_OK) {
		nl = memchr(buf_str(&text), '\n', text.len);
		if (nl == NULL) {
			rc = err_set(e, RC_PARSE, "the recorded answer to %s is cut short", q->verb);
		} else {
			size_t len = text.len - (size_t)(nl + 1 - text.p);

			if (len > max)
				rc = err_set(e, RC_PARSE, "the recorded answer to %s is too long", q->verb);
			else if (!sink(ctx, nl + 1, len))
				rc = err_set(e, RC_CANCELLED, "%s was stopped", q->verb);
		}
	}
	buf_free(&text);
	return rc;
}

static enum rc replay_pipe(struct host *from, const struct far_call *out, struct host *to, const struct far_call *in,
                           struct far_answer *a, host_progress_fn progress, void *ctx, struct cancel *c, struct err *e)
{
	(void)out;
	(void)in;
	(void)progress;
	(void)ctx;
	(void)c;
	*a = (struct far_answer){ .status = -1, .sentence = "" };
	return err_set(e, RC_BLOCKED, "this is a recording: nothing can be sent from %s to %s", from->config->name,
	               to->config->name);
}

static void replay_state(struct host *host, struct host_state *out)
{
	struct replay_host *h = (struct replay_host *)host;

	pthread_mutex_lock(&h->lock);
	*out = h->state;
	pthread_mutex_unlock(&h->lock);
}

static void replay_close(struct host **host)
{
	struct replay_host *h = (struct replay_host *)*host;

	if (h == NULL)
		return;
	pthread_mutex_destroy(&h->lock);
	free(h->dir);
	free(h);
	*host = NULL;
}

static const struct host_ops replay_ops = {
	.call = replay_call,
	.read = replay_read,
	.pipe = replay_pipe,
	.state = replay_state,
	.close = replay_close,
};

static void load_host_key(struct replay_host *h)
{
	const struct far_call key = { .verb = "host_key" };
	char *path = recording_far_path(h->dir, h->host.config->name, &key);
	struct buf text = { 0 };
	struct err ignored;

	if (recording_read(path, "", "host_key", 1, NULL, &text, &ignored) == RC_OK && text.len > 0) {
		text.p[strcspn(text.p, "\n")] = '\0';
		(void)str_copy(h->state.host_key, sizeof h->state.host_key, text.p);
	}
	buf_free(&text);
	free(path);
}

struct host *host_replay_new(const struct instance_config *config, const char *dir)
{
	struct replay_host *h = xcalloc(1, sizeof *h);

	h->host.ops = &replay_ops;
	h->host.config = config;
	h->dir = xstrdup(dir);
	h->state.link = LINK_UP;
	pthread_mutex_init(&h->lock, NULL);
	load_host_key(h);
	return &h->host;
}
