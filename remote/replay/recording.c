#include "remote/replay/recording.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/wait.h"

enum { TEXT_MAX = 64 * 1024 * 1024, SENTENCE_MAX = 200 };

static void add_part(struct buf *path, const char *part)
{
	for (; *part != '\0'; part++)
		buf_addc(path, *part == '/' ? '-' : *part);
}

/* A part that is nothing, "." or ".." would name another directory. */
static void add_directory(struct buf *path, const char *name)
{
	buf_addc(path, '/');
	if (*name == '\0' || *name == '.')
		buf_addc(path, '_');
	add_part(path, name);
}

char *recording_far_path(const char *dir, const char *instance, const struct far_call *q)
{
	struct buf path = { 0 };
	const char *const *a;

	buf_adds(&path, dir);
	add_directory(&path, instance);
	add_directory(&path, q->verb);
	for (a = q->args; a != NULL && *a != NULL; a++) {
		buf_addc(&path, '-');
		add_part(&path, *a);
	}
	return buf_take(&path);
}

char *recording_dns_path(const char *dir, const char *server, const char *zone, const char *type)
{
	struct buf path = { 0 };
	size_t len = strlen(zone);

	buf_addf(&path, "%s/dns", dir);
	add_directory(&path, server);
	add_directory(&path, zone);
	if (len > 1 && zone[len - 1] == '.') /* absolute or not is one name */
		path.p[--path.len] = '\0';
	buf_addc(&path, '-');
	add_part(&path, type);
	return buf_take(&path);
}

static bool slurp(const char *path, const char *ending, struct buf *text)
{
	char *whole = xasprintf("%s%s", path, ending), chunk[65536];
	FILE *in = fopen(whole, "re");
	size_t n;

	free(whole);
	if (in == NULL)
		return false;
	while (text->len < TEXT_MAX && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(text, chunk, n);
	(void)fclose(in);
	return true;
}

static enum rc delay(const char *path, const char *what, int timeout_ms, struct cancel *cancel, struct err *e)
{
	struct wait w = { .until_ms = clock_mono_ms() + timeout_ms, .cancel = { cancel } };
	struct buf text = { 0 };
	uint64_t ms = 0;
	enum rc rc = wait_over(&w);

	if (rc == RC_OK && slurp(path, ".delay_ms", &text)) {
		text.len = strcspn(buf_str(&text), "\n");
		if (text.p != NULL)
			text.p[text.len] = '\0';
		if (str_u64(buf_str(&text), INT32_MAX, &ms) && ms > 0)
			rc = wait_for(&w, NULL, 0, (int)ms);
	}
	buf_free(&text);
	if (rc == RC_CANCELLED)
		return err_set(e, rc, "%s was cancelled", what);
	if (rc != RC_OK)
		return err_set(e, rc, "%s did not answer in time", what);
	return RC_OK;
}

/* "RC_TIMEOUT sentence" */
static enum rc recorded_error(const char *text, const char *what, struct err *e)
{
	size_t len = strcspn(text, " \n"), rest = strcspn(text, "\n");
	struct buf safe = { 0 };
	enum rc rc;

	for (rc = RC_OK; rc <= RC_UNKNOWN; rc++)
		if (strlen(rc_name(rc)) == len && memcmp(rc_name(rc), text, len) == 0)
			break;
	if (rc == RC_OK || rc > RC_UNKNOWN)
		return err_set(e, RC_PARSE, "the recorded error of %s begins with no code", what);
	if (rest > len + 1)
		str_escape(&safe, text + len + 1, rest - len - 1, SENTENCE_MAX);
	err_set(e, rc, "%s", safe.len > 0 ? buf_str(&safe) : rc_text(rc));
	buf_free(&safe);
	return rc;
}

enum rc recording_read(const char *path, const char *ending, const char *what, int timeout_ms, struct cancel *cancel,
                       struct buf *text, struct err *e)
{
	struct buf error = { 0 };
	enum rc rc = delay(path, what, timeout_ms, cancel, e);

	if (rc != RC_OK)
		return rc;
	if (slurp(path, ".error", &error)) {
		rc = recorded_error(buf_str(&error), what, e);
	} else if (!slurp(path, ending, text)) {
		rc = err_set(e, RC_BLOCKED, "this is a recording: it has no answer to %s", what);
		err_hint(e, "A recording can be looked at; nothing can be changed in it.");
	}
	buf_free(&error);
	return rc;
}

/* The first line of a small file; false when it is not there. */
static bool first_line(const char *path, const char *ending, struct buf *line)
{
	if (!slurp(path, ending, line) || line->len == 0)
		return false;
	line->len = strcspn(buf_str(line), "\n");
	line->p[line->len] = '\0';
	return true;
}

bool recording_times(const char *path, int64_t *sent_ms, int64_t *received_ms)
{
	struct buf line = { 0 };
	uint64_t sent = 0, received = 0;
	char *blank = first_line(path, ".times", &line) ? strchr(line.p, ' ') : NULL;
	bool known = false;

	if (blank != NULL) {
		*blank = '\0';
		known =
		    str_u64(line.p, INT64_MAX, &sent) && str_u64(blank + 1, INT64_MAX, &received) && sent <= received;
	}
	*sent_ms = known ? (int64_t)sent : 0;
	*received_ms = known ? (int64_t)received : 0;
	buf_free(&line);
	return known;
}

int64_t recording_made(const char *dir)
{
	struct buf line = { 0 };
	int64_t at = 0;

	if (!first_line(dir, "/recorded", &line) || !time_parse(line.p, &at))
		at = 0;
	buf_free(&line);
	return at;
}

/* ---- keeping ---- */

static bool only_looks(const struct far_call *q)
{
	static const char *const verbs[] = {
		"hello", "observe", "fetch", "zone", "keys", "serials", "space", "fenced"
	};
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(q->verb, verbs[i]) == 0)
			return true;
	return false;
}

static const char *where_to_keep(void)
{
	const char *dir = getenv("ODSF_RECORD");

	return dir != NULL && *dir == '/' ? dir : NULL;
}

/* PATH + @ending; the directories of @path below @top are made. */
static void write_file(const char *top, const char *path, const char *ending, const void *text, size_t len)
{
	char *file = xasprintf("%s%s", path, ending);
	FILE *out;

	for (char *slash = strchr(file + strlen(top) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(file, 0755);
		*slash = '/';
	}
	out = fopen(file, "we");
	if (out != NULL) {
		(void)fwrite(text, 1, len, out);
		(void)fclose(out);
	}
	free(file);
}

void recording_keep(const char *instance, const struct far_call *q, int64_t took_ms, const void *text, size_t len)
{
	const char *dir = where_to_keep();
	struct timespec t;
	struct buf times = { 0 };
	int64_t now_ms;
	char *path;

	if (dir == NULL || !only_looks(q))
		return;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	buf_addf(&times, "%" PRId64 " %" PRId64 "\n", now_ms - took_ms, now_ms);
	path = recording_far_path(dir, instance, q);
	write_file(dir, path, ".far", text, len);
	write_file(dir, path, ".times", times.p, times.len);
	buf_free(&times);
	free(path);
}

void recording_keep_dns(const char *server, const char *zone, const char *type, const struct dns_answer *a, enum rc rc,
                        const struct err *e)
{
	const char *dir = where_to_keep();
	struct buf text = { 0 };
	char *path;

	if (dir == NULL)
		return;
	if (rc != RC_OK) {
		buf_addf(&text, "%s %s\n", rc_name(rc), e != NULL ? e->text : "");
	} else {
		if (a->rcode != 0)
			buf_addf(&text, "; rcode %d\n", a->rcode);
		if (!a->authoritative)
			buf_adds(&text, "; not authoritative\n");
		if (a->denied_by != NULL)
			buf_addf(&text, "; denied by %s\n", a->denied_by);
		for (size_t i = 0; i < a->record_count; i++)
			buf_addf(&text, "%s\n", a->records[i]);
	}
	path = recording_dns_path(dir, server, zone, type);
	write_file(dir, path, rc == RC_OK ? ".txt" : ".error", buf_str(&text), text.len);
	buf_free(&text);
	free(path);
}
