/* zone_study.h -- one zone as the two instances have signed it, or as the active has and a name server gives it:
 * fetched, compared while it arrives, and when its signatures run out on either side. */
#ifndef ODSF_CORE_PAIR_ZONE_STUDY_H
#define ODSF_CORE_PAIR_ZONE_STUDY_H

#include "core/pair/board.h"
#include "core/pair/zone_copy.h"
#include "core/zone/compare.h"
#include "core/zone/expiry.h"

enum study_side_state {
	STUDY_READ,
	STUDY_NONE,   /* it has no signed file of the zone, which is nothing wrong with the zone */
	STUDY_FAILED, /* not known: see why */
};

struct study_side { /* by instance index; with a name server: the active's, and the server's */
	enum study_side_state state;
	enum rc rc;
	char why[300];
	bool kept; /* its file was here already */
	uint64_t octets;
	struct zone_expiry *expiry; /* NULL unless read */
};

struct zone_study {
	char *zone;
	int64_t at; /* epoch */
	struct study_side side[2];
	bool compared; /* difference is filled: side 0 left, 1 right */
	struct zone_difference difference;
	enum rc rc;    /* of the comparison; RC_OK too where a side has nothing to compare */
	char why[300]; /* why it was not compared; "" when it was */
};

struct study_progress {
	uint64_t done, total;          /* octets read, and to be read; total 0: not known yet */
	uint64_t arrived[2], sizes[2]; /* octets of each side's file; 0 not known */
	const char *names[2];          /* of the sides; borrowed */
	bool reading;                  /* false: what is known is waited for */
};
/* A few times a second; any thread. */
typedef void (*study_told_fn)(void *ctx, const struct study_progress *p);

struct study_args {
	struct host *const *hosts;
	const struct board *board; /* which zones there are, and on which side; read at the start only */
	const char *zone;
	const char *dir; /* as zone_copy_args.dir */
	size_t samples;  /* changes kept of each band */
	bool compare, expiry;
	bool active_only; /* only the active's file is read; no comparison */
	/* Not NULL: what this name server transfers takes the place of the standby's file. A fault of the address is
	 * RC_USAGE of that side. */
	const char *server;
	struct resolver *resolver;
	int timeout_s; /* of an instance's file; a name server may be silent for ZONE_COPY_SILENCE */
	struct cancel *cancel;
	study_told_fn told; /* NULL: nobody */
	void *ctx;
};

/* Always gives a study. Blocks; any thread. Free with zone_study_free(). */
struct zone_study *zone_study_make(const struct study_args *args);
void zone_study_free(struct zone_study **study);

/* Octets that the signed files of @z have in all, as they were observed. */
uint64_t zone_study_size(const struct board_zone *z);
/* Whether instance @index has a signed file of @z to read, as it was observed. STUDY_NONE and STUDY_FAILED fill @why.
 */
enum study_side_state zone_study_side(const struct board *b, const struct board_zone *z, int index, char *why,
                                      size_t cap);

#endif
