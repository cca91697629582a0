/* octets.h -- sixteen octets of a text at a time. What a look finds is a mask, its lowest bit for the first octet.
 * Whoever loads must be allowed to read all sixteen (SOURCE_SLACK). */
#ifndef ODSF_CORE_ZONE_OCTETS_H
#define ODSF_CORE_ZONE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { OCTETS = 16, OCTETS_ALL = 0xffff };

typedef uint8_t octets16 __attribute__((vector_size(OCTETS)));

static inline octets16 octets_load(const char *p)
{
	octets16 v;

	memcpy(&v, p, sizeof v);
	return v;
}

static inline octets16 octets_fill(uint8_t c)
{
	return (octets16){ c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c };
}

/* 0xff in each octet that is @c; that lies in [@low, @high]. */
static inline octets16 octets_are(octets16 v, uint8_t c)
{
	return (octets16)(v == octets_fill(c));
}

static inline octets16 octets_in(octets16 v, uint8_t low, uint8_t high)
{
	return (octets16)(v - octets_fill(low) <= octets_fill((uint8_t)(high - low)));
}

/* Letters in lower case; what is none becomes something else that is none, but for '@', '[' to '_' and what is below
 * a blank. */
static inline octets16 octets_lower(octets16 v)
{
	return v | octets_fill(0x20);
}

/* What a name may hold and means nothing but itself in any field: letters, digits, * + , - . / and _. */
static inline octets16 octets_of_names(octets16 v)
{
	return octets_in(octets_lower(v), 'a', 'z') | octets_in(v, '*', '9') | octets_are(v, '_');
}

/* What may stand in quotes and means itself there: no quote, escape or control, tabs apart. */
static inline octets16 octets_quoted(octets16 v)
{
	return ~(octets_are(v, '"') | octets_are(v, '\\') | octets_in(v, 0, 0x1f)) | octets_are(v, '\t');
}

/* The mask of octets that are 0xff, all others being 0. */
static inline unsigned octets_bits(octets16 v)
{
#ifdef __SSE2__
	return (unsigned)_mm_movemask_epi8((__m128i)v);
#else
	unsigned bits = 0;

	for (unsigned i = 0; i < OCTETS; i++)
		bits |= (unsigned)(v[i] & 1) << i;
	return bits;
#endif
}

/* Where the first bit of @bits is; 16 where none is. */
static inline unsigned octets_first(unsigned bits)
{
	return (unsigned)__builtin_ctz(bits | 1u << OCTETS);
}

static inline octets16 octets_same(const char *a, const char *b)
{
	return (octets16)(octets_load(a) == octets_load(b));
}

/* Whether two texts of @len are the same; OCTETS of both may be read. The last look overlaps the one before. */
static inline bool same_text(const char *a, const char *b, size_t len)
{
	octets16 same = octets_same(a, b);

	if (len < OCTETS)
		return (~octets_bits(same) & ((1u << len) - 1)) == 0;
	for (size_t i = OCTETS; i + OCTETS < len; i += OCTETS)
		same &= octets_same(a + i, b + i);
	return octets_bits(same & octets_same(a + len - OCTETS, b + len - OCTETS)) == OCTETS_ALL;
}

/* Copies sixteen octets at a time: as many behind @len may be read, and written. A name is so short that calling
 * memcpy(), or what the compiler has in its place, costs more than copying. */
static inline void octets_copy(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i += OCTETS)
		memcpy(to + i, from + i, OCTETS);
}

/* The first @c in [@p, @end); NULL: none. */
static inline const char *octet_find(const char *p, const char *end, uint8_t c)
{
	for (; p < end; p += OCTETS) {
		unsigned bits = octets_bits(octets_are(octets_load(p), c));

		if (bits != 0) {
			p += octets_first(bits);
			return p < end ? p : NULL;
		}
	}
	return NULL;
}

#endif
