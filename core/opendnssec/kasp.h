/* kasp.h -- kasp.xml as `ods-enforcer policy import` understands it (OpenDNSSEC 2.1.12, enforcer/src/db/policy_ext.c
 * and policy_key_ext.c): each policy is the numbers that an import writes into its row of the database, in the order of
 * that row as `observe` gives it (docs/observe.md). So PT3600S is PT1H, and what the file does not say is what is
 * filled in. */
#ifndef ODSF_CORE_OPENDNSSEC_KASP_H
#define ODSF_CORE_OPENDNSSEC_KASP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

enum { KASP_VALUES = 30, KASP_KEY_VALUES = 7, KASP_KSK = 1, KASP_ZSK = 2, KASP_CSK = 3 };

/* The file does not say it, and an import leaves what the database has. */
#define KASP_KEPT INT64_MIN

enum kasp_form {
	KASP_DURATION, /* seconds */
	KASP_NUMBER,
	KASP_FLAG,   /* the element is there */
	KASP_DENIAL, /* 0 NSEC, 1 NSEC3 */
	KASP_SERIAL, /* enum serial_mode */
	KASP_ROLL,   /* policyKey.minimize */
};

struct kasp_row {         /* what one value stands for */
	const char *path; /* "Signatures/Resign" below Policy, KSK, ZSK or CSK; "@length" is an attribute */
	enum kasp_form form;
	int64_t without; /* what an import sets where it is not said; KASP_KEPT */
	bool needed;     /* by kasp.rng: an import refuses a file without it */
};
extern const struct kasp_row kasp_rows[KASP_VALUES];         /* of a policy */
extern const struct kasp_row kasp_key_rows[KASP_KEY_VALUES]; /* of a key; the last is its roll type */

struct kasp_key {
	int role; /* KASP_KSK ... as policyKey.role */
	const char *repository;
	int64_t values[KASP_KEY_VALUES];
};

struct kasp_policy {
	const char *name;
	int64_t values[KASP_VALUES];
	struct kasp_key *keys;
	size_t key_count;
	long line;
};

struct kasp { /* strings and arrays in the arena given */
	struct kasp_policy *policies;
	size_t policy_count;
};

/* RC_PARSE: not XML, or a value that is missing or of no use, or a policy without a name or one that is there twice.
 * It does not validate: what it does not look at may be anything. */
MUST_CHECK enum rc kasp_parse(struct kasp *k, struct arena *a, const char *file, const char *text, size_t len,
                              struct err *e);

/* The value as it stands in the file: "P14D", "unixtime", "set". In the arena, or static. @role of its key; 0 for a
 * policy's. */
const char *kasp_value_text(const struct kasp_row *row, int role, int64_t value, struct arena *a);

#endif
