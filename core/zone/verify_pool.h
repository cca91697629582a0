/* verify_pool.h -- batches verified on all cores, and given back in the order in which they came. */
#ifndef ODSF_CORE_ZONE_VERIFY_POOL_H
#define ODSF_CORE_ZONE_VERIFY_POOL_H

#include <pthread.h>

#include "core/zone/verify_batch.h"

enum { POOL_THREADS = 16, POOL_BATCHES = 4 * POOL_THREADS };

typedef void (*pool_done_fn)(void *ctx, struct verify_batch *b); /* verified; cleared behind it */

struct pool_slot {
	struct verify_batch batch;
	bool done;
};

struct verify_pool {
	const struct verify_rules *rules;
	pool_done_fn done;
	void *ctx;
	struct cancel *cancel;
	pthread_mutex_t lock;
	pthread_cond_t came, went;
	struct pool_slot slots[POOL_BATCHES];
	size_t room; /* slots that are used */
	uint64_t put, taken, given;
	bool ending;
	pthread_t threads[POOL_THREADS];
	unsigned thread_count, wanted;
	struct zchecker own; /* of the thread that puts */
};

void pool_start(struct verify_pool *p, const struct verify_rules *rules, pool_done_fn done, void *ctx,
                struct cancel *c);
/* Takes @b, which is empty again. Blocks, and works itself, while there is no room. No thread is started before the
 * second batch: a small zone is verified sooner than one has started. */
void pool_put(struct verify_pool *p, struct verify_batch *b);
void pool_drain(struct verify_pool *p); /* until all are given back */
void pool_end(struct verify_pool *p);   /* what was not given back is thrown away */

#endif
