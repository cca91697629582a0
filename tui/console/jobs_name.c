/* jobs_name.c -- one name of both sides, read from the kept files on the thread of comparisons; how far it came and
 * what came of it on the bus. */
#include "tui/console/jobs.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/zone_keep.h"

enum { TOLD_MS = 200 };

struct order {
	struct jobs *j;
	char *zone, *owner;
	uint32_t serials[2];
	unsigned number;
	struct source_meter meter;
	uint64_t total;
	int64_t told_ms;
};

void name_news_free(struct name_news *news)
{
	name_sides_free(&news->sides);
	free(news);
}

static void release(void *p)
{
	name_news_free(p);
}

static void drop(void *arg)
{
	struct order *o = arg;

	free(o->zone);
	free(o->owner);
	free(o);
}

static void post(struct order *o, struct name_sides *sides)
{
	struct name_news *news = xcalloc(1, sizeof *news);

	*news = (struct name_news){
		.number = o->number, .done = atomic_load(&o->meter.octets), .total = o->total, .sides = sides
	};
	bus_post(o->j->bus, (struct msg){ .kind = sides != NULL ? MSG_NAME : MSG_NAME_PROGRESS,
	                                  .latest = sides == NULL,
	                                  .payload = news,
	                                  .release = release });
}

static void on_read(void *ctx, uint64_t octets)
{
	struct order *o = ctx;
	int64_t now = clock_mono_ms();

	(void)octets;
	if (now - o->told_ms < TOLD_MS)
		return;
	o->told_ms = now;
	post(o, NULL);
}

static void read_name(void *arg)
{
	struct order *o = arg;
	struct jobs *j = o->j;
	struct name_args args = { .pair = j->pair,
		                  .zone = o->zone,
		                  .owner = o->owner,
		                  .serials = o->serials,
		                  .cancel = j->study_cancel,
		                  .meter = &o->meter };
	char *dir;

	/* In this order: a cancel of this one comes behind the number of another. */
	cancel_reset(j->study_cancel);
	if (atomic_load(&j->study_number) != o->number) {
		drop(o);
		return;
	}
	dir = j->keep_zones ? zone_keep_dir(j->journal_path) : NULL;
	args.dir = dir;
	o->meter.tell = on_read;
	o->meter.ctx = o;
	o->told_ms = clock_mono_ms();
	o->total = name_sides_size(&args);
	post(o, name_sides_read(&args));
	free(dir);
	drop(o);
}

void job_name(struct jobs *j, const char *zone, const char *owner, const uint32_t serials[2])
{
	struct order *o = xcalloc(1, sizeof *o);

	job_study_cancel(j);
	*o = (struct order){ .j = j,
		             .zone = xstrdup(zone),
		             .owner = xstrdup(owner),
		             .serials = { serials[0], serials[1] },
		             .number = atomic_load(&j->study_number) };
	worker_do(j->study, read_name, drop, o);
}
