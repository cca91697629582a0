#include "core/zone/compare_denial.h"

#include <string.h>

#include "core/zone/hash.h"
#include "core/zone/nsec3_hash.h"
#include "core/zone/rrtype.h"

/* What is known of a name: whose side it is on, that its types changed, and a digest of those of each side, which an
 * NSEC3 record has to name. */
enum { LEFT = 1, RIGHT = 2, TYPES = 4, DIGEST_AT = 3, DIGEST_BITS = 30 };
enum { NSEC3_FIXED = 5, OPT_OUT = 1, TYPE_MAP = 65536 / 8 };

static uint64_t label_key(const struct denial_changes *d, const uint8_t *label)
{
	return hash_octets(label, NSEC3_LABEL, d->seed ^ NSEC3_LABEL);
}

/* By which the name is known: the hash of its wire form, or of its hashed label. */
static uint64_t name_key(const struct denial_changes *d, const uint8_t *wire, size_t len)
{
	uint8_t hash[NSEC3_HASH];
	char label[NSEC3_LABEL];

	if (d->params == NULL)
		return hash_octets(wire, len, d->seed);
	nsec3_hash(hash, wire, len, d->params->salt, d->params->salt_len, d->params->iterations);
	nsec3_label(label, hash);
	return label_key(d, (const uint8_t *)label);
}

static bool name_has(const struct record_list *list, unsigned type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].type == type)
			return true;
	return false;
}

/* Adds up, in any order. */
static uint64_t type_digest(const struct denial_changes *d, uint16_t type)
{
	return hash_octets(&type, sizeof type, d->seed);
}

static uint64_t digest_end(uint64_t sum)
{
	return sum >> (64 - DIGEST_BITS);
}

static bool is_apex(const struct denial_changes *d, const struct wire_name *n)
{
	return d->apex != NULL && d->apex->len == n->len && memcmp(d->apex->wire, n->wire, n->len) == 0;
}

/* The chain names a type that the name has: at a delegation those only that the zone answers for. */
static bool chain_names(uint16_t type, bool delegation)
{
	return !delegation || type == RRTYPE_NS || type == RRTYPE_DS || type == RRTYPE_RRSIG || type == RRTYPE_NSEC;
}

/* Of the types that an NSEC3 record of the name holds (RFC 5155 section 7.1); of none it is 0. */
static uint64_t digest_of(const struct denial_changes *d, const struct wire_name *owner, const struct record_list *list)
{
	bool delegation = !is_apex(d, owner) && name_has(list, RRTYPE_NS);
	uint16_t last = 0;
	uint64_t sum = 0;

	/* Types in order, then the signatures. */
	for (size_t i = 0; i < list->count; i++) {
		uint16_t type = list->items[i].type;

		if (type == last || type == RRTYPE_NSEC || type == RRTYPE_NSEC3 || !chain_names(type, delegation))
			continue;
		last = type;
		sum += type_digest(d, type);
	}
	return digest_end(sum);
}

static uint64_t digest_noted(uint64_t what, int side)
{
	return what >> (DIGEST_AT + side * DIGEST_BITS) & ((UINT64_C(1) << DIGEST_BITS) - 1);
}

/* Notes the name, and the empty non-terminals above it, which come and go with it. */
static void note_name(struct denial_changes *d, const struct wire_name *owner, uint64_t what)
{
	const uint8_t *wire = owner->wire;
	size_t len = owner->len;
	uint64_t sides = what & (LEFT | RIGHT);

	*hash_map_at(&d->names, name_key(d, wire, len)) |= what;
	/* Under opt-out they go with its DS record too. */
	if (d->params == NULL || ((sides == 0 || sides == (LEFT | RIGHT)) && (d->params->flags & OPT_OUT) == 0))
		return;
	what = TYPES | sides;
	while (*wire != 0) {
		len -= *wire + 1u;
		wire += *wire + 1u;
		if (d->apex == NULL || len <= d->apex->len)
			return;
		if (hash_set_has(&d->parents, hash_octets(wire, len, d->seed ^ what)))
			return;
		hash_set_add(&d->parents, hash_octets(wire, len, d->seed ^ what));
		*hash_map_at(&d->names, name_key(d, wire, len)) |= what;
	}
}

static uint64_t presence(const bool present[2])
{
	return TYPES | (present[0] ? LEFT : 0u) | (present[1] ? RIGHT : 0u);
}

void denial_name_changed(struct denial_changes *d, const struct differing_name *name, const bool present[2])
{
	uint64_t what = presence(present);

	for (int side = 0; side < 2; side++)
		if (d->params != NULL && present[side])
			what |= digest_of(d, &name->owner, &name->sides[side]) << (DIGEST_AT + side * DIGEST_BITS);
	note_name(d, &name->owner, what);
}

void denial_name_hidden(struct denial_changes *d, const struct wire_name *owner, const bool present[2])
{
	if (hash_map_get(&d->names, name_key(d, owner->wire, owner->len)) == 0)
		note_name(d, owner, presence(present));
}

/* What is known of the next name of an NSEC or NSEC3. */
static uint64_t next_of(const struct denial_changes *d, uint16_t type, const struct named_record *r)
{
	size_t at = 0;

	if (type == RRTYPE_NSEC3) {
		char label[NSEC3_LABEL];

		if (r->wire_len < NSEC3_FIXED)
			return 0;
		at = NSEC3_FIXED + (size_t)r->wire[4];
		if (r->wire_len < at + 1 + NSEC3_HASH || r->wire[at] != NSEC3_HASH)
			return 0;
		nsec3_label(label, r->wire + at + 1);
		return hash_map_get(&d->names, label_key(d, (const uint8_t *)label));
	}
	while (at < r->wire_len && r->wire[at] != 0)
		at += r->wire[at] + 1u;
	return at < r->wire_len ? hash_map_get(&d->names, hash_octets(r->wire, at + 1, d->seed)) : 0;
}

/* Where the type bitmap starts. */
static size_t bitmap_at(uint16_t type, const struct named_record *r)
{
	size_t at = 0;

	if (type == RRTYPE_NSEC3)
		return r->wire_len < NSEC3_FIXED ? r->wire_len
		       : r->wire_len < NSEC3_FIXED + (size_t)r->wire[4] + 1
		           ? r->wire_len
		           : NSEC3_FIXED + (size_t)r->wire[4] + 1 + r->wire[NSEC3_FIXED + r->wire[4]];
	while (at < r->wire_len && r->wire[at] != 0)
		at += r->wire[at] + 1u;
	return at + 1;
}

/* One bit a type, from the form of RFC 4034 section 4.1.2. */
static bool read_bitmap(uint8_t types[TYPE_MAP], const uint8_t *p, size_t len)
{
	while (len >= 2) {
		size_t n = p[1];

		if (n > 32 || len < 2 + n)
			return false;
		memcpy(types + (size_t)p[0] * 32, p + 2, n);
		p += 2 + n;
		len -= 2 + n;
	}
	return len == 0;
}

/* The name is in one side's chain alone: it is on that side alone, or opt-out (RFC 5155 section 6) leaves a delegation
 * out as soon as it is insecure. */
static bool comes_and_goes(const struct denial_changes *d, uint64_t what)
{
	uint64_t sides = what & (LEFT | RIGHT);

	if ((what & TYPES) == 0)
		return false;
	return sides == LEFT || sides == RIGHT || (d->params != NULL && (d->params->flags & OPT_OUT) != 0);
}

/* The same of a name whose record is in @side's chain alone: where it is a name of that side. */
static bool there_alone(const struct denial_changes *d, uint64_t what, uint64_t side)
{
	return comes_and_goes(d, what) &&
	       ((what & (LEFT | RIGHT)) == side || (what & (LEFT | RIGHT)) == (LEFT | RIGHT));
}

/* Whether the types that only one of the bitmaps has are types that only that side's name has. */
static bool types_follow(const struct denial_changes *d, const struct differing_name *name,
                         const struct named_record *a, size_t a_map, const struct named_record *b, size_t b_map)
{
	uint8_t types[2][TYPE_MAP] = { { 0 } };
	bool delegation[2];

	for (int side = 0; side < 2; side++)
		delegation[side] = !is_apex(d, &name->owner) && name_has(&name->sides[side], RRTYPE_NS);

	if (!read_bitmap(types[0], a->wire + a_map, a->wire_len - a_map) ||
	    !read_bitmap(types[1], b->wire + b_map, b->wire_len - b_map))
		return false;
	for (unsigned type = 0; type < TYPE_MAP * 8; type++) {
		bool in[2], has[2];

		for (int side = 0; side < 2; side++) {
			in[side] = types[side][type / 8] >> (7 - type % 8) & 1;
			has[side] = name_has(&name->sides[side], type) && chain_names((uint16_t)type, delegation[side]);
		}
		if (in[0] != in[1] && (has[0] == has[1] || has[0] != in[0]))
			return false;
	}
	return true;
}

/* Whether both records name the types that the name has on their sides. */
static bool digests_fit(const struct denial_changes *d, uint64_t own, const struct named_record *const records[2],
                        const size_t maps[2])
{
	for (int side = 0; side < 2; side++) {
		const struct named_record *r = records[side];
		uint8_t types[TYPE_MAP] = { 0 };
		uint64_t sum = 0;

		if (!read_bitmap(types, r->wire + maps[side], r->wire_len - maps[side]))
			return false;
		for (unsigned type = 0; type < TYPE_MAP * 8; type++) {
			if (type % 8 == 0 && types[type / 8] == 0)
				type += 7;
			else if ((types[type / 8] >> (7 - type % 8) & 1) != 0)
				sum += type_digest(d, (uint16_t)type);
		}
		if (digest_end(sum) != digest_noted(own, side))
			return false;
	}
	return true;
}

bool denial_follows(const struct denial_changes *d, const struct differing_name *name, uint16_t type,
                    const struct record_list sets[2])
{
	const struct named_record *a, *b;
	size_t a_map, b_map;
	uint64_t own;

	if (type == RRTYPE_NSEC3)
		own = name->owner.wire[0] == NSEC3_LABEL ? hash_map_get(&d->names, label_key(d, name->owner.wire + 1))
		                                         : 0;
	else
		own = hash_map_get(&d->names, name->hash);
	if (sets[0].count == 0 || sets[1].count == 0)
		return there_alone(d, own, sets[0].count > 0 ? LEFT : RIGHT);
	if (sets[0].count > 1 || sets[1].count > 1)
		return false;
	a = sets[0].items;
	b = sets[1].items;
	if (a->ttl != b->ttl)
		return false;
	a_map = bitmap_at(type, a);
	b_map = bitmap_at(type, b);
	if (a_map > a->wire_len || b_map > b->wire_len)
		return false;
	/* Parameters before the next name must be equal. */
	if (type == RRTYPE_NSEC3 && (a_map != b_map || memcmp(a->wire, b->wire, a_map - NSEC3_HASH) != 0))
		return false;
	if ((a->wire_len - a_map != b->wire_len - b_map ||
	     memcmp(a->wire + a_map, b->wire + b_map, a->wire_len - a_map) != 0) &&
	    ((own & TYPES) == 0 ||
	     !(type == RRTYPE_NSEC ? types_follow(d, name, a, a_map, b, b_map)
	                           : digests_fit(d, own, (const struct named_record *const[]){ a, b },
	                                         (const size_t[]){ a_map, b_map }))))
		return false;
	if (a_map == b_map && memcmp(a->wire, b->wire, a_map) == 0)
		return true;
	return comes_and_goes(d, next_of(d, type, a)) || comes_and_goes(d, next_of(d, type, b));
}

void denial_changes_clear(struct denial_changes *d)
{
	hash_map_clear(&d->names);
	hash_set_clear(&d->parents);
}
