/* line_memory.h -- what a line has in common with those before it: most are of the same name, with the same TTL, and
 * the signatures of a zone share all but their times and octets. What was taken apart once is not taken apart again. */
#ifndef ODSF_CORE_ZONE_LINE_MEMORY_H
#define ODSF_CORE_ZONE_LINE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	MEMORY_MIDDLE = 32,
	MEMORY_MIDDLES = 4,
	MEMORY_TYPES = 64,
	MEMORY_HEAD = 32,
	MEMORY_HEADS = 32,
	MEMORY_TAIL = 272,
	MEMORY_CHAIN = 528,
	MEMORY_BITMAP = 64,
	MEMORY_BITMAPS = 64,
	MEMORY_SLACK = 16, /* octets behind a text that may be read, never used */
};

struct line_middle { /* "	3600	IN	": from the owner to the type */
	uint32_t len, ttl;
	uint8_t next; /* which one came behind it last time */
	char text[MEMORY_MIDDLE + MEMORY_SLACK];
};

struct type_word {
	uint64_t word; /* its letters as they stand */
	uint16_t number;
};

struct sig_head { /* "A 13 3 3600 ": of an RRSIG record, up to its times */
	uint8_t len;
	uint8_t algorithm;
	uint16_t covered;
	char text[MEMORY_HEAD + MEMORY_SLACK];
};

struct type_bitmap_text { /* "NS DS RRSIG": of an NSEC or NSEC3 record */
	uint32_t len;
	char text[MEMORY_BITMAP + MEMORY_SLACK];
};

struct owner_at {          /* as it stands in a line; absolute */
	const char *p;     /* NULL: none */
	uint32_t len, dot; /* where its first dot is */
};

struct line_memory {           /* zero-initialised is empty */
	struct owner_at owner; /* of the last line, in its window: to be forgotten when that moves */
	uint32_t tail_len, chain_len, sig_len;
	uint8_t middle;                          /* that of the last line */
	char tail[MEMORY_TAIL + MEMORY_SLACK];   /* "26749 example. ": of an RRSIG record, behind its times */
	char chain[MEMORY_CHAIN + MEMORY_SLACK]; /* "1 1 5 abcd ": of an NSEC3 record, before the hash */
	struct line_middle middles[MEMORY_MIDDLES];
	struct type_word types[MEMORY_TYPES];
	struct sig_head heads[MEMORY_HEADS];
	struct type_bitmap_text bitmaps[MEMORY_BITMAPS];
};

struct line_like {
	struct owner_at owner;
	const char *rdata; /* in the line */
	uint32_t ttl;
	uint16_t type;
	bool same; /* the owner is that of the line before, to the letter */
};

/* Whether two texts of @len are the same; MEMORY_SLACK octets behind both may be read. */
static inline bool same_text(const char *a, const char *b, size_t len)
{
#ifdef __SSE2__
	for (;; len -= 16, a += 16, b += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)a);
		__m128i y = _mm_loadu_si128((const __m128i *)(const void *)b);
		unsigned differ = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)) ^ 0xffff;

		if (len <= 16)
			return (differ & ((1u << len) - 1)) == 0;
		if (differ != 0)
			return false;
	}
#else
	return memcmp(a, b, len) == 0;
#endif
}

/* As line_head(), of a line that begins at @p and may end anywhere before @end: what is in the owner has been looked
 * at, it is a name, and the type is one. False too when the line is not all there. Octets up to SOURCE_SLACK behind
 * @end may be read, here and below. */
bool line_head_like(struct line_memory *m, struct line_like *l, const char *p, const char *end);

/* As line_rdata_good(). */
bool line_rdata_like(struct line_memory *m, uint16_t type, const char *p, const char *nl);

/* The rdata of an RRSIG record at @p up to its times; NULL when it is written in another way, or is not all there.
 * *times: where they begin. Valid until the next call. */
const struct sig_head *sig_head_like(struct line_memory *m, const char *p, const char *end, const char **times);

enum { SIG_TIMES = 30 }; /* "20261201000000 20261124000000 " */
/* Whether two times stand at @p, as all signers write them; SIG_TIMES octets may be read. */
bool sig_times_good(const char *p);
/* Behind key tag and signer at @p, which follow the times; NULL when they are written in another way, or are not all
 * there. */
const char *sig_tail_like(struct line_memory *m, const char *p, const char *end);

/* The end of the line that a signature at @p ends, which is looked for where the last one would end first: its octets
 * are yet to be looked at (line_base64()). NULL: not before @end. */
static inline const char *sig_end_like(struct line_memory *m, const char *p, const char *end)
{
	const char *nl = p + m->sig_len;

	if (nl < end && *nl == '\n')
		return nl;
	nl = memchr(p, '\n', (size_t)(end - p));
	if (nl != NULL)
		m->sig_len = (uint32_t)(nl - p);
	return nl;
}

#endif
