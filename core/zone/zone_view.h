/* zone_view.h -- sorted records seen as names with their RRsets, and what each name is in its zone. */
#ifndef ODSF_CORE_ZONE_ZONE_VIEW_H
#define ODSF_CORE_ZONE_ZONE_VIEW_H

#include "core/zone/record.h"

enum node_kind {
	NODE_AUTHORITATIVE,
	NODE_DELEGATION, /* NS below the apex: the zone answers for its DS and NSEC only */
	NODE_OCCLUDED,   /* glue, and whatever else lies below a delegation or a DNAME */
	NODE_OUTSIDE,    /* not in this zone at all */
	NODE_NSEC3,      /* a name made by hashing: it holds NSEC3 only */
};

struct zrrset {
	const struct zrecord *records; /* neighbours in the sorted array */
	uint32_t count;
	uint16_t type;
};

struct znode {
	const struct zname *name;
	struct zrrset *rrsets;
	uint32_t rrset_count; /* RRSIG among them, by type number */
	enum node_kind kind;
};

struct zone_view {
	struct znode *nodes;
	size_t node_count; /* canonical order */
	struct znode *apex;
};

/* Memory from z's arena; z must stay as it is while the view is used. */
void zone_view_make(struct zone_view *v, struct zone_records *z);
const struct zrrset *znode_rrset(const struct znode *n, uint16_t type); /* NULL when it has none */
/* The RRset has to be signed by the zone. */
bool znode_signed_type(const struct znode *n, uint16_t type);

#endif
