/* signature.h -- one RRSIG over one RRset. */
#ifndef ODSF_CORE_ZONE_SIGNATURE_H
#define ODSF_CORE_ZONE_SIGNATURE_H

#include "core/base/buf.h"
#include "core/zone/zone_view.h"

struct public_key;
struct verifier;

struct zkey {                 /* a DNSKEY */
	const uint8_t *rdata; /* flags, protocol, algorithm, public key */
	uint16_t rdata_len;
	uint16_t flags, tag;
	uint8_t algorithm;
	struct public_key *public_key; /* NULL: cannot be verified with here */
};

struct zkeys {
	struct zkey *items;
	size_t count;
};

struct zsig { /* an RRSIG's rdata taken apart (RFC 4034 section 3.1) */
	uint16_t covered, tag;
	uint8_t algorithm, labels;
	uint32_t ttl, expiration, inception;
	const uint8_t *signer;
	size_t signer_len;
	const uint8_t *signature;
	size_t signature_len;
	const uint8_t *rdata;
	size_t head_len; /* rdata up to the signature */
};

enum sig_result {
	SIG_GOOD,
	SIG_MALFORMED,
	SIG_WRONG_SIGNER,
	SIG_WRONG_LABELS, /* is not that of the owner, a leading "*" left out (RFC 4035 section 2.2) */
	SIG_WRONG_TTL,    /* the RRset's TTL is not the original one (RFC 4035 section 2.2) */
	SIG_EXPIRED,
	SIG_NOT_YET,
	SIG_NO_KEY, /* no key of that tag and algorithm in the set */
	SIG_BOGUS,
	SIG_UNSUPPORTED, /* an algorithm that this build cannot verify */
};
const char *sig_result_text(enum sig_result r);

/* The keys of a DNSKEY RRset that may sign a zone: zone key flag, protocol 3, not revoked (RFC 4034 2.1, RFC 5011 2.1).
 * Free with zkeys_clear(). */
void zkeys_make(struct zkeys *keys, struct arena *a, const struct zrrset *dnskey);
void zkeys_clear(struct zkeys *keys);

bool zsig_parse(struct zsig *s, const struct zrecord *rrsig);

/* What one thread verifies with the keys of a set: the set is shared, this is the thread's own. The set must outlive
 * it; zero it but for .keys, and free it with zchecker_clear(). */
struct zchecker {
	const struct zkeys *keys;
	struct verifier **verifiers; /* one a key, made when it is first needed */
	struct buf data;             /* what was signed: kept, so that its memory is used again */
};

/* @s is to be verified soon, and stays where it stands until zchecker_forget(): what can be done for many signatures at
 * a time is. In the order in which they will be verified. */
void zchecker_expect(struct zchecker *c, const struct zsig *s);
void zchecker_forget(struct zchecker *c);
/* Verifies @s over @set of @owner as of @at. */
enum sig_result zsig_verify(struct zchecker *c, const struct zsig *s, const struct zname *owner,
                            const struct zrrset *set, const struct zname *apex, int64_t at);
/* Why a signature that does not count is none: SIG_EXPIRED, SIG_NOT_YET or SIG_NO_KEY; SIG_GOOD: none of these. */
enum sig_result zsig_excuse(const struct zchecker *c, const struct zsig *s, int64_t at);
void zchecker_clear(struct zchecker *c);

#endif
