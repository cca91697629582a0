#include "core/zone/compare_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/zone/compare_facts.h"
#include "core/zone/rrtype.h"
#include "core/zone/sig_time.h"

enum { SHOWN = 3, RDATA_SHOWN = 80 };

struct out {
	char *p;
	size_t cap, len;
};

static void PRINTF(2, 3) put(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (o->len + 1 >= o->cap)
		return;
	va_start(ap, fmt);
	n = vsnprintf(o->p + o->len, o->cap - o->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		o->len += (size_t)n < o->cap - o->len ? (size_t)n : o->cap - o->len - 1;
}

static void put_rrset(struct out *o, const struct rrset_pair *p)
{
	char owner[TEXT_NAME_MAX], type[RRTYPE_TEXT];

	name_to_text(owner, sizeof owner, p->owner->wire, p->owner->len);
	rrtype_name(type, p->type);
	put(o, "%s%s %s", owner, p->owner->len > 1 ? "." : "", type);
}

static void put_data(struct out *o, const struct record_list *list)
{
	for (size_t i = 0; i < list->count && i < SHOWN; i++)
		put(o, "%s%.*s%s", i > 0 ? ", " : "", RDATA_SHOWN, list->items[i].text,
		    strlen(list->items[i].text) > RDATA_SHOWN ? "..." : "");
	if (list->count > SHOWN)
		put(o, " and %zu more", list->count - SHOWN);
}

void text_rrset(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2])
{
	struct out o = { out, cap, 0 };

	for (int side = 0; side < 2; side++) {
		if (p->total[side] == 0) {
			put(&o, "%s lacks ", names[side]);
			put_rrset(&o, p);
			return;
		}
	}
	put_rrset(&o, p);
	if (p->same_data) {
		put(&o, " has TTL %u on %s, %u on %s", p->ttl[0], names[0], p->ttl[1], names[1]);
		return;
	}
	put(&o, " differs: ");
	for (int side = 0; side < 2; side++) {
		if (p->only[side].count == 0)
			continue;
		put(&o, "%sonly %s has ", side == 1 && p->only[0].count > 0 ? "; " : "", names[side]);
		put_data(&o, &p->only[side]);
	}
}

static void put_key(struct out *o, const struct named_record *r)
{
	unsigned flags = r->wire_len > 3 ? (unsigned)(r->wire[0] << 8 | r->wire[1]) : 0;

	put(o, "key %u (%s%s, algorithm %u)", dnskey_tag(r->wire, r->wire_len), flags & 1 ? "KSK" : "ZSK",
	    flags & 0x80 ? ", revoked" : "", r->wire_len > 3 ? r->wire[3] : 0u);
}

void text_keys(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2])
{
	struct out o = { out, cap, 0 };

	if (p->same_data || p->total[0] == 0 || p->total[1] == 0 || p->type == RRTYPE_CDS) {
		text_rrset(out, cap, p, names);
		return;
	}
	put_rrset(&o, p);
	put(&o, " sets differ: ");
	for (int side = 0; side < 2; side++) {
		if (p->only[side].count == 0)
			continue;
		put(&o, "%sonly %s has ", side == 1 && p->only[0].count > 0 ? "; " : "", names[side]);
		for (size_t i = 0; i < p->only[side].count && i < SHOWN; i++) {
			put(&o, "%s", i > 0 ? ", " : "");
			put_key(&o, &p->only[side].items[i]);
		}
		if (p->only[side].count > SHOWN)
			put(&o, " and %zu more", p->only[side].count - SHOWN);
	}
}

/* Of an RRSIG's head: covered 2, algorithm, labels, TTL 4, tag 2, signer. */
static unsigned sig_tag(const struct named_record *r)
{
	return r->wire_len >= 10 ? (unsigned)(r->wire[8] << 8 | r->wire[9]) : 0;
}

static bool key_known(const struct facts *f, const struct named_record *r)
{
	for (size_t i = 0; i < f->key_count; i++)
		if (f->keys[i].tag == sig_tag(r) && f->keys[i].algorithm == r->wire[2])
			return true;
	return false;
}

bool text_key_known(const struct facts *f, const struct named_record *r, unsigned *tag, unsigned *algorithm)
{
	*tag = sig_tag(r);
	*algorithm = r->wire_len > 2 ? r->wire[2] : 0;
	return r->wire_len < 10 || key_known(f, r);
}

bool text_same_signers(const struct rrset_pair *p)
{
	if (p->only[0].count != p->only[1].count)
		return false;
	for (size_t i = 0; i < p->only[0].count; i++) {
		const struct named_record *a = &p->only[0].items[i], *b = &p->only[1].items[i];

		if (a->wire_len < 10 || b->wire_len < 10 || sig_tag(a) != sig_tag(b) || a->wire[2] != b->wire[2])
			return false;
	}
	return true;
}

static void put_signers(struct out *o, const struct record_list *list, const struct facts *f)
{
	for (size_t i = 0; i < list->count && i < SHOWN; i++) {
		const struct named_record *r = &list->items[i];

		put(o, "%skey %u (algorithm %u%s)", i > 0 ? ", " : "", sig_tag(r), r->wire_len > 2 ? r->wire[2] : 0u,
		    r->wire_len >= 10 && !key_known(f, r) ? ", not in the DNSKEY set there" : "");
	}
}

void text_signatures(char *out, size_t cap, const struct rrset_pair *p, const char *const names[2],
                     const struct facts *const facts[2])
{
	struct out o = { out, cap, 0 };

	for (int side = 0; side < 2; side++) {
		if (p->total[side] == 0) {
			put(&o, "%s does not sign ", names[side]);
			put_rrset(&o, p);
			put(&o, "; %s signs it by ", names[!side]);
			put_signers(&o, &p->only[!side], facts[!side]);
			return;
		}
	}
	put_rrset(&o, p);
	if (text_same_signers(p)) {
		put(&o,
		    " is signed by the same keys with another TTL, labels or signer: %.*s "
		    "on %s, %.*s on %s",
		    RDATA_SHOWN, p->only[0].items[0].text, names[0], RDATA_SHOWN, p->only[1].items[0].text, names[1]);
		return;
	}
	put(&o, " is signed by other keys: ");
	for (int side = 0; side < 2; side++) {
		if (p->only[side].count == 0)
			continue;
		put(&o, "%s%s by ", side == 1 && p->only[0].count > 0 ? "; " : "only on ", names[side]);
		put_signers(&o, &p->only[side], facts[side]);
	}
}

/* The field @number of @rdata. */
static const char *field(const char *rdata, int number, size_t *len)
{
	for (; number > 0; number--) {
		rdata += strcspn(rdata, " \t");
		rdata += strspn(rdata, " \t");
	}
	*len = strcspn(rdata, " \t");
	return rdata;
}

void text_timing(char *out, size_t cap, const struct wire_name *owner, uint16_t type, const char *const rdata[2],
                 const char *const names[2])
{
	struct rrset_pair p = { .owner = owner, .type = type };
	struct out o = { out, cap, 0 };
	const char *text;
	size_t len;

	if (type == RRTYPE_RRSIG) {
		text = field(rdata[0], 0, &len);
		p.type = rrtype_number(text, len);
		put_rrset(&o, &p);
		put(&o, ": signature");
	} else {
		put_rrset(&o, &p);
	}
	for (int side = 0; side < 2; side++) {
		char at[TIME_TEXT];
		uint32_t t = 0;

		text = field(rdata[side], type == RRTYPE_RRSIG ? 4 : 2, &len);
		if (type == RRTYPE_RRSIG && sig_time_from_text(text, len, &t)) {
			time_text(at, sig_time_near(t, clock_now()));
			put(&o, "%s until %s on %s", side == 0 ? "" : ",", at, names[side]);
		} else {
			put(&o, "%s serial %.*s on %s", side == 0 ? "" : ",", (int)len, text, names[side]);
		}
	}
}
