#include "core/pair/board_join.h"

/* The greater of the two by RFC 1982; @undefined is set when they are 2^31 apart. */
static void raise_to(struct num *greatest, const struct num *other, bool *undefined)
{
	enum serial_order order;

	if (!other->ok)
		return;
	if (!greatest->ok) {
		*greatest = *other;
		return;
	}
	order = serial_compare((uint32_t)other->v, (uint32_t)greatest->v);
	if (order == SERIAL_GREATER)
		*greatest = *other;
	*undefined = *undefined || order == SERIAL_UNDEFINED;
}

static struct num published_serial(const struct board_zone *z)
{
	struct num greatest = { 0 };
	bool undefined = false;

	for (size_t i = 0; i < z->public_count; i++)
		if (z->public_zones[i]->know.ok)
			raise_to(&greatest, &z->public_zones[i]->serial, &undefined);
	if (undefined)
		greatest.ok = false;
	return greatest;
}

/* S*: what the first serial of the new active has to exceed, so that no place ever sees one go backwards. */
static struct num target_serial(const struct board *b, const struct board_serial *s, bool *undefined)
{
	struct num greatest = s->published;

	raise_to(&greatest, &s->signed_at[b->active], undefined);
	raise_to(&greatest, &s->outbound[b->active], undefined);
	return greatest;
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

	if (policy == NULL)
		return false;
	s->mode = policy->serial;
	s->have_outbound = on->backup2.know.ok && on->backup2.exists == TRI_YES;
	s->outbound = on->backup2.outbound;
	s->inbound = on->unsigned_serial.ok ? (uint32_t)on->unsigned_serial.v : on->backup2.inbound;
	s->now = b->at;
	s->utc_offset = b->obs[b->standby]->reachable ? b->obs[b->standby]->utc_offset : 0;
	return on->unsigned_serial.ok || s->have_outbound;
}

/* Whether a signer whose outbound serial the guard set to @target publishes above it, and goes on rising: beyond 2^31
 * the second sign would fall back to the policy's own candidate. */
static bool guard_holds(struct serial_state s, uint32_t target, struct num *first)
{
	uint32_t one = 0, two = 0;

	s.have_outbound = true;
	s.outbound = target;
	if (s.mode == SERIAL_KEEP) {
		/* Forced once, above everything: by `ods-signer sign ZONE --serial N`. The signer's own maximum is a
		 * plain one. */
		one = target + 1;
		if (serial_compare(one, s.inbound > s.outbound ? s.inbound : s.outbound) != SERIAL_GREATER)
			one = s.inbound + 1;
		*first = (struct num){ true, one };
		return serial_compare(one, target) == SERIAL_GREATER &&
		       serial_compare(one, s.inbound) == SERIAL_GREATER;
	}
	if (!serial_next(&s, &one) || serial_compare(one, target) != SERIAL_GREATER)
		return false;
	*first = (struct num){ true, one };
	s.outbound = one;
	return serial_next(&s, &two) && serial_compare(two, one) == SERIAL_GREATER;
}

void board_join_serial(const struct board *b, struct board_zone *z)
{
	struct board_serial *s = &z->serial;
	struct serial_state state = { 0 };
	bool undefined = false;
	uint32_t next;

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
	s->published = published_serial(z);
	s->predicted_order = SERIAL_UNDEFINED;
	s->target = target_serial(b, s, &undefined);
	if (!state_after_restore(b, z, &state))
		return;
	s->refuses = !serial_next(&state, &next);
	if (!s->refuses)
		s->predicted = (struct num){ true, next };
	if (s->predicted.ok && s->published.ok)
		s->predicted_order = serial_compare((uint32_t)s->predicted.v, (uint32_t)s->published.v);
	if (s->target.ok && !undefined)
		s->repairable = guard_holds(state, (uint32_t)s->target.v, &s->repaired);
}
