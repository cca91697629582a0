/* Whatever a host prints: the frame parser must neither crash nor read outside of it. */
#include <stdlib.h>

#include "core/pair/far.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct far_answer a;
	struct err e = { 0 };
	enum rc rc = far_parse(&a, "observe", (const char *)data, size, &e);

	if ((rc == RC_OK) != (a.status >= 0) || !a.sentence)
		abort();
	for (size_t i = 0; i < a.section_count; i++) {
		if (a.sections[i].text[a.sections[i].len] != '\0')
			abort();
	}
	far_answer_clear(&a);
	return 0;
}
