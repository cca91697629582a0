/* fixture.h -- files of tests/fixtures, whole. */
#ifndef ODSF_TESTS_SUPPORT_FIXTURE_H
#define ODSF_TESTS_SUPPORT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"

/* The octets of tests/fixtures/@name, to be freed with buf_free(); ends the program when it cannot be read. */
static inline struct buf fixture(const char *name)
{
	struct buf path = { 0 }, b = { 0 };
	char block[4096];
	size_t n;
	FILE *f;

	buf_addf(&path, SOURCE_DIR "/tests/fixtures/%s", name);
	f = fopen(buf_str(&path), "re");
	if (!f) {
		perror(buf_str(&path));
		exit(70);
	}
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(&b, block, n);
	(void)fclose(f);
	buf_free(&path);
	return b;
}

#endif
