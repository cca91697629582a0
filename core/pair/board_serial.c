#include "core/pair/board_join.h"

#include <stdlib.h>

#include "core/base/mem.h"

static struct num published_serial(const struct board_zone *z, bool *no_order)
{
	uint32_t *seen = xcalloc(z->public_count + 1, sizeof *seen), greatest = 0;
	struct num n = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < z->public_count; i++)
		if (z->public_zones[i]->know.ok && z->public_zones[i]->serial.ok)
			seen[count++] = (uint32_t)z->public_zones[i]->serial.v;
	n.ok = serial_greatest(seen, count, &greatest);
	n.v = (int64_t)greatest;
	*no_order = count > 0 && !n.ok;
	free(seen);
	return n;
}

/* S*: what the first serial of the new active has to exceed, so that no place ever sees one go backwards. */
static struct num target_serial(const struct board *b, const struct board_serial *s)
{
	const struct num *const places[] = { &s->published, &s->signed_at[b->active], &s->outbound[b->active] };
	uint32_t known[sizeof places / sizeof *places], greatest = 0;
	struct num n = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i]->ok)
			known[count++] = (uint32_t)places[i]->v;
	n.ok = !s->no_order && serial_greatest(known, count, &greatest);
	n.v = (int64_t)greatest;
	return n;
}

/* What is missing or of no use is known to be so: a signer goes by what it has. */
static bool was_seen(const struct know *k)
{
	return k->ok || k->bad;
}

/* What the standby would start from once it has the state of the active; false when that cannot be said. */
static bool state_after_restore(const struct board *b, const struct board_zone *z, struct serial_state *s)
{
	const struct obs_zone *on =
	    z->on[b->kind == KIND_FAILOVER && z->on[b->active] == NULL ? b->standby : b->active];
	const struct obs_policy *policy =
	    on != NULL && on->policy != NULL
	        ? observation_policy(b->obs[on == z->on[b->active] ? b->active : b->standby], on->policy)
	        : NULL;

	if (policy == NULL || !was_seen(&on->backup2.know) || !was_seen(&on->unsigned_know))
		return false;
	/* Its days are those of the host that will sign. */
	if (policy->serial == SERIAL_DATECOUNTER && b->obs[b->standby]->reachable &&
	    !b->obs[b->standby]->utc_offset_known)
		return false;
	s->mode = policy->serial;
	s->have_outbound = on->backup2.know.ok && on->backup2.exists == TRI_YES;
	s->outbound = on->backup2.outbound;
	s->inbound = on->unsigned_serial.ok ? (uint32_t)on->unsigned_serial.v : on->backup2.inbound;
	s->now = b->at;
	s->utc_offset = b->obs[b->standby]->reachable ? b->obs[b->standby]->utc_offset : 0;
	return on->unsigned_serial.ok || s->have_outbound;
}

void board_join_serial(const struct board *b, struct board_zone *z)
{
	struct board_serial *s = &z->serial;
	struct serial_state state = { 0 };
	uint32_t next, first = 0;

	for (int i = 0; i < 2; i++) {
		const struct obs_zone *on = z->on[i];

		if (on == NULL)
			continue;
		if (on->signed_zone.know.ok)
			s->signed_at[i] = on->signed_zone.serial;
		if (on->backup2.know.ok && on->backup2.exists == TRI_YES)
			s->outbound[i] = (struct num){ true, on->backup2.outbound };
		if (i == b->active)
			s->unsigned_active = on->unsigned_serial;
		else
			s->unsigned_standby = on->unsigned_serial;
	}
	s->published = published_serial(z, &s->no_order);
	s->predicted_order = SERIAL_UNDEFINED;
	s->target = target_serial(b, s);
	if (!state_after_restore(b, z, &state))
		return;
	s->refuses = !serial_next(&state, &next);
	if (!s->refuses)
		s->predicted = (struct num){ true, next };
	if (s->predicted.ok && s->published.ok)
		s->predicted_order = serial_compare((uint32_t)s->predicted.v, (uint32_t)s->published.v);
	/* Published and target differ where the instance is ahead of what the public has. */
	if (s->target.ok)
		s->repairable = serial_guard_holds(&state, (uint32_t)s->target.v,
		                                   (uint32_t)(s->published.ok ? s->published.v : s->target.v), &first);
	if (s->repairable)
		s->repaired = (struct num){ true, (int64_t)first };
}
