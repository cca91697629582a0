#include "tui/command/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/command/interrupt.h"

struct terminal {
	pthread_mutex_t one; /* question at a time */
	bool no_input;
	struct cancel *cancel;
	struct ask_port port;
};

/* Where a question is asked and answered: in, and the stream of the question. */
struct place {
	int in;
	int out;
	bool tty;
};

static bool open_place(struct place *p, bool secret)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0) {
		*p = (struct place){ fd, fd, true };
		return true;
	}
	/* A pipe may bring answers, but a secret would lie open in whatever filled it. */
	*p = (struct place){ STDIN_FILENO, STDERR_FILENO, false };
	return !secret;
}

static void close_place(const struct place *p)
{
	if (p->tty)
		close(p->in);
}

static void put(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* Octet by octet, so that what stands behind the line is left to the next question. */
static enum rc read_line(int fd, char *buf, size_t cap, struct cancel *a, struct cancel *b)
{
	size_t len = 0;

	for (;;) {
		struct pollfd fds[] = { { fd, POLLIN, 0 }, { cancel_fd(a), POLLIN, 0 }, { cancel_fd(b), POLLIN, 0 } };
		char c;
		ssize_t n;

		if (poll(fds, sizeof fds / sizeof *fds, -1) < 0 && errno != EINTR)
			return RC_BLOCKED;
		if (cancel_raised(a) || cancel_raised(b))
			return RC_CANCELLED;
		if (fds[0].revents == 0)
			continue;
		n = read(fd, &c, 1);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0 && len == 0)
			return RC_BLOCKED;
		if (n <= 0 || c == '\n')
			break;
		if (len + 1 < cap)
			buf[len++] = c;
		else
			return RC_BLOCKED;
	}
	buf[len] = '\0';
	return RC_OK;
}

static enum rc converse(struct terminal *t, const char *question, bool echo, bool secret, char *answer, size_t cap,
                        struct cancel *cancel)
{
	struct termios mode, quiet;
	bool hidden = false;
	struct place p;
	enum rc rc;

	if (cap == 0 || t->no_input)
		return RC_BLOCKED;
	pthread_mutex_lock(&t->one);
	if (!open_place(&p, secret)) {
		pthread_mutex_unlock(&t->one);
		return RC_BLOCKED;
	}
	if (!echo && tcgetattr(p.in, &mode) == 0) {
		quiet = mode;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
		interrupt_restores(p.in, &mode);
		hidden = tcsetattr(p.in, TCSAFLUSH, &quiet) == 0;
	}
	put(p.out, question);
	rc = read_line(p.in, answer, cap, t->cancel, cancel);
	if (hidden) {
		(void)tcsetattr(p.in, TCSAFLUSH, &mode);
		interrupt_restores(-1, NULL);
	}
	if (hidden || rc != RC_OK)
		put(p.out, "\n");
	close_place(&p);
	pthread_mutex_unlock(&t->one);
	return rc;
}

enum rc terminal_ask(struct terminal *t, const char *question, char *answer, size_t cap, struct err *e)
{
	enum rc rc = converse(t, question, true, false, answer, cap, NULL);

	if (rc == RC_CANCELLED)
		return err_set(e, rc, "interrupted");
	if (rc == RC_OK)
		return RC_OK;
	(void)err_set(e, RC_BLOCKED, "a question could not be asked%s",
	              t->no_input ? ": --no-input" : ": there is no input");
	err_hint(e, "approve beforehand with --yes and --confirm, or run it on a terminal");
	return RC_BLOCKED;
}

static enum rc ask_secret(void *ctx, const char *host, const char *prompt, bool echo, char *buf, size_t cap,
                          struct cancel *cancel)
{
	struct buf question = { 0 };
	enum rc rc;

	buf_addf(&question, "%s: %s%s", host, prompt,
	         strlen(prompt) > 0 && prompt[strlen(prompt) - 1] == ' ' ? "" : " ");
	rc = converse(ctx, buf_str(&question), echo, true, buf, cap, cancel);
	buf_free(&question);
	return rc;
}

static enum rc ask_host_key(void *ctx, const char *host, const char *type, const char *sha256, struct cancel *cancel)
{
	struct buf question = { 0 };
	char answer[16] = "";
	enum rc rc;

	buf_addf(&question,
	         "%s: this host is not known yet. Its %s key has the fingerprint\n  %s\n"
	         "Compare it with what the host itself says. Is it the right one? [yes/no] ",
	         host, type, sha256);
	rc = converse(ctx, buf_str(&question), true, true, answer, sizeof answer, cancel);
	buf_free(&question);
	if (rc != RC_OK)
		return rc;
	return strcasecmp(answer, "yes") == 0 ? RC_OK : RC_BLOCKED;
}

struct terminal *terminal_new(bool no_input, struct cancel *cancel)
{
	struct terminal *t = xcalloc(1, sizeof *t);

	pthread_mutex_init(&t->one, NULL);
	t->no_input = no_input;
	t->cancel = cancel;
	t->port = (struct ask_port){ .secret = ask_secret, .host_key = ask_host_key, .ctx = t };
	return t;
}

void terminal_free(struct terminal **t)
{
	if (*t == NULL)
		return;
	pthread_mutex_destroy(&(*t)->one);
	free(*t);
	*t = NULL;
}

const struct ask_port *terminal_port(struct terminal *t)
{
	return &t->port;
}
