/* A run as another machine mirrored it, and a journal's database as a disk may give it back. The first octet chooses:
 * 'd' the database, any other the lines. */
#include <stdlib.h>

#include "core/run/journal_db.h"
#include "tests/fuzz/scratch.h"

static bool take_entry(void *ctx, const struct journal_entry *n)
{
	(void)ctx;
	return n->step != NULL && n->text != NULL && phase_name(n->phase) != NULL && rc_name(n->rc) != NULL;
}

static bool take_run(void *ctx, const struct journal_run *r)
{
	struct journal *j = ctx;
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)outcome_name(r->outcome);
	(void)journal_verify(j, r->id, &e);
	(void)journal_export(j, r->id, &out, &e);
	(void)journal_each(j, r->id, take_entry, NULL, &e);
	buf_free(&out);
	return true;
}

static void read_database(const uint8_t *data, size_t size)
{
	struct journal *j = NULL;
	struct err e = { 0 };

	if (journal_open(&j, scratch_file(data, size), true, &e) == RC_OK)
		(void)journal_each_run(j, take_run, j, &e);
	else if (e.text[0] == '\0')
		abort();
	journal_close(&j);
}

/* Into a new journal in memory: one input says nothing about another. What was taken is whole. */
static void read_lines(const uint8_t *data, size_t size)
{
	struct journal *j = NULL;
	struct err e = { 0 };
	enum rc rc = journal_open(&j, "/nonexistent/journal.db", true, &e);

	if (rc != RC_OK)
		abort();
	rc = journal_import(j, (const char *)data, size, &e);
	if (rc != RC_OK && e.text[0] == '\0')
		abort();
	if (rc == RC_OK && journal_each_run(j, take_run, j, &e) != RC_OK)
		abort();
	journal_close(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 'd')
		read_database(data + 1, size - 1);
	else if (size > 0)
		read_lines(data + 1, size - 1);
	return 0;
}
