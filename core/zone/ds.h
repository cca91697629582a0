/* ds.h -- a DS record, and whether it names a DNSKEY (RFC 4034 section 5). */
#ifndef ODSF_CORE_ZONE_DS_H
#define ODSF_CORE_ZONE_DS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

enum { DS_DIGEST_MAX = 64, DNSKEY_OCTETS_MAX = 2048 };

struct ds {
	uint16_t tag;
	uint8_t algorithm, digest_type;
	uint8_t digest_len;
	uint8_t digest[DS_DIGEST_MAX]; /* of a longer one, which no type has, the beginning: it fits nothing */
};

/* Out of rdata in wire form. False: it is too short to be one. */
bool ds_parse(struct ds *ds, const uint8_t *rdata, size_t len);

/* The DS of the DNSKEY with this rdata in the zone @owner (wire form, lower case), but for its tag, which is left 0.
 * False: a digest type that is not known here; known are 1, 2 and 4 (RFC 4034, RFC 4509, RFC 6605). */
bool ds_make(struct ds *ds, uint8_t digest_type, const uint8_t *owner, size_t owner_len, const uint8_t *dnskey,
             size_t dnskey_len);

/* Whether algorithm and digest of @ds are those of the DNSKEY; its key tag is the caller's to compare. */
bool ds_fits(const struct ds *ds, const uint8_t *owner, size_t owner_len, const uint8_t *dnskey, size_t dnskey_len);
/* The same of a zone's name, with or without the final dot, and "flags protocol algorithm base64". */
bool ds_fits_text(const struct ds *ds, const char *zone, const char *dnskey);

/* Validators do not look at @one of @all: it is of SHA-1, and another one is of a better digest (RFC 4509 section 3).
 */
bool ds_is_passed_over(const struct ds *one, const struct ds *all, size_t count);

/* Adds the record as a line of zone text. */
void ds_text(struct buf *out, const char *zone, const struct ds *ds);

/* The rdata of "flags protocol algorithm base64"; returns its octets, 0 when it is no DNSKEY. */
size_t dnskey_octets(const char *text, uint8_t out[DNSKEY_OCTETS_MAX]);

#endif
