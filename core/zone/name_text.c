#include "core/zone/name_text.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
/* What a name may hold unescaped, lowered; 0: it needs a closer look. */
static const uint8_t name_char[256] = {
	['-'] = '-', ['_'] = '_', ['*'] = '*', ['/'] = '/', ['+'] = '+', ['='] = '=', [':'] = ':', [','] = ',', ['~'] = '~',
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
	['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
	'w', 'x', 'y', 'z',
	['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
	'w', 'x', 'y', 'z',
};

/* clang-format on */

size_t name_plain(const char *w, size_t len, const struct wire_name *origin, uint8_t *out)
{
	size_t label = 0, k = 1;

	if (len == 0 || len > WIRE_NAME_MAX)
		return 0;
	if (len == 1 && w[0] == '.') {
		out[0] = 0;
		return 1;
	}
	for (size_t i = 0; i < len; i++) {
		uint8_t c = name_char[(uint8_t)w[i]];

		if (c != 0) {
			if (k >= WIRE_NAME_MAX)
				return 0;
			out[k++] = c;
			continue;
		}
		if (w[i] != '.' || k == label + 1 || k - label > 64 || k >= WIRE_NAME_MAX)
			return 0;
		out[label] = (uint8_t)(k - label - 1);
		label = k++;
	}
	if (k == label + 1) {
		out[label] = 0;
		return k;
	}
	if (origin == NULL || origin->len == 0 || k - label > 64 || k + origin->len > WIRE_NAME_MAX)
		return 0;
	out[label] = (uint8_t)(k - label - 1);
	memcpy(out + k, origin->wire, origin->len);
	return k + origin->len;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool text_is_escaped(const char *start, const char *p)
{
	const char *q = p;

	while (q > start && q[-1] == '\\')
		q--;
	return (p - q) % 2 != 0;
}

static bool is_absolute(const char *text, size_t len)
{
	return len > 0 && text[len - 1] == '.' && !text_is_escaped(text, text + len - 1);
}

/* One label from *p on into @out; returns its length, -1 when malformed. */
static int label_from_text(const char **p, const char *end, uint8_t out[63])
{
	int n = 0;

	while (*p < end && **p != '.') {
		unsigned c = (uint8_t) * *p;

		if (c <= ' ' || c == 0x7f || n == 63)
			return -1;
		if (c == '\\') {
			const char *d = *p + 1;

			if (d == end)
				return -1;
			c = (uint8_t)*d;
			if (c >= '0' && c <= '9') {
				if (end - d < 3 || d[1] < '0' || d[1] > '9' || d[2] < '0' || d[2] > '9')
					return -1;
				c = (c - '0') * 100 + (unsigned)(d[1] - '0') * 10 + (unsigned)(d[2] - '0');
				if (c > 255)
					return -1;
				*p += 2;
			}
			*p += 1;
		}
		out[n++] = lower((uint8_t)c);
		*p += 1;
	}
	return n;
}

bool name_from_text(struct wire_name *n, const char *text, size_t len, const struct wire_name *origin)
{
	const char *p = text, *end = text + len;
	size_t k = 0;

	k = name_plain(text, len, origin, n->wire);
	n->len = (uint8_t)k;
	if (k > 0)
		return true;
	if (len == 1 && text[0] == '@') {
		if (origin == NULL || origin->len == 0)
			return false;
		*n = *origin;
		return true;
	}
	k = 0;
	while (p < end) {
		uint8_t label[63];
		int size = label_from_text(&p, end, label);

		if (size <= 0 || k + (size_t)size + 2 > WIRE_NAME_MAX)
			return false;
		n->wire[k++] = (uint8_t)size;
		memcpy(n->wire + k, label, (size_t)size);
		k += (size_t)size;
		if (p < end)
			p++;
	}
	if (k == 0)
		return false;
	if (is_absolute(text, len)) {
		n->wire[k++] = 0;
	} else {
		if (origin == NULL || origin->len == 0 || k + origin->len > WIRE_NAME_MAX)
			return false;
		memcpy(n->wire + k, origin->wire, origin->len);
		k += origin->len;
	}
	n->len = (uint8_t)k;
	return true;
}

bool name_text_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct wire_name x, y;

	return name_from_text(&x, a, a_len, NULL) && name_from_text(&y, b, b_len, NULL) && x.len == y.len &&
	       memcmp(x.wire, y.wire, x.len) == 0;
}

void name_to_text(char *out, size_t cap, const uint8_t *wire, size_t len)
{
	size_t k = 0, i = 0;

	while (i < len && wire[i] != 0 && k + 5 < cap) {
		size_t size = wire[i++];

		if (k > 0)
			out[k++] = '.';
		for (; size > 0 && i < len && k + 5 < cap; size--, i++) {
			uint8_t c = wire[i];

			if (name_char[c] != 0) {
				out[k++] = (char)c;
				continue;
			}
			if (c <= ' ' || c >= 0x7f) {
				(void)snprintf(out + k, 5, "\\%03u", c);
				k += 4;
				continue;
			}
			if (strchr(".\\\"();@$", c) != NULL)
				out[k++] = '\\';
			out[k++] = (char)c;
		}
	}
	if (k == 0)
		out[k++] = '.';
	out[k] = '\0';
}
