#include "core/base/data.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

/* Levels to go up from the program's own directory: installed (bin), build tree (top), tests (tests/unit). */
static const char *const roots[] = { "/../share/ods-failover", "/share/ods-failover", "/../../share/ods-failover" };

char *data_path(const char *relative)
{
	const char *named = getenv("ODSF_DATA");
	char exe[PATH_MAX];
	ssize_t n;
	char *slash;

	if (named != NULL && named[0] == '/')
		return xasprintf("%s/%s", named, relative);
	n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		char *root = xasprintf("%s%s", exe, roots[i]);
		char *path = xasprintf("%s/%s", root, relative);
		int found = access(path, F_OK);

		free(root);
		if (found == 0)
			return path;
		free(path);
	}
	return xasprintf("%s%s/%s", exe, roots[0], relative);
}
