#include "remote/ssh/session.h"

#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/ssh/login.h"

enum { FDS_MAX = 4, WHY_MAX = 120 };

/* Without a callback libssh writes to standard error, which would be the operator's screen. */
static void swallow(int priority, const char *function, const char *text, void *user)
{
	(void)priority;
	(void)function;
	(void)text;
	(void)user;
}

static enum rc lost(const struct session *s, struct err *e)
{
	struct buf safe = { 0 };
	const char *why = ssh_get_error(s->ssh);

	str_escape(&safe, why, strlen(why), WHY_MAX);
	err_set(e, RC_CONNECT, "the connection was lost%s%s", safe.len > 0 ? ": " : "", buf_str(&safe));
	buf_free(&safe);
	return RC_CONNECT;
}

enum rc session_wait(struct session *s, const struct wait *w, struct pollfd *fds, size_t count, int at_most_ms,
                     struct err *e)
{
	struct pollfd all[FDS_MAX + 1] = { { .fd = ssh_get_fd(s->ssh), .events = POLLIN } };
	size_t i;
	enum rc rc;

	if (s->event != NULL && !ssh_is_connected(s->ssh))
		return lost(s, e);
	if ((ssh_get_poll_flags(s->ssh) & SSH_WRITE_PENDING) != 0)
		all[0].events |= POLLOUT;
	for (i = 0; i < count && i < FDS_MAX; i++)
		all[i + 1] = fds[i];
	rc = wait_for(w, all, i + 1, at_most_ms);
	if (rc == RC_TIMEOUT)
		return err_set(e, rc, "no answer in time");
	if (rc == RC_CANCELLED)
		return err_set(e, rc, "cancelled");
	if (rc != RC_OK)
		return err_set(e, rc, "cannot wait for the connection");
	for (i = 0; i < count && i < FDS_MAX; i++)
		fds[i].revents = all[i + 1].revents;
	/* During the handshake ssh_connect() takes what came itself. */
	if (s->event != NULL && all[0].revents != 0 &&
	    (ssh_event_dopoll(s->event, 0) == SSH_ERROR || !ssh_is_connected(s->ssh)))
		return lost(s, e);
	return RC_OK;
}

void session_keep_alive(struct session *s)
{
	(void)ssh_send_keepalive(s->ssh);
}

void session_waited_for_operator(struct wait *w, int64_t since_ms)
{
	if (w->until_ms != 0)
		w->until_ms += clock_mono_ms() - since_ms;
}

static void set_algorithms(ssh_session ssh, const struct client_algorithms *a)
{
	const struct {
		enum ssh_options_e option;
		const char *value;
	} rows[] = {
		{ SSH_OPTIONS_KEY_EXCHANGE, a->kex },
		{ SSH_OPTIONS_HOSTKEYS, a->host_keys },
		{ SSH_OPTIONS_CIPHERS_C_S, a->ciphers },
		{ SSH_OPTIONS_CIPHERS_S_C, a->ciphers },
		{ SSH_OPTIONS_HMAC_C_S, a->macs },
		{ SSH_OPTIONS_HMAC_S_C, a->macs },
		{ SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, a->public_keys },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].value != NULL)
			(void)ssh_options_set(ssh, rows[i].option, rows[i].value);
}

static enum rc make_ssh(struct session *s, const struct client_config *c, struct err *e)
{
	int no = 0;

	(void)ssh_set_log_callback(swallow); /* of this thread */
	(void)ssh_set_log_level(SSH_LOG_NONE);
	s->ssh = ssh_new();
	if (s->ssh == NULL)
		return err_set(e, RC_NOMEM, "libssh has no memory");
	(void)ssh_options_set(s->ssh, SSH_OPTIONS_PROCESS_CONFIG, &no); /* client_config.c has read it */
	(void)ssh_options_set(s->ssh, SSH_OPTIONS_USER, c->user);
	set_algorithms(s->ssh, &c->algorithms);
	host_key_prepare(s->ssh, c);
	ssh_set_blocking(s->ssh, 0);
	return RC_OK;
}

static enum rc dial(struct session *s, const struct client_config *c, const struct wait *w, struct err *e)
{
	socket_t fd = -1;
	enum rc rc;

	rc = c->proxy != NULL ? dial_proxy(&fd, &s->proxy, c->proxy, e) : dial_tcp(&fd, c->host, c->port, w, e);
	if (rc == RC_OK && ssh_options_set(s->ssh, SSH_OPTIONS_FD, &fd) != SSH_OK) {
		close(fd);
		rc = err_set(e, RC_SYSTEM, "libssh refuses the connection");
	}
	return rc;
}

static enum rc no_handshake(struct session *s, const struct session_peer *peer, enum rc rc, struct err *e)
{
	const struct client_config *c = peer->config;
	const char *why = ssh_get_error(s->ssh);
	struct buf safe = { 0 };

	if (rc == RC_CANCELLED)
		return err_set(e, rc, "cancelled while connecting to %s", peer->instance);
	dial_proxy_listen(&s->proxy);
	if (s->proxy.pid != 0) {
		err_set(e, RC_CONNECT, "the way through the jump host or proxy command failed%s%s",
		        *s->proxy.said != '\0' ? ": "
		        : rc == RC_TIMEOUT     ? ": timed out"
		                               : "",
		        s->proxy.said);
		err_hint(e, "Try it by hand: ssh -o BatchMode=yes %s", c->name);
	} else if (rc == RC_TIMEOUT) {
		err_set(e, RC_CONNECT, "%s port %d takes the connection, but no SSH server answers: timed out", c->host,
		        c->port);
		err_hint(e, "Is it the port of sshd, and does sshd still take connections?");
	} else {
		str_escape(&safe, why, strlen(why), WHY_MAX);
		err_set(e, RC_CONNECT, "%s port %d ended the connection before the login%s%s", c->host, c->port,
		        safe.len > 0 ? ": " : "", buf_str(&safe));
		err_hint(e, "Is it the port of sshd? Its log on the host says why.");
	}
	buf_free(&safe);
	return RC_CONNECT;
}

static enum rc handshake(struct session *s, const struct session_peer *peer, const struct wait *w, struct err *e)
{
	enum rc rc = RC_OK;
	int result;

	while ((result = ssh_connect(s->ssh)) == SSH_AGAIN) {
		rc = session_wait(s, w, NULL, 0, -1, e);
		if (rc != RC_OK)
			break;
	}
	return rc == RC_OK && result == SSH_OK ? RC_OK : no_handshake(s, peer, rc == RC_OK ? RC_CONNECT : rc, e);
}

static enum rc watch(struct session *s, struct err *e)
{
	s->event = ssh_event_new();
	if (s->event != NULL && ssh_event_add_session(s->event, s->ssh) == SSH_OK)
		return RC_OK;
	return err_set(e, RC_SYSTEM, "libssh cannot watch the connection");
}

enum rc session_open(struct session **out, const struct session_peer *peer, struct credentials *credentials,
                     struct wait *w, char host_key[HOST_KEY_TEXT], struct err *e)
{
	struct session *s = xcalloc(1, sizeof *s);
	enum rc rc;

	*out = NULL;
	s->proxy.errors = -1;
	rc = make_ssh(s, peer->config, e);
	if (rc == RC_OK)
		rc = dial(s, peer->config, w, e);
	if (rc == RC_OK)
		rc = handshake(s, peer, w, e);
	if (rc == RC_OK) {
		int64_t asked = clock_mono_ms();

		rc = host_key_check(s->ssh, peer, s->host_key, e);
		session_waited_for_operator(w, asked);
		memcpy(host_key, s->host_key, HOST_KEY_TEXT);
	}
	if (rc == RC_OK)
		rc = watch(s, e);
	if (rc == RC_OK)
		rc = login(s, peer, credentials, w, e);
	if (rc == RC_OK)
		*out = s;
	else
		session_close(&s);
	return rc;
}

void session_close(struct session **p)
{
	struct session *s = *p;

	if (s == NULL)
		return;
	if (s->event != NULL) {
		(void)ssh_event_remove_session(s->event, s->ssh);
		ssh_event_free(s->event);
	}
	if (s->ssh != NULL) {
		ssh_disconnect(s->ssh);
		ssh_free(s->ssh);
	}
	dial_proxy_end(&s->proxy);
	free(s);
	*p = NULL;
}
