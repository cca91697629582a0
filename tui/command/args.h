/* args.h -- the command line, read by the tables of options and commands. */
#ifndef ODSF_TUI_COMMAND_ARGS_H
#define ODSF_TUI_COMMAND_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

struct command;

enum { MAX_OVERRIDES = 32 };

struct args {
	/* For every command. */
	bool help, version, json, no_input;
	const char *config_file, *pair;
	bool replay;            /* a recorded pair instead of hosts */
	const char *replay_dir; /* NULL: the one that comes with the program */
	const char *manual;     /* prints a generated part of the manual; for its test */
	/* For some. */
	bool yes, kill_hung, install, instances;
	const char *to, *plan, *confirm, *reason, *until;
	const char *file, *files, *server, *origin, *at, *keys, *theme;
	const char *overrides[MAX_OVERRIDES + 1]; /* NULL-terminated */
	size_t override_count;

	const struct command *command; /* NULL: none was named: the console */
	char **words;                  /* what follows the command and is no option; borrowed from argv */
	size_t word_count;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST, OPTION_MAYBE /* a value only behind '=' */ };

struct option_row {
	const char *name;   /* "--to" */
	const char *letter; /* "-c", instead of a name; NULL for none */
	const char *value;  /* "INSTANCE"; NULL for a flag */
	enum option_kind kind;
	size_t offset;   /* of what it sets in struct args */
	bool everywhere; /* for every command, before its name as well */
	bool hidden;
	const char *means; /* for help and manual */
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Reads argv[1..]; RC_USAGE with one sentence and the nearest name. Behind a command that takes everything (range) all
 * words are kept as they are. @argv is put in another order and must outlive @a. */
MUST_CHECK enum rc args_parse(struct args *a, int argc, char **argv, struct err *e);

/* Whether @command takes @option: those for every command too. */
bool command_takes(const struct command *command, const struct option_row *option);

/* The name of @names (@count) that @word was perhaps meant to be; NULL when none is near. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

#endif
