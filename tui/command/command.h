/* command.h -- what a headless command is, and what it works with. The table in commands.c is what the parser, the
 * help, the manual and the tests go by. */
#ifndef ODSF_TUI_COMMAND_COMMAND_H
#define ODSF_TUI_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/pair/ask.h"
#include "core/pair/config.h"
#include "core/pair/host.h"
#include "core/pair/resolver.h"
#include "tui/command/args.h"

/* What only tui/main.c can give, because tui and remote do not know each other. */
struct ports {
	/* A host for @config that asks by @ask. Makes no connection yet; never fails. The caller closes it. */
	struct host *(*host)(const struct instance_config *config, const struct ask_port *ask);
	struct resolver *(*resolver)(void); /* the caller frees */
	/* The recorded pair of directory @dir, and when it was recorded (epoch; 0: it does not say). From here on the
	 * clock of the program stands at that time. All is the caller's to close and free. */
	enum rc (*recording)(const char *dir, struct config **config, struct host *hosts[2], struct resolver **resolver,
	                     int64_t *at, struct err *e);
	int (*range)(int argc, char **argv); /* does not return when all is well */
};

/* Returns the exit status; sentences are on stderr by then. */
typedef int (*command_fn)(const struct args *args, const struct ports *ports);

struct command {
	const char *name;
	const char *usage;        /* its arguments: "KIND [--to INSTANCE]" */
	const char *summary;      /* one line */
	const char *text;         /* for help and manual: what it does, prints and returns; several sentences */
	const char *options;      /* names, blank-separated, beside those for every command */
	int min_words, max_words; /* max -1: any number */
	bool takes_all;           /* all that follows is handed on unread */
	command_fn run;
};

extern const struct command commands[];
extern const size_t command_count;

/* NULL when there is none of that name. */
const struct command *command_by_name(const char *name);

/* No command: the console on the pair. */
int command_console(const struct args *args, const struct ports *ports);
int command_status(const struct args *args, const struct ports *ports);
int command_check(const struct args *args, const struct ports *ports);
int command_keys(const struct args *args, const struct ports *ports);
int command_plan(const struct args *args, const struct ports *ports);
int command_run(const struct args *args, const struct ports *ports);
int command_resume(const struct args *args, const struct ports *ports);
int command_undo(const struct args *args, const struct ports *ports);
int command_journal(const struct args *args, const struct ports *ports);
int command_config(const struct args *args, const struct ports *ports);
int command_range(const struct args *args, const struct ports *ports);
int command_doctor(const struct args *args, const struct ports *ports);
int command_diff(const struct args *args, const struct ports *ports);
int command_expiry(const struct args *args, const struct ports *ports);
int command_verify(const struct args *args, const struct ports *ports);

#endif
