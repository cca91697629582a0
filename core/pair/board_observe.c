#include <pthread.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/pair/board_join.h"
#include "core/pair/public.h"

enum { LOOK_MS = 58000, INSTANCE_S = 45 };

struct look {
	struct host *host;
	struct cancel *cancel;
	struct observation *seen;
};

static void *look(void *arg)
{
	struct look *l = arg;

	l->seen = observe(l->host, INSTANCE_S, l->cancel);
	return NULL;
}

/* The zones to ask about: those of both sides, each once. */
static const char **zone_names(struct observation *obs[2], size_t *count)
{
	const char **names = xcalloc(obs[0]->zone_count + obs[1]->zone_count + 1, sizeof *names);

	for (int i = 0; i < 2; i++)
		for (size_t z = 0; z < obs[i]->zone_count; z++)
			if (i == 0 || observation_zone(obs[0], obs[1]->zones[z].name) == NULL)
				names[(*count)++] = obs[i]->zones[z].name;
	return names;
}

struct board *board_observe(const struct pair_config *pair, struct host *hosts[2], struct resolver *resolver,
                            struct measured measured, enum run_kind kind, struct cancel *c)
{
	int64_t until = clock_mono_ms() + LOOK_MS;
	struct look looks[2] = { { .host = hosts[0], .cancel = c }, { .host = hosts[1], .cancel = c } };
	struct observation *obs[2];
	struct public_view view;
	pthread_t other;
	bool threaded = pthread_create(&other, NULL, look, &looks[1]) == 0;
	const char **names;
	size_t count = 0;
	struct board *b;

	look(&looks[0]);
	if (threaded)
		pthread_join(other, NULL);
	else
		look(&looks[1]);
	obs[0] = looks[0].seen;
	obs[1] = looks[1].seen;
	names = zone_names(obs, &count);
	public_observe(&view, pair, resolver, names, count, until, c);
	b = board_make(pair, obs, view.zones, view.zone_count, view.ds, view.ds_count, measured, kind, clock_now());
	public_view_clear(&view);
	free(names);
	observation_unref(&obs[0]);
	observation_unref(&obs[1]);
	return b;
}
