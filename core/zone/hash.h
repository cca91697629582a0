/* hash.h -- 64 bits of octets under a random seed: to find equal records among millions. Two different records meet by
 * chance once in 2^64; whoever writes the zone does not know the seed and can't make them meet. */
#ifndef ODSF_CORE_ZONE_HASH_H
#define ODSF_CORE_ZONE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_seed(void); /* another one each time */
uint64_t hash_octets(const void *p, size_t len, uint64_t seed);

#endif
