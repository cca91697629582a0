#include "tui/command/command.h"

/* clang-format off */
const struct command commands[] = {
	{ "verify", "--file FILE [--at TIME] [--keys FILE]", "Verify a signed zone file.",
	  "Verifies every signature, the keys and the denial chain of a whole zone file, now or as of TIME; the origin is the "
	  "SOA's owner. With --keys, DNSKEY and DS records as zone text, against what caches hold. No pair is needed. "
	  "Returns 0 when it verifies, 2 when it does not, 3 when it cannot be read, parsed, or is cut short.",
	  "--file --at --keys", 0, 0, false, command_verify },
	{ "journal", "[RUN]", "The record of runs.",
	  "Lists the runs that this machine knows, newest first; with RUN, or the beginning of its id, every entry of it, and "
	  "whether the chain of digests is whole. -p PAIR chooses those of a pair.",
	  "", 0, 1, false, command_journal },
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
