/* crypto.h -- public keys and signatures of DNSSEC by libcrypto: RSA (algorithms 5, 7, 8, 10; RFC 3110, 5702), ECDSA
 * (13, 14; RFC 6605), EdDSA (15, 16; RFC 8080). */
#ifndef ODSF_CORE_ZONE_CRYPTO_H
#define ODSF_CORE_ZONE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct public_key;

/* From the public key field of a DNSKEY record; NULL when the algorithm is none of these, or the key is malformed. The
 * caller frees it. Once made it may be used by several threads at a time. */
struct public_key *public_key_new(uint8_t algorithm, const uint8_t *key, size_t len);
void public_key_free(struct public_key **k);

/* What one thread verifies signatures of one key with: the look-ups that libcrypto does for each new context, under
 * locks of its own, are done once. @k must outlive it; the caller frees it. */
struct verifier;

struct verifier *verifier_new(const struct public_key *k);
void verifier_free(struct verifier **v);

/* @sig is to be checked soon, where it stands, until verifier_forget(): what can be done for many at a time is. */
void verifier_expect(struct verifier *v, const uint8_t *sig, size_t sig_len);
void verifier_forget(struct verifier *v);

/* Whether @sig, as RRSIG has it, is by the verifier's key over @data. One thread at a time. */
bool verifier_check(struct verifier *v, const void *data, size_t len, const uint8_t *sig, size_t sig_len);

#endif
