#include "core/base/bus.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/mem.h"

struct bus {
	pthread_mutex_t lock;
	pthread_cond_t room;
	struct msg *ring;
	size_t capacity, first, count;
	bool closed;
	int fd;
};

struct bus *bus_new(size_t capacity)
{
	struct bus *bus = xcalloc(1, sizeof *bus);

	pthread_mutex_init(&bus->lock, NULL);
	pthread_cond_init(&bus->room, NULL);
	bus->capacity = capacity > 0 ? capacity : 1;
	bus->ring = xcalloc(bus->capacity, sizeof *bus->ring);
	bus->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return bus;
}

void msg_release(struct msg *m)
{
	if (m->release != NULL)
		m->release(m->payload);
	*m = (struct msg){ 0 };
}

void bus_free(struct bus **bus)
{
	struct msg m;

	if (*bus == NULL)
		return;
	while (bus_take(*bus, &m))
		msg_release(&m);
	if ((*bus)->fd >= 0)
		close((*bus)->fd);
	pthread_cond_destroy(&(*bus)->room);
	pthread_mutex_destroy(&(*bus)->lock);
	free((*bus)->ring);
	free(*bus);
	*bus = NULL;
}

int bus_fd(const struct bus *bus)
{
	return bus->fd;
}

static void wake(struct bus *bus)
{
	uint64_t one = 1;

	if (write(bus->fd, &one, sizeof one) < 0)
		return; /* only when it is readable already */
}

static struct msg *unread(struct bus *bus, int kind)
{
	for (size_t i = bus->count; i > 0; i--) {
		struct msg *m = &bus->ring[(bus->first + i - 1) % bus->capacity];

		if (m->latest && m->kind == kind)
			return m;
	}
	return NULL;
}

void bus_post(struct bus *bus, struct msg m)
{
	struct msg drop = { 0 }, *older = NULL;

	pthread_mutex_lock(&bus->lock);
	for (;;) {
		older = m.latest && !bus->closed ? unread(bus, m.kind) : NULL;
		if (bus->closed || older != NULL || bus->count < bus->capacity)
			break;
		pthread_cond_wait(&bus->room, &bus->lock);
	}
	if (bus->closed) {
		drop = m;
	} else if (older != NULL) {
		drop = *older;
		*older = m;
	} else {
		bus->ring[(bus->first + bus->count++) % bus->capacity] = m;
		wake(bus);
	}
	pthread_mutex_unlock(&bus->lock);
	msg_release(&drop);
}

bool bus_take(struct bus *bus, struct msg *m)
{
	uint64_t n;
	bool got;

	pthread_mutex_lock(&bus->lock);
	got = bus->count > 0;
	if (got) {
		*m = bus->ring[bus->first];
		bus->first = (bus->first + 1) % bus->capacity;
		bus->count--;
		pthread_cond_signal(&bus->room);
	}
	/* Read only when empty, so that the descriptor stays readable while anything waits. */
	if (bus->count == 0 && read(bus->fd, &n, sizeof n) < 0)
		n = 0;
	pthread_mutex_unlock(&bus->lock);
	return got;
}

void bus_close(struct bus *bus)
{
	pthread_mutex_lock(&bus->lock);
	bus->closed = true;
	pthread_cond_broadcast(&bus->room);
	pthread_mutex_unlock(&bus->lock);
}
