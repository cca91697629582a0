/* str.h -- text that crosses a border: to a shell, to a screen, from a host. */
#ifndef ODSF_CORE_BASE_STR_H
#define ODSF_CORE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

/* The one function that quotes for a POSIX shell: @word becomes exactly one word, whatever it holds. */
void sh_quote(struct buf *out, const char *word);

/* Remote text made safe to show: controls, DEL, C1 controls and invalid UTF-8 become \xNN, a tab one
 * blank; at most @max columns-worth of octets, then "…". Appends to @out. */
void str_escape(struct buf *out, const char *text, size_t len, size_t max);

/* Copies @src into @dst of @cap octets, always terminated; false when it did not fit whole. */
bool str_copy(char *dst, size_t cap, const char *src);

/* Display columns of UTF-8 text (wcwidth of each character; needs a UTF-8 locale; invalid octets count 1). */
int str_columns(const char *utf8);

/* Whole string is a decimal number in [0, max]; nothing else around it. */
bool str_u64(const char *s, uint64_t max, uint64_t *out);

/* Domain names compare case-insensitively and without regard to a final dot. */
bool name_equal(const char *a, const char *b);

/* Splits @line in place at each @sep into at most @max fields; returns how many. */
size_t str_split(char *line, char sep, char **fields, size_t max);

#endif
