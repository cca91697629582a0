/* clitext.h -- what OpenDNSSEC's tools print, and only the forms that are made to be read by a program or are stable in
 * 2.1 (printf formats of OpenDNSSEC 2.1.12). Lines that are not of the form are an error, never skipped silently: a row
 * that is not understood must not look like a key that is not there. */
#ifndef ODSF_CORE_OPENDNSSEC_CLITEXT_H
#define ODSF_CORE_OPENDNSSEC_CLITEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"

struct cli_key { /* a row of `ods-enforcer key list -v -p`, with that of `-d -p` where it was read too */
	const char *zone, *state, *next, *cka_id, *repository;
	int role; /* 1 KSK 2 ZSK 3 CSK */
	int bits, algorithm, key_tag;
	bool has_states;
	int ds, dnskey, rrsigdnskey, rrsig; /* enum record_state */
	bool publish, active;
};
struct cli_keys {
	struct cli_key *keys;
	size_t count;
};

/* @states: what `-d -p` printed, or NULL; its rows go to the keys with the same zone and CKA_ID. */
MUST_CHECK enum rc cli_key_list(struct cli_keys *k, struct arena *a, const char *verbose, const char *states,
                                struct err *e);

struct cli_backup { /* a row of `ods-enforcer backup list` */
	const char *cka_id, *repository;
	int state; /* hsmKey.backup: 0 Not Required 1 Required 2 Prepared 3 Done */
};
struct cli_backups {
	struct cli_backup *rows;
	size_t count;
};
MUST_CHECK enum rc cli_backup_list(struct cli_backups *b, struct arena *a, const char *text, struct err *e);

struct cli_queue { /* `ods-enforcer queue` and `ods-signer queue` */
	bool idle; /* of the enforcer: all its workers */
	int tasks;
	bool immediately;
	int64_t now, next; /* epoch; 0 when not said (the signer's has none) */
};
MUST_CHECK enum rc cli_queue(struct cli_queue *q, const char *text, struct err *e);

struct cli_names {
	const char **names;
	size_t count;
};

/* `ods-signer zones`; RC_PARSE when the count it says is not that of its rows. */
MUST_CHECK enum rc cli_signer_zones(struct cli_names *z, struct arena *a, const char *text, struct err *e);

/* `ods-hsmutil list`: the CKA_IDs of @repository (NULL: of all), in lower case. */
MUST_CHECK enum rc cli_hsm_list(struct cli_names *ids, struct arena *a, const char *text, const char *repository,
                                struct err *e);

/* "2.1.12" out of "ods-enforcerd (opendnssec) version 2.1.12", "1:2.1.12-2", "2.6.1-2.1"; NULL when there is none. */
const char *cli_version(struct arena *a, const char *text);

#endif
