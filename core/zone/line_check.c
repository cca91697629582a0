#include "core/zone/line_check.h"

#include <stddef.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
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
	['*'] = 8,
	['+'] = 12,
	[','] = 8, 8, 8, 12,
	['_'] = 8,
};
/* clang-format on */

#ifdef __SSE2__
/* 0xff where an octet of @v lies in [@low, @high]: moved up, so that @high is the greatest of all. */
static inline __m128i in_range(__m128i v, char low, char high)
{
	return _mm_cmpgt_epi8(_mm_add_epi8(v, _mm_set1_epi8((char)(0x7f - high))),
	                      _mm_set1_epi8((char)(0x7f - high + low - 1)));
}

static inline __m128i base64_octets(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i good = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');

	good = _mm_or_si128(good, in_range(v, '/', '9'));
	return _mm_or_si128(good, _mm_cmpeq_epi8(v, _mm_set1_epi8('+')));
}
#endif

#if defined(__SSE2__) && defined(__GNUC__)
#define WIDE 1

/* The same by twice as many octets at a time, of at least 32. */
__attribute__((target("avx2"))) static bool base64_wide(const char *p, const char *nl)
{
	const __m256i fold = _mm256_set1_epi8(0x20), letters = _mm256_set1_epi8(0x7f - 'z');
	const __m256i below_letters = _mm256_set1_epi8(0x7f - 'z' + 'a' - 1), digits = _mm256_set1_epi8(0x7f - '9');
	const __m256i below_digits = _mm256_set1_epi8(0x7f - '9' + '/' - 1), plus = _mm256_set1_epi8('+');
	__m256i all = _mm256_set1_epi8(-1);

	for (const char *last = nl - 32;; p = nl - p < 64 ? last : p + 32) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i good = _mm256_cmpgt_epi8(_mm256_add_epi8(_mm256_or_si256(v, fold), letters), below_letters);

		good = _mm256_or_si256(good, _mm256_cmpgt_epi8(_mm256_add_epi8(v, digits), below_digits));
		all = _mm256_and_si256(all, _mm256_or_si256(good, _mm256_cmpeq_epi8(v, plus)));
		if (p == last)
			return _mm256_movemask_epi8(all) == -1;
	}
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
#ifdef WIDE
	if (nl - p >= 32 && __builtin_cpu_supports("avx2"))
		return base64_wide(p, nl);
#endif
#ifdef __SSE2__
	if (nl - p >= 16) { /* the last block overlaps the one before */
		__m128i good = base64_octets(nl - 16);

		for (; nl - p > 16; p += 16)
			good = _mm_and_si128(good, base64_octets(p));
		return _mm_movemask_epi8(good) == 0xffff;
	}
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

/* Octets of names that mean nothing but themselves: letters, digits, * + , - . / and _. */
static bool name_octets(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; p < end; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i good = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');
		unsigned mask;

		good = _mm_or_si128(good, in_range(v, '*', '9'));
		good = _mm_or_si128(good, _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
		mask = ~(unsigned)_mm_movemask_epi8(good) & 0xffff;
		if (mask != 0)
			return p + __builtin_ctz(mask) >= end;
	}
	return true;
#else
	for (; p < end; p++)
		if ((classes[(uint8_t)*p] & NAME) == 0)
			return false;
	return true;
#endif
}

/* An absolute name of plain characters up to @end. */
bool line_name_good(const char *p, const char *end)
{
	return end - p >= 2 && end - p <= 250 && end[-1] == '.' && name_octets(p, end) &&
	       line_owner_good(p, (size_t)(end - p));
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
#ifdef __SSE2__
	for (; nl - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i good = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'f');

		if (_mm_movemask_epi8(_mm_or_si128(good, in_range(v, '0', '9'))) != 0xffff)
			return false;
	}
#endif
	for (; p < nl; p++)
		all &= classes[(uint8_t)*p];
	return all != 0;
}

/* Four numbers up to 255 without a 0 before them. */
static bool ipv4_good(const char *p, const char *nl)
{
	for (int part = 0; part < 4; part++) {
		const char *start = p;
		unsigned v = 0;

		for (; p < nl && p - start < 3 && *p >= '0' && *p <= '9'; p++)
			v = v * 10 + (unsigned)(*p - '0');
		if (p == start || v > 255 || (*start == '0' && p - start > 1) || (part < 3 && (p == nl || *p++ != '.')))
			return false;
	}
	return p == nl;
}

/* Types that are known, one blank between. */
bool line_types_good(const char *p, const char *nl)
{
	while (p < nl) {
		const char *start = p;

		while (p < nl && *p != ' ')
			p++;
		if (rrtype_number_at(start, (size_t)(p - start)) == 0)
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
	return line_name_good(p, end) && line_types_good(end < nl ? end + 1 : end, nl);
}

const char *line_nsec3_params_good(const char *p, const char *nl)
{
	const char *salt = numbers(p, nl, "224"), *hash, *end = salt;

	if (salt == NULL)
		return NULL;
	hash = *salt == '-' && nl - salt > 2 && salt[1] == ' ' ? salt + 2 : word_of(salt, nl, HEX, 510);
	if (hash == NULL)
		return NULL;
	while (end < nl && *end != ' ')
		end++;
	if (*salt != '-' && (end - salt) % 2 != 0)
		return NULL;
	while (hash < nl && *hash == ' ')
		hash++;
	return hash;
}

bool line_hash_good(const char *p, const char *end)
{
	uint8_t all = BASE32;

	if (end - p != 32)
		return false;
#ifdef __SSE2__
	for (; p < end; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i good = in_range(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'v');

		if (_mm_movemask_epi8(_mm_or_si128(good, in_range(v, '0', '9'))) != 0xffff)
			return false;
	}
#endif
	for (; p < end; p++)
		all &= classes[(uint8_t)*p];
	return all != 0;
}

static bool nsec3_good(const char *p, const char *nl)
{
	const char *hash = line_nsec3_params_good(p, nl), *end = hash;

	if (hash == NULL)
		return false;
	while (end < nl && *end != ' ')
		end++;
	return line_hash_good(hash, end) && line_types_good(end < nl ? end + 1 : end, nl);
}

/* Strings in quotes, blanks between, no escapes in them. */
static bool strings_good(const char *p, const char *nl)
{
	if (p == nl || memchr(p, '\\', (size_t)(nl - p)) != NULL)
		return false;
	while (p < nl) {
		const char *end = *p == '"' ? memchr(p + 1, '"', (size_t)(nl - p - 1)) : NULL;

		if (end == NULL || end - p > 256 || (end + 1 < nl && end[1] != ' ' && end[1] != '\t'))
			return false;
		p = end + 1;
		while (p < nl && (*p == ' ' || *p == '\t'))
			p++;
	}
	return true;
}

/* The types that zones are full of, at a glance. */
static bool glance(uint16_t type, const char *p, const char *nl)
{
	const char *rest;

	switch (type) {
	case RRTYPE_A:
		return ipv4_good(p, nl);
	case RRTYPE_NS:
	case RRTYPE_CNAME:
	case RRTYPE_DNAME:
	case RRTYPE_PTR:
		return line_name_good(p, nl);
	case RRTYPE_MX:
		return (rest = numbers(p, nl, "5")) != NULL && line_name_good(rest, nl);
	case RRTYPE_TXT:
		return strings_good(p, nl);
	case RRTYPE_SRV:
		return (rest = numbers(p, nl, "555")) != NULL && line_name_good(rest, nl);
	case RRTYPE_DS:
	case RRTYPE_CDS:
		return hex_good(numbers(p, nl, "522"), nl);
	case RRTYPE_SSHFP:
		return hex_good(numbers(p, nl, "22"), nl);
	case RRTYPE_TLSA:
		return hex_good(numbers(p, nl, "222"), nl);
	case RRTYPE_NSEC:
		return nsec_good(p, nl);
	case RRTYPE_NSEC3:
		return nsec3_good(p, nl);
	default:
		return false;
	}
}

bool line_rdata_good(uint16_t type, const char *p, const char *nl)
{
	uint8_t scratch[RDATA_MAX];
	size_t len;

	return glance(type, p, nl) || rdata_quick(type, p, (size_t)(nl - p), NULL, scratch, &len);
}
