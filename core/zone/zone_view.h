/* zone_view.h -- the records of a name as RRsets, and what the name is in its zone. */
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
	const struct zrecord *records; /* by rdata, no two alike */
	uint32_t count;
	uint16_t type;
};

struct znode {
	const struct zname *name;
	struct zrrset *rrsets;
	uint32_t rrset_count; /* RRSIG among them, by type number */
	enum node_kind kind;
};

/* All records of one name; they are sorted, and must live as long as the node. Memory from @a. */
void znode_make(struct znode *n, struct arena *a, struct zrecord *records, size_t count);
const struct zrrset *znode_rrset(const struct znode *n, uint16_t type); /* NULL when it has none */
/* The RRset has to be signed by the zone. */
bool znode_signed_type(const struct znode *n, uint16_t type);
/* Nothing but NSEC3 and signatures. */
bool znode_is_nsec3(const struct znode *n);

struct zone_shape { /* zero-initialised, the apex held */
	struct zname_copy apex;
	struct zname_copy cut; /* nearest delegation or DNAME at or above */
	bool has_cut;
};

/* Sets n->kind; names come in canonical order, but for those of NSEC3, which come anywhere. */
void zone_shape_place(struct zone_shape *s, struct znode *n);

#endif
