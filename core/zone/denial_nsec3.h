/* denial_nsec3.h -- the NSEC3 chain that the apex announces, against the names that there are. Both are kept as hashes
 * under a random seed, and meet at the end; which names the faults are of is settled by another reading. */
#ifndef ODSF_CORE_ZONE_DENIAL_NSEC3_H
#define ODSF_CORE_ZONE_DENIAL_NSEC3_H

#include "core/zone/zone_view.h"

/* Told of each fault; @text borrowed. */
typedef void (*denial_fault_fn)(void *ctx, const struct zname *name, uint16_t type, const char *text);

enum { NSEC3_FAULTS_KEPT = 100, NSEC3_DEPTH = 128 };

enum nsec3_fault_kind {
	NSEC3_LINK,    /* does not point to the next */
	NSEC3_TWICE,   /* two records of one owner */
	NSEC3_NO_NAME, /* belongs to no name */
	NSEC3_TYPES,   /* of a name: names other types */
	NSEC3_MISSING, /* of a name */
	NSEC3_EMPTY,   /* missing of an empty non-terminal */
};

struct nsec3_fault {
	uint64_t at;
	uint32_t rest;
	enum nsec3_fault_kind kind;
	bool told;
};

struct nsec3_link {               /* a record */
	uint64_t at;              /* first octets of the owner's hash: the order */
	uint64_t next;            /* of the next owner's */
	uint32_t rest, next_rest; /* keyed, of the whole */
	uint32_t types;           /* keyed, of the bitmap */
	uint8_t opt_out, used;
};

struct nsec3_need { /* a name */
	uint64_t at;
	uint32_t rest;
	uint32_t types : 30;
	uint32_t empty : 1, optional : 1;
};

struct nsec3_level { /* names between the apex and the last one: which of them are empty */
	bool exists, secure;
};

/* The hashes that are looked at in one reading: where memory is bounded a chain takes several, each of as many as there
 * is room for, in the order of the hashes. */
struct nsec3_window {
	uint64_t from, last; /* first octets of hashes, both included */
	size_t limit;        /* octets that links and needs may take; 0: any */
	bool later;          /* it is not the first */
	bool any;            /* a link was seen */
	uint64_t first_at;   /* of the first of all */
	uint32_t first_rest;
	struct nsec3_link before; /* the last one seen */
	struct nsec3_need *wraps; /* names before the first link: the last of all covers them */
	size_t wrap_count, wrap_cap;
};

struct nsec3_chain {
	const struct zname *apex;
	struct nsec3_window window;
	bool done;  /* all windows were looked at */
	bool first; /* of the zone's chains: it tells what is wrong with records of none */
	denial_fault_fn fault;
	void *ctx;
	uint64_t seed;
	uint8_t salt[255], salt_len;
	uint16_t iterations;
	struct nsec3_link *links;
	size_t link_count, link_cap;
	struct nsec3_need *needs;
	size_t need_count, need_cap;
	struct zname_copy last;
	struct nsec3_level levels[NSEC3_DEPTH]; /* of the last name, by labels below the apex */
	unsigned depth;
	bool twice; /* an owner's records do not stand together, or there are two */
	struct nsec3_fault faults[NSEC3_FAULTS_KEPT];
	size_t fault_count;
	int64_t fault_total;
};

/* False when the NSEC3PARAM record is malformed, or of another hash than SHA-1. */
bool nsec3_chain_start(struct nsec3_chain *c, const struct zname *apex, const struct zrecord *param,
                       denial_fault_fn fault, void *ctx);
void nsec3_chain_record(struct nsec3_chain *c, const struct znode *n);
void nsec3_chain_name(struct nsec3_chain *c, const struct znode *n);
void nsec3_chain_end(struct nsec3_chain *c);
/* Behind nsec3_chain_end(): not all hashes were looked at: everything is to be given once more, to the next window. */
bool nsec3_chain_next(struct nsec3_chain *c);
/* Reads all names again from @s, started, and tells those that faults are of; how many could not be told are left in
 * *untold. */
MUST_CHECK enum rc nsec3_chain_name_faults(struct nsec3_chain *c, struct zscan *s, int64_t *untold, struct err *e);
void nsec3_chain_clear(struct nsec3_chain *c);

#endif
