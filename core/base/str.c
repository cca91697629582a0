#include "core/base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

void sh_quote(struct buf *out, const char *word)
{
	buf_addc(out, '\'');
	for (const char *p = word; *p != '\0'; p++) {
		if (*p == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *p);
	}
	buf_addc(out, '\'');
}

/* Length of the well-formed UTF-8 character at @s, or 0 (RFC 3629: no overlong form, no surrogate). */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* Controls of ASCII and of Latin-1 (U+0080..U+009F), which terminals act upon. */
static bool is_control(const unsigned char *s, size_t n)
{
	return (n == 1 && (s[0] < 0x20 || s[0] == 0x7f)) || (n == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

void str_escape(struct buf *out, const char *text, size_t len, size_t max)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (used >= max) {
			buf_adds(out, "…");
			return;
		}
		if (s[i] == '\t') {
			buf_addc(out, ' ');
			n = 1;
			used++;
		} else if (n == 0 || is_control(s + i, n)) {
			n = n == 0 ? 1 : n;
			for (size_t k = 0; k < n; k++)
				buf_addf(out, "\\x%02x", s[i + k]);
			used += 4 * n;
		} else {
			buf_add(out, s + i, n);
			used++;
		}
		i += n;
	}
}

bool str_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strlen(src);

	if (cap == 0)
		return false;
	if (len >= cap) {
		memcpy(dst, src, cap - 1);
		dst[cap - 1] = '\0';
		return false;
	}
	memcpy(dst, src, len + 1);
	return true;
}

int str_columns(const char *utf8)
{
	mbstate_t state = { 0 };
	int columns = 0;

	while (*utf8 != '\0') {
		wchar_t wc;
		size_t n = mbrtowc(&wc, utf8, MB_CUR_MAX, &state);

		if (n == (size_t)-1 || n == (size_t)-2) {
			memset(&state, 0, sizeof state);
			columns++;
			utf8++;
			continue;
		}
		columns += wcwidth(wc) > 0 ? wcwidth(wc) : 0;
		utf8 += n;
	}
	return columns;
}

bool str_u64(const char *s, uint64_t max, uint64_t *out)
{
	char *end;
	unsigned long long v;

	if (s[0] < '0' || s[0] > '9')
		return false;
	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno != 0 || *end != '\0' || v > max)
		return false;
	*out = v;
	return true;
}

bool name_equal(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	if (la > 1 && a[la - 1] == '.')
		la--;
	if (lb > 1 && b[lb - 1] == '.')
		lb--;
	return la == lb && strncasecmp(a, b, la) == 0;
}

size_t str_split(char *line, char sep, char **fields, size_t max)
{
	size_t n = 0;

	while (n < max) {
		char *end = strchr(line, sep);

		fields[n++] = line;
		if (end == NULL || n == max)
			break;
		*end = '\0';
		line = end + 1;
	}
	return n;
}
