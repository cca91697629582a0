/* compare_record.h -- a record as the comparison sees it: what must be equal,
 * apart from what may differ. */
#ifndef ODSF_CORE_ZONE_COMPARE_RECORD_H
#define ODSF_CORE_ZONE_COMPARE_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct record_hash {
	uint64_t hash;    /* owner, type, TTL, rdata; of an RRSIG without times and
	                     signature, of an SOA without serial */
	uint32_t tag;     /* of the rest, LEFTOVER_TAG_BITS wide */
	uint16_t covered; /* of an RRSIG */
};

/* The TTL that is compared, of a record of @type, or of one that signs @type. That of NSEC3PARAM is each signer's own:
 * no resolver uses the record (RFC 5155 section 4), and BIND, Knot and ldns give it three different ones. */
uint32_t compared_ttl(uint16_t type, uint32_t ttl);

/* @rdata canonical; @owner_hash under @seed. */
struct record_hash record_hash(uint64_t seed, uint64_t owner_hash, uint16_t type, uint32_t ttl, const uint8_t *rdata,
                               size_t len);

/* The head of an RRSIG's canonical rdata that must be equal, put together: what
 * is covered, algorithm, labels, TTL, key tag, signer. Returns its length; 0:
 * too short to be one. @head of 265 octets. */
size_t rrsig_head(const uint8_t *rdata, size_t len, uint8_t *head, size_t *signature_at);

#endif
