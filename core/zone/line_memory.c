#include "core/zone/line_memory.h"

#include "core/zone/line_check.h"
#include "core/zone/name_text.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/special.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Labels are not longer than this: a name that is not either needs no counting. */
enum { LABEL_SURE = 64 };

static bool whole_owner(struct owner_at *o, const char *end)
{
	struct wire_name name;

	o->len = (uint32_t)(end - o->p);
	if (o->len == 0 || end[-1] != '.')
		return false;
	return o->len <= LABEL_SURE || name_from_text(&name, o->p, o->len, NULL);
}

/* Takes the owner at o->p, which a blank ends before @end. */
static bool take_owner(struct owner_at *o, const char *end)
{
#ifdef __SSE2__
	unsigned before = 1; /* a dot: there must be a label */

	o->dot = UINT32_MAX;
	if (*o->p == '.') { /* the root */
		o->dot = 0;
		return is_blank(o->p[1]) && o->p + 1 < end && whole_owner(o, o->p + 1);
	}
	for (const char *q = o->p; q < end; q += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)q);
		unsigned special = special_bits(v), stop = special | blank_bits(v);
		unsigned dots = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
		unsigned n = stop != 0 ? (unsigned)__builtin_ctz(stop) : 16;

		dots &= (1u << n) - 1;
		if ((dots & (dots << 1 | before)) != 0)
			return false;
		if (dots != 0 && o->dot == UINT32_MAX)
			o->dot = (uint32_t)(q - o->p) + (uint32_t)__builtin_ctz(dots);
		if (stop != 0)
			return (special >> n & 1) == 0 && q + n < end && whole_owner(o, q + n);
		before = dots >> 15 & 1;
	}
	return false;
#else
	const char *q = blank_find(o->p, end), *dot;

	if (q == end || special_find(o->p, q) != q || !whole_owner(o, q) || !line_owner_good(o->p, o->len))
		return false;
	dot = memchr(o->p, '.', o->len);
	o->dot = (uint32_t)(dot - o->p);
	return true;
#endif
}

/* The owner at @p: the memory's, then, *same, as it was before. */
static bool owner_like(struct line_memory *m, const char *p, const char *end, bool *same)
{
	const char *stop = p + m->owner.len;

	*same = m->owner.p != NULL && stop < end && is_blank(*stop) && same_text(p, m->owner.p, m->owner.len);
	if (*same)
		return true;
	m->owner.p = p;
	if (take_owner(&m->owner, end))
		return true;
	m->owner.p = NULL;
	return false;
}

/* A place among 1 << @bits: by eight octets. */
static size_t place_of(uint64_t w, int bits)
{
	return (size_t)(w * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

static uint64_t eight(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static inline bool is_like(const struct line_middle *m, const char *q, const char *end)
{
	return m->len > 0 && (size_t)(end - q) > m->len && same_text(q, m->text, m->len) && !is_blank(q[m->len]);
}

/* TTL and class, up to the type. */
static const struct line_middle *middle_like(struct line_memory *m, const char *p, const char *q, const char *end)
{
	struct line_middle *last = &m->middles[m->middle], *place;
	struct zline line;

	if (is_like(last, q, end))
		return last;
	if (is_like(&m->middles[last->next], q, end)) {
		m->middle = last->next;
		return &m->middles[m->middle];
	}
	for (size_t i = 0; i < MEMORY_MIDDLES; i++) {
		if (is_like(&m->middles[i], q, end)) {
			m->middle = last->next = (uint8_t)i;
			return &m->middles[i];
		}
	}
	if (!line_head(&line, p, end) || line.type_text - q > MEMORY_MIDDLE)
		return NULL;
	m->middle = last->next = (uint8_t)((m->middle + 1) % MEMORY_MIDDLES);
	place = &m->middles[m->middle];
	*place = (struct line_middle){ .len = (uint32_t)(line.type_text - q), .ttl = line.ttl };
	memcpy(place->text, q, place->len);
	return place;
}

enum { TYPE_BITS = 6 };
_Static_assert(MEMORY_TYPES == 1 << TYPE_BITS, "place_of() gives places of the memory");

static uint16_t type_like(struct line_memory *m, const char *p, size_t len)
{
	struct type_word *t;
	uint64_t word;

	if (len == 0 || len > sizeof word)
		return rrtype_number(p, len);
	word = eight(p);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	word <<= 64 - 8 * len;
#else
	word >>= 64 - 8 * len;
#endif
	t = &m->types[place_of(word, TYPE_BITS)];
	if (t->word != word)
		*t = (struct type_word){ .word = word, .number = rrtype_number(p, len) };
	return t->number;
}

bool line_head_like(struct line_memory *m, struct line_like *l, const char *p, const char *end)
{
	const struct line_middle *middle;
	const char *q, *type;

	if (!owner_like(m, p, end, &l->same) || (middle = middle_like(m, p, p + m->owner.len, end)) == NULL)
		return false;
	l->owner = (struct owner_at){ .p = p, .len = m->owner.len, .dot = m->owner.dot };
	l->ttl = middle->ttl;
	type = p + m->owner.len + middle->len;
	q = blank_find(type, end);
	l->type = type_like(m, type, (size_t)(q - type));
	if (l->type == 0)
		return false;
	while (q < end && is_blank(*q))
		q++;
	l->rdata = q;
	return q < end;
}

enum { BITMAP_BITS = 6 };
_Static_assert(MEMORY_BITMAPS == 1 << BITMAP_BITS, "place_of() gives places of the memory");

static bool bitmap_like(struct line_memory *m, const char *p, const char *nl)
{
	size_t len = (size_t)(nl - p);
	/* A line has more than eight octets before these. */
	struct type_bitmap_text *t = &m->bitmaps[place_of(eight(p) * 3 ^ eight(nl - 8) ^ len, BITMAP_BITS)];

	if (t->len == len && len > 0 && same_text(p, t->text, len))
		return true;
	if (!line_types_good(p, nl))
		return false;
	if (len <= MEMORY_BITMAP) {
		t->len = (uint32_t)len;
		memcpy(t->text, p, len);
	}
	return true;
}

/* Behind the parameters of an NSEC3 record; NULL: they are written in another way. */
static const char *chain_like(struct line_memory *m, const char *p, const char *nl)
{
	const char *hash;

	if (m->chain_len > 0 && (size_t)(nl - p) > m->chain_len && same_text(p, m->chain, m->chain_len))
		return p + m->chain_len;
	hash = line_nsec3_params_good(p, nl);
	if (hash != NULL && hash - p <= MEMORY_CHAIN) {
		m->chain_len = (uint32_t)(hash - p);
		memcpy(m->chain, p, m->chain_len);
	}
	return hash;
}

bool line_rdata_like(struct line_memory *m, uint16_t type, const char *p, const char *nl)
{
	const char *end;

	if (type == RRTYPE_NSEC) {
		end = blank_find(p, nl);
		return line_name_good(p, end) && bitmap_like(m, end < nl ? end + 1 : end, nl);
	}
	if (type == RRTYPE_NSEC3) {
		p = chain_like(m, p, nl);
		end = p != NULL ? blank_find(p, nl) : NULL;
		return end != NULL && line_hash_good(p, end) && bitmap_like(m, end < nl ? end + 1 : end, nl);
	}
	return line_rdata_good(type, p, nl);
}

/* Behind a number below @limit and the one blank that follows it. */
static const char *number(const char *p, const char *end, uint64_t limit, uint64_t *v)
{
	const char *start = p;

	*v = 0;
	while (p < end && *p >= '0' && *p <= '9' && p - start < 11)
		*v = *v * 10 + (uint64_t)(*p++ - '0');
	return p == start || p == end || *p != ' ' || *v >= limit ? NULL : p + 1;
}

static const char *take_head(struct sig_head *h, const char *p, const char *end)
{
	const char *type = p;
	uint64_t algorithm, ignored;

	while (p < end && !is_blank(*p))
		p++;
	h->covered = rrtype_number(type, (size_t)(p - type));
	if (h->covered == 0 || p == end || *p != ' ')
		return NULL;
	if ((p = number(p + 1, end, 256, &algorithm)) == NULL || (p = number(p, end, 256, &ignored)) == NULL ||
	    (p = number(p, end, UINT64_C(1) << 32, &ignored)) == NULL)
		return NULL;
	h->algorithm = (uint8_t)algorithm;
	return p;
}

enum { HEAD_BITS = 5 };
_Static_assert(MEMORY_HEADS == 1 << HEAD_BITS, "place_of() gives places of the memory");

const struct sig_head *sig_head_like(struct line_memory *m, const char *p, const char *end, const char **times)
{
	/* Its first octets tell type, algorithm and most of the labels. */
	struct sig_head *h = &m->heads[place_of(eight(p), HEAD_BITS)];

	if (h->len > 0 && (size_t)(end - p) > h->len && same_text(p, h->text, h->len)) {
		*times = p + h->len;
		return h;
	}
	h->len = 0;
	*times = take_head(h, p, end);
	if (*times == NULL)
		return NULL;
	if (*times - p <= MEMORY_HEAD) {
		h->len = (uint8_t)(*times - p);
		memcpy(h->text, p, h->len);
	}
	return h;
}

/* Fourteen digits. */
static bool is_date(const char *p)
{
	const uint64_t high = 0xf0f0f0f0f0f0f0f0, threes = 0x3030303030303030, sixes = 0x0606060606060606;
	uint64_t a, b;

	memcpy(&a, p, 8);
	memcpy(&b, p + 6, 8);
	return (((a & high) ^ threes) | ((b & high) ^ threes) | (((a + sixes) & high) ^ threes) |
	        (((b + sixes) & high) ^ threes)) == 0;
}

bool sig_times_good(const char *p)
{
	return p[14] == ' ' && p[29] == ' ' && is_date(p) && is_date(p + 15);
}

const char *sig_tail_like(struct line_memory *m, const char *p, const char *end)
{
	const char *signer, *q;
	uint64_t tag;

	if (m->tail_len > 0 && (size_t)(end - p) > m->tail_len && same_text(p, m->tail, m->tail_len))
		return p + m->tail_len;
	m->tail_len = 0;
	signer = number(p, end, 65536, &tag);
	if (signer == NULL)
		return NULL;
	q = blank_find(signer, end);
	if (q == end || *q != ' ' || q == signer || q[-1] != '.' || (q - signer > 1 && q[-2] == '\\') ||
	    special_find(signer, q) != q || !line_owner_good(signer, (size_t)(q - signer)))
		return NULL;
	q++;
	if (q - p <= MEMORY_TAIL) {
		m->tail_len = (uint32_t)(q - p);
		memcpy(m->tail, p, m->tail_len);
	}
	return q;
}
