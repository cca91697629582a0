#include "core/run/journal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/board.h"
#include "core/run/journal_db.h"

/* "odsf" */
enum { APPLICATION_ID = 0x6f647366, SCHEMA_VERSION = 1 };

static const char schema[] =
    "CREATE TABLE run (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, plan_id TEXT NOT NULL, pair TEXT NOT NULL,"
    " loser TEXT NOT NULL, winner TEXT NOT NULL, operator TEXT NOT NULL, reason TEXT NOT NULL, version TEXT NOT NULL,"
    " started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, outcome TEXT NOT NULL, head TEXT NOT NULL,"
    " seq INTEGER NOT NULL) STRICT;"
    "CREATE TABLE entry (run TEXT NOT NULL REFERENCES run(id), seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " step TEXT NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL, rc TEXT NOT NULL, host TEXT, text TEXT NOT "
    "NULL,"
    " took_ms INTEGER NOT NULL, prev_sha256 TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (run, seq)) STRICT;"
    "CREATE TABLE attachment (run TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " body BLOB NOT NULL, PRIMARY KEY (run, seq), FOREIGN KEY (run, seq) REFERENCES entry(run, seq)) STRICT;"
    "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER attachment_update BEFORE UPDATE ON attachment BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER attachment_delete BEFORE DELETE ON attachment BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER run_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER run_update BEFORE UPDATE OF id, kind, plan_id, pair, loser, winner, operator, reason, version, "
    "started_ms"
    " ON run BEGIN SELECT RAISE(ABORT, 'append-only'); END;";

static const char *const phase_names[] = {
	[PHASE_APPROVE] = "approve",   [PHASE_INTENT] = "intent", [PHASE_CHECK] = "check", [PHASE_RUN] = "run",
	[PHASE_VERIFY] = "verify",     [PHASE_UNDO] = "undo",     [PHASE_SKIP] = "skip",   [PHASE_NOTE] = "note",
	[PHASE_OVERRIDE] = "override", [PHASE_BEGIN] = "begin",   [PHASE_END] = "end",     [PHASE_ATTACH] = "attach",
	[PHASE_WARN] = "warn",
};

static const char *const outcome_names[] = {
	[OUTCOME_OPEN] = "open",       [OUTCOME_DONE] = "done",     [OUTCOME_ISSUES] = "done with issues",
	[OUTCOME_STOPPED] = "stopped", [OUTCOME_UNDONE] = "undone", [OUTCOME_REFUSED] = "refused",
};

enum {
	PHASE_COUNT = sizeof phase_names / sizeof *phase_names,
	OUTCOME_COUNT = sizeof outcome_names / sizeof *outcome_names
};

const char *phase_name(enum phase p)
{
	return phase_names[p];
}

const char *outcome_name(enum outcome o)
{
	return outcome_names[o];
}

bool phase_parse(const char *name, enum phase *p)
{
	for (size_t i = 0; i < PHASE_COUNT; i++)
		if (strcmp(phase_names[i], name) == 0) {
			*p = (enum phase)i;
			return true;
		}
	return false;
}

bool outcome_parse(const char *name, enum outcome *o)
{
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		if (strcmp(outcome_names[i], name) == 0) {
			*o = (enum outcome)i;
			return true;
		}
	return false;
}

bool rc_parse(const char *name, enum rc *rc)
{
	for (int i = RC_OK; i <= RC_UNKNOWN; i++)
		if (strcmp(rc_name((enum rc)i), name) == 0) {
			*rc = (enum rc)i;
			return true;
		}
	return false;
}

int64_t journal_now_ms(void)
{
	struct timespec t;

	if (getenv("ODSF_NOW") != NULL)
		return clock_now() * 1000;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Makes @path and what leads to it; only what did not exist gets mode 0700. */
static enum rc make_directories(char *path, struct err *e)
{
	for (char *p = path + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return err_sys(e, errno, "cannot make the journal's directory %s", path);
		*p = c;
		if (c == '\0')
			return RC_OK;
	}
}

enum rc journal_default_path(char **path, struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *dir;
	enum rc rc;

	*path = NULL;
	if (state != NULL && state[0] == '/')
		dir = xasprintf("%s/ods-failover", state);
	else if (home != NULL && home[0] == '/')
		dir = xasprintf("%s/.local/state/ods-failover", home);
	else
		return err_set(e, RC_CONFIG,
		               "there is no place for the journal: neither XDG_STATE_HOME nor HOME is set");
	rc = make_directories(dir, e);
	if (rc == RC_OK)
		*path = xasprintf("%s/journal.db", dir);
	free(dir);
	return rc;
}

static enum rc read_number(struct journal *j, const char *sql, int64_t *v, struct err *e)
{
	sqlite3_stmt *st = NULL;
	enum rc rc = jdb_prepare(j, &st, e, sql, "");

	if (rc != RC_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW)
		*v = sqlite3_column_int64(st, 0);
	else
		rc = jdb_fail(j, e, "open");
	sqlite3_finalize(st);
	return rc;
}

/* Two consoles may open a new file at one time: the schema is made under a write lock, by whoever comes first. */
static enum rc make_schema(struct journal *j, struct err *e)
{
	char sql[80];
	int64_t version = 0;
	enum rc rc;

	rc = jdb_exec(j, "BEGIN IMMEDIATE", e);
	if (rc != RC_OK)
		return rc;
	rc = read_number(j, "PRAGMA user_version", &version, e);
	if (rc == RC_OK && version == 0) {
		(void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID,
		               SCHEMA_VERSION);
		rc = jdb_exec(j, schema, e);
		if (rc == RC_OK)
			rc = jdb_exec(j, sql, e);
	}
	if (rc == RC_OK)
		return jdb_exec(j, "COMMIT", e);
	(void)sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static enum rc prepare_database(struct journal *j, bool fresh_memory, struct err *e)
{
	int64_t id = 0, version = 0;
	enum rc rc;

	rc = jdb_exec(j, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF", e);
	if (rc == RC_OK && !j->read_only)
		rc = jdb_exec(j, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", e);
	if (rc == RC_OK)
		rc = read_number(j, "PRAGMA user_version", &version, e);
	if (rc == RC_OK && version == 0 && (!j->read_only || fresh_memory))
		rc = make_schema(j, e);
	if (rc == RC_OK)
		rc = read_number(j, "PRAGMA application_id", &id, e);
	if (rc == RC_OK)
		rc = read_number(j, "PRAGMA user_version", &version, e);
	if (rc != RC_OK)
		return rc;
	if (id != APPLICATION_ID)
		return err_set(e, RC_DB, "it is not a journal of ods-failover");
	if (version > SCHEMA_VERSION)
		return err_set(e, RC_DB, "the journal was written by a newer version (%" PRId64 ")", version);
	return RC_OK;
}

enum rc journal_open(struct journal **j, const char *path, bool read_only, struct err *e)
{
	bool memory = read_only && access(path, F_OK) != 0 && errno == ENOENT;
	mode_t mask = umask(077);
	enum rc rc = RC_OK;
	int flags = SQLITE_OPEN_NOMUTEX |
	            (read_only && !memory ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	*j = xcalloc(1, sizeof **j);
	(*j)->read_only = read_only;
	if (sqlite3_open_v2(memory ? ":memory:" : path, &(*j)->db, flags, NULL) != SQLITE_OK)
		rc = jdb_fail(*j, e, "open");
	if (rc == RC_OK) {
		(void)sqlite3_busy_timeout((*j)->db, 10000);
		rc = prepare_database(*j, memory, e);
	}
	umask(mask);
	if (rc != RC_OK) {
		(void)err_in(e, "%s", path);
		journal_close(j);
	}
	return rc;
}

const char *journal_path(const struct journal *j)
{
	return sqlite3_db_filename(j->db, "main");
}

void journal_close(struct journal **j)
{
	if (*j == NULL)
		return;
	(void)sqlite3_close((*j)->db);
	free(*j);
	*j = NULL;
}

/* "20261124-155501-desk-5f0c9a1e": time, host and chance; fit for a file name anywhere. */
static void make_id(char id[RUN_ID])
{
	char host[64] = "", name[15] = "", when[20];
	time_t t = (time_t)clock_now();
	uint32_t chance = 0;
	struct tm tm;
	size_t n = 0;

	(void)gethostname(host, sizeof host - 1);
	for (const char *p = host; *p != '\0' && *p != '.' && n < sizeof name - 1; p++)
		if (isalnum((unsigned char)*p))
			name[n++] = (char)tolower((unsigned char)*p);
	if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		chance = (uint32_t)clock_mono_ms() ^ (uint32_t)getpid() << 16;
	gmtime_r(&t, &tm);
	(void)strftime(when, sizeof when, "%Y%m%d-%H%M%S", &tm);
	(void)snprintf(id, RUN_ID, "%s-%s-%08x", when, n > 0 ? name : "host", chance);
}

/* One link in a transaction of its own: on disk when this returns RC_OK. */
static enum rc append(struct journal *j, struct link *l, const struct journal_run *begin, struct err *e)
{
	enum rc rc = jdb_exec(j, "BEGIN IMMEDIATE", e);

	if (rc != RC_OK)
		return rc;
	if (l->n.at_ms == 0)
		l->n.at_ms = journal_now_ms();
	if (begin != NULL)
		rc = chain_begin(j, begin, e);
	if (rc == RC_OK)
		rc = chain_append(j, l, e);
	if (rc == RC_OK)
		rc = jdb_exec(j, "COMMIT", e);
	if (rc != RC_OK)
		(void)sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

enum rc journal_begin(struct journal *j, struct journal_run *r, struct err *e)
{
	char text[160];
	struct link l = { .n = { .run = r->id, .step = "", .phase = PHASE_BEGIN, .text = text } };

	make_id(r->id);
	r->started_ms = journal_now_ms();
	r->ended_ms = 0;
	r->outcome = OUTCOME_OPEN;
	(void)snprintf(text, sizeof text, "%s from %s to %s", r->kind, r->from, r->to);
	l.n.at_ms = r->started_ms;
	return append(j, &l, r, e);
}

enum rc journal_reopen(struct journal *j, const char *run, const char *text, struct err *e)
{
	struct link l = { .n = { .run = run, .step = "", .phase = PHASE_BEGIN, .text = text } };

	return append(j, &l, NULL, e);
}

enum rc journal_append(struct journal *j, const struct journal_entry *n, struct err *e)
{
	struct link l = { .n = *n };

	if (n->phase == PHASE_BEGIN || n->phase == PHASE_END || n->phase == PHASE_ATTACH)
		return err_set(e, RC_DB, "journal: phase %s has a function of its own", phase_name(n->phase));
	l.n.at_ms = 0;
	if (l.n.step == NULL)
		l.n.step = "";
	if (l.n.text == NULL)
		l.n.text = "";
	return append(j, &l, NULL, e);
}

enum rc journal_attach(struct journal *j, const char *run, const char *name, const void *body, size_t len,
                       struct err *e)
{
	char digest[DIGEST_TEXT], text[160];
	struct link l = { .n = { .run = run, .step = "", .phase = PHASE_ATTACH, .text = text },
		          .attachment = name,
		          .body_sha256 = digest,
		          .body = body,
		          .body_len = len };

	sha256_hex(digest, len > 0 ? body : "", len);
	(void)snprintf(text, sizeof text, "%s, %zu octets", name, len);
	return append(j, &l, NULL, e);
}

enum rc journal_attachment(struct journal *j, const char *run, const char *name, struct buf *body, bool *found,
                           struct err *e)
{
	sqlite3_stmt *st = NULL;
	enum rc rc =
	    jdb_prepare(j, &st, e, "SELECT body FROM attachment WHERE run = ? AND name = ? ORDER BY seq DESC LIMIT 1",
	                "tt", run, name);
	int step;

	*found = false;
	if (rc != RC_OK)
		return rc;
	step = sqlite3_step(st);
	if (step == SQLITE_ROW) {
		*found = true;
		buf_add(body, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	} else if (step != SQLITE_DONE) {
		rc = jdb_fail(j, e, "read an attachment");
	}
	sqlite3_finalize(st);
	return rc;
}

enum rc journal_end(struct journal *j, const char *run, enum outcome outcome, struct err *e)
{
	struct link l = { .n = { .run = run, .step = "", .phase = PHASE_END, .text = outcome_name(outcome) } };

	return append(j, &l, NULL, e);
}

enum rc journal_find(struct journal *j, const char *pair, const char *run, bool resumable_only, struct journal_run *r,
                     bool *found, struct err *e)
{
	sqlite3_stmt *st = NULL;
	char id[RUN_ID] = "";
	enum rc rc = jdb_prepare(
	    j, &st, e,
	    "SELECT id FROM run WHERE pair = ?1 AND (?2 IS NULL OR id = ?2) AND (?3 = 0 OR outcome IN ('open', "
	    "'stopped')) ORDER BY started_ms DESC, id DESC LIMIT 1",
	    "tti", pair, run, (int64_t)resumable_only);

	*found = false;
	if (rc != RC_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW)
		(void)str_copy(id, sizeof id, jdb_text(st, 0));
	sqlite3_finalize(st);
	return id[0] != '\0' ? chain_run(j, id, r, NULL, NULL, found, e) : RC_OK;
}

enum rc journal_each_run(struct journal *j, journal_run_fn fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st = NULL;
	bool more = true;
	enum rc rc = jdb_prepare(j, &st, e, "SELECT id FROM run ORDER BY started_ms DESC, id DESC", "");

	while (rc == RC_OK && more && sqlite3_step(st) == SQLITE_ROW) {
		struct journal_run r;
		bool found;

		rc = chain_run(j, jdb_text(st, 0), &r, NULL, NULL, &found, e);
		if (rc == RC_OK && found)
			more = fn(ctx, &r);
	}
	sqlite3_finalize(st);
	return rc;
}

struct each {
	journal_row_fn fn;
	void *ctx;
	bool stopped;
};

static enum rc each_link(void *ctx, const struct link *l, const char *prev, const char *sha256, struct err *e)
{
	struct each *each = ctx;

	(void)prev;
	(void)sha256;
	(void)e;
	if (!each->stopped)
		each->stopped = !each->fn(each->ctx, &l->n);
	return RC_OK;
}

enum rc journal_each(struct journal *j, const char *run, journal_row_fn fn, void *ctx, struct err *e)
{
	struct each each = { fn, ctx, false };

	return chain_each(j, run, 0, false, each_link, &each, e);
}

static int compare_numbers(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

enum rc journal_measured(struct journal *j, const char *pair, const char *kind, struct measured *m, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int64_t *took = NULL;
	size_t count = 0, cap = 0;
	enum rc rc;

	*m = (struct measured){ 0 };
	rc = jdb_prepare(j, &st, e,
	                 "SELECT (SELECT max(at_ms) FROM entry WHERE run = r.id AND step = 'verify-public' AND phase = "
	                 "'verify' AND rc "
	                 "= 'RC_OK') - (SELECT min(at_ms) FROM entry WHERE run = r.id AND step = 'stop-enforcer' AND "
	                 "phase = 'intent') "
	                 "AS took FROM run r WHERE pair = ? AND kind = ? AND outcome IN ('done', 'done with issues') "
	                 "AND 1 = (SELECT "
	                 "count(*) FROM entry WHERE run = r.id AND phase = 'begin') AND took IS NOT NULL",
	                 "tt", pair, kind);
	if (rc != RC_OK)
		return rc;
	while (sqlite3_step(st) == SQLITE_ROW) {
		took = vec_grow(took, count, &cap, sizeof *took);
		took[count++] = sqlite3_column_int64(st, 0);
	}
	sqlite3_finalize(st);
	if (count > 0) {
		qsort(took, count, sizeof *took, compare_numbers);
		m->runs = (int)count;
		m->seconds = (took[count < 3 ? count - 1 : (count * 9 + 9) / 10 - 1] + 999) / 1000;
	}
	free(took);
	return RC_OK;
}
