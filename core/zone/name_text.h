/* name_text.h -- domain names between text and lower case wire form. */
#ifndef ODSF_CORE_ZONE_NAME_TEXT_H
#define ODSF_CORE_ZONE_NAME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_NAME_MAX = 255 };

struct wire_name {
	uint8_t len; /* 0: none */
	uint8_t wire[WIRE_NAME_MAX];
};

/* A name as text into lower case wire form. False: malformed, or relative with no @origin (NULL or empty). */
bool name_from_text(struct wire_name *n, const char *text, size_t len, const struct wire_name *origin);
/* Two absolute names as text are the same one. */
bool name_text_same(const char *a, size_t a_len, const char *b, size_t b_len);
/* Presentation with escapes and without the final dot; "." for the root. @out of 1024 octets is enough for any name. */
void name_to_text(char *out, size_t cap, const uint8_t *wire, size_t len);

/* The character at @p of a text that begins at @start is escaped: an odd number of backslashes stands before it. */
bool text_is_escaped(const char *start, const char *p);

/* name_from_text() of the names that nearly all are: no escapes. Returns the octets written to @out (at most
 * WIRE_NAME_MAX), 0 when the text needs a closer look. */
size_t name_plain(const char *text, size_t len, const struct wire_name *origin, uint8_t *out);

#endif
