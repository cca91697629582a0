/* make_step_bench.h -- what a step is called with, without the engine: a pair, a plan, a journal that holds a run, and
 * hosts and name servers that answer as the test says. For answers that the simulated pair never gives. */
#ifndef ODSF_TESTS_SUPPORT_MAKE_STEP_BENCH_H
#define ODSF_TESTS_SUPPORT_MAKE_STEP_BENCH_H

#include "core/base/buf.h"
#include "core/run/journal.h"
#include "core/run/plan.h"
#include "core/run/step_kit.h"

struct step_bench {
	char dir[64];
	struct journal *journal;
	struct journal_run run;
	char *servers[2]; /* both are asked: 192.0.2.53 and 192.0.2.54 */
	struct pair_config pair;
	struct plan plan; /* from alpha to bravo */
	struct host hosts[2];
	struct resolver resolver;
	struct step_ctx ctx;
	int beats;         /* how often the lease was to be kept */
	enum rc beat;      /* what comes of it */
	struct buf warned; /* one line a warning */
};

/* With @zone_count @zones, the caller's, and ops that live as long. Aborts where there is no room for a journal. */
struct step_bench *step_bench_new(const struct host_ops *host, const struct resolver_ops *resolver, const char **zones,
                                  size_t zone_count);
void step_bench_free(struct step_bench **b);

#endif
