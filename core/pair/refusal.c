#include "core/pair/refusal.h"

#include <string.h>

/* The findings that say "shown, not carried out yet". */
static const char *const unsupported[] = {
	"mode-unsupported", "datastore-unsupported", "adapter-unsupported", "hsm-unsupported", "paths-differ",
};

static bool refuses(const struct finding *f)
{
	for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
		if (f->severity != SEV_OK && strcmp(f->id, unsupported[i]) == 0)
			return true;
	return false;
}

size_t board_refusals(const struct board *b, enum run_kind kind, struct arena *arena, const char ***sentences)
{
	size_t count = 0;

	(void)kind;
	*sentences = arena_alloc(arena, (b->finding_count + 1) * sizeof **sentences);
	for (size_t i = 0; i < b->finding_count; i++)
		if (refuses(&b->findings[i]))
			(*sentences)[count++] = arena_strdup(arena, b->findings[i].text);
	return count;
}
