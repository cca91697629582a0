#include "core/run/journal_db.h"

#include <stdarg.h>
#include <string.h>

enum rc jdb_fail(struct journal *j, struct err *e, const char *doing)
{
	enum rc rc = err_set(e, RC_DB, "journal: %s: %s", doing, sqlite3_errmsg(j->db));

	err_hint(e, "Look at the journal's file, its directory's free space and its rights.");
	return rc;
}

enum rc jdb_exec(struct journal *j, const char *sql, struct err *e)
{
	if (sqlite3_exec(j->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return jdb_fail(j, e, "write");
	return RC_OK;
}

static int bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	int rc = SQLITE_OK;

	for (int i = 1; rc == SQLITE_OK && *types != '\0'; i++, types++) {
		if (*types == 'i') {
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
		} else if (*types == 't') {
			rc = sqlite3_bind_text(st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
		} else {
			const void *p = va_arg(ap, const void *);

			rc = sqlite3_bind_blob64(st, i, p, va_arg(ap, size_t), SQLITE_STATIC);
		}
	}
	return rc;
}

static enum rc prepare(struct journal *j, sqlite3_stmt **st, struct err *e, const char *sql, const char *types,
                       va_list ap)
{
	if (sqlite3_prepare_v2(j->db, sql, -1, st, NULL) != SQLITE_OK || bind(*st, types, ap) != SQLITE_OK) {
		sqlite3_finalize(*st);
		*st = NULL;
		return jdb_fail(j, e, "prepare");
	}
	return RC_OK;
}

enum rc jdb_prepare(struct journal *j, sqlite3_stmt **st, struct err *e, const char *sql, const char *types, ...)
{
	va_list ap;
	enum rc rc;

	va_start(ap, types);
	rc = prepare(j, st, e, sql, types, ap);
	va_end(ap);
	return rc;
}

enum rc jdb_do(struct journal *j, struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st = NULL;
	va_list ap;
	enum rc rc;

	va_start(ap, types);
	rc = prepare(j, &st, e, sql, types, ap);
	va_end(ap);
	if (rc != RC_OK)
		return rc;
	if (sqlite3_step(st) != SQLITE_DONE)
		rc = jdb_fail(j, e, "write");
	sqlite3_finalize(st);
	return rc;
}

const char *jdb_text(sqlite3_stmt *st, int column)
{
	const unsigned char *s = sqlite3_column_text(st, column);

	return s != NULL ? (const char *)s : "";
}
