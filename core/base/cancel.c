#include "core/base/cancel.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/mem.h"

struct cancel {
	atomic_bool raised;
	int fd;
};

struct cancel *cancel_new(void)
{
	struct cancel *c = xcalloc(1, sizeof *c);

	c->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return c;
}

void cancel_free(struct cancel **c)
{
	if (*c == NULL)
		return;
	if ((*c)->fd >= 0)
		close((*c)->fd);
	free(*c);
	*c = NULL;
}

void cancel_raise(struct cancel *c)
{
	uint64_t one = 1;

	atomic_store(&c->raised, true);
	if (write(c->fd, &one, sizeof one) < 0)
		return;
}

void cancel_reset(struct cancel *c)
{
	uint64_t n;

	atomic_store(&c->raised, false);
	if (read(c->fd, &n, sizeof n) < 0)
		return;
}

bool cancel_raised(const struct cancel *c)
{
	return c != NULL && atomic_load(&c->raised);
}

int cancel_fd(const struct cancel *c)
{
	return c != NULL ? c->fd : -1;
}
