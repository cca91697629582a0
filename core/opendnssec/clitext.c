#include "core/opendnssec/clitext.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/opendnssec/keystate.h"

enum { SHOWN_MAX = 60, FIELDS = 9 };

static enum rc unread(const char *command, const char *line, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc;

	str_escape(&b, line, strlen(line), SHOWN_MAX);
	rc = err_set(e, RC_PARSE, "%s: a line that is not understood: \"%s\"", command, buf_str(&b));
	buf_free(&b);
	return rc;
}

/* Walks the lines of a copy of @text, which the caller frees. */
struct lines {
	char *copy, *next;
};

static struct lines lines_of(const char *text)
{
	struct lines l;

	l.copy = l.next = xstrdup(text);
	return l;
}

static char *line_next(struct lines *l)
{
	char *line;

	do {
		line = strsep(&l->next, "\n");
	} while (line && !*line);
	return line;
}

static bool number(const char *s, int max, int *out)
{
	uint64_t v;

	if (!str_u64(s, (uint64_t)max, &v))
		return false;
	*out = (int)v;
	return true;
}

static bool role(const char *s, int *out)
{
	static const char *const names[] = { "KSK", "ZSK", "CSK" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(s, names[i]) == 0) {
			*out = i + 1;
			return true;
		}
	}
	return false;
}

/* zone;role;state;next;bits;algorithm;cka_id;repository;keytag */
static bool read_verbose(struct cli_key *k, struct arena *a, char *line)
{
	char *f[FIELDS + 1];

	if (str_split(line, ';', f, FIELDS + 1) != FIELDS || !*f[0] || !*f[6])
		return false;
	k->zone = arena_strdup(a, f[0]);
	k->state = arena_strdup(a, f[2]);
	k->next = arena_strdup(a, f[3]);
	k->cka_id = arena_strdup(a, f[6]);
	k->repository = arena_strdup(a, f[7]);
	return role(f[1], &k->role) && number(f[4], 65535, &k->bits) && number(f[5], 255, &k->algorithm) &&
	       number(f[8], 65535, &k->key_tag);
}

/* zone;role;DS;DNSKEY;RRSIGDNSKEY;RRSIG;pub;act;cka_id */
static bool read_states(struct cli_keys *keys, char *line)
{
	char *f[FIELDS + 1];
	int publish, active;

	if (str_split(line, ';', f, FIELDS + 1) != FIELDS)
		return false;
	for (size_t i = 0; i < keys->count; i++) {
		struct cli_key *k = &keys->keys[i];

		if (strcmp(k->cka_id, f[8]) != 0 || !name_equal(k->zone, f[0]))
			continue;
		if (!record_state_parse(f[2], &k->ds) || !record_state_parse(f[3], &k->dnskey) ||
		    !record_state_parse(f[4], &k->rrsigdnskey) || !record_state_parse(f[5], &k->rrsig) ||
		    !number(f[6], 1, &publish) || !number(f[7], 1, &active))
			return false;
		k->publish = publish != 0;
		k->active = active != 0;
		k->has_states = true;
		return true;
	}
	return true; /* a key that came between the two calls: its row of -v -p is missing, so it is not in the list */
}

enum rc cli_key_list(struct cli_keys *k, struct arena *a, const char *verbose, const char *states, struct err *e)
{
	struct lines l = lines_of(verbose);
	struct cli_key *rows = NULL;
	size_t cap = 0;
	char *line;
	enum rc rc = RC_OK;

	memset(k, 0, sizeof *k);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		char *shown = xstrdup(line);

		rows = vec_grow(rows, k->count, &cap, sizeof *rows);
		if (read_verbose(&rows[k->count], a, line))
			k->count++;
		else
			rc = unread("ods-enforcer key list -v -p", shown, e);
		free(shown);
	}
	free(l.copy);
	k->keys = arena_dup(a, rows, k->count, sizeof *rows);
	free(rows);
	if (rc != RC_OK || !states)
		return rc;
	l = lines_of(states);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		char *shown = xstrdup(line);

		if (!read_states(k, line))
			rc = unread("ods-enforcer key list -d -p", shown, e);
		free(shown);
	}
	free(l.copy);
	return rc;
}

/* Takes @word off the end of @line, with the blanks around it; false when it is not there. */
static bool take_last(char *line, const char *word)
{
	size_t n = strlen(line), w = strlen(word);

	while (n && line[n - 1] == ' ')
		n--;
	if (n <= w || memcmp(line + n - w, word, w) != 0 || line[n - w - 1] != ' ')
		return false;
	n -= w;
	while (n && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	return true;
}

/* "%-32s %-16s %-16s": a state is one or two words, so it is taken from the right. */
static bool read_backup(struct cli_backup *b, struct arena *a, char *line)
{
	static const char *const names[] = { "Not Required", "Required", "Prepared", "Done" };
	size_t id;

	for (b->state = 0; b->state < 4; b->state++) {
		if (take_last(line, names[b->state]))
			break;
	}
	id = strcspn(line, " ");
	if (b->state == 4 || id == 0 || !line[id])
		return false;
	b->cka_id = arena_strndup(a, line, id);
	b->repository = arena_strdup(a, line + id + strspn(line + id, " "));
	return *b->repository != '\0';
}

enum rc cli_backup_list(struct cli_backups *b, struct arena *a, const char *text, struct err *e)
{
	struct lines l = lines_of(text);
	struct cli_backup *rows = NULL;
	size_t cap = 0;
	char *line;
	enum rc rc = RC_OK;

	memset(b, 0, sizeof *b);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		char *shown;

		if (strncmp(line, "Locator:", 8) == 0)
			continue;
		shown = xstrdup(line);
		rows = vec_grow(rows, b->count, &cap, sizeof *rows);
		if (read_backup(&rows[b->count], a, line))
			b->count++;
		else
			rc = unread("ods-enforcer backup list", shown, e);
		free(shown);
	}
	b->rows = arena_dup(a, rows, b->count, sizeof *rows);
	free(rows);
	free(l.copy);
	return rc;
}

static bool epoch_in(const char *line, int64_t *out)
{
	const char *p = strrchr(line, '(');
	unsigned long long v;
	char *end;

	if (!p || !isdigit((unsigned char)p[1]))
		return false;
	v = strtoull(p + 1, &end, 10);
	if (strncmp(end, " seconds since epoch)", 21) != 0 || v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

/* "There is 1 task scheduled.", "There are 2 tasks scheduled.", "There are 0 zones configured" */
static bool count_in(const char *line, const char *what, int *out)
{
	const char *p = line + (strncmp(line, "There is ", 9) == 0 ? 9 : strncmp(line, "There are ", 10) == 0 ? 10 : 0);
	char *end;
	unsigned long v;

	if (p == line || !isdigit((unsigned char)*p))
		return false;
	v = strtoul(p, &end, 10);
	if (v > 100000000 || *end != ' ' || strncmp(end + 1, what, strlen(what)) != 0)
		return false;
	*out = (int)v;
	return true;
}

enum rc cli_queue(struct cli_queue *q, const char *text, struct err *e)
{
	struct lines l = lines_of(text);
	bool counted = false;
	char *line;
	enum rc rc = RC_OK;

	memset(q, 0, sizeof *q);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		if (strcmp(line, "All worker threads idle.") == 0)
			q->idle = true;
		else if (count_in(line, "task", &q->tasks))
			counted = true;
		else if (strncmp(line, "It is now ", 10) == 0)
			(void)epoch_in(line, &q->now);
		else if (strncmp(line, "Next task scheduled immediately", 31) == 0)
			q->immediately = true;
		else if (strncmp(line, "Next task scheduled ", 20) == 0 && !epoch_in(line, &q->next))
			rc = unread("queue", line, e);
	}
	if (rc == RC_OK && !counted)
		rc = err_set(e, RC_PARSE, "queue: it says no number of tasks");
	free(l.copy);
	return rc;
}

enum rc cli_signer_zones(struct cli_names *z, struct arena *a, const char *text, struct err *e)
{
	struct lines l = lines_of(text);
	const char **names = NULL;
	size_t cap = 0;
	int said = -1;
	char *line;
	enum rc rc = RC_OK;

	memset(z, 0, sizeof *z);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		if (count_in(line, "zone", &said))
			continue;
		if (strncmp(line, "- ", 2) != 0 || !line[2]) {
			rc = unread("ods-signer zones", line, e);
			break;
		}
		names = vec_grow(names, z->count, &cap, sizeof *names);
		names[z->count++] = arena_strdup(a, line + 2);
	}
	if (rc == RC_OK && (said < 0 || (size_t)said != z->count))
		rc = err_set(e, RC_PARSE, "ods-signer zones: it says %d zones and lists %zu", said, z->count);
	z->names = arena_dup(a, names, z->count, sizeof *names);
	free(names);
	free(l.copy);
	return rc;
}

/* "%-20s  %-32s  %-10s": a repository's name may hold blanks, so the two others are taken from the right. */
static bool read_hsm_row(char *line, char **repository, char **id)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	for (int i = 0; i < 2; i++) {
		char *blank = strrchr(line, ' ');

		if (!blank)
			return false;
		*id = blank + 1;
		n = (size_t)(blank - line);
		while (n && line[n - 1] == ' ')
			n--;
		line[n] = '\0';
	}
	*repository = line;
	return n > 0 && strspn(*id, "0123456789abcdefABCDEF") == strlen(*id);
}

enum rc cli_hsm_list(struct cli_names *ids, struct arena *a, const char *text, const char *repository, struct err *e)
{
	struct lines l = lines_of(text);
	const char **names = NULL;
	size_t cap = 0;
	bool rows = false;
	char *line, *name = NULL, *id = NULL;
	enum rc rc = RC_OK;

	memset(ids, 0, sizeof *ids);
	while (rc == RC_OK && (line = line_next(&l)) != NULL) {
		char *shown;

		if (!rows) {
			rows = strncmp(line, "----------", 10) == 0;
			continue;
		}
		shown = xstrdup(line);
		if (!read_hsm_row(line, &name, &id)) {
			rc = unread("ods-hsmutil list", shown, e);
		} else if (!repository || strcmp(name, repository) == 0) {
			char *lower = arena_strdup(a, id);

			for (char *p = lower; *p; p++)
				*p = (char)tolower((unsigned char)*p);
			names = vec_grow(names, ids->count, &cap, sizeof *names);
			names[ids->count++] = lower;
		}
		free(shown);
	}
	if (rc == RC_OK && !rows)
		rc = err_set(e, RC_PARSE, "ods-hsmutil list: it printed no table");
	ids->names = arena_dup(a, names, ids->count, sizeof *names);
	free(names);
	free(l.copy);
	return rc;
}

const char *cli_version(struct arena *a, const char *text)
{
	for (const char *p = text; *p; p++) {
		size_t n = strspn(p, "0123456789.");
		const char *colon = p + n;

		if (!isdigit((unsigned char)*p) || (p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '.')))
			continue;
		if (*colon == ':') /* Debian's epoch */
			continue;
		while (n && p[n - 1] == '.')
			n--;
		if (memchr(p, '.', n))
			return arena_strndup(a, p, n);
		p += n - 1;
	}
	return NULL;
}
