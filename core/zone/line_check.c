#include "core/zone/line_check.h"

#include <string.h>
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define WIDE 1
#endif

#include "core/zone/name_text.h"
#include "core/zone/octets.h"
#include "core/zone/rdata_text.h"
#include "core/zone/rrtype.h"

enum { LABEL_MAX = 63, NAME_MAX_TEXT = 250 };

static octets16 digits(octets16 v)
{
	return octets_in(v, '0', '9');
}

static octets16 hex_digits(octets16 v)
{
	return digits(v) | octets_in(octets_lower(v), 'a', 'f');
}

static octets16 base64_octets(octets16 v)
{
	return octets_in(octets_lower(v), 'a', 'z') | octets_in(v, '/', '9') | octets_are(v, '+');
}

/* Whether [@p, @end), at least sixteen octets, are all as @octets says. The last sixteen overlap those before. */
static inline bool all_are(const char *p, const char *end, octets16 (*octets)(octets16))
{
	octets16 good = octets(octets_load(end - OCTETS));

	for (; end - p > OCTETS; p += OCTETS)
		good &= octets(octets_load(p));
	return octets_bits(good) == OCTETS_ALL;
}

/* The same of fewer. */
static inline bool few_are(const char *p, const char *end, octets16 (*octets)(octets16))
{
	return octets_first(~octets_bits(octets(octets_load(p)))) >= (unsigned)(end - p);
}

static inline bool are(const char *p, const char *end, octets16 (*octets)(octets16))
{
	return end - p < OCTETS ? few_are(p, end, octets) : all_are(p, end, octets);
}

#ifdef WIDE
/* By twice as many octets at a time, of at least 32: those that are no base 64 leave a bit in @all. The high half of an
 * octet tells which low halves go with it, as bits. */
__attribute__((target("avx2"))) static inline __m256i base64_wide(const char *p, const char *end, __m256i all)
{
	const __m256i low_of = _mm256_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a,
	                                        0x1b, 0x1b, 0x1b, 0x1a, 0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	                                        0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
	const __m256i high_of = _mm256_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10,
	                                         0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
	                                         0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
	const __m256i half = _mm256_set1_epi8(0x0f);

	for (const char *last = end - 32;; p = end - p < 64 ? last : p + 32) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i low = _mm256_shuffle_epi8(low_of, _mm256_and_si256(v, half));
		__m256i high = _mm256_shuffle_epi8(high_of, _mm256_and_si256(_mm256_srli_epi16(v, 4), half));

		all = _mm256_or_si256(all, _mm256_and_si256(low, high));
		if (p == last)
			return all;
	}
}

__attribute__((target("avx2"))) static bool base64_one(const char *p, const char *end)
{
	__m256i all = base64_wide(p, end, _mm256_setzero_si256());

	return _mm256_testz_si256(all, all) != 0;
}

__attribute__((target("avx2"))) static bool base64_both(const char *p, const char *p_end, const char *q,
                                                        const char *q_end)
{
	__m256i all = base64_wide(q, q_end, base64_wide(p, p_end, _mm256_setzero_si256()));

	return _mm256_testz_si256(all, all) != 0;
}

/* By 64 at a time, of at least as many. */
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static inline __m512i base64_widest(const char *p,
                                                                                           const char *end, __m512i all)
{
	static const uint8_t none[128] = { [0 ... '+' - 1] = 0x80,
		                           ['+' + 1 ... '/' - 1] = 0x80,
		                           ['9' + 1 ... 'A' - 1] = 0x80,
		                           ['Z' + 1 ... 'a' - 1] = 0x80,
		                           ['z' + 1 ... 127] = 0x80 };
	const __m512i low = _mm512_loadu_si512(none), high = _mm512_loadu_si512(none + 64);

	for (const char *last = end - 64;; p = end - p < 128 ? last : p + 64) {
		__m512i v = _mm512_loadu_si512(p);

		/* What is no ASCII has the high bit itself. */
		all = _mm512_or_si512(_mm512_or_si512(all, v), _mm512_permutex2var_epi8(low, v, high));
		if (p == last)
			return all;
	}
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static bool base64_both_widest(const char *p, const char *p_end,
                                                                                      const char *q, const char *q_end)
{
	return _mm512_movepi8_mask(base64_widest(q, q_end, base64_widest(p, p_end, _mm512_setzero_si512()))) == 0;
}
#endif

/* The end of [@p, @end) without what fills its last group. */
static inline const char *unpadded(const char *end)
{
	return end[-1] != '=' ? end : end[-2] == '=' ? end - 2 : end - 1;
}

static bool base64_pair(const char *p, const char *p_end, const char *q, const char *q_end)
{
#ifdef WIDE
	if (p_end - p >= 64 && q_end - q >= 64 && __builtin_cpu_supports("avx512vbmi"))
		return base64_both_widest(p, p_end, q, q_end);
	if (p_end - p >= 32 && q_end - q >= 32 && __builtin_cpu_supports("avx2"))
		return base64_both(p, p_end, q, q_end);
#endif
	return are(p, p_end, base64_octets) && are(q, q_end, base64_octets);
}

bool line_base64_both(const char *p, const char *q, size_t len)
{
	return len > 0 && len % 4 == 0 && base64_pair(p, unpadded(p + len), q, unpadded(q + len));
}

bool line_base64(const char *p, const char *end)
{
	size_t len = (size_t)(end - p);

	if (len == 0 || len % 4 != 0)
		return false;
	end = unpadded(end);
#ifdef WIDE
	if (end - p >= 32 && __builtin_cpu_supports("avx2"))
		return base64_one(p, end);
#endif
	return are(p, end, base64_octets);
}

bool line_owner_good(const char *p, size_t len)
{
	struct wire_name name;
	unsigned before = 1; /* a label must come first */

	if (len > LABEL_MAX + 1)
		return name_from_text(&name, p, len, NULL);
	if (len == 1)
		return true;
	for (const char *q = p; q < p + len; q += OCTETS) {
		unsigned dots = octets_bits(octets_are(octets_load(q), '.'));
		size_t left = (size_t)(p + len - q);

		if (left < OCTETS)
			dots &= (1u << left) - 1;
		if ((dots & (dots << 1 | before)) != 0)
			return false;
		before = dots >> (OCTETS - 1) & 1;
	}
	return true;
}

const char *line_name_end(const char *p, uint32_t *dot)
{
	struct wire_name name;
	uint32_t first = UINT32_MAX;
	unsigned before = 1; /* as a dot would be: a label must come first */

	for (const char *q = p; q - p <= NAME_MAX_TEXT; q += OCTETS) {
		octets16 v = octets_load(q);
		unsigned n = octets_first(~octets_bits(octets_of_names(v))), dots = octets_bits(octets_are(v, '.'));

		dots &= (1u << n) - 1;
		if ((dots & (dots << 1 | before)) != 0)
			return NULL;
		if (first == UINT32_MAX && dots != 0)
			first = (uint32_t)(q - p) + octets_first(dots);
		if (n < OCTETS) {
			q += n;
			if (q == p || q[-1] != '.' ||
			    (q - p > LABEL_MAX + 1 && !name_from_text(&name, p, (size_t)(q - p), NULL)))
				return NULL;
			if (dot != NULL)
				*dot = first;
			return q;
		}
		before = dots >> (OCTETS - 1);
	}
	return NULL;
}

const char *line_label_end(const char *p)
{
	for (const char *q = p; q - p <= LABEL_MAX; q += OCTETS) {
		octets16 v = octets_load(q);
		unsigned n = octets_first(~octets_bits(octets_of_names(v) & ~octets_are(v, '.')));

		if (n < OCTETS) {
			q += n;
			return *q == '.' && q > p && q - p <= LABEL_MAX ? q : NULL;
		}
	}
	return NULL;
}

static const char *behind_blanks(const char *p, const char *nl)
{
	while (p < nl && *p == ' ')
		p++;
	return p;
}

/* Numbers of at most so many digits each as @widths says, which keeps them in range whatever they are; five digits up
 * to 65535. Behind them and the blanks that follow; NULL. */
static const char *numbers(const char *p, const char *nl, const char *widths)
{
	for (; *widths != '\0'; widths++) {
		unsigned n = octets_first(~octets_bits(digits(octets_load(p))));

		if (p >= nl || n == 0 || n > (unsigned)(*widths - '0') || (p + n < nl && p[n] != ' ') ||
		    (n == 5 && memcmp(p, "65535", 5) > 0))
			return NULL;
		p = behind_blanks(p + n, nl);
	}
	return p;
}

static bool hex_good(const char *p, const char *nl)
{
	return p != NULL && p != nl && (nl - p) % 2 == 0 && are(p, nl, hex_digits);
}

/* The first octets of runs of ones. */
static uint64_t starts(uint64_t bits)
{
	return bits & ~(bits << 1);
}

static bool is_one(uint64_t bits)
{
	return bits != 0 && (bits & (bits - 1)) == 0;
}

const char *line_ipv4_end(const char *p)
{
	octets16 v = octets_load(p);
	unsigned digit = octets_bits(digits(v)), dot = octets_bits(octets_are(v, '.')), n, first, three, two, above,
	         five;

	n = octets_first(~(digit | dot));
	dot &= (1u << n) - 1;
	digit &= (1u << n) - 1;
	first = dot << 1 | 1;  /* where a number is to begin */
	two = dot & (dot - 1); /* but for the first dot */
	if (n == OCTETS || !is_one(two & (two - 1)) || (first & ~digit) != 0)
		return NULL;
	three = first & digit >> 1 & digit >> 2;
	if ((three & digit >> 3) != 0 || (first & octets_bits(octets_are(v, '0')) & digit >> 1) != 0)
		return NULL;
	if (three == 0)
		return p + n;
	above = octets_bits(octets_in(v, '6', '9'));
	five = octets_bits(octets_are(v, '5'));
	two = three & octets_bits(octets_are(v, '2'));
	if ((three & octets_bits(octets_in(v, '3', '9'))) != 0 || (two << 1 & above) != 0 ||
	    (two << 2 & five << 1 & above) != 0)
		return NULL;
	return p + n;
}

const char *line_ipv6_end(const char *p)
{
	uint64_t hex = 0, colon = 0, pair;
	unsigned n, words;

	for (unsigned i = 0; i < 3; i++) {
		octets16 v = octets_load(p + (size_t)i * OCTETS);

		hex |= (uint64_t)octets_bits(hex_digits(v)) << i * OCTETS;
		colon |= (uint64_t)octets_bits(octets_are(v, ':')) << i * OCTETS;
	}
	n = (unsigned)__builtin_ctzll(~(hex | colon));
	hex &= (UINT64_C(1) << n) - 1;
	colon &= (UINT64_C(1) << n) - 1;
	pair = colon & colon >> 1;
	if (n < 2 || n > 39 || (hex & hex >> 1 & hex >> 2 & hex >> 3 & hex >> 4) != 0 || (colon & ~pair & 1) != 0 ||
	    (colon & ~(pair << 1) & UINT64_C(1) << (n - 1)) != 0 || (pair != 0 && !is_one(pair)))
		return NULL;
	words = (unsigned)__builtin_popcountll(starts(hex));
	return (pair == 0 ? words == 8 : words < 8) ? p + n : NULL;
}

const char *line_hash_end(const char *p)
{
	octets16 a = octets_load(p), b = octets_load(p + OCTETS);
	octets16 good =
	    (digits(a) | octets_in(octets_lower(a), 'a', 'v')) & (digits(b) | octets_in(octets_lower(b), 'a', 'v'));

	return octets_bits(good) == OCTETS_ALL ? p + OCTETS + OCTETS : NULL;
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

const char *line_nsec3_params_good(const char *p, const char *nl)
{
	const char *salt = numbers(p, nl, "224"), *end;

	if (salt == NULL)
		return NULL;
	end = octet_find(salt, nl, ' ');
	if (end == NULL || end - salt > 510 || !((*salt == '-' && end - salt == 1) || hex_good(salt, end)))
		return NULL;
	return behind_blanks(end, nl);
}

/* Behind a number up to 255, or 65535, @octets being one or two; NULL. */
static const char *number_end(const char *p, unsigned octets)
{
	const char *limit = octets == 1 ? "255" : "65535";
	unsigned n = octets_first(~octets_bits(digits(octets_load(p)))), most = (unsigned)strlen(limit);

	return n == 0 || n > most || (n == most && memcmp(p, limit, most) > 0) ? NULL : p + n;
}

static const char *hex_end(const char *p)
{
	enum { LONGEST = 128 }; /* a digest of 64 octets */
	const char *q = p;
	unsigned n;

	do {
		n = octets_first(~octets_bits(hex_digits(octets_load(q))));
		q += n;
	} while (n == OCTETS && q - p < LONGEST);
	return q == p || (q - p) % 2 != 0 ? NULL : q;
}

static const char *tag_end(const char *p)
{
	octets16 v = octets_load(p);
	unsigned n = octets_first(~octets_bits(digits(v) | octets_in(octets_lower(v), 'a', 'z')));

	return n == 0 || n == OCTETS ? NULL : p + n;
}

/* Behind a character-string in quotes, no escape in it. */
static const char *string_end(const char *p)
{
	enum { LONGEST = 255 };
	const char *q = p + 1;
	unsigned n;

	if (*p != '"')
		return NULL;
	do {
		n = octets_first(~octets_bits(octets_quoted(octets_load(q))));
		q += n;
	} while (n == OCTETS && q - p <= LONGEST);
	return *q == '"' && q - p - 1 <= LONGEST ? q + 1 : NULL;
}

static const char *strings_end(const char *p, const char *end)
{
	while ((p = string_end(p)) != NULL && *p == ' ' && p < end)
		p++;
	return p;
}

static const char *field_end(char form, const char *p, const char *end)
{
	switch (form) {
	case '1':
		return number_end(p, 1);
	case '2':
		return number_end(p, 2);
	case 'n':
		return line_name_end(p, NULL);
	case 'x':
		return hex_end(p);
	case 'S':
		return strings_end(p, end);
	case 'g':
		return tag_end(p);
	case 'v':
		return string_end(p);
	default:
		return NULL;
	}
}

const char *line_form_end(const char *form, const char *p, const char *end)
{
	for (;;) {
		p = field_end(*form, p, end);
		if (p == NULL || *++form == '\0')
			return p;
		if (*p++ != ' ')
			return NULL;
	}
}

bool line_rdata_good(uint16_t type, const char *p, const char *nl)
{
	uint8_t scratch[RDATA_MAX];
	size_t len;

	return rdata_quick(type, p, (size_t)(nl - p), NULL, scratch, &len);
}
