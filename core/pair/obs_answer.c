#include "core/pair/obs_answer.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/str.h"
#include "core/base/vec.h"

enum { WHY_MAX = 200 };

char *obs_section(const struct obs_answer *r, const char *name, const char **why)
{
	const struct far_section *s = far_section(r->a, name);

	if (!s) {
		*why = "the host did not say";
		return NULL;
	}
	if (s->status == -1 || s->status == 124 || s->status == 137 || s->status == 143) {
		*why = "it was not answered in time";
		return NULL;
	}
	if (s->status != 0) {
		*why = arena_printf(&r->o->arena, "it ended with status %d", s->status);
		return NULL;
	}
	/* Text of tools; what stands behind a NUL octet is no text. */
	return arena_strndup(&r->o->arena, s->text, s->len);
}

char *obs_line(char **lines)
{
	char *line;

	do {
		line = strsep(lines, "\n");
	} while (line && !*line);
	return line;
}

void obs_known(struct know *k, const char *source)
{
	k->ok = true;
	k->bad = false;
	k->why = NULL;
	k->source = source;
}

static void not_known(struct obs_answer *r, struct know *k, const char *source, const char *why)
{
	struct buf b = { 0 };

	str_escape(&b, why, strlen(why), WHY_MAX);
	k->ok = false;
	k->bad = false;
	k->why = arena_strdup(&r->o->arena, buf_str(&b));
	k->source = source;
	buf_free(&b);
}

void obs_unknown(struct obs_answer *r, struct know *k, const char *source, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	not_known(r, k, source, text);
}

void obs_bad(struct obs_answer *r, struct know *k, const char *source, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	not_known(r, k, source, text);
	k->bad = true;
}

enum tri obs_tri(const struct obs_answer *r, const char *key)
{
	const char *s = far_fact(r->a, key);

	if (!s)
		return TRI_UNKNOWN;
	return strcmp(s, "yes") == 0 ? TRI_YES : strcmp(s, "no") == 0 ? TRI_NO : TRI_UNKNOWN;
}

struct num obs_number(const char *s)
{
	struct num n = { 0 };
	uint64_t v;

	if (s && str_u64(s, INT64_MAX, &v)) {
		n.ok = true;
		n.v = (int64_t)v;
	}
	return n;
}

static int words_by_path(const void *x, const void *y)
{
	return strcmp(((const struct obs_word *)x)->path, ((const struct obs_word *)y)->path);
}

static int stats_by_path(const void *x, const void *y)
{
	return strcmp(((const struct obs_stat *)x)->path, ((const struct obs_stat *)y)->path);
}

void obs_read_words(struct obs_answer *r, struct obs_words *w, const char *section)
{
	const char *why;
	char *lines = obs_section(r, section, &why), *line;
	struct obs_word *rows = NULL;
	size_t cap = 0;

	w->ok = lines != NULL;
	while (lines && (line = obs_line(&lines)) != NULL) {
		char *path = strchr(line, ' ');

		if (!path)
			continue;
		*path++ = '\0';
		while (*path == ' ')
			path++;
		rows = vec_grow(rows, w->count, &cap, sizeof *rows);
		rows[w->count].word = line;
		rows[w->count++].path = path;
	}
	w->rows = arena_dup(&r->o->arena, rows, w->count, sizeof *rows);
	qsort(w->rows, w->count, sizeof *rows, words_by_path);
	free(rows);
}

/* "MODE-HEX MTIME INODE SIZE OWNER GROUP PATH" */
static bool read_stat(struct obs_stat *s, char *line)
{
	char *f[6], *end;
	int64_t *const numbers[] = { &s->mtime, &s->inode, &s->size };

	for (size_t i = 0; i < 6; i++) {
		f[i] = strsep(&line, " ");
		if (!f[i] || !*f[i])
			return false;
	}
	s->mode = (unsigned)strtoul(f[0], &end, 16);
	for (size_t i = 0; i < 3; i++) {
		struct num n = obs_number(f[i + 1]);

		if (!n.ok)
			return false;
		*numbers[i] = n.v;
	}
	s->owner = f[4];
	s->group = f[5];
	s->path = line;
	return *end == '\0' && line && *line;
}

void obs_read_stats(struct obs_answer *r, struct obs_stats *s, const char *section)
{
	const char *why;
	char *lines = obs_section(r, section, &why), *line;
	struct obs_stat *rows = NULL;
	size_t cap = 0;

	s->ok = lines != NULL;
	while (lines && (line = obs_line(&lines)) != NULL) {
		rows = vec_grow(rows, s->count, &cap, sizeof *rows);
		if (read_stat(&rows[s->count], line))
			s->count++;
	}
	s->rows = arena_dup(&r->o->arena, rows, s->count, sizeof *rows);
	qsort(s->rows, s->count, sizeof *rows, stats_by_path);
	free(rows);
}

const struct obs_stat *obs_find_stat(const struct obs_stats *s, const char *path)
{
	struct obs_stat key = { .path = path };

	return path && s->count ? bsearch(&key, s->rows, s->count, sizeof key, stats_by_path) : NULL;
}

const char *obs_find_word(const struct obs_words *w, const char *path)
{
	struct obs_word key = { .path = path }, *found = NULL;

	if (path && w->count)
		found = bsearch(&key, w->rows, w->count, sizeof key, words_by_path);
	return found ? found->word : NULL;
}

enum tri obs_allowed(const struct obs_answer *r, int which, const char *path, char right)
{
	const char *access = obs_find_word(&r->access[which], path);

	if (!access)
		return TRI_UNKNOWN;
	if (*access == '?')
		return obs_exists(r, path) == TRI_YES ? TRI_NO : TRI_UNKNOWN;
	return strchr(access, right) ? TRI_YES : TRI_NO;
}

enum tri obs_exists(const struct obs_answer *r, const char *path)
{
	if (!r->stat.ok || !path)
		return TRI_UNKNOWN;
	return obs_find_stat(&r->stat, path) ? TRI_YES : TRI_NO;
}

const char *obs_digest(const struct obs_answer *r, const char *path)
{
	const char *hex = obs_find_word(&r->digests, path);

	return hex && strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64 ? hex : NULL;
}
