/* journal_db.h -- the journal's database: statements and the hash chain. For the files of the journal only. */
#ifndef ODSF_CORE_RUN_JOURNAL_DB_H
#define ODSF_CORE_RUN_JOURNAL_DB_H

#include <sqlite3.h>

#include "core/run/journal.h"

struct journal {
	sqlite3 *db;
	bool read_only;
};

enum { DIGEST_TEXT = 65 };

/* One link of a run's chain. An attachment is an entry of PHASE_ATTACH whose body counts by its digest. */
struct link {
	struct journal_entry n;  /* n.run, n.seq, n.at_ms are part of it */
	const char *attachment;  /* name; NULL when it is none */
	const char *body_sha256; /* of the attachment's body; NULL when it is none */
	const void *body;
	size_t body_len;
};

/* RC_DB with SQLite's own words. */
enum rc jdb_fail(struct journal *j, struct err *e, const char *doing);
MUST_CHECK enum rc jdb_exec(struct journal *j, const char *sql, struct err *e);
/* Prepares @sql and binds by @types: 't' const char * (NULL is NULL), 'i' int64_t, 'b' const void *, size_t. The
 * strings and octets have to live until the statement is finalized. */
MUST_CHECK enum rc jdb_prepare(struct journal *j, sqlite3_stmt **st, struct err *e, const char *sql, const char *types,
                               ...);
/* jdb_prepare(), one step, finalize: for statements that give no rows. */
MUST_CHECK enum rc jdb_do(struct journal *j, struct err *e, const char *sql, const char *types, ...);
const char *jdb_text(sqlite3_stmt *st, int column); /* "" for NULL; valid until the next step */

bool phase_parse(const char *name, enum phase *p);
bool outcome_parse(const char *name, enum outcome *o);
bool rc_parse(const char *name, enum rc *rc);

int64_t journal_now_ms(void); /* wall clock, milliseconds since the epoch; frozen where clock_now() is */
void sha256_hex(char out[DIGEST_TEXT], const void *p, size_t len);
/* What a chain starts from: the digest of what the run row says and never changes. */
void chain_genesis(char out[DIGEST_TEXT], const struct journal_run *r);
void chain_next(char out[DIGEST_TEXT], const char *prev, const struct link *l);

/* Puts @l behind the last link of its run and moves the run's head; a transaction must be open. n.seq is set here. */
MUST_CHECK enum rc chain_append(struct journal *j, struct link *l, struct err *e);
/* The run row; *found false when there is none. @head may be NULL. */
MUST_CHECK enum rc chain_run(struct journal *j, const char *run, struct journal_run *r, char head[DIGEST_TEXT],
                             int64_t *seq, bool *found, struct err *e);
/* Inserts the run row with an empty chain; a transaction must be open. */
MUST_CHECK enum rc chain_begin(struct journal *j, const struct journal_run *r, struct err *e);
typedef enum rc (*chain_link_fn)(void *ctx, const struct link *l, const char *prev, const char *sha256, struct err *e);
/* The links behind entry @after, 0: all. */
MUST_CHECK enum rc chain_each(struct journal *j, const char *run, int64_t after, bool bodies, chain_link_fn fn,
                              void *ctx, struct err *e);

#endif
