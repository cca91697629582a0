#include "tui/command/pair_zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/command/say.h"

static int by_name(const void *x, const void *y)
{
	const struct board_zone *const *a = x, *const *b = y;

	return strcasecmp((*a)->name, (*b)->name);
}

static int no_zone(const char *word)
{
	struct buf shown = { 0 };
	int status;

	str_escape(&shown, word, strlen(word), 80);
	status =
	    say_refusal(rc_exit_code(RC_USAGE), "ods-failover status lists the zones", "no zone %s", buf_str(&shown));
	buf_free(&shown);
	return status;
}

static int choose(struct pair_zones *p, const struct args *args)
{
	const struct board *b = p->board;
	bool all_seen = b->obs[0]->reachable && b->obs[1]->reachable;

	if (b->zone_count == 0) {
		for (int k = 0; k < 2; k++)
			if (!b->obs[k]->reachable)
				say_unobserved(b, k);
		return all_seen ? say_refusal(rc_exit_code(RC_UNKNOWN), NULL, "neither instance has a zone")
		                : rc_exit_code(RC_UNKNOWN);
	}
	p->zones = xcalloc(b->zone_count + args->word_count, sizeof *p->zones);
	for (size_t i = 0; i < args->word_count; i++) {
		const struct board_zone *z = board_zone(b, args->words[i]);

		if (z == NULL) {
			p->count = 0;
			return no_zone(args->words[i]);
		}
		p->zones[p->count++] = z;
	}
	if (args->word_count == 0) {
		for (size_t i = 0; i < b->zone_count; i++)
			p->zones[p->count++] = &b->zones[i];
		qsort(p->zones, p->count, sizeof *p->zones, by_name);
	}
	return 0;
}

int pair_zones_open(struct pair_zones *p, const struct args *args, const struct ports *ports)
{
	struct err e = { 0 };
	enum rc rc;

	*p = (struct pair_zones){ 0 };
	rc = sitting_open(&p->sitting, args, ports, &e);
	p->board = rc == RC_OK ? sitting_observe(&p->sitting, KIND_SWITCHOVER, &e) : NULL;
	if (p->board == NULL)
		return say_error(&e);
	p->progress = isatty(STDERR_FILENO) && !p->sitting.recording;
	p->dir = sitting_zone_dir(&p->sitting);
	return choose(p, args);
}

void pair_zones_close(struct pair_zones *p)
{
	board_unref(&p->board);
	sitting_close(&p->sitting);
	free(p->zones);
	free(p->dir);
}

bool pair_zones_interrupted(const struct pair_zones *p)
{
	return cancel_raised(p->sitting.cancel);
}

void pair_zones_quiet(const struct pair_zones *p)
{
	if (p->progress)
		(void)fputs("\r\033[K", stderr);
}

static void show_progress(void *ctx, const struct study_progress *s)
{
	const char *sep = "\r\033[K";

	(void)ctx;
	for (int k = 0; k < 2; k++) {
		if (s->sizes[k] == 0 && s->arrived[k] == 0)
			continue;
		(void)fprintf(stderr, "%s%s %llu", sep, s->names[k], (unsigned long long)(s->arrived[k] / 1000000));
		if (s->sizes[k] > 0)
			(void)fprintf(stderr, " of %llu", (unsigned long long)(s->sizes[k] / 1000000));
		(void)fputs(" MB", stderr);
		sep = ", ";
	}
	if (s->total > 0)
		(void)fprintf(stderr, "; read %llu %%", (unsigned long long)(s->done * 100 / s->total));
}

struct study_args pair_zones_args(struct pair_zones *p, const struct board_zone *z)
{
	return (struct study_args){ .hosts = p->sitting.hosts,
		                    .board = p->board,
		                    .zone = z->name,
		                    .dir = p->dir,
		                    .timeout_s = ZONE_COPY_SECONDS,
		                    .cancel = p->sitting.cancel,
		                    .told = p->progress ? show_progress : NULL };
}

json_t *pair_zones_json(const struct pair_zones *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "pair", json_text(p->sitting.pair->name));
	json_object_set_new(o, "at", json_time(clock_now()));
	return o;
}

void pair_zones_say(const char *zone, enum study_side_state state, const char *why)
{
	printf("%s ", severity_mark(state == STUDY_NONE ? SEV_OK : SEV_UNKNOWN));
	print_escaped(stdout, zone, 255);
	(void)fputs(": ", stdout);
	print_escaped(stdout, why, 300);
	putchar('\n');
}
