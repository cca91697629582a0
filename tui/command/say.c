#include "tui/command/say.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/str.h"

enum { WIDTH = 80 };

int say_error(const struct err *e)
{
	struct buf b = { 0 };

	buf_adds(&b, "ods-failover: ");
	str_escape(&b, e->text, strlen(e->text), sizeof e->text);
	buf_addc(&b, '\n');
	if (e->hint[0] != '\0') {
		buf_adds(&b, "  ");
		str_escape(&b, e->hint, strlen(e->hint), sizeof e->hint);
		buf_addc(&b, '\n');
	}
	(void)fputs(buf_str(&b), stderr);
	buf_free(&b);
	return rc_exit_code(e->rc);
}

int say_refusal(int status, const char *hint, const char *fmt, ...)
{
	va_list ap;

	(void)fputs("ods-failover: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	if (hint != NULL)
		(void)fprintf(stderr, "  %s\n", hint);
	return status;
}

void say_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

void print_escaped(FILE *out, const char *text, size_t max)
{
	struct buf b = { 0 };

	str_escape(&b, text, strlen(text), max);
	(void)fputs(buf_str(&b), out);
	buf_free(&b);
}

void print_wrapped(FILE *out, const char *text, int indent, int column)
{
	bool first = true;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		struct buf word = { 0 };
		int columns;

		buf_add(&word, text, n);
		columns = str_columns(buf_str(&word));
		if (!first && column + 1 + columns > WIDTH) {
			(void)fprintf(out, "\n%*s", indent, "");
			column = indent;
			first = true;
		}
		if (!first) {
			(void)fputc(' ', out);
			column++;
		}
		(void)fputs(buf_str(&word), out);
		column += columns;
		first = false;
		buf_free(&word);
		text += n;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

bool say_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *severity_mark(enum severity s)
{
	static const char *const marks[][2] = {
		[SEV_OK] = { "+", "✓" },
		[SEV_WARN] = { "!", "!" },
		[SEV_UNKNOWN] = { "?", "?" },
		[SEV_STOP] = { "x", "✗" },
	};

	return marks[s][say_utf8()];
}

static bool coloured(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no == NULL || no[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0 && isatty(fileno(out));
}

const char *severity_colour(FILE *out, enum severity s)
{
	static const char *const on[] = {
		[SEV_OK] = "\033[32m",
		[SEV_WARN] = "\033[33m",
		[SEV_UNKNOWN] = "\033[35m",
		[SEV_STOP] = "\033[1;31m",
	};

	return coloured(out) ? on[s] : "";
}

const char *colour_off(FILE *out)
{
	return coloured(out) ? "\033[0m" : "";
}

int say_end(int status)
{
	bool failed = ferror(stdout) != 0;
	int sys;

	errno = 0;
	if (fclose(stdout) != 0)
		failed = true;
	sys = errno;
	if (!failed)
		return status;
	/* Whoever closed the pipe does not want to hear more. */
	if (sys != EPIPE)
		(void)say_refusal(0, NULL, "cannot write to standard output: %s",
		                  sys != 0 ? strerrordesc_np(sys) : "an earlier write failed");
	return rc_exit_code(RC_SYSTEM);
}
