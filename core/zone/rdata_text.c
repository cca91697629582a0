/* The letters of a form: 1 2 4 a number of that many octets; a IPv4; 6 IPv6; n a name, lowered; s one character-string,
 * S one or more; x hexadecimal to the end; b base 64 to the end; y a type; t a time of RRSIG; z salt of NSEC3; h hash
 * of NSEC3; m type bitmap to the end; g tag of CAA, v its value, or the target
 * of URI. */
#include "core/zone/rdata_text.h"

#include <string.h>

#include "core/zone/name_text.h"
#include "core/zone/rdata_generic.h"
#include "core/zone/rrtype.h"
#include "core/zone/sig_time.h"
#include "core/zone/special.h"

struct reading {
	const char *p, *end;
	uint8_t *out;
	size_t len;
	const struct wire_name *origin;
};

/* The value of a digit and one more; 0 is none. */
/* clang-format off */
static const uint8_t base64_value[256] = {
	[0x2b] = 63,
	[0x2f] = 64, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	[0x41] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	[0x61] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
	52,
};
static const uint8_t hex_value[256] = {
	[0x30] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	[0x41] = 11, 12, 13, 14, 15, 16,
	[0x61] = 11, 12, 13, 14, 15, 16,
};
static const uint8_t base32hex_value[256] = {
	[0x30] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	[0x41] = 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
	[0x61] = 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
};
/* clang-format on */

static void skip_blanks(struct reading *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

/* The next word; empty at the end. */
static const char *word(struct reading *r, size_t *len)
{
	const char *start, *p, *end = r->end;

	skip_blanks(r);
	for (start = p = r->p; p < end; p++)
		if (is_blank(*p) && !text_is_escaped(start, p))
			break;
	r->p = p;
	*len = (size_t)(p - start);
	return start;
}

static bool room(const struct reading *r, size_t more)
{
	return r->len + more <= RDATA_MAX;
}

static bool take_number(struct reading *r, size_t octets)
{
	uint64_t v = 0, max = octets == 4 ? UINT32_MAX : octets == 2 ? UINT16_MAX : UINT8_MAX;
	size_t len;
	const char *w = word(r, &len);

	if (len == 0 || len > 10 || !room(r, octets))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (w[i] < '0' || w[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(w[i] - '0');
	}
	if (v > max)
		return false;
	for (size_t i = octets; i-- > 0;)
		r->out[r->len++] = (uint8_t)(v >> (8 * i));
	return true;
}

static bool take_ipv4(struct reading *r)
{
	size_t len, i = 0;
	const char *w = word(r, &len);

	if (!room(r, 4))
		return false;
	for (int part = 0; part < 4; part++) {
		size_t from = i;
		unsigned v = 0;

		for (; i < len && i < from + 3 && w[i] >= '0' && w[i] <= '9'; i++)
			v = v * 10 + (unsigned)(w[i] - '0');
		if (i == from || v > 255 || (w[from] == '0' && i > from + 1))
			return false;
		if (part < 3 && (i >= len || w[i++] != '.'))
			return false;
		r->out[r->len++] = (uint8_t)v;
	}
	return i == len;
}

static bool take_ipv6(struct reading *r)
{
	const size_t none = 16;
	uint8_t parts[16] = { 0 };
	size_t len, i = 0, n = 0, gap = none;
	const char *w = word(r, &len);

	if (len < 2 || len > 39 || !room(r, 16))
		return false;
	if (w[0] == ':' && w[1] != ':')
		return false;
	while (i < len) {
		unsigned v = 0;
		size_t from;

		if (w[i] == ':' && i + 1 < len && w[i + 1] == ':') {
			if (gap != none)
				return false;
			gap = n;
			i += 2;
			continue;
		}
		if (n > 0 && w[i] == ':' && gap != n)
			i++;
		from = i;
		for (; i < len && i < from + 4 && hex_value[(uint8_t)w[i]] != 0; i++)
			v = v << 4 | (hex_value[(uint8_t)w[i]] - 1u);
		if (i == from || n == 16 || (i < len && w[i] != ':'))
			return false; /* an IPv4 tail is one of these */
		parts[n++] = (uint8_t)(v >> 8);
		parts[n++] = (uint8_t)v;
	}
	if (gap == none ? n != 16 : n > 14)
		return false;
	if (gap == none)
		gap = n;
	memset(r->out + r->len, 0, 16);
	memcpy(r->out + r->len, parts, gap);
	memcpy(r->out + r->len + 16 - (n - gap), parts + gap, n - gap);
	r->len += 16;
	return true;
}

static bool take_name(struct reading *r)
{
	size_t len, n;
	const char *w = word(r, &len);

	if (!room(r, WIRE_NAME_MAX))
		return false;
	n = name_plain(w, len, r->origin, r->out + r->len);
	if (n == 0) {
		struct wire_name name;

		if (!name_from_text(&name, w, len, r->origin))
			return false;
		memcpy(r->out + r->len, name.wire, name.len);
		n = name.len;
	}
	r->len += n;
	return true;
}

/* The characters of a string, at most @max of them. */
static bool take_characters(struct reading *r, size_t max)
{
	size_t n = 0;
	bool quoted;

	skip_blanks(r);
	if (r->p == r->end)
		return false;
	quoted = *r->p == '"';
	if (quoted)
		r->p++;
	for (;; r->p++) {
		uint8_t c;

		if (r->p == r->end) {
			if (quoted)
				return false;
			break;
		}
		c = (uint8_t)*r->p;
		if (quoted ? c == '"' : c == ' ' || c == '\t')
			break;
		if (c == '"')
			return false;
		if (c == '\\') {
			if (r->end - r->p < 2)
				return false;
			c = (uint8_t) * ++r->p;
			if (c >= '0' && c <= '9') {
				unsigned v;

				if (r->end - r->p < 3 || r->p[1] < '0' || r->p[1] > '9' || r->p[2] < '0' ||
				    r->p[2] > '9')
					return false;
				v = (unsigned)(c - '0') * 100 + (unsigned)(r->p[1] - '0') * 10 +
				    (unsigned)(r->p[2] - '0');
				if (v > 255)
					return false;
				c = (uint8_t)v;
				r->p += 2;
			}
		}
		if (n == max)
			return false;
		n++;
		r->out[r->len++] = c;
	}
	if (quoted) {
		r->p++;
		if (r->p < r->end && !is_blank(*r->p))
			return false;
	}
	return true;
}

static bool take_string(struct reading *r)
{
	size_t at = r->len++;

	if (!room(r, 255) || !take_characters(r, 255))
		return false;
	r->out[at] = (uint8_t)(r->len - at - 1);
	return true;
}

static bool take_strings(struct reading *r)
{
	do {
		if (!take_string(r))
			return false;
		skip_blanks(r);
	} while (r->p < r->end);
	return true;
}

static bool take_hex(struct reading *r)
{
	size_t from = r->len;
	int high = -1;

	for (; r->p < r->end; r->p++) {
		uint8_t v = hex_value[(uint8_t)*r->p];

		if (is_blank(*r->p))
			continue;
		if (v == 0 || !room(r, 1))
			return false;
		if (high < 0) {
			high = v - 1;
		} else {
			r->out[r->len++] = (uint8_t)(high << 4 | (v - 1));
			high = -1;
		}
	}
	return high < 0 && r->len > from;
}

/* Whole groups of base 64, as long as there is nothing else. */
static void take_groups(struct reading *r)
{
	while (r->end - r->p >= 4 && room(r, 3)) {
		const uint8_t *w = (const uint8_t *)r->p;
		uint8_t a = base64_value[w[0]], b = base64_value[w[1]], c = base64_value[w[2]], d = base64_value[w[3]];
		uint32_t group = (a - 1u) << 18 | (b - 1u) << 12 | (c - 1u) << 6 | (d - 1u);

		if (a == 0 || b == 0 || c == 0 || d == 0)
			return;
		r->out[r->len++] = (uint8_t)(group >> 16);
		r->out[r->len++] = (uint8_t)(group >> 8);
		r->out[r->len++] = (uint8_t)group;
		r->p += 4;
	}
}

static bool take_base64(struct reading *r)
{
	uint32_t group = 0;
	size_t from = r->len, n = 0;

	for (; r->p < r->end; r->p++) {
		uint8_t v;

		if (n % 4 == 0)
			take_groups(r);
		if (r->p == r->end)
			break;
		v = base64_value[(uint8_t)*r->p];
		if (is_blank(*r->p))
			continue;
		if (v == 0)
			break;
		group = group << 6 | (v - 1u);
		if (++n % 4 != 0)
			continue;
		if (!room(r, 3))
			return false;
		r->out[r->len++] = (uint8_t)(group >> 16);
		r->out[r->len++] = (uint8_t)(group >> 8);
		r->out[r->len++] = (uint8_t)group;
		group = 0;
	}
	if (n % 4 == 2 && r->end - r->p >= 2 && memcmp(r->p, "==", 2) == 0 && (group & 0xf) == 0 && room(r, 1)) {
		r->out[r->len++] = (uint8_t)(group >> 4);
		r->p += 2;
	} else if (n % 4 == 3 && r->end - r->p >= 1 && *r->p == '=' && (group & 3) == 0 && room(r, 2)) {
		r->out[r->len++] = (uint8_t)(group >> 10);
		r->out[r->len++] = (uint8_t)(group >> 2);
		r->p += 1;
	} else if (n % 4 != 0) {
		return false;
	}
	skip_blanks(r);
	return r->p == r->end && r->len > from;
}

static bool take_type(struct reading *r)
{
	size_t len;
	const char *w = word(r, &len);
	uint16_t type = rrtype_number(w, len);

	if (type == 0 || !room(r, 2))
		return false;
	r->out[r->len++] = (uint8_t)(type >> 8);
	r->out[r->len++] = (uint8_t)type;
	return true;
}

static bool take_time(struct reading *r)
{
	uint32_t t;
	size_t len;
	const char *w = word(r, &len);

	if (!sig_time_from_text(w, len, &t) || !room(r, 4))
		return false;
	for (int shift = 24; shift >= 0; shift -= 8)
		r->out[r->len++] = (uint8_t)(t >> shift);
	return true;
}

static bool take_salt(struct reading *r)
{
	size_t len, at = r->len++;
	const char *w = word(r, &len);

	if (len == 0 || len > 510 || !room(r, 255))
		return false;
	r->out[at] = 0;
	if (len == 1 && w[0] == '-')
		return true;
	if (len % 2 != 0)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		uint8_t a = hex_value[(uint8_t)w[i]], b = hex_value[(uint8_t)w[i + 1]];

		if (a == 0 || b == 0)
			return false;
		r->out[r->len++] = (uint8_t)((a - 1) << 4 | (b - 1));
	}
	r->out[at] = (uint8_t)(len / 2);
	return true;
}

static bool take_hash(struct reading *r)
{
	size_t len, at = r->len++;
	const char *w = word(r, &len);
	uint64_t bits = 0;
	unsigned n = 0;

	/* SHA-1: 20 octets are 32 characters; another length has bits over, which ldns judges. */
	if (len != 32 || !room(r, 20))
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t v = base32hex_value[(uint8_t)w[i]];

		if (v == 0)
			return false;
		bits = bits << 5 | (v - 1u);
		n += 5;
		if (n >= 8) {
			n -= 8;
			r->out[r->len++] = (uint8_t)(bits >> n);
		}
	}
	r->out[at] = 20;
	return true;
}

static bool take_bitmap(struct reading *r)
{
	uint8_t map[256][32];
	uint8_t octets[256] = { 0 }; /* of each window, up to the last that is not 0 */
	size_t len;

	for (;;) {
		const char *w = word(r, &len);
		uint16_t type;
		uint8_t window, octet;

		if (len == 0)
			break;
		type = rrtype_number(w, len);
		if (type == 0)
			return false;
		window = (uint8_t)(type >> 8);
		octet = (uint8_t)((type & 0xff) / 8);
		if (octets[window] == 0)
			memset(map[window], 0, sizeof map[window]);
		if (octets[window] <= octet)
			octets[window] = (uint8_t)(octet + 1);
		map[window][octet] |= (uint8_t)(0x80 >> (type % 8));
	}
	for (unsigned i = 0; i < 256; i++) {
		size_t n = octets[i];

		if (n == 0)
			continue;
		if (!room(r, n + 2))
			return false;
		r->out[r->len++] = (uint8_t)i;
		r->out[r->len++] = (uint8_t)n;
		memcpy(r->out + r->len, map[i], n);
		r->len += n;
	}
	return true;
}

static bool take_tag(struct reading *r)
{
	size_t len;
	const char *w = word(r, &len);

	if (len == 0 || len > 255 || !room(r, len + 1))
		return false;
	r->out[r->len++] = (uint8_t)len;
	for (size_t i = 0; i < len; i++) {
		char c = (char)(w[i] | 0x20); /* the case stays (RFC 8659 section 4.1) */

		if ((w[i] < '0' || w[i] > '9') && (c < 'a' || c > 'z'))
			return false;
		r->out[r->len++] = (uint8_t)w[i];
	}
	return true;
}

/* One string without its length, to the end (RFC 8659 section 4.1, RFC 7553 section 4.4). */
static bool take_value(struct reading *r)
{
	return take_characters(r, RDATA_MAX - r->len);
}

static bool take_field(struct reading *r, char form)
{
	switch (form) {
	case '1':
	case '2':
	case '4':
		return take_number(r, (size_t)(form - '0'));
	case 'a':
		return take_ipv4(r);
	case '6':
		return take_ipv6(r);
	case 'n':
		return take_name(r);
	case 's':
		return take_string(r);
	case 'S':
		return take_strings(r);
	case 'x':
		return take_hex(r);
	case 'b':
		return take_base64(r);
	case 'y':
		return take_type(r);
	case 't':
		return take_time(r);
	case 'z':
		return take_salt(r);
	case 'h':
		return take_hash(r);
	case 'm':
		return take_bitmap(r);
	case 'g':
		return take_tag(r);
	case 'v':
		return take_value(r);
	default:
		return false;
	}
}

bool rdata_quick(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                 size_t *out_len)
{
	struct reading r = { .p = text, .end = text + len, .out = out, .origin = origin };
	const char *form = rrtype_form(type);

	if (form == NULL || rdata_is_generic(text, len))
		return false;
	for (; *form != '\0'; form++)
		if (!take_field(&r, *form))
			return false;
	skip_blanks(&r);
	*out_len = r.len;
	return r.p == r.end;
}

/* A type bitmap names types that have a number here: libldns leaves out those that it does not know. */
static bool types_known(uint16_t type, const char *text, size_t len, const char **why)
{
	struct reading r = { .p = text, .end = text + len };
	const char *form = rrtype_form(type);
	size_t n = form != NULL ? strlen(form) : 0;

	if (n == 0 || form[n - 1] != 'm')
		return true;
	for (size_t i = 0, size;; i++) {
		const char *w = word(&r, &size);

		if (size == 0)
			return true;
		if (i + 1 < n || rrtype_number(w, size) != 0)
			continue;
		*why = "a type in its bitmap is none that is known here: expected its number, as TYPE65280";
		return false;
	}
}

bool rdata_from_text(uint16_t type, const char *text, size_t len, const struct wire_name *origin, uint8_t *out,
                     size_t *out_len, const char **why)
{
	if (rdata_is_generic(text, len))
		return rdata_generic(type, text, len, out, out_len, why);
	return rdata_quick(type, text, len, origin, out, out_len) ||
	       (types_known(type, text, len, why) && rdata_by_ldns(type, text, len, origin, out, out_len, why));
}
