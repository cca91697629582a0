#include "core/base/file_map.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 64 };

/* A handler can reach nothing else than what is static. */
static struct slot {
	atomic_bool taken, lost;
	_Atomic(char *) from; /* NULL: not yet */
	atomic_size_t room;
} slots[SLOTS];
static pthread_mutex_t taking = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before; /* whose signal it was; written before ours is in its place */
static atomic_size_t page;

static void on_bus(int number, siginfo_t *info, void *context)
{
	char *at = info->si_addr;
	int sys = errno;

	(void)context;
	at -= (uintptr_t)at & (atomic_load(&page) - 1);
	for (size_t i = 0; i < SLOTS; i++) {
		char *from = atomic_load(&slots[i].from);
		size_t room = atomic_load(&slots[i].room), gone = (uintptr_t)at - (uintptr_t)from;

		if (from == NULL || gone >= room)
			continue;
		/* Only a system call, though no list names it as safe here. */
		if (mmap(at, room - gone, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			break;
		atomic_store(&slots[i].lost, true);
		errno = sys;
		return;
	}
	/* It comes again at once, to whom it belongs. */
	(void)sigaction(number, &before, NULL);
	errno = sys;
}

static bool is_ours(const struct sigaction *action)
{
	return (action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction == on_bus;
}

static void take_signal(void)
{
	struct sigaction now, ours = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };

	if (sigaction(SIGBUS, NULL, &now) == 0 && is_ours(&now))
		return;
	(void)pthread_mutex_lock(&taking);
	if (sigaction(SIGBUS, NULL, &now) == 0 && !is_ours(&now)) {
		before = now;
		sigemptyset(&ours.sa_mask);
		(void)sigaction(SIGBUS, &ours, NULL);
	}
	(void)pthread_mutex_unlock(&taking);
}

static unsigned take_slot(void)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (!atomic_exchange(&slots[i].taken, true))
			return i;
	return SLOTS;
}

bool file_map_open(struct file_map *m, int fd, uint64_t offset, size_t len)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE), lead = (size_t)(offset & (size - 1));
	unsigned slot = take_slot();
	void *base;

	if (slot == SLOTS)
		return false;
	atomic_store(&page, size);
	take_signal();
	base = mmap(NULL, lead + len, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, (off_t)(offset - lead));
	if (base == MAP_FAILED) {
		atomic_store(&slots[slot].taken, false);
		return false;
	}
	atomic_store(&slots[slot].lost, false);
	atomic_store(&slots[slot].room, lead + len);
	atomic_store(&slots[slot].from, base);
	*m = (struct file_map){ (const char *)base + lead, len, base, lead + len, slot };
	return true;
}

bool file_map_lost(const struct file_map *m)
{
	return m->p != NULL && atomic_load(&slots[m->slot].lost);
}

void file_map_close(struct file_map *m)
{
	if (m->p == NULL)
		return;
	atomic_store(&slots[m->slot].from, NULL);
	(void)munmap(m->base, m->room);
	atomic_store(&slots[m->slot].taken, false);
	*m = (struct file_map){ 0 };
}
