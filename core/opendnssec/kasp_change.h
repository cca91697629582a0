/* kasp_change.h -- what an import of kasp.xml would change in the database. */
#ifndef ODSF_CORE_OPENDNSSEC_KASP_CHANGE_H
#define ODSF_CORE_OPENDNSSEC_KASP_CHANGE_H

#include "core/opendnssec/kasp.h"

struct kasp_change {
	const char *policy;
	const char *what; /* "Signatures/Resign", "Keys/ZSK/Lifetime"; "Keys/ZSK" for a whole key, "" for the policy */
	const char *said; /* by the file; NULL: the key is not in it */
	const char *has;  /* the database; NULL: the policy, or the key, is not in it */
};

/* All that `ods-enforcer policy import` of @file would change of @stored; *@changes in @a. A policy that the database
 * alone has is none: only --remove-missing-policies takes it out, and only where nothing uses it. Nor is a Description:
 * nothing goes by it. Of another Denial only that is told. Strings of both are borrowed. */
size_t kasp_changes(const struct kasp *file, const struct kasp *stored, struct arena *a, struct kasp_change **changes);

#endif
