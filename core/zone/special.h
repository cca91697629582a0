/* special.h -- finds, many octets at a time, the next one of a zone file that a record of one line does not hold: the
 * end of the line, a quote, a parenthesis, a comment, an escape, a control. */
#ifndef ODSF_CORE_ZONE_SPECIAL_H
#define ODSF_CORE_ZONE_SPECIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline bool special_octet(uint8_t c)
{
	return c < 0x20 ? c != '\t' : c == '"' || c == '(' || c == ')' || c == ';' || c == '\\' || c == 0x7f;
}

#ifdef __SSE2__
/* Bits of the sixteen octets @v that special_octet() holds for. */
static inline unsigned special_bits(__m128i v)
{
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
	__m128i found = _mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\t')), control);

	found = _mm_or_si128(found, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
	found = _mm_or_si128(found,
	                     _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(1)), _mm_set1_epi8(')'))); /* '(' and ')' */
	found = _mm_or_si128(found, _mm_cmpeq_epi8(v, _mm_set1_epi8(';')));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f)));
	return (unsigned)_mm_movemask_epi8(found);
}

static inline unsigned blank_bits(__m128i v)
{
	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(v, _mm_set1_epi8(' '))));
}
#endif

/* The first in [@p, @end), or @end. Octets up to SOURCE_SLACK behind @end may be read. */
static inline const char *special_find(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; p < end; p += 16) {
		unsigned mask = special_bits(_mm_loadu_si128((const __m128i *)(const void *)p));

		if (mask != 0) {
			p += __builtin_ctz(mask);
			return p < end ? p : end;
		}
	}
	return end;
#else
	while (p < end && !special_octet((uint8_t)*p))
		p++;
	return p;
#endif
}

/* The first blank or tab in [@p, @end), or @end; reads as far as special_find(). */
static inline const char *blank_find(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; p < end; p += 16) {
		unsigned mask = blank_bits(_mm_loadu_si128((const __m128i *)(const void *)p));

		if (mask != 0) {
			p += __builtin_ctz(mask);
			return p < end ? p : end;
		}
	}
	return end;
#else
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	return p;
#endif
}

/* The end of the line of which [@p, …) is the rest: quotes are closed on it, and nothing outside of them is special.
 * NULL: not so; @end: the window ends before. */
static inline const char *line_end_find(const char *p, const char *end)
{
	for (p = special_find(p, end);; p = special_find(p + 1, end)) {
		if (p == end || *p == '\n')
			return p;
		if (*p != '"')
			return NULL;
		for (p++; p < end && *p != '"'; p++) {
			if (*p == '\n')
				return NULL;
			p += *p == '\\';
		}
		if (p >= end)
			return end;
	}
}

#endif
