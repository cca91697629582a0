#include "core/zone/compare_facts.h"

#include <string.h>

#include "core/zone/rrtype.h"

enum { NSEC3_FIXED = 5, RSAMD5 = 1, SOA_NUMBERS = 20 };

/* RFC 4034 appendix B. */
uint16_t dnskey_tag(const uint8_t *rdata, size_t len)
{
	uint32_t sum = 0;

	if (len > 6 && rdata[3] == RSAMD5)
		return (uint16_t)(rdata[len - 3] << 8 | rdata[len - 2]);
	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)rdata[i] << 8 : rdata[i];
	return (uint16_t)(sum + (sum >> 16));
}

static uint32_t number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void take_key(struct facts *f, const uint8_t *rdata, size_t len)
{
	struct facts_key key = { .tag = dnskey_tag(rdata, len),
		                 .flags = (uint16_t)(rdata[0] << 8 | rdata[1]),
		                 .algorithm = rdata[3] };

	for (size_t i = 0; i < f->key_count; i++)
		if (f->keys[i].tag == key.tag && f->keys[i].algorithm == key.algorithm)
			return;
	if (f->key_count < FACTS_KEYS)
		f->keys[f->key_count++] = key;
}

void facts_take(struct facts *f, const struct zentry *entry, const uint8_t *rdata, size_t len)
{
	if (entry->type == RRTYPE_SOA && len > SOA_NUMBERS && !f->soa) {
		f->soa = true;
		f->apex = *entry->owner;
		f->soa_ttl = entry->ttl;
		f->serial = number(rdata + len - SOA_NUMBERS);
		f->minimum = number(rdata + len - 4);
	} else if (entry->type == RRTYPE_DNSKEY && len > 4) {
		take_key(f, rdata, len);
	} else if (entry->type == RRTYPE_NSEC) {
		f->nsec = true;
	} else if (entry->type == RRTYPE_NSEC3 && !f->nsec3 && len > NSEC3_FIXED &&
	           len >= NSEC3_FIXED + (size_t)rdata[4]) {
		f->nsec3 = true;
		f->params = (struct facts_nsec3){ .algorithm = rdata[0],
			                          .flags = rdata[1],
			                          .salt_len = rdata[4],
			                          .iterations = (uint16_t)(rdata[2] << 8 | rdata[3]) };
		memcpy(f->params.salt, rdata + NSEC3_FIXED, rdata[4]);
	}
}

enum facts_denial facts_denial(const struct facts *left, const struct facts *right)
{
	const struct facts_nsec3 *a = &left->params, *b = &right->params;

	if (!(left->nsec || left->nsec3) || !(right->nsec || right->nsec3))
		return DENY_ALIKE;
	if (left->nsec != right->nsec || left->nsec3 != right->nsec3)
		return DENY_APART;
	if (!left->nsec3)
		return DENY_ALIKE;
	if (a->algorithm != b->algorithm || a->iterations != b->iterations || a->salt_len != b->salt_len ||
	    memcmp(a->salt, b->salt, a->salt_len) != 0)
		return DENY_APART;
	return (a->flags & NSEC3_OPT_OUT) != (b->flags & NSEC3_OPT_OUT) ? DENY_OTHER_FLAGS : DENY_ALIKE;
}

void facts_join(struct facts *f, const struct facts *other)
{
	if (!f->soa && other->soa) {
		f->soa = true;
		f->apex = other->apex;
		f->serial = other->serial;
		f->soa_ttl = other->soa_ttl;
		f->minimum = other->minimum;
	}
	for (size_t i = 0; i < other->key_count && f->key_count < FACTS_KEYS; i++)
		f->keys[f->key_count++] = other->keys[i];
	f->nsec |= other->nsec;
	if (!f->nsec3 && other->nsec3) {
		f->nsec3 = true;
		f->params = other->params;
	}
}
