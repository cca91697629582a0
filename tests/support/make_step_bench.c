#include "tests/support/make_step_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

static char pair_name[] = "main", alpha[] = "alpha", bravo[] = "bravo", first[] = "192.0.2.53", second[] = "192.0.2.54";

static enum rc beat(void *ctx, struct err *e)
{
	struct step_bench *b = ctx;

	b->beats++;
	return b->beat == RC_OK ? RC_OK : err_set(e, b->beat, "the lease is lost");
}

static void warn(void *ctx, const char *sentence)
{
	struct step_bench *b = ctx;

	buf_addf(&b->warned, "%s\n", sentence);
}

static void open_journal(struct step_bench *b)
{
	struct err e = { 0 };
	char *path;

	(void)str_copy(b->dir, sizeof b->dir,
	               access("/dev/shm", W_OK) == 0 ? "/dev/shm/odsf-step-XXXXXX" : "/tmp/odsf-step-XXXXXX");
	if (mkdtemp(b->dir) == NULL)
		abort();
	path = xasprintf("%s/journal.db", b->dir);
	(void)str_copy(b->run.kind, sizeof b->run.kind, "switchover");
	(void)str_copy(b->run.pair, sizeof b->run.pair, pair_name);
	if (journal_open(&b->journal, path, false, &e) != RC_OK || journal_begin(b->journal, &b->run, &e) != RC_OK)
		abort();
	free(path);
}

struct step_bench *step_bench_new(const struct host_ops *host, const struct resolver_ops *resolver, const char **zones,
                                  size_t zone_count)
{
	struct step_bench *b = xcalloc(1, sizeof *b);

	open_journal(b);
	b->servers[0] = first;
	b->servers[1] = second;
	b->pair = (struct pair_config){ .name = pair_name, .name_servers = b->servers, .name_server_count = 2 };
	b->pair.instance[0].name = alpha;
	b->pair.instance[1].name = bravo;
	b->plan = (struct plan){
		.pair = &b->pair, .from = alpha, .to = bravo, .to_index = 1, .zones = zones, .zone_count = zone_count
	};
	for (int i = 0; i < 2; i++)
		b->hosts[i] = (struct host){ .ops = host, .config = &b->pair.instance[i] };
	b->resolver.ops = resolver;
	b->ctx = (struct step_ctx){ .pair = &b->pair,
		                    .plan = &b->plan,
		                    .old_active = &b->hosts[0],
		                    .new_active = &b->hosts[1],
		                    .resolver = &b->resolver,
		                    .journal = b->journal,
		                    .run = b->run.id,
		                    .warn = warn,
		                    .beat = beat,
		                    .ctx = b,
		                    .operator_name = "jo",
		                    .reason = "test" };
	return b;
}

void step_bench_free(struct step_bench **b)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	journal_close(&(*b)->journal);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char *path = xasprintf("%s/journal.db%s", (*b)->dir, ends[i]);

		(void)unlink(path);
		free(path);
	}
	(void)rmdir((*b)->dir);
	buf_free(&(*b)->ctx.observed);
	buf_free(&(*b)->warned);
	free(*b);
	*b = NULL;
}
