/* compare_meaning.h -- two sides that deny in different ways (NSEC against
 * NSEC3, another salt, iterations, opt-out): compared by the names that they
 * prove to exist, and with which types. */
#ifndef ODSF_CORE_ZONE_COMPARE_MEANING_H
#define ODSF_CORE_ZONE_COMPARE_MEANING_H

#include "core/zone/compare_explain.h"

/* Adds the changes of the denial band: one for the parameters, and one for each
 * name of which the two chains say something else than the zone of their side
 * does. */
MUST_CHECK enum rc meaning_compare(struct explain *x, struct walk *w, struct err *e);

#endif
