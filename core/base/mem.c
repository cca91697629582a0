#include "core/base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void);

void mem_keep_freed(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, 8 << 20);
	(void)mallopt(M_TOP_PAD, 1 << 20);
}

void mem_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

static _Noreturn void exhausted(void)
{
	static const char text[] = "ods-failover: out of memory\n";

	if (exhausted_hook != NULL)
		exhausted_hook();
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(rc_exit_code(RC_NOMEM));
	_exit(rc_exit_code(RC_NOMEM));
}

static void *checked(void *p)
{
	if (p == NULL)
		exhausted();
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count != 0 ? count : 1, size != 0 ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return checked(realloc(p, size != 0 ? size : 1));
}

char *xstrdup(const char *s)
{
	return s != NULL ? checked(strdup(s)) : NULL;
}

char *xstrndup(const char *s, size_t len)
{
	return checked(strndup(s, len));
}

char *xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		exhausted();
	return s;
}

void *xmemdup(const void *p, size_t len)
{
	char *copy = xcalloc(1, len + 1);

	if (len > 0)
		memcpy(copy, p, len);
	return copy;
}

void secret_free(char **s)
{
	if (*s != NULL)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}
