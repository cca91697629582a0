#include "tui/console/utf8.h"

#include <stddef.h>
#include <wchar.h>

static const struct {
	uint32_t from;
	char to;
} ascii[] = {
	{ 0x2713, '+' }, /* ✓ */
	{ 0x2717, 'X' }, /* ✗ */
	{ 0x25cf, '*' }, /* ● */
	{ 0x25cb, 'o' }, /* ○ */
	{ 0x25b6, '>' }, /* ▶ */
	{ 0x25b8, '>' }, /* ▸ */
	{ 0x00b1, '~' }, /* ± */
	{ 0x2026, '~' }, /* … */
	{ 0x2192, '>' }, /* → */
	{ 0x2212, '-' }, /* − */
	{ 0x2500, '-' }, /* ─ */
	{ 0x2501, '=' }, /* ━ */
	{ 0x2502, '|' }, /* │ */
	{ 0x00b7, '.' }, /* · */
	{ 0x2581, '_' }, /* ▁ */
	{ 0x2582, '.' }, /* ▂ */
	{ 0x2583, ':' }, /* ▃ */
	{ 0x2584, '-' }, /* ▄ */
	{ 0x2585, '=' }, /* ▅ */
	{ 0x2586, '+' }, /* ▆ */
	{ 0x2587, '*' }, /* ▇ */
	{ 0x2588, '#' }, /* █ */
	{ 0x258c, '#' }, /* ▌ */
	{ 0x2591, '.' }, /* ░ */
	{ 0x2193, 'v' }, /* ↓ */
	{ 0x2191, '^' }, /* ↑ */
	{ 0x00a0, ' ' },
};

/* Never reads past a NUL: a continuation octet cannot be one. */
static uint32_t decode(const unsigned char *s, size_t *n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t ch;

	*n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	if (*n <= 1) {
		ch = *n == 1 ? s[0] : '?';
		*n = 1;
		return ch;
	}
	ch = s[0] & (0xffu >> (*n + 1));
	for (size_t i = 1; i < *n; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*n = 1;
			return '?';
		}
		ch = ch << 6 | (s[i] & 0x3fu);
	}
	if (ch < least[*n] || ch > 0x10ffff || (ch >= 0xd800 && ch <= 0xdfff)) {
		*n = 1;
		return '?';
	}
	return ch;
}

struct glyph utf8_next(const char **p)
{
	size_t n;
	uint32_t ch = decode((const unsigned char *)*p, &n);
	int width = 1;

	*p += n;
	if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0))
		return (struct glyph){ '?', 1 };
	/* In a locale without UTF-8 wcwidth() knows none of them; they are shown as one ASCII character each then. */
	if (ch >= 0x80)
		width = wcwidth((wchar_t)ch);
	if (width < 0)
		width = 1;
	return (struct glyph){ ch, width };
}

struct glyph utf8_ascii(struct glyph g)
{
	if (g.ch < 0x80)
		return g;
	for (size_t i = 0; i < sizeof ascii / sizeof *ascii; i++)
		if (ascii[i].from == g.ch)
			return (struct glyph){ (uint32_t)ascii[i].to, 1 };
	return (struct glyph){ '?', g.width > 0 ? 1 : 0 };
}

void utf8_add(struct buf *out, uint32_t ch)
{
	if (ch < 0x80) {
		buf_addc(out, (char)ch);
	} else if (ch < 0x800) {
		buf_addc(out, (char)(0xc0 | ch >> 6));
		buf_addc(out, (char)(0x80 | (ch & 0x3f)));
	} else if (ch < 0x10000) {
		buf_addc(out, (char)(0xe0 | ch >> 12));
		buf_addc(out, (char)(0x80 | (ch >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (ch & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | ch >> 18));
		buf_addc(out, (char)(0x80 | (ch >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (ch >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (ch & 0x3f)));
	}
}
