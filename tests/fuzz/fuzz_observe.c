/* What the far side's "observe" says of a host: an observation comes of it, whatever stands in it. */
#include <stdlib.h>

#include "core/pair/observation.h"
#include "tests/fuzz/scratch.h"

static char name[] = "alpha", host[] = "192.0.2.10", configuration[] = "/etc/opendnssec/conf.xml";
static const struct instance_config alpha = { .name = name, .host = host, .configuration = configuration };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct far_answer a;
	struct observation *o;
	struct err e = { 0 };

	/* One that was cut short is observed as far as it came. */
	(void)far_parse(&a, "observe", (const char *)data, size, &e);
	o = observation_parse(&alpha, &a, 1795538309000, 1795538310000);
	for (size_t i = 0; i < o->zone_count; i++)
		if (!o->zones[i].name || observation_zone(o, o->zones[i].name) == NULL)
			abort();
	for (size_t i = 0; i < o->key_count; i++)
		if (!o->keys[i].cka_id)
			abort();
	observation_unref(&o);
	far_answer_clear(&a);
	return 0;
}
