#include "core/zone/zone_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum rc zone_file_open(struct zscan *s, const char *path, const char *origin, struct cancel *c, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), sys = errno;
	enum rc rc;

	memset(s, 0, sizeof *s);
	s->source.fd = s->source.spool = -1;
	s->source.name = path;
	if (fd < 0)
		return source_fault(&s->source, e, 0, NULL, 0, "%s", strerrordesc_np(sys));
	rc = source_fd(&s->source, fd, path, c, e);
	s->source.fd = fd;
	if (rc == RC_OK)
		rc = source_spool(&s->source, e);
	if (rc == RC_OK)
		rc = scan_start(s, origin, e);
	return rc;
}

void zone_file_close(struct zscan *s)
{
	int fd = s->source.fd;

	scan_clear(s);
	if (fd >= 0)
		close(fd);
}
