/* jobs_study.c -- the comparison of a zone on its own thread, how far it came and what came of it on the bus. */
#include "tui/console/jobs.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/pair/zone_keep.h"

enum { SAMPLES = 500 };

struct order {
	struct jobs *j;
	struct board *board;
	char *zone;
	unsigned number;
};

void study_news_free(struct study_news *news)
{
	zone_study_free(&news->study);
	free(news);
}

static void release(void *p)
{
	study_news_free(p);
}

static void drop(void *arg)
{
	struct order *o = arg;

	board_unref(&o->board);
	free(o->zone);
	free(o);
}

static void told(void *ctx, const struct study_progress *p)
{
	const struct order *o = ctx;
	struct study_news *news = xcalloc(1, sizeof *news);

	*news = (struct study_news){ .number = o->number, .progress = *p };
	bus_post(o->j->bus,
	         (struct msg){ .kind = MSG_STUDY_PROGRESS, .latest = true, .payload = news, .release = release });
}

static void compare(void *arg)
{
	struct order *o = arg;
	struct jobs *j = o->j;
	char *dir;
	struct study_args args = { .hosts = j->hosts,
		                   .board = o->board,
		                   .zone = o->zone,
		                   .samples = SAMPLES,
		                   .compare = true,
		                   .expiry = true,
		                   .timeout_s = ZONE_COPY_SECONDS,
		                   .cancel = j->study_cancel,
		                   .told = told,
		                   .ctx = o };
	struct study_news *news;

	/* In this order: a cancel of this one comes behind the number of another. */
	cancel_reset(j->study_cancel);
	if (atomic_load(&j->study_number) != o->number) {
		drop(o);
		return;
	}
	dir = j->keep_zones ? zone_keep_dir(j->journal_path) : NULL;
	args.dir = dir;
	news = xcalloc(1, sizeof *news);
	*news = (struct study_news){ .number = o->number, .study = zone_study_make(&args) };
	bus_post(j->bus, (struct msg){ .kind = MSG_STUDY, .payload = news, .release = release });
	free(dir);
	drop(o);
}

void job_study(struct jobs *j, struct board *b, const char *zone)
{
	struct order *o = xcalloc(1, sizeof *o);

	job_study_cancel(j);
	*o = (struct order){
		.j = j, .board = board_ref(b), .zone = xstrdup(zone), .number = atomic_load(&j->study_number)
	};
	worker_do(j->study, compare, drop, o);
}

void job_study_cancel(struct jobs *j)
{
	atomic_fetch_add(&j->study_number, 1);
	cancel_raise(j->study_cancel);
}
