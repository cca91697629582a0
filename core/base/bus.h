/* bus.h -- messages from any thread to the one that owns the model. A message is moved: whoever posts it must not touch
 * its payload again, whoever takes it owns it. */
#ifndef ODSF_CORE_BASE_BUS_H
#define ODSF_CORE_BASE_BUS_H

#include <stdbool.h>
#include <stddef.h>

struct msg {
	int kind;    /* what it is; the meaning is its users' */
	bool latest; /* replaces an unread one of the same kind: progress, of which only the newest counts */
	void *payload;
	void (*release)(void *payload); /* frees the payload where nobody takes it; NULL: nothing to free */
};

struct bus;

struct bus *bus_new(size_t capacity);
/* No thread may post any more. What was not taken is released. */
void bus_free(struct bus **bus);

int bus_fd(const struct bus *bus); /* readable while anything waits; never read it */

/* Any thread. Blocks while the bus is full, for results are never dropped; a `latest` message that finds an older one
 * of its kind takes its place instead. After bus_close() the message is released at once. */
void bus_post(struct bus *bus, struct msg m);

bool bus_take(struct bus *bus, struct msg *m); /* one thread only, never blocks; false when nothing waits */
void bus_close(struct bus *bus);               /* wakes whoever blocks in bus_post() */

/* Releases the payload of a message that was taken and is of no use. */
void msg_release(struct msg *m);

#endif
