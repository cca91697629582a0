#include "remote/range/range.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/data.h"
#include "core/base/mem.h"

enum { EXIT_INTERNAL = 70 };

/* The directory of this program in front of PATH. */
static void put_own_directory_first(void)
{
	const char *path = getenv("PATH");
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash, *wider;

	if (n <= 0)
		return;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	wider = xasprintf("%s:%s", exe, path != NULL ? path : "/usr/sbin:/usr/bin:/sbin:/bin");
	setenv("PATH", wider, 1);
	free(wider);
}

int range_main(const char *script, int argc, char **argv)
{
	char *path = script != NULL ? xstrdup(script) : data_path("range/range.sh");
	char *far = data_path("far");
	char shell[] = "bash";
	char **args = xcalloc((size_t)argc + 3, sizeof *args);

	setenv("ODSF_FAR", far, 0);
	put_own_directory_first();
	args[0] = shell;
	args[1] = path;
	for (int i = 0; i < argc; i++)
		args[i + 2] = argv[i];
	execv("/bin/bash", args);
	fprintf(stderr, "ods-failover: cannot start %s: %s\n", path, strerror(errno));
	free(args);
	free(far);
	free(path);
	return EXIT_INTERNAL;
}
