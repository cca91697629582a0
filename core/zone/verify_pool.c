#include "core/zone/verify_pool.h"

#include <string.h>
#include <unistd.h>

void pool_start(struct verify_pool *p, const struct verify_rules *rules, pool_done_fn done, void *ctx, struct cancel *c)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	memset(p, 0, sizeof *p);
	p->rules = rules;
	p->done = done;
	p->ctx = ctx;
	p->cancel = c;
	p->wanted = cores < 1 ? 0 : cores > POOL_THREADS ? POOL_THREADS : (unsigned)cores - 1;
	p->room = 4 * ((size_t)p->wanted + 1);
	p->room = p->room > POOL_BATCHES ? POOL_BATCHES : p->room;
	p->own.keys = &rules->keys;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->came, NULL);
	(void)pthread_cond_init(&p->went, NULL);
}

/* Verifies the next batch that nobody has taken; locked. False: there is none. */
static bool work_one(struct verify_pool *p, struct zchecker *checker)
{
	struct pool_slot *slot;

	if (p->taken == p->put)
		return false;
	slot = &p->slots[p->taken++ % p->room];
	(void)pthread_mutex_unlock(&p->lock);
	if (!cancel_raised(p->cancel))
		batch_verify(&slot->batch, p->rules, checker);
	(void)pthread_mutex_lock(&p->lock);
	slot->done = true;
	(void)pthread_cond_signal(&p->went);
	return true;
}

static void *work(void *arg)
{
	struct verify_pool *p = arg;
	struct zchecker checker = { .keys = &p->rules->keys };

	(void)pthread_mutex_lock(&p->lock);
	while (!p->ending)
		if (!work_one(p, &checker))
			(void)pthread_cond_wait(&p->came, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
	zchecker_clear(&checker);
	return NULL;
}

/* Gives back what is verified, in order; locked. */
static void give(struct verify_pool *p)
{
	while (p->given < p->put && p->slots[p->given % p->room].done) {
		struct pool_slot *slot = &p->slots[p->given % p->room];

		(void)pthread_mutex_unlock(&p->lock);
		p->done(p->ctx, &slot->batch);
		batch_clear(&slot->batch);
		(void)pthread_mutex_lock(&p->lock);
		slot->done = false;
		p->given++;
	}
}

/* Locked: until no more than @most batches are out. */
static void wait_room(struct verify_pool *p, uint64_t most)
{
	give(p);
	while (p->put - p->given > most) {
		if (!work_one(p, &p->own))
			(void)pthread_cond_wait(&p->went, &p->lock);
		give(p);
	}
}

void pool_put(struct verify_pool *p, struct verify_batch *b)
{
	(void)pthread_mutex_lock(&p->lock);
	wait_room(p, p->room - 1);
	p->slots[p->put++ % p->room].batch = *b;
	memset(b, 0, sizeof *b);
	while (p->put > 1 && p->thread_count < p->wanted &&
	       pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
		p->thread_count++;
	p->wanted = p->put > 1 ? p->thread_count : p->wanted;
	(void)pthread_cond_signal(&p->came);
	(void)pthread_mutex_unlock(&p->lock);
}

void pool_drain(struct verify_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	wait_room(p, 0);
	(void)pthread_mutex_unlock(&p->lock);
}

void pool_end(struct verify_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->ending = true;
	(void)pthread_cond_broadcast(&p->came);
	(void)pthread_mutex_unlock(&p->lock);
	while (p->thread_count > 0)
		(void)pthread_join(p->threads[--p->thread_count], NULL);
	for (size_t i = 0; i < p->room; i++)
		batch_clear(&p->slots[i].batch);
	zchecker_clear(&p->own);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->came);
	(void)pthread_cond_destroy(&p->went);
}
