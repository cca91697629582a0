/* compare_explain.h -- differing names told as changes of RRsets, each in its
 * band. */
#ifndef ODSF_CORE_ZONE_COMPARE_EXPLAIN_H
#define ODSF_CORE_ZONE_COMPARE_EXPLAIN_H

#include "core/zone/compare_cuts.h"
#include "core/zone/compare_denial.h"
#include "core/zone/compare_names.h"

struct explain {
	const struct compare_options *options;
	struct zone_difference *d;
	const struct facts *facts[2];
	struct denial_changes denial;
	struct cut_changes cuts;
	bool cuts_known;           /* all of them */
	uint64_t kept[BAND_COUNT]; /* changes in d */
	struct foreign_key {       /* signs, and is not in the DNSKEY set of its side */
		int side;
		unsigned tag, algorithm;
	} foreign[FACTS_KEYS];
	size_t foreign_count;
	bool by_meaning;  /* the sides deny in different ways: their chains are not
	                     compared record by record */
	bool denial_left; /* there are NSEC or NSEC3 records that differ */
	char sentence[512];
};

/* Both are differing_name_fn with a struct explain. First all but the chain:
 * what is changed in the zone is noted; then the chain, of which what follows
 * from those changes is not told again. */
enum rc explain_content(void *ctx, const struct differing_name *name, struct err *e);
enum rc explain_denial(void *ctx, const struct differing_name *name, struct err *e);

/* Behind explain_content() of all names. True: of all once more, from the start, for what they are depends on cuts that
 * are known only now. */
bool explain_again(struct explain *x);

/* One change: counted, and kept while there is room. The lists may be NULL. */
void explain_change(struct explain *x, enum zone_band band, const struct wire_name *owner, uint16_t type,
                    const struct record_list *left, const struct record_list *right, const char *text);
bool explain_wants(const struct explain *x, enum zone_band band); /* there is room for another one */

#endif
