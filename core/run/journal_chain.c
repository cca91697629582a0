#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "core/base/buf.h"
#include "core/base/str.h"
#include "core/run/journal_db.h"

static const char run_columns[] =
    "SELECT id, kind, plan_id, pair, loser, winner, operator, reason, version, started_ms, "
    "ended_ms, outcome, head, seq FROM run ";

void sha256_hex(char out[DIGEST_TEXT], const void *p, size_t len)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(p, len, md, &n, EVP_sha256(), NULL) != 1)
		n = 0;
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(out + (size_t)2 * i, 3, "%02x", md[i]);
	out[(size_t)2 * n] = '\0';
}

/* Each field with its length in front: no two different rows give the same text. */
static void add_text(struct buf *b, const char *s)
{
	if (s == NULL) {
		buf_adds(b, "-;");
		return;
	}
	buf_addf(b, "%zu:", strlen(s));
	buf_adds(b, s);
	buf_addc(b, ';');
}

static void add_number(struct buf *b, int64_t n)
{
	buf_addf(b, "%" PRId64 ";", n);
}

void chain_genesis(char out[DIGEST_TEXT], const struct journal_run *r)
{
	struct buf b = { 0 };

	add_text(&b, "run");
	add_text(&b, r->id);
	add_text(&b, r->kind);
	add_text(&b, r->plan_id);
	add_text(&b, r->pair);
	add_text(&b, r->from);
	add_text(&b, r->to);
	add_text(&b, r->operator_name);
	add_text(&b, r->reason);
	add_text(&b, r->version);
	add_number(&b, r->started_ms);
	sha256_hex(out, buf_str(&b), b.len);
	buf_free(&b);
}

void chain_next(char out[DIGEST_TEXT], const char *prev, const struct link *l)
{
	struct buf b = { 0 };

	add_text(&b, prev);
	add_text(&b, l->n.run);
	add_number(&b, l->n.seq);
	add_number(&b, l->n.at_ms);
	add_text(&b, l->n.step);
	add_number(&b, l->n.attempt);
	add_text(&b, phase_name(l->n.phase));
	add_text(&b, rc_name(l->n.rc));
	add_text(&b, l->n.host);
	add_text(&b, l->n.text);
	add_number(&b, l->n.took_ms);
	add_text(&b, l->attachment);
	add_text(&b, l->body_sha256);
	sha256_hex(out, buf_str(&b), b.len);
	buf_free(&b);
}

static void read_run(sqlite3_stmt *st, struct journal_run *r)
{
	memset(r, 0, sizeof *r);
	(void)str_copy(r->id, sizeof r->id, jdb_text(st, 0));
	(void)str_copy(r->kind, sizeof r->kind, jdb_text(st, 1));
	(void)str_copy(r->plan_id, sizeof r->plan_id, jdb_text(st, 2));
	(void)str_copy(r->pair, sizeof r->pair, jdb_text(st, 3));
	(void)str_copy(r->from, sizeof r->from, jdb_text(st, 4));
	(void)str_copy(r->to, sizeof r->to, jdb_text(st, 5));
	(void)str_copy(r->operator_name, sizeof r->operator_name, jdb_text(st, 6));
	(void)str_copy(r->reason, sizeof r->reason, jdb_text(st, 7));
	(void)str_copy(r->version, sizeof r->version, jdb_text(st, 8));
	r->started_ms = sqlite3_column_int64(st, 9);
	r->ended_ms = sqlite3_column_int64(st, 10);
	if (!outcome_parse(jdb_text(st, 11), &r->outcome))
		r->outcome = OUTCOME_OPEN;
}

/* Where the run stands: the last entry of a step that says what was done, not what was remarked. */
static enum rc read_place(struct journal *j, struct journal_run *r, struct err *e)
{
	sqlite3_stmt *st = NULL;
	enum rc rc = jdb_prepare(
	    j, &st, e,
	    "SELECT step, phase FROM entry WHERE run = ? AND step <> '' AND phase NOT IN ('note', 'attach', "
	    "'warn', 'override') ORDER BY seq DESC LIMIT 1",
	    "t", r->id);

	if (rc != RC_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW) {
		(void)str_copy(r->step, sizeof r->step, jdb_text(st, 0));
		if (!phase_parse(jdb_text(st, 1), &r->phase))
			r->phase = PHASE_NOTE;
	}
	sqlite3_finalize(st);
	return RC_OK;
}

enum rc chain_run(struct journal *j, const char *run, struct journal_run *r, char head[DIGEST_TEXT], int64_t *seq,
                  bool *found, struct err *e)
{
	sqlite3_stmt *st = NULL;
	char sql[sizeof run_columns + 32];
	enum rc rc;
	int step;

	*found = false;
	(void)snprintf(sql, sizeof sql, "%sWHERE id = ?", run_columns);
	rc = jdb_prepare(j, &st, e, sql, "t", run);
	if (rc != RC_OK)
		return rc;
	step = sqlite3_step(st);
	if (step == SQLITE_ROW) {
		*found = true;
		read_run(st, r);
		if (head != NULL)
			(void)str_copy(head, DIGEST_TEXT, jdb_text(st, 12));
		if (seq != NULL)
			*seq = sqlite3_column_int64(st, 13);
	} else if (step != SQLITE_DONE) {
		rc = jdb_fail(j, e, "read a run");
	}
	sqlite3_finalize(st);
	return rc == RC_OK && *found ? read_place(j, r, e) : rc;
}

enum rc chain_begin(struct journal *j, const struct journal_run *r, struct err *e)
{
	char head[DIGEST_TEXT];

	chain_genesis(head, r);
	return jdb_do(
	    j, e,
	    "INSERT INTO run (id, kind, plan_id, pair, loser, winner, operator, reason, version, started_ms, ended_ms, "
	    "outcome, head, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'open', ?, 0)",
	    "tttttttttit", r->id, r->kind, r->plan_id, r->pair, r->from, r->to, r->operator_name, r->reason, r->version,
	    r->started_ms, head);
}

/* What the run row says follows from the chain: begun or taken up again is open, an end is what it names. */
static enum rc move_head(struct journal *j, const struct link *l, const char *head, struct err *e)
{
	if (l->n.phase == PHASE_BEGIN)
		return jdb_do(j, e, "UPDATE run SET head = ?, seq = ?, ended_ms = 0, outcome = 'open' WHERE id = ?",
		              "tit", head, l->n.seq, l->n.run);
	if (l->n.phase == PHASE_END)
		return jdb_do(j, e, "UPDATE run SET head = ?, seq = ?, ended_ms = ?, outcome = ? WHERE id = ?", "tiitt",
		              head, l->n.seq, l->n.at_ms, l->n.text, l->n.run);
	return jdb_do(j, e, "UPDATE run SET head = ?, seq = ? WHERE id = ?", "tit", head, l->n.seq, l->n.run);
}

enum rc chain_append(struct journal *j, struct link *l, struct err *e)
{
	struct journal_run r;
	char head[DIGEST_TEXT], next[DIGEST_TEXT];
	bool found;
	enum rc rc;

	rc = chain_run(j, l->n.run, &r, head, &l->n.seq, &found, e);
	if (rc != RC_OK)
		return rc;
	if (!found)
		return err_set(e, RC_DB, "journal: there is no run %s", l->n.run);
	l->n.seq++;
	chain_next(next, head, l);
	rc = jdb_do(
	    j, e,
	    "INSERT INTO entry (run, seq, at_ms, step, attempt, phase, rc, host, text, took_ms, prev_sha256, sha256) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    "tiitittttitt", l->n.run, l->n.seq, l->n.at_ms, l->n.step, (int64_t)l->n.attempt, phase_name(l->n.phase),
	    rc_name(l->n.rc), l->n.host, l->n.text, l->n.took_ms, head, next);
	if (rc == RC_OK && l->attachment != NULL)
		rc = jdb_do(j, e, "INSERT INTO attachment (run, seq, name, sha256, body) VALUES (?, ?, ?, ?, ?)",
		            "tittb", l->n.run, l->n.seq, l->attachment, l->body_sha256, l->body_len > 0 ? l->body : "",
		            l->body_len);
	return rc == RC_OK ? move_head(j, l, next, e) : rc;
}

/* False when a row holds a word that this version does not know. */
static bool read_link(sqlite3_stmt *st, const char *run, bool bodies, struct link *l)
{
	memset(l, 0, sizeof *l);
	l->n.run = run;
	l->n.seq = sqlite3_column_int64(st, 0);
	l->n.at_ms = sqlite3_column_int64(st, 1);
	l->n.step = jdb_text(st, 2);
	l->n.attempt = sqlite3_column_int(st, 3);
	l->n.host = sqlite3_column_type(st, 6) == SQLITE_NULL ? NULL : jdb_text(st, 6);
	l->n.text = jdb_text(st, 7);
	l->n.took_ms = sqlite3_column_int64(st, 8);
	if (sqlite3_column_type(st, 11) != SQLITE_NULL) {
		l->attachment = jdb_text(st, 11);
		l->body_sha256 = jdb_text(st, 12);
		if (bodies) {
			l->body = sqlite3_column_blob(st, 13);
			l->body_len = (size_t)sqlite3_column_bytes(st, 13);
		}
	}
	return phase_parse(jdb_text(st, 4), &l->n.phase) && rc_parse(jdb_text(st, 5), &l->n.rc);
}

enum rc chain_each(struct journal *j, const char *run, int64_t after, bool bodies, chain_link_fn fn, void *ctx,
                   struct err *e)
{
	sqlite3_stmt *st = NULL;
	struct link l;
	enum rc rc;
	int step;

	rc = jdb_prepare(
	    j, &st, e,
	    bodies
	        ? "SELECT n.seq, at_ms, step, attempt, phase, rc, host, text, took_ms, prev_sha256, n.sha256, a.name, "
	          "a.sha256, a.body FROM entry n LEFT JOIN attachment a ON a.run = n.run AND a.seq = n.seq "
	          "WHERE n.run = ? AND n.seq > ? ORDER BY n.seq"
	        : "SELECT n.seq, at_ms, step, attempt, phase, rc, host, text, took_ms, prev_sha256, n.sha256, a.name, "
	          "a.sha256 FROM entry n LEFT JOIN attachment a ON a.run = n.run AND a.seq = n.seq "
	          "WHERE n.run = ? AND n.seq > ? ORDER BY n.seq",
	    "ti", run, after);
	if (rc != RC_OK)
		return rc;
	while (rc == RC_OK && (step = sqlite3_step(st)) != SQLITE_DONE) {
		char prev[DIGEST_TEXT], sha[DIGEST_TEXT];

		if (step != SQLITE_ROW) {
			rc = jdb_fail(j, e, "read the entries");
		} else if (!read_link(st, run, bodies, &l)) {
			rc = err_set(e, RC_DB, "journal: entry %" PRId64 " of run %s holds an unknown word", l.n.seq,
			             run);
		} else {
			(void)str_copy(prev, sizeof prev, jdb_text(st, 9));
			(void)str_copy(sha, sizeof sha, jdb_text(st, 10));
			rc = fn(ctx, &l, prev, sha, e);
		}
	}
	sqlite3_finalize(st);
	return rc;
}

struct verifying {
	char head[DIGEST_TEXT];
	int64_t seq;
	enum outcome outcome;
	int64_t ended_ms;
};

static enum rc verify_link(void *ctx, const struct link *l, const char *prev, const char *sha256, struct err *e)
{
	struct verifying *v = ctx;
	char digest[DIGEST_TEXT];

	v->seq++;
	if (l->n.seq != v->seq)
		return err_set(e, RC_DB, "journal: entry %" PRId64 " of run %s is missing", v->seq, l->n.run);
	if ((l->n.phase == PHASE_ATTACH) != (l->attachment != NULL))
		return err_set(e, RC_DB, "journal: the attachment of entry %" PRId64 " of run %s is missing", v->seq,
		               l->n.run);
	if (l->attachment != NULL) {
		sha256_hex(digest, l->body_len > 0 ? l->body : "", l->body_len);
		if (strcmp(digest, l->body_sha256) != 0)
			return err_set(e, RC_DB, "journal: attachment %s of run %s was changed", l->attachment,
			               l->n.run);
	}
	chain_next(digest, v->head, l);
	if (strcmp(prev, v->head) != 0 || strcmp(digest, sha256) != 0)
		return err_set(e, RC_DB, "journal: entry %" PRId64 " of run %s was changed", v->seq, l->n.run);
	(void)str_copy(v->head, sizeof v->head, digest);
	if (l->n.phase == PHASE_BEGIN) {
		v->outcome = OUTCOME_OPEN;
		v->ended_ms = 0;
	} else if (l->n.phase == PHASE_END && outcome_parse(l->n.text, &v->outcome)) {
		v->ended_ms = l->n.at_ms;
	}
	return RC_OK;
}

enum rc journal_verify(struct journal *j, const char *run, struct err *e)
{
	struct verifying v = { 0 };
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
	chain_genesis(v.head, &r);
	rc = chain_each(j, run, 0, true, verify_link, &v, e);
	if (rc != RC_OK)
		return rc;
	if (v.seq != seq)
		return err_set(e, RC_DB, "journal: run %s has %" PRId64 " entries, the last of %" PRId64 " are missing",
		               run, v.seq, seq);
	if (strcmp(v.head, head) != 0 || v.outcome != r.outcome || v.ended_ms != r.ended_ms)
		return err_set(e, RC_DB, "journal: the row of run %s was changed", run);
	return RC_OK;
}
