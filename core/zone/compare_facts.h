/* compare_facts.h -- what a side's records say of the zone as a whole. */
#ifndef ODSF_CORE_ZONE_COMPARE_FACTS_H
#define ODSF_CORE_ZONE_COMPARE_FACTS_H

#include "core/zone/compare_walk.h"

void facts_take(struct facts *f, const struct zentry *entry, const uint8_t *rdata, size_t len);
/* What another part of the same file said. */
void facts_join(struct facts *f, const struct facts *other);
uint16_t dnskey_tag(const uint8_t *rdata, size_t len);

#endif
