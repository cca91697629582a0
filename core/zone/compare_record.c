#include "core/zone/compare_record.h"

#include <string.h>

#include "core/zone/hash.h"
#include "core/zone/leftover.h"
#include "core/zone/name_text.h"
#include "core/zone/rrtype.h"

enum { RRSIG_FIXED = 18, RRSIG_TTL = 4, RRSIG_TIMES = 8, SOA_NUMBERS = 20 };

uint32_t compared_ttl(uint16_t type, uint32_t ttl)
{
	return type == RRTYPE_NSEC3PARAM ? 0 : ttl;
}

static uint16_t covered_type(const uint8_t *rdata)
{
	return (uint16_t)(rdata[0] << 8 | rdata[1]);
}

size_t rrsig_head(const uint8_t *rdata, size_t len, uint8_t *head, size_t *signature_at)
{
	size_t at = RRSIG_FIXED;

	while (at < len && rdata[at] != 0)
		at += rdata[at] + 1u;
	if (at >= len || at + 1 - RRSIG_FIXED > WIRE_NAME_MAX)
		return 0;
	at++;
	memcpy(head, rdata, RRSIG_TIMES);
	if (covered_type(rdata) == RRTYPE_NSEC3PARAM)
		memset(head + RRSIG_TTL, 0, RRSIG_TIMES - RRSIG_TTL);
	memcpy(head + RRSIG_TIMES, rdata + RRSIG_TIMES + 8, at - RRSIG_TIMES - 8);
	*signature_at = at;
	return at - 8;
}

struct record_hash record_hash(uint64_t seed, uint64_t owner_hash, uint16_t type, uint32_t ttl, const uint8_t *rdata,
                               size_t len)
{
	struct record_hash r = { 0 };
	uint8_t head[RRSIG_FIXED + WIRE_NAME_MAX];
	uint64_t start, rest = 0;
	size_t at, n = 0;

	if (type == RRTYPE_RRSIG)
		n = rrsig_head(rdata, len, head, &at);
	if (n > 0)
		r.covered = covered_type(rdata);
	ttl = compared_ttl(n > 0 ? r.covered : type, ttl);
	start = owner_hash ^ (((uint64_t)type << 32 | ttl) * 0x9e3779b97f4a7c15);
	if (n > 0) {
		r.hash = hash_octets(head, n, start);
		rest = hash_octets(rdata + RRSIG_TIMES, 8, seed) ^ hash_octets(rdata + at, len - at, seed);
	} else if (type == RRTYPE_SOA && len > SOA_NUMBERS) {
		r.hash = hash_octets(rdata, len - SOA_NUMBERS, start) ^
		         hash_octets(rdata + len - SOA_NUMBERS + 4, SOA_NUMBERS - 4, start ^ seed);
		rest = hash_octets(rdata + len - SOA_NUMBERS, 4, seed);
	} else {
		r.hash = hash_octets(rdata, len, start);
	}
	r.hash += r.hash == 0; /* which is no hash there */
	r.tag = (uint32_t)(rest & ((1u << LEFTOVER_TAG_BITS) - 1));
	return r;
}
