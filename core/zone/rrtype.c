#include "core/zone/rrtype.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <ldns/ldns.h>

/* Types by name as one number, the frequent ones first. */
struct word {
	uint64_t word;
	uint16_t number;
};

static const struct word common[] = {
	{ 0x4e53, 2 },            /* NS */
	{ 0x41, 1 },              /* A */
	{ 0x4453, 43 },           /* DS */
	{ 0x5252534947, 46 },     /* RRSIG */
	{ 0x4e53454333, 50 },     /* NSEC3 */
	{ 0x4e534543, 47 },       /* NSEC */
	{ 0x41414141, 28 },       /* AAAA */
	{ 0x434e414d45, 5 },      /* CNAME */
	{ 0x4d58, 15 },           /* MX */
	{ 0x545854, 16 },         /* TXT */
	{ 0x534f41, 6 },          /* SOA */
	{ 0x444e534b4559, 48 },   /* DNSKEY */
	{ 0x535256, 33 },         /* SRV */
	{ 0x434141, 257 },        /* CAA */
	{ 0x544c5341, 52 },       /* TLSA */
	{ 0x5353484650, 44 },     /* SSHFP */
	{ 0x505452, 12 },         /* PTR */
	{ 0x444e414d45, 39 },     /* DNAME */
	{ 0x434453, 59 },         /* CDS */
	{ 0x43444e534b4559, 60 }, /* CDNSKEY */
	{ 0x4e41505452, 35 },     /* NAPTR */
	{ 0x48494e464f, 13 },     /* HINFO */
	{ 0x5250, 17 },           /* RP */
	{ 0x4146534442, 18 },     /* AFSDB */
	{ 0x534d494d4541, 53 },   /* SMIMEA */
	{ 0x4353594e43, 62 },     /* CSYNC */
	{ 0x535046, 99 },         /* SPF */
	{ 0x4854545053, 65 },     /* HTTPS */
	{ 0x53564342, 64 },       /* SVCB */
};

/* Those that libldns has no name for. */
static const struct late {
	const char *name;
	uint16_t number;
} late[] = {
	{ "NINFO", 56 },     { "RKEY", 57 },     { "DSYNC", 66 },   { "HHIT", 67 },    { "BRID", 68 }, { "UINFO", 100 },
	{ "UID", 101 },      { "GID", 102 },     { "UNSPEC", 103 }, { "NXNAME", 128 }, { "AVC", 258 }, { "DOA", 259 },
	{ "AMTRELAY", 260 }, { "RESINFO", 261 }, { "WALLET", 262 }, { "CLA", 263 },    { "IPN", 264 }, { "TA", 32768 },
};
enum { LATE = sizeof late / sizeof *late };

static const char *const forms[] = {
	[1] = "a",          /* A */
	[2] = "n",          /* NS */
	[5] = "n",          /* CNAME */
	[6] = "nn44444",    /* SOA */
	[12] = "n",         /* PTR */
	[13] = "ss",        /* HINFO */
	[15] = "2n",        /* MX */
	[16] = "S",         /* TXT */
	[17] = "nn",        /* RP */
	[18] = "2n",        /* AFSDB */
	[28] = "6",         /* AAAA */
	[33] = "222n",      /* SRV */
	[35] = "22sssn",    /* NAPTR */
	[37] = "221b",      /* CERT */
	[39] = "n",         /* DNAME */
	[40] = "111b",      /* SINK */
	[43] = "211x",      /* DS */
	[44] = "11x",       /* SSHFP */
	[46] = "y114tt2nb", /* RRSIG */
	[47] = "nm",        /* NSEC */
	[48] = "211b",      /* DNSKEY */
	[50] = "112zhm",    /* NSEC3 */
	[51] = "112z",      /* NSEC3PARAM */
	[52] = "111x",      /* TLSA */
	[53] = "111x",      /* SMIMEA */
	[56] = "S",         /* NINFO */
	[57] = "211b",      /* RKEY */
	[59] = "211x",      /* CDS */
	[60] = "211b",      /* CDNSKEY */
	[61] = "b",         /* OPENPGPKEY */
	[62] = "42m",       /* CSYNC */
	[67] = "b",         /* HHIT */
	[68] = "b",         /* BRID */
	[99] = "S",         /* SPF */
	[256] = "22v",      /* URI */
	[257] = "1gv",      /* CAA */
	[258] = "S",        /* AVC */
	[261] = "S",        /* RESINFO */
	[262] = "S",        /* WALLET */
	[263] = "S",        /* CLA */
};

/* The name in upper case as one number; 0: longer than that, or it begins with an octet that a number does not show. */
static uint64_t word_of(const char *name, size_t len)
{
	uint64_t w = 0;

	if (len == 0 || len > sizeof w || *name == '\0')
		return 0;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		w = w << 8 | (uint8_t)(c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	return w;
}

/* The same of octets of which a whole word may be read. */
static uint64_t word_at(const char *name, size_t len)
{
	uint64_t w;

	memcpy(&w, name, sizeof w);
	w = be64toh(w) >> (64 - 8 * len);
	return w & ~((w & 0x4040404040404040) >> 1);
}

/* 0: @word is none of a type that is met often, or no name. */
static uint16_t common_number(uint64_t word)
{
	for (size_t i = 0; word != 0 && i < sizeof common / sizeof *common; i++)
		if (common[i].word == word)
			return common[i].number;
	return 0;
}

uint16_t rrtype_number_at(const char *name, size_t len)
{
	uint64_t w = len > 0 && len <= sizeof w && *name != '\0' ? word_at(name, len) : 0;
	uint16_t number = common_number(w);

	return number != 0 ? number : rrtype_number(name, len);
}

/* The digits of "TYPE65280"; 0: others stand there too, or no type has that number. */
static uint16_t number_of(const char *digits, size_t len)
{
	unsigned v = 0;

	if (len > 5)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return 0;
		v = v * 10 + (unsigned)(digits[i] - '0');
	}
	return v <= UINT16_MAX ? (uint16_t)v : 0;
}

uint16_t rrtype_number(const char *name, size_t len)
{
	uint16_t number = common_number(word_of(name, len));
	char text[64];
	int type;

	if (number != 0)
		return number;
	if (len == 0 || len >= sizeof text)
		return 0;
	memcpy(text, name, len);
	text[len] = '\0';
	if (strlen(text) != len)
		return 0;
	if (strncasecmp(text, "TYPE", 4) == 0)
		return number_of(text + 4, len - 4);
	for (size_t i = 0; i < LATE; i++)
		if (strcasecmp(late[i].name, text) == 0)
			return late[i].number;
	type = (int)ldns_get_rr_type_by_name(text);
	return type > 0 && type <= UINT16_MAX ? (uint16_t)type : 0;
}

void rrtype_name(char out[RRTYPE_TEXT], uint16_t type)
{
	const ldns_rr_descriptor *d = ldns_rr_descript(type);

	if (d != NULL && d->_name != NULL && d->_type == type) {
		(void)snprintf(out, RRTYPE_TEXT, "%s", d->_name);
		return;
	}
	(void)snprintf(out, RRTYPE_TEXT, "TYPE%u", type);
	for (size_t i = 0; i < LATE; i++)
		if (late[i].number == type)
			(void)snprintf(out, RRTYPE_TEXT, "%s", late[i].name);
}

const char *rrtype_form(uint16_t type)
{
	if (type == 32768) /* TA */
		return forms[43];
	return type < sizeof forms / sizeof *forms ? forms[type] : NULL;
}
