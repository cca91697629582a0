/* board.h -- both instances, the public name servers and the findings at one time: what every screen draws and every
 * headless command prints. Immutable once made, refcounted. */
#ifndef ODSF_CORE_PAIR_BOARD_H
#define ODSF_CORE_PAIR_BOARD_H

#include "core/pair/config.h"
#include "core/pair/finding.h"
#include "core/pair/observation.h"
#include "core/pair/resolver.h"
#include "core/zone/ds.h"

struct public_zone { /* one zone at one public name server */
	const char *server, *zone;
	struct know know; /* unknown: silent, refused, timed out … */
	struct num serial;
	const char **dnskeys;
	size_t dnskey_count; /* "flags protocol algorithm base64" */
	int *dnskey_tags;
	int64_t first_expiry; /* of the RRSIGs over SOA, DNSKEY and NS that it answered; 0 none */
	const char *first_rrset;
	int64_t last_inception;
	int64_t took_ms;
};

struct public_ds { /* DS at the parent */
	const char *zone, *server;
	struct know know;
	struct ds *records;
	size_t record_count;
};

enum run_kind { KIND_SWITCHOVER, KIND_FAILOVER, KIND_REPLICATE, KIND_FAILBACK };
const char *run_kind_name(enum run_kind kind);
bool run_kind_parse(const char *name, enum run_kind *kind);

struct board_serial { /* of one zone: all places */
	struct num unsigned_active, unsigned_standby;
	struct num signed_at[2], outbound[2]; /* by instance index */
	struct num published;                 /* RFC 1982 greatest of the public ones; unknown when none was seen */
	bool no_order;        /* the public ones have no greatest: two are 2^31 apart; published is unknown then */
	struct num predicted; /* what the standby would publish first after a switchover, before any repair */
	bool refuses;         /* keep: it would not sign at all */
	enum serial_order predicted_order; /* predicted against published */
	bool repairable;                   /* the serial guard can make it greater */
	struct num repaired;               /* what it would publish first once repaired */
	struct num target;                 /* S*: must be exceeded: greatest of all places */
};

struct board_zone {
	const char *name, *policy;
	const struct obs_zone *on[2]; /* by instance index; NULL when that side does not have it */
	const struct public_zone **public_zones;
	size_t public_count; /* one a configured server */
	struct board_serial serial;
	struct num first_expiry; /* the least of the active's signed file and of the public answers */
	const char *first_rrset;
	struct num slack;      /* seconds */
	enum severity worst;   /* of the findings about it; unknown at least where the active was not seen */
	const char *keys_word; /* "ok", "MISSING", "backup", "roll 2h", "?" for the overview */
};

struct board_key {
	const struct obs_key *key; /* as the active has it, or the standby when the active does not */
	enum tri in_hsm[2];        /* by instance index */
	enum tri published, ds;
};

struct slack {
	struct num seconds;
	bool at_most;     /* the active was not seen: in its files something may expire before */
	const char *zone; /* that decides; NULL unknown */
	const char *rrset;
	int64_t first_expiry;
	int64_t last_safe_start; /* epoch */
	int64_t failover_time;   /* seconds */
	bool measured;           /* else configured */
	int runs;                /* how many it was measured from */
	int64_t margin;
};

struct board {
	struct arena arena;
	int refs;
	const struct pair_config *pair; /* borrowed */
	enum run_kind kind;             /* what the findings decide about */
	int64_t at;
	struct observation *obs[2]; /* a reference each; by instance index; never NULL */
	int active, standby;        /* instance index by claimed role (record, else configuration) */
	int observed_role[2];       /* enum role, 2 none, -1 not observed */
	struct public_zone *public_zones;
	size_t public_count;
	struct public_ds *ds;
	size_t ds_count;
	struct board_zone *zones;
	size_t zone_count; /* sorted: worst, then least slack, then name */
	struct board_key *keys;
	size_t key_count; /* sorted by zone, role */
	struct slack slack;
	struct finding *findings;
	size_t finding_count, finding_cap; /* worst first, then by the order of the table */
};

/* How long a failover really takes here, out of the journal; seconds 0 and runs 0 when never measured. */
struct measured {
	int64_t seconds;
	int runs;
};

/* Joins what was seen; takes a reference on each observation. @public_* may be empty. */
struct board *board_make(const struct pair_config *pair, struct observation *obs[2], const struct public_zone *pub,
                         size_t pub_count, const struct public_ds *ds, size_t ds_count, struct measured measured,
                         enum run_kind kind, int64_t now);
struct board *board_ref(struct board *b);
void board_unref(struct board **b);

/* Observes both instances side by side, then the name servers for every zone found, and joins them.
 * Ends within 60 s whatever a host does. @hosts by instance index. */
struct board *board_observe(const struct pair_config *pair, struct host *hosts[2], struct resolver *resolver,
                            struct measured measured, enum run_kind kind, struct cancel *c);

enum severity board_worst(const struct board *b);
/* interface.md: 3 when an instance could not be observed at all; else 2 stop, 3 unknown, 1 warn, 0. */
int board_exit_code(const struct board *b);
const struct board_zone *board_zone(const struct board *b, const char *name);
/* Seconds that every signature of @z has left at least while its active's signer keeps to the policy: Refresh less
 * Resign (kasp.xml; the signer signs anew what has less than Refresh left, every Resign), or where a new signature may
 * have less than that, or Refresh is 0, the least Validity less Jitter and Resign. 0: the policy is not known.
 */
int64_t board_floor(const struct board *b, const struct board_zone *z);
/* The same of the signature that runs out first in @z's signed file. The SOA's alone is not written while no other one
 * is due (OpenDNSSEC 2.1.12 signer tools.c:192), which lies within Jitter either way: it may have
 * 2 * Jitter less. */
int64_t board_first_floor(const struct board *b, const struct board_zone *z);

#endif
