/* zonelist.h -- zonelist.xml, the operator's list, and enforcer/zones.xml, the signer's only one. */
#ifndef ODSF_CORE_OPENDNSSEC_ZONELIST_H
#define ODSF_CORE_OPENDNSSEC_ZONELIST_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/err.h"

enum zone_adapter { ZONE_ADAPTER_NONE, ZONE_ADAPTER_FILE, ZONE_ADAPTER_DNS, ZONE_ADAPTER_OTHER };

struct zonelist_zone {
	const char *name;              /* without a final dot */
	const char *policy, *signconf; /* NULL when not said */
	enum zone_adapter input, output;
	const char *input_uri, *output_uri; /* a zone file, or an addns.xml */
	long line;
};

struct zonelist { /* strings in the arena given */
	struct zonelist_zone *zones;
	size_t zone_count;
};

/* Both forms of an adapter are read, <File>PATH</File> and <Adapter type="File">PATH</Adapter>. RC_PARSE: not XML, a
 * zone without a name, or one that is there twice. A list without zones is one. */
MUST_CHECK enum rc zonelist_parse(struct zonelist *l, struct arena *a, const char *file, const char *text, size_t len,
                                  struct err *e);

/* "File" and "DNS" as OpenDNSSEC writes them, in any case; ZONE_ADAPTER_OTHER for another word, NONE for NULL or "". */
enum zone_adapter zone_adapter(const char *type);

#endif
