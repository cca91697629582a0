#include "tui/console/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static bool refuses(const struct finding *f)
{
	return f->severity == SEV_STOP || f->severity == SEV_UNKNOWN;
}

static bool has(const struct overrides *o, const char *id, size_t len)
{
	for (size_t i = 0; i < o->count; i++)
		if (strncmp(o->list[i], id, len) == 0 && o->list[i][len] == '=')
			return true;
	return false;
}

static bool is_against(const struct board *b, const char *id, size_t len)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (refuses(&b->findings[i]) && strncmp(b->findings[i].id, id, len) == 0 &&
		    b->findings[i].id[len] == '\0')
			return true;
	return false;
}

static bool may_override(const char *id, size_t len)
{
	char *copy = xstrndup(id, len);
	bool may = check_may_override(copy);

	free(copy);
	return may;
}

enum rc overrides_add(struct overrides *o, const struct board *b, const char *typed, struct err *e)
{
	size_t len = strcspn(typed, "=");
	const char *reason = typed + len + (typed[len] == '=');

	if (!is_against(b, typed, len))
		return err_set(e, RC_USAGE, "no finding with the id %.*s is against this run",
		               (int)(len < 60 ? len : 60), typed);
	if (!may_override(typed, len))
		return err_set(e, RC_USAGE,
		               "%.*s cannot be overridden: a later step looks at it again, with both daemons down",
		               (int)len, typed);
	if (reason[strspn(reason, " ")] == '\0')
		return err_set(e, RC_USAGE, "a reason is missing: %.*s=REASON", (int)len, typed);
	if (has(o, typed, len))
		return err_set(e, RC_USAGE, "%.*s is overridden already", (int)len, typed);
	if (o->count == OVERRIDES_MOST)
		return err_set(e, RC_USAGE, "no more than %d findings can be overridden", OVERRIDES_MOST);
	o->list[o->count++] = xstrdup(typed);
	return RC_OK;
}

/* The first of its id. */
static bool is_first(const struct board *b, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (refuses(&b->findings[i]) && strcmp(b->findings[i].id, b->findings[at].id) == 0)
			return false;
	return true;
}

size_t overrides_against(const struct overrides *o, const struct board *b, size_t *overridden, struct buf *ids)
{
	size_t n = 0, gone = 0;

	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];

		if (!refuses(f))
			continue;
		if (has(o, f->id, strlen(f->id))) {
			gone++;
			continue;
		}
		if (ids != NULL && is_first(b, i) && check_may_override(f->id))
			buf_addf(ids, "%s%s", ids->len > 0 ? ", " : "", f->id);
		n++;
	}
	if (overridden != NULL)
		*overridden = gone;
	return n;
}

void overrides_clear(struct overrides *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->list[i]);
	*o = (struct overrides){ 0 };
}
