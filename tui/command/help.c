#include "tui/command/help.h"

#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/str.h"
#include "tui/command/say.h"

enum { NAME_COLUMN = 2, TEXT_COLUMN = 24 };

/* "  NAME      text, wrapped"; a long name has a line of its own. */
static void row(const char *name, const char *text)
{
	int columns = str_columns(name);

	if (NAME_COLUMN + columns + 1 > TEXT_COLUMN)
		printf("%*s%s\n%*s", NAME_COLUMN, "", name, TEXT_COLUMN, "");
	else
		printf("%*s%s%*s", NAME_COLUMN, "", name, TEXT_COLUMN - NAME_COLUMN - columns, "");
	print_wrapped(stdout, text, TEXT_COLUMN, TEXT_COLUMN);
}

static void option(const struct option_row *o)
{
	struct buf name = { 0 };

	if (o->letter != NULL)
		buf_addf(&name, "%s, ", o->letter);
	buf_adds(&name, o->name);
	if (o->kind == OPTION_MAYBE)
		buf_addf(&name, "[=%s]", o->value);
	else if (o->value != NULL)
		buf_addf(&name, " %s", o->value);
	row(buf_str(&name), o->means);
	buf_free(&name);
}

static void options(const struct command *c, bool everywhere)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (!option_rows[i].hidden && option_rows[i].everywhere == everywhere &&
		    command_takes(c, &option_rows[i]))
			option(&option_rows[i]);
}

void help_program(void)
{
	puts("usage: ods-failover [-c FILE] [-p PAIR] [COMMAND [ARGUMENT ...]]\n\n"
	     "Without a command it opens the console on the pair, read-only until armed.\n");
	for (size_t i = 0; i < command_count; i++)
		row(commands[i].name, commands[i].summary);
	puts("\nFor every command:\n");
	options(NULL, true);
	puts("\nods-failover COMMAND --help says more. Facts go to standard output, messages to\n"
	     "standard error. See ods-failover(8) and failover.xml(5).");
}

void help_command(const struct command *c)
{
	printf("usage: ods-failover %s%s", c->name, c->usage[0] != '\0' ? " " : "");
	print_wrapped(stdout, c->usage, 8, 21 + (int)strlen(c->name));
	(void)fputs("\n", stdout);
	print_wrapped(stdout, c->text, 0, 0);
	if (c->options[0] != '\0') {
		puts("");
		options(c, false);
	}
	puts("\nFor every command:\n");
	options(c, true);
}
