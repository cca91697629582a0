/* The host, what we keep on it, and its daemons. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/opendnssec/clitext.h"
#include "core/opendnssec/conf.h"
#include "core/pair/obs_answer.h"

enum { STATUS_NOT_THERE = 66 }; /* of a section that is a file */

void obs_read_conf(struct obs_answer *r)
{
	struct observation *o = r->o;
	const struct far_section *s = far_section(r->a, "conf");
	const char *file = o->config->configuration, *why = NULL, *error = far_fact(r->a, "conf-error");
	struct obs_conf *to = &o->conf;
	struct conf c;
	struct err e = { 0 };

	if (s && s->status == STATUS_NOT_THERE) {
		obs_bad(r, &to->know, file, "%s is not there, or cannot be read", file);
		return;
	}
	if (!s || !obs_section(r, "conf", &why)) {
		obs_unknown(r, &to->know, file, "%s: %s", file, why ? why : "the host did not say");
		return;
	}
	if (conf_parse(&c, &o->arena, file, s->text, s->len, &e) != RC_OK) {
		obs_bad(r, &to->know, file, "%s", e.text);
		return;
	}
	/* What the far side cannot read it cannot act by, whatever we make of it. */
	if (error) {
		obs_bad(r, &to->know, file, "%s", error);
		return;
	}
	obs_known(&to->know, file);
	to->datastore = c.mysql ? DATASTORE_MYSQL : DATASTORE_SQLITE;
	to->sqlite_path = c.sqlite_path;
	to->mysql_host = c.mysql_host;
	to->mysql_database = c.mysql_database;
	to->enforcer_user = c.enforcer.user;
	to->enforcer_group = c.enforcer.group;
	to->enforcer_dir = c.enforcer.directory;
	to->enforcer_socket = c.enforcer.socket;
	to->enforcer_pid = c.enforcer.pid_file;
	to->signer_user = c.signer.user;
	to->signer_group = c.signer.group;
	to->signer_dir = c.signer.directory;
	to->signer_socket = c.signer.socket;
	to->signer_pid = c.signer.pid_file;
	to->policy_file = c.policy_file;
	to->zonelist_file = c.zonelist_file;
	to->notify_command = c.notify_command;
	to->submit_command = c.submit_command;
	to->retract_command = c.retract_command;
	to->listeners = c.listeners;
	to->listener_count = c.listener_count;
	to->manual_key_generation = c.manual_key_generation;
	to->automatic_keygen_period = c.automatic_keygen_period;
	o->repositories = arena_alloc(&o->arena, c.repository_count * sizeof *o->repositories + 1);
	for (size_t i = 0; i < c.repository_count; i++) {
		struct obs_repository *p = &o->repositories[o->repository_count++];
		const char *slash = strrchr(c.repositories[i].module, '/');

		p->name = c.repositories[i].name;
		p->module = c.repositories[i].module;
		p->token_label = c.repositories[i].token_label;
		p->require_backup = c.repositories[i].require_backup;
		p->skip_public_key = c.repositories[i].skip_public_key;
		p->allow_extraction = c.repositories[i].allow_extraction;
		p->softhsm = strncmp(slash ? slash + 1 : p->module, "libsofthsm2", 11) == 0;
	}
}

/* Milliseconds of "1795537213.650413016", or of "1795537213" to the middle of the second. */
static bool clock_ms(const char *s, int64_t *ms)
{
	char *end;
	long long seconds;
	int64_t fraction = 500;

	if (!s || *s < '0' || *s > '9')
		return false;
	seconds = strtoll(s, &end, 10);
	if (seconds >= 100000000000)
		return false;
	if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
		fraction = 0;
		for (int i = 1, scale = 100; i <= 3 && end[i] >= '0' && end[i] <= '9'; i++, scale /= 10)
			fraction += (int64_t)(end[i] - '0') * scale;
	} else if (*end) {
		return false;
	}
	*ms = seconds * 1000 + fraction;
	return true;
}

/* As NTP does: its two readings against our two, so that the way there and back counts half. Whatever the way there
 * takes more than the way back (sudo, the start files of a login shell) is within the uncertainty. */
static void read_clock(struct obs_answer *r, int64_t sent_ms, int64_t received_ms)
{
	int64_t first, last;

	if (!clock_ms(far_fact(r->a, "now"), &first) || !clock_ms(far_fact(r->a, "end"), &last))
		return;
	r->o->clock_offset.ok = true;
	r->o->clock_offset.v = (first - sent_ms + last - received_ms) / 2;
	r->o->clock_uncertainty = (received_ms - sent_ms - (last - first) + 1) / 2;
	if (r->o->clock_uncertainty < 0) /* a clock was set meanwhile */
		r->o->clock_uncertainty = -r->o->clock_uncertainty;
}

/* Of the tools that are needed, those of which the host says @what: "ods-signer, sqlite3"; NULL: of none. */
static const char *tools(struct obs_answer *r, enum tri what)
{
	static const char *const needed[] = { "ods-enforcer", "ods-enforcerd", "ods-signer",
		                              "ods-signerd",  "ods-hsmutil",   "sqlite3" };
	struct buf list = { 0 };
	const char *text = NULL;

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		char fact[40];

		(void)snprintf(fact, sizeof fact, "tool.%s", needed[i]);
		if (obs_tri(r, fact) == what)
			buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", needed[i]);
	}
	if (list.len > 0)
		text = arena_strdup(&r->o->arena, buf_str(&list));
	buf_free(&list);
	return text;
}

void obs_read_host(struct obs_answer *r, int64_t sent_ms, int64_t received_ms)
{
	struct observation *o = r->o;
	const char *version = far_fact(r->a, "version"), *softhsm = far_fact(r->a, "softhsm-version");

	o->hostname = far_fact(r->a, "hostname");
	if (!o->hostname)
		obs_unknown(r, &o->os, "the host", "the host did not say");
	else
		obs_known(&o->os, "/etc/os-release, hostname, date");
	o->hostname = arena_strdup(&o->arena, o->hostname);
	o->machine_id = arena_strdup(&o->arena, far_fact(r->a, "machine-id"));
	o->os_name = arena_strdup(&o->arena, far_fact(r->a, "os"));
	o->service_manager = arena_strdup(&o->arena, far_fact(r->a, "service-manager"));
	o->utc_offset = utc_offset_of(far_fact(r->a, "utc-offset"));
	o->utc_offset_known = far_fact(r->a, "utc-offset") != NULL;
	o->version = version ? cli_version(&o->arena, version) : NULL;
	o->softhsm_version = softhsm ? cli_version(&o->arena, softhsm) : NULL;
	o->tools_missing = tools(r, TRI_NO);
	o->tools_unknown = tools(r, TRI_UNKNOWN);
	o->far_digest = arena_strdup(&o->arena, far_fact(r->a, "far"));
	o->prevent_startup = obs_tri(r, "prevent-startup");
	o->disk_free = obs_number(far_fact(r->a, "disk-free"));
	o->state_size = obs_number(far_fact(r->a, "state-size"));
	read_clock(r, sent_ms, received_ms);
}

/* Value of KEY= in the lines of a file of ours, in the arena; NULL when absent. */
static const char *kept(struct obs_answer *r, const char *section, const char *key)
{
	const char *why;
	char *lines = obs_section(r, section, &why), *line;
	size_t n = strlen(key);

	while (lines && (line = obs_line(&lines)) != NULL) {
		if (strncmp(line, key, n) == 0 && line[n] == '=')
			return line + n + 1;
	}
	return NULL;
}

static void read_record(struct obs_answer *r)
{
	static const char source[] = "/var/lib/ods-failover/record";
	struct observation *o = r->o;
	const char *role;

	if (obs_tri(r, "record") == TRI_NO) {
		obs_known(&o->record, source);
		o->has_record = TRI_NO;
		return;
	}
	role = kept(r, "record", "role");
	if (role && strcmp(role, "active") == 0) {
		o->recorded_role = ROLE_ACTIVE;
	} else if (role && strcmp(role, "standby") == 0) {
		o->recorded_role = ROLE_STANDBY;
	} else {
		obs_unknown(r, &o->record, source, "%s names no role", source);
		return;
	}
	obs_known(&o->record, source);
	o->has_record = TRI_YES;
	o->recorded_run = kept(r, "record", "run");
}

static void read_lease(struct obs_answer *r)
{
	static const char source[] = "/var/lib/ods-failover/lease";
	struct observation *o = r->o;
	struct num expires = obs_number(kept(r, "lease", "expires"));

	if (obs_tri(r, "lease") == TRI_NO) {
		obs_known(&o->lease, source);
		return;
	}
	o->lease_run = kept(r, "lease", "run");
	if (!o->lease_run || !expires.ok) {
		obs_unknown(r, &o->lease, source, "%s does not say whose it is, or until when", source);
		o->lease_run = NULL;
		return;
	}
	obs_known(&o->lease, source);
	o->lease_owner = kept(r, "lease", "owner");
	if (!o->lease_owner)
		o->lease_owner = "unknown";
	o->lease_reason = kept(r, "lease", "reason");
	o->lease_expires = expires.v;
	o->lease_heartbeat = obs_number(kept(r, "lease", "heartbeat")).v;
}

/* "ID TIME": the newest of the verified ones. */
static void read_copies(struct obs_answer *r)
{
	static const char source[] = "/var/lib/ods-failover/copy";
	struct obs_copy *c = &r->o->copy;
	const char *why = NULL;
	char *lines = obs_section(r, "copies", &why), *line;

	if (!lines) {
		obs_unknown(r, &c->know, source, "%s: %s", source, why);
		return;
	}
	obs_known(&c->know, source);
	while ((line = obs_line(&lines)) != NULL) {
		char *at = strchr(line, ' ');
		int64_t t = 0;

		if (at)
			*at++ = '\0';
		if (at && !time_parse(at, &t))
			t = obs_number(at).v;
		if (c->present && t <= c->at)
			continue;
		c->present = true;
		c->id = line;
		c->at = t;
	}
}

static void read_interference(struct obs_answer *r)
{
	struct observation *o = r->o;
	static const char source[] = "cron, systemd, runit, monit, processes";
	const struct far_section *s = far_section(r->a, "interference");
	const char *why = NULL;
	char *lines = obs_section(r, "interference", &why), *line;
	struct obs_interference *rows = NULL;
	size_t cap = 0;

	if (lines)
		obs_known(&o->interference_know, source);
	else
		obs_unknown(r, &o->interference_know, source, "%s", why);
	/* What was found before the time was over stands. */
	if (!lines && s)
		lines = arena_strndup(&o->arena, s->text, s->len);
	while (lines && (line = obs_line(&lines)) != NULL) {
		char *what = strchr(line, '\t');

		if (!what)
			continue;
		*what++ = '\0';
		rows = vec_grow(rows, o->interference_count, &cap, sizeof *rows);
		rows[o->interference_count].kind = line;
		rows[o->interference_count++].what = what;
	}
	o->interference = arena_dup(&o->arena, rows, o->interference_count, sizeof *rows);
	free(rows);
}

void obs_read_ours(struct obs_answer *r)
{
	r->o->fenced_by_us = obs_tri(r, "fence");
	read_record(r);
	read_lease(r);
	read_copies(r);
	read_interference(r);
}

struct daemon {
	struct obs_daemon *d;
	const char *section, *answers, *said;
	const char *user, *group, *socket, *pid_file; /* by conf.xml */
};

static void read_daemon(struct obs_answer *r, const struct daemon *in)
{
	struct obs_daemon *d = in->d;
	const char *why = NULL;
	char *lines = obs_section(r, in->section, &why), *line;

	d->socket_present = obs_exists(r, in->socket);
	d->pidfile_present = obs_exists(r, in->pid_file);
	d->user = in->user;
	d->group = in->group;
	if (!lines) {
		obs_unknown(r, &d->know, "/proc", "the processes of the host: %s", why);
		return;
	}
	obs_known(&d->know, "/proc");
	d->running = TRI_NO;
	d->answers = TRI_NO;
	while ((line = obs_line(&lines)) != NULL) {
		char *f[3];
		struct num pid;

		if (str_split(line, ' ', f, 3) != 3)
			continue;
		pid = obs_number(f[0]);
		if (!pid.ok)
			continue;
		if (d->process_count++ == 0) {
			d->pid = pid.v;
			d->user = f[1];
			d->group = f[2];
		}
		d->running = TRI_YES;
		d->answers = obs_tri(r, in->answers);
		d->said = arena_strdup(&r->o->arena, far_fact(r->a, in->said));
	}
}

static void read_queue(struct obs_answer *r)
{
	static const char source[] = "ods-enforcer queue";
	struct observation *o = r->o;
	const char *why = NULL;
	char *text = obs_section(r, "enforcer queue", &why);
	struct cli_queue q;
	struct err e = { 0 };

	if (o->enforcer.running == TRI_NO) {
		obs_unknown(r, &o->queue.know, source, "the enforcer does not run");
	} else if (!text) {
		obs_unknown(r, &o->queue.know, source, "the enforcer did not answer");
	} else if (cli_queue(&q, text, &e) != RC_OK) {
		obs_unknown(r, &o->queue.know, source, "%s", e.text);
	} else {
		obs_known(&o->queue.know, source);
		o->queue.idle = q.idle;
		o->queue.tasks = q.tasks;
		o->queue.next = q.next;
		o->queue.immediately = q.immediately;
	}
}

void obs_read_daemons(struct obs_answer *r)
{
	struct observation *o = r->o;
	const struct obs_conf *c = &o->conf;
	const struct daemon enforcer = { &o->enforcer,     "process enforcer", "enforcer.answers", "enforcer.said",
		                         c->enforcer_user, c->enforcer_group,  c->enforcer_socket, c->enforcer_pid };
	const struct daemon signer = { &o->signer,     "process signer", "signer.answers", "signer.said",
		                       c->signer_user, c->signer_group,  c->signer_socket, c->signer_pid };

	read_daemon(r, &enforcer);
	read_daemon(r, &signer);
	read_queue(r);
}
