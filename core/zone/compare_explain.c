#include "core/zone/compare_explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/zone/compare_text.h"
#include "core/zone/rrtype.h"

enum { RECORD_SHOWN = 1000, RECORDS_KEPT = 20 };

static const char *const band_names[] = { "data", "keys", "coverage", "denial", "timing" };

const char *zone_band_name(enum zone_band band)
{
	return band_names[band];
}

bool explain_wants(const struct explain *x, enum zone_band band)
{
	return x->kept[band] < x->options->samples;
}

static void keep_records(struct arena *a, const struct record_list *list, const char ***texts, size_t *count)
{
	*count = list == NULL ? 0 : list->count < RECORDS_KEPT ? list->count : RECORDS_KEPT;
	if (*count == 0)
		return;
	*texts = arena_alloc(a, *count * sizeof **texts);
	for (size_t i = 0; i < *count; i++) {
		char type[RRTYPE_TEXT];

		rrtype_name(type, list->items[i].type);
		(*texts)[i] =
		    arena_printf(a, "%u %s %.*s", list->items[i].written_ttl, type, RECORD_SHOWN, list->items[i].text);
	}
}

void explain_change(struct explain *x, enum zone_band band, const struct wire_name *owner, uint16_t type,
                    const struct record_list *left, const struct record_list *right, const char *text)
{
	struct zone_difference *d = x->d;
	char name[TEXT_NAME_MAX], type_text[RRTYPE_TEXT];
	struct zone_change *c;

	d->counts[band]++;
	if (!explain_wants(x, band))
		return;
	x->kept[band]++;
	name_to_text(name, sizeof name, owner->wire, owner->len);
	rrtype_name(type_text, type);
	d->changes = vec_grow(d->changes, d->change_count, &d->change_cap, sizeof *d->changes);
	c = &d->changes[d->change_count++];
	c->band = band;
	c->owner = arena_strdup(&d->arena, name);
	c->type = arena_strdup(&d->arena, type_text);
	c->text = arena_strdup(&d->arena, text);
	keep_records(&d->arena, left, &c->left, &c->left_count);
	keep_records(&d->arena, right, &c->right, &c->right_count);
}

static bool is_denial(uint16_t type)
{
	return type == RRTYPE_NSEC || type == RRTYPE_NSEC3;
}

static enum zone_band band_of(uint16_t type)
{
	switch (type) {
	case RRTYPE_DNSKEY:
	case RRTYPE_CDS:
	case RRTYPE_CDNSKEY:
		return BAND_KEYS;
	case RRTYPE_NSEC:
	case RRTYPE_NSEC3:
	case RRTYPE_NSEC3PARAM:
		return BAND_DENIAL;
	default:
		return BAND_DATA;
	}
}

/* The records of @list that belong to one RRset, which stand together. */
static struct record_list rrset_of(const struct record_list *list, uint16_t type, uint16_t covered)
{
	struct record_list set = { 0 };

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].type != type || list->items[i].covered != covered)
			continue;
		if (set.count++ == 0)
			set.items = &list->items[i];
	}
	return set;
}

static int data_order(const struct named_record *a, const struct named_record *b)
{
	uint32_t n = a->wire_len < b->wire_len ? a->wire_len : b->wire_len;
	int order = n > 0 ? memcmp(a->wire, b->wire, n) : 0;

	return order != 0 ? order : a->wire_len < b->wire_len ? -1 : a->wire_len > b->wire_len;
}

static void only_add(struct record_list *only, const struct named_record *r)
{
	only->items = vec_grow(only->items, only->count, &only->cap, sizeof *only->items);
	only->items[only->count++] = *r;
}

/* Sets @p's lists to what only one side has; both sides' @sets are sorted. Free
 * them with pair_clear(). */
static bool pair_up(struct rrset_pair *p, const struct record_list sets[2])
{
	size_t i = 0, k = 0;

	p->same_data = true;
	for (int side = 0; side < 2; side++) {
		p->total[side] = sets[side].count;
		p->ttl[side] = sets[side].count > 0 ? sets[side].items[0].ttl : 0;
	}
	while (i < sets[0].count || k < sets[1].count) {
		int order = i == sets[0].count   ? 1
		            : k == sets[1].count ? -1
		                                 : data_order(&sets[0].items[i], &sets[1].items[k]);

		if (order == 0 && sets[0].items[i].ttl == sets[1].items[k].ttl) {
			i++;
			k++;
			continue;
		}
		if (order != 0)
			p->same_data = false;
		if (order <= 0)
			only_add(&p->only[0], &sets[0].items[i++]);
		if (order >= 0)
			only_add(&p->only[1], &sets[1].items[k++]);
	}
	return p->only[0].count > 0 || p->only[1].count > 0;
}

static void pair_clear(struct rrset_pair *p)
{
	free(p->only[0].items);
	free(p->only[1].items);
}

/* The TTL of each side is what its SOA makes of it: the minimum (RFC 4034 section 4), or the SOA's own TTL where that
 * is lower (RFC 9077). */
static bool ttl_follows(const struct explain *x, const struct rrset_pair *p)
{
	for (int side = 0; side < 2; side++) {
		const struct facts *f = x->facts[side];
		uint32_t least = f->soa_ttl < f->minimum ? f->soa_ttl : f->minimum;

		if (!f->soa || (p->ttl[side] != f->minimum && p->ttl[side] != least))
			return false;
	}
	return true;
}

static void tell_rrset(struct explain *x, struct rrset_pair *p)
{
	enum zone_band band = band_of(p->type);

	x->sentence[0] = '\0';
	if (explain_wants(x, band)) {
		if (band == BAND_KEYS)
			text_keys(x->sentence, sizeof x->sentence, p, x->options->names);
		else
			text_rrset(x->sentence, sizeof x->sentence, p, x->options->names);
	}
	explain_change(x, band, p->owner, p->type, &p->only[0], &p->only[1], x->sentence);
}

/* A key that signs on one side, and that no resolver finds there: told once. */
static void foreign_keys(struct explain *x, int side, const struct record_list *only)
{
	for (size_t i = 0; i < only->count; i++) {
		struct foreign_key key = { .side = side };
		bool known = text_key_known(x->facts[side], &only->items[i], &key.tag, &key.algorithm);

		for (size_t k = 0; k < x->foreign_count && !known; k++)
			known = x->foreign[k].side == side && x->foreign[k].tag == key.tag &&
			        x->foreign[k].algorithm == key.algorithm;
		if (known || x->foreign_count == FACTS_KEYS || !x->facts[side]->soa)
			continue;
		x->foreign[x->foreign_count++] = key;
		(void)snprintf(x->sentence, sizeof x->sentence,
		               "%s signs with key %u (algorithm %u), which is not in the DNSKEY set",
		               x->options->names[side], key.tag, key.algorithm);
		explain_change(x, BAND_KEYS, &x->facts[side]->apex, RRTYPE_DNSKEY, NULL, NULL, x->sentence);
	}
}

/* Signatures over an RRset: @changed when it is told of already. */
static void signatures(struct explain *x, const struct differing_name *name, uint16_t covered, bool changed,
                       bool one_sided)
{
	struct rrset_pair p = { .owner = &name->owner, .type = covered };
	struct record_list sets[2];

	if (one_sided) /* its signatures go with it */
		return;
	for (int side = 0; side < 2; side++)
		sets[side] = rrset_of(&name->sides[side], RRTYPE_RRSIG, covered);
	if (pair_up(&p, sets)) {
		bool told = changed && p.total[0] == p.total[1] && text_same_signers(&p);

		for (int side = 0; side < 2; side++)
			told |= p.total[side] == 0 && cuts_unsigned(&x->cuts, &name->owner, covered, side);
		for (int side = 0; side < 2; side++)
			foreign_keys(x, side, &p.only[side]);
		if (!told) {
			x->sentence[0] = '\0';
			if (explain_wants(x, BAND_COVERAGE))
				text_signatures(x->sentence, sizeof x->sentence, &p, x->options->names, x->facts);
			explain_change(x, BAND_COVERAGE, &name->owner, covered, &p.only[0], &p.only[1], x->sentence);
		}
	}
	pair_clear(&p);
}

/* The next type above @above of either side; 0: no more. */
static uint16_t next_type(const struct differing_name *name, uint16_t above, bool covered)
{
	uint16_t next = 0;

	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < name->sides[side].count; i++) {
			const struct named_record *r = &name->sides[side].items[i];
			uint16_t type = covered ? r->covered : r->type;

			if ((r->type == RRTYPE_RRSIG) == covered && type > above && (next == 0 || type < next))
				next = type;
		}
	}
	return next;
}

static bool has_type(const struct record_list *list, uint16_t type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].type == type)
			return true;
	return false;
}

/* What the name is to the chain: whether it is there, and with which types. */
static void note_presence(struct explain *x, const struct differing_name *name)
{
	bool present[2] = { false, false }, hidden[2], differs = false;

	for (int side = 0; side < 2; side++)
		hidden[side] = cuts_below(&x->cuts, &name->owner, side);
	for (uint16_t type = next_type(name, 0, false); type != 0; type = next_type(name, type, false)) {
		bool has[2];

		if (is_denial(type))
			continue;
		for (int side = 0; side < 2; side++) {
			has[side] = !hidden[side] && has_type(&name->sides[side], type);
			present[side] |= has[side];
		}
		differs |= has[0] != has[1];
	}
	if (differs)
		denial_name_changed(&x->denial, name, present);
}

enum rc explain_content(void *ctx, const struct differing_name *name, struct err *e)
{
	struct explain *x = ctx;

	(void)e;
	if (!x->cuts_known)
		cuts_note(&x->cuts, name);
	for (uint16_t type = next_type(name, 0, false); type != 0; type = next_type(name, type, false)) {
		struct rrset_pair p = { .owner = &name->owner, .type = type };
		struct record_list sets[2];
		bool differs;

		for (int side = 0; side < 2; side++)
			sets[side] = rrset_of(&name->sides[side], type, 0);
		differs = pair_up(&p, sets);
		if (is_denial(type))
			x->denial_left |= differs;
		else if (differs && !(type == RRTYPE_NSEC3PARAM && x->by_meaning))
			tell_rrset(x, &p);
		signatures(x, name, type, differs, p.total[0] == 0 || p.total[1] == 0);
		pair_clear(&p);
	}
	/* Signatures over what neither side has. */
	for (uint16_t type = next_type(name, 0, true); type != 0; type = next_type(name, type, true))
		if (!has_type(&name->sides[0], type) && !has_type(&name->sides[1], type))
			signatures(x, name, type, false, false);
	note_presence(x, name);
	return RC_OK;
}

bool explain_again(struct explain *x)
{
	struct zone_difference *d = x->d;

	if (x->cuts.cuts.table.count == 0 || (d->counts[BAND_COVERAGE] == 0 && !x->denial_left))
		return false;
	x->cuts_known = true;
	x->denial_left = false;
	x->foreign_count = 0;
	denial_changes_clear(&x->denial);
	memset(x->kept, 0, sizeof x->kept);
	memset(d->counts, 0, sizeof d->counts);
	d->change_count = 0;
	return true;
}

enum rc explain_denial(void *ctx, const struct differing_name *name, struct err *e)
{
	static const uint16_t types[] = { RRTYPE_NSEC, RRTYPE_NSEC3 };
	struct explain *x = ctx;

	(void)e;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct rrset_pair p = { .owner = &name->owner, .type = types[i] };
		struct record_list sets[2];

		for (int side = 0; side < 2; side++)
			sets[side] = rrset_of(&name->sides[side], types[i], 0);
		if (pair_up(&p, sets) && !(p.same_data && ttl_follows(x, &p)) &&
		    !denial_follows(&x->denial, name, types[i], sets))
			tell_rrset(x, &p);
		pair_clear(&p);
	}
	return RC_OK;
}
