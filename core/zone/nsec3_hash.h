/* nsec3_hash.h -- the hashed owner names of NSEC3 (RFC 5155 section 5). */
#ifndef ODSF_CORE_ZONE_NSEC3_HASH_H
#define ODSF_CORE_ZONE_NSEC3_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { NSEC3_HASH = 20, NSEC3_LABEL = 32 };

/* @name in lower case wire form. */
void nsec3_hash(uint8_t out[NSEC3_HASH], const uint8_t *name, size_t len, const uint8_t *salt, size_t salt_len,
                unsigned iterations);
/* As the first label of the owner has it, in lower case, not terminated. */
void nsec3_label(char out[NSEC3_LABEL], const uint8_t hash[NSEC3_HASH]);

#endif
