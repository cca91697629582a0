/* line_memory.h -- what a line has in common with those before it: most are of the same name, with the same TTL, and
 * the signatures of a zone share all but their times and octets. What was taken apart once is not taken apart again. */
#ifndef ODSF_CORE_ZONE_LINE_MEMORY_H
#define ODSF_CORE_ZONE_LINE_MEMORY_H

#include "core/zone/octets.h"
#include "core/zone/rrtype.h"
#include "core/zone/special.h"

enum {
	MEMORY_MIDDLE = 32,
	MEMORY_MIDDLES = 4,
	MEMORY_TYPES = 64,
	MEMORY_HEAD = 32,
	MEMORY_HEADS = 32,
	MEMORY_HEADING = 512, /* from the owner to the data */
	MEMORY_TAIL = 272,
	MEMORY_CHAIN = 528,
	MEMORY_BITMAP = 64,
	MEMORY_BITMAPS = 64,
	MEMORY_DATES = 64,
	MEMORY_SLACK = OCTETS, /* octets behind a text that may be read, never used */
};

enum { SIG_TIMES = 30 }; /* "20261201000000 20261124000000 ": in an RRSIG record */

struct line_middle { /* "	3600	IN	": from the owner to the type */
	uint32_t len, ttl;
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
	struct owner_at owner; /* of the last line, in its window: line_memory_moves() */
	uint32_t head_len;     /* of that line, up to its data; 0: none */
	uint32_t ttl;          /* of it */
	uint16_t type;
	uint32_t tail_len, chain_len, sig_len;
	uint8_t middle, other;                   /* that of the last line, and the one before it */
	char tail[MEMORY_TAIL + MEMORY_SLACK];   /* "26749 example. ": of an RRSIG record, behind its times */
	char chain[MEMORY_CHAIN + MEMORY_SLACK]; /* "1 1 5 abcd ": of an NSEC3 record, before the hash */
	struct line_middle middles[MEMORY_MIDDLES];
	struct type_word types[MEMORY_TYPES];
	struct sig_head heads[MEMORY_HEADS];
	struct type_bitmap_text bitmaps[MEMORY_BITMAPS];
	uint64_t dates[MEMORY_DATES]; /* "20261201" as it stands, of the calendar */
	char times[2][2 * OCTETS];    /* the last ones that were good, a side; SIG_TIMES */
};

struct line_like {
	struct owner_at owner;
	const char *rdata; /* in the line */
	uint32_t ttl;
	uint16_t type;
	bool same; /* the owner is that of the line before, to the letter */
};

/* Of line_head_like(), for what is another than before; NULL: none. */
const struct owner_at *line_owner_take(struct line_memory *m, const char *p);
const struct line_middle *line_middle_take(struct line_memory *m, const char *p, const char *end);
uint16_t line_type_take(struct type_word *t, uint64_t word, const char *p, size_t len);

/* A place among 1 << @bits: by eight octets. */
static inline size_t memory_place(uint64_t word, int bits)
{
	return (size_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

static inline uint64_t eight_octets(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

enum { MEMORY_TYPE_BITS = 6, MEMORY_HEAD_BITS = 5, MEMORY_BITMAP_BITS = 6, MEMORY_DATE_BITS = 6 };
_Static_assert(MEMORY_TYPES == 1 << MEMORY_TYPE_BITS && MEMORY_HEADS == 1 << MEMORY_HEAD_BITS &&
                   MEMORY_BITMAPS == 1 << MEMORY_BITMAP_BITS && MEMORY_DATES == 1 << MEMORY_DATE_BITS,
               "memory_place() gives places of the memory");

/* The type that stands at @p; 0: none. *behind: what follows it. */
static inline uint16_t line_type_like(struct line_memory *m, const char *p, const char **behind)
{
	unsigned len = octets_first(blank_bits(octets_load(p)));
	uint64_t word = eight_octets(p);
	struct type_word *t;

	*behind = p + len;
	if (len - 1 >= sizeof word || *p == '\0') /* 0, long ones, and what a word does not show */
		return line_type_take(NULL, 0, p, len);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	word <<= 64 - 8 * len;
#else
	word >>= 64 - 8 * len;
#endif
	t = &m->types[memory_place(word, MEMORY_TYPE_BITS)];
	return t->word == word ? t->number : line_type_take(t, word, p, len);
}

static inline bool middle_is(const struct line_middle *m, const char *p)
{
	return m->len > 0 && same_text(p, m->text, m->len);
}

/* TTL and class at @p, up to the type; NULL. */
static inline const struct line_middle *line_middle_like(struct line_memory *m, const char *line, const char *p,
                                                         const char *end)
{
	uint8_t other = m->other;

	if (middle_is(&m->middles[m->middle], p))
		return &m->middles[m->middle];
	if (!middle_is(&m->middles[other], p))
		return line_middle_take(m, line, end);
	m->other = m->middle;
	m->middle = other;
	return &m->middles[other];
}

/* As line_head(), of a line that begins at @p, before @end, and may end anywhere: what is in the owner has been looked
 * at, it is a name, and the type is one. What stands behind @end is looked at too, and may be taken for a part of the
 * line: whoever finds its end asks whether it lies before @end. */
static inline bool line_head_like(struct line_memory *m, struct line_like *l, const char *p, const char *end)
{
	const struct line_middle *middle;
	const char *q;

	/* One more record of an RRset: the same up to its data. */
	if (m->head_len > 0 && same_text(p, m->owner.p, m->head_len) && !is_blank(p[m->head_len])) {
		*l = (struct line_like){ { p, m->owner.len, m->owner.dot }, p + m->head_len, m->ttl, m->type, true };
		m->owner.p = p;
		return true;
	}
	m->head_len = 0;
	/* With the blank behind it. */
	l->same = m->owner.p != NULL && same_text(p, m->owner.p, m->owner.len + 1);
	if (!l->same && line_owner_take(m, p) == NULL)
		return false;
	m->owner.p = p;
	l->owner = m->owner;
	middle = line_middle_like(m, p, p + m->owner.len, end);
	if (middle == NULL)
		return false;
	l->ttl = middle->ttl;
	l->type = line_type_like(m, p + m->owner.len + middle->len, &q);
	while (q < end && is_blank(*q))
		q++;
	l->rdata = q;
	if (l->type == 0)
		return false;
	if (l->type != RRTYPE_RRSIG && l->type != RRTYPE_NSEC && l->type != RRTYPE_NSEC3 && q - p <= MEMORY_HEADING) {
		m->head_len = (uint32_t)(q - p);
		m->ttl = l->ttl;
		m->type = l->type;
	}
	return true;
}

/* Before the window moves. */
static inline void line_memory_moves(struct line_memory *m)
{
	m->owner.p = NULL;
	m->head_len = 0;
}

/* The end of the line that ends in data of @type at @p, which have been looked at. NULL: they are yet to be parsed, or
 * the line does not end before @end. */
const char *line_rdata_end(struct line_memory *m, uint16_t type, const char *p, const char *end);

/* Of sig_head_like(), for another than before; NULL: none. */
const struct sig_head *sig_head_take(struct sig_head *h, const char *p);
const char *sig_tail_take(struct line_memory *m, const char *p);

/* The rdata of an RRSIG record at @p up to its times; NULL when it is written in another way. *times: where they begin.
 * Valid until the next call. As line_head_like(), here and below, it does not ask for the end. */
static inline const struct sig_head *sig_head_like(struct line_memory *m, const char *p, const char **times)
{
	/* Its first octets tell type, algorithm and most of the labels. */
	struct sig_head *h = &m->heads[memory_place(eight_octets(p), MEMORY_HEAD_BITS)];

	if ((h->len == 0 || !same_text(p, h->text, h->len)) && sig_head_take(h, p) == NULL)
		return NULL;
	*times = p + h->len;
	return h;
}

/* Whether two times may stand at @p, as all signers write them: digits, and blanks behind. */
static inline bool sig_times_good(const char *p)
{
	enum { BLANK = 14, SECOND = 14 }; /* the second load begins with the blank behind the first time */
	octets16 a = octets_load(p), b = octets_load(p + SECOND);
	unsigned digits_a = octets_bits(octets_in(a, '0', '9')), digits_b = octets_bits(octets_in(b, '0', '9'));

	return digits_a == (OCTETS_ALL ^ 1u << BLANK) && digits_b == (OCTETS_ALL ^ 1u << 15 ^ 1u) && p[BLANK] == ' ' &&
	       p[SIG_TIMES - 1] == ' ';
}

/* Of sig_times_like(): the time at @p, of fourteen digits, is one, and its date is kept. */
bool sig_date_take(uint64_t *date, const char *p);

static inline bool sig_time_like(struct line_memory *m, const char *p)
{
	uint64_t date = eight_octets(p), *met = &m->dates[memory_place(date, MEMORY_DATE_BITS)];

	/* A second that leaps is left to the scanner. */
	if (p[8] > '2' || (p[8] == '2' && p[9] > '3') || p[10] > '5' || p[12] > '5')
		return false;
	return *met == date || sig_date_take(met, p);
}

/* Whether two times that there are stand at @p, as all signers write them; of the file @side, whose signatures mostly
 * share them. */
static inline bool sig_times_like(struct line_memory *m, int side, const char *p)
{
	if (same_text(p, m->times[side], SIG_TIMES))
		return true;
	if (!sig_times_good(p) || !sig_time_like(m, p) || !sig_time_like(m, p + SIG_TIMES / 2))
		return false;
	octets_copy(m->times[side], p, SIG_TIMES);
	return true;
}

/* Behind key tag and signer at @p, which follow the times; NULL when they are written in another way. */
static inline const char *sig_tail_like(struct line_memory *m, const char *p)
{
	return m->tail_len > 0 && same_text(p, m->tail, m->tail_len) ? p + m->tail_len : sig_tail_take(m, p);
}

/* The end of the line that a signature at @p ends, which is looked for where the last one would end first: its octets
 * are yet to be looked at (line_base64()). NULL: not before @end. */
static inline const char *sig_end_like(struct line_memory *m, const char *p, const char *end)
{
	const char *nl = p + m->sig_len;

	if (nl < end && *nl == '\n')
		return nl;
	nl = octet_find(p, end, '\n');
	if (nl != NULL)
		m->sig_len = (uint32_t)(nl - p);
	return nl;
}

#endif
