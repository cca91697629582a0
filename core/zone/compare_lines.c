#include "core/zone/compare_lines.h"

#include <string.h>

#include "core/zone/hash.h"
#include "core/zone/line_check.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"
#include "core/zone/special.h"

enum stop { STOP_SLOW, STOP_LEFT, STOP_RIGHT /* that window ends */ };

struct lane {
	struct walk *w;
	struct name_at owner; /* of the last line of both */
	bool nsec3;           /* it is a hashed one */
	bool in_step;         /* w->last is the same on both sides */
	uint64_t from[2];     /* where its lines begin */
	uint32_t ttl;
	const char *p[2], *end[2];
};

static uint8_t fold(char c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* -1, 0, 1 */
static int label_order(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t n = a_len < b_len ? a_len : b_len;

	for (size_t i = 0; i < n; i++) {
		uint8_t x = fold(a[i]), y = fold(b[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return a_len < b_len ? -1 : a_len > b_len;
}

static size_t label_start(const char *p, size_t end)
{
	while (end > 0 && p[end - 1] != '.')
		end--;
	return end;
}

bool owner_follows(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const char *a_dot = memchr(a, '.', a_len), *b_dot = memchr(b, '.', b_len);

	if (a_dot != NULL && b_dot != NULL && a + a_len - a_dot == b + b_len - b_dot &&
	    memcmp(a_dot, b_dot, (size_t)(a + a_len - a_dot)) == 0)
		return label_order(a, (size_t)(a_dot - a), b, (size_t)(b_dot - b)) < 0;
	if (a_len > 0 && a[a_len - 1] == '.')
		a_len--;
	if (b_len > 0 && b[b_len - 1] == '.')
		b_len--;
	for (;;) {
		size_t x = label_start(a, a_len), y = label_start(b, b_len);
		int order = label_order(a + x, a_len - x, b + y, b_len - y);

		if (order != 0)
			return order < 0;
		if (y == 0) /* b is a, or above it */
			return false;
		if (x == 0)
			return true;
		a_len = x - 1;
		b_len = y - 1;
	}
}

static void name_set(struct name_at *n, const char *text, size_t len)
{
	n->len = len < sizeof n->text ? len : sizeof n->text;
	memcpy(n->text, text, n->len);
}

void owner_note(struct walk *w, int side, const char *text, size_t len)
{
	struct name_at *last = &w->last[side];

	if (last->len > 0 && !owner_follows(last->text, last->len, text, len))
		w->disordered = true;
	if (w->first[side].len == 0)
		name_set(&w->first[side], text, len);
	name_set(last, text, len);
}

static uint64_t offset_at(const struct lane *l, int side)
{
	const struct zsource *s = &l->w->scan[side]->source;

	return source_offset(s) + (uint64_t)(l->p[side] - s->p);
}

/* The line at hand, equal on both sides, is of @head's owner. False: which is no name. */
static bool lane_owner(struct lane *l, const struct zline *head, bool nsec3)
{
	if (l->owner.len == head->owner_len && memcmp(l->owner.text, head->owner, head->owner_len) == 0 &&
	    (nsec3 || !l->nsec3))
		return true;
	if (!line_owner_good(head->owner, head->owner_len))
		return false;
	name_set(&l->owner, head->owner, head->owner_len);
	l->nsec3 = nsec3;
	for (int side = 0; side < 2; side++)
		l->from[side] = offset_at(l, side);
	if (nsec3)
		return true;
	owner_note(l->w, 0, head->owner, head->owner_len);
	if (!l->in_step)
		owner_note(l->w, 1, head->owner, head->owner_len);
	l->in_step = true;
	return true;
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

/* Behind @count words, each followed by one blank; NULL when they are set
 * otherwise. */
static const char *words(const char *p, const char *nl, int count)
{
	for (; count > 0; count--) {
		const char *start = p;

		while (p < nl && *p != ' ' && *p != '\t')
			p++;
		if (p == start || p == nl || *p != ' ')
			return NULL;
		p++;
	}
	return p;
}

enum { DATES = 30 };

/* Times at @t, and what follows up to the signature. Returns its start, NULL
 * when laid out otherwise. */
static const char *signature_at(const char *t, const char *nl)
{
	if (nl - t < DATES + 4 || !is_date(t) || t[14] != ' ' || !is_date(t + 15) || t[29] != ' ')
		return NULL;
	return words(t + DATES, nl, 2);
}

enum twin { TWIN_NO, TWIN_YES, TWIN_MORE };

/* Whether the line at the right differs from the RRSIG @head, which ends at
 * @nl, in times and signature alone. */
static enum twin is_twin(const struct lane *l, const struct zline *head, const char *nl, const char **right_nl)
{
	const char *p = l->p[0], *q = l->p[1], *t = words(head->rdata, nl, 4), *sig, *q_end;
	size_t before;

	if (t == NULL || (sig = signature_at(t, nl)) == NULL || !line_base64(sig, nl))
		return TWIN_NO;
	before = (size_t)(t - p);
	if ((size_t)(l->end[1] - q) < (size_t)(sig - p))
		return TWIN_MORE;
	if (memcmp(p, q, before) != 0 || memcmp(t + DATES, q + before + DATES, (size_t)(sig - t) - DATES) != 0)
		return TWIN_NO;
	q += before;
	if (!is_date(q) || q[14] != ' ' || !is_date(q + 15) || q[29] != ' ')
		return TWIN_NO;
	q += sig - t;
	q_end = special_find(q, l->end[1]);
	if (q_end == l->end[1])
		return TWIN_MORE;
	*right_nl = q_end;
	return *q_end == '\n' && line_base64(q, q_end) ? TWIN_YES : TWIN_NO;
}

static void count_twin(struct lane *l)
{
	struct walk *w = l->w;

	w->timing++;
	if (w->sample_count < TIMING_SAMPLES)
		w->samples[w->sample_count++] = (struct timing_sample){ { offset_at(l, 0), offset_at(l, 1) } };
}

/* The end of a line that holds a quote at @quote: quotes are closed on it, and nothing outside of them is special.
 * NULL: not so; @end: the window ends before. */
static const char *quoted_end(const char *quote, const char *end)
{
	const char *p = quote;

	for (;;) {
		for (p++; p < end && *p != '"'; p++) {
			if (*p == '\n')
				return NULL;
			p += *p == '\\';
		}
		if (p >= end)
			return end;
		p = special_find(p + 1, end);
		if (p == end || *p == '\n')
			return p;
		if (*p != '"')
			return NULL;
	}
}

/* As far as both windows reach. */
static enum stop run(struct lane *l, uint64_t *lines)
{
	struct walk *w = l->w;

	for (;;) {
		const char *p = l->p[0], *q = l->p[1], *nl = special_find(p, l->end[0]), *q_nl;
		struct zline head;
		uint16_t type;
		bool nsec3;
		size_t len;

		if (nl < l->end[0] && *nl == '"')
			nl = quoted_end(nl, l->end[0]);
		if (nl == l->end[0])
			return STOP_LEFT;
		if (nl == NULL || *nl != '\n' || !line_head(&head, p, nl))
			return STOP_SLOW;
		type = rrtype_number(head.type_text, head.type_len);
		nsec3 = type == RRTYPE_NSEC3 ||
		        (type == RRTYPE_RRSIG && nl - head.rdata > 6 && memcmp(head.rdata, "NSEC3 ", 6) == 0);
		/* What says something of the whole zone is looked at closely, until it was seen on both sides. */
		if (type == RRTYPE_SOA || type == RRTYPE_DNSKEY ||
		    (nsec3 && !(w->facts[0].nsec3 && w->facts[1].nsec3)) ||
		    (type == RRTYPE_NSEC && !(w->facts[0].nsec && w->facts[1].nsec)))
			return STOP_SLOW;
		len = (size_t)(nl + 1 - p);
		q_nl = q + len - 1;
		if ((size_t)(l->end[1] - q) >= len && memcmp(p, q, len) == 0) {
			if (!line_rdata_good(type, head.rdata, nl) || !lane_owner(l, &head, nsec3))
				return STOP_SLOW;
		} else if (type == RRTYPE_RRSIG) {
			enum twin twin = is_twin(l, &head, nl, &q_nl);

			if (twin == TWIN_MORE)
				return STOP_RIGHT;
			if (twin == TWIN_NO || !lane_owner(l, &head, nsec3))
				return STOP_SLOW;
			count_twin(l);
		} else if ((size_t)(l->end[1] - q) < len) {
			return STOP_RIGHT;
		} else {
			return STOP_SLOW;
		}
		l->ttl = head.ttl;
		l->p[0] = nl + 1;
		l->p[1] = q_nl + 1;
		++*lines;
	}
}

static void open_windows(struct lane *l)
{
	for (int side = 0; side < 2; side++) {
		l->p[side] = l->w->scan[side]->source.p;
		l->end[side] = l->w->scan[side]->source.end;
	}
}

enum rc walk_lines(struct walk *w, struct err *e)
{
	struct lane l = { .w = w };
	enum rc rc = RC_OK;

	l.owner.len = 0;
	while (rc == RC_OK) {
		uint64_t lines = 0;
		enum stop stop;
		struct zsource *short_of;

		open_windows(&l);
		stop = run(&l, &lines);
		for (int side = 0; side < 2; side++)
			if (lines > 0)
				scan_skipped(w->scan[side], l.p[side], lines, l.ttl);
		if (stop == STOP_SLOW)
			break;
		short_of = &w->scan[stop == STOP_LEFT ? 0 : 1]->source;
		if (short_of->eof)
			break;
		rc = source_more(short_of, e);
	}
	if (l.owner.len == 0)
		return rc;
	if (l.in_step)
		w->last[1] = w->last[0];
	for (int side = 0; side < 2; side++) {
		if (!name_from_text(&w->scan[side]->owner_name, l.owner.text, l.owner.len, NULL))
			w->scan[side]->owner_name.len = 0;
		w->synced.from[side] = l.from[side];
		w->synced.to[side] = source_offset(&w->scan[side]->source);
	}
	w->synced.owner_hash = hash_octets(w->scan[0]->owner_name.wire, w->scan[0]->owner_name.len, w->seed);
	return rc;
}
