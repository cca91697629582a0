#include "core/zone/line_memory.h"

#include "core/zone/line_check.h"
#include "core/zone/name_text.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/sig_time.h"

enum {
	LABEL_MAX = 63,
	OWNER_MAX = 255,  /* longer ones are left to the scanner */
	OWNER_SURE = 250, /* no longer name of good labels is too long */
};

/* What is in an owner may be any octet that is not special (special.h). */
static const char *odd_owner(struct owner_at *o)
{
	const char *end = blank_find(o->p, o->p + OWNER_MAX), *dot = octet_find(o->p, end, '.');
	size_t len = (size_t)(end - o->p);

	if (len == 0 || !is_blank(*end) || end[-1] != '.' || special_find(o->p, end) != end || dot == NULL ||
	    !line_owner_good(o->p, len))
		return NULL;
	o->dot = (uint32_t)(dot - o->p);
	return end;
}

/* The dot that ends the label at @p; NULL: none, or it holds what may mean something else. */
static const char *label_end(const char *p)
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

/* The end of an owner at @p that is not like the one before; NULL: none. */
static const char *other_owner(struct owner_at *o, const char *p)
{
	const char *end = line_name_end(p, &o->dot);

	o->p = p;
	return end != NULL && is_blank(*end) ? end : odd_owner(o);
}

const struct owner_at *line_owner_take(struct line_memory *m, const char *p)
{
	struct owner_at *o = &m->owner;
	uint32_t rest = o->len - o->dot;
	const char *dot = o->p != NULL ? label_end(p) : NULL, *end;

	/* Most names differ from the one before in their first label alone: with what is behind that, up to the blank.
	 */
	if (dot != NULL && (size_t)(dot - p) + rest <= OWNER_SURE && same_text(dot, o->p + o->dot, rest + 1)) {
		*o = (struct owner_at){ p, (uint32_t)(dot - p) + rest, (uint32_t)(dot - p) };
		return o;
	}
	end = other_owner(o, p);
	if (end == NULL) {
		o->p = NULL;
		return NULL;
	}
	o->len = (uint32_t)(end - p);
	return o;
}

const struct line_middle *line_middle_take(struct line_memory *m, const char *p, const char *end)
{
	struct line_middle *place;
	const char *q = p + m->owner.len;
	struct zline line;
	uint8_t i = 0;

	while (i < MEMORY_MIDDLES && !middle_is(&m->middles[i], q))
		i++;
	if (i == MEMORY_MIDDLES) {
		/* Before the owner's end: the file is written to meanwhile. */
		if (!line_head(&line, p, end) || line.type_text < q || line.type_text - q > MEMORY_MIDDLE)
			return NULL;
		for (i = 0; i == m->middle || i == m->other;)
			i++;
		place = &m->middles[i];
		*place = (struct line_middle){ .len = (uint32_t)(line.type_text - q), .ttl = line.ttl };
		memcpy(place->text, q, place->len);
	}
	m->other = m->middle;
	m->middle = i;
	return &m->middles[i];
}

uint16_t line_type_take(struct type_word *t, uint64_t word, const char *p, size_t len)
{
	uint16_t number = len > 0 ? rrtype_number(p, len) : 0;

	if (t != NULL)
		*t = (struct type_word){ .word = word, .number = number };
	return number;
}

/* The end of the line that a bitmap at @p ends; NULL. */
static const char *bitmap_end(struct line_memory *m, const char *p, const char *end)
{
	const char *nl = octet_find(p, end, '\n');
	size_t len = (size_t)(nl - p);
	struct type_bitmap_text *t;

	if (nl == NULL)
		return NULL;
	/* A line has more than eight octets before these. */
	t = &m->bitmaps[memory_place(eight_octets(p) * 3 ^ eight_octets(nl - 8) ^ len, MEMORY_BITMAP_BITS)];
	if (t->len == len && len > 0 && same_text(p, t->text, len))
		return nl;
	if (!line_types_good(p, nl))
		return NULL;
	if (len <= MEMORY_BITMAP) {
		t->len = (uint32_t)len;
		memcpy(t->text, p, len);
	}
	return nl;
}

/* Behind the parameters of an NSEC3 record; NULL: they are written in another way. */
static const char *chain_like(struct line_memory *m, const char *p, const char *end)
{
	const char *hash;

	if (m->chain_len > 0 && same_text(p, m->chain, m->chain_len))
		return p + m->chain_len;
	hash = line_nsec3_params_good(p, end);
	if (hash != NULL && hash - p <= MEMORY_CHAIN) {
		m->chain_len = (uint32_t)(hash - p);
		memcpy(m->chain, p, m->chain_len);
	}
	return hash;
}

/* Behind the data of types whose end is where they stop; NULL of others. */
static const char *plain_end(struct line_memory *m, uint16_t type, const char *p, const char *end)
{
	switch (type) {
	case RRTYPE_A:
		return line_ipv4_end(p);
	case RRTYPE_AAAA:
		return line_ipv6_end(p);
	case RRTYPE_NS:
	case RRTYPE_CNAME:
	case RRTYPE_DNAME:
	case RRTYPE_PTR:
		return line_name_end(p, NULL);
	case RRTYPE_NSEC:
		p = line_name_end(p, NULL);
		return p != NULL && *p == ' ' ? bitmap_end(m, p + 1, end) : p;
	case RRTYPE_NSEC3:
		p = chain_like(m, p, end);
		p = p != NULL ? line_hash_end(p) : NULL;
		return p != NULL && *p == ' ' ? bitmap_end(m, p + 1, end) : p;
	default:
		return NULL;
	}
}

const char *line_rdata_end(struct line_memory *m, uint16_t type, const char *p, const char *end)
{
	const char *nl = plain_end(m, type, p, end);

	if (nl == NULL || *nl != '\n')
		nl = line_end_find(p, end);
	else
		return nl < end ? nl : NULL;
	return nl != NULL && nl < end && line_rdata_good(type, p, nl) ? nl : NULL;
}

/* Behind a number below @limit and the one blank that follows it. */
static const char *number(const char *p, uint64_t limit, uint64_t *v)
{
	const char *start = p;

	*v = 0;
	while (*p >= '0' && *p <= '9' && p - start < 11)
		*v = *v * 10 + (uint64_t)(*p++ - '0');
	return p == start || *p != ' ' || *v >= limit ? NULL : p + 1;
}

const struct sig_head *sig_head_take(struct sig_head *h, const char *p)
{
	const char *start = p;
	uint64_t algorithm, ignored;

	h->len = 0;
	p += octets_first(blank_bits(octets_load(p)));
	h->covered = p - start < OCTETS && p > start ? rrtype_number(start, (size_t)(p - start)) : 0;
	if (h->covered == 0 || *p != ' ' || (p = number(p + 1, 256, &algorithm)) == NULL ||
	    (p = number(p, 256, &ignored)) == NULL || (p = number(p, UINT64_C(1) << 32, &ignored)) == NULL ||
	    p - start > MEMORY_HEAD)
		return NULL;
	h->algorithm = (uint8_t)algorithm;
	h->len = (uint8_t)(p - start);
	memcpy(h->text, start, h->len);
	return h;
}

bool sig_date_take(uint64_t *date, const char *p)
{
	uint32_t t;

	if (!sig_time_from_text(p, SIG_TIMES / 2 - 1, &t))
		return false;
	*date = eight_octets(p);
	return true;
}

const char *sig_tail_take(struct line_memory *m, const char *p)
{
	const char *signer, *end;
	uint64_t tag;

	m->tail_len = 0;
	signer = number(p, 65536, &tag);
	if (signer == NULL)
		return NULL;
	end = blank_find(signer, signer + OWNER_MAX);
	if (*end != ' ' || end == signer || end[-1] != '.' || special_find(signer, end) != end ||
	    !line_owner_good(signer, (size_t)(end - signer)))
		return NULL;
	end++;
	if (end - p > MEMORY_TAIL)
		return NULL;
	m->tail_len = (uint32_t)(end - p);
	memcpy(m->tail, p, m->tail_len);
	return end;
}
