/* key_latency.c -- how long the console takes to answer a key, on a pty, painted to the last cell, while what it waits
 * for does not come. Prints a row of a table for each case: median, 99th percentile and worst of its keys, in
 * milliseconds. Fails where one key in a hundred takes longer than a frame. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/console_child.h"
#include "tests/support/vt.h"

enum { KEYS = 1000, LONG = 20000, FRAME_MS = 33 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1000000;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static const struct {
	const char *hosts, *title, *ready;
	const char *key, *then; /* typed when it is ready, and what that shows; NULL: nothing */
} cases[] = {
	{ "hang", "both links hang", "looking…", NULL, NULL },
	{ "slow", "a 10-second command runs on both", "looking…", NULL, NULL },
	{ "hung-daemon", "the active's enforcer hangs; the screen is full", "HUNG", NULL, NULL },
	{ "endless-zone", "two zones arrive and are compared", "─ Zones ", "d", " here" },
};

static bool measure(size_t n, char *program)
{
	char console[] = "console", *hosts = strdup(cases[n].hosts);
	char *child[] = { program, console, hosts, NULL };
	double took[KEYS];
	struct vt vt;

	if (!vt_spawn(&vt, 40, 120, "xterm-256color", child, NULL) || !vt_until(&vt, cases[n].ready, LONG))
		return false;
	if (cases[n].key != NULL) {
		vt_type(&vt, cases[n].key);
		if (!vt_until(&vt, cases[n].then, LONG))
			return false;
	}
	for (int i = 0; i < KEYS; i++) {
		double before = now_ms();

		vt_type(&vt, i % 2 == 0 ? "k" : "o");
		if (!vt_until(&vt, i % 2 == 0 ? "─ Keys " : "─ Overview ", LONG))
			return false;
		took[i] = now_ms() - before;
	}
	vt_type(&vt, "q");
	if (vt_wait(&vt, LONG) != 0)
		return false;
	vt_free(&vt);
	free(hosts);
	qsort(took, KEYS, sizeof *took, by_size);
	printf("| key to screen: %s | %d keys | median %.1f ms | p99 %.1f ms | worst %.1f ms |\n", cases[n].title, KEYS,
	       took[KEYS / 2], took[KEYS * 99 / 100], took[KEYS - 1]);
	(void)fflush(stdout);
	return took[KEYS * 99 / 100] <= FRAME_MS;
}

int main(int argc, char **argv)
{
	char program[] = "/proc/self/exe";
	bool good = true;

	console_child(argc, argv);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		good = measure(i, program) && good;
	return good ? 0 : 1;
}
