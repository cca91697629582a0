/* key_latency.c -- how long the console takes to answer a key while both links hang, on a pty, painted to the last
 * cell. Prints one row: the median, the 90th percentile and the worst of 200 keys, in milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/support/console_child.h"
#include "tests/support/vt.h"

enum { KEYS = 200, LONG = 20000 };

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

int main(int argc, char **argv)
{
	char program[] = "/proc/self/exe", console[] = "console", hang[] = "hang";
	char *child[] = { program, console, hang, NULL };
	double took[KEYS];
	struct vt vt;

	console_child(argc, argv);
	if (!vt_spawn(&vt, 40, 120, "xterm-256color", child, NULL) || !vt_until(&vt, "ods-failover  main", LONG))
		return 1;
	for (int i = 0; i < KEYS; i++) {
		double before = now_ms();

		vt_type(&vt, i % 2 == 0 ? "f" : "o");
		if (!vt_until(&vt, i % 2 == 0 ? "─ Findings " : "─ Overview ", LONG))
			return 1;
		took[i] = now_ms() - before;
	}
	vt_type(&vt, "q");
	if (vt_wait(&vt, LONG) != 0)
		return 1;
	vt_free(&vt);
	qsort(took, KEYS, sizeof *took, by_size);
	printf("| key to screen, both links hang | %d keys | median %.1f ms | p90 %.1f ms | worst %.1f ms |\n", KEYS,
	       took[KEYS / 2], took[KEYS * 9 / 10], took[KEYS - 1]);
	return 0;
}
