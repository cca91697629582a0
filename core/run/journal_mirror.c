/* A run as lines of JSON: the run's row, each link of its chain, and how many there are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/journal_db.h"

enum { MIRROR_FORMAT = 1 };

static void add_line(struct buf *out, json_t *line)
{
	char *s = json_dumps(line, JSON_COMPACT);

	buf_adds(out, s != NULL ? s : "{}");
	buf_addc(out, '\n');
	free(s);
	json_decref(line);
}

static char *to_base64(const void *p, size_t len)
{
	char *s = xcalloc(1, (len + 2) / 3 * 4 + 1);

	if (len > 0)
		(void)EVP_EncodeBlock((unsigned char *)s, p, (int)len);
	return s;
}

/* Caller frees; NULL when @s is not base64. */
static void *from_base64(const char *s, size_t *len)
{
	size_t n = strlen(s);
	unsigned char *p;
	int got;

	if (n % 4 != 0)
		return NULL;
	p = xcalloc(1, n / 4 * 3 + 1);
	got = n == 0 ? 0 : EVP_DecodeBlock(p, (const unsigned char *)s, (int)n);
	if (got < 0) {
		free(p);
		return NULL;
	}
	while (n > 0 && got > 0 && s[n - 1] == '=') {
		n--;
		got--;
	}
	*len = (size_t)got;
	return p;
}

static bool get_number(const json_t *o, const char *key, int64_t *v)
{
	const json_t *n = json_object_get(o, key);

	*v = json_integer_value(n);
	return json_is_integer(n);
}

static enum rc export_link(void *ctx, const struct link *l, const char *prev, const char *sha256, struct err *e)
{
	json_t *line = json_pack("{s:I s:I s:s s:i s:s s:s s:s? s:s s:I s:s}", "seq", (json_int_t)l->n.seq, "at_ms",
	                         (json_int_t)l->n.at_ms, "step", l->n.step, "attempt", l->n.attempt, "phase",
	                         phase_name(l->n.phase), "rc", rc_name(l->n.rc), "host", l->n.host, "text", l->n.text,
	                         "took_ms", (json_int_t)l->n.took_ms, "sha256", sha256);
	struct buf *out = ctx;

	(void)prev;
	if (line == NULL)
		return err_set(e, RC_DB, "journal: entry %" PRId64 " holds text that is not UTF-8", l->n.seq);
	if (l->attachment != NULL) {
		char *body = to_base64(l->body, l->body_len);

		(void)json_object_set_new(line, "attachment", json_string(l->attachment));
		(void)json_object_set_new(line, "body", json_string(body));
		free(body);
	}
	add_line(out, line);
	return RC_OK;
}

static enum rc export_run(const struct journal_run *r, struct buf *out, struct err *e)
{
	json_t *first = json_pack("{s:i s:s s:s s:s s:s s:s s:s s:s s:s s:s s:I}", "odsf_journal", MIRROR_FORMAT, "id",
	                          r->id, "kind", r->kind, "plan_id", r->plan_id, "pair", r->pair, "from", r->from, "to",
	                          r->to, "operator", r->operator_name, "reason", r->reason, "version", r->version,
	                          "started_ms", (json_int_t)r->started_ms);

	if (first == NULL)
		return err_set(e, RC_DB, "journal: run %s holds text that is not UTF-8", r->id);
	add_line(out, first);
	return RC_OK;
}

enum rc journal_export_more(struct journal *j, const char *run, struct journal_text *t, struct err *e)
{
	size_t had = t->entries_len;
	struct journal_run r;
	char head[DIGEST_TEXT];
	int64_t seq = 0;
	bool found;
	enum rc rc;

	rc = chain_run(j, run, &r, head, &seq, &found, e);
	if (rc != RC_OK)
		return rc;
	if (!found)
		return err_set(e, RC_USAGE, "there is no run %s in the journal", run);
	buf_cut(&t->lines, had);
	if (had == 0)
		rc = export_run(&r, &t->lines, e);
	if (rc == RC_OK)
		rc = chain_each(j, run, t->entries, true, export_link, &t->lines, e);
	if (rc != RC_OK) {
		buf_cut(&t->lines, had);
		return rc;
	}
	t->entries = seq;
	t->entries_len = t->lines.len;
	add_line(&t->lines, json_pack("{s:I s:s}", "count", (json_int_t)seq, "head", head));
	return RC_OK;
}

enum rc journal_export(struct journal *j, const char *run, struct buf *out, struct err *e)
{
	struct journal_text t = { 0 };
	enum rc rc = journal_export_more(j, run, &t, e);

	buf_add(out, buf_str(&t.lines), t.lines.len);
	buf_free(&t.lines);
	return rc;
}

struct import {
	struct journal *j;
	struct journal_run run;
	char head[DIGEST_TEXT]; /* of what was read so far */
	int64_t seq;
	int64_t ours; /* links that are here already */
	char our_head[DIGEST_TEXT];
	bool complete;        /* the last line fitted */
	bool parted;          /* ours goes on in another way: of the mirror's nothing is taken but how it ended */
	enum outcome outcome; /* of the mirror's */
};

static enum rc malformed(struct err *e, const char *what)
{
	return err_set(e, RC_DB, "journal: the mirrored run cannot be taken: %s", what);
}

static bool get_string(const json_t *o, const char *key, char *out, size_t cap)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && str_copy(out, cap, s);
}

static enum rc import_run(struct import *im, const json_t *o, struct err *e)
{
	struct journal_run *r = &im->run;
	struct journal_run old;
	bool found;
	enum rc rc;

	if (json_integer_value(json_object_get(o, "odsf_journal")) != MIRROR_FORMAT)
		return malformed(e, "its format is not known");
	if (!get_string(o, "id", r->id, sizeof r->id) || !get_string(o, "kind", r->kind, sizeof r->kind) ||
	    !get_string(o, "plan_id", r->plan_id, sizeof r->plan_id) ||
	    !get_string(o, "pair", r->pair, sizeof r->pair) || !get_string(o, "from", r->from, sizeof r->from) ||
	    !get_string(o, "to", r->to, sizeof r->to) ||
	    !get_string(o, "operator", r->operator_name, sizeof r->operator_name) ||
	    !get_string(o, "reason", r->reason, sizeof r->reason) ||
	    !get_string(o, "version", r->version, sizeof r->version))
		return malformed(e, "its first line is not whole");
	if (!get_number(o, "started_ms", &r->started_ms))
		return malformed(e, "its first line is not whole");
	chain_genesis(im->head, r);
	rc = chain_run(im->j, r->id, &old, im->our_head, &im->ours, &found, e);
	if (rc == RC_OK && !found) {
		im->ours = 0;
		(void)str_copy(im->our_head, sizeof im->our_head, im->head);
		rc = chain_begin(im->j, r, e);
	}
	return rc;
}

static enum rc import_link(struct import *im, const json_t *o, struct err *e)
{
	const char *phase = json_string_value(json_object_get(o, "phase")),
	           *rcs = json_string_value(json_object_get(o, "rc"));
	const char *sha256 = json_string_value(json_object_get(o, "sha256"));
	const char *base64 = json_string_value(json_object_get(o, "body"));
	char digest[DIGEST_TEXT], body_sha256[DIGEST_TEXT];
	struct link l = { .n = { .run = im->run.id } };
	void *body = NULL;
	int64_t attempt = 0;
	bool numbers;
	enum rc rc = RC_OK;

	numbers = get_number(o, "seq", &l.n.seq) && get_number(o, "at_ms", &l.n.at_ms) &&
	          get_number(o, "took_ms", &l.n.took_ms) && get_number(o, "attempt", &attempt);
	l.n.attempt = (int)attempt;
	l.n.step = json_string_value(json_object_get(o, "step"));
	l.n.text = json_string_value(json_object_get(o, "text"));
	l.n.host = json_string_value(json_object_get(o, "host"));
	l.attachment = json_string_value(json_object_get(o, "attachment"));
	if (!numbers || phase == NULL || rcs == NULL || sha256 == NULL || l.n.step == NULL || l.n.text == NULL ||
	    !phase_parse(phase, &l.n.phase) || !rc_parse(rcs, &l.n.rc) || (l.attachment != NULL) != (base64 != NULL) ||
	    (l.attachment != NULL) != (l.n.phase == PHASE_ATTACH) ||
	    (l.n.host == NULL && !json_is_null(json_object_get(o, "host"))))
		return malformed(e, "a line is not whole");
	if (base64 != NULL) {
		body = from_base64(base64, &l.body_len);
		if (body == NULL)
			return malformed(e, "an attachment is not base64");
		l.body = body;
		sha256_hex(body_sha256, body, l.body_len);
		l.body_sha256 = body_sha256;
	}
	chain_next(digest, im->head, &l);
	if (l.n.seq != im->seq + 1 || strcmp(digest, sha256) != 0) {
		free(body);
		return malformed(e, "its chain is broken");
	}
	im->seq = l.n.seq;
	(void)str_copy(im->head, sizeof im->head, digest);
	if (l.n.phase == PHASE_BEGIN)
		im->outcome = OUTCOME_OPEN;
	else if (l.n.phase == PHASE_END && !outcome_parse(l.n.text, &im->outcome))
		im->outcome = OUTCOME_OPEN;
	if (im->seq == im->ours && strcmp(im->head, im->our_head) != 0)
		im->parted = true;
	else if (im->seq > im->ours && !im->parted)
		rc = chain_append(im->j, &l, e);
	free(body);
	return rc;
}

/* A link of ours that the mirror does not have yet: the mirror must end with one of our own. */
struct prefix {
	int64_t seq;
	const char *head;
	bool same;
};

static enum rc find_link(void *ctx, const struct link *l, const char *prev, const char *sha256, struct err *e)
{
	struct prefix *p = ctx;

	(void)prev;
	(void)e;
	if (l->n.seq == p->seq)
		p->same = strcmp(sha256, p->head) == 0;
	return RC_OK;
}

static enum rc import_end(struct import *im, const json_t *o, struct err *e)
{
	const char *head = json_string_value(json_object_get(o, "head"));
	struct prefix p = { im->seq, im->head, false };
	enum rc rc;

	if (json_integer_value(json_object_get(o, "count")) != im->seq || head == NULL || strcmp(head, im->head) != 0)
		return malformed(e, "its last entries are missing");
	im->complete = true;
	if (im->seq >= im->ours)
		return RC_OK;
	rc = chain_each(im->j, im->run.id, 0, false, find_link, &p, e);
	im->parted = rc == RC_OK && !p.same;
	return rc;
}

/* A console that was killed has entries that were on no instance when another machine went on with its run. Theirs is
 * what the instances saw; ours stays as it is, and ends when theirs has ended. */
static enum rc end_as_elsewhere(struct import *im, struct err *e)
{
	struct link note = { .n = { .run = im->run.id,
		                    .step = "",
		                    .phase = PHASE_NOTE,
		                    .text =
		                        "another machine went on with this run, and ended it; what it did is in its "
		                        "journal, and in the mirror on the instances" } };
	struct link end = {
		.n = { .run = im->run.id, .step = "", .phase = PHASE_END, .text = outcome_name(im->outcome) }
	};
	enum rc rc;

	if (im->outcome == OUTCOME_OPEN || im->outcome == OUTCOME_STOPPED) {
		rc = err_set(e, RC_BLOCKED,
		             "another machine went on with run %s: the journal here says something else of it",
		             im->run.id);
		err_hint(e, "Go on with it, or take it back, from there.");
		return rc;
	}
	note.n.at_ms = end.n.at_ms = journal_now_ms();
	rc = chain_append(im->j, &note, e);
	return rc == RC_OK ? chain_append(im->j, &end, e) : rc;
}

static enum rc import_line(struct import *im, const char *line, size_t len, struct err *e)
{
	json_t *o = json_loadb(line, len, 0, NULL);
	enum rc rc;

	if (o == NULL || im->complete)
		rc = malformed(e, o == NULL ? "a line is not JSON" : "there are lines behind its end");
	else if (im->run.id[0] == '\0')
		rc = import_run(im, o, e);
	else if (json_object_get(o, "head") != NULL)
		rc = import_end(im, o, e);
	else
		rc = import_link(im, o, e);
	json_decref(o);
	return rc;
}

enum rc journal_import(struct journal *j, const char *lines, size_t len, struct err *e)
{
	struct import im = { .j = j };
	enum rc rc = jdb_exec(j, "BEGIN IMMEDIATE", e);
	const char *end = lines + len;

	if (rc != RC_OK)
		return rc;
	for (const char *p = lines; rc == RC_OK && p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl != NULL ? nl : end) - p);

		if (n > 0)
			rc = import_line(&im, p, n, e);
		p += n + 1;
	}
	if (rc == RC_OK && !im.complete)
		rc = malformed(e, "it is cut short");
	if (rc == RC_OK && im.parted)
		rc = end_as_elsewhere(&im, e);
	if (rc == RC_OK)
		rc = jdb_exec(j, "COMMIT", e);
	if (rc != RC_OK)
		(void)sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
