#include "core/zone/line_memory.h"

#include "core/zone/line_check.h"
#include "core/zone/name_text.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/sig_time.h"

enum {
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
	const char *dot = o->p != NULL ? line_label_end(p) : NULL, *end;

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

const struct line_middle *line_middle_take(struct line_middle *m, const char *line, const char *p, const char *end)
{
	struct zline l;

	/* Before the owner's end: the file is written to meanwhile. */
	if (!line_head(&l, line, end) || l.type_text < p || l.type_text - p > MEMORY_MIDDLE)
		return NULL;
	*m = (struct line_middle){ .len = (uint32_t)(l.type_text - p), .ttl = l.ttl };
	memcpy(m->text, p, m->len);
	return m;
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

/* The end of a name at @p that is mostly that of the line but for its first label; NULL. */
static const char *near_name_end(const struct owner_at *o, const char *p)
{
	const char *dot = o->p != NULL ? line_label_end(p) : NULL;
	uint32_t rest = o->len - o->dot;

	if (dot != NULL && (size_t)(dot - p) + rest <= OWNER_SURE && same_text(dot, o->p + o->dot, rest))
		return dot + rest;
	return line_name_end(p, NULL);
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

/* Behind the data, written as signers do; NULL: they may be written in another way. */
static const char *plain_end(struct line_memory *m, uint16_t type, const char *p, const char *end)
{
	const char *form;

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
		p = near_name_end(&m->owner, p);
		return p != NULL && *p == ' ' ? bitmap_end(m, p + 1, end) : p;
	case RRTYPE_NSEC3:
		p = chain_like(m, p, end);
		p = p != NULL ? line_hash_end(p) : NULL;
		return p != NULL && *p == ' ' ? bitmap_end(m, p + 1, end) : p;
	default:
		form = rrtype_form(type);
		return form != NULL ? line_form_end(form, p, end) : NULL;
	}
}

const char *line_rdata_end(struct line_memory *m, uint16_t type, const char *p, const char *end)
{
	const char *nl = plain_end(m, type, p, end);

	if (nl != NULL && *nl == '\n')
		return nl < end ? nl : NULL;
	nl = line_end_find(p, end);
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

bool sig_head_take(struct line_memory *m, struct line_like *l)
{
	const char *p = l->rdata, *rest = l->owner.p + l->owner.len;
	uint64_t algorithm, ignored;
	struct sig_lead *lead;

	p += octets_first(blank_bits(octets_load(p)));
	l->covered = p - l->rdata < OCTETS && p > l->rdata ? rrtype_number(l->rdata, (size_t)(p - l->rdata)) : 0;
	if (l->covered == 0 || *p != ' ' || (p = number(p + 1, 256, &algorithm)) == NULL ||
	    (p = number(p, 256, &ignored)) == NULL || (p = number(p, UINT64_C(1) << 32, &ignored)) == NULL)
		return false;
	l->times = p;
	l->algorithm = (uint8_t)algorithm;
	lead = &m->leads[l->same ? m->lead : LEAD_OF_OWNER];
	m->lead = lead_place(m, l->covered + RRTYPE_RRSIG);
	if (p - rest > MEMORY_LEAD)
		return true;
	*lead = (struct sig_lead){ .len = (uint8_t)(p - rest),
		                   .rdata = (uint8_t)(l->rdata - rest),
		                   .next = m->lead,
		                   .algorithm = l->algorithm,
		                   .covered = l->covered,
		                   .ttl = l->ttl };
	memcpy(lead->text, rest, lead->len);
	return true;
}

/* Two times may stand at @p, as all signers write them: digits, and blanks behind. */
static bool times_good(const char *p)
{
	enum { BLANK = 14, SECOND = 14 }; /* the second load begins with the blank behind the first time */
	octets16 a = octets_load(p), b = octets_load(p + SECOND);
	unsigned digits_a = octets_bits(octets_in(a, '0', '9')), digits_b = octets_bits(octets_in(b, '0', '9'));

	return digits_a == (OCTETS_ALL ^ 1u << BLANK) && digits_b == (OCTETS_ALL ^ 1u << 15 ^ 1u) && p[BLANK] == ' ' &&
	       p[SIG_TIMES - 1] == ' ';
}

/* The time at @p, of fourteen digits, is one. */
static bool time_like(struct line_memory *m, const char *p)
{
	uint64_t date = eight_octets(p), *met = &m->dates[memory_place(date, MEMORY_DATE_BITS)];
	uint32_t t;

	/* A second that leaps is left to the scanner. */
	if (p[8] > '2' || (p[8] == '2' && p[9] > '3') || p[10] > '5' || p[12] > '5')
		return false;
	if (*met == date)
		return true;
	if (!sig_time_from_text(p, SIG_TIMES / 2 - 1, &t))
		return false;
	*met = date;
	return true;
}

bool sig_times_take(struct line_memory *m, int side, const char *p)
{
	if (!times_good(p) || !time_like(m, p) || !time_like(m, p + SIG_TIMES / 2))
		return false;
	octets_copy(m->times[side], p, SIG_TIMES);
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
	m->signer_len = (uint32_t)(end - signer);
	end++;
	if (end - p > MEMORY_TAIL)
		return NULL;
	m->tail_len = (uint32_t)(end - p);
	memcpy(m->tail, p, m->tail_len);
	return end;
}
