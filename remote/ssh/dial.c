#include "remote/ssh/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { KEEPALIVE_IDLE_S = 15, KEEPALIVE_EVERY_S = 5, KEEPALIVE_COUNT = 3, USER_TIMEOUT_MS = 30000 };

/* ---- names ---- */

/* Shared by who asks and the thread that resolves; whoever lets go last frees it. */
struct lookup {
	atomic_int refs;
	char *host;
	char port[8];
	int done; /* eventfd */
	int result;
	int sys; /* errno of EAI_SYSTEM */
	struct addrinfo *found;
};

static void lookup_unref(struct lookup *l)
{
	if (atomic_fetch_sub(&l->refs, 1) != 1)
		return;
	if (l->found != NULL)
		freeaddrinfo(l->found);
	close(l->done);
	free(l->host);
	free(l);
}

static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

static void *resolve(void *arg)
{
	struct lookup *l = arg;
	uint64_t one = 1;

	l->result = getaddrinfo(l->host, l->port, &hints, &l->found);
	l->sys = errno;
	if (write(l->done, &one, sizeof one) < 0)
		l->result = EAI_SYSTEM;
	lookup_unref(l);
	return NULL;
}

static enum rc start_lookup(struct lookup *l, struct err *e)
{
	pthread_attr_t attr;
	pthread_t thread;
	int sys;

	atomic_fetch_add(&l->refs, 1);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sys = pthread_create(&thread, &attr, resolve, l);
	pthread_attr_destroy(&attr);
	if (sys == 0)
		return RC_OK;
	(void)atomic_fetch_sub(&l->refs, 1); /* the caller's reference stays */
	return err_sys(e, sys, "cannot start a thread");
}

static enum rc look_up(struct lookup *l, const struct wait *w, struct err *e)
{
	struct addrinfo numeric = hints;
	struct pollfd p = { .fd = l->done, .events = POLLIN };
	uint64_t woken;
	enum rc rc;

	numeric.ai_flags = AI_NUMERICHOST;
	if (getaddrinfo(l->host, l->port, &numeric, &l->found) == 0)
		return RC_OK;
	rc = start_lookup(l, e);
	if (rc != RC_OK)
		return rc;
	rc = wait_for(w, &p, 1, -1);
	if (rc == RC_TIMEOUT)
		return err_set(e, rc, "the name %s could not be resolved in time", l->host);
	if (rc == RC_CANCELLED)
		return err_set(e, rc, "cancelled while resolving %s", l->host);
	if (rc != RC_OK || read(l->done, &woken, sizeof woken) < 0)
		return err_set(e, RC_SYSTEM, "cannot wait for a name");
	if (l->result == 0)
		return RC_OK;
	err_set(e, RC_CONNECT, "the name %s cannot be resolved: %s", l->host,
	        l->result == EAI_SYSTEM ? strerrordesc_np(l->sys) : gai_strerror(l->result));
	err_hint(e, "Check the spelling in failover.xml or ~/.ssh/config, or give an address.");
	return RC_CONNECT;
}

/* ---- TCP ---- */

static void set_options(int fd)
{
	static const struct {
		int level, name, value;
	} rows[] = {
		{ IPPROTO_TCP, TCP_NODELAY,
		  1 }, /* opening a channel takes 50 ms without it: Nagle against delayed ACK */
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S },
		{ IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_EVERY_S },
		{ IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		(void)setsockopt(fd, rows[i].level, rows[i].name, &rows[i].value, sizeof rows[i].value);
}

/* errno of the failure, 0 when connected, -1 when the wait ended (@rc says how). */
static int try_address(int *out, const struct addrinfo *a, const struct wait *w, enum rc *rc)
{
	struct pollfd p = { .events = POLLOUT };
	socklen_t len = sizeof(int);
	int sys = 0;

	p.fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
	if (p.fd < 0)
		return errno;
	set_options(p.fd);
	if (connect(p.fd, a->ai_addr, a->ai_addrlen) < 0) {
		sys = errno;
		if (sys == EINPROGRESS) {
			*rc = wait_for(w, &p, 1, -1);
			if (*rc != RC_OK)
				sys = -1;
			else if (getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &sys, &len) < 0)
				sys = errno;
		}
	}
	if (sys != 0) {
		close(p.fd);
		return sys;
	}
	*out = p.fd;
	return 0;
}

static enum rc not_connected(const char *host, int port, int sys, struct err *e)
{
	if (sys == ECONNREFUSED) {
		err_set(e, RC_CONNECT, "%s refused the connection to port %d", host, port);
		err_hint(e, "Is sshd running there, and is this its port?");
	} else {
		err_set(e, RC_CONNECT, "%s port %d cannot be reached: %s", host, port,
		        strerrordesc_np(sys) != NULL ? strerrordesc_np(sys) : "unknown error");
		err_hint(e, "Check the network, the address and the firewall; or the host is down.");
	}
	if (e != NULL)
		e->sys = sys;
	return RC_CONNECT;
}

static enum rc connect_one_of(int *fd, const struct lookup *l, int port, const struct wait *w, struct err *e)
{
	const struct addrinfo *a;
	enum rc rc = RC_OK;
	int sys = EHOSTUNREACH;

	for (a = l->found; a != NULL; a = a->ai_next) {
		sys = try_address(fd, a, w, &rc);
		if (sys == 0)
			return RC_OK;
		if (sys > 0)
			continue;
		if (rc == RC_CANCELLED)
			return err_set(e, rc, "cancelled while connecting to %s", l->host);
		err_set(e, RC_CONNECT, "%s port %d does not answer: the connection timed out", l->host, port);
		err_hint(e, "Check the network, the address and the firewall; or the host is down.");
		return RC_CONNECT;
	}
	return not_connected(l->host, port, sys, e);
}

enum rc dial_tcp(int *fd, const char *host, int port, const struct wait *w, struct err *e)
{
	struct lookup *l = xcalloc(1, sizeof *l);
	enum rc rc;

	*fd = -1;
	atomic_init(&l->refs, 1);
	l->host = xstrdup(host);
	(void)snprintf(l->port, sizeof l->port, "%d", port);
	l->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = l->done < 0 ? err_sys(e, errno, "cannot make an eventfd") : look_up(l, w, e);
	if (rc == RC_OK)
		rc = connect_one_of(fd, l, port, w, e);
	lookup_unref(l);
	return rc;
}

/* ---- a command as the connection ---- */

static void child(const char *command, int in_out, int errors)
{
	struct sigaction by_default = { .sa_handler = SIG_DFL };
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		(void)sigaction(i, &by_default, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid(); /* no terminal to ask on */
	if (dup2(in_out, 0) < 0 || dup2(in_out, 1) < 0 || dup2(errors, 2) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

enum rc dial_proxy(int *fd, struct dial_proxy *p, const char *command, struct err *e)
{
	int pair[2] = { -1, -1 }, errors[2] = { -1, -1 };
	enum rc rc = RC_OK;

	*fd = -1;
	*p = (struct dial_proxy){ .errors = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(errors, O_CLOEXEC) < 0) {
		rc = err_sys(e, errno, "cannot make a pipe to the proxy command");
		goto done;
	}
	p->pid = fork();
	if (p->pid == 0)
		child(command, pair[1], errors[1]);
	if (p->pid < 0) {
		p->pid = 0;
		rc = err_sys(e, errno, "cannot start the proxy command");
		goto done;
	}
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(errors[0], F_SETFL, O_NONBLOCK);
	*fd = pair[0];
	p->errors = errors[0];
	pair[0] = errors[0] = -1;
done:
	if (pair[0] >= 0)
		close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	if (errors[0] >= 0)
		close(errors[0]);
	if (errors[1] >= 0)
		close(errors[1]);
	return rc;
}

void dial_proxy_listen(struct dial_proxy *p)
{
	char text[1024];
	struct buf safe = { 0 };
	ssize_t n;

	if (p->pid == 0 || p->errors < 0)
		return;
	while ((n = read(p->errors, text, sizeof text - 1)) > 0) {
		char *line;

		while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
			n--;
		text[n] = '\0';
		line = memrchr(text, '\n', (size_t)n);
		line = line != NULL ? line + 1 : text;
		if (*line == '\0')
			continue;
		buf_reset(&safe);
		str_escape(&safe, line, strlen(line), sizeof p->said - 8);
		(void)str_copy(p->said, sizeof p->said, buf_str(&safe));
	}
	buf_free(&safe);
}

void dial_proxy_end(struct dial_proxy *p)
{
	if (p->pid == 0)
		return;
	/* Its whole group, for the shell may have children. It has nothing to finish: the connection is over. */
	(void)kill(-p->pid, SIGKILL);
	(void)kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	if (p->errors >= 0)
		close(p->errors);
	p->pid = 0;
	p->errors = -1;
}
