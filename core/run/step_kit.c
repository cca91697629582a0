#include "core/run/step_kit.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/str.h"
#include "core/run/journal.h"

enum { WORDS = 12 };

enum rc kit_status(const struct host *h, const char *verb, const struct far_answer *a, struct err *e)
{
	const char *said = a->sentence != NULL && a->sentence[0] != '\0' ? a->sentence : "no reason given";
	const char *name = h->config->name;

	switch (a->status) {
	case FAR_OK:
		return RC_OK;
	case FAR_BLOCKED:
		return err_set(e, RC_BLOCKED, "%s: %s: %s", name, verb, said);
	case FAR_UNKNOWN:
		return err_set(e, RC_UNKNOWN, "%s: %s: %s", name, verb, said);
	case FAR_USAGE:
		return err_set(e, RC_REMOTE, "%s: the far side does not know %s as it was asked: %s", name, verb, said);
	case FAR_FAILED:
		return err_set(e, RC_REMOTE, "%s: %s: %s", name, verb, said);
	default:
		return err_set(e, RC_UNKNOWN, "%s: %s: the answer was cut short", name, verb);
	}
}

static enum rc call(struct step_ctx *c, struct host *h, struct far_answer *a, int timeout_s, const struct buf *input,
                    struct err *e, const char *verb, va_list ap)
{
	const char *args[WORDS + 1];
	struct far_call q = { .verb = verb, .args = args, .timeout_s = timeout_s };
	size_t n = 0;
	enum rc rc;

	while (n < WORDS && (args[n] = va_arg(ap, const char *)) != NULL)
		n++;
	args[n] = NULL;
	if (input != NULL) {
		q.input = buf_str(input);
		q.input_len = input->len;
	}
	rc = h->ops->call(h, &q, a, c->cancel, e);
	if (rc != RC_OK) {
		(void)err_in(e, "%s: %s", h->config->name, verb);
		return rc;
	}
	return kit_status(h, verb, a, e);
}

enum rc kit_do(struct step_ctx *c, struct host *h, struct far_answer *a, int timeout_s, struct err *e, const char *verb,
               ...)
{
	va_list ap;
	enum rc rc;

	va_start(ap, verb);
	rc = call(c, h, a, timeout_s, NULL, e, verb, ap);
	va_end(ap);
	return rc;
}

enum rc kit_feed(struct step_ctx *c, struct host *h, struct far_answer *a, int timeout_s, const struct buf *input,
                 struct err *e, const char *verb, ...)
{
	va_list ap;
	enum rc rc;

	va_start(ap, verb);
	rc = call(c, h, a, timeout_s, input, e, verb, ap);
	va_end(ap);
	return rc;
}

enum rc kit_text(const struct host *h, const struct far_answer *a, const char *name, const char *sentence,
                 const char **text, struct err *e)
{
	const struct far_section *s = far_section(a, name);

	*text = "";
	if (s == NULL || s->status != 0)
		return err_set(e, RC_UNKNOWN, "%s: %s", h->config->name, sentence);
	*text = s->text;
	return RC_OK;
}

bool kit_is(const struct far_answer *a, const char *key, const char *value)
{
	const char *v = far_fact(a, key);

	return v != NULL && strcmp(v, value) == 0;
}

int64_t kit_number(const struct far_answer *a, const char *key)
{
	const char *v = far_fact(a, key);
	uint64_t n;

	return v != NULL && str_u64(v, INT64_MAX, &n) ? (int64_t)n : -1;
}

static void add_sentence(struct buf *out, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
static void add_sentence(struct buf *out, const char *fmt, va_list ap)
{
	char text[1000];

	(void)vsnprintf(text, sizeof text, fmt, ap);
	str_escape(out, text, strlen(text), sizeof text);
}

void kit_saw(struct step_ctx *c, const char *fmt, ...)
{
	va_list ap;

	buf_reset(&c->observed);
	va_start(ap, fmt);
	add_sentence(&c->observed, fmt, ap);
	va_end(ap);
}

void kit_saw_too(struct step_ctx *c, const char *fmt, ...)
{
	va_list ap;

	if (c->observed.len > 0)
		buf_adds(&c->observed, "; ");
	va_start(ap, fmt);
	add_sentence(&c->observed, fmt, ap);
	va_end(ap);
}

void kit_warn(struct step_ctx *c, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	add_sentence(&text, fmt, ap);
	va_end(ap);
	c->warn(c->ctx, buf_str(&text));
	buf_free(&text);
}

enum rc kit_wait(struct step_ctx *c, int ms, struct err *e)
{
	struct pollfd fd = { .fd = cancel_fd(c->cancel), .events = POLLIN };

	if (poll(&fd, 1, ms) > 0 || cancel_raised(c->cancel))
		return err_set(e, RC_CANCELLED, "stopped while waiting");
	return c->beat(c->ctx, e);
}

enum rc kit_keep(struct step_ctx *c, const char *name, const char *text, struct err *e)
{
	return journal_attach(c->journal, c->run, name, text, strlen(text), e);
}

enum rc kit_recall(struct step_ctx *c, const char *name, struct buf *text, struct err *e)
{
	bool found;
	enum rc rc = journal_attachment(c->journal, c->run, name, text, &found, e);

	if (rc == RC_OK && !found)
		rc = err_set(e, RC_UNKNOWN, "the journal of this run does not have its %s", name);
	return rc;
}

size_t kit_fields(const char **p, char *line, size_t cap, char sep, char **fields, size_t max)
{
	size_t n = strcspn(*p, "\n"), kept = n < cap - 1 ? n : cap - 1;

	if (**p == '\0')
		return 0;
	memcpy(line, *p, kept);
	line[kept] = '\0';
	*p += n + ((*p)[n] == '\n');
	return str_split(line, sep, fields, max);
}

enum step_state kit_todo(struct step_ctx *c, struct err *e)
{
	(void)c;
	(void)e;
	return STEP_TODO;
}
