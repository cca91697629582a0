#include "tui/command/command.h"

#define RUN_OPTIONS "--yes --kill-hung --confirm --reason --override --until"

/* clang-format off */
const struct command commands[] = {
	{ "status", "", "Both instances, the public name servers, all findings.",
	  "Observes both instances and the public name servers once, and prints everything: slack, instances, findings, zones. "
	  "Changes nothing. Ends as check does.",
	  "", 0, 0, false, command_status },
	{ "check", "[KIND]", "The findings that decide about a run.",
	  "Prints the findings that decide about a run of KIND (otherwise switchover), the worst first, and what to do about "
	  "each. The first line is that of a monitoring plugin, with performance data. Changes nothing.",
	  "", 0, 1, false, command_check },
	{ "keys", "[ZONE ...]", "The key table.",
	  "Prints every key of the zones, or of those named: its state in the enforcer, whether it is backed up, present in the "
	  "HSM of each instance, published, and at the parent. Changes nothing. Ends with 3 when an instance could not be "
	  "observed.",
	  "", 0, -1, false, command_keys },
	{ "plan", "KIND [--to INSTANCE]", "The checklist of a run, rehearsed.",
	  "Prints the steps of a run of KIND with its inputs frozen, each with its reason, its command and what to type by hand; "
	  "tries every login, sudo rule, path and the disk space without effect; and prints the plan's id, and what could not "
	  "be rehearsed. Changes nothing. Ends with 4 where a run would be refused.",
	  "--to", 1, 1, false, command_plan },
	{ "run", "KIND [--to INSTANCE] [--plan ID] [--yes] [--kill-hung] [--confirm NAME] [--reason TEXT] "
	  "[--override FINDING=REASON] [--until STEP]", "Carry out a run.",
	  "Carries it out. Without --yes it asks step by step. A finding that says stop or unknown refuses it before anything is "
	  "done, with 2 or 3; so does, with 4, a --confirm that is missing or wrong, or --no-input without --yes. What was begun "
	  "and stopped ends with 5 and can be resumed or undone.",
	  "--to --plan " RUN_OPTIONS, 1, 1, false, command_run },
	{ "resume", "[RUN] [--yes] [--kill-hung] [--confirm NAME] [--reason TEXT] [--override FINDING=REASON] [--until STEP]",
	  "Go on with a run that stopped.",
	  "Goes on with the run RUN, or the newest that stopped, from this machine or another one: what is not in the journal "
	  "here is read from the instances. Each step first looks whether it is done.",
	  RUN_OPTIONS, 0, 1, false, command_resume },
	{ "undo", "[RUN] [--yes] [--kill-hung] [--reason TEXT]", "Take back a run that stopped.",
	  "Takes back what the run RUN, or the newest that stopped, has done, newest step first. Beyond its point of no return a "
	  "run cannot be taken back.",
	  RUN_OPTIONS, 0, 1, false, command_undo },
	{ "journal", "[RUN] | --instances", "The record of runs.",
	  "Lists the runs that this machine knows, newest first; with RUN, or the beginning of its id, every entry of it, and "
	  "whether the chain of digests is whole. -p PAIR chooses those of a pair. With --instances both instances of the pair "
	  "are asked as well, and the runs listed whose journals are mirrored there, be they of another machine: resume and undo "
	  "find these. Returns 3 when one of them did not say.",
	  "--instances", 0, 1, false, command_journal },
	{ "diff", "[ZONE ...] | --files A B [--origin NAME] | --server ADDRESS [ZONE ...] | --server ADDRESS --file FILE ZONE",
	  "What differs between two signings of a zone.",
	  "Compares the signed files of the two instances, of all zones or of those named, or any two zone files, by what they "
	  "mean, whatever their order and layout, and says what differs in five bands: data (what the unsigned zone says, TTLs "
	  "included), keys, coverage (what is signed, by which keys), denial (NSEC and NSEC3), and timing (times and octets of "
	  "signatures, the serial), in which two signings of a zone always differ. With --server it compares what the active has "
	  "signed, or with --file a zone file, in which relative names stand under ZONE, with what that name server gives. A file "
	  "of an instance is kept on this machine and fetched again only when it changed there. A standby that has no signed file "
	  "of a zone (cold: its signer has not run since the last copy) is said as such: there is nothing to compare yet. Changes "
	  "nothing. Returns 0 when all are equal but for timing, 1 when one differs, 3 when one could not be compared: it is not "
	  "there, cannot be read, transferred, parsed, or is cut short.",
	  "--files --origin --server --file", 0, -1, false, command_diff },
	{ "expiry", "[ZONE ...] | --file FILE [--origin NAME] | --server ADDRESS ZONE ...", "When the signatures of a zone run out.",
	  "Prints the first signature to expire, its owner and type, how many expire when, how many have expired or are not valid "
	  "yet, and the RRsets that have no signature by an algorithm of the zone's keys: of the active's signed files, of all "
	  "zones or of those named, or of any zone file, a pipe too, or of what a name server serves. Of a pair's zones also how "
	  "many signatures have less left than the policy lets them have (Refresh less Resign). Changes nothing. Returns 0 when "
	  "all could be read, 3 when one cannot be read, transferred, parsed, or is cut short.",
	  "--file --origin --server", 0, -1, false, command_expiry },
	{ "verify", "[ZONE ...] | --file FILE | --server ADDRESS ZONE ... [--at TIME] [--keys FILE]", "Verify signed zones.",
	  "Verifies every signature, the keys and the denial chain of whole zones, now or as of TIME: of what both instances have "
	  "signed, of all zones or of those named, or of any zone file, whose origin is the SOA's owner, or of what a name server "
	  "serves. With --keys, DNSKEY and DS records as zone text, against what caches hold; without, a zone of the pair with a "
	  "configured Parent against the DS that this gives. Changes nothing. Returns 0 when all verify, 2 when one does not, 3 "
	  "when one cannot be read, transferred, parsed, or is cut short, or the DS of its Parent are not known.",
	  "--file --server --at --keys", 0, -1, false, command_verify },
	{ "doctor", "[--install]", "What the hosts need, tried.",
	  "Logs in to both instances, tries sudo and the program of the far side, lists the tools that are missing there and the "
	  "packages that bring them, and prints a sudoers file for the login, and what root types to install that program. "
	  "Changes nothing, unless --install is given.",
	  "--install", 0, 0, false, command_doctor },
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
