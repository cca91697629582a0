#include "core/pair/observation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/obs_answer.h"

static struct observation *observation_new(const struct instance_config *config, int64_t at)
{
	struct observation *o = xcalloc(1, sizeof *o);

	o->refs = 1;
	o->config = config;
	o->at = at;
	return o;
}

struct observation *observation_parse(const struct instance_config *config, const struct far_answer *a, int64_t sent_ms,
                                      int64_t received_ms)
{
	struct observation *o = observation_new(config, received_ms / 1000);
	struct obs_answer r = { .o = o, .a = a };

	o->reachable = true;
	o->rc = RC_OK;
	o->took_ms = received_ms - sent_ms;
	obs_read_stats(&r, &r.stat_before, "stat-before");
	obs_read_stats(&r, &r.stat, "stat");
	obs_read_words(&r, &r.digests, "digests");
	obs_read_words(&r, &r.trailers, "trailers");
	obs_read_conf(&r);
	obs_read_access(&r);
	obs_read_host(&r, sent_ms, received_ms);
	obs_read_ours(&r);
	obs_read_aside(&r);
	obs_read_daemons(&r);
	obs_read_database(&r);
	obs_read_kasp(&r);
	obs_read_zones(&r);
	obs_read_hsm(&r);
	obs_read_files(&r);
	obs_read_room(&r);
	return o;
}

/* Every group says the same reason, so that no reader has to look at "reachable" first. */
static void nothing_is_known(struct observation *o)
{
	struct know *const groups[] = {
		&o->os,         &o->conf.know,  &o->enforcer.know,    &o->signer.know,    &o->signer_zones_know,
		&o->queue.know, &o->database,   &o->zones_xml,        &o->zonelist,       &o->interference_know,
		&o->copy.know,  &o->record,     &o->tokens,           &o->lease,          &o->sizes_know,
		&o->rooms_know, &o->files_know, &o->enforcer.account, &o->signer.account, &o->asides_know,
		&o->kasp,
	};

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		groups[i]->ok = false;
		groups[i]->why = o->why;
		groups[i]->source = "the host";
	}
}

struct observation *observation_unreachable(const struct instance_config *config, const struct err *why)
{
	struct observation *o = observation_new(config, clock_now());

	o->rc = why->rc == RC_OK ? RC_UNKNOWN : why->rc;
	o->why = arena_strdup(&o->arena, why->text[0] ? why->text : rc_text(o->rc));
	nothing_is_known(o);
	return o;
}

/* Milliseconds of the wall clock; frozen where the clock is. */
static int64_t wall_ms(void)
{
	struct timespec t;

	if (getenv("ODSF_NOW") || clock_gettime(CLOCK_REALTIME, &t) != 0)
		return clock_now() * 1000;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum rc status_of(const struct far_answer *a, struct err *e)
{
	const char *says = a->sentence[0] ? a->sentence : "the far side gave no reason";

	switch (a->status) {
	case FAR_OK:
		return RC_OK;
	case FAR_USAGE:
		err_hint(e, "the far side installed there is another version: see ods-failover doctor");
		return err_set(e, RC_PARSE, "observe is not understood there: %s", says);
	default:
		return err_set(e, RC_REMOTE, "observe failed: %s", says);
	}
}

struct observation *observe(struct host *h, int timeout_s, struct cancel *c)
{
	const struct far_call q = { .verb = "observe", .timeout_s = timeout_s };
	struct far_answer a = { 0 };
	struct observation *o;
	struct host_state state = { 0 };
	struct err e = { 0 };
	int64_t began = clock_mono_ms(), sent = wall_ms(), received;
	enum rc rc = h->ops->call(h, &q, &a, c, &e);

	/* A clock that is set meanwhile must not make a duration: the end is counted from the beginning. */
	received = sent + (clock_mono_ms() - began);
	if (a.received_ms != 0) { /* a recording: as of then */
		sent = a.sent_ms;
		received = a.received_ms;
	} else if (a.started_mono_ms != 0 && a.ended_mono_ms != 0) {
		received = sent + (a.ended_mono_ms - began);
		sent += a.started_mono_ms - began;
	}
	if (rc == RC_OK)
		rc = status_of(&a, &e);
	if (rc == RC_OK) {
		o = observation_parse(h->config, &a, sent, received);
	} else {
		e.rc = rc;
		o = observation_unreachable(h->config, &e);
		o->took_ms = received - sent;
	}
	if (h->ops->state)
		h->ops->state(h, &state);
	if (state.host_key[0])
		o->host_key = arena_strdup(&o->arena, state.host_key);
	far_answer_clear(&a);
	return o;
}

struct observation *observation_ref(struct observation *o)
{
	(void)__atomic_add_fetch(&o->refs, 1, __ATOMIC_RELAXED);
	return o;
}

void observation_unref(struct observation **o)
{
	struct observation *it = *o;

	*o = NULL;
	if (!it || __atomic_sub_fetch(&it->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	arena_free(&it->arena);
	free(it);
}

const struct obs_zone *observation_zone(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->zone_count; i++) {
		if (name_equal(o->zones[i].name, name))
			return &o->zones[i];
	}
	return NULL;
}

const struct obs_key *observation_key(const struct observation *o, const char *cka_id, const char *zone)
{
	for (size_t i = 0; i < o->key_count; i++) {
		const struct obs_key *k = &o->keys[i];

		if (strcasecmp(k->cka_id, cka_id) == 0 && (!zone || (k->zone && name_equal(k->zone, zone))))
			return k;
	}
	return NULL;
}

/* Flags and algorithm of "257 3 13 BASE64"; -1 where there are none. */
static void dnskey_kind(const char *text, int *flags, int *algorithm)
{
	char head[24], *f[4];
	uint64_t of_flags, of_algorithm;

	*flags = *algorithm = -1;
	(void)snprintf(head, sizeof head, "%s", text);
	if (str_split(head, ' ', f, 4) != 4 || !str_u64(f[0], 65535, &of_flags) || !str_u64(f[2], 255, &of_algorithm))
		return;
	*flags = (int)of_flags;
	*algorithm = (int)of_algorithm;
}

bool observation_key_is(const struct obs_key *k, const char *dnskey, int tag)
{
	int flags, algorithm;

	dnskey_kind(dnskey, &flags, &algorithm);
	return flags >= 0 && tag == k->key_tag && algorithm == k->algorithm &&
	       ((flags & 1) == 1) == (k->role != KEY_ZSK);
}

bool dnskey_kind_equal(const char *a, const char *b)
{
	int flags[2], algorithm[2];

	dnskey_kind(a, &flags[0], &algorithm[0]);
	dnskey_kind(b, &flags[1], &algorithm[1]);
	return algorithm[0] == algorithm[1] && (flags[0] & 1) == (flags[1] & 1);
}

const struct obs_policy *observation_policy(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->policy_count; i++) {
		if (strcmp(o->policies[i].name, name) == 0)
			return &o->policies[i];
	}
	return NULL;
}
