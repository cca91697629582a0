#include "core/zone/expiry.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/zone/hash.h"
#include "core/zone/line_check.h"
#include "core/zone/line_memory.h"
#include "core/zone/sig_time.h"
#include "core/zone/special.h"

/* Of a key that signs zones: in the first octet of its flags; the third (RFC 4034 section 2.1). */
enum { ZONE_KEY = 1, PROTOCOL = 3 };

struct day {               /* the last time met, and its date: nearly all signatures share a few */
	char text[OCTETS]; /* of fourteen digits; empty: none */
	uint32_t midnight, seconds;
};

struct pass {
	struct zscan *scan;
	struct zone_expiry *x;
	struct coverage cover;
	struct day days[2]; /* of expiration, of inception */
	struct line_memory memory;
};

struct signature {
	uint16_t covered;
	unsigned algorithm;
	int64_t expiration, inception;
};

/* HHmmSS of YYYYMMDDHHmmSS at @p, all its pairs of digits at a time. */
static bool clock_of(const char *p, uint32_t *seconds)
{
	const uint64_t high = 0xf0f0f0f0f0f0f0f0, zeros = 0x3030303030303030, sixes = 0x0606060606060606;
	uint64_t text, pairs;
	uint32_t h, m, s;

	memcpy(&text, p + 6, sizeof text);
	text = le64toh(text);
	if ((((text & high) ^ zeros) | (((text + sixes) & high) ^ zeros)) != 0)
		return false;
	pairs = (text - zeros) * 10 + ((text - zeros) >> 8);
	h = pairs >> 16 & 0xff;
	m = pairs >> 32 & 0xff;
	s = pairs >> 48 & 0xff;
	*seconds = h * 3600 + m * 60 + s;
	return h < 24 && m < 60 && s < 60;
}

/* YYYYMMDDHHmmSS by the time met last; anything else the long way. Sixteen octets may be read. */
static bool time_of(struct day *day, const char *p, size_t len, uint32_t *t)
{
	uint32_t clock;

	if (len == 14 && same_text(p, day->text, 14)) {
		*t = day->seconds;
		return true;
	}
	if (len == 14 && same_text(p, day->text, 8) && clock_of(p, &clock)) {
		*t = day->midnight + clock;
	} else {
		if (!sig_time_from_text(p, len, t))
			return false;
		if (len != 14 || !clock_of(p, &clock))
			return true;
		/* Not by division: behind 2106 the seconds have begun anew, and not at midnight. */
		day->midnight = *t - clock;
	}
	memcpy(day->text, p, 14);
	day->seconds = *t;
	return true;
}

static const char *word_end(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	return p;
}

static const char *next_word(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* The fields up to the inception: type, algorithm, labels, TTL, expiration, inception (RFC 4034 section 3.2). */
static bool take_signature(struct pass *pass, const char *p, const char *end, struct signature *sig)
{
	const char *field[6], *stop[6];
	uint32_t expiration, inception;

	for (size_t i = 0; i < 6; i++) {
		field[i] = next_word(p, end);
		p = stop[i] = word_end(field[i], end);
	}
	if (p == end)
		return false;
	sig->covered = rrtype_number(field[0], (size_t)(stop[0] - field[0]));
	sig->algorithm = 0;
	for (p = field[1]; p < stop[1]; p++) {
		if (*p < '0' || *p > '9' || sig->algorithm > 255)
			return false;
		sig->algorithm = sig->algorithm * 10 + (unsigned)(*p - '0');
	}
	if (sig->covered == 0 || !time_of(&pass->days[0], field[4], (size_t)(stop[4] - field[4]), &expiration) ||
	    !time_of(&pass->days[1], field[5], (size_t)(stop[5] - field[5]), &inception))
		return false;
	sig->expiration = sig_time_near(expiration, pass->x->now);
	sig->inception = sig_time_near(inception, pass->x->now);
	return true;
}

static uint32_t number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The same of an RRSIG record that may be written in any way: its algorithm by name, or all of it as RFC 3597 has it.
 */
static enum rc signature_of(struct pass *pass, const struct zscan *scan, const struct zentry *entry,
                            struct signature *sig, struct err *e)
{
	enum { FIXED = 18 };
	uint8_t wire[RDATA_MAX];
	size_t len = 0;
	enum rc rc = RC_OK;

	if (take_signature(pass, entry->rdata, entry->rdata + entry->rdata_len, sig))
		return RC_OK;
	rc = scan_rdata(scan, entry, wire, &len, e);
	if (rc == RC_OK && len < FIXED)
		return source_fault(&scan->source, e, entry->line, entry->text, entry->text_len,
		                    "expected a signature: type, algorithm, labels, TTL, expiration, inception, key "
		                    "tag, signer, signature");
	if (rc != RC_OK)
		return rc;
	sig->covered = (uint16_t)(wire[0] << 8 | wire[1]);
	sig->algorithm = wire[2];
	sig->expiration = sig_time_near(number(wire + 8), pass->x->now);
	sig->inception = sig_time_near(number(wire + 12), pass->x->now);
	return RC_OK;
}

static void remember(struct rrset_seen *seen, const char *owner, size_t len, uint16_t type, int64_t at)
{
	struct wire_name name;

	rrtype_name(seen->type, type);
	seen->at = at;
	if (name_from_text(&name, owner, len, NULL))
		name_to_text(seen->owner, sizeof seen->owner, name.wire, name.len);
}

static void count_signature(struct pass *pass, const char *owner, size_t len, const struct signature *sig)
{
	struct zone_expiry *x = pass->x;

	if (x->signatures == 0 || sig->expiration < x->first.at)
		remember(&x->first, owner, len, sig->covered, sig->expiration);
	if (x->signatures == 0 || sig->expiration > x->last.at)
		remember(&x->last, owner, len, sig->covered, sig->expiration);
	x->signatures++;
	x->expired += sig->expiration < x->now;
	x->below += x->floor > 0 && sig->expiration < x->now + x->floor;
	if (sig->inception > x->now) {
		if (x->future++ == 0 || sig->inception > x->first_future.at)
			remember(&x->first_future, owner, len, sig->covered, sig->inception);
	}
	histogram_add(&x->histogram, sig->expiration, 1);
	coverage_signature(&pass->cover, sig->covered, sig->algorithm);
}

static enum rc take_soa(struct pass *pass, const struct zentry *entry, struct err *e)
{
	uint8_t wire[RDATA_MAX];
	size_t len;
	enum rc rc = scan_rdata(pass->scan, entry, wire, &len, e);

	if (rc != RC_OK || pass->x->zone[0] != '\0')
		return rc;
	name_to_text(pass->x->zone, sizeof pass->x->zone, entry->owner->wire, entry->owner->len);
	if (len > 20)
		pass->x->serial = number(wire + len - 20);
	return RC_OK;
}

static enum rc take_key(struct pass *pass, const struct zentry *entry, struct err *e)
{
	uint8_t wire[RDATA_MAX];
	size_t len;
	enum rc rc = scan_rdata(pass->scan, entry, wire, &len, e);

	if (rc == RC_OK && len > 4) {
		pass->x->has_keys = true;
		if ((wire[0] & ZONE_KEY) != 0 && wire[2] == PROTOCOL)
			pass->cover.algorithms |= coverage_bit(wire[3]);
	}
	return rc;
}

/* One record by the scanner, wherever the fast loop does not see through. */
static enum rc take_entry(struct pass *pass, const struct zentry *entry, struct err *e)
{
	char owner[OWNER_TEXT_MAX];
	struct signature sig;
	enum rc rc = RC_OK;
	size_t len;

	name_to_text(owner, sizeof owner - 1, entry->owner->wire, entry->owner->len);
	len = strlen(owner);
	if (entry->owner->len > 1)
		owner[len++] = '.';
	coverage_name(&pass->cover, owner, len);
	if (entry->type == RRTYPE_RRSIG) {
		rc = signature_of(pass, pass->scan, entry, &sig, e);
		if (rc == RC_OK)
			count_signature(pass, owner, len, &sig);
		return rc;
	}
	if (entry->type == RRTYPE_SOA)
		rc = take_soa(pass, entry, e);
	else if (entry->type == RRTYPE_DNSKEY)
		rc = take_key(pass, entry, e);
	coverage_record(&pass->cover, entry->type);
	return rc;
}

/* Of an RRSIG record as all signers write it; returns the end of its line, NULL when it is written in another way, or
 * is not all there. */
static const char *take_plain_signature(struct pass *pass, struct line_like *l, const char *end, struct signature *sig)
{
	const char *times, *tail, *nl;
	uint32_t expiration, inception;

	if (!sig_head_like(&pass->memory, l))
		return NULL;
	times = l->times;
	if (times[14] != ' ' || times[SIG_TIMES - 1] != ' ' || !time_of(&pass->days[0], times, 14, &expiration) ||
	    !time_of(&pass->days[1], times + 15, 14, &inception))
		return NULL;
	sig->covered = l->covered;
	sig->algorithm = l->algorithm;
	sig->expiration = sig_time_near(expiration, pass->x->now);
	sig->inception = sig_time_near(inception, pass->x->now);
	tail = sig_tail_like(&pass->memory, times + SIG_TIMES);
	nl = tail != NULL ? sig_end_like(&pass->memory, tail, end) : NULL;
	return nl != NULL && line_base64(tail, nl) ? nl : NULL;
}

/* Lines of the signers' own layout, as long as they are complete in the window. Stops before any other. */
static void take_lines(struct pass *pass)
{
	struct zscan *scan = pass->scan;
	struct zsource *in = &scan->source;
	const char *p = in->p, *end = in->end;
	uint64_t lines = 0;
	uint32_t ttl = 0;
	uint16_t before = 0; /* the type of the record before */

	for (;;) {
		struct signature sig;
		struct line_like l;
		const char *nl;

		source_ahead(p);
		if (!line_head_like(&pass->memory, &l, p, end) || l.type == RRTYPE_SOA || l.type == RRTYPE_DNSKEY)
			break;
		if (l.type == RRTYPE_RRSIG)
			nl = take_plain_signature(pass, &l, end, &sig);
		else
			nl = line_end_find(l.rdata, end);
		if (nl == NULL || nl == end || nl == l.rdata)
			break;
		if (!l.same)
			coverage_name(&pass->cover, l.owner.p, l.owner.len);
		if (l.type == RRTYPE_RRSIG)
			count_signature(pass, l.owner.p, l.owner.len, &sig);
		else if (!l.same || l.type != before)
			coverage_record(&pass->cover, l.type);
		before = l.type;
		ttl = l.ttl;
		lines++;
		p = nl + 1;
	}
	line_memory_moves(&pass->memory);
	if (lines == 0)
		return;
	/* A line that follows may leave its owner out. */
	if (pass->cover.owner_len > 0 &&
	    !name_from_text(&scan->owner_name, coverage_owner(&pass->cover), pass->cover.owner_len, NULL))
		scan->owner_name.len = 0;
	scan_skipped(scan, p, lines, ttl);
}

static enum rc first_reading(struct pass *pass, struct err *e)
{
	bool more = true;

	while (more) {
		struct zentry entry;
		enum rc rc;

		take_lines(pass);
		rc = scan_next(pass->scan, &entry, &more, e);
		if (rc == RC_OK && more)
			rc = take_entry(pass, &entry, e);
		if (rc != RC_OK)
			return rc;
	}
	return scan_whole(pass->scan, e);
}

/* Another scanner over the same octets. */
static void again(struct zscan *scan, const struct zscan *first, const struct wire_name *origin)
{
	memset(scan, 0, sizeof *scan);
	source_part(&scan->source, &first->source, 0, UINT64_MAX);
	scan->origin = *origin;
}

static enum rc second_reading(struct pass *pass, const struct wire_name *origin, struct err *e)
{
	struct zentry entry;
	struct zscan scan;
	bool more;
	enum rc rc;

	again(&scan, pass->scan, origin);
	while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
		struct signature sig = { 0 };

		if (entry.type == RRTYPE_RRSIG)
			rc = signature_of(pass, &scan, &entry, &sig, e);
		if (rc != RC_OK)
			break;
		coverage_again(&pass->cover, &entry, sig.covered, sig.algorithm);
	}
	scan_clear(&scan);
	return rc;
}

/* The owner whose hash is @name. */
static enum rc find_example(struct pass *pass, const struct wire_name *origin, uint64_t name, uint16_t type,
                            struct err *e)
{
	struct rrset_seen *seen = &pass->x->uncovered_example;
	struct zentry entry;
	struct zscan scan;
	bool more;
	enum rc rc;

	again(&scan, pass->scan, origin);
	while ((rc = scan_next(&scan, &entry, &more, e)) == RC_OK && more) {
		if (entry.type == type && hash_octets(entry.owner->wire, entry.owner->len, pass->cover.seed) == name) {
			name_to_text(seen->owner, sizeof seen->owner, entry.owner->wire, entry.owner->len);
			rrtype_name(seen->type, type);
			break;
		}
	}
	scan_clear(&scan);
	return rc;
}

enum rc zone_expiry(struct zscan *s, int64_t now, int64_t floor, struct zone_expiry *x, struct err *e)
{
	struct pass *pass = xcalloc(1, sizeof *pass);
	struct wire_name origin = s->origin;
	enum rc rc;

	memset(x, 0, sizeof *x);
	x->now = now;
	x->floor = floor;
	pass->scan = s;
	pass->x = x;
	pass->cover.seed = hash_seed();
	rc = first_reading(pass, e);
	x->records = s->records;
	if (rc == RC_OK && x->has_keys) {
		uint64_t name = 0;
		uint16_t type = 0;

		if (coverage_done(&pass->cover))
			rc = second_reading(pass, &origin, e);
		if (rc == RC_OK)
			x->uncovered = coverage_missing(&pass->cover, &type, &name);
		if (rc == RC_OK && x->uncovered > 0)
			rc = find_example(pass, &origin, name, type, e);
	}
	coverage_clear(&pass->cover);
	free(pass);
	return rc;
}
