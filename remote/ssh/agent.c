#include "remote/ssh/agent.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/mem.h"

/* draft-miller-ssh-agent */
enum { REQUEST_IDENTITIES = 11, IDENTITIES_ANSWER = 12, SIGN_REQUEST = 13, FAILURE = 5 };
enum { MESSAGE_MAX = 256 * 1024 };

struct agent {
	int client, agent; /* our end towards libssh, and the agent */
	const struct agent_key *named;
	size_t named_count;
	bool only_these;
	struct wait wait;
	struct cancel *end;
	pthread_t thread;
	atomic_size_t shown;
};

struct identity {
	struct buf blob, comment;
	size_t rank; /* place in the answer */
};

static uint32_t number_at(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void add_number(struct buf *b, size_t n)
{
	const unsigned char p[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
		                     (unsigned char)n };

	buf_add(b, p, sizeof p);
}

static void add_string(struct buf *b, const char *p, size_t len)
{
	add_number(b, len);
	buf_add(b, p, len);
}

/* Takes a string of the wire at *@at; false when it does not fit. */
static bool take_string(const struct buf *m, size_t *at, const char **p, size_t *len)
{
	if (m->len - *at < 4 || m->len - *at - 4 < number_at(m->p + *at))
		return false;
	*len = number_at(m->p + *at);
	*p = m->p + *at + 4;
	*at += 4 + *len;
	return true;
}

static bool same(const struct buf *b, const char *p, size_t len)
{
	return b->len == len && len > 0 && memcmp(b->p, p, len) == 0;
}

/* ---- one message, whole ---- */

static bool transfer(const struct wait *w, int fd, char *p, size_t len, bool out)
{
	while (len > 0) {
		struct pollfd f = { .fd = fd, .events = out ? POLLOUT : POLLIN };
		ssize_t n;

		if (wait_for(w, &f, 1, -1) != RC_OK)
			return false;
		n = out ? send(fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT) : recv(fd, p, len, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool receive(const struct wait *w, int fd, struct buf *m)
{
	char head[4], *body;
	size_t len;
	bool whole;

	buf_reset(m);
	if (!transfer(w, fd, head, sizeof head, false))
		return false;
	len = number_at(head);
	if (len == 0 || len > MESSAGE_MAX)
		return false;
	body = xcalloc(len, 1);
	whole = transfer(w, fd, body, len, false);
	buf_add(m, body, len);
	explicit_bzero(body, len);
	free(body);
	return whole;
}

static bool pass(const struct wait *w, int fd, const struct buf *m)
{
	struct buf out = { 0 };
	bool whole;

	add_string(&out, m->p, m->len);
	whole = transfer(w, fd, out.p, out.len, true);
	buf_wipe(&out);
	return whole;
}

/* ---- the filter ---- */

/* Kinds that libssh reads; it takes any other for the end of the list. */
static bool kind_known(const char *blob, size_t len)
{
	static const char *const kinds[] = {
		"ssh-ed25519",
		"ssh-rsa",
		"ecdsa-sha2-nistp256",
		"ecdsa-sha2-nistp384",
		"ecdsa-sha2-nistp521",
		"sk-ssh-ed25519@openssh.com",
		"sk-ecdsa-sha2-nistp256@openssh.com",
		"ssh-ed25519-cert-v01@openssh.com",
		"ssh-rsa-cert-v01@openssh.com",
		"ecdsa-sha2-nistp256-cert-v01@openssh.com",
		"ecdsa-sha2-nistp384-cert-v01@openssh.com",
		"ecdsa-sha2-nistp521-cert-v01@openssh.com",
	};
	size_t i, n;

	if (len < 4 || len - 4 < (n = number_at(blob)))
		return false;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i]) == n && memcmp(blob + 4, kinds[i], n) == 0)
			return true;
	return false;
}

static const struct agent_key *find_named(const struct agent *a, const char *blob, size_t len, size_t *rank)
{
	for (*rank = 0; *rank < a->named_count; ++*rank)
		if (same(&a->named[*rank].key, blob, len) || same(&a->named[*rank].certificate, blob, len))
			return &a->named[*rank];
	return NULL;
}

static int by_rank(const void *x, const void *y)
{
	const struct identity *a = x, *b = y;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

static void keep(struct identity *all, size_t *n, const char *blob, size_t len, const char *comment, size_t comment_len,
                 size_t rank)
{
	buf_add(&all[*n].blob, blob, len);
	buf_add(&all[*n].comment, comment, comment_len);
	all[(*n)++].rank = rank;
}

/* Makes the list of @m that libssh is to see. False for one that cannot be read. */
static bool filter(struct agent *a, struct buf *m)
{
	size_t at = 5, n = 0, count, i;
	struct identity *all = NULL;
	bool good = m->len >= 5;

	count = good ? number_at(m->p + 1) : 0;
	if (!good || count > m->len / 8)
		return false;
	all = xcalloc(count * 2 + 1, sizeof *all);
	for (i = 0; i < count; i++) {
		const char *blob, *comment;
		size_t len, comment_len, rank;
		const struct agent_key *k;

		good = take_string(m, &at, &blob, &len) && take_string(m, &at, &comment, &comment_len);
		if (!good)
			break;
		k = find_named(a, blob, len, &rank);
		if (!kind_known(blob, len) || (k == NULL && a->only_these))
			continue;
		if (k != NULL && k->certificate.len > 0 && same(&k->key, blob, len))
			keep(all, &n, k->certificate.p, k->certificate.len, comment, comment_len, 2 * rank);
		keep(all, &n, blob, len, comment, comment_len, k != NULL ? 2 * rank + 1 : 2 * a->named_count + i);
	}
	qsort(all, n, sizeof *all, by_rank);
	buf_reset(m);
	buf_addc(m, IDENTITIES_ANSWER);
	add_number(m, n);
	for (i = 0; i < n; i++) {
		add_string(m, buf_str(&all[i].blob), all[i].blob.len);
		add_string(m, buf_str(&all[i].comment), all[i].comment.len);
		buf_free(&all[i].blob);
		buf_free(&all[i].comment);
	}
	free(all);
	atomic_store(&a->shown, n);
	return good;
}

/* A signature for a certificate that only we have: the agent is asked for one by the key. */
static void ask_for_key(const struct agent *a, struct buf *m)
{
	struct buf out = { 0 };
	const char *blob;
	size_t len, at = 1, i;

	if (!take_string(m, &at, &blob, &len))
		return;
	for (i = 0; i < a->named_count; i++) {
		if (!same(&a->named[i].certificate, blob, len))
			continue;
		buf_addc(&out, SIGN_REQUEST);
		add_string(&out, a->named[i].key.p, a->named[i].key.len);
		buf_add(&out, m->p + at, m->len - at);
		buf_wipe(m);
		*m = out;
		return;
	}
}

static void *serve(void *arg)
{
	struct agent *a = arg;
	struct buf m = { 0 };
	const char no = FAILURE;

	while (receive(&a->wait, a->client, &m)) {
		char kind = m.p[0];

		if (kind == SIGN_REQUEST)
			ask_for_key(a, &m);
		if (kind == SIGN_REQUEST || kind == REQUEST_IDENTITIES) {
			if (!pass(&a->wait, a->agent, &m) || !receive(&a->wait, a->agent, &m))
				break;
			if (m.p[0] == IDENTITIES_ANSWER && !filter(a, &m))
				break;
		} else {
			buf_reset(&m);
			buf_add(&m, &no, 1);
		}
		if (!pass(&a->wait, a->client, &m))
			break;
	}
	buf_wipe(&m);
	(void)shutdown(a->client, SHUT_RDWR); /* libssh waits for an answer without a deadline */
	return NULL;
}

static int connect_agent(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof to.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) {
		int sys = errno;

		close(fd);
		errno = sys;
		return -1;
	}
	return fd;
}

enum rc agent_start(struct agent **out, int *fd, const char *path, const struct agent_key *named, size_t count,
                    bool only_these, const struct wait *w, struct err *e)
{
	struct agent *a = xcalloc(1, sizeof *a);
	int pair[2], sys;

	*out = NULL;
	*fd = -1;
	a->agent = connect_agent(path);
	if (a->agent < 0) {
		free(a);
		return err_set(e, RC_CONNECT, "the agent at %s does not answer: %s", path, strerrordesc_np(errno));
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		sys = errno;
		close(a->agent);
		free(a);
		return err_sys(e, sys, "cannot make a socket pair");
	}
	a->client = pair[1];
	a->named = named;
	a->named_count = count;
	a->only_these = only_these;
	a->end = cancel_new();
	a->wait = (struct wait){ .until_ms = w->until_ms, .cancel = { w->cancel[0], a->end } };
	sys = pthread_create(&a->thread, NULL, serve, a);
	if (sys != 0) {
		close(pair[0]);
		close(a->client);
		close(a->agent);
		cancel_free(&a->end);
		free(a);
		return err_sys(e, sys, "cannot start a thread");
	}
	*fd = pair[0];
	*out = a;
	return RC_OK;
}

size_t agent_shown(const struct agent *a)
{
	return atomic_load(&a->shown);
}

void agent_end(struct agent **p)
{
	struct agent *a = *p;

	if (a == NULL)
		return;
	cancel_raise(a->end);
	(void)pthread_join(a->thread, NULL);
	close(a->client);
	close(a->agent);
	cancel_free(&a->end);
	free(a);
	*p = NULL;
}
