#include "tests/support/screen_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { ZONES = 12, KEYS = 25, FINDINGS = 7, STEPS = 8, HOUR = 3600 };

static struct instance_config *instance(struct pair_config *pair, int i)
{
	return &pair->instance[i];
}

static char alpha[] = "alpha", bravo[] = "bravo", host_alpha[] = "10.77.1.10", host_bravo[] = "10.77.1.20";
static char conf[] = "/etc/opendnssec/conf.xml", server[] = "10.77.1.53", parent[] = "10.77.1.54", name[] = "main";
static char example_com[] = "example.com", example_net[] = "example.net";
static char *servers[] = { server };
static struct parent_config parents[] = { { example_com, parent }, { example_net, parent } };

static struct pair_config pair = {
	.name = name,
	.instance = { { .name = alpha, .role = ROLE_ACTIVE, .host = host_alpha, .configuration = conf },
	              { .name = bravo, .role = ROLE_STANDBY, .host = host_bravo, .configuration = conf } },
	.mode = MODE_COLD,
	.name_servers = servers,
	.name_server_count = 1,
	.parents = parents,
	.parent_count = 2,
	.failover_time = 1800,
	.margin = HOUR,
};

static const struct know known = { .ok = true, .source = "far observe" };

static struct observation observations[2];

static const struct obs_policy policies[] = {
	{ .name = "default",
	  .serial = SERIAL_DATECOUNTER,
	  .resign = 2 * HOUR,
	  .refresh = 72 * HOUR,
	  .validity = 336 * HOUR,
	  .nsec3 = true },
	{ .name = "counting",
	  .serial = SERIAL_COUNTER,
	  .resign = 2 * HOUR,
	  .refresh = 72 * HOUR,
	  .validity = 336 * HOUR },
};

static void fill_observation(struct observation *o, int i)
{
	enum tri runs = i == 0 ? TRI_YES : TRI_NO;

	*o = (struct observation){
		.refs = 1,
		.config = instance(&pair, i),
		.at = SCREEN_NOW - 12,
		.reachable = true,
		.os = known,
		.hostname = pair.instance[i].name,
		.os_name = "Debian GNU/Linux 12 (bookworm)",
		.version = "2.1.12",
		.clock_offset = { true, i == 0 ? 20 : -230 },
		.enforcer = { .know = known, .running = runs, .answers = runs, .process_count = i == 0 ? 1 : 0 },
		.signer = { .know = known, .running = runs, .answers = runs, .process_count = i == 0 ? 1 : 0 },
		.queue = { .know = { .ok = i == 0, .why = "down" }, .idle = true, .tasks = 14 },
		.disk_free = { true, (int64_t)42 << 30 },
		.policies = (struct obs_policy *)policies,
		.policy_count = 2,
		.asides_know = known,
		.copy = { .know = known, .present = true, .id = "20261124T005812Z-alpha", .at = SCREEN_NOW - 8000 },
	};
}

static const struct {
	const char *name;
	int64_t serial;
	int public_behind;
	int64_t slack;
	enum severity worst;
	const char *keys;
} zone_rows[ZONES] = {
	{ "example.net", 2026112403, 0, 219840, SEV_STOP, "MISSING" },
	{ "silent.example", 2026112401, 0, 322000, SEV_UNKNOWN, "?" },
	{ "8/29.2.0.192.in-addr.arpa", 2026112207, 1, 323000, SEV_WARN, "backup" },
	{ "xn--bcher-kva.example", 41, 0, 323100, SEV_WARN, "roll 2h" },
	{ "example.org", 2026112403, 0, 323200, SEV_OK, "ok" },
	{ "example.com", 1795489173, 0, 323300, SEV_OK, "ok" },
	{ "wild.example", 2026112403, 0, 323400, SEV_OK, "ok" },
	{ "kept.example", 7, 0, 323500, SEV_OK, "ok" },
	{ "nsec.example", 2026112403, 0, 323600, SEV_OK, "ok" },
	{ "short.example", 2026112411, 0, 323700, SEV_OK, "ok" },
	{ "big.example", 2026112403, 0, 323800, SEV_OK, "ok" },
	{ "a-zone-with-a-name-much-longer-than-any-column.example", 2026112403, 0, 323900, SEV_OK, "ok" },
};

static struct board_zone zones[ZONES];
static struct obs_zone there[ZONES];
static struct public_zone publics[ZONES];
static const struct public_zone *public_of[ZONES];
static struct obs_key obs_keys[KEYS];
static struct board_key keys[KEYS];
static char cka_ids[KEYS][40];
static char rrsets[ZONES][80];

static void fill_zones(void)
{
	for (int i = 0; i < ZONES; i++) {
		bool silent = zone_rows[i].worst == SEV_UNKNOWN, kept = strcmp(zone_rows[i].name, "kept.example") == 0;
		int64_t public_serial = zone_rows[i].serial - zone_rows[i].public_behind;
		struct board_serial serial = {
			.unsigned_active = { true, zone_rows[i].serial - 3 },
			.unsigned_standby = { true, zone_rows[i].serial - 5 },
			.signed_at = { { true, zone_rows[i].serial }, { true, zone_rows[i].serial - 2 } },
			.outbound = { { true, zone_rows[i].serial }, { true, zone_rows[i].serial - 2 } },
			.published = { !silent, public_serial },
			.predicted = { !kept, i == 4 ? zone_rows[i].serial : zone_rows[i].serial + 1 },
			.refuses = kept,
			.predicted_order = i == 4 ? SERIAL_EQUAL : SERIAL_GREATER,
			.repairable = true,
			.repaired = { true, zone_rows[i].serial + 1 },
			.target = { true, zone_rows[i].serial },
		};

		snprintf(rrsets[i], sizeof rrsets[i], "%s NS", zone_rows[i].name);
		publics[i] =
		    (struct public_zone){ .server = servers[0],
			                  .zone = zone_rows[i].name,
			                  .know = { .ok = !silent, .why = "no answer within 3 s", .source = "SOA" },
			                  .serial = { !silent, public_serial } };
		public_of[i] = &publics[i];
		there[i] = (struct obs_zone){ .name = zone_rows[i].name };
		zones[i] = (struct board_zone){
			.name = zone_rows[i].name,
			.on = { &there[i], i == 6 ? NULL : &there[i] }, /* wild.example is not on the standby yet */
			.policy = i % 3 == 0 ? "default" : "counting",
			.public_zones = &public_of[i],
			.public_count = 1,
			.serial = serial,
			.first_expiry = { true, SCREEN_NOW - 12 + zone_rows[i].slack + 1800 + HOUR },
			.first_rrset = rrsets[i],
			.slack = { true, zone_rows[i].slack },
			.worst = zone_rows[i].worst,
			.keys_word = zone_rows[i].keys,
		};
	}
}

static void fill_keys(void)
{
	for (int i = 0; i < KEYS; i++) {
		bool ksk = i % 2 == 0;

		snprintf(cka_ids[i], sizeof cka_ids[i], "%08xee750c2a2ecca073d4f34614", (unsigned)i * 2654435761u);
		obs_keys[i] = (struct obs_key){
			.zone = i < 2 * ZONES ? zone_rows[i / 2].name : NULL,
			.role = ksk ? KEY_KSK : KEY_ZSK,
			.key_tag = 1000 + 977 * i % 60000,
			.algorithm = 13,
			.bits = 256,
			.cka_id = cka_ids[i],
			.repository = "SoftHSM",
			.state = i < 2 * ZONES ? "active" : "generate",
			.ds = ksk ? 2 : 4,
			.dnskey = i < 2 * ZONES ? 2 : 0,
			.publish = i < 2 * ZONES,
			.backup = i == 5 ? BACKUP_REQUIRED : BACKUP_DONE,
			.in_hsm = TRI_YES,
			.next_change = SCREEN_NOW + 7200,
		};
		keys[i] = (struct board_key){ .key = &obs_keys[i],
			                      .in_hsm = { i == 0 ? TRI_NO : TRI_YES, i == 5   ? TRI_NO
			                                                             : i == 2 ? TRI_UNKNOWN
			                                                                      : TRI_YES },
			                      .published = i == 2 || i == 3 ? TRI_UNKNOWN : TRI_YES,
			                      .ds = TRI_YES };
	}
}

static struct finding findings[FINDINGS] = {
	{ "key-missing", SEV_STOP, "alpha", "example.net", "KSK 1000 is not in alpha's token OpenDNSSEC", "absent",
	  "present", "ods-hsmutil list OpenDNSSEC on alpha",
	  "find its token object before the signer is restarted: what it signs with ends with its process",
	  SCREEN_NOW - 12 },
	{ "public-silent", SEV_UNKNOWN, NULL, "silent.example",
	  "10.77.1.53 did not answer for silent.example within 3 s", "no answer", "an answer",
	  "SOA of silent.example at 10.77.1.53", "ask it by hand: dig @10.77.1.53 silent.example SOA",
	  SCREEN_NOW - 12 },
	{ "backup-pending", SEV_WARN, "alpha", "8/29.2.0.192.in-addr.arpa", "ZSK 5885 is not backed up", "Required",
	  "Done", "ods-enforcer backup list on alpha", "a run prepares the backup by itself", SCREEN_NOW - 12 },
	{ "public-behind", SEV_WARN, NULL, "8/29.2.0.192.in-addr.arpa",
	  "10.77.1.53 has 2026112206, alpha signed 2026112207", "2026112206", "2026112207", "SOA at 10.77.1.53", NULL,
	  SCREEN_NOW - 12 },
	{ "roll-in-window", SEV_WARN, NULL, "xn--bcher-kva.example", "a ZSK goes active 05:12Z, inside the run",
	  "05:12Z", "after the run", "ods-enforcer key list -v on alpha", "wait for it, or hold the enforcer",
	  SCREEN_NOW - 12 },
	{ "serial-not-greater", SEV_WARN, "bravo", "example.org",
	  "bravo would publish 2026112403 first, which is published already", "2026112403", "> 2026112403",
	  "kasp.db, .backup2, SOA", "the serial guard of the run makes it 2026112404", SCREEN_NOW - 12 },
	{ "standby-old-copy", SEV_WARN, "bravo", NULL, "the copy set on bravo is 2h13m old", "2h13m", "1h",
	  "/var/lib/ods-failover on bravo", "replicate", SCREEN_NOW - 200 },
};

static struct board board;

static enum rc no_undo(struct step_ctx *c, struct err *e)
{
	(void)c;
	(void)e;
	return RC_OK;
}

static const struct step steps[STEPS] = {
	{ .id = "take-lease",
	  .title = "Take the lease on both instances",
	  .why = "nobody else may run anything on this pair meanwhile",
	  .expected = "both hold the lease of this run",
	  .undo_text = "gives it back",
	  .risk = RISK_REVERSIBLE,
	  .undo = no_undo,
	  .timeout_s = 30 },
	{ .id = "gate",
	  .title = "No finding says stop",
	  .why = "what is wrong before is worse after",
	  .expected = "no stop, no unknown",
	  .risk = RISK_READ,
	  .timeout_s = 90 },
	{ .id = "stop-signer",
	  .title = "Stop the signer of the old active",
	  .why = "two signers publish two truths",
	  .expected = "its pid is gone from /proc, and both run files are gone",
	  .undo_text = "starts it again",
	  .risk = RISK_REVERSIBLE,
	  .undo = no_undo,
	  .timeout_s = 60 },
	{ .id = "take-snapshot",
	  .title = "Take the snapshot",
	  .why = "the standby must have the state of one moment, whole and unchanged",
	  .expected = "sha256 of 412 files equal the manifest",
	  .undo_text = "removes it",
	  .risk = RISK_REVERSIBLE,
	  .undo = no_undo,
	  .timeout_s = 300 },
	{ .id = "copy",
	  .title = "Copy it to the standby",
	  .why = "the standby signs from it, and nothing else",
	  .expected = "every file of the manifest is there, with its digest",
	  .undo_text = "removes what was copied",
	  .risk = RISK_REVERSIBLE,
	  .undo = no_undo,
	  .timeout_s = 600 },
	{ .id = "start-signer",
	  .title = "Start the signer of the new active",
	  .why = "from here on bravo publishes",
	  .expected = "every zone has a task in its queue",
	  .risk = RISK_FINAL,
	  .final = true,
	  .timeout_s = 120 },
	{ .id = "verify-zones",
	  .title = "Verify every zone",
	  .why = "a zone that verifies here verifies at the resolvers",
	  .expected = "all signatures, the published DNSKEY set, a greater serial",
	  .risk = RISK_READ,
	  .timeout_s = 600 },
	{ .id = "release-lease",
	  .title = "Release the lease",
	  .why = "the next run must not wait",
	  .expected = "no lease on either instance",
	  .risk = RISK_READ,
	  .timeout_s = 30 },
};

static struct plan_step plan_steps[STEPS];

static struct plan *make_plan(void)
{
	static const char *const where[] = { "alpha,bravo", "console", "alpha", "alpha",
		                             "alpha,bravo", "bravo",   "bravo", "alpha,bravo" };
	static const char *const unrehearsed[] = { "that bravo's signer starts: it is never started before the run" };
	struct plan *plan = xcalloc(1, sizeof *plan);

	for (int i = 0; i < STEPS; i++)
		plan_steps[i] =
		    (struct plan_step){ .step = &steps[i],
			                .instance = where[i],
			                .command = "far do-it run 20261124T031000Z-7f3a",
			                .by_hand = "ssh alpha sudo /usr/local/libexec/ods-failover-far do-it" };
	str_copy(plan->id, sizeof plan->id, "9c1f0e6d5b8a");
	plan->kind = KIND_SWITCHOVER;
	plan->pair = &pair;
	plan->from = "alpha";
	plan->to = "bravo";
	plan->to_index = 1;
	plan->steps = plan_steps;
	plan->step_count = STEPS;
	plan->unrehearsed = (const char **)unrehearsed;
	plan->unrehearsed_count = 1;
	return plan;
}

struct model *screen_model(void)
{
	struct model *m = xcalloc(1, sizeof *m);

	for (int i = 0; i < 2; i++)
		fill_observation(&observations[i], i);
	fill_zones();
	fill_keys();
	board = (struct board){
		.refs = 1,
		.pair = &pair,
		.at = SCREEN_NOW - 12,
		.obs = { &observations[0], &observations[1] },
		.active = 0,
		.standby = 1,
		.observed_role = { ROLE_ACTIVE, ROLE_STANDBY },
		.public_zones = publics,
		.public_count = ZONES,
		.zones = zones,
		.zone_count = ZONES,
		.keys = keys,
		.key_count = KEYS,
		.slack = { .seconds = { true, zone_rows[0].slack },
		           .zone = "example.net",
		           .rrset = "example.net NS",
		           .first_expiry = SCREEN_NOW - 12 + zone_rows[0].slack + 1800 + HOUR,
		           .last_safe_start = SCREEN_NOW - 12 + zone_rows[0].slack,
		           .failover_time = 1800,
		           .margin = HOUR },
		.findings = findings,
		.finding_count = FINDINGS,
	};
	m->pair = &pair;
	m->now = SCREEN_NOW;
	m->board = m->facts = &board;
	m->link[0].link = m->link[1].link = LINK_UP;
	m->operator_name = xstrdup("rita");
	m->plan = make_plan();
	m->log = log_new(100);
	return m;
}

void screen_model_free(struct model *m)
{
	for (size_t i = 0; i < m->run.step_count; i++) {
		free(m->run.steps[i].text);
		free(m->run.steps[i].hint);
		free(m->run.steps[i].issues);
	}
	free(m->run.steps);
	free(m->run.question);
	free(m->run.text);
	free(m->plan);
	free(m->operator_name);
	free(m->reason);
	log_free(&m->log);
	free(m->study.zone);
	zone_study_free(&m->study.study);
	studied_clear(&m->studied);
	free(m->name.owner);
	name_sides_free(&m->name.sides);
	if (m->journal != NULL) {
		free(m->journal->runs);
		free(m->journal->entries);
		free(m->journal);
	}
	free(m);
}

void screen_model_run(struct model *m, size_t step, enum question question)
{
	static const char *const asks[] = { /* as the engine has them */
		                            "", "Copy it to the standby. the standby signs from it, and nothing else",
		                            "Start the signer of the new active. From here on there is no way back. "
		                            "Type the name of the instance that stops being active (alpha).",
		                            "Copy it to the standby: connection to bravo lost after 304 of 412 files. "
		                            "Try again, take everything back, or stop here? By hand: ssh alpha tar -C "
		                            "/var/lib/ods-failover/snap -cf - . | ssh bravo tar -C "
		                            "/var/lib/ods-failover/copy -xpf -",
		                            "The signer of alpha does not stop. Kill its process 4711?"
	};

	m->armed_until = m->now + 552;
	m->reason = xstrdup("change 4711");
	m->run.open = true;
	m->run.started = m->now - 90;
	m->run.step_count = STEPS;
	m->run.steps = xcalloc(STEPS, sizeof *m->run.steps);
	m->run.current = step;
	for (size_t i = 0; i < step; i++) {
		m->run.steps[i].status = ST_DONE;
		m->run.steps[i].took_ms = 400 + 900 * (int64_t)i;
		m->run.steps[i].text = xstrdup(steps[i].expected);
	}
	m->run.steps[step].status = question == ASK_NONE || question == ASK_YES ? ST_RUNNING
	                            : question == ASK_FAILED                    ? ST_FAILED
	                                                                        : ST_WAITING;
	if (question == ASK_NONE) {
		m->run.steps[step].text = xstrdup("304 of 412 files");
		m->run.done = (uint64_t)18 << 20;
		m->run.total = (uint64_t)24 << 20;
		m->run.progress_since_ms = INT64_MAX; /* no guess of what is left: it would change from run to run */
		return;
	}
	m->run.asking = true;
	m->run.asked_at = m->now - 75;
	m->run.question_kind = question;
	m->run.can_undo = question != ASK_YES;
	m->run.question = xstrdup(asks[question]);
}

void screen_model_journal(struct model *m)
{
	enum { ENTRIES = 6 };
	struct journal_copy *copy = xcalloc(1, sizeof *copy);

	copy->run_count = 3;
	copy->runs = xcalloc(3, sizeof *copy->runs);
	for (int i = 0; i < 3; i++) {
		struct journal_run *r = &copy->runs[i];
		static const enum outcome outcomes[] = { OUTCOME_STOPPED, OUTCOME_ISSUES, OUTCOME_UNDONE };

		snprintf(r->id, sizeof r->id, "2026112%dT031000Z-7f3a", 4 - i);
		str_copy(r->kind, sizeof r->kind, "switchover");
		str_copy(r->pair, sizeof r->pair, pair.name);
		str_copy(r->from, sizeof r->from, i == 1 ? "bravo" : "alpha");
		str_copy(r->to, sizeof r->to, i == 1 ? "alpha" : "bravo");
		str_copy(r->operator_name, sizeof r->operator_name, "rita");
		str_copy(r->reason, sizeof r->reason, "change 4711");
		str_copy(r->step, sizeof r->step, i == 1 ? "release-lease" : "copy");
		r->started_ms = ((int64_t)SCREEN_NOW - 400 - 86400 * i) * 1000;
		r->ended_ms = r->started_ms + 185000;
		r->outcome = outcomes[i];
	}
	copy->entry_count = ENTRIES;
	copy->entries = xcalloc(ENTRIES, sizeof *copy->entries);
	for (int i = 0; i < ENTRIES; i++) {
		static const enum phase phases[ENTRIES] = { PHASE_APPROVE, PHASE_INTENT, PHASE_RUN,
			                                    PHASE_VERIFY,  PHASE_WARN,   PHASE_END };
		static const char *const texts[ENTRIES] = { "approved by rita",
			                                    /* as the engine writes it */
			                                    "alpha: far send\\x0abravo: far receive",
			                                    "approved by rita", "connection lost: outcome unknown",
			                                    "a part of it is left to do", "stopped" };

		copy->entries[i] = (struct journal_entry){
			.seq = i + 1,
			.at_ms = ((int64_t)SCREEN_NOW - 300 + i) * 1000,
			.step = phases[i] == PHASE_END ? "" : "copy",
			.attempt = 1,
			.phase = phases[i],
			.rc = i == 3 ? RC_UNKNOWN : RC_OK,
			.host = i == 0 ? NULL : "bravo",
			.text = texts[i],
			.took_ms = i * 1200,
		};
	}
	str_copy(copy->run, sizeof copy->run, copy->runs[0].id);
	m->journal = copy;
}

static void add_change(struct zone_difference *d, enum zone_band band, const char *owner, const char *type,
                       const char *left, const char *right, const char *text)
{
	struct zone_change *c;

	d->changes = xrealloc(d->changes, (d->change_count + 1) * sizeof *d->changes);
	c = &d->changes[d->change_count++];
	*c = (struct zone_change){ .band = band, .owner = owner, .type = type, .text = text };
	c->left = arena_alloc(&d->arena, sizeof *c->left);
	c->right = arena_alloc(&d->arena, sizeof *c->right);
	c->left[0] = left;
	c->right[0] = right;
	c->left_count = left != NULL;
	c->right_count = right != NULL;
	d->counts[band]++;
	d->equal = d->equal && band == BAND_TIMING;
}

static struct zone_expiry *make_expiry(const char *zone, int64_t first, uint64_t expired)
{
	struct zone_expiry *x = xcalloc(1, sizeof *x);
	static const uint64_t counts[] = { 1, 3, 4, 9, 14, 14, 20, 22, 30, 38, 44, 61, 44, 31, 12 };

	str_copy(x->zone, sizeof x->zone, zone);
	x->now = SCREEN_NOW;
	x->serial = 2026112403;
	x->floor = 70 * HOUR; /* as the policies above have it */
	x->expired = expired;
	x->below = expired + 1 + 3 + 4; /* the first three of what follows */
	x->signatures = expired;
	str_copy(x->first.owner, sizeof x->first.owner, zone);
	str_copy(x->first.type, sizeof x->first.type, "NS");
	x->first.at = first;
	if (expired > 0)
		histogram_add(&x->histogram, first, expired);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		histogram_add(&x->histogram, SCREEN_NOW + HOUR * (24 * (int64_t)i + 6), counts[i]);
		x->signatures += counts[i];
	}
	x->last.at = SCREEN_NOW + 14 * 24 * HOUR + 6 * HOUR;
	return x;
}

static void differs(struct zone_difference *d)
{
	add_change(d, BAND_DATA, "www.example.net", "AAAA", "3600 AAAA 2001:db8::4", NULL,
	           "bravo lacks www.example.net. AAAA 2001:db8::4");
	add_change(d, BAND_DATA, "mail.example.net", "A", "3600 A 192.0.2.3", "3600 A 192.0.2.33",
	           "mail.example.net. A differs: alpha 192.0.2.3, bravo 192.0.2.33");
	add_change(d, BAND_DATA, "txt.example.net", "TXT", "3600 TXT \"v\"", "300 TXT \"v\"",
	           "txt.example.net. TXT has another TTL: alpha 3600, bravo 300");
	add_change(d, BAND_KEYS, "example.net", "DNSKEY", NULL, "3600 DNSKEY 256 3 13 AAAA",
	           "bravo signs with key 48370, which is not in the DNSKEY set of alpha");
	add_change(d, BAND_TIMING, "example.net", "SOA", "3600 RRSIG SOA 13 2", "3600 RRSIG SOA 13 2",
	           "example.net. SOA is signed until 8 Dec by alpha, until 9 Dec by bravo");
	d->counts[BAND_TIMING] = 347;
	d->order = SERIAL_GREATER;
	d->serial_note = "alpha has the greater serial, 2026112403";
}

void screen_model_study(struct model *m, const char *zone, enum screen_study what)
{
	struct zone_study *s = xcalloc(1, sizeof *s);

	for (size_t i = 0; i < ZONES; i++)
		if (strcmp(there[i].name, zone) == 0)
			there[i].signed_zone = (struct obs_signed){ .know = known,
				                                    .size = what == STUDY_WORKS ? 105000000 : 83456,
				                                    .mtime = SCREEN_NOW - 1800,
				                                    .records = what == STUDY_WORKS ? 1313981 : 812 };
	free(m->study.zone);
	m->study.zone = xstrdup(zone);
	m->study.working = what == STUDY_WORKS;
	if (what == STUDY_WORKS) {
		m->study.since_ms = INT64_MAX; /* no rate, no guess of what is left */
		m->study.progress = (struct study_progress){ .done = 33000000,
			                                     .total = 210000000,
			                                     .arrived = { 52000000, 21000000 },
			                                     .sizes = { 105000000, 105000000 } };
		free(s);
		return;
	}
	s->zone = xstrdup(zone);
	s->at = SCREEN_NOW - 4;
	s->difference.equal = true;
	s->side[0].octets = s->side[1].octets = 83456;
	s->side[0].kept = true;
	s->side[0].expiry = make_expiry(zone, what == STUDY_BROKEN ? SCREEN_NOW - HOUR : SCREEN_NOW + 6 * HOUR,
	                                what == STUDY_BROKEN ? 25 : 0);
	s->compared = what == STUDY_DIFFERS || what == STUDY_EQUAL;
	s->difference.serials[0] = 2026112403;
	s->difference.serials[1] = 2026112401;
	if (s->compared)
		s->side[1].expiry = make_expiry(zone, SCREEN_NOW + 3 * HOUR, 0);
	if (what == STUDY_DIFFERS)
		differs(&s->difference);
	if (what == STUDY_EQUAL)
		s->difference.counts[BAND_TIMING] = 347;
	if (what == STUDY_COLD) {
		s->side[1].state = STUDY_NONE;
		str_copy(s->side[1].why, sizeof s->side[1].why,
		         "bravo has no signed file of it: its signer writes one when it runs");
	}
	if (what == STUDY_BROKEN) {
		s->side[1].state = STUDY_FAILED;
		s->rc = s->side[1].rc = RC_UNKNOWN;
		str_copy(s->side[1].why, sizeof s->side[1].why,
		         "the signed zone of bravo: the connection was lost while zone ran: its outcome is unknown");
	}
	if (!s->compared)
		str_copy(s->why, sizeof s->why, s->side[1].why);
	model_study_end(m, s);
}

void screen_model_name(struct model *m, int left)
{
	static const struct name_record records[] = {
		{ 1, false, NAME_SAME, 0, "3600 A 192.0.2.2" },
		{ 1, false, NAME_ALONE, 0, "3600 A 192.0.2.3" },
		{ 1, false, NAME_ALONE, 1, "3600 A 192.0.2.33" },
		{ 1, true, NAME_TIMING, 0,
		  "3600 RRSIG A 13 3 3600 20261208031245 20261124021245 48370 example.net. "
		  "3oYmQ0Wz6Yw8kq1HfT5c2uVb9xPjR4sLdNeGaZiKvUyXtCrMhBpQwEoJgSfAlDnTzYmQ0Wz6Yw8kq1HfT5c2uQ==" },
		{ 1, true, NAME_TIMING, 1,
		  "3600 RRSIG A 13 3 3600 20261209031245 20261125021245 48370 example.net. "
		  "dNeGaZiKvUyXtCrMhBpQwEoJgSfAlDnTzYmQ0Wz6Yw8kq1HfT5c2u3oYmQ0Wz6Yw8kq1HfT5c2uVb9xPjR4sA==" },
		{ 15, false, NAME_SAME, 0, "3600 MX 10 mail.example.net." },
	};
	struct name_sides *sides;

	model_name_begin(m, "mail.example.net");
	m->name.total = 100;
	m->name.done = 100 - (uint64_t)left;
	if (left > 0)
		return;
	sides = xcalloc(1, sizeof *sides);
	sides->count = sizeof records / sizeof *records;
	sides->records = arena_dup(&sides->arena, records, sides->count, sizeof *records);
	model_name_end(m, sides);
}
