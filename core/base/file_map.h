/* file_map.h -- a part of a file as memory: its octets need not be copied, which is most of what reading costs. Where
 * the file got shorter meanwhile, or its disk fails, the kernel ends a process that looks there (SIGBUS, mmap(2)): here
 * the octets are zero instead, and file_map_lost() tells. */
#ifndef ODSF_CORE_BASE_FILE_MAP_H
#define ODSF_CORE_BASE_FILE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_map {      /* zero-initialised is none */
	const char *p; /* the octet at the offset that was asked for; NULL: none */
	size_t len;
	void *base; /* its page */
	size_t room;
	unsigned slot;
};

/* Octets [@offset, @offset + @len) of the regular file @fd, which may be closed meanwhile; they are brought in at once.
 * Any thread. False: that cannot be had (a file system without it; too many at a time), and the file is to be read.
 * Whoever takes SIGBUS behind it is called before it; it takes the signal again with the next one. */
bool file_map_open(struct file_map *m, int fd, uint64_t offset, size_t len);
/* Some of it could not be read: what was seen behind the first such page is zero. */
bool file_map_lost(const struct file_map *m);
/* Of none: nothing. */
void file_map_close(struct file_map *m);

#endif
