#include "core/zone/compare_split.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/zone/compare_facts.h"
#include "core/zone/compare_lines.h"
#include "core/zone/rrtype.h"
#include "core/zone/scan_line.h"

enum { SMALL = 4 * 1024 * 1024, LOOK = 256 * 1024 };

/* A line that begins a name, not a hashed one, in @text; its owner. NULL: none.
 */
static const char *name_start(const struct buf *text, struct zline *line)
{
	const char *p = memchr(text->p, '\n', text->len), *end = text->p + text->len;
	const char *before = NULL;
	size_t before_len = 0;

	while (p != NULL && ++p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		uint16_t type;

		if (nl == NULL || !line_head(line, p, nl))
			return NULL;
		type = rrtype_number(line->type_text, line->type_len);
		if (before != NULL && type != RRTYPE_NSEC3 && type != RRTYPE_RRSIG &&
		    (before_len != line->owner_len || memcmp(before, line->owner, before_len) != 0))
			return p;
		before = line->owner;
		before_len = line->owner_len;
		p = nl;
	}
	return NULL;
}

bool split_find(struct split *split, struct zscan *const scan[2])
{
	struct buf left = { 0 }, right = { 0 }, wanted = { 0 };
	uint64_t middle = scan[0]->source.size / 2, about;
	const char *p, *q = NULL;
	struct zline line;
	struct err e;

	for (int side = 0; side < 2; side++)
		if (!scan[side]->source.regular || scan[side]->source.size < SMALL)
			return false;
	if (source_octets(&scan[0]->source, middle, LOOK, &left, &e) == RC_OK &&
	    (p = name_start(&left, &line)) != NULL) {
		split->at[0] = middle + (uint64_t)(p - left.p);
		about = (uint64_t)((double)split->at[0] / (double)scan[0]->source.size * (double)scan[1]->source.size);
		about = about > LOOK / 2 ? about - LOOK / 2 : 0;
		buf_addc(&wanted, '\n');
		buf_add(&wanted, line.owner, line.owner_len);
		if (source_octets(&scan[1]->source, about, LOOK, &right, &e) == RC_OK)
			q = memmem(right.p, right.len, wanted.p, wanted.len);
		if (q != NULL)
			split->at[1] = about + (uint64_t)(q + 1 - right.p);
	}
	buf_free(&left);
	buf_free(&right);
	buf_free(&wanted);
	return q != NULL;
}

static void join_order(struct walk *whole, const struct walk *half, int side)
{
	const struct name_at *first = &half->first[side];

	if (first->len == 0)
		return;
	owner_note(whole, side, first->text, first->len);
	whole->last[side] = half->last[side];
}

void walk_join(struct walk *whole, struct walk *half)
{
	for (size_t i = 0; i < half->left.size; i++)
		if (half->left.slots[i].hash != 0 && leftover_put(&whole->left, half->left.slots[i]) == LEFTOVER_TIMING)
			whole->timing++;
	whole->timing += half->timing;
	for (size_t i = 0; i < half->sample_count && whole->sample_count < TIMING_SAMPLES; i++)
		whole->samples[whole->sample_count++] = half->samples[i];
	whole->disordered |= half->disordered;
	whole->contextual |= half->contextual;
	whole->chain_passed |= half->chain_passed;
	for (int side = 0; side < 2; side++) {
		struct spots *s = &whole->spots[side];

		for (size_t i = 0; i < half->spots[side].count; i++) {
			s->items = vec_grow(s->items, s->count, &s->cap, sizeof *s->items);
			s->items[s->count++] = half->spots[side].items[i];
		}
		join_order(whole, half, side);
		facts_join(&whole->facts[side], &half->facts[side]);
	}
}
