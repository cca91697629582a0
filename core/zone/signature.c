#include "core/zone/signature.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/zone/crypto.h"
#include "core/zone/serial.h"

enum { FLAG_ZONE = 0x0100, FLAG_REVOKED = 0x0080, PROTOCOL = 3, SIG_HEAD = 18 };

static const char *const result_texts[] = {
	[SIG_GOOD] = "verifies",
	[SIG_MALFORMED] = "the RRSIG record is malformed",
	[SIG_WRONG_SIGNER] = "the signer's name is not the zone's",
	[SIG_WRONG_LABELS] = "the label count does not fit the owner",
	[SIG_WRONG_TTL] = "the TTL is not the one that was signed",
	[SIG_EXPIRED] = "the signature has expired",
	[SIG_NOT_YET] = "the signature is not valid yet: its inception is in the future",
	[SIG_NO_KEY] = "the key that made the signature is not in the DNSKEY set",
	[SIG_BOGUS] = "the signature does not verify",
	[SIG_UNSUPPORTED] = "the algorithm cannot be verified here",
};

const char *sig_result_text(enum sig_result r)
{
	return result_texts[r];
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put16(struct buf *b, uint32_t v)
{
	uint8_t p[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_add(b, p, sizeof p);
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v >> 16);
	put16(b, v & 0xffff);
}

void zkeys_make(struct zkeys *keys, struct arena *a, const struct zrrset *dnskey)
{
	keys->count = 0;
	keys->items = arena_alloc(a, (dnskey->count + 1) * sizeof *keys->items);
	for (uint32_t i = 0; i < dnskey->count; i++) {
		const struct zrecord *r = &dnskey->records[i];
		struct zkey *k = &keys->items[keys->count];

		if (r->rdata_len < 5 || r->rdata[2] != PROTOCOL || (get16(r->rdata) & FLAG_ZONE) == 0 ||
		    (get16(r->rdata) & FLAG_REVOKED) != 0)
			continue;
		k->rdata = r->rdata;
		k->rdata_len = r->rdata_len;
		k->flags = get16(r->rdata);
		k->algorithm = r->rdata[3];
		k->tag = ldns_calc_keytag_raw(r->rdata, r->rdata_len);
		k->public_key = public_key_new(k->algorithm, r->rdata + 4, r->rdata_len - 4u);
		keys->count++;
	}
}

void zkeys_clear(struct zkeys *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		public_key_free(&keys->items[i].public_key);
	keys->count = 0;
}

bool zsig_parse(struct zsig *s, const struct zrecord *rrsig)
{
	const uint8_t *p = rrsig->rdata;
	size_t len = rrsig->rdata_len, at = SIG_HEAD;

	if (len < SIG_HEAD + 1)
		return false;
	s->rdata = p;
	s->covered = get16(p);
	s->algorithm = p[2];
	s->labels = p[3];
	s->ttl = get32(p + 4);
	s->expiration = get32(p + 8);
	s->inception = get32(p + 12);
	s->tag = get16(p + 16);
	s->signer = p + at;
	while (at < len && p[at] != 0)
		at += p[at] + 1u;
	if (++at >= len)
		return false;
	s->signer_len = at - SIG_HEAD;
	s->head_len = at;
	s->signature = p + at;
	s->signature_len = len - at;
	return true;
}

/* What was signed (RFC 4034 section 3.1.8.1): the RRSIG's rdata without the signature, then each record with the
 * original TTL. */
static void signed_data(struct buf *b, const struct zsig *s, const struct zname *owner, const struct zrrset *set)
{
	buf_add(b, s->rdata, s->head_len);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct zrecord *r = &set->records[i];

		buf_add(b, owner->wire, owner->wire_len);
		put16(b, r->type);
		put16(b, LDNS_RR_CLASS_IN);
		put32(b, s->ttl);
		put16(b, r->rdata_len);
		buf_add(b, r->rdata, r->rdata_len);
	}
}

static enum sig_result check_times(const struct zsig *s, int64_t at)
{
	if (serial_compare((uint32_t)at, s->expiration) == SERIAL_GREATER)
		return SIG_EXPIRED;
	if (serial_compare((uint32_t)at, s->inception) == SERIAL_LESS)
		return SIG_NOT_YET;
	return SIG_GOOD;
}

/* Facts that need no cryptography. */
static enum sig_result check_fields(const struct zsig *s, const struct zname *owner, const struct zrrset *set,
                                    const struct zname *apex, int64_t at)
{
	unsigned star = owner->wire[0] == 1 && owner->wire[1] == '*' ? 1 : 0;

	if (s->signer_len != apex->wire_len || memcmp(s->signer, apex->wire, apex->wire_len) != 0)
		return SIG_WRONG_SIGNER;
	if (s->labels != owner->labels - star)
		return SIG_WRONG_LABELS;
	for (uint32_t i = 0; i < set->count; i++)
		if (set->records[i].ttl != s->ttl)
			return SIG_WRONG_TTL;
	return check_times(s, at);
}

static struct verifier *verifier_of(struct zchecker *c, size_t key)
{
	if (c->verifiers == NULL)
		c->verifiers = xcalloc(c->keys->count, sizeof *c->verifiers);
	if (c->verifiers[key] == NULL)
		c->verifiers[key] = verifier_new(c->keys->items[key].public_key);
	return c->verifiers[key];
}

void zchecker_expect(struct zchecker *c, const struct zsig *s)
{
	for (size_t i = 0; i < c->keys->count; i++) {
		const struct zkey *k = &c->keys->items[i];

		if (k->tag == s->tag && k->algorithm == s->algorithm && k->public_key != NULL)
			verifier_expect(verifier_of(c, i), s->signature, s->signature_len);
	}
}

void zchecker_forget(struct zchecker *c)
{
	for (size_t i = 0; c->verifiers != NULL && i < c->keys->count; i++)
		if (c->verifiers[i] != NULL)
			verifier_forget(c->verifiers[i]);
}

enum sig_result zsig_verify(struct zchecker *c, const struct zsig *s, const struct zname *owner,
                            const struct zrrset *set, const struct zname *apex, int64_t at)
{
	enum sig_result result = check_fields(s, owner, set, apex, at);

	if (result != SIG_GOOD)
		return result;
	result = SIG_NO_KEY;
	c->data.len = 0;
	/* Two keys may share a tag: any one that verifies is enough (RFC 4035 section 5.3.1). */
	for (size_t i = 0; i < c->keys->count && result != SIG_GOOD; i++) {
		const struct zkey *k = &c->keys->items[i];

		if (k->tag != s->tag || k->algorithm != s->algorithm)
			continue;
		if (c->data.len == 0)
			signed_data(&c->data, s, owner, set);
		if (k->public_key == NULL)
			result = SIG_UNSUPPORTED;
		else
			result =
			    verifier_check(verifier_of(c, i), c->data.p, c->data.len, s->signature, s->signature_len)
			        ? SIG_GOOD
			        : SIG_BOGUS;
	}
	return result;
}

enum sig_result zsig_excuse(const struct zchecker *c, const struct zsig *s, int64_t at)
{
	enum sig_result r = check_times(s, at);

	for (size_t i = 0; i < c->keys->count && r == SIG_GOOD; i++)
		if (c->keys->items[i].tag == s->tag && c->keys->items[i].algorithm == s->algorithm)
			return SIG_GOOD;
	return r == SIG_GOOD ? SIG_NO_KEY : r;
}

void zchecker_clear(struct zchecker *c)
{
	for (size_t i = 0; c->verifiers != NULL && i < c->keys->count; i++)
		verifier_free(&c->verifiers[i]);
	free(c->verifiers);
	buf_free(&c->data);
	*c = (struct zchecker){ 0 };
}
