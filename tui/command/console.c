#include "tui/console/console.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/pair/ask.h"
#include "tui/command/command.h"
#include "tui/command/say.h"
#include "tui/command/sitting.h"
#include "tui/console/asker.h"

int command_console(const struct args *args, const struct ports *ports)
{
	struct console_asker *asker;
	struct sitting s = { 0 };
	struct err e = { 0 };
	char *journal = NULL;
	int status;

	/* Before the hosts' threads start: they leave the signals to the console. */
	console_block_signals();
	asker = console_asker_new();
	if (sitting_connect(&s, args, ports, console_ask_port(asker), &e) != RC_OK) {
		status = say_error(&e);
	} else {
		/* What ran on this machine is not the recorded pair's. */
		journal = s.recording ? xasprintf("%s/journal.db", s.replay_dir) : NULL;
		struct console_args console = {
			.pair = s.pair,
			.hosts = { s.hosts[0], s.hosts[1] },
			.resolver = s.resolver,
			.theme = args->theme,
			.journal_path = journal,
			.recording = s.recording,
			.recorded_at = s.recorded_at,
			.asker = asker,
		};

		status = console_run(&console, &e);
		if (e.rc != RC_OK)
			(void)say_error(&e);
	}
	sitting_close(&s);
	console_asker_free(&asker);
	free(journal);
	return status;
}
