/* range: all behind the word belongs to the range's own script. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/command/command.h"
#include "tui/command/help.h"
#include "tui/command/say.h"

int command_range(const struct args *args, const struct ports *ports)
{
	static char json[] = "--json";
	const char *verb = args->word_count > 0 ? args->words[0] : "";
	bool enters = strcmp(verb, "enter") == 0;
	char **words;
	size_t n = args->word_count;
	int status;

	if (args->help || strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 ||
	    (!enters && n == 2 && (strcmp(args->words[1], "--help") == 0 || strcmp(args->words[1], "-h") == 0))) {
		help_command(args->command);
		return 0;
	}
	if (n == 0)
		return say_refusal(rc_exit_code(RC_USAGE),
		                   "usage: ods-failover range up|down|status|enter [COMMAND ...]",
		                   "range needs a word: up, down, status or enter");
	words = xcalloc(n + 2, sizeof *words);
	memcpy(words, args->words, n * sizeof *words);
	if (args->json && !enters)
		words[n++] = json;
	status = ports->range((int)n, words);
	free(words);
	return status;
}
