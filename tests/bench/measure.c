/* measure.c -- what a command takes: bench-measure COMMAND [ARGUMENT ...]. What it prints is dropped. Prints one line:
 * microseconds of CPU, user and system, of it and of all that it started; microseconds on the wall; the peak of memory
 * of the largest of them in KiB; its exit status. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long micros(struct timeval t)
{
	return (long long)t.tv_sec * 1000000 + t.tv_usec;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage used;
	int status = 0;
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-measure COMMAND [ARGUMENT ...]\n");
		return 64;
	}
	/* What a shell starts and does not wait for is waited for here. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int fd = 0; fd < 3 && null >= 0; fd++)
			(void)dup2(null, fd);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	for (;;) {
		int s;
		pid_t pid = wait(&s);

		if (pid == child)
			status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
		if (pid < 0 && errno != EINTR)
			break;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status == 127) {
		fprintf(stderr, "bench-measure: %s cannot be run\n", argv[1]);
		return 127;
	}
	(void)getrusage(RUSAGE_CHILDREN, &used);
	printf("%lld %lld %ld %d\n", micros(used.ru_utime) + micros(used.ru_stime),
	       (long long)(end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000, used.ru_maxrss,
	       status);
	return 0;
}
