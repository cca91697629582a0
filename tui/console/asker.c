#include "tui/console/asker.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

/* Lies on the stack of the thread that asks. */
struct waiting {
	struct waiting *next;
	struct asked asked;
	char *answer; /* where a secret goes */
	size_t cap;
	enum rc rc;
	int done; /* eventfd: answered */
};

struct refusal {
	struct refusal *next;
	struct asked asked;
};

struct console_asker {
	struct ask_port port;
	pthread_mutex_t lock;
	struct waiting *first;
	struct refusal *refusals;
	uint64_t last_id;
	bool quiet, closed;
	int fd;
};

static void ring(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof one) < 0)
		return; /* only when it is readable already */
}

static void enqueue(struct console_asker *a, struct waiting *w)
{
	struct waiting **end = &a->first;

	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	ring(a->fd);
}

static void dequeue(struct console_asker *a, struct waiting *w)
{
	for (struct waiting **p = &a->first; *p != NULL; p = &(*p)->next)
		if (*p == w) {
			*p = w->next;
			break;
		}
	ring(a->fd);
}

/* With the lock held. */
static bool is_refused(const struct console_asker *a, const struct asked *q)
{
	for (const struct refusal *f = a->refusals; f != NULL; f = f->next)
		if (strcmp(f->asked.host, q->host) == 0 &&
		    (a->quiet || (f->asked.secret == q->secret && strcmp(f->asked.text, q->text) == 0)))
			return true;
	return false;
}

static enum rc ask(struct console_asker *a, struct waiting *w, const char *host, struct cancel *cancel)
{
	struct pollfd p[2];
	enum rc rc;

	str_copy(w->asked.host, sizeof w->asked.host, host);
	w->rc = RC_CANCELLED;
	w->done = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->done < 0)
		return RC_BLOCKED;
	pthread_mutex_lock(&a->lock);
	if (a->closed || is_refused(a, &w->asked)) {
		pthread_mutex_unlock(&a->lock);
		close(w->done);
		return RC_CANCELLED;
	}
	w->asked.id = ++a->last_id;
	enqueue(a, w);
	pthread_mutex_unlock(&a->lock);
	p[0] = (struct pollfd){ .fd = w->done, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = cancel_fd(cancel), .events = POLLIN };
	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&a->lock);
	dequeue(a, w);
	rc = w->rc;
	pthread_mutex_unlock(&a->lock);
	close(w->done);
	return rc;
}

static enum rc secret(void *ctx, const char *host, const char *prompt, bool echo, char *answer, size_t cap,
                      struct cancel *cancel)
{
	struct waiting w = { .asked = { .secret = true, .echo = echo }, .answer = answer, .cap = cap };

	str_copy(w.asked.text, sizeof w.asked.text, prompt);
	return ask(ctx, &w, host, cancel);
}

static enum rc host_key(void *ctx, const char *host, const char *type, const char *sha256, struct cancel *cancel)
{
	struct waiting w = { .asked = { .secret = false, .echo = true } };

	snprintf(w.asked.text, sizeof w.asked.text, "%s %s", type, sha256);
	return ask(ctx, &w, host, cancel);
}

static bool refused(void *ctx, const char *host)
{
	return asker_refused(ctx, host) != REFUSED_NOTHING;
}

struct console_asker *console_asker_new(void)
{
	struct console_asker *a = xcalloc(1, sizeof *a);

	pthread_mutex_init(&a->lock, NULL);
	a->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	a->port = (struct ask_port){ .secret = secret, .host_key = host_key, .refused = refused, .ctx = a };
	return a;
}

void console_asker_free(struct console_asker **asker)
{
	if (*asker == NULL)
		return;
	(void)asker_forgive(*asker);
	pthread_mutex_destroy(&(*asker)->lock);
	close((*asker)->fd);
	free(*asker);
	*asker = NULL;
}

struct ask_port *console_ask_port(struct console_asker *asker)
{
	return &asker->port;
}

int asker_fd(const struct console_asker *asker)
{
	return asker->fd;
}

bool asker_first(struct console_asker *a, struct asked *q)
{
	uint64_t n;
	bool found;

	if (read(a->fd, &n, sizeof n) < 0)
		n = 0;
	pthread_mutex_lock(&a->lock);
	found = a->first != NULL;
	if (found)
		*q = a->first->asked;
	pthread_mutex_unlock(&a->lock);
	return found;
}

/* With the lock held. */
static void remember(struct console_asker *a, const struct asked *q)
{
	struct refusal *f;

	if (is_refused(a, q))
		return;
	f = xcalloc(1, sizeof *f);
	*f = (struct refusal){ .next = a->refusals, .asked = *q };
	a->refusals = f;
}

/* With the lock held. */
static void settle(struct waiting *w, enum rc rc)
{
	w->rc = rc;
	ring(w->done);
}

void asker_answer(struct console_asker *a, uint64_t id, enum rc rc, const char *text)
{
	struct waiting *w, **p = &a->first;

	pthread_mutex_lock(&a->lock);
	while (*p != NULL && (*p)->asked.id != id)
		p = &(*p)->next;
	w = *p;
	if (w != NULL) {
		*p = w->next;
		if (rc == RC_CANCELLED)
			remember(a, &w->asked);
		if (rc == RC_OK && w->answer != NULL && !str_copy(w->answer, w->cap, text))
			rc = RC_CANCELLED; /* longer than who asked can take */
		settle(w, rc);
	}
	pthread_mutex_unlock(&a->lock);
}

enum refused asker_refused(struct console_asker *a, const char *host)
{
	enum refused what = REFUSED_NOTHING;

	pthread_mutex_lock(&a->lock);
	for (const struct refusal *f = a->refusals; f != NULL; f = f->next)
		if (strcmp(f->asked.host, host) == 0)
			what = f->asked.secret && what != REFUSED_KEY ? REFUSED_SECRET : REFUSED_KEY;
	pthread_mutex_unlock(&a->lock);
	return what;
}

void asker_keep_quiet(struct console_asker *a)
{
	pthread_mutex_lock(&a->lock);
	a->quiet = true;
	pthread_mutex_unlock(&a->lock);
}

bool asker_forgive(struct console_asker *a)
{
	struct refusal *f, *next;
	bool any;

	pthread_mutex_lock(&a->lock);
	any = a->refusals != NULL;
	for (f = a->refusals; f != NULL; f = next) {
		next = f->next;
		free(f);
	}
	a->refusals = NULL;
	a->quiet = false;
	pthread_mutex_unlock(&a->lock);
	return any;
}

void asker_close(struct console_asker *a)
{
	pthread_mutex_lock(&a->lock);
	a->closed = true;
	for (struct waiting *w = a->first; w != NULL; w = w->next)
		settle(w, RC_CANCELLED);
	pthread_mutex_unlock(&a->lock);
}
