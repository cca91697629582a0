#include "tui/command/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"

enum rc file_whole(const char *path, struct buf *b, struct err *e)
{
	struct buf shown = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), sys;
	ssize_t n = -1;

	while (fd >= 0) {
		char part[65536];

		n = read(fd, part, sizeof part);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(b, part, (size_t)n);
	}
	sys = errno;
	if (fd >= 0)
		close(fd);
	if (n == 0)
		return RC_OK;
	str_escape(&shown, path, strlen(path), 120);
	(void)err_set(e, RC_PARSE, "%s: %s", buf_str(&shown), strerrordesc_np(sys));
	buf_free(&shown);
	return RC_PARSE;
}
