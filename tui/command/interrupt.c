#include "tui/command/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* A handler can reach nothing else than what is static. */
static struct cancel *flag;
static struct termios saved_mode;
static atomic_int saved_fd = -1;

static void caught(int signo)
{
	(void)signo;
	if (!cancel_raised(flag)) {
		cancel_raise(flag);
		return;
	}
	if (atomic_load(&saved_fd) >= 0)
		(void)tcsetattr(atomic_load(&saved_fd), TCSANOW, &saved_mode);
	_exit(130);
}

struct cancel *interrupt_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = caught, .sa_flags = SA_RESTART };

	if (flag != NULL)
		return flag;
	flag = cancel_new();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct sigaction old;

		/* What was ignored stays so: nohup, background jobs of a plain shell. */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
	}
	return flag;
}

void interrupt_restores(int fd, const struct termios *mode)
{
	atomic_store(&saved_fd, -1);
	if (mode == NULL)
		return;
	saved_mode = *mode;
	atomic_store(&saved_fd, fd);
}
