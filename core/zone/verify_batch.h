/* verify_batch.h -- some names of a zone with all that is needed to verify them: filled by one thread, verified by any,
 * taken into the verdict in the order of the file. */
#ifndef ODSF_CORE_ZONE_VERIFY_BATCH_H
#define ODSF_CORE_ZONE_VERIFY_BATCH_H

#include "core/base/cancel.h"
#include "core/zone/signature.h"
#include "core/zone/verify.h"

enum { BATCH_SIGNATURES = 96, BATCH_OCTETS = 65536, FAILURES_KEPT = 100 };

struct verify_rules { /* what all threads judge by */
	const struct zname *apex;
	int64_t at;
	struct zkeys keys;    /* what signatures are verified with */
	bool algorithms[256]; /* by which every RRset is signed: those of the zone's keys, as far as there are held ones
	                         of them */
};

struct verify_batch { /* zero-initialised is empty */
	struct arena arena;
	struct znode *nodes;
	size_t node_count, node_cap;
	size_t signatures, octets; /* how full it is */
	struct zone_failure *failures;
	size_t failure_count;
	int64_t failure_total, verified, failed;
	bool expires;
	uint32_t expiry;
	const struct zname *first_name;
	uint16_t first_type;
};

void batch_fault(struct verify_batch *b, const struct zname *name, uint16_t type, const char *text);
bool batch_full(const struct verify_batch *b);
void batch_verify(struct verify_batch *b, const struct verify_rules *rules, struct zchecker *checker);
void batch_clear(struct verify_batch *b);

#endif
