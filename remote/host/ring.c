#include "remote/host/ring.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/mem.h"

struct ring {
	pthread_mutex_t lock;
	char *p;
	size_t cap, at, len; /* filled from @at on, around the end */
	size_t lent;         /* of the front, given out by the last ring_get() */
	bool ended, broken, closed;
	int data, room; /* eventfds, readable while there is something, or room */
};

struct ring *ring_new(size_t capacity)
{
	struct ring *r = xcalloc(1, sizeof *r);

	pthread_mutex_init(&r->lock, NULL);
	r->p = xcalloc(capacity, 1);
	r->cap = capacity;
	r->data = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	r->room = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
	return r;
}

void ring_free(struct ring **p)
{
	struct ring *r = *p;

	if (r == NULL)
		return;
	close(r->data);
	close(r->room);
	pthread_mutex_destroy(&r->lock);
	free(r->p);
	free(r);
	*p = NULL;
}

static void set(int fd, bool on)
{
	uint64_t n = 1;

	/* Neither can block; a write that is refused means that it is readable, a read that is, that it is not. */
	if ((on ? write(fd, &n, sizeof n) : read(fd, &n, sizeof n)) < 0)
		return;
}

/* Both descriptors follow the state; under the lock. */
static void show(struct ring *r)
{
	set(r->data, r->len > r->lent || r->ended);
	set(r->room, r->len < r->cap || r->closed);
}

/* As much as fits; under the lock. */
static size_t fill(struct ring *r, const char *p, size_t len)
{
	size_t n = r->cap - r->len < len ? r->cap - r->len : len;
	size_t end = (r->at + r->len) % r->cap, first = r->cap - end < n ? r->cap - end : n;

	memcpy(r->p + end, p, first);
	memcpy(r->p, p + first, n - first);
	r->len += n;
	return n;
}

bool ring_put(struct ring *r, const void *data, size_t len, const struct wait *w)
{
	const char *p = data;

	for (;;) {
		struct pollfd room = { .fd = r->room, .events = POLLIN };
		bool closed;
		size_t n;

		pthread_mutex_lock(&r->lock);
		closed = r->closed;
		n = closed ? 0 : fill(r, p, len);
		show(r);
		pthread_mutex_unlock(&r->lock);
		p += n;
		len -= n;
		if (closed || len == 0)
			return !closed;
		if (wait_for(w, &room, 1, -1) != RC_OK)
			return false;
	}
}

void ring_end(struct ring *r, bool whole)
{
	pthread_mutex_lock(&r->lock);
	r->ended = true;
	r->broken = !whole;
	show(r);
	pthread_mutex_unlock(&r->lock);
}

enum ring_state ring_get(struct ring *r, size_t room, const void **p, size_t *len)
{
	enum ring_state state;

	pthread_mutex_lock(&r->lock);
	r->at = (r->at + r->lent) % r->cap;
	r->len -= r->lent;
	r->lent = 0;
	*p = r->p + r->at;
	*len = r->len < r->cap - r->at ? r->len : r->cap - r->at;
	if (*len > room)
		*len = room;
	if (r->ended && r->broken) /* what is left of it is of no use */
		state = RING_BROKEN;
	else if (*len > 0)
		state = RING_DATA;
	else
		state = r->ended ? RING_ENDED : RING_EMPTY;
	if (state == RING_DATA)
		r->lent = *len;
	show(r);
	pthread_mutex_unlock(&r->lock);
	return state;
}

int ring_fd(const struct ring *r)
{
	return r->data;
}

void ring_close(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->closed = true;
	show(r);
	pthread_mutex_unlock(&r->lock);
}
