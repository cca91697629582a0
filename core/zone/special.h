/* special.h -- finds, many octets at a time, the next one of a zone file that a record of one line does not hold: the
 * end of the line, a quote, a parenthesis, a comment, an escape, a control. */
#ifndef ODSF_CORE_ZONE_SPECIAL_H
#define ODSF_CORE_ZONE_SPECIAL_H

#include "core/zone/octets.h"

static inline bool special_octet(uint8_t c)
{
	return c < 0x20 ? c != '\t' : c == '"' || c == '(' || c == ')' || c == ';' || c == '\\' || c == 0x7f;
}

/* Bits of the octets that special_octet() does not hold for, but for a few that are rare. */
static inline unsigned plain_bits(octets16 v)
{
	octets16 plain = octets_in(v, '*', '~') & ~(octets_are(v, ';') | octets_are(v, '\\'));

	return octets_bits(plain | octets_are(v, ' ') | octets_are(v, '\t'));
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline unsigned blank_bits(octets16 v)
{
	return octets_bits(octets_are(v, '\t') | octets_are(v, ' '));
}

/* The first in [@p, @end), or @end. Octets up to SOURCE_SLACK behind @end may be read. */
static inline const char *special_find(const char *p, const char *end)
{
	while (p < end) {
		unsigned n = octets_first(~plain_bits(octets_load(p)));

		p += n;
		if (n < OCTETS && (p >= end || special_octet((uint8_t)*p)))
			break;
		p += n < OCTETS;
	}
	return p < end ? p : end;
}

/* The first blank or tab in [@p, @end), or @end; reads as far as special_find(). */
static inline const char *blank_find(const char *p, const char *end)
{
	for (; p < end; p += OCTETS) {
		unsigned bits = blank_bits(octets_load(p));

		if (bits != 0) {
			p += octets_first(bits);
			return p < end ? p : end;
		}
	}
	return end;
}

/* The first in [@p, @end) that does not mean itself in quotes, or @end; reads as far as special_find(). */
static inline const char *quoted_find(const char *p, const char *end)
{
	unsigned n = OCTETS;

	for (; p < end && n == OCTETS; p += n)
		n = octets_first(~octets_bits(octets_quoted(octets_load(p))));
	return p < end ? p : end;
}

/* The end of the line of which [@p, …) is the rest: quotes are closed on it and hold no control, and nothing outside of
 * them is special. NULL: not so; @end: the window ends before. */
static inline const char *line_end_find(const char *p, const char *end)
{
	for (p = special_find(p, end);; p = special_find(p + 1, end)) {
		if (p == end || *p == '\n')
			return p;
		if (*p != '"')
			return NULL;
		for (p = quoted_find(p + 1, end); p < end && *p != '"'; p = quoted_find(p + 1, end)) {
			p += *p == '\\' && p + 1 < end;
			if ((uint8_t)*p < ' ' && *p != '\t')
				return NULL;
		}
		if (p >= end)
			return end;
	}
}

#endif
