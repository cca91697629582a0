/* Any failover.xml: refused with a sentence, or read into a configuration that holds what its users rely on. */
#include <stdlib.h>

#include "core/pair/config.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *c = NULL;
	struct err e = { 0 };
	enum rc rc = config_load(&c, scratch_file(data, size), SOURCE_DIR "/core/pair/failover.rng", &e);

	if (rc != RC_OK && (rc != RC_CONFIG || e.text[0] == '\0'))
		abort();
	if (rc == RC_OK) {
		if (c->pair_count == 0)
			abort();
		for (size_t i = 0; i < c->pair_count; i++)
			for (size_t k = 0; k < 2; k++)
				if (!c->pairs[i].instance[k].name || !c->pairs[i].instance[k].host ||
				    !c->pairs[i].instance[k].configuration)
					abort();
	}
	config_free(&c);
	return 0;
}
