/* The enforcer's database, as rows "KIND TAB FIELD ..." (docs/observe.md): policies, keys, zones. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/opendnssec/clitext.h"
#include "core/opendnssec/keystate.h"
#include "core/opendnssec/zonelist.h"
#include "core/pair/obs_answer.h"

enum { MAX_FIELDS = 40 };
enum { POLICY_FIELDS = 32, POLICYKEY_FIELDS = 10, ZONE_FIELDS = 11, KEY_FIELDS = 17, SPARE_FIELDS = 7 };
enum { HSM_KEY_DELETED = 4 }; /* hsmKey.state of a key that is being removed */

struct stored_key { /* of a policy, by its index */
	size_t policy;
	struct kasp_key key;
};

struct rows { /* arrays on the heap while they grow */
	struct obs_policy *policies;
	size_t policy_cap;
	struct kasp_policy *stored; /* the same, as kasp.xml would have them */
	size_t stored_count, stored_cap;
	struct stored_key *policy_keys;
	size_t policy_key_count, policy_key_cap;
	struct obs_key *keys;
	size_t key_cap;
	struct obs_zone *zones;
	size_t zone_cap;
	EVP_MD_CTX **digests;
	size_t digest_count, digest_cap; /* one a policy */
};

static bool number(const char *s, int64_t *out)
{
	bool negative = *s == '-';
	struct num n = obs_number(s + negative);

	*out = negative ? -n.v : n.v;
	return n.ok;
}

static bool small(const char *s, int max, int *out)
{
	uint64_t v;

	if (!str_u64(s, (uint64_t)max, &v))
		return false;
	*out = (int)v;
	return true;
}

static void digest_fields(EVP_MD_CTX *d, char **f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)EVP_DigestUpdate(d, f[i], strlen(f[i]) + 1);
}

/* All of the row behind the description. */
static bool read_stored(struct rows *rows, char **f)
{
	struct kasp_policy *p;

	rows->stored = vec_grow(rows->stored, rows->stored_count, &rows->stored_cap, sizeof *p);
	p = &rows->stored[rows->stored_count++];
	p->name = f[0];
	for (size_t i = 0; i < KASP_VALUES; i++)
		if (!number(f[2 + i], &p->values[i]))
			return false;
	return true;
}

static bool read_stored_key(struct rows *rows, size_t policy, char **f)
{
	static const size_t field[KASP_KEY_VALUES] = { 2, 3, 4, 6, 7, 8, 9 };
	struct stored_key *k;

	rows->policy_keys =
	    vec_grow(rows->policy_keys, rows->policy_key_count, &rows->policy_key_cap, sizeof *rows->policy_keys);
	k = &rows->policy_keys[rows->policy_key_count++];
	k->policy = policy;
	k->key.repository = f[5];
	for (size_t i = 0; i < KASP_KEY_VALUES; i++)
		if (!number(f[field[i]], &k->key.values[i]))
			return false;
	return small(f[1], KASP_CSK, &k->key.role) && k->key.role >= KASP_KSK;
}

/* Fields of the row behind its kind, see observe_sql() of the far side. */
static bool read_policy(struct obs_answer *r, struct rows *rows, char **f, size_t n)
{
	struct obs_policy *p;
	int64_t serial, type, opt_out;
	EVP_MD_CTX *d;

	if (n != POLICY_FIELDS)
		return false;
	rows->policies = vec_grow(rows->policies, r->o->policy_count, &rows->policy_cap, sizeof *p);
	p = &rows->policies[r->o->policy_count];
	p->name = f[0];
	if (!number(f[2], &p->resign) || !number(f[3], &p->refresh) || !number(f[4], &p->jitter) ||
	    !number(f[5], &p->inception_offset) || !number(f[6], &p->validity) || !number(f[7], &p->validity_denial) ||
	    !number(f[8], &p->validity_keyset) || !number(f[10], &type) || !number(f[11], &opt_out) ||
	    !number(f[17], &p->dnskey_ttl) || !number(f[22], &p->propagation_delay) || !number(f[25], &serial) ||
	    serial < SERIAL_COUNTER || serial > SERIAL_KEEP || !read_stored(rows, f))
		return false;
	p->nsec3 = type == 1;
	p->opt_out = opt_out != 0;
	p->serial = (enum serial_mode)serial;
	d = EVP_MD_CTX_new();
	(void)EVP_DigestInit_ex(d, EVP_sha256(), NULL);
	digest_fields(d, f, n);
	rows->digests = vec_grow(rows->digests, rows->digest_count, &rows->digest_cap, sizeof d);
	rows->digests[rows->digest_count++] = d;
	r->o->policy_count++;
	return true;
}

static bool read_policy_key(struct obs_answer *r, struct rows *rows, char **f, size_t n)
{
	(void)r; /* one signature for all rows of the table */
	if (n != POLICYKEY_FIELDS)
		return false;
	for (size_t i = 0; i < rows->digest_count; i++) {
		if (strcmp(rows->policies[i].name, f[0]) == 0) {
			digest_fields(rows->digests[i], f + 1, n - 1);
			return read_stored_key(rows, i, f);
		}
	}
	return false;
}

static void earliest(struct obs_zone *z, const char *s, const char *role)
{
	int64_t t;

	if (number(s, &t) && t > 0 && (z->next_roll == 0 || t < z->next_roll)) {
		z->next_roll = t;
		z->next_roll_role = role;
	}
}

static enum adapter adapter_of(const char *type)
{
	enum zone_adapter a = zone_adapter(type);

	return a == ZONE_ADAPTER_FILE ? ADAPTER_FILE : a == ZONE_ADAPTER_DNS ? ADAPTER_DNS : ADAPTER_UNKNOWN;
}

static bool read_zone(struct obs_answer *r, struct rows *rows, char **f, size_t n)
{
	struct obs_zone *z;
	int64_t next;

	if (n != ZONE_FIELDS || !*f[0] || !number(f[3], &next))
		return false;
	rows->zones = vec_grow(rows->zones, r->o->zone_count, &rows->zone_cap, sizeof *z);
	z = &rows->zones[r->o->zone_count++];
	z->name = f[0];
	z->policy = f[1];
	z->in_database = TRI_YES;
	z->signconf_path = f[2];
	z->next_change = next > 0 ? next : 0;
	z->input = adapter_of(f[4]);
	z->unsigned_path = z->input == ADAPTER_FILE ? f[5] : NULL;
	z->output = adapter_of(f[6]);
	z->signed_path = z->output == ADAPTER_FILE ? f[7] : NULL;
	earliest(z, f[8], "KSK");
	earliest(z, f[9], "ZSK");
	earliest(z, f[10], "CSK");
	return true;
}

static enum backup_state backup_of(int v)
{
	static const enum backup_state of[] = { BACKUP_NOT_REQUIRED, BACKUP_REQUIRED, BACKUP_PREPARED, BACKUP_DONE };

	return v >= 0 && v <= 3 ? of[v] : BACKUP_UNKNOWN;
}

static bool read_key(struct obs_answer *r, struct rows *rows, char **f, size_t n)
{
	struct obs_key *k;
	struct keystate s = { 0 };
	int role, backup, publish, active_ksk, active_zsk, introducing;

	if (n != KEY_FIELDS || !*f[5])
		return false;
	rows->keys = vec_grow(rows->keys, r->o->key_count, &rows->key_cap, sizeof *k);
	k = &rows->keys[r->o->key_count];
	if (!small(f[1], 3, &role) || role == 0 || !small(f[2], 65535, &k->key_tag) ||
	    !small(f[3], 255, &k->algorithm) || !small(f[4], 65535, &k->bits) || !small(f[7], 9, &backup) ||
	    !small(f[8], 1, &introducing) || !small(f[9], 1, &publish) || !small(f[10], 1, &active_ksk) ||
	    !small(f[11], 1, &active_zsk) || !small(f[12], 9, &k->ds_at_parent) || !small(f[13], STATE_NA, &k->ds) ||
	    !small(f[14], STATE_NA, &k->dnskey) || !small(f[15], STATE_NA, &k->rrsigdnskey) ||
	    !small(f[16], STATE_NA, &k->rrsig))
		return false;
	k->zone = f[0];
	k->role = (enum key_role)role;
	k->cka_id = f[5];
	k->repository = f[6];
	k->backup = backup_of(backup);
	k->publish = publish != 0;
	k->active_ksk = active_ksk != 0;
	k->active_zsk = active_zsk != 0;
	s.role = role;
	s.ds = k->ds;
	s.dnskey = k->dnskey;
	s.rrsig = k->rrsig;
	s.introducing = introducing != 0;
	s.ds_at_parent = k->ds_at_parent;
	k->state = keystate_word(&s);
	r->o->key_count++;
	return true;
}

static bool read_spare(struct obs_answer *r, struct rows *rows, char **f, size_t n)
{
	struct obs_key *k;
	int role, backup, state;

	if (n != SPARE_FIELDS || !*f[3])
		return false;
	rows->keys = vec_grow(rows->keys, r->o->key_count, &rows->key_cap, sizeof *k);
	k = &rows->keys[r->o->key_count];
	if (!small(f[0], 3, &role) || role == 0 || !small(f[1], 255, &k->algorithm) || !small(f[2], 65535, &k->bits) ||
	    !small(f[5], 9, &backup) || !small(f[6], 9, &state))
		return false;
	if (state == HSM_KEY_DELETED)
		return true;
	k->role = (enum key_role)role;
	k->cka_id = f[3];
	k->repository = f[4];
	k->backup = backup_of(backup);
	k->state = "unused";
	k->ds = k->dnskey = k->rrsigdnskey = k->rrsig = STATE_NA;
	r->o->key_count++;
	return true;
}

/* Gives each policy its keys. */
static void take_stored(struct obs_answer *r, struct rows *rows)
{
	struct arena *a = &r->o->arena;

	r->stored.policies = arena_dup(a, rows->stored, rows->stored_count, sizeof *rows->stored);
	r->stored.policy_count = rows->stored_count;
	for (size_t i = 0; i < rows->stored_count; i++)
		r->stored.policies[i].keys = arena_alloc(a, (rows->policy_key_count + 1) * sizeof(struct kasp_key));
	for (size_t i = 0; i < rows->policy_key_count; i++) {
		struct kasp_policy *p = &r->stored.policies[rows->policy_keys[i].policy];

		p->keys[p->key_count++] = rows->policy_keys[i].key;
	}
	free(rows->stored);
	free(rows->policy_keys);
}

static void take_over(struct obs_answer *r, struct rows *rows)
{
	struct observation *o = r->o;

	for (size_t i = 0; i < rows->digest_count; i++) {
		unsigned char md[EVP_MAX_MD_SIZE];
		char *hex = arena_alloc(&o->arena, 65);

		(void)EVP_DigestFinal_ex(rows->digests[i], md, NULL);
		for (size_t k = 0; k < 32; k++) {
			hex[2 * k] = "0123456789abcdef"[md[k] >> 4];
			hex[2 * k + 1] = "0123456789abcdef"[md[k] & 15];
		}
		rows->policies[i].digest = hex;
		EVP_MD_CTX_free(rows->digests[i]);
	}
	o->policies = arena_dup(&o->arena, rows->policies, o->policy_count, sizeof *o->policies);
	o->keys = arena_dup(&o->arena, rows->keys, o->key_count, sizeof *o->keys);
	o->zones = arena_dup(&o->arena, rows->zones, o->zone_count, sizeof *o->zones);
	free(rows->policies);
	free(rows->keys);
	free(rows->zones);
	free(rows->digests);
}

static bool read_row(struct obs_answer *r, struct rows *rows, char *line)
{
	static const struct {
		const char *kind;
		bool (*read)(struct obs_answer *, struct rows *, char **, size_t);
	} kinds[] = {
		{ "policy", read_policy }, { "policykey", read_policy_key }, { "zone", read_zone },
		{ "key", read_key },       { "spare", read_spare },
	};
	char *f[MAX_FIELDS];
	size_t n = str_split(line, '\t', f, MAX_FIELDS);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(f[0], kinds[i].kind) == 0)
			return kinds[i].read(r, rows, f + 1, n - 1);
	}
	return false;
}

/* The daemon's own lists: no policies and no key of no zone, but the keys with their states. */
static void read_from_client(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *why;
	char *verbose = obs_section(r, "enforcer key list -v -p", &why),
	     *states = obs_section(r, "enforcer key list -d -p", &why);
	char *backups = obs_section(r, "enforcer backup list", &why);
	struct cli_keys keys;
	struct cli_backups b = { 0 };

	if (!verbose || !states || cli_key_list(&keys, &o->arena, verbose, states, NULL) != RC_OK)
		return;
	if (backups && cli_backup_list(&b, &o->arena, backups, NULL) != RC_OK)
		b.count = 0;
	o->keys = arena_alloc(&o->arena, keys.count * sizeof *o->keys + 1);
	for (size_t i = 0; i < keys.count; i++) {
		const struct cli_key *from = &keys.keys[i];
		struct obs_key *k = &o->keys[o->key_count];

		if (!from->has_states)
			continue;
		k->zone = from->zone;
		k->role = (enum key_role)from->role;
		k->key_tag = from->key_tag;
		k->algorithm = from->algorithm;
		k->bits = from->bits;
		k->cka_id = from->cka_id;
		k->repository = from->repository;
		k->state = from->state;
		k->ds = from->ds;
		k->dnskey = from->dnskey;
		k->rrsigdnskey = from->rrsigdnskey;
		k->rrsig = from->rrsig;
		k->publish = from->publish;
		k->active_ksk = from->active && from->role != KEY_ZSK;
		k->active_zsk = from->active && from->role != KEY_KSK;
		k->backup = BACKUP_UNKNOWN;
		for (size_t n = 0; n < b.count; n++) {
			if (strcmp(b.rows[n].cka_id, k->cka_id) == 0)
				k->backup = backup_of(b.rows[n].state);
		}
		o->key_count++;
	}
}

void obs_read_database(struct obs_answer *r)
{
	struct observation *o = r->o;
	const char *source = o->conf.sqlite_path ? o->conf.sqlite_path : "the enforcer's database", *why = NULL;
	const char *error = far_fact(r->a, "database-error");
	char *lines = obs_section(r, "database", &why), *line;
	struct rows rows = { 0 };

	o->database_journal = obs_tri(r, "database-journal");
	o->database_exists = obs_exists(r, o->conf.sqlite_path);
	o->database_writable = obs_allowed(r, 0, o->conf.sqlite_path, 'w');
	if (!o->conf.know.ok) {
		obs_unknown(r, &o->database, source, "%s", o->conf.know.why);
		return;
	}
	if (!lines || error) {
		obs_unknown(r, &o->database, source, "%s", error ? error : why);
		read_from_client(r);
		return;
	}
	obs_known(&o->database, source);
	o->database_exists = TRI_YES;
	while (o->database.ok && (line = obs_line(&lines)) != NULL) {
		if (!read_row(r, &rows, line))
			obs_unknown(r, &o->database, source, "%s has a row that is not understood: %.80s", source,
			            line);
	}
	take_stored(r, &rows);
	take_over(r, &rows);
	if (!o->database.ok)
		o->policy_count = o->key_count = o->zone_count = 0;
	r->database_rows = o->database.ok;
}
