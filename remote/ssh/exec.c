#include "remote/ssh/exec.h"

#include <libssh/callbacks.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"

enum {
	CHUNK = 32768,     /* what sshd takes in one packet */
	SILENCE_MS = 2000, /* after the exit status, when something keeps the channel open */
	KEEP_ALIVE_MS = 15000,
};

struct run {
	struct exec *x;
	ssh_channel channel;
	bool closed, ended; /* by the far side: channel, output */
	bool input_over;
	int64_t heard_ms;
	const char *left; /* of the input, not sent yet */
	size_t left_len;
};

static int on_data(ssh_session s, ssh_channel c, void *data, uint32_t len, int is_error, void *user)
{
	struct run *r = user;

	(void)s;
	(void)c;
	r->heard_ms = clock_mono_ms();
	if (is_error) {
		size_t room = EXEC_ERRORS_MAX - r->x->errors.len;

		buf_add(&r->x->errors, data, len < room ? len : room);
	} else if (!r->x->stopped && !r->x->output(r->x->ctx, data, len)) {
		r->x->stopped = true;
	}
	return (int)len;
}

static void on_end(ssh_session s, ssh_channel c, void *user)
{
	(void)s;
	(void)c;
	((struct run *)user)->ended = true;
}

static void on_close(ssh_session s, ssh_channel c, void *user)
{
	(void)s;
	(void)c;
	((struct run *)user)->closed = true;
}

static void on_status(ssh_session s, ssh_channel c, int status, void *user)
{
	struct run *r = user;

	(void)s;
	(void)c;
	r->x->status = status;
	r->heard_ms = clock_mono_ms();
}

static void on_signal(ssh_session s, ssh_channel c, const char *name, int core, const char *text, const char *lang,
                      void *user)
{
	struct run *r = user;

	(void)s;
	(void)c;
	(void)core;
	(void)text;
	(void)lang;
	(void)str_copy(r->x->signal, sizeof r->x->signal, name != NULL && *name != '\0' ? name : "?");
	r->heard_ms = clock_mono_ms();
}

/* Sends what the far side's window has room for. False when there is nothing to wait for but the window or @input_fd.
 */
static enum rc feed(struct run *r, bool *waits_for_fd, struct err *e)
{
	struct exec *x = r->x;

	*waits_for_fd = false;
	while (!r->input_over && !r->closed) {
		uint32_t window = ssh_channel_window_size(r->channel);
		int sent;

		if (r->left_len == 0) {
			const void *p = NULL;
			size_t len = 0;

			switch (x->input != NULL ? x->input(x->ctx, CHUNK, &p, &len) : EXEC_END) {
			case EXEC_MORE:
				break;
			case EXEC_LATER:
				*waits_for_fd = true;
				return RC_OK;
			case EXEC_BROKEN:
				x->stopped = true;
				return RC_OK;
			case EXEC_END:
				r->input_over = true;
				(void)ssh_channel_send_eof(r->channel);
				return RC_OK;
			}
			r->left = p;
			r->left_len = len;
		}
		if (window == 0)
			return RC_OK;
		sent = ssh_channel_write(r->channel, r->left, (uint32_t)(r->left_len < window ? r->left_len : window));
		if (sent < 0) {
			if (r->closed || r->ended ||
			    x->status >= 0) { /* it ended without reading all: its status tells */
				r->input_over = true;
				return RC_OK;
			}
			return err_set(e, RC_CONNECT, "the connection was lost while sending");
		}
		if (sent == 0)
			return RC_OK;
		r->left += sent;
		r->left_len -= (size_t)sent;
		r->heard_ms = clock_mono_ms();
		/* One packet at a time: between them come acknowledgements, output and the cancel. */
		if ((ssh_get_poll_flags(ssh_channel_get_session(r->channel)) & SSH_WRITE_PENDING) != 0)
			return RC_OK;
	}
	return RC_OK;
}

static bool over(const struct run *r)
{
	const struct exec *x = r->x;
	bool status = x->status >= 0 || x->signal[0] != '\0';

	if (r->closed || x->stopped)
		return true;
	if (!status)
		return false;
	return r->ended || (x->enough != NULL && x->enough(x->ctx)) ||
	       (x->enough != NULL && clock_mono_ms() - r->heard_ms >= SILENCE_MS);
}

static enum rc open_channel(struct session *s, struct run *r, const struct wait *w, struct err *e)
{
	enum rc rc = RC_OK;
	int result;

	while ((result = ssh_channel_open_session(r->channel)) == SSH_AGAIN && rc == RC_OK)
		rc = session_wait(s, w, NULL, 0, -1, e);
	if (rc != RC_OK)
		return rc;
	if (result == SSH_OK) {
		while ((result = ssh_channel_request_exec(r->channel, r->x->command)) == SSH_AGAIN && rc == RC_OK) {
			r->x->started = true; /* sent: whether it was taken is not known before the answer */
			rc = session_wait(s, w, NULL, 0, -1, e);
		}
		r->x->started = r->x->started || result == SSH_OK;
	}
	if (rc != RC_OK || result == SSH_OK)
		return rc;
	if (!ssh_is_connected(s->ssh))
		return err_set(e, RC_CONNECT, "the connection was lost");
	r->x->refused = true;
	r->x->started = false;
	err_set(e, RC_AUTH, "the SSH server runs no command for this login");
	err_hint(e, "Its sshd_config or authorized_keys restricts the login.");
	return RC_AUTH;
}

static enum rc wait_until_over(struct session *s, struct run *r, const struct wait *w, struct err *e)
{
	int64_t alive_ms = clock_mono_ms();

	for (;;) {
		struct pollfd more = { .fd = r->x->input_fd, .events = POLLIN };
		bool waits_for_fd, has_status = r->x->status >= 0 || r->x->signal[0] != '\0';
		enum rc rc = feed(r, &waits_for_fd, e);

		if (rc != RC_OK || over(r))
			return rc;
		rc = session_wait(s, w, &more, waits_for_fd && more.fd >= 0 ? 1 : 0,
		                  has_status ? SILENCE_MS / 8 : KEEP_ALIVE_MS, e);
		if (rc != RC_OK && !(rc == RC_CONNECT && (r->closed || has_status)))
			return rc;
		if (rc != RC_OK || over(r))
			return RC_OK;
		if (clock_mono_ms() - alive_ms >= KEEP_ALIVE_MS) {
			alive_ms = clock_mono_ms();
			session_keep_alive(s);
		}
	}
}

/* Closing does not stop the command; it only ends our interest. */
static void close_channel(struct session *s, struct run *r, struct ssh_channel_callbacks_struct *callbacks)
{
	r->x->stopped = true; /* whatever still comes is dropped */
	if (ssh_is_connected(s->ssh) && ssh_channel_is_open(r->channel))
		(void)ssh_channel_close(r->channel);
	(void)ssh_remove_channel_callbacks(r->channel, callbacks);
	ssh_channel_free(r->channel);
}

enum rc exec_run(struct session *s, struct exec *x, const struct wait *w, struct err *e)
{
	struct run r = { .x = x, .heard_ms = clock_mono_ms() };
	struct ssh_channel_callbacks_struct callbacks = {
		.userdata = &r,
		.channel_data_function = on_data,
		.channel_eof_function = on_end,
		.channel_close_function = on_close,
		.channel_exit_status_function = on_status,
		.channel_exit_signal_function = on_signal,
	};
	bool stopped;
	enum rc rc;

	x->started = x->refused = x->stopped = false;
	x->status = -1;
	x->signal[0] = '\0';
	ssh_callbacks_init(&callbacks);
	r.channel = ssh_channel_new(s->ssh);
	if (r.channel == NULL)
		return err_set(e, RC_CONNECT, "the connection was lost");
	if (ssh_set_channel_callbacks(r.channel, &callbacks) != SSH_OK) {
		ssh_channel_free(r.channel);
		return err_set(e, RC_SYSTEM, "libssh takes no callbacks");
	}
	rc = open_channel(s, &r, w, e);
	if (rc == RC_OK)
		rc = wait_until_over(s, &r, w, e);
	stopped = x->stopped;
	close_channel(s, &r, &callbacks);
	x->stopped = stopped;
	if (rc != RC_OK)
		return rc;
	if (stopped)
		return err_set(e, RC_CANCELLED, "stopped");
	if (x->status < 0 && x->signal[0] == '\0')
		return err_set(e, RC_CONNECT, "the connection was lost before the command ended");
	return RC_OK;
}
