/* verify_keys.h -- the keys of a zone, and those that caches hold. */
#ifndef ODSF_CORE_ZONE_VERIFY_KEYS_H
#define ODSF_CORE_ZONE_VERIFY_KEYS_H

#include "core/zone/verify_batch.h"

/* Sets rules->keys and algorithms of the apex @n, and lists its keys in @d; the keys in @held verify in place of the
 * zone's own where there are any. False: the zone has no DNSKEY record. */
bool verify_keys_take(struct verify_rules *rules, struct zone_verdict *d, const struct znode *n,
                      struct zone_records *held, struct arena *a);
/* Whether any of @held is of the zone, or nothing is held. */
bool verify_keys_held(const struct zone_records *held, const struct zname *apex);
/* A validator that holds the parent's DS enters the zone by a key that a DS names and that signs the DNSKEY set. True
 * too when no DS is held. */
bool verify_keys_entered(const struct verify_rules *rules, const struct znode *apex, const struct zone_records *held);

#endif
