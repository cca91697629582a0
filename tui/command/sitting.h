/* sitting.h -- what a command that looks at the pair works with: the configuration, both hosts, name servers. */
#ifndef ODSF_TUI_COMMAND_SITTING_H
#define ODSF_TUI_COMMAND_SITTING_H

#include "core/pair/board.h"
#include "tui/command/command.h"
#include "tui/command/terminal.h"

struct sitting {
	struct config *config;
	const struct pair_config *pair;
	struct host *hosts[2];
	struct resolver *resolver;
	struct cancel *cancel; /* raised by Ctrl-C; lives as long as the program */
	struct terminal *terminal;
	bool recording;      /* hosts of a recording: nothing can be changed */
	int64_t recorded_at; /* epoch; 0: not known, or no recording */
	char *replay_dir;    /* of the recording; NULL: none */
};

/* Reads the configuration, chooses the pair, makes hosts (no connection yet). RC_CONFIG, RC_USAGE; RC_BLOCKED where the
 * file belongs to a training range and this is not its desk. Close with sitting_close() whatever came. */
MUST_CHECK enum rc sitting_open(struct sitting *s, const struct args *args, const struct ports *ports, struct err *e);
void sitting_close(struct sitting *s);

/* The same on a zeroed @s with questions put to @ask, and no interrupt caught: the console has its own ways for both.
 */
MUST_CHECK enum rc sitting_connect(struct sitting *s, const struct args *args, const struct ports *ports,
                                   const struct ask_port *ask, struct err *e);

/* Only the configuration and the pair: for what needs no host. */
MUST_CHECK enum rc sitting_pair(struct sitting *s, const struct args *args, struct err *e);

/* The board now, for a run of @kind. NULL, with the sentence, when it was interrupted. The caller's reference. */
struct board *sitting_observe(struct sitting *s, enum run_kind kind, struct err *e);

/* How long runs of @kind took here, out of the journal; zero when there is none. */
struct measured sitting_measured(const struct sitting *s, enum run_kind kind);

/* Where the zones of instances are kept; NULL: nowhere, and of a recording. Caller frees. */
char *sitting_zone_dir(const struct sitting *s);

/* RC_BLOCKED where @path belongs to a training range whose desk this is not. */
MUST_CHECK enum rc sitting_at_desk(const char *path, struct err *e);

/* "INSTANCE was not observed: why", on stderr. */
void say_unobserved(const struct board *b, int index);

/* RC_USAGE, with what there is, when a word names no KIND. No word: switchover. */
MUST_CHECK enum rc sitting_kind(const struct args *args, enum run_kind *kind, struct err *e);

#endif
