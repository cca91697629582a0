/* buf.h -- a growing string of octets, always NUL-terminated; zero-initialised is empty. */
#ifndef ODSF_CORE_BASE_BUF_H
#define ODSF_CORE_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

struct buf {
	char *p;    /* NULL while nothing was ever added; see buf_str() */
	size_t len; /* octets, without the NUL */
	size_t cap;
};

void buf_add(struct buf *b, const void *p, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
const char *buf_str(const struct buf *b); /* borrowed; "" when empty */
char *buf_take(struct buf *b);            /* the caller's now; @b is empty again */
void buf_reset(struct buf *b);            /* keeps the memory */
void buf_cut(struct buf *b, size_t len);  /* to its first @len octets, which it has; keeps the memory */
void buf_free(struct buf *b);
void buf_wipe(struct buf *b); /* buf_free() for what held a secret */

#endif
