#include "core/run/step_zone.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/pair/zone_keep.h"
#include "core/run/journal.h"
#include "core/run/step_records.h"
#include "core/zone/name_text.h"
#include "core/zone/rrtype.h"

enum { RR_FIXED = 10 };

enum rc signed_zone_open(struct step_ctx *c, struct host *h, const char *zone, struct zone_copy **copy, struct err *e)
{
	char *dir = zone_keep_dir(journal_path(c->journal));
	const struct zone_copy_args args = {
		.host = h, .zone = zone, .dir = dir, .timeout_s = ZONE_COPY_SECONDS, .cancel = c->cancel
	};
	enum rc rc;

	*copy = zone_copy_start(&args);
	free(dir);
	rc = zone_copy_begun(*copy, e);
	if (rc != RC_OK)
		zone_copy_free(copy);
	return rc;
}

enum rc signed_zone_verify(struct zone_copy *copy, const char *zone, const char *keys, struct zone_verdict *v,
                           struct err *e)
{
	struct zscan scan;
	struct err read = { 0 };
	enum rc rc = zone_copy_scan(copy, &scan, zone, NULL, &read), whole;

	if (rc == RC_OK)
		rc = zone_verify(&scan, keys, clock_now(), v, &read);
	scan_clear(&scan);
	/* A broken transfer explains whatever was read of it. */
	whole = zone_copy_ended(copy, e);
	if (whole == RC_OK && rc != RC_OK)
		*e = read;
	if (whole != RC_OK && rc == RC_OK)
		zone_verdict_clear(v);
	return whole != RC_OK ? whole : rc;
}

static bool is_wanted(const struct zentry *entry, const uint8_t *rdata, size_t len)
{
	unsigned covered;

	if (entry->type == RRTYPE_DNSKEY)
		return true;
	if (entry->type != RRTYPE_RRSIG || len < 2)
		return false;
	covered = (unsigned)(rdata[0] << 8 | rdata[1]);
	return covered == RRTYPE_SOA || covered == RRTYPE_DNSKEY;
}

/* By its wire form, as it is whatever the text looked like. */
static void add(ldns_rr_list *list, const struct zentry *entry, const uint8_t *rdata, size_t len)
{
	size_t size = entry->owner->len + RR_FIXED + len, at = entry->owner->len, pos = 0;
	uint8_t *wire = xcalloc(1, size);
	ldns_rr *rr = NULL;

	memcpy(wire, entry->owner->wire, at);
	ldns_write_uint16(wire + at, entry->type);
	ldns_write_uint16(wire + at + 2, LDNS_RR_CLASS_IN);
	ldns_write_uint16(wire + at + 8, (uint16_t)len);
	memcpy(wire + at + RR_FIXED, rdata, len);
	if (ldns_wire2rr(&rr, wire, size, &pos, LDNS_SECTION_ANSWER) == LDNS_STATUS_OK)
		(void)ldns_rr_list_push_rr(list, rr);
	free(wire);
}

/* The records of @apex. */
static enum rc read_apex(struct zscan *scan, const struct wire_name *apex, ldns_rr_list *list, struct err *e)
{
	uint8_t *rdata = xcalloc(1, RDATA_MAX);
	struct zentry entry;
	bool more;
	enum rc rc;

	while ((rc = scan_next(scan, &entry, &more, e)) == RC_OK && more) {
		size_t len;

		if ((entry.type != RRTYPE_DNSKEY && entry.type != RRTYPE_RRSIG) || entry.owner->len != apex->len ||
		    memcmp(entry.owner->wire, apex->wire, apex->len) != 0)
			continue;
		rc = scan_rdata(scan, &entry, rdata, &len, e);
		if (rc != RC_OK)
			break;
		if (is_wanted(&entry, rdata, len))
			add(list, &entry, rdata, len);
	}
	free(rdata);
	return rc;
}

enum rc signed_zone_apex(struct zone_copy *copy, const char *zone, ldns_rr_list *list, struct err *e)
{
	const struct wire_name root = { .len = 1 };
	struct wire_name apex;
	struct zscan scan;
	enum rc rc = zone_copy_ended(copy, e);

	if (rc != RC_OK)
		return rc;
	if (!name_from_text(&apex, zone, strlen(zone), &root))
		return err_set(e, RC_PARSE, "%s: no name of a zone", zone);
	rc = zone_copy_scan(copy, &scan, zone, NULL, e);
	if (rc == RC_OK)
		rc = read_apex(&scan, &apex, list, e);
	scan_clear(&scan);
	return rc;
}
