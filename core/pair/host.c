#include "core/pair/host.h"

#include <stdarg.h>

enum { WORDS_MAX = 8 };

enum rc host_do(struct host *h, struct far_answer *a, int timeout_s, struct cancel *c, struct err *e, const char *verb,
                ...)
{
	const char *words[WORDS_MAX + 1] = { 0 };
	struct far_call call = { .verb = verb, .args = words, .timeout_s = timeout_s };
	const char *word;
	size_t n = 0;
	va_list ap;

	va_start(ap, verb);
	while ((word = va_arg(ap, const char *)) != NULL && n < WORDS_MAX)
		words[n++] = word;
	va_end(ap);
	if (word != NULL) {
		*a = (struct far_answer){ .status = -1, .sentence = "" };
		return err_set(e, RC_USAGE, "%s takes at most %d words", verb, WORDS_MAX);
	}
	return h->ops->call(h, &call, a, c, e);
}
