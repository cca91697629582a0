#include "make_board.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/zone/name_text.h"

static const struct {
	const char *name, *policy;
	enum serial_mode mode;
	uint32_t unsigned_serial, serial;
} zone_rows[MADE_ZONES] = {
	{ "example.com", "counter", SERIAL_COUNTER, 100, 120 },
	{ "example.net", "unixtime", SERIAL_UNIXTIME, 7, 1795510000 },
	{ "example.org", "datecounter", SERIAL_DATECOUNTER, 9, 2026112402 },
};

static struct know known(const char *source)
{
	return (struct know){ .ok = true, .source = source };
}

static struct num number(int64_t v)
{
	return (struct num){ true, v };
}

static void make_conf(struct observation *o)
{
	o->conf = (struct obs_conf){
		.know = known("/etc/opendnssec/conf.xml"),
		.datastore = DATASTORE_SQLITE,
		.sqlite_path = "/var/lib/opendnssec/db/kasp.db",
		.enforcer_user = "opendnssec",
		.enforcer_group = "opendnssec",
		.signer_user = "opendnssec",
		.signer_group = "opendnssec",
		.enforcer_dir = "/var/lib/opendnssec/enforcer",
		.signer_dir = "/var/lib/opendnssec/signer",
		.enforcer_socket = "/run/opendnssec/enforcer.sock",
		.signer_socket = "/run/opendnssec/engine.sock",
		.enforcer_pid = "/run/opendnssec/enforcerd.pid",
		.signer_pid = "/run/opendnssec/signerd.pid",
		.policy_file = "/etc/opendnssec/kasp.xml",
		.zonelist_file = "/etc/opendnssec/zonelist.xml",
		.notify_command = "nsd-control reload",
	};
}

static void make_keys(struct observation *o)
{
	struct arena *a = &o->arena;
	const char **ids = arena_alloc(a, MADE_KEYS * sizeof *ids);

	o->keys = arena_alloc(a, MADE_KEYS * sizeof *o->keys);
	o->key_count = MADE_KEYS;
	for (int i = 0; i < MADE_KEYS; i++) {
		bool ksk = i % 2 == 0;

		ids[i] = arena_printf(a, "%032x", 0xa000 + i);
		o->keys[i] = (struct obs_key){
			.zone = zone_rows[i / 2].name,
			.role = ksk ? KEY_KSK : KEY_ZSK,
			.key_tag = 10000 + i,
			.algorithm = 13,
			.bits = 256,
			.cka_id = ids[i],
			.repository = "SoftHSM",
			.state = "active",
			.ds = ksk ? 2 : 4,
			.dnskey = 2,
			.rrsigdnskey = ksk ? 2 : 4,
			.rrsig = ksk ? 4 : 2,
			.publish = true,
			.active_ksk = ksk,
			.active_zsk = !ksk,
			.ds_at_parent = 3,
			.backup = BACKUP_DONE,
			.in_hsm = TRI_YES,
		};
	}
	o->repositories = arena_alloc(a, sizeof *o->repositories);
	o->repository_count = 1;
	o->repositories[0] = (struct obs_repository){
		.name = "SoftHSM",
		.module = "/usr/lib/softhsm/libsofthsm2.so",
		.token_label = "OpenDNSSEC",
		.require_backup = true,
		.softhsm = true,
		.token_dir = "/var/lib/softhsm/tokens/1",
		.token_count = 1,
		.contents = known("ods-hsmutil list"),
		.cka_ids = ids,
		.cka_id_count = MADE_KEYS,
	};
}

static void make_zone(struct observation *o, int i)
{
	struct arena *a = &o->arena;
	struct obs_zone *z = &o->zones[i];
	const char *name = zone_rows[i].name;
	const char **ids = arena_alloc(a, 2 * sizeof *ids), **keys = arena_alloc(a, 2 * sizeof *keys);
	int *tags = arena_alloc(a, 2 * sizeof *tags);

	for (int k = 0; k < 2; k++) {
		ids[k] = o->keys[2 * i + k].cka_id;
		tags[k] = o->keys[2 * i + k].key_tag;
		keys[k] = k == 0 ? "257 3 13 AAAA" : "256 3 13 BBBB";
	}
	*z = (struct obs_zone){
		.name = name,
		.policy = zone_rows[i].policy,
		.in_database = TRI_YES,
		.in_zones_xml = TRI_YES,
		.in_zonelist = TRI_YES,
		.in_signer = TRI_YES,
		.unsigned_path = arena_printf(a, "/var/lib/opendnssec/unsigned/%s", name),
		.signed_path = arena_printf(a, "/var/lib/opendnssec/signed/%s", name),
		.signconf_path = arena_printf(a, "/var/lib/opendnssec/signconf/%s.xml", name),
		.backup2_path = arena_printf(a, "/var/lib/opendnssec/signer/%s.backup2", name),
		.unsigned_serial = number(zone_rows[i].unsigned_serial),
		.next_roll = MADE_NOW + 20 * 86400,
		.next_change = MADE_NOW + 20 * 86400,
		.next_roll_role = "ZSK",
	};
	z->unsigned_know = known(z->unsigned_path);
	z->signed_zone = (struct obs_signed){
		.know = known(z->signed_path),
		.serial = number(zone_rows[i].serial),
		.size = 4000,
		.records = 30,
		.signatures = 12,
		.first_expiry = MADE_NOW + MADE_LIFE + i * 3600,
		.first_rrset = arena_printf(a, "%s NS", name),
		.last_inception = MADE_NOW - 7200,
		.last_inception_rrset = arena_printf(a, "%s SOA", name),
		.dnskeys = keys,
		.dnskey_count = 2,
		.dnskey_tags = tags,
		.complete = true,
	};
	z->backup2 = (struct obs_backup2){
		.know = known(z->backup2_path),
		.exists = TRI_YES,
		.complete = TRI_YES,
		.inbound = zone_rows[i].unsigned_serial,
		.internal = zone_rows[i].serial,
		.outbound = zone_rows[i].serial,
		.locators = ids,
		.locator_count = 2,
	};
	z->signconf = (struct obs_signconf){
		.know = known(z->signconf_path), .exists = TRI_YES, .locators = ids, .locator_count = 2
	};
}

static void make_policies(struct observation *o)
{
	o->policies = arena_alloc(&o->arena, MADE_ZONES * sizeof *o->policies);
	o->policy_count = MADE_ZONES;
	for (int i = 0; i < MADE_ZONES; i++)
		o->policies[i] = (struct obs_policy){
			.name = zone_rows[i].policy,
			.serial = zone_rows[i].mode,
			.resign = 7200,
			.refresh = 3 * 86400,
			.validity = 14 * 86400,
			.validity_denial = 14 * 86400,
			.jitter = 43200,
			.inception_offset = 3600,
			.dnskey_ttl = 3600,
			.digest = arena_printf(&o->arena, "digest of %s", zone_rows[i].policy),
		};
}

static void make_files(struct observation *o)
{
	static const struct {
		const char *what, *path, *daemon;
		bool of_zone;
	} rows[] = {
		{ "database", "/var/lib/opendnssec/db/kasp.db", "enforcer", false },
		{ "database directory", "/var/lib/opendnssec/db", "enforcer", false },
		{ "enforcer", "/var/lib/opendnssec/enforcer", "enforcer", false },
		{ "signconf", "/var/lib/opendnssec/signconf", "enforcer", false },
		{ "signer", "/var/lib/opendnssec/signer", "signer", false },
		{ "signed", "/var/lib/opendnssec/signed", "signer", false },
		{ "enforcer pid", "/run/opendnssec/enforcerd.pid", "enforcer", false },
		{ "unsigned zone", "/var/lib/opendnssec/unsigned/example.net", "signer", true },
		{ "signed zone", "/var/lib/opendnssec/signed/example.net", "signer", true },
	};

	o->file_count = sizeof rows / sizeof *rows;
	o->files = arena_alloc(&o->arena, o->file_count * sizeof *o->files);
	for (size_t i = 0; i < o->file_count; i++)
		o->files[i] = (struct obs_file){
			.what = rows[i].what,
			.zone = rows[i].of_zone ? "example.net" : NULL,
			.path = rows[i].path,
			.exists = TRI_YES,
			.owner = "opendnssec",
			.group = "opendnssec",
			.mode = 0644,
			.readable = TRI_YES,
			.writable = TRI_YES,
			.daemon = rows[i].daemon,
		};
}

static void make_room(struct observation *o)
{
	static const struct obs_size sizes[] = {
		{ "database", "/var/lib/opendnssec/db", 1 << 20 },
		{ "signed zone", "/var/lib/opendnssec/signed", 8 << 20 },
		{ "token", "/var/lib/softhsm/tokens", 1 << 20 },
	};
	static const struct obs_room rooms[] = {
		{ "/var/lib", INT64_C(10) << 30, 1 },
		{ "/var/lib/opendnssec/signed", INT64_C(10) << 30, 1 },
		{ "/var/lib/softhsm/tokens", INT64_C(1) << 30, 2 },
	};

	o->sizes_know = known("du");
	o->sizes = arena_dup(&o->arena, sizes, 3, sizeof *sizes);
	o->size_count = 3;
	o->rooms_know = known("df");
	o->rooms = arena_dup(&o->arena, rooms, 3, sizeof *rooms);
	o->room_count = 3;
}

static struct obs_daemon daemon_at(bool runs, int64_t pid)
{
	return (struct obs_daemon){
		.know = known("/proc"),
		.running = runs ? TRI_YES : TRI_NO,
		.pid = runs ? pid : 0,
		.process_count = runs ? 1 : 0,
		.answers = runs ? TRI_YES : TRI_NO,
		.socket_present = runs ? TRI_YES : TRI_NO,
		.pidfile_present = runs ? TRI_YES : TRI_NO,
		.user = "opendnssec",
		.group = "opendnssec",
		.account = known("access enforcer"),
	};
}

static struct observation *make_observation(const struct instance_config *config, bool active)
{
	struct observation *o = xcalloc(1, sizeof *o);

	o->refs = 1;
	o->config = config;
	o->at = MADE_NOW;
	o->took_ms = 300;
	o->reachable = true;
	o->host_key = "SHA256:abc";
	o->os = known("/etc/os-release");
	o->hostname = config->name;
	o->utc_offset_known = true;
	o->fenced_by_us = TRI_NO;
	o->lease = known("/var/lib/ods-failover/lease");
	o->machine_id = active ? "aa" : "bb";
	o->os_name = "Debian GNU/Linux 12";
	o->service_manager = "ods-control";
	o->clock_offset = number(active ? 10 : -200);
	o->version = "2.1.12";
	o->softhsm_version = "2.6.1";
	make_conf(o);
	make_keys(o);
	make_policies(o);
	o->zones = arena_alloc(&o->arena, MADE_ZONES * sizeof *o->zones);
	o->zone_count = MADE_ZONES;
	for (int i = 0; i < MADE_ZONES; i++)
		make_zone(o, i);
	make_files(o);
	o->enforcer = daemon_at(active, 700);
	o->signer = daemon_at(active, 701);
	o->signer_zones_know = known("ods-signer zones");
	o->signer_zones = number(active ? MADE_ZONES : 0);
	o->queue = (struct obs_queue){ .know = known("ods-enforcer queue"), .idle = true, .tasks = MADE_ZONES };
	o->database = known("the KASP database");
	o->database_exists = TRI_YES;
	o->database_journal = TRI_NO;
	o->database_writable = TRI_YES;
	o->zones_xml = known("/var/lib/opendnssec/enforcer/zones.xml");
	o->zonelist = known("/etc/opendnssec/zonelist.xml");
	o->kasp = known("/etc/opendnssec/kasp.xml");
	o->disk_free = number(INT64_C(10) << 30);
	o->state_size = number(20 << 20);
	make_room(o);
	o->prevent_startup = TRI_NO;
	o->interference_know = known("crontabs and units");
	o->copy = (struct obs_copy){ .know = known("/var/lib/ods-failover/copy"), .present = !active, .at = MADE_NOW };
	o->asides_know = known("/var/lib/ods-failover/aside");
	o->record = known("/var/lib/ods-failover/record");
	o->files_know = known("stat");
	o->tokens = known("/var/lib/softhsm/tokens");
	o->has_record = TRI_NO;
	return o;
}

/* The public answers outlive the observation that they are made after. */
static const char **copied(struct made_pair *m, const char *const *texts, size_t count)
{
	const char **copies = arena_alloc(&m->arena, (count + 1) * sizeof *copies);

	for (size_t i = 0; i < count; i++)
		copies[i] = arena_strdup(&m->arena, texts[i]);
	return copies;
}

void made_ds(struct ds *ds, const struct made_pair *m, uint8_t digest_type)
{
	const struct observation *o = m->obs[MADE_ALPHA];
	struct wire_name owner;
	uint8_t octets[DNSKEY_OCTETS_MAX];
	size_t len = dnskey_octets(o->zones[0].signed_zone.dnskeys[0], octets);
	char *name = xasprintf("%s.", o->zones[0].name);

	if (!name_from_text(&owner, name, strlen(name), NULL) ||
	    !ds_make(ds, digest_type, owner.wire, owner.len, octets, len))
		abort();
	ds->tag = (uint16_t)o->keys[0].key_tag;
	free(name);
}

static void make_public(struct made_pair *m)
{
	for (int i = 0; i < MADE_ZONES; i++) {
		const struct obs_signed *s = &m->obs[MADE_ALPHA]->zones[i].signed_zone;

		m->pub[i] = (struct public_zone){
			.server = m->pair.name_servers[0],
			.zone = zone_rows[i].name,
			.know = known("SOA at 192.0.2.53"),
			.serial = s->serial,
			.dnskeys = copied(m, s->dnskeys, s->dnskey_count),
			.dnskey_count = s->dnskey_count,
			.dnskey_tags = arena_alloc(&m->arena, 2 * sizeof(int)),
			.first_expiry = s->first_expiry + 60,
			.first_rrset = arena_strdup(&m->arena, s->first_rrset),
			.last_inception = s->last_inception,
			.took_ms = 3,
		};
		memcpy(m->pub[i].dnskey_tags, s->dnskey_tags, 2 * sizeof(int));
	}
	m->pub_count = MADE_ZONES;
	m->ds[0] = (struct public_ds){
		.zone = zone_rows[0].name,
		.server = "192.0.2.1",
		.know = known("DS at 192.0.2.1"),
		.records = arena_alloc(&m->arena, 2 * sizeof(struct ds)),
		.record_count = 1,
	};
	made_ds(&m->ds[0].records[0], m, 2);
	m->ds_count = 1;
}

struct made_pair *made_pair_new(void)
{
	struct made_pair *m = xcalloc(1, sizeof *m);
	struct pair_config *p = &m->pair;

	p->name = arena_strdup(&m->arena, "main");
	for (int i = 0; i < 2; i++) {
		struct instance_config *c = &p->instance[i];

		c->name = arena_strdup(&m->arena, i == MADE_ALPHA ? "alpha" : "bravo");
		c->role = i == MADE_ALPHA ? ROLE_ACTIVE : ROLE_STANDBY;
		c->host = arena_strdup(&m->arena, i == MADE_ALPHA ? "192.0.2.10" : "192.0.2.20");
		c->configuration = arena_strdup(&m->arena, "/etc/opendnssec/conf.xml");
	}
	p->mode = MODE_COLD;
	p->name_servers = arena_alloc(&m->arena, 2 * sizeof *p->name_servers);
	p->name_servers[0] = arena_strdup(&m->arena, "192.0.2.53");
	p->name_server_count = 1;
	p->failover_time = 1800;
	p->margin = 3600;
	m->kind = KIND_SWITCHOVER;
	m->now = MADE_NOW;
	for (int i = 0; i < 2; i++)
		m->obs[i] = make_observation(&p->instance[i], i == MADE_ALPHA);
	make_public(m);
	return m;
}

void made_pair_free(struct made_pair **m)
{
	board_unref(&(*m)->board);
	observation_unref(&(*m)->obs[0]);
	observation_unref(&(*m)->obs[1]);
	arena_free(&(*m)->arena);
	free(*m);
	*m = NULL;
}

struct board *made_board(struct made_pair *m)
{
	board_unref(&m->board);
	m->board = board_make(&m->pair, m->obs, m->pub, m->pub_count, m->ds, m->ds_count, m->measured, m->kind, m->now);
	return m->board;
}

void made_unreachable(struct made_pair *m, int side, enum rc rc, const char *why)
{
	struct observation *o = xcalloc(1, sizeof *o);

	o->refs = 1;
	o->config = &m->pair.instance[side];
	o->at = MADE_NOW;
	o->rc = rc;
	o->why = why;
	observation_unref(&m->obs[side]);
	m->obs[side] = o;
}

void made_dirty_standby(struct made_pair *m)
{
	struct observation *o = m->obs[MADE_BRAVO];

	o->database_journal = TRI_YES;
	o->database_writable = TRI_NO;
	o->zones_xml = (struct know){ .why = "there is no zones.xml", .source = o->zones_xml.source };
	for (size_t i = 0; i < o->zone_count; i++) {
		struct obs_zone *z = &o->zones[i];

		z->in_zones_xml = TRI_NO;
		z->backup2.outbound -= 50;
		z->backup2.complete = TRI_NO;
		z->signed_zone.serial.v -= 50;
		z->signed_zone.first_expiry = MADE_NOW - 9 * 86400;
		z->signed_zone.last_inception = MADE_NOW + 86400;
		z->signed_zone.complete = false;
		z->signed_zone.dnskey_count = 0;
		z->signconf.exists = TRI_NO;
		z->unsigned_know = (struct know){ .why = "there is none", .source = z->unsigned_path };
		z->unsigned_serial.ok = false;
		z->next_roll = MADE_NOW - 86400;
	}
	for (size_t i = 0; i < o->key_count; i++) {
		o->keys[i].backup = BACKUP_PREPARED;
		o->keys[i].in_hsm = TRI_NO;
		o->keys[i].key_tag = 7;
	}
	for (size_t i = 0; i < o->policy_count; i++)
		o->policies[i].digest = "another";
	for (size_t i = 0; i < o->file_count; i++) {
		o->files[i].owner = "root";
		o->files[i].readable = TRI_NO;
		o->files[i].writable = TRI_NO;
	}
	o->files[0].exists = TRI_NO;
	o->repositories[0].token_count = 2;
	o->repositories[0].contents =
	    (struct know){ .why = "the token cannot be opened", .source = "ods-hsmutil list" };
	o->prevent_startup = TRI_YES;
	o->fenced_by_us = TRI_YES;
	o->copy.at = MADE_NOW - 400 * 86400;
	o->enforcer.pidfile_present = TRI_YES;
	o->signer.socket_present = TRI_YES;
}

void made_empty_standby(struct made_pair *m)
{
	struct observation *o = m->obs[MADE_BRAVO];

	o->database_exists = TRI_NO;
	o->database = (struct know){ .why = "there is no database", .source = o->conf.sqlite_path };
	o->database_writable = TRI_UNKNOWN;
	o->zones_xml = (struct know){ .why = "there is no zones.xml", .source = o->zones_xml.source };
	o->zone_count = o->key_count = o->policy_count = 0;
	o->file_count = 0;
	o->repositories[0].token_count = 0;
	o->repositories[0].token_dir = NULL;
	o->repositories[0].cka_id_count = 0;
	o->repositories[0].contents = (struct know){ .why = "no token of that label", .source = "ods-hsmutil list" };
	o->copy = (struct obs_copy){ .know = o->copy.know };
}

const struct finding *made_finding(const struct board *b, const char *id, const char *zone)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (strcmp(b->findings[i].id, id) == 0 &&
		    (zone == NULL || (b->findings[i].zone != NULL && name_equal(b->findings[i].zone, zone))))
			return &b->findings[i];
	return NULL;
}
