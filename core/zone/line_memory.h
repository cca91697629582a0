/* line_memory.h -- what a line has in common with those before it: most are of the same name, with the same TTL, and
 * the signatures of a zone share all but their times and octets. What was taken apart once is not taken apart again. */
#ifndef ODSF_CORE_ZONE_LINE_MEMORY_H
#define ODSF_CORE_ZONE_LINE_MEMORY_H

#include "core/zone/octets.h"
#include "core/zone/rrtype.h"
#include "core/zone/special.h"

enum {
	MEMORY_MIDDLE = 32,
	MEMORY_MIDDLES = 16,
	MEMORY_TYPES = 64,
	MEMORY_LEAD = 64,
	MEMORY_LEADS = 128,
	LEAD_OF_OWNER = MEMORY_LEADS, /* that of a signature which is the first record of its owner */
	MEMORY_REST = 256,            /* of a line, between its owner and its data */
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

struct sig_lead { /* "	3600	IN	RRSIG	A 13 3 3600 ": from the owner to the times */
	uint8_t len, rdata;
	uint8_t next; /* that of a signature which follows it */
	uint8_t algorithm;
	uint16_t covered;
	uint32_t ttl;
	char text[MEMORY_LEAD + MEMORY_SLACK];
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
	uint32_t rest_len;     /* of that line, from its owner to its data; 0: not to be used */
	uint32_t ttl;          /* of it */
	uint16_t type;
	uint8_t middle, lead; /* of that line, and of a signature that follows it */
	uint32_t tail_len, signer_len, chain_len, sig_len;
	char tail[MEMORY_TAIL + MEMORY_SLACK];   /* "26749 example. ": of an RRSIG record, behind its times */
	char chain[MEMORY_CHAIN + MEMORY_SLACK]; /* "1 1 5 abcd ": of an NSEC3 record, before the hash */
	struct line_middle middles[MEMORY_MIDDLES];
	struct type_word types[MEMORY_TYPES];
	struct sig_lead leads[MEMORY_LEADS + 1];
	struct type_bitmap_text bitmaps[MEMORY_BITMAPS];
	uint64_t dates[MEMORY_DATES]; /* "20261201" as it stands, of the calendar */
	char times[2][2 * OCTETS];    /* the last ones that were good, a side; SIG_TIMES */
};

struct line_like {
	struct owner_at owner;
	const char *rdata; /* in the line */
	const char *times; /* of an RRSIG record: sig_head_like(), and the two below */
	uint32_t ttl;
	uint16_t type, covered;
	uint8_t algorithm;
	bool same; /* the owner is that of the line before, to the letter */
};

/* Of line_head_like(), for what is another than before; NULL: none. */
const struct owner_at *line_owner_take(struct line_memory *m, const char *p);
const struct line_middle *line_middle_take(struct line_middle *m, const char *line, const char *p, const char *end);
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

enum { MEMORY_MIDDLE_BITS = 4, MEMORY_TYPE_BITS = 6, MEMORY_BITMAP_BITS = 6, MEMORY_DATE_BITS = 6 };
_Static_assert(MEMORY_MIDDLES == 1 << MEMORY_MIDDLE_BITS && MEMORY_TYPES == 1 << MEMORY_TYPE_BITS &&
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

/* Where the lead of a signature is kept that follows a record, or a signature, of @type: by what mostly tells how it is
 * written. Types that are met often have places of their own; the number of labels is that of nearly all names that are
 * not right below the apex, or of none of them. */
static inline uint8_t lead_place(const struct line_memory *m, unsigned type)
{
	unsigned deep = m->owner.len - m->owner.dot != m->signer_len + 1;

	return (uint8_t)((type ^ type >> 5) % 32 | deep << 5 | (m->middle & 1u) << 6);
}
_Static_assert(MEMORY_LEADS == 1 << 7, "lead_place() gives places of the memory");

/* TTL and class at @p in @line, up to the type; NULL. */
static inline const struct line_middle *line_middle_like(struct line_memory *m, const char *line, const char *p,
                                                         const char *end)
{
	size_t place = memory_place(eight_octets(p), MEMORY_MIDDLE_BITS);
	struct line_middle *middle = &m->middles[place];

	m->middle = (uint8_t)place;
	return middle->len > 0 && same_text(p, middle->text, middle->len) ? middle
	                                                                  : line_middle_take(middle, line, p, end);
}

/* What follows the owner, at @p, begins a signature as the last one did that followed such a record. */
static inline bool line_lead_like(struct line_memory *m, struct line_like *l, const char *p)
{
	const struct sig_lead *lead = &m->leads[l->same ? m->lead : LEAD_OF_OWNER];

	if (lead->len == 0 || !same_text(p, lead->text, lead->len))
		return false;
	l->rdata = p + lead->rdata;
	l->times = p + lead->len;
	l->ttl = lead->ttl;
	l->type = RRTYPE_RRSIG;
	l->covered = lead->covered;
	l->algorithm = lead->algorithm;
	m->lead = lead->next;
	m->rest_len = 0;
	return true;
}

/* It is what followed the owner of the line before, at @before, up to the data: one more record of an RRset. */
static inline bool line_rest_like(const struct line_memory *m, struct line_like *l, const char *p, const char *before)
{
	if (m->rest_len == 0 || !same_text(p, before, m->rest_len) || is_blank(p[m->rest_len]))
		return false;
	l->rdata = p + m->rest_len;
	l->ttl = m->ttl;
	l->type = m->type;
	return true;
}

/* As line_head(), of a line that begins at @p, before @end, and may end anywhere: what is in the owner has been looked
 * at, it is a name, and the type is one. What stands behind @end is looked at too, and may be taken for a part of the
 * line: whoever finds its end asks whether it lies before @end. */
static inline bool line_head_like(struct line_memory *m, struct line_like *l, const char *p, const char *end)
{
	const char *before = m->owner.p, *rest, *q;
	const struct line_middle *middle;

	/* With the blank behind it. */
	l->same = before != NULL && same_text(p, before, m->owner.len + 1);
	if (!l->same && line_owner_take(m, p) == NULL)
		return false;
	m->owner.p = p;
	l->owner = m->owner;
	l->times = NULL;
	rest = p + m->owner.len;
	if (line_lead_like(m, l, rest) || (l->same && line_rest_like(m, l, rest, before + m->owner.len)))
		return true;
	m->rest_len = 0;
	middle = line_middle_like(m, p, rest, end);
	if (middle == NULL)
		return false;
	l->ttl = middle->ttl;
	l->type = line_type_like(m, rest + middle->len, &q);
	while (q < end && is_blank(*q))
		q++;
	l->rdata = q;
	if (l->type == 0)
		return false;
	if (l->type == RRTYPE_RRSIG)
		return true;
	m->lead = lead_place(m, l->type);
	if (l->type != RRTYPE_NSEC && l->type != RRTYPE_NSEC3 && q - rest <= MEMORY_REST) {
		m->rest_len = (uint32_t)(q - rest);
		m->ttl = l->ttl;
		m->type = l->type;
	}
	return true;
}

/* Before the window moves. */
static inline void line_memory_moves(struct line_memory *m)
{
	m->owner.p = NULL;
	m->rest_len = 0;
}

/* The end of the line that ends in data of @type at @p, which have been looked at. NULL: they are yet to be parsed, or
 * the line does not end before @end. */
const char *line_rdata_end(struct line_memory *m, uint16_t type, const char *p, const char *end);

/* Of sig_head_like(), for another than before; false: none. */
bool sig_head_take(struct line_memory *m, struct line_like *l);
const char *sig_tail_take(struct line_memory *m, const char *p);

/* Type covered, algorithm, and where the times begin, of an RRSIG record whose line_head_like() is *l; false when it is
 * written in another way. As there, here and below, it is not asked for the end. */
static inline bool sig_head_like(struct line_memory *m, struct line_like *l)
{
	return l->times != NULL || sig_head_take(m, l);
}

/* Of sig_times_like(), for others than before. */
bool sig_times_take(struct line_memory *m, int side, const char *p);

/* Whether two times that there are stand at @p, as all signers write them; of the file @side, whose signatures mostly
 * share them. */
static inline bool sig_times_like(struct line_memory *m, int side, const char *p)
{
	return same_text(p, m->times[side], SIG_TIMES) || sig_times_take(m, side, p);
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
