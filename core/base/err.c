#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct rc_row {
	const char *name;
	const char *text;
	int exit_code;
};

static const struct rc_row rows[] = {
#define X(name, exit_code, text) [name] = { #name, text, exit_code },
	ODSF_RC_LIST(X)
#undef X
};

static void set_text(struct err *e, enum rc rc, int sys, const char *fmt, va_list ap)
{
	memset(e, 0, sizeof *e);
	e->rc = rc;
	e->sys = sys;
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap);
}

enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return rc;
	va_start(ap, fmt);
	set_text(e, rc, 0, fmt, ap);
	va_end(ap);
	return rc;
}

enum rc err_sys(struct err *e, int sys, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	if (e == NULL)
		return RC_SYSTEM;
	va_start(ap, fmt);
	set_text(e, RC_SYSTEM, sys, fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	(void)snprintf(e->text + len, sizeof e->text - len, ": %s",
	               strerrordesc_np(sys) != NULL ? strerrordesc_np(sys) : "unknown error");
	return RC_SYSTEM;
}

enum rc err_in(struct err *e, const char *fmt, ...)
{
	char old[sizeof e->text];
	va_list ap;
	size_t len;

	if (e == NULL)
		return RC_SYSTEM;
	memcpy(old, e->text, sizeof old);
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	(void)snprintf(e->text + len, sizeof e->text - len, ": %s", old);
	return e->rc;
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(e->hint, sizeof e->hint, fmt, ap);
	va_end(ap);
}

const char *rc_name(enum rc rc)
{
	return rows[rc].name;
}

const char *rc_text(enum rc rc)
{
	return rows[rc].text;
}

int rc_exit_code(enum rc rc)
{
	return rows[rc].exit_code;
}
