/* ecdsa_table.h -- verifies many ECDSA P-256 signatures (RFC 6605) by one key in less time than libcrypto's own look at
 * each takes: multiples of the key's point are computed once, by libcrypto, as it has them of the curve's base point.
 */
#ifndef ODSF_CORE_ZONE_ECDSA_TABLE_H
#define ODSF_CORE_ZONE_ECDSA_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { ECDSA_POINT = 64, ECDSA_SIGNATURE = 64, ECDSA_HASH = 32 };

struct ecdsa_table;

/* Of the key with these coordinates, as DNSKEY has them. Takes as long as some 500 signatures, and 150 KB. NULL: it is
 * no point of the curve, or libcrypto cannot do it. The caller frees it; once made it may be used by several threads.
 */
struct ecdsa_table *ecdsa_table_new(const uint8_t point[ECDSA_POINT]);
void ecdsa_table_free(struct ecdsa_table **t);

/* What one thread needs for it. @t must outlive it; the caller frees it. NULL: no memory in libcrypto. */
struct ecdsa_sums;

struct ecdsa_sums *ecdsa_sums_new(const struct ecdsa_table *t);
void ecdsa_sums_free(struct ecdsa_sums **s);

/* This signature is to be checked soon, where it stands: dividing by s takes a third of the time, and is done for all
 * that are expected at a time. It must stay there until ecdsa_sums_forget(). One that is not checked costs little, one
 * that was not expected, or in another order, is divided by itself. */
void ecdsa_sums_expect(struct ecdsa_sums *s, const uint8_t signature[ECDSA_SIGNATURE]);
void ecdsa_sums_forget(struct ecdsa_sums *s);

/* Whether @signature, r and s as RRSIG has them, is by the key over what has the SHA-256 digest @hash (FIPS 186-4
 * section 6.4, SEC 1 section 4.1.4). False too when it could not be told. */
bool ecdsa_table_check(struct ecdsa_sums *s, const uint8_t hash[ECDSA_HASH], const uint8_t signature[ECDSA_SIGNATURE]);

#endif
