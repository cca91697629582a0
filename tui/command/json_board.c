#include "tui/command/json_board.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"

static json_t *number(struct num n)
{
	return n.ok ? json_integer(n.v) : json_null();
}

static json_t *tri(enum tri t)
{
	return json_bool(t != TRI_UNKNOWN, t == TRI_YES);
}

static json_t *absent_or(bool applies, json_t *json)
{
	if (applies)
		return json;
	json_decref(json);
	return NULL;
}

/* --- instances --- */

struct instance {
	const struct board *b;
	int index;
	const struct observation *o;
};

/* clang-format off */
#define INSTANCE(name, expression) \
	static json_t *instance_##name(const void *whole, const void *item) \
	{ \
		const struct instance *i = item; \
		const struct observation *o = i->o; \
\
		(void)whole; \
		(void)o; \
		return expression; \
	}
/* clang-format on */

static json_t *daemon_running(const struct observation *o, const struct obs_daemon *d)
{
	return json_bool(o->reachable && d->running != TRI_UNKNOWN, d->running == TRI_YES);
}

static json_t *enforcer(const struct observation *o)
{
	json_t *json = json_object();

	json_object_set_new(json, "running", daemon_running(o, &o->enforcer));
	return json;
}

static json_t *signer(const struct observation *o)
{
	json_t *json = json_object();

	json_object_set_new(json, "running", daemon_running(o, &o->signer));
	json_object_set_new(json, "zones",
	                    o->reachable && o->signer.running == TRI_NO ? json_integer(0) : number(o->signer_zones));
	return json;
}

static json_t *observed_role(const struct instance *i)
{
	switch (i->b->observed_role[i->index]) {
	case ROLE_ACTIVE:
	case ROLE_STANDBY:
		return json_text(role_name((enum role)i->b->observed_role[i->index]));
	case 2:
		return json_string("none");
	default:
		return json_null();
	}
}

/* Milliseconds are what is measured, seconds what is printed; half a second is rounded away from zero. */
static json_t *seconds_of(struct num ms)
{
	return ms.ok ? json_integer((ms.v + (ms.v < 0 ? -500 : 500)) / 1000) : json_null();
}

static json_t *datastore(const struct observation *o)
{
	if (!o->reachable || !o->conf.know.ok)
		return json_null();
	return json_string(o->conf.datastore == DATASTORE_SQLITE ? "sqlite" : "mysql");
}

static json_t *kept_aside(const struct observation *o)
{
	json_t *array;

	if (!o->reachable || !o->asides_know.ok)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < o->aside_count; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "run", json_text(o->asides[i].run));
		json_object_set_new(one, "at", json_time(o->asides[i].at));
		json_object_set_new(one, "state", json_text(o->asides[i].state));
		json_object_set_new(one, "octets", number(o->asides[i].octets));
		json_array_append_new(array, one);
	}
	return array;
}

INSTANCE(name, json_text(i->b->pair->instance[i->index].name))
INSTANCE(role, json_text(role_name(i->b->active == i->index ? ROLE_ACTIVE : ROLE_STANDBY)))
INSTANCE(observed_role, observed_role(i))
INSTANCE(reachable, json_boolean(o->reachable))
INSTANCE(version, json_text(o->version))
INSTANCE(datastore, datastore(o))
INSTANCE(enforcer, enforcer(o))
INSTANCE(signer, signer(o))
INSTANCE(clock_offset, seconds_of(o->clock_offset))
INSTANCE(clock_uncertainty, o->clock_offset.ok ? json_integer((o->clock_uncertainty + 999) / 1000) : json_null())
INSTANCE(host_key, json_text(o->host_key))
INSTANCE(kept_aside, kept_aside(o))

static const struct json_field instance_fields[] = {
	{ "name", instance_name },
	{ "role", instance_role },
	{ "observed_role", instance_observed_role },
	{ "reachable", instance_reachable },
	{ "version", instance_version },
	{ "datastore", instance_datastore },
	{ "enforcer", instance_enforcer },
	{ "signer", instance_signer },
	{ "clock_offset", instance_clock_offset },
	{ "clock_uncertainty", instance_clock_uncertainty },
	{ "host_key", instance_host_key },
	{ "kept_aside", instance_kept_aside },
};

static json_t *instances(const struct board *b)
{
	json_t *array = json_array();

	for (int k = 0; k < 2; k++) {
		const struct instance i = { b, k, b->obs[k] };

		json_array_append_new(array, JSON_BY(instance_fields, b, &i));
	}
	return array;
}

/* --- zones --- */

/* clang-format off */
#define ZONE(name, expression) \
	static json_t *zone_##name(const void *whole, const void *item) \
	{ \
		const struct board *b = whole; \
		const struct board_zone *z = item; \
\
		(void)b; \
		(void)z; \
		return expression; \
	}
/* clang-format on */

/* As the active has it, or the standby where the active does not. */
static const struct obs_zone *side(const struct board *b, const struct board_zone *z)
{
	return z->on[b->active] != NULL ? z->on[b->active] : z->on[b->standby];
}

static json_t *adapter(const struct obs_zone *z, bool input)
{
	enum adapter a = z == NULL ? ADAPTER_UNKNOWN : input ? z->input : z->output;

	return a == ADAPTER_UNKNOWN ? json_null() : json_string(a == ADAPTER_FILE ? "file" : "dns");
}

static json_t *serial_policy(const struct board *b, const struct board_zone *z)
{
	const struct obs_policy *p = NULL;

	if (z->policy != NULL)
		p = observation_policy(b->obs[z->on[b->active] != NULL ? b->active : b->standby], z->policy);
	return p != NULL ? json_string(serial_mode_name(p->serial)) : json_null();
}

static json_t *public_serials(const struct board_zone *z)
{
	json_t *array = json_array();

	for (size_t i = 0; i < z->public_count; i++) {
		const struct public_zone *p = z->public_zones[i];
		json_t *one = json_object();

		json_object_set_new(one, "server", json_text(p->server));
		json_object_set_new(one, "serial", p->know.ok ? number(p->serial) : json_null());
		json_array_append_new(array, one);
	}
	return array;
}

static json_t *serial(const struct board *b, const struct board_zone *z)
{
	json_t *json = json_object();

	json_object_set_new(json, "policy", serial_policy(b, z));
	json_object_set_new(json, "unsigned", number(z->serial.unsigned_active));
	for (int k = 0; k < 2; k++)
		json_object_set_new(json, b->pair->instance[k].name, number(z->serial.signed_at[k]));
	json_object_set_new(json, "public", public_serials(z));
	/* With keep, and an unsigned serial that is not above the published one, it would publish none at all. */
	if (!z->serial.refuses)
		json_object_set_new(json, "predicted", number(z->serial.predicted));
	return json;
}

static json_t *expiry(const struct board_zone *z)
{
	json_t *json = json_object();

	json_object_set_new(json, "first", z->first_expiry.ok ? json_time(z->first_expiry.v) : json_null());
	json_object_set_new(json, "rrset", json_text(z->first_rrset));
	json_object_set_new(json, "slack", number(z->slack));
	return json;
}

ZONE(name, json_text(z->name))
ZONE(policy, json_text(z->policy))
ZONE(input, adapter(side(b, z), true))
ZONE(output, adapter(side(b, z), false))
ZONE(serial, serial(b, z))
ZONE(expiry, expiry(z))
/* Telling the differences takes both signed zones whole: `diff` does; a board does not know. */
ZONE(diff, json_null())

static const struct json_field zone_fields[] = {
	{ "name", zone_name },     { "policy", zone_policy }, { "input", zone_input }, { "output", zone_output },
	{ "serial", zone_serial }, { "expiry", zone_expiry }, { "diff", zone_diff },
};

static json_t *zones(const struct board *b)
{
	json_t *array = json_array();

	for (size_t i = 0; i < b->zone_count; i++)
		json_array_append_new(array, JSON_BY(zone_fields, b, &b->zones[i]));
	return array;
}

/* --- keys --- */

/* clang-format off */
#define KEY(name, expression) \
	static json_t *key_##name(const void *whole, const void *item) \
	{ \
		const struct board *b = whole; \
		const struct board_key *k = item; \
\
		(void)b; \
		return expression; \
	}
/* clang-format on */

static json_t *role(const struct obs_key *k)
{
	static const char *const names[] = { [KEY_KSK] = "ksk", [KEY_ZSK] = "zsk", [KEY_CSK] = "csk" };

	return k->role >= KEY_KSK && k->role <= KEY_CSK ? json_string(names[k->role]) : json_null();
}

static json_t *backup(const struct obs_key *k)
{
	static const char *const names[] = {
		[BACKUP_NOT_REQUIRED] = "not_required",
		[BACKUP_REQUIRED] = "required",
		[BACKUP_PREPARED] = "prepared",
		[BACKUP_DONE] = "done",
		[BACKUP_UNKNOWN] = NULL,
	};

	return json_text(names[k->backup]);
}

static json_t *in_hsm(const struct board *b, const struct board_key *k)
{
	json_t *json = json_object();

	for (int i = 0; i < 2; i++)
		json_object_set_new(json, b->pair->instance[i].name, tri(k->in_hsm[i]));
	return json;
}

static bool has_parent(const struct board *b, const struct obs_key *k)
{
	for (size_t i = 0; i < b->pair->parent_count; i++)
		if (k->zone != NULL && name_equal(b->pair->parents[i].zone, k->zone))
			return k->role != KEY_ZSK;
	return false;
}

KEY(zone, json_text_or_absent(k->key->zone))
KEY(role, role(k->key))
KEY(key_tag, json_integer(k->key->key_tag))
KEY(algorithm, json_integer(k->key->algorithm))
KEY(cka_id, json_text(k->key->cka_id))
KEY(repository, json_text(k->key->repository))
KEY(state, json_text(k->key->state))
KEY(backup, backup(k->key))
KEY(in_hsm, in_hsm(b, k))
KEY(published, tri(k->published))
KEY(ds, absent_or(has_parent(b, k->key), tri(k->ds)))

static const struct json_field key_fields[] = {
	{ "zone", key_zone },           { "role", key_role },     { "key_tag", key_key_tag },
	{ "algorithm", key_algorithm }, { "cka_id", key_cka_id }, { "repository", key_repository },
	{ "state", key_state },         { "backup", key_backup }, { "in_hsm", key_in_hsm },
	{ "published", key_published }, { "ds", key_ds },
};

static bool wanted(const struct obs_key *k, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (k->zone != NULL && name_equal(k->zone, names[i]))
			return true;
	return count == 0;
}

static json_t *keys(const struct board *b, char *const *names, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < b->key_count; i++)
		if (wanted(b->keys[i].key, names, count))
			json_array_append_new(array, JSON_BY(key_fields, b, &b->keys[i]));
	return array;
}

/* --- slack, findings, the whole --- */

static json_t *failover_time(const struct slack *s)
{
	json_t *json = json_object();

	json_object_set_new(json, "seconds", json_integer(s->failover_time));
	json_object_set_new(json, "source", json_string(s->measured ? "measured" : "configured"));
	json_object_set_new(json, "runs", json_integer(s->runs));
	return json;
}

static json_t *slack(const struct board *b)
{
	const struct slack *s = &b->slack;
	json_t *json = json_object();

	json_object_set_new(json, "seconds", number(s->seconds));
	json_object_set_new(json, "at_most", json_boolean(s->at_most));
	json_object_set_new(json, "zone", json_text(s->zone));
	json_object_set_new(json, "last_safe_start", s->seconds.ok ? json_time(s->last_safe_start) : json_null());
	json_object_set_new(json, "failover_time", failover_time(s));
	return json;
}

/* clang-format off */
#define FINDING(name, expression) \
	static json_t *finding_##name(const void *whole, const void *item) \
	{ \
		const struct finding *f = item; \
\
		(void)whole; \
		return expression; \
	}
/* clang-format on */

FINDING(id, json_text(f->id))
FINDING(severity, json_text(severity_name(f->severity)))
FINDING(instance, json_text_or_absent(f->instance))
FINDING(zone, json_text_or_absent(f->zone))
FINDING(text, json_text(f->text))
FINDING(value, json_text_or_absent(f->value))
FINDING(limit, json_text_or_absent(f->limit))
FINDING(source, json_text_or_absent(f->source))
FINDING(hint, json_text_or_absent(f->hint))
FINDING(at, json_time(f->at))

static const struct json_field finding_fields[] = {
	{ "id", finding_id },       { "severity", finding_severity }, { "instance", finding_instance },
	{ "zone", finding_zone },   { "text", finding_text },         { "value", finding_value },
	{ "limit", finding_limit }, { "source", finding_source },     { "hint", finding_hint },
	{ "at", finding_at },
};

json_t *difference_counts_json(const struct zone_difference *d)
{
	json_t *o = json_object();

	for (int band = 0; band < BAND_COUNT; band++)
		json_object_set_new(o, zone_band_name((enum zone_band)band), json_integer((json_int_t)d->counts[band]));
	return o;
}

static void add_result(void *array, const struct finding *f)
{
	json_array_append_new(array, JSON_BY(finding_fields, NULL, f));
}

json_t *findings_json(const struct board *b)
{
	json_t *array = json_array();

	findings_each(b, add_result, array);
	return array;
}

static json_t *head(const struct board *b)
{
	json_t *json = json_object();

	json_object_set_new(json, "schema", json_integer(1));
	json_object_set_new(json, "pair", json_text(b->pair->name));
	json_object_set_new(json, "at", json_time(b->at));
	return json;
}

json_t *board_json(const struct board *b)
{
	json_t *json = head(b);

	json_object_set_new(json, "instances", instances(b));
	json_object_set_new(json, "zones", zones(b));
	json_object_set_new(json, "keys", keys(b, NULL, 0));
	json_object_set_new(json, "slack", slack(b));
	json_object_set_new(json, "findings", findings_json(b));
	return json;
}

json_t *check_json(const struct board *b)
{
	json_t *json = head(b);

	json_object_set_new(json, "kind", json_text(run_kind_name(b->kind)));
	json_object_set_new(json, "from", json_text(b->pair->instance[b->active].name));
	json_object_set_new(json, "to", json_text(b->pair->instance[b->standby].name));
	json_object_set_new(json, "exit_status", json_integer(board_exit_code(b)));
	json_object_set_new(json, "slack", slack(b));
	json_object_set_new(json, "findings", findings_json(b));
	return json;
}

json_t *keys_json(const struct board *b, char *const *names, size_t count)
{
	json_t *json = head(b);

	json_object_set_new(json, "keys", keys(b, names, count));
	return json;
}
