/* scan.h -- the records of a zone file one after another, however it is laid out (RFC 1035 section 5, RFC 2308 section
 * 4, RFC 3597): what signers write on the fast path, everything else slowly and right. Bounded memory. A fault is
 * RC_PARSE with file, line, what stands there and what was expected. */
#ifndef ODSF_CORE_ZONE_SCAN_H
#define ODSF_CORE_ZONE_SCAN_H

#include "core/base/buf.h"
#include "core/zone/rdata_text.h"
#include "core/zone/source.h"

struct zentry {     /* valid until the next call */
	bool plain; /* one line that means the same wherever it stands: absolute owner, TTL and class written */
	uint16_t type;
	uint32_t ttl;
	const struct wire_name *owner;
	const char *rdata; /* text: one line, no parentheses, no comment */
	size_t rdata_len;
	const char *text; /* as it stands in the file, its last newline left out */
	size_t text_len;
	uint64_t offset, line;
};

struct owner_memo {  /* an owner that was read, and what it is: the next record is mostly of the same */
	uint8_t len; /* 0: none */
	char text[UINT8_MAX];
	struct wire_name name;
};

struct zscan {
	struct zsource source;
	struct wire_name origin; /* len 0: none yet */
	struct wire_name owner_name;
	struct owner_memo owner_memo;
	bool have_ttl, have_last_ttl, backup2;
	uint32_t default_ttl, last_ttl;
	struct buf joined;    /* an entry whose text had to be put together */
	struct buf last_line; /* of a .backup2: its trailer */
	uint64_t records;
	bool soa;        /* one was seen */
	bool contextual; /* so was a line that means something else elsewhere */
};

/* @s has its source opened and is zero otherwise; @origin: what relative names stand under before any $ORIGIN, or NULL.
 */
MUST_CHECK enum rc scan_start(struct zscan *s, const char *origin, struct err *e);
/* Another entry, or none at the end of the file with *more false. The end is a fault when the last line has no end, a
 * parenthesis is open, or the trailer of a .backup2 is missing. */
MUST_CHECK enum rc scan_next(struct zscan *s, struct zentry *entry, bool *more, struct err *e);
/* Puts the entry just read back; @owner is that of the one before it. */
void scan_unread(struct zscan *s, const struct zentry *entry, const struct wire_name *owner);
/* @lines records of plain form, up to @p, were read by somebody else; the last of them has TTL @ttl. owner_name is his.
 */
void scan_skipped(struct zscan *s, const char *p, uint64_t lines, uint32_t ttl);
/* What a whole zone file must have had by its end: a record, an SOA. */
MUST_CHECK enum rc scan_whole(const struct zscan *s, struct err *e);
void scan_clear(struct zscan *s); /* its source too */

/* Its rdata in canonical wire form: @out of RDATA_MAX octets. */
MUST_CHECK enum rc scan_rdata(const struct zscan *s, const struct zentry *entry, uint8_t *out, size_t *len,
                              struct err *e);

#endif
