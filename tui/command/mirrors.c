#include "tui/command/mirrors.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"

enum { LIST_SECONDS = 30 };

static struct mirror *find(struct mirrors *m, size_t *cap, const char *run)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->items[i].run, run) == 0)
			return &m->items[i];
	m->items = vec_grow(m->items, m->count, cap, sizeof *m->items);
	m->items[m->count] = (struct mirror){ .on = { TRI_NO, TRI_NO } };
	(void)str_copy(m->items[m->count].run, RUN_ID, run);
	return &m->items[m->count++];
}

/* "RUN OCTETS MTIME" a line (docs/far.md). */
static void take(struct mirrors *m, size_t *cap, int instance, const struct far_section *list)
{
	char *lines = xstrndup(list->text, list->len), *rest = NULL;

	for (char *line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *f[3];

		if (str_split(line, ' ', f, 3) == 3 && *f[0] != '\0' && strlen(f[0]) < RUN_ID)
			find(m, cap, f[0])->on[instance] = TRI_YES;
	}
	free(lines);
}

/* Run ids begin with their time. */
static int newest_first(const void *a, const void *b)
{
	return strcmp(((const struct mirror *)b)->run, ((const struct mirror *)a)->run);
}

static enum rc ask(struct mirrors *m, size_t *cap, const struct sitting *s, int instance)
{
	struct err *e = &m->why[instance];
	const struct far_section *list = NULL;
	struct far_answer a = { 0 };
	enum rc rc = host_do(s->hosts[instance], &a, LIST_SECONDS, s->cancel, e, "journal", "list", NULL);

	if (rc == RC_OK && a.status != FAR_OK)
		rc = err_set(e, RC_REMOTE, "%s", a.sentence);
	if (rc == RC_OK)
		list = far_section(&a, "journal");
	if (list != NULL && list->status == 0)
		take(m, cap, instance, list);
	else if (rc == RC_OK)
		rc = err_set(e, RC_UNKNOWN, "it does not say which journals it has");
	far_answer_clear(&a);
	return rc;
}

enum rc mirrors_ask(struct mirrors *m, const struct sitting *s)
{
	enum rc rc[2];
	size_t cap = 0;

	*m = (struct mirrors){ 0 };
	for (int k = 0; k < 2; k++)
		rc[k] = ask(m, &cap, s, k);
	for (size_t i = 0; i < m->count; i++)
		for (int k = 0; k < 2; k++)
			if (rc[k] != RC_OK)
				m->items[i].on[k] = TRI_UNKNOWN;
	if (m->count > 1)
		qsort(m->items, m->count, sizeof *m->items, newest_first);
	return rc[0] != RC_OK ? rc[0] : rc[1];
}

void mirrors_clear(struct mirrors *m)
{
	free(m->items);
	*m = (struct mirrors){ 0 };
}
