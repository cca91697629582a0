#include "core/pair/board.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/board_join.h"

static const char *const kind_names[] = {
	[KIND_SWITCHOVER] = "switchover",
	[KIND_FAILOVER] = "failover",
	[KIND_REPLICATE] = "replicate",
	[KIND_FAILBACK] = "failback",
};

const char *run_kind_name(enum run_kind kind)
{
	return kind_names[kind];
}

bool run_kind_parse(const char *name, enum run_kind *kind)
{
	for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*kind = (enum run_kind)i;
			return true;
		}
	return false;
}

static bool has_record(const struct observation *o)
{
	return o->reachable && o->record.ok && o->has_record == TRI_YES;
}

/* The record that the last run left on the instances decides; without one, or where the two contradict each other, the
 * configuration does (and a finding tells of the contradiction). */
static void claim_roles(struct board *b)
{
	bool known[2] = { has_record(b->obs[0]), has_record(b->obs[1]) };
	int active = b->pair->instance[0].role == ROLE_ACTIVE ? 0 : 1;

	if (known[0] && (!known[1] || b->obs[0]->recorded_role != b->obs[1]->recorded_role))
		active = b->obs[0]->recorded_role == ROLE_ACTIVE ? 0 : 1;
	else if (known[1] && !known[0])
		active = b->obs[1]->recorded_role == ROLE_ACTIVE ? 1 : 0;
	b->active = active;
	b->standby = 1 - active;
}

/* interface.md: active when its signer runs, standby when neither daemon does, none for anything between. */
static int observe_role(const struct observation *o)
{
	if (!o->reachable || o->enforcer.running == TRI_UNKNOWN || o->signer.running == TRI_UNKNOWN)
		return -1;
	if (o->signer.running == TRI_YES)
		return ROLE_ACTIVE;
	return o->enforcer.running == TRI_NO ? ROLE_STANDBY : 2;
}

static void copy_public(struct board *b, const struct public_zone *pub, size_t pub_count, const struct public_ds *ds,
                        size_t ds_count)
{
	struct arena *a = &b->arena;

	b->public_zones = arena_alloc(a, (pub_count + 1) * sizeof *b->public_zones);
	b->ds = arena_alloc(a, (ds_count + 1) * sizeof *b->ds);
	for (size_t i = 0; i < pub_count; i++) {
		struct public_zone *z = &b->public_zones[b->public_count++];

		*z = pub[i];
		z->server = arena_strdup(a, z->server);
		z->zone = arena_strdup(a, z->zone);
		z->know.why = arena_strdup(a, z->know.why);
		z->know.source = arena_strdup(a, z->know.source);
		z->first_rrset = arena_strdup(a, z->first_rrset);
		z->dnskeys = arena_alloc(a, (z->dnskey_count + 1) * sizeof *z->dnskeys);
		z->dnskey_tags = arena_alloc(a, (z->dnskey_count + 1) * sizeof *z->dnskey_tags);
		for (size_t k = 0; k < z->dnskey_count; k++) {
			z->dnskeys[k] = arena_strdup(a, pub[i].dnskeys[k]);
			z->dnskey_tags[k] = pub[i].dnskey_tags[k];
		}
	}
	for (size_t i = 0; i < ds_count; i++) {
		struct public_ds *d = &b->ds[b->ds_count++];

		*d = ds[i];
		d->server = arena_strdup(a, d->server);
		d->zone = arena_strdup(a, d->zone);
		d->know.why = arena_strdup(a, d->know.why);
		d->know.source = arena_strdup(a, d->know.source);
		d->records = arena_dup(a, d->records, d->record_count, sizeof *d->records);
	}
}

struct board *board_make(const struct pair_config *pair, struct observation *obs[2], const struct public_zone *pub,
                         size_t pub_count, const struct public_ds *ds, size_t ds_count, struct measured measured,
                         enum run_kind kind, int64_t now)
{
	struct board *b = xcalloc(1, sizeof *b);

	b->refs = 1;
	b->pair = pair;
	b->kind = kind;
	b->at = now;
	for (int i = 0; i < 2; i++) {
		b->obs[i] = observation_ref(obs[i]);
		b->observed_role[i] = observe_role(obs[i]);
	}
	copy_public(b, pub, pub_count, ds, ds_count);
	claim_roles(b);
	b->slack.failover_time = measured.runs > 0 ? measured.seconds : pair->failover_time;
	b->slack.measured = measured.runs > 0;
	b->slack.runs = measured.runs;
	b->slack.margin = pair->margin;
	board_join_zones(b);
	board_join_keys(b);
	board_join_slack(b);
	findings_run(b);
	board_sort_zones(b);
	return b;
}

struct board *board_ref(struct board *b)
{
	__atomic_add_fetch(&b->refs, 1, __ATOMIC_RELAXED);
	return b;
}

void board_unref(struct board **b)
{
	if (*b != NULL && __atomic_sub_fetch(&(*b)->refs, 1, __ATOMIC_ACQ_REL) == 0) {
		observation_unref(&(*b)->obs[0]);
		observation_unref(&(*b)->obs[1]);
		free((*b)->findings);
		arena_free(&(*b)->arena);
		free(*b);
	}
	*b = NULL;
}

enum severity board_worst(const struct board *b)
{
	enum severity worst = SEV_OK;

	for (size_t i = 0; i < b->finding_count; i++)
		if (b->findings[i].severity > worst)
			worst = b->findings[i].severity;
	return worst;
}

int board_exit_code(const struct board *b)
{
	static const int codes[] = { [SEV_OK] = 0, [SEV_WARN] = 1, [SEV_UNKNOWN] = 3, [SEV_STOP] = 2 };

	if (!b->obs[0]->reachable || !b->obs[1]->reachable)
		return 3;
	return codes[board_worst(b)];
}

const struct board_zone *board_zone(const struct board *b, const char *name)
{
	for (size_t i = 0; i < b->zone_count; i++)
		if (name_equal(b->zones[i].name, name))
			return &b->zones[i];
	return NULL;
}

int64_t board_floor(const struct board *b, const struct board_zone *z)
{
	const struct obs_policy *p = z->policy != NULL ? observation_policy(b->obs[b->active], z->policy) : NULL;
	int64_t least;

	if (p == NULL)
		return 0;
	least = p->validity_denial < p->validity ? p->validity_denial : p->validity;
	if (p->validity_keyset > 0 && p->validity_keyset < least)
		least = p->validity_keyset;
	least -= p->jitter;
	if (p->refresh > 0 && p->refresh < least)
		least = p->refresh;
	return least > p->resign ? least - p->resign : 0;
}

int64_t board_first_floor(const struct board *b, const struct board_zone *z)
{
	const struct obs_policy *p = z->policy != NULL ? observation_policy(b->obs[b->active], z->policy) : NULL;
	const char *rrset = z->on[b->active] != NULL ? z->on[b->active]->signed_zone.first_rrset : NULL;
	const char *type = rrset != NULL ? strrchr(rrset, ' ') : NULL;
	int64_t least = board_floor(b, z);

	if (p != NULL && type != NULL && strcmp(type, " SOA") == 0)
		least -= 2 * p->jitter;
	return least > 0 ? least : 0;
}
