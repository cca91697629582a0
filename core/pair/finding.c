#include "core/pair/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/vec.h"
#include "core/pair/finding_make.h"

/* Ids are permanent: journals, overrides and monitoring outlive releases. The order is that of the list where
 * severities are equal. What is said of a standby is `warn` at most wherever a switchover replaces it. */
const struct check checks[] = {
	{ "instance-unreachable", "An instance could not be observed",
	  "unknown when the login, sudo or the far side failed; nothing else is concluded about that instance",
	  SCOPE_INSTANCES, NULL, check_instance_unreachable },
	{ "host-incomplete", "A host lacks what OpenDNSSEC needs",
	  "stop when a tool of OpenDNSSEC, or sqlite3, is not there, unknown when that was not said", SCOPE_INSTANCES,
	  NULL, check_host_incomplete },
	{ "same-machine", "Both instances are one machine",
	  "stop when machine-id and host name are equal, unknown when one host says neither", SCOPE_PAIR, NULL,
	  check_same_machine },
	{ "two-actives", "Both instances sign", "stop when a signer runs on both (cold mode): fence one first",
	  SCOPE_PAIR, "daemon-unknown", check_two_actives },
	{ "no-active", "No instance signs", "stop when a signer runs on neither", SCOPE_PAIR, "daemon-unknown",
	  check_no_active },
	{ "roles-swapped", "The instance that should be standby is the one that signs",
	  "stop when the claimed roles and the observed ones are the other way round", SCOPE_PAIR, "daemon-unknown",
	  check_roles_swapped },
	{ "role-records-differ", "The two instances do not agree on their roles",
	  "stop when both records say active, warn when both say standby, unknown when one cannot be read", SCOPE_PAIR,
	  NULL, check_role_records },
	{ "enforcer-down", "The enforcer of the active is down", "stop: keys do not roll, and the run cannot prepare",
	  SCOPE_ACTIVE, "daemon-unknown", check_enforcer_down },
	{ "signer-down", "The signer of the active is down", "stop: signatures are not renewed", SCOPE_ACTIVE,
	  "daemon-unknown", check_signer_down },
	{ "standby-enforcer", "The enforcer runs on the standby",
	  "stop in cold mode: two enforcers make different keys", SCOPE_STANDBY, "daemon-unknown",
	  check_standby_enforcer },
	{ "daemon-hung", "A daemon lives and does not answer", "stop", SCOPE_INSTANCES,
	  "daemon-unknown conf-unreadable", check_daemon_hung },
	{ "daemon-twice", "More than one process of a daemon", "stop: stopping one leaves the other", SCOPE_INSTANCES,
	  "daemon-unknown", check_daemon_twice },
	{ "daemon-unknown", "Whether a daemon runs, or answers, is not known", "unknown", SCOPE_INSTANCES, NULL,
	  check_daemon_unknown },
	{ "signatures-expired", "Signatures have expired", "stop, in the active's signed file and in public",
	  SCOPE_ZONES, "expiry-unknown zone-unsigned name-server-silent", check_signatures_expired },
	{ "inception-future", "Signatures are not valid yet",
	  "stop when an inception lies after now, in the active's signed file and in public", SCOPE_ZONES,
	  "expiry-unknown zone-unsigned name-server-silent", check_inception_future },
	{ "slack-negative", "Too late for a safe start",
	  "stop when the first expiry minus now, the time of a failover and the margin is below zero", SCOPE_ZONES,
	  "expiry-unknown", check_slack_negative },
	{ "slack-low", "Little time is left", "warn when the slack is less than one margin", SCOPE_ZONES,
	  "expiry-unknown slack-negative", check_slack_low },
	{ "expiry-unknown", "When the signatures run out is not known", "unknown", SCOPE_ZONES, "zone-unsigned",
	  check_expiry_unknown },
	{ "conf-unreadable", "conf.xml cannot be read",
	  "stop when it is missing, not XML, or of no use to the far side; unknown when it could not be looked at",
	  SCOPE_INSTANCES, NULL, check_conf_unreadable },
	{ "conf-differs", "conf.xml differs where it must match",
	  "stop when the datastore or a repository, its kind of module, token label or RequireBackup differ: conf.xml "
	  "is never copied; warn when SkipPublicKey, AllowExtraction, the generation of keys, or whether there is a "
	  "NotifyCommand or a command for the DS differ, when the standby alone has a repository that can be opened, "
	  "and when both signers are to bind one address of a host's own",
	  SCOPE_PAIR, "conf-unreadable", check_conf_differs },
	{ "versions-differ", "OpenDNSSEC's versions differ", "stop across minor versions, warn within one", SCOPE_PAIR,
	  "host-incomplete", check_versions },
	{ "policies-differ", "Policies differ",
	  "warn, also when the standby's database cannot be read: a switchover brings the active's", SCOPE_PAIR,
	  "conf-unreadable database-unknown database-missing", check_policies_differ },
	{ "database-missing", "The KASP database is missing", "stop on the active", SCOPE_ACTIVE, "conf-unreadable",
	  check_database_missing },
	{ "database-unknown", "The KASP database could not be read", "unknown on the active", SCOPE_ACTIVE,
	  "conf-unreadable database-missing", check_database_unknown },
	{ "database-journal", "The KASP database has a hot journal",
	  "stop on the active while its enforcer is down: a write was cut off; unknown when it was not looked for",
	  SCOPE_ACTIVE, "daemon-unknown database-missing", check_database_journal },
	{ "database-readonly", "The enforcer cannot write its database",
	  "stop on the active: it answers and lists keys, and every change fails", SCOPE_ACTIVE,
	  "database-missing daemon-user-missing files-unknown", check_database_readonly },
	{ "daemon-user-missing", "The user of a daemon is not there",
	  "stop when the host does not have the user or group of conf.xml: the daemon cannot start, and a switchover "
	  "cannot give it its files; unknown when it could not be looked at",
	  SCOPE_INSTANCES, "conf-unreadable", check_daemon_user_missing },
	{ "files-unknown", "Who may use the files of an instance is not known",
	  "unknown on the active, warn on the standby, where a switchover sets owners and modes", SCOPE_INSTANCES,
	  "conf-unreadable", check_files_unknown },
	{ "ownership-wrong", "A daemon cannot write where it must",
	  "stop on the active; on the standby warn, for a switchover sets owner and mode, but stop where what a "
	  "directory lies in is closed to the daemon",
	  SCOPE_INSTANCES, "daemon-user-missing files-unknown", check_ownership },
	{ "file-unreadable", "A daemon cannot read a file",
	  "stop on the active; on the standby warn, but stop for the directory of the tokens, and where what a "
	  "directory lies in is closed to the daemon",
	  SCOPE_INSTANCES, "daemon-user-missing files-unknown", check_file_unreadable },
	{ "file-missing", "A directory or file that the daemons need is missing", "stop on the active", SCOPE_ACTIVE,
	  "files-unknown", check_file_missing },
	{ "zones-xml-missing", "enforcer/zones.xml is missing",
	  "stop on the active when it is missing or not XML: a signer that starts without it has no zones; unknown "
	  "when it could not be looked at",
	  SCOPE_ACTIVE, "conf-unreadable", check_zones_xml_missing },
	{ "zones-xml-differs", "zones.xml and the database differ", "stop for the zone that is in one of them only",
	  SCOPE_ZONES, "database-unknown database-missing zones-xml-missing", check_zones_xml_differs },
	{ "zonelist-differs", "zonelist.xml and the database differ",
	  "warn: the list is read only when it is imported; unknown when it could not be looked at", SCOPE_ACTIVE,
	  "conf-unreadable database-unknown database-missing", check_zonelist_differs },
	{ "kasp-differs", "kasp.xml was changed and not imported",
	  "warn when an import would change a policy of the active's database, or could not be made of that file; "
	  "unknown when it could not be looked at",
	  SCOPE_ACTIVE, "conf-unreadable database-unknown database-missing", check_kasp_differs },
	{ "zone-not-in-signer", "The signer does not have a zone",
	  "stop for a zone of zones.xml that the running signer lacks, unknown when it does not say its zones",
	  SCOPE_ZONES, "daemon-unknown daemon-hung signer-down zones-xml-missing", check_zone_not_in_signer },
	{ "token-directory-unknown", "Where SoftHSM has its tokens is not known",
	  "stop when softhsm2.conf names no directory that is there: a switchover brings tokens, and no place for "
	  "them; unknown when it could not be looked at",
	  SCOPE_INSTANCES, "conf-unreadable", check_token_directory_unknown },
	{ "token-missing", "A repository has no token", "stop on the active", SCOPE_ACTIVE,
	  "conf-unreadable token-directory-unknown", check_token_missing },
	{ "token-ambiguous", "Several tokens have one label", "stop on the active, warn on the standby",
	  SCOPE_INSTANCES, "conf-unreadable token-directory-unknown", check_token_ambiguous },
	{ "hsm-unknown", "The keys in an HSM could not be listed", "unknown on the active", SCOPE_ACTIVE,
	  "conf-unreadable token-directory-unknown token-missing", check_hsm_unknown },
	{ "key-missing-in-hsm", "A key is not in the HSM",
	  "stop when the active's token lacks it, warn for those that no zone has yet", SCOPE_ZONES,
	  "hsm-unknown token-missing database-unknown database-missing", check_key_missing },
	{ "key-set-differs", "Enforcer, signconf, signer and signed zone have different keys",
	  "stop when a key that signs is not in the signconf or the signed zone, or the signconf or the signer's state "
	  "has one that the enforcer does not know; warn for any other",
	  SCOPE_ZONES, "database-unknown database-missing zone-unsigned signconf-missing backup2-missing",
	  check_key_set_differs },
	{ "key-not-published", "A key that signs is not in public",
	  "stop when a public server that has the active's serial lacks an active key, warn otherwise", SCOPE_ZONES,
	  "database-unknown database-missing zone-unsigned name-server-silent no-name-server",
	  check_key_not_published },
	{ "key-unknown-in-public", "A public DNSKEY is not the enforcer's",
	  "stop when a public server gives a key that neither the active's signed zone nor its database has, warn "
	  "while it is behind",
	  SCOPE_ZONES, "database-unknown database-missing zone-unsigned name-server-silent no-name-server",
	  check_key_unknown_in_public },
	{ "ds-differs", "The parent's DS names no KSK that signs",
	  "stop when a Parent is configured and has a DS, and none is that of such a KSK by key tag, algorithm and "
	  "digest; "
	  "unknown when the DNSKEY was not seen",
	  SCOPE_PARENTS, "database-unknown database-missing parent-silent", check_ds_differs },
	{ "parent-silent", "The parent's DS is not known", "unknown when a configured Parent does not answer",
	  SCOPE_PARENTS, NULL, check_parent_silent },
	{ "key-tags-equal", "Two keys of a zone have one key tag", "warn", SCOPE_ZONES,
	  "database-unknown database-missing", check_key_tags_equal },
	{ "key-not-backed-up", "A key is not backed up",
	  "warn: the run copies, proves and commits it; those that no zone has yet are one finding", SCOPE_ZONES,
	  "backup-unknown database-unknown database-missing", check_key_not_backed_up },
	{ "backup-unknown", "Whether keys are backed up is not known", "unknown on the active", SCOPE_ACTIVE,
	  "database-unknown database-missing", check_backup_unknown },
	{ "roll-in-window", "A roll is due during the run",
	  "warn when it, or another change of keys, falls within the time of a failover", SCOPE_ZONES,
	  "database-unknown database-missing", check_roll_in_window },
	{ "zone-unsigned", "A zone has no signed file",
	  "stop on the active when it is missing or cut short, unknown when it could not be read", SCOPE_ZONES,
	  "adapter-unsupported", check_zone_unsigned },
	{ "zone-not-signing", "The signer fails to sign a zone",
	  "warn when the first signature to expire has less left than the policy lets any have (Refresh less Resign, "
	  "for the SOA less 2 * Jitter), stop when it is less by a whole Resign; a keep zone at rest aside "
	  "(keep-not-resignable)",
	  SCOPE_ZONES,
	  "daemon-unknown daemon-hung signer-down zone-unsigned expiry-unknown database-unknown database-missing",
	  check_zone_not_signing },
	{ "unsigned-unreadable", "An unsigned zone cannot be read",
	  "stop on the active when it is missing: a signer that starts elsewhere would not write the zone; warn when "
	  "its serial is not understood: the signer goes by what it read last; unknown when it could not be looked at",
	  SCOPE_ZONES, "adapter-unsupported", check_unsigned_unreadable },
	{ "signconf-missing", "A zone has no signer configuration",
	  "stop on the active when its file is missing or not XML: a run would end at its snapshot, with both daemons "
	  "down; unknown when it could not be looked at",
	  SCOPE_ZONES, "conf-unreadable zones-xml-missing", check_signconf_missing },
	{ "backup2-missing", "The signer has no state of a zone",
	  "stop on the active when it is missing or damaged: its serial would be lost; unknown when it could not be "
	  "looked at",
	  SCOPE_ZONES, NULL, check_backup2_missing },
	{ "backup2-truncated", "The signer's state of a zone is cut short",
	  "stop on the active: a signer that starts from it publishes a zone with missing names; unknown when its end "
	  "was not seen",
	  SCOPE_ZONES, "backup2-missing", check_backup2_truncated },
	{ "backup2-stale", "The signer's state is older than what is published, or signed",
	  "warn where the serial guard repairs it, stop where it cannot", SCOPE_ZONES,
	  "backup2-missing backup2-truncated zone-unsigned name-server-silent", check_backup2_stale },
	{ "serial-behind", "The standby would publish a serial that is not greater",
	  "warn where the serial guard repairs it, stop, not to be overridden, where it cannot "
	  "(RFC 1982; 2^31 apart is undefined)",
	  SCOPE_ZONES, "serial-unknown name-server-silent no-name-server", check_serial_behind },
	{ "serial-unknown", "The next serial cannot be predicted", "unknown", SCOPE_ZONES,
	  "database-unknown database-missing", check_serial_unknown },
	{ "keep-not-resignable", "A keep zone cannot be signed again",
	  "warn, with the day its signatures end: raise the unsigned serial; unknown when that could not be looked at",
	  SCOPE_ZONES, "name-server-silent database-unknown database-missing", check_keep_not_resignable },
	{ "name-server-silent", "A public name server does not answer",
	  "unknown, and not to be overridden: a run would stop at it with both daemons down", SCOPE_ZONES,
	  "no-name-server", check_name_server_silent },
	{ "name-server-behind", "A public name server has an older serial", "warn", SCOPE_ZONES,
	  "name-server-silent no-name-server zone-unsigned", check_name_server_behind },
	{ "no-name-server", "No public name server is configured", "warn: nobody sees what is published", SCOPE_PAIR,
	  NULL, check_no_name_server },
	{ "clock-skew", "A clock is off",
	  "warn above 2 seconds against the console, whatever the way there and back took, unknown when it was not "
	  "seen, stop where the two instances differ by more than a policy's InceptionOffset",
	  SCOPE_INSTANCES, NULL, check_clock_skew },
	{ "disk-small", "Too little disk space",
	  "stop when a file system has no room for what a run puts there: three times a snapshot where our own copies "
	  "lie, on the standby besides what the active has of each kind of file, twice of what its signer writes anew; "
	  "unknown when it could not be seen",
	  SCOPE_INSTANCES, "conf-unreadable", check_disk_small },
	{ "prevent-startup", "OpenDNSSEC would not start after a reboot",
	  "warn on the active, unknown when it was not looked at", SCOPE_ACTIVE, NULL, check_prevent_startup },
	{ "active-fenced", "The active is fenced", "warn: a run was left between; unknown when it was not looked at",
	  SCOPE_ACTIVE, NULL, check_active_fenced },
	{ "interference", "Automation may act during the run",
	  "warn for each, unknown when it could not be looked for to the end", SCOPE_INSTANCES, NULL,
	  check_interference },
	{ "lease-held", "Somebody holds the lease", "warn; a second run is refused; unknown when it cannot be read",
	  SCOPE_INSTANCES, NULL, check_lease_held },
	{ "copy-missing", "The standby has no copy set",
	  "stop for a failover, which starts from it, unknown when it was not looked for", SCOPE_COPY, NULL,
	  check_copy_missing },
	{ "standby-copy-old", "The standby lacks what the active has",
	  "warn: keys, zones or the whole database; a switchover brings it; also when the standby cannot be looked "
	  "into",
	  SCOPE_COMPARED, "database-unknown database-missing token-missing hsm-unknown conf-unreadable",
	  check_standby_copy_old },
	{ "signed-closed", "The standby's signed zones are closed to others",
	  "warn when the directory lets in fewer than the active's: the name server there may be unable to read it",
	  SCOPE_COMPARED, "files-unknown", check_signed_closed },
	{ "mode-unsupported", "Warm and dual pairs are shown only", "warn; plan and run refuse", SCOPE_PAIR, NULL,
	  check_mode_unsupported },
	{ "datastore-unsupported", "MySQL is shown only", "warn; plan and run refuse", SCOPE_INSTANCES,
	  "conf-unreadable", check_datastore_unsupported },
	{ "adapter-unsupported", "DNS adapters are shown only",
	  "warn; plan and run refuse; unknown for one that is neither File nor DNS", SCOPE_ZONES, NULL,
	  check_adapter_unsupported },
	{ "hsm-unsupported", "HSMs other than SoftHSM are shown only", "warn; plan and run refuse", SCOPE_ACTIVE,
	  "conf-unreadable", check_hsm_unsupported },
	{ "paths-differ", "The two sides' paths differ", "warn; plan and run refuse", SCOPE_PAIR, "conf-unreadable",
	  check_paths_differ },
};
const size_t check_count = sizeof checks / sizeof *checks;

static const char *const severity_names[] = {
	[SEV_OK] = "ok", [SEV_WARN] = "warn", [SEV_UNKNOWN] = "unknown", [SEV_STOP] = "stop"
};

const char *severity_name(enum severity s)
{
	return severity_names[s];
}

const struct check *check_by_id(const char *id)
{
	for (size_t i = 0; i < check_count; i++)
		if (strcmp(checks[i].id, id) == 0)
			return &checks[i];
	return NULL;
}

bool check_may_override(const char *id)
{
	/* compare-serials, prove-keys and verify-public ask every server; guard-serials judges the serials again. */
	static const char *const asked_again[] = { "name-server-silent", "serial-behind" };

	for (size_t i = 0; i < sizeof asked_again / sizeof *asked_again; i++)
		if (strcmp(asked_again[i], id) == 0)
			return false;
	return true;
}

void finding_add(struct board *b, struct finding f)
{
	b->findings = vec_grow(b->findings, b->finding_count, &b->finding_cap, sizeof *b->findings);
	b->findings[b->finding_count++] = f;
}

void add_finding(struct board *b, const struct check *check, struct about about, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	finding_add(b, (struct finding){
	                   .id = check->id,
	                   .severity = about.severity,
	                   .instance = about.side == NEITHER ? NULL : side_name(b, about.side),
	                   .zone = about.zone,
	                   .text = arena_strdup(&b->arena, text),
	                   .value = about.value,
	                   .limit = about.limit,
	                   .source = about.source,
	                   .hint = about.hint,
	                   .at = about.side == NEITHER ? b->at : b->obs[about.side]->at,
	               });
}

const char *side_name(const struct board *b, int side)
{
	return b->pair->instance[side].name;
}

const struct observation *seen(const struct board *b, int side)
{
	return b->obs[side]->reachable ? b->obs[side] : NULL;
}

const char *key_role_word(const struct obs_key *k)
{
	static const char *const words[] = { [KEY_KSK] = "KSK", [KEY_ZSK] = "ZSK", [KEY_CSK] = "CSK" };

	return words[k->role];
}

const char *number_text(struct board *b, int64_t v)
{
	return arena_printf(&b->arena, "%lld", (long long)v);
}

const char *time_value(struct board *b, int64_t t)
{
	char text[TIME_TEXT];

	time_text(text, t);
	return arena_strdup(&b->arena, text);
}

const char *duration_value(struct board *b, int64_t seconds)
{
	char text[DURATION_TEXT];

	duration_text(text, seconds);
	return arena_strdup(&b->arena, text);
}

const char *octets_text(struct board *b, int64_t octets)
{
	if (octets >= (int64_t)1 << 30)
		return arena_printf(&b->arena, "%.1f GiB", (double)octets / (1 << 30));
	if (octets >= 1 << 20)
		return arena_printf(&b->arena, "%.1f MiB", (double)octets / (1 << 20));
	return arena_printf(&b->arena, "%.1f KiB", (double)octets / (1 << 10));
}

static int rank(const char *id)
{
	const struct check *c = check_by_id(id);

	return c != NULL ? (int)(c - checks) : (int)check_count;
}

static int finding_order(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	order = rank(a->id) - rank(b->id);
	if (order == 0)
		order = strcmp(a->zone != NULL ? a->zone : "", b->zone != NULL ? b->zone : "");
	if (order == 0)
		order = strcmp(a->instance != NULL ? a->instance : "", b->instance != NULL ? b->instance : "");
	return order != 0 ? order : strcmp(a->text, b->text);
}

void findings_run(struct board *b)
{
	for (size_t i = 0; i < check_count; i++)
		checks[i].run(b, &checks[i]);
	if (b->finding_count > 0)
		qsort(b->findings, b->finding_count, sizeof *b->findings, finding_order);
}
