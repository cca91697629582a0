/* finding_conf.h -- how the two sides' conf.xml are compared: by meaning, one row an element. It is never copied, for
 * what is right on one host need not be on the other. */
#ifndef ODSF_CORE_PAIR_FINDING_CONF_H
#define ODSF_CORE_PAIR_FINDING_CONF_H

#include <stddef.h>

#include "core/pair/finding.h"
#include "core/pair/observation.h"

enum conf_class {
	CONF_MUST_MATCH,
	CONF_MAY_DIFFER,  /* is not compared */
	CONF_MUST_DIFFER, /* each host has its own */
};

struct conf_row {
	const char *element; /* below /Configuration */
	const char *what;    /* as it stands in a sentence: "the token label" */
	enum conf_class class;
	const char *finding;    /* the check that speaks of it; NULL where it may differ */
	enum severity severity; /* of a difference, or of a match that must not be */
	/* What is compared, by meaning; NULL on either side: there is nothing to compare. Of conf.xml, or of a
	 * repository of one name. Neither: not compared, or whether such a repository is there at all. */
	const char *(*of_conf)(struct arena *a, const struct obs_conf *conf);
	const char *(*of_repository)(const struct obs_repository *r);
};

extern const struct conf_row conf_rows[];
extern const size_t conf_row_count;

#endif
