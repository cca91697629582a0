/* Answers that real instances gave (tests/fixtures/observe), as they are and with one thing changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/pair/observation.h"
#include "tests/support/fixture.h"

static char name[] = "alpha", configuration[] = "/etc/opendnssec/conf.xml";
static const struct instance_config config = { .name = name, .configuration = configuration };

/* "now" of active.far is 1795538310; the console's readings are a little apart from it. */
static struct observation *parse(const struct buf *text)
{
	struct far_answer a;
	struct err e = { 0 };
	struct observation *o;

	if (far_parse(&a, "observe", text->p, text->len, &e) != RC_OK)
		fail_msg("%s", e.text);
	o = observation_parse(&config, &a, 1795538300000, 1795538302000);
	far_answer_clear(&a); /* nothing of the observation may point into it */
	return o;
}

static struct observation *recorded(const char *path)
{
	struct buf text = fixture(path);
	struct observation *o = parse(&text);

	buf_free(&text);
	return o;
}

/* The active's answer with the first @from made @to. */
static struct observation *changed(const char *from, const char *to)
{
	struct buf text = fixture("observe/active.far"), out = { 0 };
	const char *at = strstr(text.p, from);
	struct observation *o;

	assert_non_null(at);
	buf_add(&out, text.p, (size_t)(at - text.p));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	o = parse(&out);
	buf_free(&text);
	buf_free(&out);
	return o;
}

/* The active's answer without the payload of a section, and with another status. */
static struct observation *without(const char *section, const char *payload, int status)
{
	struct buf text = fixture("observe/active.far"), out = { 0 };
	char *mark = xasprintf("\n@%s\n", section);
	const char *at = strstr(text.p, mark), *end;
	struct observation *o;

	assert_non_null(at);
	end = strstr(at, "\n.");
	buf_add(&out, text.p, (size_t)(at - text.p) + strlen(mark));
	buf_adds(&out, payload);
	buf_addf(&out, ".%d", status);
	buf_adds(&out, strchr(end + 1, '\n'));
	o = parse(&out);
	free(mark);
	buf_free(&text);
	buf_free(&out);
	return o;
}

static void what_was_put_aside(void **state)
{
	struct observation *o = recorded("observe/standby.far");

	(void)state;
	assert_true(o->asides_know.ok);
	assert_int_equal(o->aside_count, 2);
	assert_string_equal(o->asides[0].run, "20261124T160742Z-desk-00c0ffee");
	assert_int_equal(o->asides[0].at, 1795534862);
	assert_string_equal(o->asides[0].state, "swapped");
	assert_int_equal(o->asides[0].octets.v, 1331200);
	assert_string_equal(o->asides[1].state, "back");
	assert_false(o->asides[1].octets.ok);
	observation_unref(&o);
	/* A far side that does not say. */
	o = recorded("observe/active.far");
	assert_false(o->asides_know.ok);
	assert_non_null(o->asides_know.why);
	observation_unref(&o);
}

static void active_instance(void **state)
{
	struct observation *o = recorded("observe/active.far");

	(void)state;
	assert_true(o->reachable && o->rc == RC_OK);
	assert_true(o->os.ok && o->conf.know.ok && o->enforcer.know.ok && o->signer.know.ok && o->signer_zones_know.ok);
	assert_true(o->queue.know.ok && o->database.ok && o->zones_xml.ok && o->zonelist.ok && o->interference_know.ok);
	assert_true(o->copy.know.ok && o->record.ok);
	assert_string_equal(o->hostname, "alpha");
	assert_string_equal(o->os_name, "Debian GNU/Linux 12 (bookworm)");
	assert_string_equal(o->version, "2.1.12");
	assert_string_equal(o->softhsm_version, "2.6.1");
	assert_int_equal(o->took_ms, 2000);
	assert_int_equal(o->at, 1795538302);
	assert_true(o->clock_offset.ok);
	assert_in_range(o->clock_offset.v, 8000, 13000);
	assert_int_equal(o->prevent_startup, TRI_NO);
	assert_int_equal(o->fenced_by_us, TRI_NO);
	assert_int_equal(o->enforcer.running, TRI_YES);
	assert_int_equal(o->enforcer.answers, TRI_YES);
	assert_int_equal(o->enforcer.process_count, 1);
	assert_int_equal(o->enforcer.pid, 250);
	assert_string_equal(o->enforcer.user, "opendnssec");
	assert_int_equal(o->signer.running, TRI_YES);
	assert_int_equal(o->signer.socket_present, TRI_YES);
	assert_int_equal(o->signer.pidfile_present, TRI_YES);
	assert_int_equal(o->signer_zones.v, 12);
	assert_int_equal(o->signer_tasks.v, 12);
	assert_true(o->queue.idle && o->queue.tasks == 14 && !o->queue.immediately);
	assert_int_equal(o->has_record, TRI_NO);
	assert_null(o->lease_run);
	assert_false(o->copy.present);
	assert_true(o->disk_free.ok && o->disk_free.v > 0 && o->state_size.ok && o->state_size.v > 1000000);
	assert_non_null(o->conf_digest);
	assert_non_null(o->kasp_digest);
	assert_non_null(o->zonelist_digest);
	assert_non_null(o->addns_digest);
	assert_int_equal(o->interference_count, 0);
	observation_unref(&o);
	assert_null(o);
}

static void its_configuration(void **state)
{
	struct observation *o = recorded("observe/active.far");

	(void)state;
	assert_int_equal(o->conf.datastore, DATASTORE_SQLITE);
	assert_string_equal(o->conf.sqlite_path, "/var/lib/opendnssec/db/kasp.db");
	assert_string_equal(o->conf.signer_user, "opendnssec");
	assert_string_equal(o->conf.signer_dir, "/var/lib/opendnssec/signer");
	assert_string_equal(o->conf.notify_command, "/usr/local/sbin/zone-signed %zone");
	assert_int_equal(o->conf.automatic_keygen_period, 90 * 86400);
	assert_int_equal(o->repository_count, 1);
	assert_string_equal(o->repositories[0].token_label, "OpenDNSSEC");
	assert_true(o->repositories[0].softhsm && o->repositories[0].require_backup);
	assert_int_equal(o->repositories[0].token_count, 1);
	assert_true(o->repositories[0].contents.ok);
	assert_int_equal(o->repositories[0].cka_id_count, 36);
	assert_int_equal(o->policy_count, 5);
	assert_int_equal(observation_policy(o, "keep")->serial, SERIAL_KEEP);
	assert_int_equal(observation_policy(o, "short")->resign, 1800);
	assert_true(observation_policy(o, "datecounter")->nsec3);
	assert_int_equal(strlen(observation_policy(o, "counter")->digest), 64);
	assert_null(observation_policy(o, "none"));
	observation_unref(&o);
}

static void its_zones_and_keys(void **state)
{
	struct observation *o = recorded("observe/active.far");
	const struct obs_zone *z;
	const struct obs_key *k;

	(void)state;
	assert_int_equal(o->zone_count, 12);
	for (size_t i = 0; i < o->zone_count; i++) {
		z = &o->zones[i];
		assert_true(i == 0 || strcmp(o->zones[i - 1].name, z->name) < 0);
		assert_true(z->unsigned_know.ok && z->signed_zone.know.ok && z->backup2.know.ok && z->signconf.know.ok);
		assert_true(z->signed_zone.complete);
		assert_int_equal(z->backup2.complete, TRI_YES);
		assert_int_equal(z->in_database, TRI_YES);
		assert_int_equal(z->in_zones_xml, TRI_YES);
		assert_int_equal(z->in_signer, TRI_YES);
		assert_int_equal(z->signed_zone.serial.v, z->backup2.outbound);
		assert_int_equal(z->signed_zone.dnskey_count, 2);
		assert_int_equal(z->backup2.locator_count, 2);
		assert_int_equal(z->signconf.locator_count, 2);
		assert_int_equal(strlen(z->signconf.digest), 64);
		assert_int_equal(strlen(z->unsigned_digest), 64);
		assert_true(z->signed_zone.first_expiry > o->at && z->signed_zone.last_inception < o->at);
		/* The key tag that is computed from the published key is that of the database. */
		for (size_t n = 0; n < z->signed_zone.dnskey_count; n++) {
			bool found = false;

			for (size_t j = 0; j < o->key_count; j++)
				found = found || (o->keys[j].zone && strcmp(o->keys[j].zone, z->name) == 0 &&
				                  o->keys[j].key_tag == z->signed_zone.dnskey_tags[n]);
			assert_true(found);
		}
	}
	z = observation_zone(o, "BIG.example.");
	assert_non_null(z);
	assert_int_equal(z->signed_zone.records, 60011);
	assert_int_equal(z->signed_zone.signatures, 30005);
	assert_int_equal(z->unsigned_serial.v, 1700000002);
	z = observation_zone(o, "8/29.2.0.192.in-addr.arpa");
	assert_string_equal(z->backup2_path, "/var/lib/opendnssec/signer/8-29.2.0.192.in-addr.arpa.backup2");
	assert_string_equal(z->signed_zone.first_rrset, "9.8/29.2.0.192.in-addr.arpa. PTR");
	assert_int_equal(z->backup2.inbound, 7);
	assert_int_equal(z->backup2.outbound, 8);
	assert_int_equal(z->input, ADAPTER_FILE);
	assert_true(z->next_roll > o->at);
	assert_null(observation_zone(o, "nope.example"));

	assert_int_equal(o->key_count, 36);
	for (size_t i = 0; i < o->key_count; i++) {
		assert_int_equal(o->keys[i].in_hsm, TRI_YES);
		assert_int_equal(o->keys[i].backup, BACKUP_DONE);
		assert_true(i < 24 ? o->keys[i].zone != NULL : o->keys[i].zone == NULL);
	}
	k = observation_key(o, "C23181D5F33FB4E1C0FE672F85D149F3", "date.example");
	assert_non_null(k);
	assert_int_equal(k->role, KEY_ZSK);
	assert_int_equal(k->key_tag, 12342);
	assert_string_equal(k->state, "ready");
	assert_true(k->publish && k->active_zsk && !k->active_ksk);
	assert_true(k->next_change > 0);
	assert_null(observation_key(o, "c23181d5f33fb4e1c0fe672f85d149f3", "keep.example"));
	observation_unref(&o);
}

static const struct obs_file *file(const struct observation *o, const char *what, const char *daemon)
{
	for (size_t i = 0; i < o->file_count; i++) {
		if (strcmp(o->files[i].what, what) == 0 && strcmp(o->files[i].daemon, daemon) == 0)
			return &o->files[i];
	}
	return NULL;
}

static void its_files(void **state)
{
	struct observation *o = recorded("observe/active.far");
	const struct obs_file *f;

	(void)state;
	f = file(o, "database directory", "enforcer");
	assert_string_equal(f->path, "/var/lib/opendnssec/db");
	assert_string_equal(f->owner, "opendnssec");
	assert_int_equal(f->mode, 0755);
	assert_true(f->exists == TRI_YES && f->readable == TRI_YES && f->writable == TRI_YES);
	f = file(o, "conf", "signer");
	assert_true(f->readable == TRI_YES && f->writable == TRI_NO);
	assert_string_equal(f->owner, "root");
	f = file(o, "token", "signer");
	assert_string_equal(f->group, "softhsm");
	f = file(o, "signconf file", "signer");
	assert_non_null(f->zone);
	assert_null(file(o, "token object", "signer"));
	assert_int_equal(o->database_writable, TRI_YES);
	assert_int_equal(o->database_exists, TRI_YES);
	assert_int_equal(o->database_journal, TRI_NO);
	observation_unref(&o);
}

static void cold_standby(void **state)
{
	struct observation *o = recorded("observe/standby.far");

	(void)state;
	assert_true(o->conf.know.ok && o->database.ok);
	assert_int_equal(o->enforcer.running, TRI_NO);
	assert_int_equal(o->signer.running, TRI_NO);
	assert_int_equal(o->signer.answers, TRI_NO);
	assert_int_equal(o->signer.process_count, 0);
	assert_string_equal(o->signer.user, "opendnssec");
	assert_int_equal(o->prevent_startup, TRI_YES);
	assert_int_equal(o->zone_count, 0);
	assert_int_equal(o->key_count, 0);
	assert_int_equal(o->repositories[0].token_count, 1);
	assert_true(o->repositories[0].contents.ok);
	assert_int_equal(o->repositories[0].cka_id_count, 0);
	assert_false(o->queue.know.ok);
	assert_string_equal(o->queue.know.why, "the enforcer does not run");
	assert_false(o->signer_zones_know.ok);
	assert_false(o->zones_xml.ok);
	assert_string_equal(o->zones_xml.why, "/var/lib/opendnssec/enforcer/zones.xml is not there, or cannot be read");
	observation_unref(&o);
}

static void conf_that_cannot_be_read(void **state)
{
	struct observation *o = without("conf", "", 66);

	(void)state;
	assert_false(o->conf.know.ok);
	assert_string_equal(o->conf.know.why, "/etc/opendnssec/conf.xml is not there, or cannot be read");
	assert_false(o->database.ok);
	assert_int_equal(o->zone_count, 0);
	assert_int_equal(o->repository_count, 0);
	assert_int_equal(o->enforcer.running, TRI_YES);
	assert_int_equal(o->enforcer.socket_present, TRI_UNKNOWN);
	observation_unref(&o);

	o = changed("|  </Common>\n", "");
	assert_false(o->conf.know.ok);
	assert_non_null(strstr(o->conf.know.why, "/etc/opendnssec/conf.xml: line "));
	observation_unref(&o);
}

static void database_that_cannot_be_read(void **state)
{
	struct observation *o =
	    changed("=database-journal no\n", "=database-journal yes\n=database-error sqlite3 is not installed\n");

	(void)state;
	assert_false(o->database.ok);
	assert_string_equal(o->database.why, "sqlite3 is not installed");
	assert_int_equal(o->database_journal, TRI_YES);
	assert_int_equal(o->policy_count, 0);
	/* The zones are still those of zones.xml, and their files are seen. */
	assert_int_equal(o->zone_count, 12);
	assert_int_equal(o->zones[3].in_database, TRI_UNKNOWN);
	assert_true(o->zones[3].signed_zone.know.ok);
	observation_unref(&o);

	o = changed("|policy\tcounter\t", "|policy\tcounter\tx\t");
	assert_false(o->database.ok);
	assert_non_null(strstr(o->database.why, "not understood"));
	assert_int_equal(o->policy_count, 0);
	assert_int_equal(o->key_count, 0);
	observation_unref(&o);

	o = without("database", "", 124);
	assert_string_equal(o->database.why, "it was not answered in time");
	observation_unref(&o);
}

static void keys_of_the_daemon_without_a_database(void **state)
{
	struct buf text = fixture("observe/active.far"), out = { 0 };
	const char *at = strstr(text.p, "\n@database\n");
	struct observation *o;

	(void)state;
	buf_add(&out, text.p, (size_t)(at - text.p) + 1);
	buf_adds(&out,
	         "=database-error sqlite3 is not installed\n"
	         "@enforcer key list -v -p\n|keep.example;KSK;active;-;256;13;aa00;SoftHSM;7\n.0\n"
	         "@enforcer key list -d -p\n|keep.example;KSK;omnipresent;omnipresent;omnipresent;NA;1;1;aa00\n.0\n"
	         "@enforcer backup list\n|aa00                             SoftHSM          Not Required    \n.0\n");
	buf_adds(&out, strstr(at, "\n@zones.xml\n") + 1);
	o = parse(&out);
	assert_int_equal(o->key_count, 1);
	assert_string_equal(o->keys[0].state, "active");
	assert_int_equal(o->keys[0].backup, BACKUP_NOT_REQUIRED);
	assert_int_equal(o->keys[0].in_hsm, TRI_NO);
	assert_true(o->keys[0].active_ksk && !o->keys[0].active_zsk);
	observation_unref(&o);
	buf_free(&text);
	buf_free(&out);
}

static void tools_that_are_not_there(void **state)
{
	struct observation *o = changed("=tool.ods-enforcer yes\n", "=tool.ods-enforcer no\n");

	(void)state;
	assert_string_equal(o->tools_missing, "ods-enforcer");
	observation_unref(&o);
	o = changed("=tool.ods-signerd yes\n=tool.ods-hsmutil yes\n=tool.sqlite3 yes\n",
	            "=tool.ods-signerd no\n=tool.sqlite3 no\n");
	assert_string_equal(o->tools_missing, "ods-signerd, sqlite3");
	observation_unref(&o);
	o = recorded("observe/active.far");
	assert_null(o->tools_missing);
	observation_unref(&o);
}

static void daemons_in_trouble(void **state)
{
	struct observation *o =
	    changed("=signer.answers yes\n", "=signer.answers no\n=signer.said no answer within 3 s\n");

	(void)state;
	assert_int_equal(o->signer.running, TRI_YES);
	assert_int_equal(o->signer.answers, TRI_NO);
	assert_string_equal(o->signer.said, "no answer within 3 s");
	observation_unref(&o);

	o = changed("@process signer\n|408 opendnssec opendnssec\n",
	            "@process signer\n|408 opendnssec opendnssec\n|409 root root\n");
	assert_int_equal(o->signer.process_count, 2);
	assert_int_equal(o->signer.pid, 408);
	observation_unref(&o);

	o = changed("|All worker threads idle.\n", "");
	assert_true(o->queue.know.ok && !o->queue.idle);
	observation_unref(&o);
	o = without("enforcer queue", "|Engine shut down.\n", 0);
	assert_false(o->queue.know.ok);
	observation_unref(&o);
	o = without("signer zones", "|There are 1 zones configured\n|- keep.example\n", 0);
	assert_int_equal(o->signer_zones.v, 1);
	assert_int_equal(observation_zone(o, "keep.example")->in_signer, TRI_YES);
	assert_int_equal(observation_zone(o, "big.example")->in_signer, TRI_NO);
	observation_unref(&o);
}

static void zone_that_is_in_one_list_only(void **state)
{
	struct buf text = fixture("observe/active.far"), out = { 0 };
	char *row = strstr(text.p, "\n|zone\tkeep.example\t"), *end = strchr(row + 1, '\n');
	struct observation *o;

	(void)state;
	buf_add(&out, text.p, (size_t)(row - text.p));
	buf_adds(&out, end);
	o = parse(&out);
	assert_int_equal(o->zone_count, 12);
	assert_int_equal(observation_zone(o, "keep.example")->in_database, TRI_NO);
	assert_int_equal(observation_zone(o, "keep.example")->in_zones_xml, TRI_YES);
	assert_int_equal(observation_zone(o, "big.example")->in_database, TRI_YES);
	observation_unref(&o);
	buf_free(&text);
	buf_free(&out);

	o = without("zones.xml", "|<ZoneList/>\n", 0);
	assert_int_equal(o->zone_count, 12);
	assert_int_equal(observation_zone(o, "keep.example")->in_zones_xml, TRI_NO);
	assert_int_equal(observation_zone(o, "keep.example")->in_zonelist, TRI_YES);
	observation_unref(&o);
	o = without("zones.xml", "|<ZoneList>\n", 0);
	assert_false(o->zones_xml.ok);
	assert_non_null(strstr(o->zones_xml.why, "/var/lib/opendnssec/enforcer/zones.xml: line "));
	assert_int_equal(observation_zone(o, "keep.example")->in_zones_xml, TRI_UNKNOWN);
	observation_unref(&o);
}

static void files_of_a_zone_in_trouble(void **state)
{
	struct observation *o = changed("|yes /var/lib/opendnssec/signer/keep.example.backup2",
	                                "|no /var/lib/opendnssec/signer/keep.example.backup2");
	const struct obs_zone *z = observation_zone(o, "keep.example");

	(void)state;
	assert_true(z->backup2.know.ok);
	assert_int_equal(z->backup2.complete, TRI_NO);
	assert_int_equal(observation_zone(o, "time.example")->backup2.complete, TRI_YES);
	observation_unref(&o);

	o = without("backup2 keep.example", "|;OpenDNSSEC-backup-v3\n|;;Time: 12\n", 0);
	z = observation_zone(o, "keep.example");
	assert_false(z->backup2.know.ok);
	assert_non_null(strstr(z->backup2.know.why, "keep.example.backup2: line 2"));
	assert_int_equal(z->backup2.exists, TRI_YES);
	observation_unref(&o);

	o = without("unsigned keep.example", "|unknown there is no SOA\n", 0);
	z = observation_zone(o, "keep.example");
	assert_false(z->unsigned_know.ok || z->unsigned_serial.ok);
	assert_string_equal(z->unsigned_know.why, "/var/lib/opendnssec/unsigned/keep.example: there is no SOA");
	observation_unref(&o);

	o = without("signed keep.example", "|bytes 5\n|records 1\n|signatures 0\n|serial 7\n", 0);
	z = observation_zone(o, "keep.example");
	assert_true(z->signed_zone.know.ok && !z->signed_zone.complete);
	assert_int_equal(z->signed_zone.first_expiry, 0);
	observation_unref(&o);
	o = without("signed keep.example", "|bytes 5\n|records 1\n|signatures 0\n", 0);
	z = observation_zone(o, "keep.example");
	assert_false(z->signed_zone.know.ok);
	assert_non_null(strstr(z->signed_zone.know.why, "no SOA"));
	observation_unref(&o);
	o = without("signconf keep.example", "|<SignerConfiguration>\n", 0);
	z = observation_zone(o, "keep.example");
	assert_false(z->signconf.know.ok);
	assert_non_null(strstr(z->signconf.know.why, "keep.example.xml: line 2"));
	observation_unref(&o);
}

static void hsm_in_trouble(void **state)
{
	struct observation *o = without("hsm SoftHSM", "", 68);

	(void)state;
	assert_true(o->repositories[0].contents.ok);
	assert_int_equal(o->keys[0].in_hsm, TRI_NO);
	observation_unref(&o);
	o = changed("\n@interference\n", "\n@hsm-error SoftHSM\n|ods-hsmutil is not installed\n.0\n@interference\n");
	assert_true(o->repositories[0].contents.ok);
	observation_unref(&o);
	o = without("hsm SoftHSM", "", 69);
	assert_false(o->repositories[0].contents.ok);
	assert_int_equal(o->keys[0].in_hsm, TRI_UNKNOWN);
	assert_non_null(strstr(o->repositories[0].contents.why, "SoftHSM"));
	observation_unref(&o);
}

static void what_we_keep_there(void **state)
{
	struct observation *o = changed("=record no\n", "@record\n|role=standby\n|run=r1\n|name=alpha\n|at=5\n.0\n");

	(void)state;
	assert_true(o->record.ok && o->has_record == TRI_YES);
	assert_int_equal(o->recorded_role, ROLE_STANDBY);
	assert_string_equal(o->recorded_run, "r1");
	observation_unref(&o);
	o = changed("=record no\n", "@record\n|role=king\n.0\n");
	assert_false(o->record.ok);
	assert_int_equal(o->has_record, TRI_UNKNOWN);
	observation_unref(&o);
	o = changed(
	    "=lease no\n",
	    "@lease\n|run=r2\n|owner=o\n|host=h\n|pid=1\n|reason=a b\n|taken=1\n|heartbeat=2\n|expires=3\n.0\n");
	assert_string_equal(o->lease_run, "r2");
	assert_string_equal(o->lease_owner, "o");
	assert_string_equal(o->lease_reason, "a b");
	assert_int_equal(o->lease_heartbeat, 2);
	assert_int_equal(o->lease_expires, 3);
	observation_unref(&o);
	o = changed("=fence no\n", "=fence yes\n");
	assert_int_equal(o->fenced_by_us, TRI_YES);
	observation_unref(&o);
	o = without("copies", "|a 100\n|b 300\n|c 200\n", 0);
	assert_true(o->copy.present);
	assert_string_equal(o->copy.id, "b");
	assert_int_equal(o->copy.at, 300);
	observation_unref(&o);
	o = without("interference", "|cron\t/etc/crontab:7\n", 0);
	assert_int_equal(o->interference_count, 1);
	assert_string_equal(o->interference[0].kind, "cron");
	assert_string_equal(o->interference[0].what, "/etc/crontab:7");
	observation_unref(&o);
}

/* A host without OpenDNSSEC, or one that says nothing at all. */
static void empty_answers(void **state)
{
	static const char *const texts[] = {
		"odsf1 begin observe\nodsf1 end observe 0\n",
		"odsf1 begin observe\n=now x\n=end -1\n=disk-free no\n=utc-offset +99\n=version "
		"none\n@stat\n|z\n.0\n@files\n|\n|a\n.0\n"
		"@digests\n|x\n.0\n@database\n.0\n@conf\n.66\n@process signer\n|x\n|1\n.0\nodsf1 end observe 0\n",
		"odsf1 begin observe\n=now 9223372036854775807\n=end 9223372036854775807.9\nodsf1 end observe 0\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf text = { 0 };
		struct observation *o;

		buf_adds(&text, texts[i]);
		o = parse(&text);
		assert_true(o->reachable);
		assert_false(o->conf.know.ok || o->database.ok || o->zones_xml.ok || o->queue.know.ok ||
		             o->signer_zones_know.ok);
		assert_non_null(o->conf.know.why);
		assert_non_null(o->database.why);
		assert_non_null(o->zones_xml.why);
		assert_non_null(o->enforcer.know.why);
		assert_false(o->clock_offset.ok || o->disk_free.ok);
		assert_null(o->version);
		assert_int_equal(o->zone_count + o->key_count + o->policy_count + o->file_count, 0);
		observation_unref(&o);
		buf_free(&text);
	}
}

static void policies_have_the_same_digest_on_both_sides(void **state)
{
	struct observation *a = recorded("observe/active.far"), *b = changed("|policy\tkeep\t", "|policy\tkeep\tFF");
	struct observation *c = changed("|policykey\tkeep\t1\t13\t256\t", "|policykey\tkeep\t1\t13\t256\t1");

	(void)state;
	assert_string_equal(observation_policy(a, "short")->digest, observation_policy(b, "short")->digest);
	assert_string_not_equal(observation_policy(a, "keep")->digest, observation_policy(b, "keep")->digest);
	assert_string_not_equal(observation_policy(a, "keep")->digest, observation_policy(c, "keep")->digest);
	observation_unref(&a);
	observation_unref(&b);
	observation_unref(&c);
}

/* Every prefix of an answer, as a hung or dying host gives it, is read without a fault of memory. */
static void cut_answers(void **state)
{
	struct buf text = fixture("observe/active.far");

	(void)state;
	for (size_t len = 0; len < text.len; len += 997) {
		struct far_answer a;
		struct observation *o;

		assert_int_not_equal(far_parse(&a, "observe", text.p, len, NULL), RC_OK);
		o = observation_parse(&config, &a, 1, 2);
		observation_unref(&o);
		far_answer_clear(&a);
	}
	buf_free(&text);
}

struct fake {
	struct host host;
	enum rc rc;
	const char *text;
};

static enum rc fake_call(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                         struct err *e)
{
	struct fake *f = (struct fake *)h;

	(void)c;
	assert_string_equal(q->verb, "observe");
	assert_int_equal(q->timeout_s, 45);
	if (f->rc != RC_OK) {
		memset(a, 0, sizeof *a);
		a->sentence = "";
		return err_set(e, f->rc, "alpha: sudo wants a password");
	}
	return far_parse(a, q->verb, f->text, strlen(f->text), e);
}

static void fake_state(struct host *h, struct host_state *out)
{
	(void)h;
	memset(out, 0, sizeof *out);
	(void)strcpy(out->host_key, "SHA256:abc");
}

static void observing_a_host(void **state)
{
	static const struct host_ops ops = { .call = fake_call, .state = fake_state };
	struct fake f = { .host = { &ops, &config }, .rc = RC_AUTH };
	struct observation *o = observe(&f.host, 45, NULL), *again;

	(void)state;
	assert_false(o->reachable);
	assert_int_equal(o->rc, RC_AUTH);
	assert_string_equal(o->why, "alpha: sudo wants a password");
	assert_string_equal(o->database.why, o->why);
	assert_string_equal(o->host_key, "SHA256:abc");
	again = observation_ref(o);
	observation_unref(&o);
	assert_string_equal(again->why, "alpha: sudo wants a password");
	observation_unref(&again);

	f.rc = RC_OK;
	f.text = "odsf1 begin observe\n!This far side does not know 'observe'.\nodsf1 end observe 64\n";
	o = observe(&f.host, 45, NULL);
	assert_false(o->reachable);
	assert_int_equal(o->rc, RC_PARSE);
	assert_non_null(strstr(o->why, "does not know"));
	observation_unref(&o);
	f.text = "odsf1 begin observe\n=hostname a\n";
	o = observe(&f.host, 45, NULL);
	assert_false(o->reachable);
	assert_int_equal(o->rc, RC_UNKNOWN);
	observation_unref(&o);
	f.text = "odsf1 begin observe\n=hostname a\nodsf1 end observe 0\n";
	o = observe(&f.host, 45, NULL);
	assert_true(o->reachable);
	assert_string_equal(o->hostname, "a");
	observation_unref(&o);
}

static int64_t wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Five seconds until the far side runs: connecting, logging in. 50 ms there, 100 ms of work, 50 ms back; its clock is
 * right to the millisecond. */
static enum rc late_start(struct host *h, const struct far_call *q, struct far_answer *a, struct cancel *c,
                          struct err *e)
{
	int64_t first = wall_ms() + 5050, last = first + 100;
	char text[200];
	enum rc rc;

	(void)h;
	(void)c;
	(void)snprintf(
	    text, sizeof text, "odsf1 begin observe\n=now %lld.%03lld\n=end %lld.%03lld\nodsf1 end observe 0\n",
	    (long long)(first / 1000), (long long)(first % 1000), (long long)(last / 1000), (long long)(last % 1000));
	rc = far_parse(a, q->verb, text, strlen(text), e);
	a->started_mono_ms = clock_mono_ms() + 5000;
	a->ended_mono_ms = a->started_mono_ms + 200;
	return rc;
}

static void the_clock_is_read_over_the_round_trip_alone(void **state)
{
	static const struct host_ops ops = { .call = late_start };
	struct host h = { &ops, &config };
	struct observation *o = observe(&h, 45, NULL);

	(void)state;
	assert_true(o->clock_offset.ok);
	/* What a loaded machine takes between two lines of this test is all that it may be off. */
	assert_true(o->clock_offset.v > -1000 && o->clock_offset.v < 1000);
	assert_in_range(o->clock_uncertainty, 50, 51);
	assert_int_equal(o->took_ms, 200);
	observation_unref(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(active_instance),
		cmocka_unit_test(what_was_put_aside),
		cmocka_unit_test(the_clock_is_read_over_the_round_trip_alone),
		cmocka_unit_test(its_configuration),
		cmocka_unit_test(its_zones_and_keys),
		cmocka_unit_test(its_files),
		cmocka_unit_test(cold_standby),
		cmocka_unit_test(conf_that_cannot_be_read),
		cmocka_unit_test(database_that_cannot_be_read),
		cmocka_unit_test(keys_of_the_daemon_without_a_database),
		cmocka_unit_test(tools_that_are_not_there),
		cmocka_unit_test(daemons_in_trouble),
		cmocka_unit_test(zone_that_is_in_one_list_only),
		cmocka_unit_test(files_of_a_zone_in_trouble),
		cmocka_unit_test(hsm_in_trouble),
		cmocka_unit_test(what_we_keep_there),
		cmocka_unit_test(empty_answers),
		cmocka_unit_test(policies_have_the_same_digest_on_both_sides),
		cmocka_unit_test(cut_answers),
		cmocka_unit_test(observing_a_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
