/* rrtype.h -- record types by name and number, and the form of their rdata for those that zones are full of. */
#ifndef ODSF_CORE_ZONE_RRTYPE_H
#define ODSF_CORE_ZONE_RRTYPE_H

#include <stddef.h>
#include <stdint.h>

enum rrtype { /* those that are treated by name */
	      RRTYPE_A = 1,
	      RRTYPE_NS = 2,
	      RRTYPE_CNAME = 5,
	      RRTYPE_SOA = 6,
	      RRTYPE_PTR = 12,
	      RRTYPE_MX = 15,
	      RRTYPE_TXT = 16,
	      RRTYPE_AAAA = 28,
	      RRTYPE_SRV = 33,
	      RRTYPE_DNAME = 39,
	      RRTYPE_DS = 43,
	      RRTYPE_SSHFP = 44,
	      RRTYPE_RRSIG = 46,
	      RRTYPE_NSEC = 47,
	      RRTYPE_DNSKEY = 48,
	      RRTYPE_NSEC3 = 50,
	      RRTYPE_NSEC3PARAM = 51,
	      RRTYPE_TLSA = 52,
	      RRTYPE_CDS = 59,
	      RRTYPE_CDNSKEY = 60,
	      RRTYPE_ZONEMD = 63,
};

/* The number of the type named @name ("A", "aaaa", "TYPE65280"); 0: no such type. */
uint16_t rrtype_number(const char *name, size_t len);

/* The same; eight octets from @name on may be read. */
uint16_t rrtype_number_at(const char *name, size_t len);

enum { RRTYPE_TEXT = 24 };
/* "AAAA", or "TYPE65280". */
void rrtype_name(char out[RRTYPE_TEXT], uint16_t type);

/* One letter a field (rdata_text.c has their meaning); NULL: a type whose text only ldns reads. */
const char *rrtype_form(uint16_t type);

#endif
