/* What the new active made, whole, and what the public has of it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/step_kit.h"
#include "core/run/step_records.h"
#include "core/run/step_serials.h"
#include "core/run/step_zone.h"
#include "core/zone/verify.h"

enum { PUBLIC_SECONDS = 480, LOOK_AGAIN_MS = 1000 };

static void add_text(const ldns_rr_list *list, struct buf *text)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		char *s = ldns_rr2str(ldns_rr_list_rr(list, i));

		if (s != NULL)
			buf_adds(text, s);
		free(s);
	}
}

/* The DNSKEY records of @zone out of all that were published when the keys were proven, as zone text. */
static void published_keys(const char *all, const char *zone, ldns_rr_list *keys, struct buf *text)
{
	records_add(keys, all, zone, LDNS_RR_TYPE_DNSKEY);
	add_text(keys, text);
}

static enum rc judge(struct step_ctx *c, const char *zone, const struct zone_verdict *v, const struct zone_serials *z,
                     struct err *e)
{
	const char *new_active = c->plan->to;

	if (!v->ok && v->failure_count > 0)
		return err_set(e, RC_REMOTE, "%s on %s does not verify: %s %s: %s", zone, new_active,
		               v->failures[0].owner, v->failures[0].type, v->failures[0].text);
	if (!v->ok || v->verified == 0)
		return err_set(e, RC_REMOTE, "%s on %s does not verify", zone, new_active);
	if (!name_equal(v->zone, zone))
		return err_set(e, RC_REMOTE, "the signed file of %s on %s holds %s", zone, new_active, v->zone);
	if (z != NULL && z->target.ok && serial_compare(v->serial, (uint32_t)z->target.v) != SERIAL_GREATER)
		return err_set(e, RC_REMOTE, "%s on %s has serial %" PRIu32 ", which is not beyond %" PRId64, zone,
		               new_active, v->serial, z->target.v);
	return RC_OK;
}

/* `keep` that was moved by force stays where it is: every later re-sign fails until the unsigned serial is beyond it,
 * and the signatures age. */
static void warn_forced(struct step_ctx *c, const struct zone_serials *z, const struct zone_verdict *v)
{
	char when[TIME_TEXT];

	if (z == NULL || !serials_need_force(z))
		return;
	time_text(when, v->first_expiry);
	kit_warn(c,
	         "%s keeps its serial: it was moved by force to %" PRIu32
	         " and cannot be re-signed until the unsigned serial on %s is "
	         "raised above that; its first signature runs out %s",
	         z->zone, v->serial, c->plan->to, when);
}

/* The keys are those that were published when they were proven, unless a roll has gone on since: a run may lie for days
 * behind its point of no return. Only the operator can tell that from a set that is wrong. */
static enum rc accept_keys(struct step_ctx *c, const char *zone, struct err *e)
{
	char question[400];
	enum rc rc;

	(void)snprintf(question, sizeof question,
	               "The DNSKEY set of %s on %s is not the one that was published when its keys were proven. Has a "
	               "roll gone on since, and is every key in it that caches may still need?",
	               zone, c->plan->to);
	rc = c->ask != NULL ? c->ask(c->ctx, question, e) : RC_BLOCKED;
	if (rc == RC_OK)
		kit_warn(c, "the DNSKEY set of %s is not the one that was proven; the operator took it for a roll",
		         zone);
	else if (rc == RC_BLOCKED)
		rc = err_set(e, RC_REMOTE, "the DNSKEY set of %s on %s is not the published one", zone, c->plan->to);
	return rc;
}

static enum rc verdict_under(struct step_ctx *c, struct zone_copy *copy, const char *zone, const struct buf *key_text,
                             struct zone_verdict *v, struct err *e)
{
	enum rc rc = signed_zone_verify(copy, zone, buf_str(key_text), v, e);

	return rc == RC_OK ? rc : err_in(e, "%s on %s", zone, c->plan->to);
}

/* The verdict under the published keys first, as the zone arrives; but other keys explain any verdict. Those that the
 * operator takes are what it is then judged by. */
static enum rc verify_fetched(struct step_ctx *c, struct zone_copy *copy, const char *zone,
                              const ldns_rr_list *published, struct buf *key_text, struct zone_verdict *v,
                              struct err *e)
{
	ldns_rr_list *apex = ldns_rr_list_new(), *there = ldns_rr_list_new();
	enum rc rc = verdict_under(c, copy, zone, key_text, v, e);

	if (rc == RC_OK)
		rc = signed_zone_apex(copy, zone, apex, e);
	records_of(there, apex, LDNS_RR_TYPE_DNSKEY);
	if (rc == RC_OK && !records_equal(published, there)) {
		zone_verdict_clear(v);
		rc = accept_keys(c, zone, e);
		buf_reset(key_text);
		add_text(there, key_text);
		if (rc == RC_OK)
			rc = verdict_under(c, copy, zone, key_text, v, e);
	}
	ldns_rr_list_deep_free(apex);
	ldns_rr_list_deep_free(there);
	return rc;
}

static enum rc verify_zone(struct step_ctx *c, const char *zone, const char *all_keys, const struct zone_serials *z,
                           int64_t *signatures, struct err *e)
{
	ldns_rr_list *keys = ldns_rr_list_new();
	struct zone_copy *copy = NULL;
	struct buf key_text = { 0 };
	struct zone_verdict v = { 0 };
	enum rc rc = RC_OK;

	published_keys(all_keys, zone, keys, &key_text);
	if (ldns_rr_list_rr_count(keys) == 0)
		rc = err_set(e, RC_UNKNOWN, "the journal of this run has no published DNSKEY of %s", zone);
	if (rc == RC_OK)
		rc = signed_zone_open(c, c->new_active, zone, &copy, e);
	if (rc == RC_OK)
		rc = verify_fetched(c, copy, zone, keys, &key_text, &v, e);
	if (rc == RC_OK)
		rc = judge(c, zone, &v, z, e);
	if (rc == RC_OK)
		warn_forced(c, z, &v);
	*signatures += v.verified;
	zone_verdict_clear(&v);
	zone_copy_free(&copy);
	ldns_rr_list_deep_free(keys);
	buf_free(&key_text);
	return rc;
}

enum rc verify_zones_verify(struct step_ctx *c, struct err *e)
{
	struct serial_table t = { 0 };
	struct buf all_keys = { 0 };
	int64_t signatures = 0;
	enum rc rc = serials_recall(c, &t, e);

	if (rc == RC_OK)
		rc = kit_recall(c, FACT_DNSKEYS, &all_keys, e);
	for (size_t i = 0; rc == RC_OK && i < c->plan->zone_count; i++) {
		const char *zone = c->plan->zones[i];

		rc = verify_zone(c, zone, buf_str(&all_keys), serials_find(&t, zone), &signatures, e);
		if (rc == RC_OK && c->progress != NULL)
			c->progress(c->ctx, i + 1, c->plan->zone_count, "zones verified");
		if (rc == RC_OK)
			rc = c->beat(c->ctx, e);
	}
	if (rc == RC_OK)
		kit_saw(c, "%zu of %zu zones verified, %" PRId64 " signatures", c->plan->zone_count,
		        c->plan->zone_count, signatures);
	arena_free(&t.arena);
	buf_free(&all_keys);
	return rc;
}

/* @server gives @type of @zone with signatures that stand in @file, the new active's. */
static enum rc has_signatures(struct step_ctx *c, const char *server, const char *zone, const char *type,
                              ldns_rr_type covered, const ldns_rr_list *file, bool *same, struct err *e)
{
	ldns_rr_list *answer = ldns_rr_list_new(), *public_sigs, *file_sigs = records_signatures(file, covered);
	enum rc rc = records_ask(c, server, zone, type, answer, e);

	public_sigs = records_signatures(answer, covered);
	*same = rc == RC_OK && ldns_rr_list_rr_count(public_sigs) > 0 && records_within(public_sigs, file_sigs);
	ldns_rr_list_deep_free(answer);
	ldns_rr_list_deep_free(public_sigs);
	ldns_rr_list_deep_free(file_sigs);
	return rc;
}

/* What every public server says of its serial: a zone is only fetched to be compared when all are beyond. */
static enum rc serials_beyond(struct step_ctx *c, const char *zone, const struct zone_serials *z, bool *yes,
                              struct err *e)
{
	enum rc rc = RC_OK;

	*yes = true;
	for (size_t i = 0; rc == RC_OK && *yes && i < c->pair->name_server_count; i++) {
		uint32_t serial = 0;

		rc = public_serial(c, c->pair->name_servers[i], zone, &serial, e);
		*yes = rc == RC_OK &&
		       (z == NULL || !z->target.ok || serial_compare(serial, (uint32_t)z->target.v) == SERIAL_GREATER);
	}
	return rc;
}

/* Looked at anew each time: the signer may have signed again meanwhile. */
static enum rc zone_is_public(struct step_ctx *c, const char *zone, const struct zone_serials *z, bool *yes,
                              struct err *e)
{
	struct zone_copy *copy = NULL;
	ldns_rr_list *file;
	enum rc rc = serials_beyond(c, zone, z, yes, e);

	if (rc != RC_OK || !*yes)
		return rc;
	file = ldns_rr_list_new();
	rc = signed_zone_open(c, c->new_active, zone, &copy, e);
	if (rc == RC_OK)
		rc = signed_zone_apex(copy, zone, file, e);
	for (size_t i = 0; rc == RC_OK && *yes && i < c->pair->name_server_count; i++) {
		const char *server = c->pair->name_servers[i];
		bool soa = false, dnskey = false;

		rc = has_signatures(c, server, zone, "SOA", LDNS_RR_TYPE_SOA, file, &soa, e);
		if (rc == RC_OK)
			rc = has_signatures(c, server, zone, "DNSKEY", LDNS_RR_TYPE_DNSKEY, file, &dnskey, e);
		*yes = soa && dnskey;
	}
	ldns_rr_list_deep_free(file);
	zone_copy_free(&copy);
	return rc;
}

/* How many are public, and what the last one that is not waits for. */
static void say_public(struct step_ctx *c, const bool *done, const char *why)
{
	size_t count = 0;
	char *text;

	if (c->progress == NULL)
		return;
	for (size_t i = 0; i < c->plan->zone_count; i++)
		count += done[i];
	text = xasprintf("zones public%s%s", why[0] != '\0' ? "; " : "", why);
	c->progress(c->ctx, count, c->plan->zone_count, text);
	free(text);
}

/* Goes over the zones that are not public yet; @left is how many are. A silent server is asked again until the end. */
static enum rc look_around(struct step_ctx *c, const struct serial_table *t, bool *done, size_t *left, struct err *e)
{
	enum rc last = RC_OK;

	*left = 0;
	for (size_t i = 0; i < c->plan->zone_count; i++) {
		bool yes = done[i];
		enum rc rc = RC_OK;

		if (!yes)
			rc = zone_is_public(c, c->plan->zones[i], serials_find(t, c->plan->zones[i]), &yes, e);
		if (rc == RC_OK && !yes)
			rc = err_set(e, RC_TIMEOUT, "%s does not have the serial and the signatures of %s",
			             c->plan->zones[i], c->plan->to);
		done[i] = rc == RC_OK;
		*left += !done[i];
		say_public(c, done, rc != RC_OK ? e->text : "");
		if (rc == RC_CANCELLED || rc == RC_CONNECT || rc == RC_AUTH || rc == RC_HOSTKEY)
			return rc;
		if (rc != RC_OK)
			last = rc;
		rc = c->beat(c->ctx, e);
		if (rc != RC_OK)
			return rc;
	}
	return last;
}

enum rc verify_public_verify(struct step_ctx *c, struct err *e)
{
	int64_t until = clock_mono_ms() + (int64_t)PUBLIC_SECONDS * 1000;
	bool *done = xcalloc(c->plan->zone_count + 1, sizeof *done);
	struct serial_table t = { 0 };
	size_t left = c->plan->zone_count;
	enum rc rc = serials_recall(c, &t, e);

	if (rc == RC_OK && c->pair->name_server_count > 0)
		say_public(c, done, "");
	while (rc == RC_OK && c->pair->name_server_count > 0) {
		rc = look_around(c, &t, done, &left, e);
		if (left == 0 || (rc != RC_TIMEOUT && rc != RC_UNKNOWN))
			break;
		if (clock_mono_ms() >= until) {
			(void)err_in(e, "%zu of %zu zones after %d s", left, c->plan->zone_count, PUBLIC_SECONDS);
			break;
		}
		rc = kit_wait(c, LOOK_AGAIN_MS, e);
	}
	if (rc == RC_OK && c->pair->name_server_count == 0)
		kit_warn(c, "no NameServer is configured: it was not looked at what the public sees");
	if (rc == RC_OK)
		kit_saw(c, "%zu zones at %zu public servers have the new serial and the new signatures",
		        c->pair->name_server_count > 0 ? c->plan->zone_count : 0, c->pair->name_server_count);
	free(done);
	arena_free(&t.arena);
	return rc;
}
