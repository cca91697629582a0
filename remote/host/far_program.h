/* far_program.h -- the program of the far side, and the command line that runs it on an instance. */
#ifndef ODSF_REMOTE_HOST_FAR_PROGRAM_H
#define ODSF_REMOTE_HOST_FAR_PROGRAM_H

#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/pair/host.h"

#define FAR_INSTALLED "/usr/local/lib/ods-failover/far"

/* How it is run there; found out at the first contact of a connection. */
enum far_way {
	FAR_WAY_UNKNOWN,
	FAR_WAY_ROOT,      /* the login is root: handed over with each call */
	FAR_WAY_INSTALLED, /* sudo allows exactly the installed one */
	FAR_WAY_SUDO,      /* sudo allows a shell: handed over with each call */
};

struct far_program {
	char *text;
	size_t len;
	char sha256[65];
};

/* Reads our copy. RC_CONFIG when it is not where it was installed. */
MUST_CHECK enum rc far_program_load(struct far_program *p, const char *path, struct err *e);
void far_program_clear(struct far_program *p);

/* The command line of @q, every word quoted; ended on the far side after @seconds. With the ways that hand it over, the
 * program has to come first on standard input. @conf: conf.xml of the instance; NULL for its default. */
void far_program_command(struct buf *out, enum far_way way, const struct far_program *p, const char *conf,
                         const struct far_call *q, int seconds);

#endif
