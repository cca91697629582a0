#include "tests/support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool golden(const char *dir, const char *name, const char *text)
{
	char path[4096], *want = NULL;
	size_t cap = 0, len = strlen(text);
	bool same;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.screen", dir, name);
	if (getenv("ODSF_UPDATE") != NULL) {
		f = fopen(path, "w");
		same = f != NULL && fwrite(text, 1, len, f) == len;
		return f != NULL && fclose(f) == 0 && same;
	}
	f = fopen(path, "r");
	if (f != NULL && getdelim(&want, &cap, '\0', f) < 0) {
		free(want);
		want = NULL;
	}
	if (f != NULL)
		fclose(f);
	same = want != NULL && strcmp(want, text) == 0;
	if (!same)
		fprintf(stderr, "%s differs; it is now:\n%s", path, text);
	free(want);
	return same;
}
