#include "remote/ssh/client_file.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

enum { INCLUDE_DEPTH = 16, WORDS_MAX = 64, LINE_MAX_OCTETS = 8192 };

struct value {
	char *keyword, *text;
};

struct client_file {
	struct value *values;
	size_t count, cap;
};

struct parse {
	struct client_file *f;
	const char *home, *host, *user, *local_user;
	const char *path; /* of the file being read */
	size_t line;
	bool applies; /* the block that stands open */
	int depth;
	struct err *e;
};

/* ---- lookups ---- */

static const struct value *nth(const struct client_file *f, const char *keyword, size_t n, size_t *order)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (strcmp(f->values[i].keyword, keyword) == 0 && n-- == 0) {
			if (order != NULL)
				*order = i;
			return &f->values[i];
		}
	return NULL;
}

const char *client_file_nth(const struct client_file *f, const char *keyword, size_t n)
{
	const struct value *v = nth(f, keyword, n, NULL);

	return v != NULL ? v->text : NULL;
}

const char *client_file_get(const struct client_file *f, const char *keyword)
{
	return client_file_nth(f, keyword, 0);
}

size_t client_file_count(const struct client_file *f, const char *keyword)
{
	size_t n = 0;

	while (nth(f, keyword, n, NULL) != NULL)
		n++;
	return n;
}

size_t client_file_order(const struct client_file *f, const char *keyword)
{
	size_t order = SIZE_MAX;

	(void)nth(f, keyword, 0, &order);
	return order;
}

void client_file_free(struct client_file **p)
{
	size_t i;

	if (*p == NULL)
		return;
	for (i = 0; i < (*p)->count; i++) {
		free((*p)->values[i].keyword);
		free((*p)->values[i].text);
	}
	free((*p)->values);
	free(*p);
	*p = NULL;
}

/* ---- reading ---- */

static enum rc bad_line(const struct parse *s, const char *what)
{
	err_set(s->e, RC_CONFIG, "%s:%zu: %s", s->path, s->line, what);
	err_hint(s->e, "See ssh_config(5); ssh -G HOST shows what OpenSSH makes of it.");
	return RC_CONFIG;
}

/* Splits @rest in place into words, "…" around one kept together; false for an open quote or too many. */
static bool split_words(char *rest, char **words, size_t *count)
{
	*count = 0;
	for (;;) {
		char *end;

		while (isspace((unsigned char)*rest))
			rest++;
		if (*rest == '\0' || *rest == '#')
			return true;
		if (*count == WORDS_MAX)
			return false;
		if (*rest == '"') {
			words[(*count)++] = ++rest;
			end = strchr(rest, '"');
			if (end == NULL)
				return false;
		} else {
			words[(*count)++] = rest;
			for (end = rest; *end != '\0' && !isspace((unsigned char)*end); end++)
				continue;
		}
		if (*end == '\0')
			return true;
		*end = '\0';
		rest = end + 1;
	}
}

/* A list of patterns: one must match, and none that is negated by '!'. */
static bool matches(const char *text, char *const *patterns, size_t count)
{
	bool found = false;
	size_t i;

	for (i = 0; i < count; i++) {
		bool negated = patterns[i][0] == '!';

		if (fnmatch(patterns[i] + (negated ? 1 : 0), text, FNM_CASEFOLD | FNM_NOESCAPE) != 0)
			continue;
		if (negated)
			return false;
		found = true;
	}
	return found;
}

static bool matches_commas(const char *text, char *patterns)
{
	char *one[WORDS_MAX];
	size_t n = str_split(patterns, ',', one, WORDS_MAX);

	return matches(text, one, n);
}

/* The name that "Match host" means: HostName where one is already known. */
static const char *host_so_far(const struct parse *s)
{
	const char *named = client_file_get(s->f, "hostname");

	return named != NULL && strchr(named, '%') == NULL ? named : s->host;
}

static const char *user_so_far(const struct parse *s)
{
	const char *named = s->user != NULL ? s->user : client_file_get(s->f, "user");

	return named != NULL ? named : s->local_user;
}

static bool match_one(const struct parse *s, const char *criterion, char *argument)
{
	if (strcasecmp(criterion, "host") == 0)
		return matches_commas(host_so_far(s), argument);
	if (strcasecmp(criterion, "originalhost") == 0)
		return matches_commas(s->host, argument);
	if (strcasecmp(criterion, "user") == 0)
		return matches_commas(user_so_far(s), argument);
	if (strcasecmp(criterion, "localuser") == 0)
		return matches_commas(s->local_user, argument);
	return false;
}

/* Unknown criteria, and those that run a command, never match: such a block is left out. */
static bool match_block(const struct parse *s, char *const *words, size_t count)
{
	size_t i = 0;

	if (count == 0)
		return false;
	while (i < count) {
		bool negated = words[i][0] == '!';
		const char *criterion = words[i++] + (negated ? 1 : 0);

		if (strcasecmp(criterion, "all") == 0) {
			if (negated)
				return false;
			continue;
		}
		if (strcasecmp(criterion, "canonical") == 0 || strcasecmp(criterion, "final") == 0 || i == count)
			return false;
		if (match_one(s, criterion, words[i++]) == negated)
			return false;
	}
	return true;
}

static enum rc read_path(struct parse *s, const char *path, bool must_exist);

static enum rc include(struct parse *s, char *const *words, size_t count)
{
	enum rc rc = RC_OK;
	size_t i, k;

	for (i = 0; i < count && rc == RC_OK; i++) {
		bool tilde = words[i][0] == '~' && words[i][1] == '/';
		char *pattern = words[i][0] == '/' ? xstrdup(words[i])
		                : tilde            ? xasprintf("%s%s", s->home, words[i] + 1)
		                                   : xasprintf("%s/.ssh/%s", s->home, words[i]);
		glob_t found = { 0 };

		if (glob(pattern, 0, NULL, &found) == 0)
			for (k = 0; k < found.gl_pathc && rc == RC_OK; k++)
				rc = read_path(s, found.gl_pathv[k], false);
		globfree(&found);
		free(pattern);
	}
	return rc;
}

static void keep(struct parse *s, const char *keyword, const char *text)
{
	bool many = strcmp(keyword, "identityfile") == 0 || strcmp(keyword, "certificatefile") == 0;
	struct client_file *f = s->f;

	if (!many && client_file_get(f, keyword) != NULL)
		return;
	f->values = vec_grow(f->values, f->count, &f->cap, sizeof *f->values);
	f->values[f->count++] = (struct value){ xstrdup(keyword), xstrdup(text) };
}

/* These take the rest of the line as it stands. */
static bool takes_all(const char *keyword)
{
	return strcmp(keyword, "proxycommand") == 0 || strcmp(keyword, "userknownhostsfile") == 0;
}

static enum rc keep_value(struct parse *s, const char *keyword, char *rest)
{
	char *words[WORDS_MAX];
	size_t n;

	if (takes_all(keyword)) {
		size_t len = strlen(rest);

		while (len > 0 && isspace((unsigned char)rest[len - 1]))
			rest[--len] = '\0';
		if (len >= 2 && rest[0] == '"' && strchr(rest + 1, '"') == rest + len - 1) {
			rest[len - 1] = '\0';
			rest++;
		}
		if (*rest == '\0')
			return bad_line(s, "a value is missing");
		keep(s, keyword, rest);
		return RC_OK;
	}
	if (!split_words(rest, words, &n))
		return bad_line(s, "a quote is not closed, or too many words");
	if (n == 0)
		return bad_line(s, "a value is missing");
	keep(s, keyword, words[0]);
	return RC_OK;
}

static enum rc parse_line(struct parse *s, char *line)
{
	char *words[WORDS_MAX], *keyword = line, *rest;
	size_t n, i;

	while (isspace((unsigned char)*keyword))
		keyword++;
	if (*keyword == '\0' || *keyword == '#')
		return RC_OK;
	for (rest = keyword; *rest != '\0' && !isspace((unsigned char)*rest) && *rest != '='; rest++)
		*rest = (char)tolower((unsigned char)*rest);
	n = strspn(rest, " \t");
	if (rest[n] == '=')
		n += 1 + strspn(rest + n + 1, " \t");
	if (n > 0) {
		*rest = '\0';
		rest += n;
	}
	if (strcmp(keyword, "host") != 0 && strcmp(keyword, "match") != 0 && strcmp(keyword, "include") != 0)
		return s->applies ? keep_value(s, keyword, rest) : RC_OK;
	if (!split_words(rest, words, &n))
		return bad_line(s, "a quote is not closed, or too many words");
	if (strcmp(keyword, "host") == 0) {
		s->applies = matches(s->host, words, n);
		return RC_OK;
	}
	if (strcmp(keyword, "match") == 0) {
		for (i = 0; i + 1 < n; i++) /* "exec" takes a command, which may hold any word: not looked at */
			if (strcasecmp(words[i], "exec") == 0)
				n = 0;
		s->applies = match_block(s, words, n);
		return RC_OK;
	}
	return s->applies ? include(s, words, n) : RC_OK;
}

static enum rc read_path(struct parse *outer, const char *path, bool must_exist)
{
	struct parse s = *outer; /* a block opened in an included file ends with it */
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	enum rc rc = RC_OK;
	FILE *in;

	s.path = path;
	s.line = 0;
	if (++s.depth > INCLUDE_DEPTH)
		return bad_line(outer, "files include each other without end");
	in = fopen(path, "re");
	if (in == NULL) {
		if (!must_exist || errno == ENOENT || errno == ENOTDIR)
			return RC_OK;
		return err_set(s.e, RC_CONFIG, "%s cannot be read: %s", path, strerrordesc_np(errno));
	}
	while (rc == RC_OK && (len = getline(&line, &cap, in)) >= 0) {
		s.line++;
		if (len > LINE_MAX_OCTETS || (size_t)len != strlen(line))
			rc = bad_line(&s, "a line that is not text");
		else {
			if (len > 0 && line[len - 1] == '\n')
				line[len - 1] = '\0';
			rc = parse_line(&s, line);
		}
	}
	free(line);
	(void)fclose(in);
	return rc;
}

enum rc client_file_read(struct client_file **f, const char *home, const char *host, const char *user,
                         const char *local_user, struct err *e)
{
	struct parse s = {
		.home = home, .host = host, .user = user, .local_user = local_user, .applies = true, .e = e
	};
	char *path = xasprintf("%s/.ssh/config", home);
	enum rc rc;

	s.f = *f = xcalloc(1, sizeof **f);
	rc = read_path(&s, path, true);
	free(path);
	return rc;
}
