/* coverage_open.h -- RRsets of which one reading of a file in whatever order cannot tell whether they are signed, or
 * have to be. */
#ifndef ODSF_CORE_ZONE_COVERAGE_OPEN_H
#define ODSF_CORE_ZONE_COVERAGE_OPEN_H

#include "core/zone/coverage.h"

struct coverage_open;

/* Adds the RRset of @owner, text, absolute, unless that is no name; makes *@open when it is NULL. */
void coverage_open_text(struct coverage_open **open, uint64_t seed, const char *owner, size_t len, uint16_t type);
/* The hash that it has there; 0: no name. */
uint64_t coverage_open_hash(uint64_t seed, const char *owner, size_t len);
/* What a second reading says of them; of a signature, what it covers and by which algorithm. */
void coverage_open_entry(struct coverage_open *open, const struct zentry *entry, const struct wire_name *apex,
                         uint16_t covered, unsigned algorithm);
uint64_t coverage_open_missing(const struct coverage_open *open, const struct wire_name *apex, uint32_t algorithms,
                               uint16_t *type, uint64_t *name);
void coverage_open_free(struct coverage_open **open);

#endif
