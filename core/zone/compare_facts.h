/* compare_facts.h -- what a side's records say of the zone as a whole. */
#ifndef ODSF_CORE_ZONE_COMPARE_FACTS_H
#define ODSF_CORE_ZONE_COMPARE_FACTS_H

#include "core/zone/compare_walk.h"

void facts_take(struct facts *f, const struct zentry *entry, const uint8_t *rdata, size_t len);
/* What another part of the same file said. */
void facts_join(struct facts *f, const struct facts *other);
enum { NSEC3_OPT_OUT = 1 };

/* How two sides deny, as far as they were seen. */
enum facts_denial {
	DENY_ALIKE,       /* or it is not known of both */
	DENY_OTHER_FLAGS, /* by NSEC3 records of the same owners, of which one side opts out */
	DENY_APART,       /* by records of other owners: NSEC against NSEC3, another salt, hash, or iterations */
};
enum facts_denial facts_denial(const struct facts *left, const struct facts *right);

uint16_t dnskey_tag(const uint8_t *rdata, size_t len);

#endif
