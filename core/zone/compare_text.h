/* compare_text.h -- the sentences. All into @out, cut where they are long. */
#ifndef ODSF_CORE_ZONE_COMPARE_TEXT_H
#define ODSF_CORE_ZONE_COMPARE_TEXT_H

#include "core/zone/compare_names.h"

struct rrset_pair { /* an RRset on both sides: what only one has */
	const struct wire_name *owner;
	uint16_t type;
	size_t total[2];
	struct record_list only[2];
	uint32_t ttl[2];
	bool same_data; /* TTLs alone differ */
};

void text_rrset(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2]);
void text_keys(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2]);
/* @only: signatures that the other side has no equal of; @total: how many cover
 * the RRset in all. */
void text_signatures(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2],
                     const struct facts *const facts[2]);
/* The key that made the signature @r is in the DNSKEY set. */
bool text_key_known(const struct facts *f, const struct named_record *r, unsigned *tag, unsigned *algorithm);
/* The signatures that only one side has are by the same keys on both. */
bool text_same_signers(const struct rrset_pair *p);
void text_timing(char *out, size_t cap, const struct wire_name *owner, uint16_t type, const char *const rdata[2],
                 const char *const names[2]);

#endif
