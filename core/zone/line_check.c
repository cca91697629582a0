#include "core/zone/line_check.h"

#include <stddef.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/zone/name_text.h"
#include "core/zone/rdata_text.h"
#include "core/zone/rrtype.h"

enum { LABEL_MAX = 63, SCRATCH = 2048 };

#define DIGIT 1
#define HEX 2
#define BASE64 4
#define NAME 8
#define BASE32 16

/* clang-format off */
static const uint8_t classes[256] = {
	['0'] = 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
	['A'] = 30, 30, 30, 30, 30, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 12, 12, 12, 12,
	['a'] = 30, 30, 30, 30, 30, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 12, 12, 12, 12,
	['-'] = 8,
	['_'] = 8,
	['*'] = 8,
	['+'] = 4,
	['/'] = 4,
};
/* clang-format on */

#ifdef __SSE2__
/* 0xff where an octet of @v lies in [@low, @high]; all below 0x80. */
static inline __m128i in_range(__m128i v, char low, char high)
{
	return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(low - 1))),
	                     _mm_cmpgt_epi8(_mm_set1_epi8((char)(high + 1)), v));
}

static inline bool base64_block(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i good = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');

	good = _mm_or_si128(good, in_range(v, '/', '9'));
	good = _mm_or_si128(good, _mm_cmpeq_epi8(v, _mm_set1_epi8('+')));
	return _mm_movemask_epi8(good) == 0xffff;
}
#endif

bool line_base64(const char *p, const char *nl)
{
	size_t len = (size_t)(nl - p);
	uint8_t all = BASE64;

	if (len == 0 || len % 4 != 0)
		return false;
	if (nl[-1] == '=')
		nl -= nl[-2] == '=' ? 2 : 1;
#ifdef __SSE2__
	for (; nl - p >= 16; p += 16)
		if (!base64_block(p))
			return false;
#endif
	for (; p < nl; p++)
		all &= classes[(uint8_t)*p];
	return all != 0;
}

/* Two dots side by side in [@p, @end). */
static bool dots_meet(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i dot = _mm_set1_epi8('.');

	for (; end - p > 1; p += 16) {
		__m128i a = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), dot);
		__m128i b = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 1)), dot);
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_and_si128(a, b));

		if (mask != 0)
			return p + __builtin_ctz(mask) + 1 < end;
	}
#else
	for (; end - p > 1; p++)
		if (p[0] == '.' && p[1] == '.')
			return true;
#endif
	return false;
}

bool line_owner_good(const char *p, size_t len)
{
	struct wire_name name;

	if (len > LABEL_MAX + 1)
		return name_from_text(&name, p, len, NULL);
	return len == 1 || (p[0] != '.' && !dots_meet(p, p + len));
}

/* An absolute name of plain characters up to @end, short enough that no length
 * can be wrong. */
static bool name_good(const char *p, const char *end)
{
	const char *label = p;

	if (end - p < 2 || end - p > 250 || end[-1] != '.')
		return false;
	for (; p < end; p++) {
		if (*p == '.') {
			if (p == label || p - label > LABEL_MAX)
				return false;
			label = p + 1;
		} else if ((classes[(uint8_t)*p] & NAME) == 0) {
			return false;
		}
	}
	return true;
}

/* Behind a word of at most @max octets of @class and the blanks that follow it; NULL when it is none. */
static const char *word_of(const char *p, const char *nl, uint8_t class, size_t max)
{
	const char *start = p;

	while (p < nl && (classes[(uint8_t)*p] & class) != 0)
		p++;
	if (p == start || (size_t)(p - start) > max || (p < nl && *p != ' '))
		return NULL;
	while (p < nl && *p == ' ')
		p++;
	return p;
}

/* Numbers of at most so many digits each as @widths says, which keeps them in range whatever they are; five digits up
 * to 65535. */
static const char *numbers(const char *p, const char *nl, const char *widths)
{
	for (; p != NULL && *widths != '\0'; widths++) {
		const char *start = p;

		p = word_of(p, nl, DIGIT, (size_t)(*widths - '0'));
		if (p != NULL && *widths == '5' && nl - start > 5 && start[4] != ' ' && memcmp(start, "65535", 5) > 0)
			return NULL;
	}
	return p;
}

static bool hex_good(const char *p, const char *nl)
{
	uint8_t all = HEX;

	if (p == NULL || p == nl || (nl - p) % 2 != 0)
		return false;
	for (; p < nl; p++)
		all &= classes[(uint8_t)*p];
	return all != 0;
}

/* Types that are known, one blank between. */
static bool types_good(const char *p, const char *nl)
{
	while (p < nl) {
		const char *start = p;

		while (p < nl && *p != ' ')
			p++;
		if (rrtype_number(start, (size_t)(p - start)) == 0)
			return false;
		while (p < nl && *p == ' ')
			p++;
	}
	return true;
}

static bool nsec_good(const char *p, const char *nl)
{
	const char *end = p;

	while (end < nl && *end != ' ')
		end++;
	return name_good(p, end) && types_good(end < nl ? end + 1 : end, nl);
}

static bool nsec3_good(const char *p, const char *nl)
{
	const char *salt, *hash, *end;

	p = salt = numbers(p, nl, "224");
	if (p == NULL)
		return false;
	hash = *salt == '-' && nl - salt > 2 && salt[1] == ' ' ? salt + 2 : word_of(salt, nl, HEX, 510);
	if (hash == NULL)
		return false;
	while (hash < nl && *hash == ' ')
		hash++;
	for (end = hash; end < nl && *end != ' '; end++)
		if ((classes[(uint8_t)*end] & BASE32) == 0)
			return false;
	if (*salt != '-') {
		const char *salt_end = salt;

		while (*salt_end != ' ')
			salt_end++;
		if ((salt_end - salt) % 2 != 0)
			return false;
	}
	return end - hash == 32 && types_good(end < nl ? end + 1 : end, nl);
}

bool line_rdata_good(uint16_t type, const char *p, const char *nl)
{
	uint8_t scratch[RDATA_MAX];
	size_t len;

	switch (type) {
	case RRTYPE_NS:
	case RRTYPE_CNAME:
		return name_good(p, nl);
	case RRTYPE_DS:
		return hex_good(numbers(p, nl, "522"), nl) ||
		       rdata_quick(type, p, (size_t)(nl - p), NULL, scratch, &len);
	case RRTYPE_NSEC:
		return nsec_good(p, nl);
	case RRTYPE_NSEC3:
		return nsec3_good(p, nl);
	default:
		return rdata_quick(type, p, (size_t)(nl - p), NULL, scratch, &len);
	}
}
