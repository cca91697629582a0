#include "tui/console/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "tui/console/action.h"

static const int fatal[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
static const int handled[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };

/* A signal handler is given nothing, so what it needs has to lie where it can find it. */
static struct {
	struct termios before;
	char leave[128]; /* bytes that leave curses' screen */
	size_t leave_len;
	volatile sig_atomic_t armed;
} rescue;

/* Async-signal-safe: what is left of the program may be broken. */
static void give_back(void)
{
	if (!rescue.armed)
		return;
	rescue.armed = 0;
	if (write(STDOUT_FILENO, rescue.leave, rescue.leave_len) < 0)
		rescue.leave_len = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
}

static void on_fatal(int number)
{
	give_back();
	raise(number); /* SA_RESETHAND: the default now */
}

static void add_capability(const char *name)
{
	char id[16];
	const char *bytes;
	size_t len;

	strncpy(id, name, sizeof id - 1);
	id[sizeof id - 1] = '\0';
	bytes = tigetstr(id);
	if (bytes == NULL || (intptr_t)bytes == -1)
		return;
	len = strlen(bytes);
	if (rescue.leave_len + len > sizeof rescue.leave)
		return;
	memcpy(rescue.leave + rescue.leave_len, bytes, len);
	rescue.leave_len += len;
}

static void prepare_rescue(void)
{
	struct sigaction action = { .sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND };

	rescue.leave_len = 0;
	add_capability("sgr0");
	add_capability("rmkx");
	add_capability("cnorm");
	add_capability("rmcup");
	rescue.armed = 1;
	mem_on_exhausted(give_back);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		sigaction(fatal[i], &action, NULL);
}

static void forget_rescue(void)
{
	rescue.armed = 0;
	mem_on_exhausted(NULL);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		(void)signal(fatal[i], SIG_DFL);
}

void terminal_block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
		sigaddset(&set, handled[i]);
	sigaddset(&set, SIGWINCH);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
}

bool terminal_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum rc refuse(struct err *e, const char *why)
{
	enum rc rc = err_set(e, RC_USAGE, "%s", why);

	err_hint(e, "`ods-failover status` says the same without one");
	return rc;
}

static void start_curses(void)
{
	cbreak();
	noecho();
	nonl(); /* Enter is told from Ctrl-J */
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
}

/* Libraries and children that write on fd 2 must not write on the screen. */
static void catch_stderr(struct terminal *t)
{
	int fd[2];

	t->stderr_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	t->stderr_pipe = fd[0];
	dup2(fd[1], STDERR_FILENO);
	close(fd[1]);
}

static void restore_stderr(struct terminal *t)
{
	if (t->stderr_pipe < 0)
		return;
	if (t->stderr_before >= 0) {
		dup2(t->stderr_before, STDERR_FILENO);
		close(t->stderr_before);
	}
	close(t->stderr_pipe);
	t->stderr_pipe = t->stderr_before = -1;
}

/* newterm() would print a sentence of its own, and takes a terminal that can't. */
static bool can_place_cursor(const char *name)
{
	int status;
	bool can;

	if (name == NULL || name[0] == '\0' || setupterm(name, STDOUT_FILENO, &status) != OK)
		return false;
	can = cursor_address != NULL;
	del_curterm(cur_term);
	return can;
}

enum rc terminal_open(struct terminal *t, struct err *e)
{
	const char *name = getenv("TERM");
	sigset_t set;

	*t = (struct terminal){ .signals = -1, .stderr_pipe = -1, .stderr_before = -1 };
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(e, "the console needs a terminal, and standard input or output is none");
	if (!can_place_cursor(name))
		return refuse(
		    e, "the console needs a terminal that can place its cursor; TERM names none that is known here");
	if (tcgetattr(STDIN_FILENO, &rescue.before) < 0)
		return err_sys(e, errno, "the terminal's modes can't be read");
	/* Exported, they override the terminal's real size. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	terminal_block_signals();
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
		sigaddset(&set, handled[i]);
	t->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	pthread_sigmask(SIG_BLOCK, NULL, &t->open);
	sigdelset(&t->open, SIGWINCH);
	if (t->signals < 0 || newterm(NULL, stdout, stdin) == NULL) {
		terminal_close(t);
		return refuse(e, "the terminal can't be used");
	}
	t->up = true;
	start_curses();
	prepare_rescue();
	catch_stderr(t);
	return RC_OK;
}

/* A terminal that has no other screen to go back to keeps this one: what comes next is not to stand in its last line.
 */
static void leave_screen(void)
{
	if (exit_ca_mode == NULL) {
		move(LINES - 1, 0);
		clrtoeol();
		refresh();
	}
	endwin();
}

void terminal_close(struct terminal *t)
{
	if (t->up) {
		SCREEN *screen;

		forget_rescue();
		leave_screen();
		tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
		screen = set_term(NULL);
		delscreen(screen);
		t->up = false;
	}
	restore_stderr(t);
	if (t->signals >= 0)
		close(t->signals);
	t->signals = -1;
}

void terminal_suspend(struct terminal *t)
{
	struct sigaction before, action = { .sa_handler = SIG_DFL };
	sigset_t set, old;

	def_prog_mode();
	leave_screen();
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
	rescue.armed = 0;
	/* As the default action, so that a process that nobody could continue is not stopped. */
	sigaction(SIGTSTP, &action, &before);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	raise(SIGTSTP);
	pthread_sigmask(SIG_UNBLOCK, &set, &old);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGTSTP, &before, NULL);
	rescue.armed = 1;
	reset_prog_mode();
	clearok(stdscr, TRUE);
	refresh();
	(void)t;
}

void terminal_drain(struct terminal *t, struct log *log)
{
	char text[4096];
	ssize_t n;

	while (t->stderr_pipe >= 0 && (n = read(t->stderr_pipe, text, sizeof text)) > 0)
		log_octets(log, "stderr", text, (size_t)n);
}

static const struct {
	int curses;
	uint32_t key;
} special[] = {
	{ KEY_UP, KEYCODE_UP },
	{ KEY_DOWN, KEYCODE_DOWN },
	{ KEY_LEFT, KEYCODE_LEFT },
	{ KEY_RIGHT, KEYCODE_RIGHT },
	{ KEY_PPAGE, KEYCODE_PAGE_UP },
	{ KEY_NPAGE, KEYCODE_PAGE_DOWN },
	{ KEY_HOME, KEYCODE_HOME },
	{ KEY_END, KEYCODE_END },
	{ KEY_F(1), KEYCODE_F1 },
	{ KEY_ENTER, KEYCODE_ENTER },
	{ KEY_BACKSPACE, KEYCODE_BACKSPACE },
	{ KEY_DC, KEYCODE_DELETE },
	{ KEY_RESIZE, KEYCODE_RESIZE },
};

static const struct {
	wint_t control;
	uint32_t key;
} controls[] = {
	{ '\r', KEYCODE_ENTER },      { '\n', KEYCODE_ENTER },     { '\033', KEYCODE_ESC },
	{ '\t', KEYCODE_TAB },        { 0x7f, KEYCODE_BACKSPACE }, { '\b', KEYCODE_BACKSPACE },
	{ 0x15, KEYCODE_CLEAR_LINE }, { 0x0c, KEYCODE_REDRAW },
};

bool terminal_key(uint32_t *key)
{
	wint_t ch;
	int got = get_wch(&ch);

	*key = KEYCODE_NONE;
	if (got == ERR)
		return false;
	if (got == KEY_CODE_YES) {
		for (size_t i = 0; i < sizeof special / sizeof *special; i++)
			if ((wint_t)special[i].curses == ch)
				*key = special[i].key;
		return true;
	}
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		if (controls[i].control == ch)
			*key = controls[i].key;
	if (*key == KEYCODE_NONE && ch >= 0x20)
		*key = (uint32_t)ch;
	return true;
}

void terminal_size(int *rows, int *cols)
{
	getmaxyx(stdscr, *rows, *cols);
}
