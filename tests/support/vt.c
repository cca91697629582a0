#include "tests/support/vt.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "tui/console/utf8.h"

static void send_bytes(const char *s, size_t n, void *user)
{
	struct vt *v = user;

	while (n > 0) {
		ssize_t w = write(v->master, s, n);

		if (w <= 0)
			return;
		s += w;
		n -= (size_t)w;
	}
}

/* The mark travels in the stream of octets itself, so it can't overtake the cells it ends. */
static int on_osc(const char *command, size_t n, void *user)
{
	struct vt *v = user;

	if (n >= 5 && memcmp(command, "7770;", 5) == 0)
		v->frames++;
	return 1;
}

static const VTermParserCallbacks fallbacks = { .osc = on_osc };

static void drain(struct vt *v)
{
	char text[65536];
	ssize_t n;

	while ((n = read(v->master, text, sizeof text)) > 0)
		vterm_input_write(v->term, text, (size_t)n);
}

static void child(const char *term, char *const argv[], const char *const env[])
{
	setenv("TERM", term, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("ODSF_FRAME_MARK", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	for (; env != NULL && *env != NULL; env++)
		if (strchr(*env, '=') != NULL)
			putenv((char *)*env);
		else
			unsetenv(*env);
	execv(argv[0], argv);
	_exit(127);
}

bool vt_spawn(struct vt *v, int rows, int cols, const char *term, char *const argv[], const char *const env[])
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	*v = (struct vt){ .rows = rows, .cols = cols, .master = -1, .slave = -1 };
	if (openpty(&v->master, &v->slave, NULL, NULL, &ws) < 0 || tcgetattr(v->slave, &v->before) < 0)
		return false;
	v->pid = fork();
	if (v->pid < 0)
		return false;
	if (v->pid == 0) {
		close(v->master);
		login_tty(v->slave);
		child(term, argv, env);
	}
	fcntl(v->master, F_SETFL, O_NONBLOCK);
	fcntl(v->master, F_SETFD, FD_CLOEXEC);
	fcntl(v->slave, F_SETFD, FD_CLOEXEC);
	v->term = vterm_new(rows, cols);
	vterm_set_utf8(v->term, 1);
	vterm_output_set_callback(v->term, send_bytes, v);
	v->screen = vterm_obtain_screen(v->term);
	vterm_screen_enable_altscreen(v->screen, 1);
	vterm_screen_set_unrecognised_fallbacks(v->screen, &fallbacks, v);
	vterm_screen_reset(v->screen, 1);
	return true;
}

bool vt_frame(struct vt *v, int timeout_ms)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	int before = v->frames;

	while (v->frames == before) {
		struct pollfd p = { .fd = v->master, .events = POLLIN };
		int64_t left = end - clock_mono_ms();

		if (left < 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		drain(v);
	}
	return true;
}

bool vt_until(struct vt *v, const char *text, int timeout_ms)
{
	int64_t end = clock_mono_ms() + timeout_ms;

	for (;;) {
		char *now = vt_text(v);
		bool there = strstr(now, text) != NULL;
		int64_t left = end - clock_mono_ms();

		if (!there && left <= 0)
			fprintf(stderr, "no \"%s\" on the screen:\n%s", text, now);
		free(now);
		if (there)
			return true;
		if (left <= 0)
			return false;
		(void)vt_frame(v, left < 200 ? (int)left : 200);
	}
}

void vt_type(struct vt *v, const char *bytes)
{
	send_bytes(bytes, strlen(bytes), v);
}

void vt_key(struct vt *v, VTermKey key)
{
	vterm_keyboard_key(v->term, key, VTERM_MOD_NONE);
}

void vt_resize(struct vt *v, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	v->rows = rows;
	v->cols = cols;
	vterm_set_size(v->term, rows, cols);
	ioctl(v->master, TIOCSWINSZ, &ws);
}

static bool blank(const VTermScreenCell *c)
{
	return c->chars[0] == 0 || (c->chars[0] == ' ' && c->chars[1] == 0);
}

static void add_text(const struct vt *v, struct buf *out)
{
	for (int row = 0; row < v->rows; row++) {
		int pending = 0; /* blanks not written yet: cut when the row ends */

		for (int col = 0; col < v->cols; col++) {
			VTermScreenCell c;

			vterm_screen_get_cell(v->screen, (VTermPos){ row, col }, &c);
			if (c.chars[0] == (uint32_t)-1)
				continue; /* right half of a wide character */
			if (blank(&c)) {
				pending++;
				continue;
			}
			for (; pending > 0; pending--)
				buf_addc(out, ' ');
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c.chars[i] != 0; i++)
				utf8_add(out, c.chars[i]);
		}
		buf_addc(out, '\n');
	}
}

static char attribute(const VTermScreenCell *c)
{
	if (VTERM_COLOR_IS_INDEXED(&c->fg) && !VTERM_COLOR_IS_DEFAULT_FG(&c->fg))
		return (char)('0' + c->fg.indexed.idx % 10);
	if (c->attrs.reverse)
		return c->attrs.bold ? 'R' : 'r';
	if (c->attrs.underline)
		return c->attrs.bold ? 'U' : 'u';
	return c->attrs.bold ? 'b' : '.';
}

static void add_attributes(const struct vt *v, struct buf *out)
{
	for (int row = 0; row < v->rows; row++) {
		int pending = 0;

		for (int col = 0; col < v->cols; col++) {
			VTermScreenCell c;

			vterm_screen_get_cell(v->screen, (VTermPos){ row, col }, &c);
			if (attribute(&c) == '.') {
				pending++;
				continue;
			}
			for (; pending > 0; pending--)
				buf_addc(out, '.');
			buf_addc(out, attribute(&c));
		}
		buf_addc(out, '\n');
	}
}

char *vt_text(const struct vt *v)
{
	struct buf out = { 0 };

	add_text(v, &out);
	return buf_take(&out);
}

char *vt_dump(const struct vt *v)
{
	struct buf out = { 0 };

	buf_addf(&out, "%dx%d\n", v->cols, v->rows);
	add_text(v, &out);
	buf_adds(&out, "--- attributes\n");
	add_attributes(v, &out);
	return buf_take(&out);
}

bool vt_restored(const struct vt *v)
{
	struct termios now;

	return tcgetattr(v->slave, &now) == 0 && now.c_iflag == v->before.c_iflag && now.c_oflag == v->before.c_oflag &&
	       now.c_lflag == v->before.c_lflag && now.c_cflag == v->before.c_cflag;
}

int vt_wait(struct vt *v, int timeout_ms)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	int status = 0;
	bool killed = false;

	while (waitpid(v->pid, &status, WNOHANG) == 0) {
		struct pollfd p = { .fd = v->master, .events = POLLIN };

		(void)poll(&p, 1, 10);
		drain(v);
		if (clock_mono_ms() > end && !killed) {
			killed = true;
			kill(v->pid, SIGKILL);
		}
	}
	drain(v);
	v->pid = 0;
	return killed ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void vt_free(struct vt *v)
{
	if (v->pid > 0)
		(void)vt_wait(v, 0);
	close(v->master);
	close(v->slave);
	vterm_free(v->term);
}
