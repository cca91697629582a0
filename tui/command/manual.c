#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/pair/config_check.h"
#include "core/pair/finding.h"
#include "tui/command/help.h"
#include "tui/console/action.h"

/* mdoc takes a dot or an apostrophe at the beginning of a line for a request, and a backslash for an escape. */
static void text(const char *s)
{
	bool begins = true;

	for (; *s != '\0'; s++) {
		if (begins && (*s == '.' || *s == '\''))
			(void)fputs("\\&", stdout);
		if (*s == '\\')
			(void)fputs("\\e", stdout);
		else if (*s == '"')
			(void)fputs("\\(dq", stdout);
		else if (strncmp(s, "…", strlen("…")) == 0) {
			(void)fputs("...", stdout);
			s += strlen("…") - 1;
		} else
			putchar(*s);
		begins = *s == '\n';
	}
}

/* One sentence a line, as mdoc wants it. */
static void sentences(const char *s)
{
	while (*s != '\0') {
		const char *end = strstr(s, ". ");
		size_t n = end != NULL ? (size_t)(end - s) + 1 : strlen(s);
		char line[512];

		(void)snprintf(line, sizeof line, "%.*s", (int)n, s);
		text(line);
		putchar('\n');
		s += n;
		s += strspn(s, " ");
	}
}

static void one_option(const struct option_row *o)
{
	printf(".It ");
	if (o->letter != NULL)
		printf(o->value != NULL ? "Fl %s Ar %s , " : "Fl %s , ", o->letter + 1, o->value);
	printf("Fl \\-%s", o->name + 2);
	if (o->kind == OPTION_MAYBE)
		printf(" Ns Op = Ns Ar %s", o->value);
	else if (o->value != NULL)
		printf(" Ar %s", o->value);
	putchar('\n');
	sentences(o->means);
}

static void list_options(const struct command *c, bool everywhere)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < option_row_count; i++)
		if (!option_rows[i].hidden && option_rows[i].everywhere == everywhere &&
		    command_takes(c, &option_rows[i]))
			one_option(&option_rows[i]);
	puts(".El");
}

static void commands_part(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &commands[i];

		printf(".It Cm %s", c->name);
		if (c->usage[0] != '\0') {
			printf(" No ");
			text(c->usage);
		}
		putchar('\n');
		sentences(c->text);
		if (c->options[0] != '\0')
			list_options(c, false);
	}
	puts(".El");
}

static void options_part(void)
{
	list_options(NULL, true);
}

struct status_row {
	int status;
	const char *means;
};

static const struct status_row statuses[] = {
	{ 0, "Done, or all is well." },
	{ 1, "A warning, or differences found." },
	{ 2, "No-go: a finding says stop." },
	{ 3, "Unknown: something could not be observed, which is never good." },
	{ 4,
	  "Refused: the lease is held by another, the plan is no longer true, not fenced, read-only, not confirmed." },
	{ 5, "Stopped midway, resumable." },
	{ 6, "Done with issues." },
	{ 64, "Bad usage." },
	{ 70, "Internal error." },
	{ 78, "Bad configuration." },
	{ 130, "Interrupted." },
};

static void statuses_part(void)
{
	puts(".Bl -tag -width 130");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		printf(".It %d\n", statuses[i].status);
		sentences(statuses[i].means);
	}
	puts(".El");
}

static void elements_part(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < config_element_count; i++) {
		const struct config_element *el = &config_elements[i];

		printf(".It Sy %s", el->name);
		for (size_t k = 0; k < 2 && el->attributes[k] != NULL; k++)
			printf(" Va %s Ns =", el->attributes[k]);
		putchar('\n');
		if (el->parent != NULL) {
			printf("In %s", el->parent);
			printf(el->max == 0   ? ", any number%s.\n"
			       : el->min == 0 ? ", optional%s.\n"
			       : el->min == 2 ? ", two%s.\n"
			                      : ", one%s.\n",
			       el->max == 0 && el->min > 0 ? " from one on" : "");
		}
		sentences(el->means);
		for (size_t k = 0; k < 2 && el->attributes[k] != NULL; k++) {
			printf("%s: ", el->attributes[k]);
			text(el->attribute_values[k]->allowed);
			puts(".");
		}
		if (el->value != NULL) {
			(void)fputs("Allowed: ", stdout);
			text(el->value->allowed);
			puts(".");
		}
		if (el->otherwise != NULL) {
			(void)fputs("Otherwise: ", stdout);
			text(el->otherwise);
			puts(".");
		}
	}
	puts(".El");
}

static void print_buf(void (*fill)(struct buf *out))
{
	struct buf b = { 0 };

	fill(&b);
	(void)fputs(buf_str(&b), stdout);
	buf_free(&b);
}

static void findings_part(void)
{
	print_buf(findings_manual);
}

static void keys_part(void)
{
	print_buf(actions_manual);
}

struct part {
	const char *name;
	void (*print)(void);
};

static const struct part parts[] = {
	{ "commands", commands_part }, { "options", options_part },   { "statuses", statuses_part },
	{ "elements", elements_part }, { "findings", findings_part }, { "keys", keys_part },
};

bool manual_section(const char *section)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].name, section) == 0) {
			parts[i].print();
			return true;
		}
	return false;
}
