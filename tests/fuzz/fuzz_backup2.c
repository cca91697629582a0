/* A signer's state file, whole or cut: never complete without its trailer. */
#include <stdlib.h>
#include <string.h>

#include "core/opendnssec/backup2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char trailer[] = ";OpenDNSSEC-backup-v3\n";
	size_t n = sizeof trailer - 1;
	struct backup2 b = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	enum rc rc = backup2_parse(&b, &a, "file", (const char *)data, size, &e);

	if (rc == RC_OK && b.complete && (size < n || memcmp(data + size - n, trailer, n) != 0))
		abort();
	arena_free(&a);
	return 0;
}
