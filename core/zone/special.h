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

/* The first in [@p, @end), or @end. Octets up to SOURCE_SLACK behind @end may be read. */
static inline const char *special_find(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i last_control = _mm_set1_epi8(0x1f), tab = _mm_set1_epi8('\t'), quote = _mm_set1_epi8('"');
	const __m128i close = _mm_set1_epi8(')'), one = _mm_set1_epi8(1), semicolon = _mm_set1_epi8(';');
	const __m128i backslash = _mm_set1_epi8('\\'), del = _mm_set1_epi8(0x7f);

	for (; p < end; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v);
		__m128i found = _mm_andnot_si128(_mm_cmpeq_epi8(v, tab), control);
		unsigned mask;

		found = _mm_or_si128(found, _mm_cmpeq_epi8(v, quote));
		found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_or_si128(v, one), close)); /* '(' and ')' */
		found = _mm_or_si128(found, _mm_cmpeq_epi8(v, semicolon));
		found = _mm_or_si128(found, _mm_cmpeq_epi8(v, backslash));
		found = _mm_or_si128(found, _mm_cmpeq_epi8(v, del));
		mask = (unsigned)_mm_movemask_epi8(found);
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
	const __m128i tab = _mm_set1_epi8('\t'), blank = _mm_set1_epi8(' ');

	for (; p < end; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i found = _mm_or_si128(_mm_cmpeq_epi8(v, tab), _mm_cmpeq_epi8(v, blank));
		unsigned mask = (unsigned)_mm_movemask_epi8(found);

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

#endif
