#include "tui/console/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/mem.h"

struct job {
	struct job *next;
	void (*run)(void *arg);
	void (*drop)(void *arg);
	void *arg;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *first, **last;
	bool ending;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		struct job *job = w->first;

		if (job == NULL) {
			pthread_cond_wait(&w->wake, &w->lock);
			continue;
		}
		w->first = job->next;
		if (w->first == NULL)
			w->last = &w->first;
		pthread_mutex_unlock(&w->lock);
		job->run(job->arg);
		free(job);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct worker *worker_new(void)
{
	struct worker *w = xcalloc(1, sizeof *w);

	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	if (pthread_create(&w->thread, NULL, work, w) != 0)
		abort(); /* as when there is no memory: the terminal is restored by the handler */
	return w;
}

void worker_do(struct worker *w, void (*run)(void *arg), void (*drop)(void *arg), void *arg)
{
	struct job *job = xcalloc(1, sizeof *job);

	*job = (struct job){ .run = run, .drop = drop, .arg = arg };
	pthread_mutex_lock(&w->lock);
	*w->last = job;
	w->last = &job->next;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

bool worker_end(struct worker **worker, int timeout_ms)
{
	struct worker *w = *worker;
	struct timespec until;

	if (w == NULL)
		return true;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	if (pthread_timedjoin_np(w->thread, NULL, &until) != 0)
		return false;
	while (w->first != NULL) {
		struct job *job = w->first;

		w->first = job->next;
		if (job->drop != NULL)
			job->drop(job->arg);
		free(job);
	}
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
	*worker = NULL;
	return true;
}
