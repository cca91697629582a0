#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "remote/replay/host.h"
#include "remote/replay/recording.h"

struct replay_resolver {
	struct resolver resolver; /* first: ops get this */
	char *dir;
};

static enum rc load(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                    struct cancel *c, struct buf *text, struct err *e)
{
	char *path = recording_dns_path(((struct replay_resolver *)r)->dir, server, zone, type);
	char *what = xasprintf("%s %s at %s", zone, type, server);
	enum rc rc = recording_read(path, ".txt", what, timeout_ms, c, text, e);

	free(path);
	free(what);
	return rc;
}

static void take_line(char *line, struct arena *arena, struct dns_answer *a, size_t *cap)
{
	static const char rcode[] = "; rcode ", denied[] = "; denied by ";
	uint64_t n;

	if (strncmp(line, rcode, sizeof rcode - 1) == 0 && str_u64(line + sizeof rcode - 1, 4095, &n))
		a->rcode = (int)n;
	else if (strcmp(line, "; not authoritative") == 0)
		a->authoritative = false;
	else if (strncmp(line, denied, sizeof denied - 1) == 0)
		a->denied_by = arena_strdup(arena, line + sizeof denied - 1);
	else if (*line != ';' && *line != '\0') {
		a->records = vec_grow(a->records, a->record_count, cap, sizeof *a->records);
		a->records[a->record_count++] = arena_strdup(arena, line);
	}
}

static enum rc replay_query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                            struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	struct buf text = { 0 };
	const char **heap;
	char *rest, *line;
	size_t cap = 0;
	enum rc rc = load(r, server, zone, type, timeout_ms, c, &text, e);

	*a = (struct dns_answer){ .authoritative = true };
	if (rc == RC_OK && text.p != NULL) {
		rest = text.p;
		while ((line = strsep(&rest, "\n")) != NULL)
			take_line(line, arena, a, &cap);
		heap = a->records;
		a->records = arena_alloc(arena, (a->record_count + 1) * sizeof *a->records);
		if (a->record_count > 0)
			memcpy(a->records, heap, a->record_count * sizeof *a->records);
		free(heap);
	}
	buf_free(&text);
	return rc;
}

static enum rc replay_transfer(struct resolver *r, const char *server, const char *zone, int timeout_ms,
                               host_sink_fn sink, void *ctx, struct cancel *c, struct err *e)
{
	struct buf text = { 0 };
	enum rc rc = load(r, server, zone, "AXFR", timeout_ms, c, &text, e);

	if (rc == RC_OK && !sink(ctx, buf_str(&text), text.len))
		rc = err_set(e, RC_CANCELLED, "the transfer of %s was stopped", zone);
	buf_free(&text);
	return rc;
}

static void replay_free(struct resolver **r)
{
	if (*r == NULL)
		return;
	free(((struct replay_resolver *)*r)->dir);
	free(*r);
	*r = NULL;
}

static const struct resolver_ops replay_ops = {
	.query = replay_query,
	.transfer = replay_transfer,
	.free = replay_free,
};

struct resolver *resolver_replay_new(const char *dir)
{
	struct replay_resolver *r = xcalloc(1, sizeof *r);

	r->resolver.ops = &replay_ops;
	r->dir = xstrdup(dir);
	return &r->resolver;
}
