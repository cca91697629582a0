#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tests/support/make_board.h"

/* Each row: one thing is wrong, and one check says so, of that zone and with that severity. */
typedef void (*change_fn)(struct made_pair *m);

static struct observation *alpha(struct made_pair *m)
{
	return m->obs[MADE_ALPHA];
}

static struct observation *bravo(struct made_pair *m)
{
	return m->obs[MADE_BRAVO];
}

static struct know unknown(const char *why)
{
	return (struct know){ .why = why, .source = "there" };
}

static struct know broken(const char *why)
{
	return (struct know){ .bad = true, .why = why, .source = "there" };
}

static void unreachable_alpha(struct made_pair *m)
{
	made_unreachable(m, MADE_ALPHA, RC_CONNECT, "connection refused");
}

static void unreachable_bravo(struct made_pair *m)
{
	made_unreachable(m, MADE_BRAVO, RC_AUTH, "login refused");
}

static void no_opendnssec(struct made_pair *m)
{
	bravo(m)->version = NULL;
}

static void one_machine(struct made_pair *m)
{
	bravo(m)->machine_id = alpha(m)->machine_id;
	bravo(m)->hostname = alpha(m)->hostname;
}

static void run_daemon(struct obs_daemon *d, bool runs)
{
	d->running = runs ? TRI_YES : TRI_NO;
	d->answers = runs ? TRI_YES : TRI_NO;
	d->process_count = runs ? 1 : 0;
}

static void two_signers(struct made_pair *m)
{
	run_daemon(&bravo(m)->signer, true);
}

static void no_signer(struct made_pair *m)
{
	run_daemon(&alpha(m)->signer, false);
}

static void nothing_runs(struct made_pair *m)
{
	run_daemon(&alpha(m)->signer, false);
	run_daemon(&alpha(m)->enforcer, false);
}

static void swapped(struct made_pair *m)
{
	nothing_runs(m);
	run_daemon(&bravo(m)->signer, true);
	run_daemon(&bravo(m)->enforcer, true);
}

static void record(struct observation *o, enum role role)
{
	o->has_record = TRI_YES;
	o->recorded_role = role;
}

static void both_recorded_active(struct made_pair *m)
{
	record(alpha(m), ROLE_ACTIVE);
	record(bravo(m), ROLE_ACTIVE);
}

static void both_recorded_standby(struct made_pair *m)
{
	record(alpha(m), ROLE_STANDBY);
	record(bravo(m), ROLE_STANDBY);
}

static void no_enforcer(struct made_pair *m)
{
	run_daemon(&alpha(m)->enforcer, false);
}

static void two_enforcers(struct made_pair *m)
{
	run_daemon(&bravo(m)->enforcer, true);
}

static void lacks_a_tool(struct made_pair *m)
{
	bravo(m)->tools_missing = "ods-enforcer";
}
static void strange_answer(struct made_pair *m)
{
	alpha(m)->enforcer.answers = TRI_UNKNOWN;
	alpha(m)->enforcer.said = "'ods-enforcer running' printed nothing (status 0)";
}
static void hung_signer(struct made_pair *m)
{
	alpha(m)->signer.answers = TRI_NO;
}

static void signer_twice(struct made_pair *m)
{
	alpha(m)->signer.process_count = 2;
}

static void daemon_not_seen(struct made_pair *m)
{
	alpha(m)->enforcer.running = TRI_UNKNOWN;
	alpha(m)->enforcer.know = unknown("/proc was not read");
}

static void file_expired(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW - 60;
}

static void public_expired(struct made_pair *m)
{
	m->pub[1].first_expiry = MADE_NOW - 60;
}

static void file_not_yet_valid(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.last_inception = MADE_NOW + 600;
}

static void public_not_yet_valid(struct made_pair *m)
{
	m->pub[1].last_inception = MADE_NOW + 600;
}

static void too_late(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW + 1800 + 3600 - 1;
}

static void nearly_too_late(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW + 1800 + 3600 + 3599;
}

static void no_signatures(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = 0;
	m->pub[1].first_expiry = 0;
}

static void conf_cut(struct made_pair *m)
{
	bravo(m)->conf.know = broken("it ends in the middle");
}

static void other_label(struct made_pair *m)
{
	bravo(m)->repositories[0].token_label = "Other";
}

static void patch_release(struct made_pair *m)
{
	bravo(m)->version = "2.1.13";
}

static void minor_release(struct made_pair *m)
{
	bravo(m)->version = "2.0.4";
}

static void other_policy(struct made_pair *m)
{
	bravo(m)->policies[1].digest = "another";
}

static void no_database(struct made_pair *m)
{
	alpha(m)->database_exists = TRI_NO;
	alpha(m)->database = unknown("there is none");
}

static void database_not_read(struct made_pair *m)
{
	alpha(m)->database = unknown("file is not a database");
}

static void hot_journal(struct made_pair *m)
{
	alpha(m)->database_journal = TRI_YES;
	run_daemon(&alpha(m)->enforcer, false);
}

static void database_closed(struct made_pair *m)
{
	alpha(m)->database_writable = TRI_NO;
}

static struct obs_file *file_of(struct observation *o, const char *what)
{
	for (size_t i = 0; i < o->file_count; i++)
		if (strcmp(o->files[i].what, what) == 0)
			return &o->files[i];
	return NULL;
}

static void signer_dir_of_root(struct made_pair *m)
{
	file_of(alpha(m), "signer")->writable = TRI_NO;
}

static void standby_dir_of_root(struct made_pair *m)
{
	file_of(bravo(m), "signer")->writable = TRI_NO;
}

static void no_user(struct made_pair *m)
{
	bravo(m)->signer.account = broken("there is no user opendnssec");
}

static void files_not_seen(struct made_pair *m)
{
	alpha(m)->files_know = unknown("it was not answered in time");
}

static void standby_files_not_seen(struct made_pair *m)
{
	bravo(m)->files_know = unknown("it was not answered in time");
}

/* No directory that a swap writes to, but what it lies in. */
static void standby_dir_hidden(struct made_pair *m)
{
	file_of(bravo(m), "signer")->hidden = true;
	file_of(bravo(m), "signer")->readable = TRI_NO;
	file_of(bravo(m), "signer")->writable = TRI_NO;
}

static void signed_dir_closed(struct made_pair *m)
{
	file_of(alpha(m), "signed")->mode = 0755;
	file_of(bravo(m), "signed")->mode = 0750;
}

static void unsigned_closed(struct made_pair *m)
{
	file_of(alpha(m), "unsigned zone")->readable = TRI_NO;
}

static void signed_dir_gone(struct made_pair *m)
{
	file_of(alpha(m), "signed")->exists = TRI_NO;
}

static void no_zones_xml(struct made_pair *m)
{
	alpha(m)->zones_xml = broken("there is none");
	for (size_t i = 0; i < alpha(m)->zone_count; i++)
		alpha(m)->zones[i].in_zones_xml = TRI_UNKNOWN;
}

static void not_in_zones_xml(struct made_pair *m)
{
	alpha(m)->zones[1].in_zones_xml = TRI_NO;
}

static void not_in_zonelist(struct made_pair *m)
{
	alpha(m)->zones[1].in_zonelist = TRI_NO;
}

static void not_imported(struct made_pair *m)
{
	static struct kasp_change changes[] = { { "short", "Signatures/Resign", "PT1H", "PT30M" },
		                                { "short", "Keys/ZSK", NULL, "there" },
		                                { "new", "", "there", NULL },
		                                { "other", "Keys/Purge", "P1D", "P2D" } };

	alpha(m)->kasp_changes = changes;
	alpha(m)->kasp_change_count = sizeof changes / sizeof *changes;
}

static void not_in_signer(struct made_pair *m)
{
	alpha(m)->zones[1].in_signer = TRI_NO;
}

static void no_token(struct made_pair *m)
{
	struct obs_repository *r = &alpha(m)->repositories[0];

	r->token_count = 0;
	r->token_dir = NULL;
	r->cka_id_count = 0;
}

static void no_token_directory(struct made_pair *m)
{
	bravo(m)->tokens = broken("softhsm2.conf names no token directory");
}

static void two_tokens(struct made_pair *m)
{
	alpha(m)->repositories[0].token_count = 2;
}

static void two_tokens_on_standby(struct made_pair *m)
{
	bravo(m)->repositories[0].token_count = 2;
}

static void hsm_closed(struct made_pair *m)
{
	alpha(m)->repositories[0].contents = unknown("CKR_GENERAL_ERROR");
	for (size_t i = 0; i < alpha(m)->key_count; i++)
		alpha(m)->keys[i].in_hsm = TRI_UNKNOWN;
}

static void object_gone(struct made_pair *m)
{
	alpha(m)->keys[3].in_hsm = TRI_NO;
}

static void key_not_in_signconf(struct made_pair *m)
{
	alpha(m)->zones[1].signconf.locator_count = 1;
}

static void key_not_in_signed(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.dnskey_count = 1;
}

static void waiting_key_not_in_signed(struct made_pair *m)
{
	alpha(m)->keys[3].active_zsk = false;
	alpha(m)->zones[1].signed_zone.dnskey_count = 1;
}

static void key_not_in_public(struct made_pair *m)
{
	m->pub[1].dnskey_count = 1;
}

static void key_not_in_older_public(struct made_pair *m)
{
	m->pub[1].dnskey_count = 1;
	m->pub[1].serial.v -= 10;
}

static void strange_public_key(struct made_pair *m)
{
	m->pub[1].dnskey_tags[1] = 55555;
	m->pub[1].dnskeys[1] = "256 3 13 CCCC";
}

static void other_ds(struct made_pair *m)
{
	m->ds[0].records[0].tag = 55555;
}

static void ds_of_another_digest(struct made_pair *m)
{
	m->ds[0].records[0].digest[31] ^= 1;
}

static void ds_of_another_algorithm(struct made_pair *m)
{
	m->ds[0].records[0].algorithm = 8;
}

/* Validators look at the better digest alone (RFC 4509 section 3). */
static void ds_right_by_sha1_only(struct made_pair *m)
{
	ds_of_another_digest(m);
	made_ds(&m->ds[0].records[1], m, 1);
	m->ds[0].record_count = 2;
}

static void ds_of_unseen_key(struct made_pair *m)
{
	alpha(m)->zones[0].signed_zone.know = unknown("no answer");
	m->pub[0].know = unknown("no answer");
}

static void ds_not_known(struct made_pair *m)
{
	m->ds[0].know = unknown("no answer");
}

static void equal_tags(struct made_pair *m)
{
	alpha(m)->keys[3].key_tag = alpha(m)->keys[2].key_tag;
	alpha(m)->zones[1].signed_zone.dnskey_tags[1] = alpha(m)->keys[2].key_tag;
	m->pub[1].dnskey_tags[1] = alpha(m)->keys[2].key_tag;
}

static void backup_required(struct made_pair *m)
{
	alpha(m)->keys[3].backup = BACKUP_REQUIRED;
}

static void backup_not_seen(struct made_pair *m)
{
	alpha(m)->keys[3].backup = BACKUP_UNKNOWN;
}

static void roll_soon(struct made_pair *m)
{
	alpha(m)->zones[1].next_roll = MADE_NOW + 900;
}

static void change_soon(struct made_pair *m)
{
	alpha(m)->zones[1].next_change = MADE_NOW + 900;
}

static void signed_gone(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.know = broken("there is none");
}

static void signed_replaced(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.know = unknown("it was replaced while it was read");
}

static void signed_cut(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.complete = false;
}

/* The policy renews every 2 hours what has less than 3 days. */
static void one_run_late(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW + INT64_C(69) * 3600;
}

static void no_longer_renewed(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW + INT64_C(60) * 3600;
}

static void soa_no_longer_renewed(struct made_pair *m)
{
	alpha(m)->zones[1].signed_zone.first_expiry = MADE_NOW + INT64_C(43) * 3600;
	alpha(m)->zones[1].signed_zone.first_rrset = "example.net. SOA";
}

static void unsigned_gone(struct made_pair *m)
{
	alpha(m)->zones[1].unsigned_serial.ok = false;
	alpha(m)->zones[1].unsigned_know = broken("there is none");
	alpha(m)->zones[1].unsigned_exists = TRI_NO;
}

static void unsigned_without_soa(struct made_pair *m)
{
	alpha(m)->zones[1].unsigned_serial.ok = false;
}

static void signconf_gone(struct made_pair *m)
{
	alpha(m)->zones[1].signconf.exists = TRI_NO;
	alpha(m)->zones[1].signconf.know = broken("there is none");
}

static void state_gone(struct made_pair *m)
{
	alpha(m)->zones[1].backup2.exists = TRI_NO;
	alpha(m)->zones[1].backup2.know = broken("there is none");
}

static void state_cut(struct made_pair *m)
{
	alpha(m)->zones[1].backup2.complete = TRI_NO;
}

static void state_behind_public(struct made_pair *m)
{
	alpha(m)->zones[0].backup2.outbound = 110;
}

static void state_behind_signed(struct made_pair *m)
{
	alpha(m)->zones[0].signed_zone.serial.v = 121;
	alpha(m)->zones[0].backup2.outbound = 120;
}

static void half_way_round(struct made_pair *m)
{
	m->pub[0].serial.v = INT64_C(2147483648) + 120;
}

static void public_ahead(struct made_pair *m)
{
	m->pub[0].serial.v = 9000;
}

static void public_without_order(struct made_pair *m)
{
	m->pub[2] = m->pub[0];
	m->pub[2].server = "192.0.2.54";
	m->pub[2].serial.v = INT64_C(2147483648) + 120;
}

static void no_serial_at_all(struct made_pair *m)
{
	state_gone(m);
	unsigned_without_soa(m);
}

static void keep(struct made_pair *m)
{
	struct obs_zone *z = &alpha(m)->zones[0];

	alpha(m)->policies[0].serial = SERIAL_KEEP;
	z->unsigned_serial.v = z->backup2.inbound = z->backup2.outbound = 120;
}

static void keep_half_way_round(struct made_pair *m)
{
	keep(m);
	m->pub[0].serial.v = INT64_C(2147483648) + 120;
}

static void server_silent(struct made_pair *m)
{
	for (size_t i = 0; i < m->pub_count; i++)
		m->pub[i].know = unknown("no answer within 4 s");
}

static void server_lacks_zone(struct made_pair *m)
{
	m->pub[1].know = unknown("does not serve example.net");
}

static void server_behind(struct made_pair *m)
{
	m->pub[1].serial.v -= 10;
}

static void no_server(struct made_pair *m)
{
	m->pair.name_server_count = 0;
	m->pub_count = 0;
}

static void clock_ahead(struct made_pair *m)
{
	bravo(m)->clock_offset.v = 5000;
}

static void clock_far_ahead(struct made_pair *m)
{
	bravo(m)->clock_offset.v = INT64_C(3700) * 1000;
}

/* The round trip hides so much that nothing is certain. */
static void clock_uncertain(struct made_pair *m)
{
	bravo(m)->clock_offset.v = 5000;
	bravo(m)->clock_uncertainty = 3500;
}

static void clock_not_seen(struct made_pair *m)
{
	bravo(m)->clock_offset.ok = false;
}

static void disk_full(struct made_pair *m)
{
	bravo(m)->rooms[0].free = bravo(m)->rooms[1].free = 1 << 20;
}

static void startup_prevented(struct made_pair *m)
{
	alpha(m)->prevent_startup = TRI_YES;
}

static void active_fenced(struct made_pair *m)
{
	alpha(m)->fenced_by_us = TRI_YES;
}

static void cron(struct made_pair *m)
{
	static struct obs_interference cron_line = { "cron", "/etc/cron.d/ods: ods-signer sign --all" };

	alpha(m)->interference = &cron_line;
	alpha(m)->interference_count = 1;
}

static void leased(struct made_pair *m)
{
	alpha(m)->lease_owner = "eve";
	alpha(m)->lease_run = "r1";
	alpha(m)->lease_expires = MADE_NOW + 60;
}

static void failover_without_copy(struct made_pair *m)
{
	m->kind = KIND_FAILOVER;
	bravo(m)->copy.present = false;
}

static void key_since_the_copy(struct made_pair *m)
{
	bravo(m)->repositories[0].cka_id_count = MADE_KEYS - 1;
}

static void warm(struct made_pair *m)
{
	m->pair.mode = MODE_WARM;
}

static void mysql(struct made_pair *m)
{
	alpha(m)->conf.datastore = bravo(m)->conf.datastore = DATASTORE_MYSQL;
}

static void dns_adapter(struct made_pair *m)
{
	alpha(m)->zones[1].output = ADAPTER_DNS;
}

static void real_hsm(struct made_pair *m)
{
	alpha(m)->repositories[0].softhsm = bravo(m)->repositories[0].softhsm = false;
}

static void other_path(struct made_pair *m)
{
	bravo(m)->conf.signer_dir = "/srv/signer";
}

static const struct {
	change_fn change;
	const char *id;
	enum severity severity;
	const char *zone, *instance;
} rows[] = {
	{ unreachable_alpha, "instance-unreachable", SEV_UNKNOWN, NULL, "alpha" },
	{ unreachable_bravo, "instance-unreachable", SEV_UNKNOWN, NULL, "bravo" },
	{ no_opendnssec, "host-incomplete", SEV_STOP, NULL, "bravo" },
	{ lacks_a_tool, "host-incomplete", SEV_STOP, NULL, "bravo" },
	{ one_machine, "same-machine", SEV_STOP, NULL, NULL },
	{ two_signers, "two-actives", SEV_STOP, NULL, NULL },
	{ nothing_runs, "no-active", SEV_STOP, NULL, NULL },
	{ no_signer, "no-active", SEV_STOP, NULL, NULL },
	{ swapped, "roles-swapped", SEV_STOP, NULL, "bravo" },
	{ both_recorded_active, "role-records-differ", SEV_STOP, NULL, NULL },
	{ both_recorded_standby, "role-records-differ", SEV_WARN, NULL, NULL },
	{ no_enforcer, "enforcer-down", SEV_STOP, NULL, "alpha" },
	{ no_signer, "signer-down", SEV_STOP, NULL, "alpha" },
	{ two_enforcers, "standby-enforcer", SEV_STOP, NULL, "bravo" },
	{ hung_signer, "daemon-hung", SEV_STOP, NULL, "alpha" },
	{ signer_twice, "daemon-twice", SEV_STOP, NULL, "alpha" },
	{ daemon_not_seen, "daemon-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ strange_answer, "daemon-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ file_expired, "signatures-expired", SEV_STOP, "example.net", "alpha" },
	{ public_expired, "signatures-expired", SEV_STOP, "example.net", NULL },
	{ file_not_yet_valid, "inception-future", SEV_STOP, "example.net", "alpha" },
	{ public_not_yet_valid, "inception-future", SEV_STOP, "example.net", NULL },
	{ too_late, "slack-negative", SEV_STOP, "example.net", NULL },
	{ nearly_too_late, "slack-low", SEV_WARN, "example.net", NULL },
	{ no_signatures, "expiry-unknown", SEV_UNKNOWN, "example.net", "alpha" },
	{ conf_cut, "conf-unreadable", SEV_STOP, NULL, "bravo" },
	{ other_label, "conf-differs", SEV_STOP, NULL, "bravo" },
	{ patch_release, "versions-differ", SEV_WARN, NULL, "bravo" },
	{ minor_release, "versions-differ", SEV_STOP, NULL, "bravo" },
	{ other_policy, "policies-differ", SEV_WARN, NULL, "bravo" },
	{ no_database, "database-missing", SEV_STOP, NULL, "alpha" },
	{ database_not_read, "database-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ hot_journal, "database-journal", SEV_STOP, NULL, "alpha" },
	{ database_closed, "database-readonly", SEV_STOP, NULL, "alpha" },
	{ no_user, "daemon-user-missing", SEV_STOP, NULL, "bravo" },
	{ files_not_seen, "files-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ standby_files_not_seen, "files-unknown", SEV_WARN, NULL, "bravo" },
	{ signer_dir_of_root, "ownership-wrong", SEV_STOP, NULL, "alpha" },
	{ standby_dir_of_root, "ownership-wrong", SEV_WARN, NULL, "bravo" },
	{ standby_dir_hidden, "ownership-wrong", SEV_STOP, NULL, "bravo" },
	{ signed_dir_closed, "signed-closed", SEV_WARN, NULL, "bravo" },
	{ unsigned_closed, "file-unreadable", SEV_STOP, "example.net", "alpha" },
	{ signed_dir_gone, "file-missing", SEV_STOP, NULL, "alpha" },
	{ no_zones_xml, "zones-xml-missing", SEV_STOP, NULL, "alpha" },
	{ not_in_zones_xml, "zones-xml-differs", SEV_STOP, "example.net", "alpha" },
	{ not_in_zonelist, "zonelist-differs", SEV_WARN, NULL, "alpha" },
	{ not_imported, "kasp-differs", SEV_WARN, NULL, "alpha" },
	{ not_in_signer, "zone-not-in-signer", SEV_STOP, "example.net", "alpha" },
	{ no_token_directory, "token-directory-unknown", SEV_STOP, NULL, "bravo" },
	{ no_token, "token-missing", SEV_STOP, NULL, "alpha" },
	{ two_tokens, "token-ambiguous", SEV_STOP, NULL, "alpha" },
	{ two_tokens_on_standby, "token-ambiguous", SEV_WARN, NULL, "bravo" },
	{ hsm_closed, "hsm-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ object_gone, "key-missing-in-hsm", SEV_STOP, "example.net", "alpha" },
	{ key_not_in_signconf, "key-set-differs", SEV_STOP, "example.net", "alpha" },
	{ key_not_in_signed, "key-set-differs", SEV_STOP, "example.net", "alpha" },
	{ waiting_key_not_in_signed, "key-set-differs", SEV_WARN, "example.net", "alpha" },
	{ key_not_in_public, "key-not-published", SEV_STOP, "example.net", NULL },
	{ key_not_in_older_public, "key-not-published", SEV_WARN, "example.net", NULL },
	{ strange_public_key, "key-unknown-in-public", SEV_STOP, "example.net", NULL },
	{ other_ds, "ds-differs", SEV_STOP, "example.com", NULL },
	{ ds_of_another_digest, "ds-differs", SEV_STOP, "example.com", NULL },
	{ ds_of_another_algorithm, "ds-differs", SEV_STOP, "example.com", NULL },
	{ ds_right_by_sha1_only, "ds-differs", SEV_STOP, "example.com", NULL },
	{ ds_of_unseen_key, "ds-differs", SEV_UNKNOWN, "example.com", NULL },
	{ ds_not_known, "parent-silent", SEV_UNKNOWN, "example.com", NULL },
	{ equal_tags, "key-tags-equal", SEV_WARN, "example.net", NULL },
	{ backup_required, "key-not-backed-up", SEV_WARN, "example.net", "alpha" },
	{ backup_not_seen, "backup-unknown", SEV_UNKNOWN, NULL, "alpha" },
	{ roll_soon, "roll-in-window", SEV_WARN, "example.net", "alpha" },
	{ change_soon, "roll-in-window", SEV_WARN, "example.net", "alpha" },
	{ signed_gone, "zone-unsigned", SEV_STOP, "example.net", "alpha" },
	{ signed_replaced, "zone-unsigned", SEV_UNKNOWN, "example.net", "alpha" },
	{ signed_cut, "zone-unsigned", SEV_STOP, "example.net", "alpha" },
	{ one_run_late, "zone-not-signing", SEV_WARN, "example.net", "alpha" },
	{ no_longer_renewed, "zone-not-signing", SEV_STOP, "example.net", "alpha" },
	{ soa_no_longer_renewed, "zone-not-signing", SEV_STOP, "example.net", "alpha" },
	{ unsigned_without_soa, "unsigned-unreadable", SEV_WARN, "example.net", "alpha" },
	{ unsigned_gone, "unsigned-unreadable", SEV_STOP, "example.net", "alpha" },
	{ signconf_gone, "signconf-missing", SEV_STOP, "example.net", "alpha" },
	{ state_gone, "backup2-missing", SEV_STOP, "example.net", "alpha" },
	{ state_cut, "backup2-truncated", SEV_STOP, "example.net", "alpha" },
	{ state_behind_public, "backup2-stale", SEV_WARN, "example.com", "alpha" },
	{ state_behind_signed, "backup2-stale", SEV_WARN, "example.com", "alpha" },
	{ half_way_round, "backup2-stale", SEV_STOP, "example.com", "alpha" },
	{ public_ahead, "serial-behind", SEV_WARN, "example.com", "bravo" },
	{ half_way_round, "serial-behind", SEV_STOP, "example.com", "bravo" },
	{ public_without_order, "serial-behind", SEV_STOP, "example.com", "bravo" },
	{ keep_half_way_round, "serial-behind", SEV_STOP, "example.com", "bravo" },
	{ no_serial_at_all, "serial-unknown", SEV_UNKNOWN, "example.net", "bravo" },
	{ keep, "keep-not-resignable", SEV_WARN, "example.com", "alpha" },
	{ server_silent, "name-server-silent", SEV_UNKNOWN, NULL, NULL },
	{ server_lacks_zone, "name-server-silent", SEV_UNKNOWN, "example.net", NULL },
	{ server_behind, "name-server-behind", SEV_WARN, "example.net", NULL },
	{ no_server, "no-name-server", SEV_WARN, NULL, NULL },
	{ clock_ahead, "clock-skew", SEV_WARN, NULL, "bravo" },
	{ clock_far_ahead, "clock-skew", SEV_STOP, NULL, NULL },
	{ clock_not_seen, "clock-skew", SEV_UNKNOWN, NULL, "bravo" },
	{ disk_full, "disk-small", SEV_STOP, NULL, "bravo" },
	{ startup_prevented, "prevent-startup", SEV_WARN, NULL, "alpha" },
	{ active_fenced, "active-fenced", SEV_WARN, NULL, "alpha" },
	{ cron, "interference", SEV_WARN, NULL, "alpha" },
	{ leased, "lease-held", SEV_WARN, NULL, "alpha" },
	{ failover_without_copy, "copy-missing", SEV_STOP, NULL, "bravo" },
	{ key_since_the_copy, "standby-copy-old", SEV_WARN, NULL, "bravo" },
	{ made_empty_standby, "standby-copy-old", SEV_WARN, NULL, "bravo" },
	{ warm, "mode-unsupported", SEV_WARN, NULL, NULL },
	{ mysql, "datastore-unsupported", SEV_WARN, NULL, "alpha" },
	{ dns_adapter, "adapter-unsupported", SEV_WARN, "example.net", "alpha" },
	{ real_hsm, "hsm-unsupported", SEV_WARN, NULL, "alpha" },
	{ other_path, "paths-differ", SEV_WARN, NULL, "bravo" },
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void print_findings(const struct board *b)
{
	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];

		print_message("  %-7s %s %s %s: %s (%s; %s)\n", severity_name(f->severity), f->id,
		              f->instance != NULL ? f->instance : "-", f->zone != NULL ? f->zone : "-", f->text,
		              f->value != NULL ? f->value : "", f->limit != NULL ? f->limit : "");
	}
}

static bool row_fires(size_t i, const struct board *b)
{
	for (size_t k = 0; k < b->finding_count; k++) {
		const struct finding *f = &b->findings[k];

		if (strcmp(f->id, rows[i].id) == 0 && f->severity == rows[i].severity && same(f->zone, rows[i].zone) &&
		    same(f->instance, rows[i].instance))
			return f->text != NULL && f->text[0] != '\0';
	}
	return false;
}

static void each_check_fires_on_its_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct made_pair *m = made_pair_new();

		rows[i].change(m);
		if (!row_fires(i, made_board(m))) {
			print_findings(m->board);
			fail_msg("row %zu: no %s %s of %s, %s", i, severity_name(rows[i].severity), rows[i].id,
			         rows[i].zone != NULL ? rows[i].zone : "no zone",
			         rows[i].instance != NULL ? rows[i].instance : "no instance");
		}
		made_pair_free(&m);
	}
}

static void a_clock_is_blamed_only_for_what_is_certain(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	clock_uncertain(m);
	for (size_t i = 0; i < made_board(m)->finding_count; i++)
		if (strcmp(m->board->findings[i].id, "clock-skew") == 0)
			assert_int_equal(m->board->findings[i].severity, SEV_OK);
	made_pair_free(&m);
	m = made_pair_new();
	clock_uncertain(m);
	bravo(m)->clock_uncertainty = 2900;
	for (size_t i = 0; i < made_board(m)->finding_count; i++)
		if (strcmp(m->board->findings[i].id, "clock-skew") == 0 && m->board->findings[i].instance != NULL &&
		    strcmp(m->board->findings[i].instance, "bravo") == 0)
			assert_int_equal(m->board->findings[i].severity, SEV_WARN);
	made_pair_free(&m);
}

/* A fault blames only the zone that has it. */
static void a_fault_of_a_zone_blames_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct made_pair *m = made_pair_new();

		rows[i].change(m);
		made_board(m);
		for (size_t k = 0; rows[i].zone != NULL && k < m->board->finding_count; k++) {
			const struct finding *f = &m->board->findings[k];

			if (f->zone != NULL ? !name_equal(f->zone, rows[i].zone) : f->severity > SEV_WARN) {
				print_findings(m->board);
				fail_msg("row %zu (%s): %s blames another", i, rows[i].id, f->id);
			}
		}
		made_pair_free(&m);
	}
}

static void every_check_has_a_row(void **state)
{
	(void)state;
	for (size_t c = 0; c < check_count; c++) {
		bool found = false;

		for (size_t i = 0; i < ROWS && !found; i++)
			found = strcmp(rows[i].id, checks[c].id) == 0;
		if (!found)
			fail_msg("no row makes %s fire", checks[c].id);
	}
	for (size_t i = 0; i < ROWS; i++)
		if (check_by_id(rows[i].id) == NULL)
			fail_msg("row %zu: there is no check %s", i, rows[i].id);
}

static void ids_are_unique_and_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < check_count; i++) {
		assert_ptr_equal(check_by_id(checks[i].id), &checks[i]);
		assert_int_equal(strspn(checks[i].id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(checks[i].id));
		assert_true(checks[i].title[0] != '\0' && checks[i].rule[0] != '\0');
	}
}

static bool name_or_none_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

struct results {
	const char *id; /* what is counted */
	size_t by_severity[SEV_STOP + 1];
	size_t total[SEV_STOP + 1];
	const struct board *b;
};

static bool is_found(const struct board *b, const struct finding *f)
{
	return f >= b->findings && f < b->findings + b->finding_count;
}

static void count_result(void *ctx, const struct finding *f)
{
	struct results *r = ctx;

	assert_non_null(f->text);
	r->total[f->severity]++;
	if (r->id != NULL && strcmp(f->id, r->id) == 0)
		r->by_severity[f->severity]++;
	if (is_found(r->b, f))
		return;
	for (size_t i = 0; i < r->b->finding_count; i++) {
		const struct finding *other = &r->b->findings[i];

		if (strcmp(other->id, f->id) == 0 && name_or_none_equal(other->zone, f->zone) &&
		    name_or_none_equal(other->instance, f->instance))
			fail_msg("%s is found, and a result of its own", f->id);
	}
}

static struct results results_of(const struct board *b, const char *id)
{
	struct results r = { .id = id, .b = b };

	findings_each(b, count_result, &r);
	return r;
}

static void a_healthy_pair_says_ok_for_every_check(void **state)
{
	struct made_pair *m = made_pair_new();
	struct results all;

	(void)state;
	made_board(m);
	all = results_of(m->board, NULL);
	assert_int_equal(all.total[SEV_WARN] + all.total[SEV_UNKNOWN] + all.total[SEV_STOP], 0);
	for (size_t i = 0; i < check_count; i++) {
		size_t want = 1;

		if (checks[i].scope == SCOPE_INSTANCES)
			want = 2;
		else if (checks[i].scope == SCOPE_ZONES)
			want = m->board->zone_count;
		else if (checks[i].scope == SCOPE_PARENTS)
			want = m->board->ds_count;
		else if (checks[i].scope == SCOPE_COPY)
			want = 0; /* of a failover */
		if (results_of(m->board, checks[i].id).by_severity[SEV_OK] != want)
			fail_msg("%s says ok %zu times, not %zu", checks[i].id,
			         results_of(m->board, checks[i].id).by_severity[SEV_OK], want);
	}
	made_pair_free(&m);
}

struct silence { /* of a check that rests on one that has found something about zone, or instance */
	const struct check *check;
	const char *found, *zone, *instance;
	size_t judged;
};

static void judge_silence(void *ctx, const struct finding *f)
{
	struct silence *s = ctx;

	if (strcmp(f->id, s->check->id) != 0)
		return;
	if (s->zone != NULL && f->zone != NULL
	        ? !name_equal(s->zone, f->zone)
	        : s->instance != NULL && f->instance != NULL && strcmp(s->instance, f->instance) != 0)
		return;
	s->judged++;
	if (f->severity == SEV_OK)
		fail_msg("%s is found, and %s says ok", s->found, f->id);
}

static void silence_is_no_ok_where_nothing_was_seen(void **state)
{
	size_t judged = 0;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct made_pair *m = made_pair_new();

		rows[i].change(m);
		made_board(m);
		for (size_t c = 0; c < check_count; c++) {
			struct silence s = { &checks[c], rows[i].id, rows[i].zone, rows[i].instance, 0 };

			if (checks[c].rests_on != NULL && strstr(checks[c].rests_on, rows[i].id) != NULL)
				findings_each(m->board, judge_silence, &s);
			judged += s.judged;
		}
		made_pair_free(&m);
	}
	assert_true(judged > check_count);
}

static void what_a_check_rests_on_is_a_check(void **state)
{
	(void)state;
	for (size_t c = 0; c < check_count; c++) {
		char *words = checks[c].rests_on != NULL ? xstrdup(checks[c].rests_on) : NULL, *rest = NULL;

		for (char *w = words != NULL ? strtok_r(words, " ", &rest) : NULL; w != NULL;
		     w = strtok_r(NULL, " ", &rest))
			if (check_by_id(w) == NULL)
				fail_msg("%s rests on %s, which is no check", checks[c].id, w);
		free(words);
	}
}

static void a_healthy_pair_has_no_finding(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	made_board(m);
	print_findings(m->board);
	assert_int_equal(m->board->finding_count, 0);
	assert_int_equal(board_exit_code(m->board), 0);
	made_pair_free(&m);
}

static void what_a_switchover_replaces_is_a_warning(void **state)
{
	static const change_fn standbys[] = { made_dirty_standby, made_empty_standby };

	(void)state;
	for (size_t i = 0; i < sizeof standbys / sizeof *standbys; i++) {
		struct made_pair *m = made_pair_new();

		standbys[i](m);
		made_board(m);
		if (board_worst(m->board) != SEV_WARN) {
			print_findings(m->board);
			fail_msg("standby %zu: worst is %s", i, severity_name(board_worst(m->board)));
		}
		assert_int_equal(board_exit_code(m->board), 1);
		for (size_t z = 0; z < m->board->zone_count; z++)
			assert_true(m->board->zones[z].worst <= SEV_WARN);
		made_pair_free(&m);
	}
}

/* What was not seen is said once, by instance-unreachable; nothing else is concluded from it. */
static void an_unreachable_instance_is_one_finding(void **state)
{
	static const change_fn changes[] = { unreachable_alpha, unreachable_bravo };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made_pair *m = made_pair_new();

		changes[i](m);
		made_board(m);
		print_findings(m->board);
		assert_int_equal(m->board->finding_count, 1);
		assert_string_equal(m->board->findings[0].id, "instance-unreachable");
		assert_non_null(m->board->findings[0].hint);
		assert_int_equal(board_exit_code(m->board), 3);
		made_pair_free(&m);
	}
}

/* A keep zone rests with an unsigned serial that equals the published one: one warning says so. */
static void a_resting_keep_zone_is_one_warning(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	keep(m);
	alpha(m)->zones[0].signed_zone.first_expiry = MADE_NOW + INT64_C(48) * 3600;
	made_board(m);
	print_findings(m->board);
	assert_int_equal(m->board->finding_count, 1);
	assert_non_null(strstr(m->board->findings[0].text, "2026-11-26T12:00:00Z"));
	made_pair_free(&m);
}

static void the_worst_stands_first(void **state)
{
	struct made_pair *m = made_pair_new();

	(void)state;
	backup_required(m);
	server_silent(m);
	no_enforcer(m);
	made_board(m);
	for (size_t i = 1; i < m->board->finding_count; i++)
		assert_true(m->board->findings[i - 1].severity >= m->board->findings[i].severity);
	assert_string_equal(m->board->findings[0].id, "enforcer-down");
	made_pair_free(&m);
}

static void the_manual_names_every_check(void **state)
{
	struct buf out = { 0 };

	(void)state;
	findings_manual(&out);
	for (size_t i = 0; i < check_count; i++) {
		char item[80];

		(void)snprintf(item, sizeof item, ".It Sy %s\n", checks[i].id);
		assert_non_null(strstr(buf_str(&out), item));
	}
	assert_non_null(strstr(buf_str(&out), ".El\n"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_pair_has_no_finding),
		cmocka_unit_test(a_healthy_pair_says_ok_for_every_check),
		cmocka_unit_test(silence_is_no_ok_where_nothing_was_seen),
		cmocka_unit_test(what_a_check_rests_on_is_a_check),
		cmocka_unit_test(what_a_switchover_replaces_is_a_warning),
		cmocka_unit_test(an_unreachable_instance_is_one_finding),
		cmocka_unit_test(each_check_fires_on_its_fault),
		cmocka_unit_test(a_clock_is_blamed_only_for_what_is_certain),
		cmocka_unit_test(a_fault_of_a_zone_blames_no_other),
		cmocka_unit_test(every_check_has_a_row),
		cmocka_unit_test(ids_are_unique_and_plain),
		cmocka_unit_test(a_resting_keep_zone_is_one_warning),
		cmocka_unit_test(the_worst_stands_first),
		cmocka_unit_test(the_manual_names_every_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
