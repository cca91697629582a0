#include "tui/command/args.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/command/command.h"

#define AT(member) offsetof(struct args, member)

/* clang-format off */
const struct option_row option_rows[] = {
	{ "--config", "-c", "FILE", OPTION_TEXT, AT(config_file), true, false, "The failover.xml to use." },
	{ "--pair", "-p", "PAIR", OPTION_TEXT, AT(pair), true, false, "The pair, where the file has several." },
	{ "--json", NULL, NULL, OPTION_FLAG, AT(json), true, false, "Print facts as JSON." },
	{ "--no-input", NULL, NULL, OPTION_FLAG, AT(no_input), true, false,
	  "Never ask: a question becomes a refusal." },
	{ "--replay", NULL, "DIR", OPTION_MAYBE, AT(replay_dir), true, false,
	  "Use a recorded pair instead of hosts: that of DIR, or the one that comes with the program. It is shown as of the time "
	  "of the recording; nothing can be changed." },
	{ "--help", "-h", NULL, OPTION_FLAG, AT(help), true, false, "Say what can be typed, and end." },
	{ "--version", NULL, NULL, OPTION_FLAG, AT(version), true, false, "Print the version, and end." },
	{ "--manual", NULL, "SECTION", OPTION_TEXT, AT(manual), true, true, "Print a generated part of the manual." },
	{ "--theme", NULL, "NAME", OPTION_TEXT, AT(theme), true, false,
	  "The colours of the console: default, light, mono, high-contrast, or another file of the themes." },
	{ "--to", NULL, "INSTANCE", OPTION_TEXT, AT(to), false, false,
	  "The instance that becomes active. Otherwise the standby." },
	{ "--plan", NULL, "ID", OPTION_TEXT, AT(plan), false, false,
	  "Run only what was planned: refused when the plan made now has another id." },
	{ "--yes", NULL, NULL, OPTION_FLAG, AT(yes), false, false, "Approve every step; a failure stops the run." },
	{ "--kill-hung", NULL, NULL, OPTION_FLAG, AT(kill_hung), false, false,
	  "A daemon that hangs as it stops is ended by its pid without asking. With --yes alone the run stops there." },
	{ "--confirm", NULL, "NAME", OPTION_TEXT, AT(confirm), false, false,
	  "The name of the instance that stops being active: needed for steps that have no undo." },
	{ "--reason", NULL, "TEXT", OPTION_TEXT, AT(reason), false, false, "Why; kept in the journal and in the lease." },
	{ "--override", NULL, "FINDING=REASON", OPTION_LIST, AT(overrides), false, false,
	  "Go on in spite of a finding that says stop or unknown, named by its id. May be repeated." },
	{ "--until", NULL, "STEP", OPTION_TEXT, AT(until), false, false, "Stop after that step, resumable." },
	{ "--install", NULL, NULL, OPTION_FLAG, AT(install), false, false,
	  "Put the program of the far side in place on both instances, where the login may use sudo freely." },
	{ "--instances", NULL, NULL, OPTION_FLAG, AT(instances), false, false,
	  "Ask both instances as well which runs they have the mirrored journal of." },
	{ "--file", NULL, "FILE", OPTION_TEXT, AT(file), false, false, "The zone file." },
	{ "--files", NULL, "A", OPTION_TEXT, AT(files), false, false, "The two zone files: this one, and the word that follows." },
	{ "--server", NULL, "ADDRESS", OPTION_TEXT, AT(server), false, false,
	  "The name server whose zones are looked at, whole, by a transfer (AXFR) that it must allow: 192.0.2.53, 2001:db8::53 "
	  "or [ADDRESS]:PORT." },
	{ "--origin", NULL, "NAME", OPTION_TEXT, AT(origin), false, false,
	  "The name that relative names stand under before any $ORIGIN." },
	{ "--at", NULL, "TIME", OPTION_TEXT, AT(at), false, false, "As of that time, YYYY-MM-DDThh:mm:ssZ." },
	{ "--keys", NULL, "FILE", OPTION_TEXT, AT(keys), false, false,
	  "DNSKEY and DS records that caches hold, as zone text." },
};
/* clang-format on */
const size_t option_row_count = sizeof option_rows / sizeof *option_rows;

const struct command *command_by_name(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

bool command_takes(const struct command *command, const struct option_row *option)
{
	size_t len = strlen(option->name);

	if (option->everywhere)
		return true;
	for (const char *p = command != NULL ? command->options : NULL; p != NULL && *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && strncmp(p, option->name, n) == 0)
			return true;
		p += n;
	}
	return false;
}

/* How many letters must be changed, put in, left out or swapped with their neighbour to make @b of @a; both are short.
 */
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t d[3][40];

	if (la >= 40 || lb >= 40)
		return 40;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = d[i % 3], *last = d[(i - 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				const size_t *before = d[(i - 2) % 3];

				best = before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
			}
			now[j] = best;
		}
	}
	return d[la % 3][lb];
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
	const char *best = NULL;
	size_t least = strlen(word) > 4 ? 3 : 2, len = strlen(word);

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(word, names[i]);

		if (len >= 2 && strncmp(word, names[i], len) == 0)
			d = 1;
		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

static enum rc unknown_word(const char *what, const char *word, const char *const *names, size_t count, struct err *e)
{
	const char *near = nearest_name(word, names, count);
	struct buf shown = { 0 };
	enum rc rc;

	str_escape(&shown, word, strlen(word), 60);
	if (near != NULL)
		rc = err_set(e, RC_USAGE, "unknown %s %s; did you mean %s?", what, buf_str(&shown), near);
	else
		rc = err_set(e, RC_USAGE, "unknown %s %s", what, buf_str(&shown));
	buf_free(&shown);
	return rc;
}

static enum rc unknown_command(const char *word, struct err *e)
{
	const char **names = xcalloc(command_count, sizeof *names);
	struct buf list = { 0 };
	enum rc rc;

	for (size_t i = 0; i < command_count; i++) {
		names[i] = commands[i].name;
		buf_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	rc = unknown_word("command", word, names, command_count, e);
	err_hint(e, "commands: %s", buf_str(&list));
	buf_free(&list);
	free(names);
	return rc;
}

static enum rc unknown_option(const struct args *a, const char *word, struct err *e)
{
	const char **names = xcalloc(option_row_count, sizeof *names);
	size_t count = 0, known = 0;
	struct buf name = { 0 };
	enum rc rc;

	for (size_t i = 0; i < option_row_count; i++)
		if (!option_rows[i].hidden && command_takes(a->command, &option_rows[i]))
			names[count++] = option_rows[i].name;
	buf_add(&name, word, strcspn(word, "="));
	while (known < option_row_count && strcmp(option_rows[known].name, buf_str(&name)) != 0)
		known++;
	if (known < option_row_count && a->command != NULL)
		rc = err_set(e, RC_USAGE, "%s takes no %s", a->command->name, buf_str(&name));
	else if (known < option_row_count)
		rc = err_set(e, RC_USAGE, "%s belongs behind a command that takes it", buf_str(&name));
	else
		rc = unknown_word("option", buf_str(&name), names, count, e);
	err_hint(e, "see ods-failover %s%s--help", a->command != NULL ? a->command->name : "",
	         a->command != NULL ? " " : "");
	buf_free(&name);
	free(names);
	return rc;
}

static enum rc store(struct args *a, const struct option_row *row, const char *value, struct err *e)
{
	void *at = (char *)a + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		if (value != NULL)
			return err_set(e, RC_USAGE, "%s takes no value", row->name);
		*(bool *)at = true;
		break;
	case OPTION_TEXT:
		if (value == NULL || (value[0] == '\0' && row->offset != AT(reason))) {
			enum rc rc = err_set(e, RC_USAGE, "%s needs a value: %s",
			                     row->letter != NULL ? row->letter : row->name, row->value);

			err_hint(e, "%s", row->means);
			return rc;
		}
		*(const char **)at = value;
		break;
	case OPTION_LIST:
		if (value == NULL || strchr(value, '=') == NULL || value[0] == '=' || strchr(value, '=')[1] == '\0')
			return err_set(e, RC_USAGE, "%s needs %s", row->name, row->value);
		if (a->override_count == MAX_OVERRIDES)
			return err_set(e, RC_USAGE, "more than %d times %s", MAX_OVERRIDES, row->name);
		a->overrides[a->override_count++] = value;
		break;
	case OPTION_MAYBE:
		a->replay = true;
		*(const char **)at = value;
		break;
	}
	return RC_OK;
}

/* One option at argv[*at]; moves on to its last word. */
static enum rc read_option(struct args *a, int argc, char **argv, int *at, struct err *e)
{
	const char *word = argv[*at], *value = NULL;
	const struct option_row *row = NULL;
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < option_row_count && row == NULL; i++) {
		const struct option_row *r = &option_rows[i];

		if (!command_takes(a->command, r))
			continue;
		if (strlen(r->name) == len && strncmp(word, r->name, len) == 0) {
			row = r;
			value = word[len] == '=' ? word + len + 1 : NULL;
		} else if (r->letter != NULL && word[0] == '-' && word[1] == r->letter[1] &&
		           (word[2] == '\0' || r->kind == OPTION_TEXT)) {
			row = r;
			value = word[2] != '\0' ? word + 2 : NULL;
		}
	}
	if (row == NULL)
		return unknown_option(a, word, e);
	if (value == NULL && (row->kind == OPTION_TEXT || row->kind == OPTION_LIST) && *at + 1 < argc)
		value = argv[++*at];
	return store(a, row, value, e);
}

static enum rc check_words(const struct args *a, struct err *e)
{
	const struct command *c = a->command;
	struct buf shown = { 0 };
	enum rc rc = RC_OK;

	if ((int)a->word_count < c->min_words) {
		rc = err_set(e, RC_USAGE, "%s needs %s", c->name, c->usage);
	} else if (c->max_words >= 0 && (int)a->word_count > c->max_words) {
		str_escape(&shown, a->words[c->max_words], strlen(a->words[c->max_words]), 60);
		rc = err_set(e, RC_USAGE, "%s does not take \"%s\"", c->name, buf_str(&shown));
	}
	if (rc != RC_OK)
		err_hint(e, "usage: ods-failover %s %s", c->name, c->usage);
	buf_free(&shown);
	return rc;
}

enum rc args_parse(struct args *a, int argc, char **argv, struct err *e)
{
	bool options = true;

	*a = (struct args){ .words = argv };
	for (int i = 1; i < argc; i++) {
		char *word = argv[i];

		if (a->command != NULL && a->command->takes_all) {
			a->words[a->word_count++] = word;
		} else if (options && strcmp(word, "--") == 0) {
			options = false;
		} else if (options && word[0] == '-' && word[1] != '\0') {
			enum rc rc = read_option(a, argc, argv, &i, e);

			if (rc != RC_OK)
				return rc;
		} else if (a->command == NULL) {
			a->command = command_by_name(word);
			if (a->command == NULL)
				return unknown_command(word, e);
		} else {
			a->words[a->word_count++] = word;
		}
	}
	if (a->help || a->version || a->manual != NULL)
		return RC_OK;
	if (a->command == NULL && a->json) {
		enum rc rc = err_set(e, RC_USAGE, "--json needs a command that prints facts");

		err_hint(e, "for instance ods-failover status --json");
		return rc;
	}
	return a->command != NULL ? check_words(a, e) : RC_OK;
}
