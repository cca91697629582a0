/* simulated_pair.h -- two hosts and a public name server in memory, for tests of the engine's logic alone: what the far
 * side's verbs leave behind, not how they do it. Zones are really signed, so that proofs and verification are real.
 * One fault can be armed: at the first call of a step that has an effect (of a reading step: at its first call). */
#ifndef ODSF_TESTS_SUPPORT_SIMULATED_PAIR_H
#define ODSF_TESTS_SUPPORT_SIMULATED_PAIR_H

#include <inttypes.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/host.h"
#include "core/pair/resolver.h"
#include "core/run/engine.h"
#include "core/run/journal_db.h"
#include "tests/support/make_zone_answer.h"

enum { SIM_ZONES = 2 };

enum sim_fault {
	FAULT_NONE,
	FAULT_TIMEOUT,       /* no effect, no answer */
	FAULT_NONZERO,       /* no effect, status 1 */
	FAULT_LOST_BEFORE,   /* the connection went before the effect */
	FAULT_LOST_AFTER,    /* … and behind it */
	FAULT_KILLED_BEFORE, /* the console is killed before the effect: what it knew then is kept aside */
	FAULT_KILLED_AFTER,
	FAULT_COUNT,
};

static const char *const sim_zone_names[SIM_ZONES] = { "example.net", "example.org" };

struct sim_state { /* what a snapshot carries */
	int id;
	int64_t outbound[SIM_ZONES];
	int required, prepared, done;
};

struct sim_side {
	bool enforcer, signer, hung;
	bool blocked; /* prevent-startup */
	bool fenced, masked;
	bool not_at_boot; /* the signer's unit is disabled */
	bool lifted;
	struct sim_state state, aside, snap, copy;
	bool has_snap, has_copy, swapped, back;
	int tidied;
	int64_t signed_serial[SIM_ZONES]; /* -1: no file */
	int age;                          /* calls since the signer started */
	bool lease;
	bool lease_foreign;
	int lease_s; /* for so long it was taken, or renewed */
	char lease_run[RUN_ID], lease_pid[32];
	char role[16], role_run[RUN_ID];
	char *journal; /* of the one run */
	char journal_run[RUN_ID];
};

struct sim_world { /* all that a killed console leaves as it is */
	struct sim_side side[2];
	int64_t public_serial[SIM_ZONES];
	int public_side;
};

struct sim {
	struct sim_world w;
	char *text[2][SIM_ZONES]; /* last signed text by side */
	int64_t text_serial[2][SIM_ZONES];
	ldns_key_list *keys[SIM_ZONES];
	struct host hosts[2];
	struct resolver resolver;
	struct instance_config *configs;
	struct cancel *cancel;

	char step[48]; /* in hand, by the engine's events */
	enum step_status status;
	const char *fault_step;
	enum sim_fault fault;
	bool fired;
	bool bad_key;            /* the copied keys are not the published ones */
	const char *violation;   /* what must never happen, and did */
	struct journal *journal; /* of the engine */
	const char *run;
	struct sim_world kept; /* FAULT_KILLED: as it was */
	struct buf kept_journal;
	int stop_finding;      /* the gate's board has one of this severity; 0 none */
	const char *stop_id;   /* … of this id; NULL: key-missing */
	bool more_zones;       /* the signers have a zone more than the plan, the enforcers a task less */
	const char *fail_verb; /* "VERB" or "VERB WORD": it fails, as long as it stands here; NULL none */
};

static struct sim *the_sim; /* host and resolver ops have no context of their own in the fakes */

static const char *sim_cka_id(size_t zone)
{
	return zone == 0 ? "aa01" : "bb02";
}

static ldns_rr *sim_rr(const char *text)
{
	ldns_rr *rr = NULL;

	if (ldns_rr_new_frm_str(&rr, text, 3600, NULL, NULL) != LDNS_STATUS_OK)
		abort();
	return rr;
}

static char *sim_sign(size_t zone, int64_t serial, const ldns_key_list *keys)
{
	ldns_dnssec_zone *z = ldns_dnssec_zone_new();
	ldns_rr_list *made = ldns_rr_list_new();
	const char *name = sim_zone_names[zone];
	ldns_rr *key = ldns_key2rr(ldns_key_list_key(keys, 0));
	char *text = NULL,
	     *line = xasprintf("%s. 3600 IN SOA ns.%s. h.%s. %" PRId64 " 3600 600 86400 300", name, name, name, serial);
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ldns_dnssec_zone_add_rr(z, sim_rr(line));
	free(line);
	line = xasprintf("%s. 3600 IN NS ns.elsewhere.test.", name);
	ldns_dnssec_zone_add_rr(z, sim_rr(line));
	free(line);
	ldns_rr_set_ttl(key, 3600);
	ldns_dnssec_zone_add_rr(z, key);
	if (ldns_dnssec_zone_sign(z, made, (ldns_key_list *)keys, ldns_dnssec_default_replace_signatures, NULL) !=
	    LDNS_STATUS_OK)
		abort();
	ldns_rr_list_free(made);
	for (ldns_rbnode_t *n = ldns_rbtree_first(z->names); n != LDNS_RBTREE_NULL; n = ldns_rbtree_next(n)) {
		const ldns_dnssec_name *owner = n->data;

		for (const ldns_dnssec_rrsets *s = owner->rrsets; s != NULL; s = s->next) {
			for (const ldns_dnssec_rrs *r = s->rrs; r != NULL; r = r->next)
				ldns_rr_print(out, r->rr);
			for (const ldns_dnssec_rrs *r = s->signatures; r != NULL; r = r->next)
				ldns_rr_print(out, r->rr);
		}
		if (owner->nsec != NULL)
			ldns_rr_print(out, owner->nsec);
		for (const ldns_dnssec_rrs *r = owner->nsec_signatures; r != NULL; r = r->next)
			ldns_rr_print(out, r->rr);
	}
	fclose(out);
	ldns_dnssec_zone_deep_free(z);
	return text;
}

static ldns_key_list *sim_key(size_t zone)
{
	ldns_key_list *list = ldns_key_list_new();
	ldns_key *k = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
	ldns_rr *rr;

	ldns_key_set_pubkey_owner(k, ldns_dname_new_frm_str(sim_zone_names[zone]));
	ldns_key_set_flags(k, LDNS_KEY_ZONE_KEY | LDNS_KEY_SEP_KEY);
	ldns_key_set_inception(k, (uint32_t)time(NULL) - 3600);
	ldns_key_set_expiration(k, (uint32_t)time(NULL) + 86400);
	rr = ldns_key2rr(k);
	ldns_key_set_keytag(k, ldns_calc_keytag(rr));
	ldns_rr_free(rr);
	(void)ldns_key_list_push_key(list, k);
	return list;
}

static const char *sim_text(struct sim *s, int side, size_t zone)
{
	int64_t serial = s->w.side[side].signed_serial[zone];

	if (serial < 0)
		return "";
	if (s->text[side][zone] == NULL || s->text_serial[side][zone] != serial) {
		free(s->text[side][zone]);
		s->text[side][zone] = sim_sign(zone, serial, s->keys[zone]);
		s->text_serial[side][zone] = serial;
	}
	return s->text[side][zone];
}

static void sim_violate(struct sim *s, const char *what)
{
	if (s->violation == NULL)
		s->violation = what;
}

static void sim_copy_world(struct sim_world *to, const struct sim_world *from)
{
	for (int i = 0; i < 2; i++)
		free(to->side[i].journal);
	*to = *from;
	for (int i = 0; i < 2; i++)
		to->side[i].journal = xstrdup(from->side[i].journal);
}

static void sim_keep(struct sim *s)
{
	struct err e = { 0 };

	sim_copy_world(&s->kept, &s->w);
	buf_reset(&s->kept_journal);
	if (journal_export(s->journal, s->run, &s->kept_journal, &e) != RC_OK)
		abort();
}

/* One zone gets a new serial and is published. */
static void sim_bump(struct sim *s, int side, size_t zone)
{
	struct sim_side *h = &s->w.side[side];

	h->state.outbound[zone]++;
	h->signed_serial[zone] = h->state.outbound[zone];
	if (h->signed_serial[zone] <= s->w.public_serial[zone])
		sim_violate(s, "a serial went back or was repeated");
	s->w.public_serial[zone] = h->signed_serial[zone];
	s->w.public_side = side;
}

static void sim_start(struct sim *s, int side, bool signer)
{
	struct sim_side *h = &s->w.side[side], *o = &s->w.side[1 - side];

	if (h->blocked || h->fenced)
		sim_violate(s, "a daemon was started that is kept from starting");
	if (signer && o->signer)
		sim_violate(s, "two signers run");
	if (!signer && o->enforcer)
		sim_violate(s, "two enforcers run");
	if (!signer) {
		h->enforcer = true;
	} else if (!h->signer) {
		h->signer = true;
		h->age = 0;
	}
}

static const char *arg(const struct far_call *q, size_t i)
{
	for (size_t k = 0; k <= i; k++)
		if (q->args == NULL || q->args[k] == NULL)
			return "";
	return q->args[i];
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void sim_alive(const struct sim_side *h, const char *daemon, struct buf *out)
{
	bool runs = is(daemon, "enforcer") ? h->enforcer : h->signer;

	buf_addf(out, "=running %s\n=pid %d\n=answers %s\n=socket %s\n=pidfile %s\n", runs ? "yes" : "no",
	         runs ? 4711 : 0, runs ? "yes" : "no", runs ? "yes" : "no", runs ? "yes" : "no");
}

static void sim_serials(const struct sim_side *h, struct buf *out)
{
	buf_adds(out, "@serials\n");
	for (size_t z = 0; z < SIM_ZONES; z++) {
		buf_addf(out, "|%s;counter;50;50;%" PRId64 ";%" PRId64 ";", sim_zone_names[z], h->state.outbound[z],
		         h->state.outbound[z]);
		if (h->signed_serial[z] >= 0)
			buf_addf(out, "%" PRId64, h->signed_serial[z]);
		buf_addc(out, '\n');
	}
	buf_adds(out, ".0\n");
}

static void sim_manifest(struct sim *s, const struct sim_state *st, struct buf *out)
{
	buf_addf(out, "meta version 1\nfile %064d 10 640 0 root root database kasp.db.%d\n", st->id, st->id);
	for (size_t z = 0; z < SIM_ZONES; z++)
		buf_addf(out, "meta zone %s default counter 50 50 %" PRId64 " %" PRId64 "\n", sim_zone_names[z],
		         st->outbound[z], st->outbound[z]);
	for (size_t z = 0; z < SIM_ZONES; z++)
		buf_addf(out, "meta key %s %s CSK %d 13 omnipresent done SoftHSM\n", sim_cka_id(z), sim_zone_names[z],
		         ldns_key_keytag(ldns_key_list_key(s->keys[z], 0)));
}

static bool sim_same(const struct sim_state *a, const struct sim_state *b)
{
	for (size_t z = 0; z < SIM_ZONES; z++)
		if (a->outbound[z] != b->outbound[z])
			return false;
	return a->id == b->id && a->required == b->required && a->prepared == b->prepared && a->done == b->done;
}

static void sim_lines(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "@%s\n", name);
	for (const char *p = text; *p != '\0';) {
		size_t n = strcspn(p, "\n");

		buf_addc(out, '|');
		buf_add(out, p, n);
		buf_addc(out, '\n');
		p += n + (p[n] == '\n');
	}
	buf_adds(out, ".0\n");
}

static int sim_lease(struct sim *s, struct sim_side *h, const struct far_call *q, struct buf *out)
{
	const char *what = arg(q, 0), *run = arg(q, 1);
	bool ours = h->lease && !h->lease_foreign && is(h->lease_run, run);

	(void)s;
	if (is(what, "show")) {
		char host[64] = "";

		(void)gethostname(host, sizeof host - 1);
		buf_addf(out, "=held %s\n", h->lease ? "yes" : "no");
		if (h->lease)
			buf_addf(out, "=run %s\n=owner jo\n=host %s\n=pid %s\n=expires 2000000000\n=expired no\n",
			         h->lease_run, h->lease_foreign ? "faraway" : host, h->lease_pid);
		return FAR_OK;
	}
	if (is(what, "release")) {
		if (h->lease && !ours)
			return FAR_BLOCKED;
		h->lease = false;
		return FAR_OK;
	}
	if (is(what, "renew") && !ours)
		return FAR_BLOCKED;
	if (is(what, "take") && h->lease && !ours)
		return FAR_BLOCKED;
	h->lease = true;
	h->lease_foreign = false;
	h->lease_s = atoi(arg(q, 2));
	(void)str_copy(h->lease_pid, sizeof h->lease_pid, arg(q, 5));
	(void)str_copy(h->lease_run, sizeof h->lease_run, run);
	return FAR_OK;
}

static int sim_journal(struct sim_side *h, const struct far_call *q, struct buf *out)
{
	if (is(arg(q, 0), "put")) {
		free(h->journal);
		h->journal = xstrndup(q->input, q->input_len);
		(void)str_copy(h->journal_run, sizeof h->journal_run, arg(q, 1));
		if (!is(arg(q, 2), "")) {
			bool ours = h->lease && !h->lease_foreign && is(h->lease_run, arg(q, 1));

			if (ours)
				h->lease_s = atoi(arg(q, 2));
			buf_addf(out, "=lease %s\n", ours ? "renewed" : "lost");
		}
		return FAR_OK;
	}
	if (is(arg(q, 0), "list")) {
		char line[100] = "";

		if (h->journal != NULL)
			(void)snprintf(line, sizeof line, "%s 1 1\n", h->journal_run);
		sim_lines(out, "journal", line);
		return FAR_OK;
	}
	if (h->journal == NULL || !is(arg(q, 1), h->journal_run))
		return FAR_UNKNOWN;
	sim_lines(out, "journal", h->journal);
	return FAR_OK;
}

static int sim_backup(struct sim_side *h, const char *what, struct buf *out)
{
	struct sim_state *t = &h->state;

	if (!h->enforcer)
		return FAR_BLOCKED;
	if (is(what, "prepare")) {
		t->prepared += t->required;
		t->required = 0;
	} else if (is(what, "commit")) {
		t->done += t->prepared;
		t->prepared = 0;
	} else if (is(what, "rollback")) {
		t->required += t->prepared;
		t->prepared = 0;
	}
	buf_addf(out, "=required %d\n=prepared %d\n=done %d\n=not-required 0\n=flagged 0\n", t->required, t->prepared,
	         t->done);
	return FAR_OK;
}

static int sim_swap(struct sim *s, struct sim_side *h, bool back)
{
	if (h->enforcer || h->signer)
		return FAR_BLOCKED;
	if (back) {
		if (h->swapped)
			h->state = h->aside;
		h->swapped = false;
		h->back = true;
		return FAR_OK;
	}
	if (!h->has_copy)
		return FAR_BLOCKED;
	if (!h->swapped) {
		h->aside = h->state;
		h->state = h->copy;
		h->swapped = true;
		h->back = false;
		for (size_t z = 0; z < SIM_ZONES; z++)
			h->signed_serial[z] = -1;
	}
	(void)s;
	return FAR_OK;
}

static int sim_guard(struct sim_side *h, const struct far_call *q)
{
	char *copy = xstrndup(q->input, q->input_len), *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
		for (size_t z = 0; z < SIM_ZONES; z++) {
			size_t n = strlen(sim_zone_names[z]);

			if (strncmp(line, sim_zone_names[z], n) == 0 && line[n] == ' ')
				h->state.outbound[z] = atoll(line + n);
		}
	free(copy);
	return h->enforcer || h->signer ? FAR_BLOCKED : FAR_OK;
}

static int sim_signer(struct sim *s, int side, const struct far_call *q, struct buf *out)
{
	struct sim_side *h = &s->w.side[side];
	const char *what = arg(q, 0);

	if (!h->signer)
		return FAR_BLOCKED;
	if (is(what, "wait"))
		h->age++;
	if (is(what, "update-all") && h->age == 0)
		sim_violate(s, "the signer was told `update` in its first moments");
	if (is(what, "sign-all"))
		for (size_t z = 0; z < SIM_ZONES; z++)
			sim_bump(s, side, z);
	if (is(what, "zones"))
		sim_lines(out, "zones",
		          s->more_zones ? "example.org\nexample.net\nnew.test\n" : "example.org\nexample.net\n");
	buf_addf(out, "=tasks 2\n=zones %d\n", SIM_ZONES);
	return FAR_OK;
}

static void sim_keys(const struct sim_side *h, struct buf *out)
{
	buf_adds(out, "@keys\n");
	for (size_t z = 0; z < SIM_ZONES; z++)
		buf_addf(out, "|%s;CSK;omnipresent;omnipresent;omnipresent;omnipresent;1;1;%s%s\n", sim_zone_names[z],
		         sim_cka_id(z), h->state.id == 1 ? "" : "ff");
	buf_adds(out, ".0\n");
}

static void sim_prove(struct sim *s, struct buf *out)
{
	for (size_t z = 0; z < SIM_ZONES; z++) {
		char *name = xasprintf("signed %s", sim_zone_names[z]), *text;
		ldns_key_list *other = s->bad_key ? sim_key(z) : NULL;

		text = sim_sign(z, 1, other != NULL ? other : s->keys[z]);
		sim_lines(out, name, text);
		if (other != NULL)
			ldns_key_list_free(other);
		free(text);
		free(name);
	}
}

/* The verb's effect and answer; returns its status. */
static int sim_verb(struct sim *s, int side, const struct far_call *q, struct buf *out)
{
	struct sim_side *h = &s->w.side[side];
	const char *v = q->verb;
	struct buf text = { 0 };

	if (is(v, "lease"))
		return sim_lease(s, h, q, out);
	if (is(v, "journal"))
		return sim_journal(h, q, out);
	if (is(v, "backup"))
		return sim_backup(h, arg(q, 0), out);
	if (is(v, "signer"))
		return sim_signer(s, side, q, out);
	if (is(v, "swap") || is(v, "swap-back"))
		return sim_swap(s, h, is(v, "swap-back"));
	if (is(v, "guard"))
		return sim_guard(h, q);
	if (is(v, "record")) {
		if (is(arg(q, 0), "set")) {
			(void)str_copy(h->role, sizeof h->role, arg(q, 1));
			(void)str_copy(h->role_run, sizeof h->role_run, arg(q, 2));
		}
		if (h->role[0] != '\0')
			buf_addf(out, "=role %s\n=run %s\n", h->role, h->role_run);
	} else if (is(v, "alive")) {
		sim_alive(h, arg(q, 0), out);
	} else if (is(v, "start")) {
		sim_start(s, side, is(arg(q, 0), "signer"));
	} else if (is(v, "stop") || is(v, "kill")) {
		bool signer = is(arg(q, 0), "signer");

		if (is(v, "stop") && h->hung)
			return FAR_UNKNOWN;
		if (is(v, "kill"))
			h->hung = false;
		*(signer ? &h->signer : &h->enforcer) = false;
	} else if (is(v, "enforce") || is(v, "idle")) {
		if (!h->enforcer)
			return FAR_BLOCKED;
		if (is(v, "idle") && s->more_zones && atoi(arg(q, 1)) >= SIM_ZONES)
			return FAR_FAILED;
		buf_addf(out, "=tasks %d\n=next 2000000000\n=idle yes\n", SIM_ZONES - s->more_zones);
	} else if (is(v, "keys")) {
		sim_keys(h, out);
	} else if (is(v, "serials")) {
		sim_serials(h, out);
	} else if (is(v, "snapshot")) {
		if (h->enforcer || h->signer)
			return FAR_BLOCKED;
		h->snap = h->state;
		h->has_snap = true;
	} else if (is(v, "hello")) {
		buf_addf(out, "=uid 0\n=hostname host-%d\n=machine-id 0011\n", side);
	} else if (is(v, "snapped")) {
		buf_addf(out, "=state %s\n",
		         !h->has_snap                    ? "none"
		         : sim_same(&h->snap, &h->state) ? "same"
		                                         : "changed");
	} else if (is(v, "manifest")) {
		if (!h->has_snap)
			return FAR_BLOCKED;
		sim_manifest(s, &h->snap, &text);
		sim_lines(out, "manifest", buf_str(&text));
		buf_free(&text);
	} else if (is(v, "verify-copy")) {
		char digest[DIGEST_TEXT];

		if (!h->has_copy)
			return FAR_FAILED;
		sim_manifest(s, &h->copy, &text);
		sha256_hex(digest, buf_str(&text), text.len);
		buf_free(&text);
		if (!is(digest, arg(q, 1)))
			return FAR_FAILED;
		buf_adds(out, "=files 1\n=bytes 10\n");
	} else if (is(v, "prove")) {
		sim_prove(s, out);
	} else if (is(v, "swapped")) {
		buf_addf(out, "=state %s\n", h->swapped ? "swapped" : h->back ? "back" : "none");
	} else if (is(v, "fence") || is(v, "unfence")) {
		h->fenced = is(v, "fence");
	} else if (is(v, "fenced")) {
		buf_addf(out, "=fenced %s\n", h->fenced || h->blocked ? "yes" : "no");
		if (h->masked)
			buf_adds(out, "=by masked opendnssec-signer.service\n");
		if (h->not_at_boot)
			buf_adds(out, "=not-at-boot signer opendnssec-signer.service\n");
	} else if (is(v, "ready")) {
		h->lifted = h->lifted || h->blocked;
		h->blocked = false;
		h->fenced = false;
	} else if (is(v, "unready")) {
		h->blocked = h->blocked || h->lifted;
		h->lifted = false;
	} else if (is(v, "publish")) {
		buf_adds(out, "@output\n|done\n.0\n=exit 0\n");
	} else if (is(v, "tidy")) {
		if (atoi(arg(q, 0)) < 3 || !is(arg(q, 1), s->run))
			return FAR_USAGE;
		h->tidied++;
		if (!s->w.side[1].swapped || !sim_same(&s->w.side[0].snap, &s->w.side[0].state))
			sim_violate(s, "what was kept aside is dropped while there is no redundancy");
	} else {
		return FAR_USAGE;
	}
	return FAR_OK;
}

static bool sim_has_effect(const struct far_call *q)
{
	static const char *const verbs[] = { "start", "stop",  "enforce", "snapshot", "swap",
		                             "guard", "fence", "ready",   "publish",  "send" };
	static const char *const pairs[][2] = { { "lease", "take" },      { "lease", "release" },
		                                { "record", "set" },      { "backup", "prepare" },
		                                { "backup", "commit" },   { "signer", "update-all" },
		                                { "signer", "sign-all" }, { "lease", "steal" } };

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (is(q->verb, verbs[i]))
			return true;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (is(q->verb, pairs[i][0]) && is(arg(q, 0), pairs[i][1]))
			return true;
	return false;
}

/* Whatever a step, or its undo, does at a time when the lease may have run out. */
static void sim_outlasts(struct sim *s, const struct sim_side *h, const struct far_call *q)
{
	const struct step *step = step_find(step_table(KIND_SWITCHOVER), s->step);

	if (step == NULL || is(q->verb, "lease") || !(sim_has_effect(q) || s->status == ST_UNDOING))
		return;
	if (h->lease && h->lease_s < step->timeout_s)
		sim_violate(s, "a step may take longer than the lease lasts");
}

static bool sim_fails(const struct sim *s, const struct far_call *q)
{
	size_t n = strlen(q->verb);

	return s->fail_verb != NULL && strncmp(s->fail_verb, q->verb, n) == 0 &&
	       (s->fail_verb[n] == '\0' || (s->fail_verb[n] == ' ' && is(s->fail_verb + n + 1, arg(q, 0))));
}

static bool sim_hits(struct sim *s, const struct far_call *q)
{
	const struct step *step;

	if (s->fault == FAULT_NONE || s->fired || s->fault_step == NULL || !is(s->step, s->fault_step))
		return false;
	step = step_find(step_table(KIND_SWITCHOVER), s->step);
	if (step->run != NULL ? s->status != ST_RUNNING || !sim_has_effect(q) : s->status != ST_VERIFYING)
		return false;
	s->fired = true;
	return true;
}

/* RC of the connection, after the effect or not; @run is called for the effect. */
static enum rc sim_call(struct host *host, const struct far_call *q, struct far_answer *a, struct cancel *c,
                        struct err *e)
{
	struct sim *s = the_sim;
	int side = host == &s->hosts[0] ? 0 : 1, status;
	bool hit = sim_hits(s, q), fails;
	struct buf out = { 0 };
	enum rc rc;

	if (cancel_raised(c))
		return err_set(e, RC_CANCELLED, "cancelled");
	sim_outlasts(s, &s->w.side[side], q);
	if (hit && s->fault == FAULT_KILLED_BEFORE)
		sim_keep(s);
	if (hit && s->fault == FAULT_TIMEOUT)
		return err_set(e, RC_TIMEOUT, "no answer in time");
	if (hit && s->fault == FAULT_LOST_BEFORE)
		return err_set(e, RC_CONNECT, "connection refused");
	buf_addf(&out, "odsf1 begin %s\n", q->verb);
	fails = (hit && s->fault == FAULT_NONZERO) || sim_fails(s, q);
	status = fails ? FAR_FAILED : sim_verb(s, side, q, &out);
	if (fails)
		buf_adds(&out, "!It did not work.\n");
	buf_addf(&out, "odsf1 end %s %d\n", q->verb, status);
	if (hit && s->fault == FAULT_KILLED_AFTER)
		sim_keep(s);
	if (hit && s->fault == FAULT_LOST_AFTER)
		rc = err_set(e, RC_UNKNOWN, "the connection was lost");
	else
		rc = far_parse(a, q->verb, buf_str(&out), out.len, e);
	buf_free(&out);
	return rc;
}

static enum rc sim_read(struct host *host, const struct far_call *q, uint64_t max, host_sink_fn sink, void *ctx,
                        struct cancel *c, struct err *e)
{
	struct sim *s = the_sim;
	bool hit = sim_hits(s, q);

	(void)max;
	(void)c;
	if (hit && s->fault == FAULT_KILLED_BEFORE)
		sim_keep(s);
	if (hit && s->fault == FAULT_KILLED_AFTER)
		sim_keep(s);
	if (hit && s->fault < FAULT_KILLED_BEFORE)
		return err_set(e, s->fault == FAULT_TIMEOUT ? RC_TIMEOUT : RC_CONNECT, "the connection was lost");
	for (size_t z = 0; z < SIM_ZONES; z++)
		if (is(arg(q, 0), sim_zone_names[z])) {
			struct buf answer = { 0 };

			make_zone_answer(&answer, sim_text(s, host == &s->hosts[0] ? 0 : 1, z));
			(void)sink(ctx, answer.p, answer.len);
			buf_free(&answer);
		}
	return RC_OK;
}

static enum rc sim_pipe(struct host *from, const struct far_call *out, struct host *to, const struct far_call *in,
                        struct far_answer *a, host_progress_fn progress, void *ctx, struct cancel *c, struct err *e)
{
	struct sim *s = the_sim;
	struct sim_side *f = &s->w.side[from == &s->hosts[0] ? 0 : 1], *t = &s->w.side[to == &s->hosts[0] ? 0 : 1];
	static const char ok[] = "odsf1 begin receive\n=files 1\n=bytes 10\nodsf1 end receive 0\n";
	static const char bad[] = "odsf1 begin receive\n!It did not work.\nodsf1 end receive 1\n";
	bool hit = sim_hits(s, out);

	(void)c;
	(void)in;
	if (hit && s->fault == FAULT_KILLED_BEFORE)
		sim_keep(s);
	if (hit && (s->fault == FAULT_TIMEOUT || s->fault == FAULT_LOST_BEFORE))
		return err_set(e, s->fault == FAULT_TIMEOUT ? RC_TIMEOUT : RC_CONNECT, "the connection was lost");
	if (hit && s->fault == FAULT_NONZERO)
		return far_parse(a, "receive", bad, sizeof bad - 1, e);
	progress(ctx, 10, 10);
	t->copy = f->snap;
	t->has_copy = true;
	if (hit && s->fault == FAULT_KILLED_AFTER)
		sim_keep(s);
	if (hit && s->fault == FAULT_LOST_AFTER)
		return err_set(e, RC_UNKNOWN, "the connection was lost");
	return far_parse(a, "receive", ok, sizeof ok - 1, e);
}

static enum rc sim_query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                         struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	struct sim *s = the_sim;
	struct far_call q = { .verb = "query" };

	(void)r;
	(void)server;
	(void)timeout_ms;
	(void)c;
	/* Only a step that asks nobody else can be hit here. */
	if (s->fault_step != NULL && is(s->fault_step, "verify-public") && sim_hits(s, &q)) {
		if (s->fault >= FAULT_KILLED_BEFORE)
			sim_keep(s);
	}
	for (size_t z = 0; z < SIM_ZONES; z++) {
		const char *text;

		if (!name_equal(zone, sim_zone_names[z]))
			continue;
		text = sim_text(s, s->w.public_side, z);
		a->records = arena_alloc(arena, 32 * sizeof *a->records);
		for (const char *p = text; *p != '\0' && a->record_count < 32;) {
			size_t n = strcspn(p, "\n");
			char *line = arena_strndup(arena, p, n), kind[16] = "", covers[16] = "";

			if (sscanf(line, "%*s %*s %*s %15s %15s", kind, covers) >= 1 &&
			    (is(kind, type) || (is(kind, "RRSIG") && is(covers, type))))
				a->records[a->record_count++] = line;
			p += n + (p[n] == '\n');
		}
		a->authoritative = true;
		return RC_OK;
	}
	return err_set(e, RC_TIMEOUT, "no answer");
}

static void sim_link(struct host *host, struct host_state *out)
{
	(void)host;
	*out = (struct host_state){ .link = LINK_UP, .rtt_us = 100 };
}

static const struct host_ops sim_host_ops = { .call = sim_call, .read = sim_read, .pipe = sim_pipe, .state = sim_link };
static const struct resolver_ops sim_resolver_ops = { .query = sim_query };

static struct sim *sim_new(struct pair_config *pair)
{
	struct sim *s = xcalloc(1, sizeof *s);

	the_sim = s;
	for (size_t z = 0; z < SIM_ZONES; z++)
		s->keys[z] = sim_key(z);
	for (int i = 0; i < 2; i++) {
		struct sim_side *h = &s->w.side[i];

		s->hosts[i].ops = &sim_host_ops;
		s->hosts[i].config = &pair->instance[i];
		h->state = (struct sim_state){ .id = i + 1, .outbound = { 100, 200 }, .required = i == 0 ? 2 : 0 };
		for (size_t z = 0; z < SIM_ZONES; z++)
			h->signed_serial[z] = h->state.outbound[z];
		h->enforcer = h->signer = i == 0;
		h->blocked = i == 1;
	}
	/* A signer that was killed once: it published one more than its state remembers. */
	s->w.side[0].signed_serial[0] = 101;
	s->w.public_serial[0] = 101;
	s->w.public_serial[1] = 200;
	s->resolver.ops = &sim_resolver_ops;
	s->cancel = cancel_new();
	return s;
}

static void sim_free(struct sim *s)
{
	for (size_t z = 0; z < SIM_ZONES; z++) {
		ldns_key_list_free(s->keys[z]);
		for (int i = 0; i < 2; i++)
			free(s->text[i][z]);
	}
	for (int i = 0; i < 2; i++) {
		free(s->w.side[i].journal);
		free(s->kept.side[i].journal);
	}
	buf_free(&s->kept_journal);
	cancel_free(&s->cancel);
	free(s);
	the_sim = NULL;
}

#endif
