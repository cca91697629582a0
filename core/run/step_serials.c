#include "core/run/step_serials.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/run/step_kit.h"

enum { LOOK_SECONDS = 60, GUARD_SECONDS = 120, FAR_FIELDS = 7, KEPT_FIELDS = 8, QUERY_MS = 5000 };

static bool parse_mode(const char *text, enum serial_mode *mode)
{
	for (int m = SERIAL_COUNTER; m <= SERIAL_KEEP; m++)
		if (strcmp(serial_mode_name((enum serial_mode)m), text) == 0) {
			*mode = (enum serial_mode)m;
			return true;
		}
	return false;
}

/* Empty is none; false for what is neither a serial nor empty. */
static bool parse_serial(const char *text, struct num *n)
{
	uint64_t v = 0;

	*n = (struct num){ 0 };
	if (text[0] == '\0')
		return true;
	if (!str_u64(text, UINT32_MAX, &v))
		return false;
	*n = (struct num){ true, (int64_t)v };
	return true;
}

static struct zone_serials *add_row(struct serial_table *t, const char *zone)
{
	struct zone_serials *grown = arena_alloc(&t->arena, (t->count + 1) * sizeof *grown);

	if (t->count > 0)
		memcpy(grown, t->rows, t->count * sizeof *grown);
	t->rows = grown;
	grown[t->count].zone = arena_strdup(&t->arena, zone);
	return &grown[t->count++];
}

bool serial_raise(struct num *best, struct num v)
{
	if (!v.ok)
		return true;
	if (!best->ok) {
		*best = v;
		return true;
	}
	switch (serial_compare((uint32_t)v.v, (uint32_t)best->v)) {
	case SERIAL_GREATER:
		*best = v;
		return true;
	case SERIAL_UNDEFINED:
		return false;
	case SERIAL_LESS:
	case SERIAL_EQUAL:
		break;
	}
	return true;
}

enum rc serials_parse(struct serial_table *t, const char *section, struct err *e)
{
	char line[400], *field[FAR_FIELDS + 1];
	const char *p = section;

	for (size_t n; (n = kit_fields(&p, line, sizeof line, ';', field, FAR_FIELDS + 1)) > 0;) {
		struct zone_serials *z = add_row(t, field[0]);

		if (n != FAR_FIELDS || !parse_mode(field[1], &z->mode))
			return err_set(e, RC_PARSE, "the serials of %s cannot be understood", field[0]);
		if (!parse_serial(field[2], &z->unsigned_serial) || !parse_serial(field[3], &z->inbound) ||
		    !parse_serial(field[5], &z->outbound) || !parse_serial(field[6], &z->signed_serial))
			return err_set(e, RC_UNKNOWN, "a serial of %s could not be read", z->zone);
	}
	return RC_OK;
}

static void add_serial(struct buf *out, struct num n)
{
	buf_addc(out, ';');
	if (n.ok)
		buf_addf(out, "%" PRId64, n.v);
}

char *serials_text(const struct serial_table *t)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < t->count; i++) {
		const struct zone_serials *z = &t->rows[i];

		buf_addf(&out, "%s;%s", z->zone, serial_mode_name(z->mode));
		add_serial(&out, z->unsigned_serial);
		add_serial(&out, z->inbound);
		add_serial(&out, z->outbound);
		add_serial(&out, z->signed_serial);
		add_serial(&out, z->published);
		add_serial(&out, z->target);
		buf_addc(&out, '\n');
	}
	return buf_take(&out);
}

enum rc serials_recall(struct step_ctx *c, struct serial_table *t, struct err *e)
{
	char line[400], *field[KEPT_FIELDS + 1];
	struct buf text = { 0 };
	const char *p;
	enum rc rc = kit_recall(c, FACT_SERIALS, &text, e);

	p = buf_str(&text);
	for (size_t n; rc == RC_OK && (n = kit_fields(&p, line, sizeof line, ';', field, KEPT_FIELDS + 1)) > 0;) {
		struct zone_serials *z = add_row(t, field[0]);

		if (n != KEPT_FIELDS || !parse_mode(field[1], &z->mode) ||
		    !parse_serial(field[2], &z->unsigned_serial) || !parse_serial(field[3], &z->inbound) ||
		    !parse_serial(field[4], &z->outbound) || !parse_serial(field[5], &z->signed_serial) ||
		    !parse_serial(field[6], &z->published) || !parse_serial(field[7], &z->target))
			rc = err_set(e, RC_DB, "the journal's serials of %s cannot be understood", z->zone);
	}
	buf_free(&text);
	return rc;
}

const struct zone_serials *serials_find(const struct serial_table *t, const char *zone)
{
	for (size_t i = 0; i < t->count; i++)
		if (name_equal(t->rows[i].zone, zone))
			return &t->rows[i];
	return NULL;
}

enum rc serials_read(struct step_ctx *c, struct host *h, struct serial_table *t, struct err *e)
{
	struct far_answer a = { 0 };
	const char *text;
	enum rc rc = kit_do(c, h, &a, LOOK_SECONDS, e, "serials", NULL);

	if (rc == RC_OK)
		rc = kit_text(h, &a, "serials", "the serials could not be read", &text, e);
	t->utc_offset = utc_offset_of(far_fact(&a, "utc-offset"));
	if (rc == RC_OK && serials_parse(t, text, e) != RC_OK)
		rc = err_in(e, "%s", h->config->name);
	far_answer_clear(&a);
	return rc;
}

/* owner TTL IN SOA primary contact serial … */
static bool soa_serial(const char *record, uint32_t *serial)
{
	enum { TYPE = 3, SERIAL = 6 };
	char *copy = xstrdup(record), *save = NULL, *word = strtok_r(copy, " \t", &save);
	bool soa = false, found = false;
	uint64_t v;

	for (int i = 0; word != NULL && i <= SERIAL; i++, word = strtok_r(NULL, " \t", &save)) {
		if (i == TYPE)
			soa = strcmp(word, "SOA") == 0;
		if (i == SERIAL && soa && str_u64(word, UINT32_MAX, &v)) {
			*serial = (uint32_t)v;
			found = true;
		}
	}
	free(copy);
	return found;
}

enum rc public_serial(struct step_ctx *c, const char *server, const char *zone, uint32_t *serial, struct err *e)
{
	struct arena arena = { 0 };
	struct dns_answer a = { 0 };
	bool found = false;
	enum rc rc = resolver_ask(c->resolver, server, zone, "SOA", QUERY_MS, &arena, &a, c->cancel, e);

	for (size_t i = 0; rc == RC_OK && !found && i < a.record_count; i++)
		found = soa_serial(a.records[i], serial);
	if (rc == RC_OK && !found)
		rc = err_set(e, RC_UNKNOWN, "it has no SOA record to give");
	if (rc != RC_OK && rc != RC_CANCELLED) {
		(void)err_in(e, "%s at %s", zone, server);
		rc = RC_UNKNOWN;
	}
	arena_free(&arena);
	return rc;
}

static const char raise_hint[] =
    "Raise the unsigned serial in two moves of less than 2^31, with the public servers following each.";

/* 2^31 or more apart there is no order, and forcing over it does not hold (opendnssec: the next plain sign takes the
 * policy's own candidate wherever that is greater). The operator has to raise the unsigned serial. */
static enum rc no_order(const struct zone_serials *z, struct err *e)
{
	err_set(e, RC_REMOTE,
	        "%s: its serials are half the number space apart, no next one is greater than all of them", z->zone);
	err_hint(e, "%s", raise_hint);
	return RC_REMOTE;
}

static enum rc see_public(struct step_ctx *c, struct zone_serials *z, struct err *e)
{
	for (size_t i = 0; i < c->pair->name_server_count; i++) {
		uint32_t serial = 0;
		enum rc rc = public_serial(c, c->pair->name_servers[i], z->zone, &serial, e);

		if (rc != RC_OK)
			return rc;
		if (!serial_raise(&z->published, (struct num){ true, serial }))
			return no_order(z, e);
	}
	return RC_OK;
}

static enum rc compare(struct step_ctx *c, struct zone_serials *z, struct err *e)
{
	enum rc rc = see_public(c, z, e);

	if (rc != RC_OK)
		return rc;
	if (!z->outbound.ok && (z->signed_serial.ok || z->published.ok)) {
		err_hint(e, "Let the signer write it: sign the zone once more on %s, then go on.", c->plan->from);
		return err_set(e, RC_REMOTE, "%s: it is published, but the signer's state of it is missing", z->zone);
	}
	if (!serial_raise(&z->target, z->outbound) || !serial_raise(&z->target, z->signed_serial) ||
	    !serial_raise(&z->target, z->published))
		return no_order(z, e);
	if (z->signed_serial.ok && z->outbound.ok && z->signed_serial.v != z->outbound.v)
		kit_saw_too(c, "%s: signed %" PRId64 ", but its state remembers %" PRId64, z->zone, z->signed_serial.v,
		            z->outbound.v);
	if (z->published.ok && z->outbound.ok && z->published.v != z->outbound.v && z->published.v == z->target.v)
		kit_saw_too(c, "%s: %" PRId64 " is published, beyond the state's %" PRId64, z->zone, z->published.v,
		            z->outbound.v);
	return RC_OK;
}

enum rc compare_serials_verify(struct step_ctx *c, struct err *e)
{
	struct serial_table t = { 0 };
	enum rc rc = daemons_silent(c, c->old_active, e);

	buf_reset(&c->observed);
	if (rc == RC_OK)
		rc = serials_read(c, c->old_active, &t, e);
	for (size_t i = 0; rc == RC_OK && i < c->plan->zone_count; i++)
		if (serials_find(&t, c->plan->zones[i]) == NULL)
			rc = err_set(e, RC_UNKNOWN, "%s has no serials of %s", c->plan->from, c->plan->zones[i]);
	for (size_t i = 0; rc == RC_OK && i < t.count; i++) {
		rc = compare(c, &t.rows[i], e);
		if (rc == RC_OK && c->progress != NULL)
			c->progress(c->ctx, i + 1, t.count, "zones compared");
		if (rc == RC_OK)
			rc = c->beat(c->ctx, e);
	}
	if (rc == RC_OK) {
		char *text = serials_text(&t);

		rc = kit_keep(c, FACT_SERIALS, text, e);
		free(text);
	}
	if (rc == RC_OK)
		kit_saw_too(c, "outbound, signed and public serial of %zu zones compared", t.count);
	arena_free(&t.arena);
	return rc;
}

bool serials_need_force(const struct zone_serials *z)
{
	return z->mode == SERIAL_KEEP && z->target.ok &&
	       (!z->unsigned_serial.ok ||
	        serial_compare((uint32_t)z->unsigned_serial.v, (uint32_t)z->target.v) != SERIAL_GREATER);
}

/* Whether the signer goes on above the target from @outbound: the judgement by which the board let the run begin. */
static bool holds(const struct zone_serials *z, int64_t outbound, int utc_offset)
{
	const struct serial_state s = {
		.mode = z->mode,
		.inbound = (uint32_t)(z->unsigned_serial.ok ? z->unsigned_serial.v : z->inbound.v),
		.now = clock_now(),
		.utc_offset = utc_offset,
	};
	uint32_t first = 0;

	return serial_guard_holds(&s, (uint32_t)outbound, (uint32_t)(z->published.ok ? z->published.v : z->target.v),
	                          &first);
}

/* What outbound has to be on the new active: at least the target. */
static enum rc wanted(const struct zone_serials *z, const struct zone_serials *there, int utc_offset, int64_t *outbound,
                      struct err *e)
{
	if (there == NULL || !there->outbound.ok)
		return err_set(e, RC_REMOTE, "%s: the signer's state did not come with the copy set", z->zone);
	*outbound = serial_compare((uint32_t)there->outbound.v, (uint32_t)z->target.v) == SERIAL_GREATER
	                ? there->outbound.v
	                : z->target.v;
	if (holds(z, *outbound, utc_offset))
		return RC_OK;
	err_set(e, RC_REMOTE, "%s: its serial would not go on rising above %" PRId64 " with its unsigned one", z->zone,
	        z->target.v);
	err_hint(e, "%s", raise_hint);
	return RC_REMOTE;
}

/* Walks the zones: how many are not as wanted, and the lines that make them so. */
static enum rc guard(struct step_ctx *c, struct buf *lines, size_t *short_of, struct err *e)
{
	struct serial_table t = { 0 }, there = { 0 };
	enum rc rc = serials_recall(c, &t, e);

	*short_of = 0;
	if (rc == RC_OK)
		rc = serials_read(c, c->new_active, &there, e);
	for (size_t i = 0; rc == RC_OK && i < t.count; i++) {
		const struct zone_serials *z = &t.rows[i], *now = serials_find(&there, z->zone);
		int64_t outbound = 0;

		if (!z->target.ok)
			continue;
		rc = wanted(z, now, there.utc_offset, &outbound, e);
		if (rc == RC_OK && now->outbound.v != outbound) {
			(*short_of)++;
			buf_addf(lines, "%s %" PRId64 "\n", z->zone, outbound);
		}
	}
	arena_free(&t.arena);
	arena_free(&there.arena);
	return rc;
}

enum step_state guard_check(struct step_ctx *c, struct err *e)
{
	struct buf lines = { 0 };
	size_t short_of = 0;
	enum rc rc = daemons_silent(c, c->new_active, e);

	if (rc == RC_OK)
		rc = guard(c, &lines, &short_of, e);
	buf_free(&lines);
	if (rc != RC_OK)
		return rc == RC_BLOCKED || rc == RC_REMOTE ? STEP_BLOCKED : STEP_UNSURE;
	return short_of == 0 ? STEP_DONE : STEP_TODO;
}

enum rc guard_run(struct step_ctx *c, struct err *e)
{
	struct far_answer a = { 0 };
	struct buf lines = { 0 };
	size_t short_of = 0;
	enum rc rc = guard(c, &lines, &short_of, e);

	if (rc == RC_OK && short_of > 0)
		rc = kit_feed(c, c->new_active, &a, GUARD_SECONDS, &lines, e, "guard", c->run, NULL);
	far_answer_clear(&a);
	buf_free(&lines);
	return rc;
}

enum rc guard_verify(struct step_ctx *c, struct err *e)
{
	struct buf lines = { 0 };
	size_t short_of = 0;
	enum rc rc = guard(c, &lines, &short_of, e);

	if (rc == RC_OK && short_of > 0)
		rc = err_set(e, RC_REMOTE, "%zu zones of %s would still not exceed what is published", short_of,
		             c->plan->to);
	if (rc == RC_OK)
		kit_saw(c, "the first serial of every zone on %s will exceed what is published", c->plan->to);
	buf_free(&lines);
	return rc;
}

enum rc guard_undo(struct step_ctx *c, struct err *e)
{
	(void)e;
	kit_saw(c,
	        "nothing to take back by itself: the state that was changed is put aside when the old one is put back");
	return RC_OK;
}
