#include "tests/fuzz/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/mem.h"

static void write_whole(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0)
			abort();
		p += n;
		size -= (size_t)n;
	}
}

const char *scratch_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	write_whole(fd, data, size);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

static char *made; /* removed when the process ends by itself */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_made(void)
{
	(void)nftw(made, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(made);
}

char *scratch_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	made = xasprintf("%s/odsf-fuzz-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(made) == NULL || atexit(remove_made) != 0)
		abort();
	return xstrdup(made);
}

void scratch_write(const char *dir, const char *name, const void *data, size_t size)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		abort();
	write_whole(fd, data, size);
	(void)close(fd);
	free(path);
}
