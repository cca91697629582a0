/* The signer's state file, whole, cut short or of another form. */
#include <stdlib.h>

#include "core/opendnssec/backup2.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct backup2 b;
	struct err e = { 0 };
	enum rc rc = backup2_parse(&b, &a, "example.org.backup2", (const char *)data, size, &e);

	if (rc != RC_OK && (rc != RC_PARSE || e.text[0] == '\0'))
		abort();
	if (rc == RC_OK && (!b.zone || !b.serial_mode))
		abort();
	for (size_t i = 0; i < b.key_count; i++)
		if (!b.keys[i].locator)
			abort();
	arena_free(&a);
	return 0;
}
