/* observation.h -- everything seen on one instance at one time: immutable once made, each group of facts either known
 * or unknown with the reason. Strings and arrays live in its arena. */
#ifndef ODSF_CORE_PAIR_OBSERVATION_H
#define ODSF_CORE_PAIR_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/opendnssec/kasp_change.h"
#include "core/pair/config.h"
#include "core/pair/host.h"
#include "core/zone/serial.h"

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* Whether a group of facts could be observed. */
struct know {
	bool ok;
	bool bad;           /* when !ok: it was looked at, and is missing or of no use. Else nothing is known of it */
	const char *why;    /* one sentence when !ok, never NULL then */
	const char *source; /* "ods-enforcer key list -v -p", "/etc/opendnssec/conf.xml" */
};

/* A number that may be unknown; for 32-bit serials, epoch seconds, octets. */
struct num {
	bool ok;
	int64_t v;
};

enum datastore { DATASTORE_SQLITE, DATASTORE_MYSQL };
enum key_role { KEY_KSK = 1, KEY_ZSK = 2, KEY_CSK = 3 }; /* keyData.role */
enum backup_state { BACKUP_NOT_REQUIRED, BACKUP_REQUIRED, BACKUP_PREPARED, BACKUP_DONE, BACKUP_UNKNOWN };
enum adapter { ADAPTER_FILE, ADAPTER_DNS, ADAPTER_UNKNOWN };

struct obs_daemon { /* enforcer, signer */
	struct know know;
	enum tri running;  /* a process of that name whose pid is in /proc: the only proof there is */
	int64_t pid;       /* 0 when none */
	int process_count; /* more than one of that name is a fault */
	enum tri answers;  /* `running` was answered in time; NO while it runs means hung */
	const char *said;  /* why it did not answer: "no answer within 3 s"; NULL when it did, or was not asked */
	enum tri socket_present, pidfile_present;
	const char *user; /* the user it runs as, or would run as by conf.xml; "root" by default */
	const char *group;
	struct know account; /* the user and group of conf.xml. Bad: the host does not have one of them */
};

struct obs_queue {        /* of the enforcer */
	struct know know; /* unknown while the enforcer is down */
	bool idle;        /* all worker threads idle */
	int tasks;
	int64_t next; /* epoch of the next task; 0: none or immediately */
	bool immediately;
};

struct obs_repository {
	const char *name, *module, *token_label;
	bool require_backup, skip_public_key, allow_extraction;
	bool softhsm;          /* the module is SoftHSM's: its token is a directory that can be copied */
	const char *token_dir; /* directory of the token of that label; NULL when none was found */
	int token_count;       /* tokens of that label; more than one is ambiguous */
	struct know contents;  /* could the HSM be listed, as the user of the daemons */
	const char **cka_ids;
	size_t cka_id_count;
};

struct obs_conf { /* conf.xml, by meaning, without its secrets */
	struct know know;
	enum datastore datastore;
	const char *sqlite_path;
	const char *mysql_host, *mysql_database;
	const char *enforcer_user, *enforcer_group, *signer_user,
	    *signer_group;                     /* "root" when there is no Privileges */
	const char *enforcer_dir, *signer_dir; /* WorkingDirectory */
	const char *enforcer_socket, *signer_socket, *enforcer_pid, *signer_pid;
	const char *policy_file, *zonelist_file;
	const char *notify_command, *submit_command, *retract_command; /* NULL when none */
	const char **listeners;
	size_t listener_count; /* "address:port" */
	bool manual_key_generation;
	int64_t automatic_keygen_period; /* seconds; 0 when not set */
};

struct obs_policy {
	const char *name;
	enum serial_mode serial;
	int64_t resign, refresh, jitter, inception_offset;  /* seconds */
	int64_t validity, validity_denial, validity_keyset; /* seconds; keyset 0: as validity */
	int64_t dnskey_ttl, propagation_delay;
	bool nsec3, opt_out;
	const char *digest; /* sha256 of the policy's row and its keys, ids and salt left out */
};

struct obs_file {         /* a file or directory that has to have an owner, a mode */
	const char *what; /* directories: "database directory", "enforcer", "signconf", "signer", "signed", "unsigned",
	                   * "token", "token directory" (which these lie in);        files: "conf", "kasp", "zonelist",
	                   * "addns", "database", "zones.xml", "enforcer socket", "enforcer pid",        "signer
	                   * socket", "signer pid", "unsigned zone", "signed zone", "signconf file", "backup2"; "token
	                   * object": there only when its daemon's user may not read or write it */
	const char *zone; /* whose it is; NULL: the instance's */
	const char *path;
	enum tri exists;
	const char *owner, *group;
	unsigned mode;
	enum tri readable, writable; /* by the user of the daemon that uses it */
	bool hidden;                 /* it is there, and this user does not see it: what it lies in is closed */
	const char *daemon;          /* "enforcer" or "signer": whose user was asked */
};

struct obs_size {         /* files of one kind in one directory */
	const char *what; /* as obs_file.what */
	const char *dir;
	int64_t octets;
};

struct obs_room { /* a directory that a run writes to */
	const char *path;
	int64_t free, device; /* octets; the number of its file system */
};

struct obs_key {
	const char *zone; /* NULL: in the HSM and the database, allocated to none */
	enum key_role role;
	int key_tag, algorithm;
	int bits;
	const char *cka_id, *repository;
	const char *state; /* the word of `ods-enforcer key list`, made from the rows while the enforcer is down */
	int ds, dnskey, rrsigdnskey, rrsig; /* 0 hidden 1 rumoured 2 omnipresent 3 unretentive 4 NA */
	bool publish, active_ksk, active_zsk;
	int ds_at_parent; /* keyData.dsAtParent */
	enum backup_state backup;
	enum tri in_hsm;     /* here */
	int64_t next_change; /* the zone's; epoch, 0 none */
};

struct obs_signed { /* what a signed zone file says */
	struct know know;
	struct num serial;
	int64_t size, mtime, inode;
	int64_t records, signatures;
	int64_t first_expiry;    /* epoch of the first RRSIG to expire; 0 with no signature */
	const char *first_rrset; /* "owner TYPE" */
	int64_t last_inception;  /* epoch of the latest inception */
	const char *last_inception_rrset;
	const char **dnskeys;
	size_t dnskey_count; /* canonical text "flags protocol algorithm base64" */
	int *dnskey_tags;
	bool complete; /* the last record's line is whole */
};

struct obs_backup2 { /* the signer's state of a zone */
	struct know know;
	enum tri exists, complete; /* complete: ends in its trailer */
	uint32_t inbound, internal, outbound;
	int64_t lastmod, mtime;
	const char **locators;
	size_t locator_count; /* CKA_IDs of its keys */
};

struct obs_signconf {
	struct know know;
	enum tri exists;
	int64_t mtime;
	const char *digest; /* sha256 of the file */
	const char **locators;
	size_t locator_count;
};

struct obs_zone {
	const char *name; /* without the final dot, as OpenDNSSEC has it */
	const char *policy;
	enum tri in_database, in_zones_xml, in_zonelist;
	enum tri in_signer; /* `ods-signer zones`; unknown while it is down */
	enum adapter input, output;
	const char *unsigned_path, *signed_path, *signconf_path, *backup2_path;
	struct know unsigned_know;
	enum tri unsigned_exists;
	struct num unsigned_serial;
	const char *unsigned_digest;
	struct obs_signed signed_zone;
	struct obs_backup2 backup2;
	struct obs_signconf signconf;
	int64_t next_change; /* enforcer's next change of the zone; epoch, 0 none */
	int64_t next_roll;   /* earliest planned roll; epoch, 0 none */
	const char *next_roll_role;
};

struct obs_interference { /* automation that could start or change something during a run */
	const char *kind; /* "cron", "systemd", "puppet", "monit", "runit" */
	const char *what; /* file and line, unit name */
};

struct obs_copy { /* the newest copy set on this instance */
	struct know know;
	bool present;
	const char *id;
	int64_t at; /* when its snapshot was taken */
};

struct obs_aside { /* what a swap of an earlier run put aside here */
	const char *run;
	int64_t at;        /* when it was put aside */
	const char *state; /* "swapped"; "back": it was taken back; "moving" … (docs/far.md): half way; "unknown" */
	struct num octets;
};

struct observation {
	struct arena arena;
	int refs;                             /* see observation_ref() */
	const struct instance_config *config; /* borrowed */
	int64_t at;                           /* when it was complete; epoch by the console's clock */
	int64_t took_ms;
	bool reachable; /* false: nothing below is known; why says the reason */
	enum rc rc;     /* why not: RC_CONNECT, RC_AUTH, RC_HOSTKEY, RC_TIMEOUT, RC_PARSE … */
	const char *why;
	const char *host_key; /* "SHA256:…" or NULL */

	struct know os; /* host */
	const char *hostname, *machine_id, *os_name;
	const char *service_manager; /* "systemd", "runit", "ods-control" */
	int utc_offset;              /* of the host's local time, seconds; 0 where it is not known */
	bool utc_offset_known;
	struct num clock_offset;   /* host − console, milliseconds, corrected by half the round trip */
	int64_t clock_uncertainty; /* milliseconds that it may be off either way: half the round trip */
	const char *version;       /* "2.1.12"; NULL unknown */
	const char *softhsm_version;
	const char *tools_missing; /* of those that looking and a run need: "ods-enforcer, sqlite3"; NULL: none */
	const char *tools_unknown; /* of these, what was not said of; NULL: none */
	const char *far_digest;

	struct obs_conf conf;
	struct obs_repository *repositories;
	size_t repository_count;
	struct know tokens; /* SoftHSM's: could its token directory be looked through. Bad: there is none */
	struct obs_daemon enforcer, signer;
	struct know signer_zones_know;
	struct num signer_zones; /* zones that the running signer has */
	struct num signer_tasks; /* tasks in `ods-signer queue` */
	struct obs_queue queue;

	struct know database;                       /* could it be read */
	enum tri database_exists, database_journal; /* kasp.db-journal present */
	enum tri database_writable;
	struct obs_policy *policies;
	size_t policy_count;
	struct obs_key *keys;
	size_t key_count; /* of zones first, then unallocated ones */
	struct obs_zone *zones;
	size_t zone_count; /* union of database, zones.xml; sorted by name */
	struct know zones_xml, zonelist;
	struct know kasp;                 /* kasp.xml: could it be read */
	struct kasp_change *kasp_changes; /* what an import of it would change; none while the database is not known */
	size_t kasp_change_count;
	const char **zonelist_only; /* zones that zonelist.xml alone names */
	size_t zonelist_only_count;

	struct know files_know; /* could all be looked at, as root and as the users of the daemons */
	struct obs_file *files;
	size_t file_count;
	struct num disk_free;  /* octets where /var/lib/ods-failover lies */
	struct num state_size; /* octets that a snapshot of this instance takes */
	struct know sizes_know, rooms_know;
	struct obs_size *sizes;
	size_t size_count;
	struct obs_room *rooms;
	size_t room_count;
	const char *conf_digest, *kasp_digest, *zonelist_digest, *addns_digest; /* of the files, sha256; NULL unknown */
	enum tri prevent_startup;
	enum tri fenced_by_us; /* our fence is on it */
	struct know interference_know;
	struct obs_interference *interference;
	size_t interference_count;
	struct obs_copy copy;
	struct know asides_know;
	struct obs_aside *asides; /* the newest first */
	size_t aside_count;

	/* What we keep on the instance ourselves. */
	struct know record;
	enum tri has_record;
	enum role recorded_role;
	const char *recorded_run;
	struct know lease;       /* could it be read, or seen that there is none */
	const char *lease_owner; /* NULL when no lease is held */
	const char *lease_run, *lease_reason;
	int64_t lease_expires, lease_heartbeat;
};

/* Observes @h in one round trip. Always gives an observation: an unreachable host is one with reachable false.
 * Ends within @timeout_s. Caller holds one reference. */
struct observation *observe(struct host *h, int timeout_s, struct cancel *c);

/* Makes an observation out of the answer of the far side's "observe"; @took_ms and clock readings by the console. */
struct observation *observation_parse(const struct instance_config *config, const struct far_answer *a, int64_t sent_ms,
                                      int64_t received_ms);
struct observation *observation_unreachable(const struct instance_config *config, const struct err *why);

struct observation *observation_ref(struct observation *o); /* atomic; any thread */
void observation_unref(struct observation **o);

const struct obs_zone *observation_zone(const struct observation *o, const char *name); /* NULL when unknown */
const struct obs_key *observation_key(const struct observation *o, const char *cka_id, const char *zone);
/* Whether a DNSKEY ("flags protocol algorithm base64", with its key tag) may be that key: by tag, algorithm and whether
 * it is a secure entry point, which is all that the enforcer's database says; two keys may be alike in these. */
bool observation_key_is(const struct obs_key *k, const char *dnskey, int tag);
/* Whether two DNSKEYs have the same algorithm, and are both secure entry points or neither. */
bool dnskey_kind_equal(const char *a, const char *b);
const struct obs_policy *observation_policy(const struct observation *o, const char *name);

#endif
