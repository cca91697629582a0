#include "tui/command/sitting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/data.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/zone_keep.h"
#include "core/run/journal.h"
#include "tui/command/interrupt.h"
#include "tui/command/say.h"

/* The digits of "net:[4026532281]"; "" when there are none. */
static void digits_of(const char *text, char out[24])
{
	size_t skip = strcspn(text, "0123456789"), n = strspn(text + skip, "0123456789");

	(void)snprintf(out, 24, "%.*s", (int)(n < 23 ? n : 0), text + skip);
}

enum rc sitting_at_desk(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	int folder = slash != NULL ? (int)(slash - path) + 1 : 0;
	char *name = xasprintf("%.*sdesk", folder, path), text[64] = "", here[64] = "", desk[24], own[24];
	FILE *f = fopen(name, "re");
	size_t n = f != NULL ? fread(text, 1, sizeof text - 1, f) : 0;
	ssize_t len = readlink("/proc/self/ns/net", here, sizeof here - 1);

	if (f != NULL)
		(void)fclose(f);
	free(name);
	text[n] = '\0';
	here[len > 0 ? len : 0] = '\0';
	digits_of(text, desk);
	digits_of(here, own);
	if (desk[0] == '\0' || strcmp(desk, own) == 0)
		return RC_OK;
	(void)err_set(e, RC_BLOCKED, "%s is a training range's; it can be reached from its operator's desk only", path);
	err_hint(e, "ods-failover range enter ods-failover -c %s", path);
	return RC_BLOCKED;
}

static enum rc load(struct sitting *s, const struct args *args, char **path, struct err *e)
{
	char *rng;
	enum rc rc = config_find(path, args->config_file, e);

	if (rc != RC_OK)
		return rc;
	rng = data_path("schema/failover.rng");
	rc = config_load(&s->config, *path, rng, e);
	free(rng);
	return rc == RC_OK ? config_pair(s->config, args->pair, &s->pair, e) : rc;
}

enum rc sitting_pair(struct sitting *s, const struct args *args, struct err *e)
{
	char *path = NULL;
	enum rc rc;

	*s = (struct sitting){ 0 };
	rc = load(s, args, &path, e);
	free(path);
	return rc;
}

static enum rc open_recording(struct sitting *s, const struct args *args, const struct ports *ports, struct err *e)
{
	enum rc rc;

	s->recording = true;
	s->replay_dir = args->replay_dir != NULL ? xstrdup(args->replay_dir) : data_path("recording");
	rc = ports->recording(s->replay_dir, &s->config, s->hosts, &s->resolver, &s->recorded_at, e);
	if (rc == RC_OK)
		rc = config_pair(s->config, args->pair, &s->pair, e);
	return rc;
}

enum rc sitting_open(struct sitting *s, const struct args *args, const struct ports *ports, struct err *e)
{
	*s = (struct sitting){ 0 };
	s->cancel = interrupt_catch();
	s->terminal = terminal_new(args->no_input, s->cancel);
	return sitting_connect(s, args, ports, terminal_port(s->terminal), e);
}

enum rc sitting_connect(struct sitting *s, const struct args *args, const struct ports *ports,
                        const struct ask_port *ask, struct err *e)
{
	char *path = NULL;
	enum rc rc;

	if (args->replay)
		return open_recording(s, args, ports, e);
	rc = load(s, args, &path, e);
	if (rc == RC_OK)
		rc = sitting_at_desk(path, e);
	for (int i = 0; i < 2 && rc == RC_OK; i++)
		s->hosts[i] = ports->host(&s->pair->instance[i], ask);
	if (rc == RC_OK)
		s->resolver = ports->resolver();
	free(path);
	return rc;
}

void sitting_close(struct sitting *s)
{
	for (int i = 0; i < 2; i++)
		if (s->hosts[i] != NULL)
			s->hosts[i]->ops->close(&s->hosts[i]);
	if (s->resolver != NULL)
		s->resolver->ops->free(&s->resolver);
	config_free(&s->config);
	free(s->replay_dir);
	if (s->terminal != NULL)
		terminal_free(&s->terminal);
}

struct measured sitting_measured(const struct sitting *s, enum run_kind kind)
{
	struct measured m = { 0 };
	struct journal *j = NULL;
	struct err e = { 0 };
	char *path = NULL;

	/* Without a journal nothing was measured; a damaged one is said where it is needed. */
	if (journal_default_path(&path, &e) == RC_OK && journal_open(&j, path, true, &e) == RC_OK &&
	    journal_measured(j, s->pair->name, run_kind_name(kind), &m, &e) != RC_OK)
		m = (struct measured){ 0 };
	journal_close(&j);
	free(path);
	return m;
}

char *sitting_zone_dir(const struct sitting *s)
{
	struct err e = { 0 };
	char *journal = NULL, *dir = NULL;

	if (!s->recording && journal_default_path(&journal, &e) == RC_OK)
		dir = zone_keep_dir(journal);
	free(journal);
	return dir;
}

/* Whoever reads facts has to know, also in a log, that they are not those of now. */
static void say_recording(const struct sitting *s)
{
	char when[TIME_TEXT];

	if (!s->recording)
		return;
	time_text(when, s->recorded_at);
	say_note("ods-failover: a RECORDING%s%s: %s and %s are as they were then; nothing can be changed",
	         s->recorded_at != 0 ? " of " : "", s->recorded_at != 0 ? when : "", s->pair->instance[0].name,
	         s->pair->instance[1].name);
}

struct board *sitting_observe(struct sitting *s, enum run_kind kind, struct err *e)
{
	struct measured measured = s->recording ? (struct measured){ 0 } : sitting_measured(s, kind);
	struct board *b;

	say_recording(s);
	if (isatty(STDERR_FILENO) && !s->recording)
		say_note("observing %s and %s", s->pair->instance[0].name, s->pair->instance[1].name);
	b = board_observe(s->pair, s->hosts, s->resolver, measured, kind, s->cancel);
	if (!cancel_raised(s->cancel))
		return b;
	board_unref(&b);
	(void)err_set(e, RC_CANCELLED, "interrupted; nothing was changed");
	return NULL;
}

void say_unobserved(const struct board *b, int k)
{
	const char *why = b->obs[k]->why != NULL ? b->obs[k]->why : "no answer";
	struct buf shown = { 0 };

	str_escape(&shown, why, strlen(why), 240);
	say_note("ods-failover: %s was not observed: %s", b->pair->instance[k].name, buf_str(&shown));
	buf_free(&shown);
}

enum rc sitting_kind(const struct args *args, enum run_kind *kind, struct err *e)
{
	struct buf shown = { 0 };
	enum rc rc;

	*kind = KIND_SWITCHOVER;
	if (args->word_count == 0 || run_kind_parse(args->words[0], kind))
		return RC_OK;
	str_escape(&shown, args->words[0], strlen(args->words[0]), 60);
	rc = err_set(e, RC_USAGE, "unknown kind of run \"%s\"", buf_str(&shown));
	err_hint(e, "KIND: switchover, failover, replicate, failback");
	buf_free(&shown);
	return rc;
}
