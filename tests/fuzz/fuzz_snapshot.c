/* What the steps "snapshot" and "prove" read of the hosts. The input is four parts with a line "==" between them: the
 * answers to `manifest`, `keys` and `prove`, and the signed zone file that holds the published keys. */
#include <stdlib.h>
#include <string.h>

#include "core/run/journal.h"
#include "core/run/step_kit.h"
#include "tests/fuzz/scratch.h"

enum { PARTS = 4 };

struct part {
	const char *p;
	size_t len;
};
static struct part parts[PARTS];

static enum rc answer(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c, struct err *e)
{
	int i = strcmp(q->verb, "manifest") == 0 ? 0 : strcmp(q->verb, "keys") == 0 ? 1 : 2;

	(void)h;
	(void)c;
	return far_parse(a, q->verb, parts[i].p, parts[i].len, e);
}

static enum rc give(struct host *h, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                    struct cancel *c, struct err *e)
{
	(void)h;
	(void)q;
	(void)max;
	(void)c;
	(void)e;
	return sink(ctx, parts[3].p, parts[3].len) ? RC_OK : RC_CANCELLED;
}

static void cut(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;

	for (int i = 0; i < PARTS; i++) {
		const char *mark = i < PARTS - 1 ? memmem(p, (size_t)(end - p), "\n==\n", 4) : NULL;
		const char *stop = mark != NULL ? mark + 1 : end;

		parts[i] = (struct part){ p, (size_t)(stop - p) };
		p = mark != NULL ? mark + 4 : end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct host_ops ops = { .call = answer, .read = give };
	static const char *zones[] = { "example.com" };
	static char alpha[] = "alpha", bravo[] = "bravo", name[] = "pair";
	struct pair_config pair = { .name = name, .instance = { { .name = alpha }, { .name = bravo } } };
	struct host old = { &ops, &pair.instance[0] }, new = { &ops, &pair.instance[1] };
	struct plan plan = {
		.pair = &pair, .from = alpha, .to = bravo, .to_index = 1, .zones = zones, .zone_count = 1
	};
	struct journal_run run = { .kind = "switchover", .pair = "pair", .from = "alpha", .to = "bravo" };
	struct step_ctx c = { .pair = &pair, .plan = &plan, .old_active = &old, .new_active = &new, .run = run.id };
	struct err e = { 0 };

	cut(data, size);
	if (journal_open(&c.journal, "/nonexistent/journal.db", true, &e) != RC_OK ||
	    journal_begin(c.journal, &run, &e) != RC_OK)
		abort();
	if (snapshot_verify(&c, &e) == RC_OK)
		(void)prove_verify(&c, &e);
	buf_free(&c.observed);
	journal_close(&c.journal);
	return 0;
}
