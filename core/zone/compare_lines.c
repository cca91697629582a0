#include "core/zone/compare_lines.h"

#include <string.h>

#include "core/zone/hash.h"
#include "core/zone/line_check.h"
#include "core/zone/line_memory.h"
#include "core/zone/rrtype.h"

enum stop { STOP_NOT, STOP_SLOW, STOP_LEFT, STOP_RIGHT /* that window ends */ };

struct lane {
	struct walk *w;
	struct line_memory *memory;
	struct name_at owner; /* of the last line of both, up to this window */
	bool nsec3;           /* it is a hashed one */
	bool in_step;         /* w->last is the same on both sides */
	uint64_t from[2];     /* where its lines begin */
	/* In this window: owner, where its lines begin, the last owner that is no hashed one. */
	struct owner_at now, last;
	const char *now_from[2];
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
		unsigned same = octets_bits(octets_same(a + i, b + i));
		uint8_t x, y;

		i += octets_first(~same);
		if (i >= n)
			break;
		x = fold(a[i]);
		y = fold(b[i]);
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

/* How many of the last octets of both are the same, but for the case of letters. */
static size_t common_end(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t most = a_len < b_len ? a_len : b_len, n = 0;

	while (n < most) {
		if (n + OCTETS <= most) {
			unsigned same = octets_bits(octets_same(a + a_len - n - OCTETS, b + b_len - n - OCTETS));

			n += same == OCTETS_ALL ? OCTETS : (unsigned)__builtin_clz(~(same << OCTETS));
			if (same == OCTETS_ALL)
				continue;
		}
		if (fold(a[a_len - n - 1]) != fold(b[b_len - n - 1]))
			break;
		n++;
	}
	return n;
}

bool owner_follows(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t x, y, common, end;

	if (a_len > 0 && a[a_len - 1] == '.')
		a_len--;
	if (b_len > 0 && b[b_len - 1] == '.')
		b_len--;
	common = common_end(a, a_len, b, b_len);
	if (common == b_len && (common == a_len || a[a_len - common - 1] == '.')) /* b is a, or above it */
		return false;
	if (common == a_len && (a_len == 0 || b[b_len - common - 1] == '.'))
		return true;
	/* The labels that differ: both end where the next dot of what is common is. */
	for (end = common; end > 0 && a[a_len - end] != '.';)
		end--;
	x = label_start(a, a_len - end);
	y = label_start(b, b_len - end);
	return label_order(a + x, a_len - end - x, b + y, b_len - end - y) < 0;
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

static uint64_t offset_of(const struct lane *l, int side, const char *p)
{
	const struct zsource *s = &l->w->scan[side]->source;

	return source_offset(s) + (uint64_t)(p - s->p);
}

/* As owner_follows(), of names in lines. */
static bool follows(const struct owner_at *a, const struct owner_at *b)
{
	size_t rest = a->len - a->dot;

	if (rest == b->len - b->dot && same_text(a->p + a->dot, b->p + b->dot, rest))
		return label_order(a->p, a->dot, b->p, b->dot) < 0;
	return owner_follows(a->p, a->len, b->p, b->len);
}

/* The lines @p and @q, equal on both sides, are of another owner than those before: @head's. */
static void lane_owner(struct lane *l, const struct line_like *head, bool nsec3, const char *p, const char *q)
{
	struct walk *w = l->w;

	l->now = head->owner;
	l->nsec3 = nsec3;
	l->now_from[0] = p;
	l->now_from[1] = q;
	if (nsec3)
		return;
	if (l->last.p == NULL)
		owner_note(w, 0, head->owner.p, head->owner.len);
	else if (!follows(&l->last, &head->owner))
		w->disordered = true;
	if (!l->in_step)
		owner_note(w, 1, head->owner.p, head->owner.len);
	l->in_step = true;
	l->last = head->owner;
}

/* Before the window moves. */
static void keep_owners(struct lane *l)
{
	if (l->now.p != NULL) {
		name_set(&l->owner, l->now.p, l->now.len);
		for (int side = 0; side < 2; side++)
			l->from[side] = offset_of(l, side, l->now_from[side]);
	}
	if (l->last.p != NULL)
		name_set(&l->w->last[0], l->last.p, l->last.len);
	l->now.p = l->last.p = NULL;
	line_memory_moves(l->memory);
}

static void count_twin(struct lane *l, const char *p, const char *q)
{
	struct walk *w = l->w;

	w->timing++;
	if (w->sample_count < TIMING_SAMPLES)
		w->samples[w->sample_count++] = (struct timing_sample){ { offset_of(l, 0, p), offset_of(l, 1, q) } };
}

/* What says something of the whole zone is looked at closely, until it was seen on both sides. */
static uint64_t watched_types(const struct walk *w)
{
	uint64_t types = UINT64_C(1) << RRTYPE_SOA | UINT64_C(1) << RRTYPE_DNSKEY;

	if (!(w->facts[0].nsec3 && w->facts[1].nsec3))
		types |= UINT64_C(1) << RRTYPE_NSEC3;
	if (!(w->facts[0].nsec && w->facts[1].nsec))
		types |= UINT64_C(1) << RRTYPE_NSEC;
	return types;
}

static bool is_among(uint64_t types, uint16_t type)
{
	return type < 64 && (types >> type & 1) != 0;
}

struct lines { /* the two at hand, and where they end; the windows' ends */
	const char *p, *q, *nl, *right_nl;
	const char *end, *right_end;
};

/* Why the line at the left was not taken: it may end behind the window. */
static enum stop not_taken(const struct lines *at)
{
	return memchr(at->p, '\n', (size_t)(at->end - at->p)) == NULL ? STOP_LEFT : STOP_SLOW;
}

/* Of a record that is no signature: the line at the left stands at the right as well. */
static inline enum stop equal_line(struct line_memory *m, const struct line_like *head, struct lines *at)
{
	size_t len;

	at->nl = line_rdata_end(m, head->type, head->rdata, at->end);
	if (at->nl == NULL)
		return not_taken(at);
	len = (size_t)(at->nl + 1 - at->p);
	if ((size_t)(at->right_end - at->q) < len)
		return STOP_RIGHT;
	at->right_nl = at->q + len - 1;
	return memcmp(at->p, at->q, len) == 0 ? STOP_NOT : STOP_SLOW;
}

/* Of a signature: the line at the right is its equal, or, *twin, but for times and signature. */
static inline enum stop equal_signature(struct line_memory *m, struct line_like *head, struct lines *at, bool *twin)
{
	const char *p = at->p, *q = at->q, *times, *tail, *sig;
	size_t before, len;

	if (!sig_head_like(m, head) || !sig_times_like(m, 0, head->times))
		return not_taken(at);
	times = head->times;
	tail = times + SIG_TIMES;
	sig = sig_tail_like(m, tail);
	at->nl = sig != NULL ? sig_end_like(m, sig, at->end) : NULL;
	if (at->nl == NULL)
		return not_taken(at);
	before = (size_t)(times - p);
	len = (size_t)(at->nl - sig);
	if (!same_text(p, q, before) || !sig_times_like(m, 1, q + before) ||
	    !same_text(tail, q + before + SIG_TIMES, (size_t)(sig - tail)))
		return at->right_end - q <= at->nl - p ? STOP_RIGHT : STOP_SLOW;
	*twin = !same_text(times, q + before, SIG_TIMES);
	q += sig - p;
	at->right_nl = q + len;
	if (at->right_nl >= at->right_end)
		return STOP_RIGHT;
	if (*at->right_nl != '\n' || !line_base64_both(sig, q, len))
		return STOP_SLOW;
	*twin = *twin || !same_text(sig, q, len);
	return STOP_NOT;
}

/* As far as both windows reach. */
static enum stop run(struct lane *l, uint64_t *lines)
{
	struct lines at = { .p = l->p[0], .q = l->p[1], .end = l->end[0], .right_end = l->end[1] };
	struct line_memory *m = l->memory;
	uint64_t watched = watched_types(l->w);
	enum stop stop;

	for (;;) {
		struct line_like head;
		bool nsec3, twin = false;

		source_ahead(at.p);
		source_ahead(at.q);
		if (!line_head_like(m, &head, at.p, at.end) || is_among(watched, head.type)) {
			stop = not_taken(&at);
			break;
		}
		if (head.type == RRTYPE_RRSIG) {
			stop = equal_signature(m, &head, &at, &twin);
			nsec3 = head.covered == RRTYPE_NSEC3;
			if (stop == STOP_NOT && nsec3 && is_among(watched, RRTYPE_NSEC3))
				stop = STOP_SLOW;
		} else {
			stop = equal_line(m, &head, &at);
			nsec3 = head.type == RRTYPE_NSEC3;
		}
		if (stop != STOP_NOT)
			break;
		if (!head.same || (l->nsec3 && !nsec3))
			lane_owner(l, &head, nsec3, at.p, at.q);
		if (twin)
			count_twin(l, at.p, at.q);
		l->ttl = head.ttl;
		at.p = at.nl + 1;
		at.q = at.right_nl + 1;
		++*lines;
	}
	l->p[0] = at.p;
	l->p[1] = at.q;
	return stop;
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
	struct lane l = { .w = w, .memory = w->memory };
	enum rc rc = RC_OK;

	l.owner.len = 0;
	while (rc == RC_OK) {
		uint64_t lines = 0;
		enum stop stop;
		struct zsource *short_of;

		open_windows(&l);
		stop = run(&l, &lines);
		keep_owners(&l);
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
