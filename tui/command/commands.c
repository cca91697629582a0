#include "tui/command/command.h"

/* clang-format off */
const struct command commands[] = {
	{ "config", "check", "Check failover.xml.",
	  "Reads failover.xml, validates it and says what it holds; no host is touched. A file that is not valid is refused "
	  "with file, line and what is allowed there.",
	  "", 1, 1, false, command_config },
	{ "range", "up|down|status|enter [COMMAND ...]", "The training range on this machine.",
	  "Raises a pair of real instances in namespaces of this machine, on a network with no way out; no other machine is "
	  "touched. It needs root. up prints the path of the range's failover.xml last; status says what stands; enter runs "
	  "a command, or a shell, at its operator's desk, the only place from which the range can be reached; down takes "
	  "everything away.",
	  "", 0, -1, true, command_range },
};
/* clang-format on */
const size_t command_count = sizeof commands / sizeof *commands;
