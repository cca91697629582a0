/* Checks of each zone on the active: its files, the signer's state of it, its serials. */
#include <string.h>

#include "core/base/str.h"
#include "core/pair/finding_make.h"

/* A zone with a file adapter on the active; others are read from elsewhere, and refused by plan and run. */
static const struct obs_zone *active_zone(const struct board *b, const struct board_zone *z)
{
	const struct obs_zone *on = seen(b, b->active) != NULL ? z->on[b->active] : NULL;

	return on != NULL && on->in_zones_xml != TRI_NO ? on : NULL;
}

void check_zone_unsigned(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);

		if (on == NULL || on->output != ADAPTER_FILE)
			continue;
		if (!on->signed_zone.know.ok)
			add_finding(
			    b, c,
			    (struct about){
			        .severity = on->signed_zone.know.bad ? SEV_STOP : SEV_UNKNOWN,
			        .side = b->active,
			        .zone = on->name,
			        .source = on->signed_path,
			        .hint = "see the signer's log for this zone; ods-signer sign ZONE tries again" },
			    "the signed file of %s cannot be used: %s", on->name,
			    on->signed_zone.know.why != NULL ? on->signed_zone.know.why : "it is missing");
		else if (!on->signed_zone.complete)
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_STOP,
			                    .side = b->active,
			                    .zone = on->name,
			                    .source = on->signed_path,
			                    .hint = "look for a full disk there; ods-signer sign ZONE writes it anew" },
			    "the signed file of %s is cut short: its last record has no end", on->name);
	}
}

void check_unsigned_unreadable(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);

		if (on != NULL && on->input == ADAPTER_FILE && !on->unsigned_serial.ok)
			add_finding(
			    b, c,
			    (struct about){ .severity = on->unsigned_exists == TRI_NO                   ? SEV_STOP
			                                : on->unsigned_know.ok || on->unsigned_know.bad ? SEV_WARN
			                                                                                : SEV_UNKNOWN,
			                    .side = b->active,
			                    .zone = on->name,
			                    .source = on->unsigned_path,
			                    .hint = "the signer goes on with what it read last, and only here: put the "
			                            "file right" },
			    "the serial of the unsigned %s is not known: %s", on->name,
			    on->unsigned_know.why != NULL ? on->unsigned_know.why : "it has no SOA that could be read");
	}
}

void check_signconf_missing(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);

		if (on == NULL || on->signconf.know.ok)
			continue;
		add_finding(b, c,
		            (struct about){ .severity = on->signconf.know.bad ? SEV_STOP : SEV_UNKNOWN,
		                            .side = b->active,
		                            .zone = on->name,
		                            .source = on->signconf_path,
		                            .hint = "ods-enforcer signconf writes all of them anew; without it no copy "
		                                    "of the zone can be taken" },
		            "the signer configuration of %s cannot be used: %s", on->name,
		            on->signconf.know.why != NULL ? on->signconf.know.why : "there is none");
	}
}

void check_backup2_missing(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);

		if (on == NULL || (on->backup2.exists == TRI_YES && on->backup2.know.ok) ||
		    on->backup2.complete == TRI_NO)
			continue;
		add_finding(b, c,
		            (struct about){ .severity = on->backup2.know.bad ? SEV_STOP : SEV_UNKNOWN,
		                            .side = b->active,
		                            .zone = on->name,
		                            .source = on->backup2_path,
		                            .hint = "ods-signer sign ZONE writes it anew; without it the new side "
		                                    "would start its serial over" },
		            "the signer's state of %s cannot be used: %s", on->name,
		            on->backup2.know.why != NULL ? on->backup2.know.why : "there is none");
	}
}

void check_backup2_truncated(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);

		if (on != NULL && on->backup2.exists == TRI_YES && on->backup2.complete == TRI_UNKNOWN)
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = b->active,
			                            .zone = on->name,
			                            .source = on->backup2_path },
			            "whether the signer's state of %s is whole is not known: its end was not seen",
			            on->name);
		if (on != NULL && on->backup2.exists == TRI_YES && on->backup2.complete == TRI_NO)
			add_finding(b, c,
			            (struct about){ .severity = SEV_STOP,
			                            .side = b->active,
			                            .zone = on->name,
			                            .value = "no trailer",
			                            .limit = ";OpenDNSSEC-backup-v3",
			                            .source = on->backup2_path,
			                            .hint = "ods-signer sign ZONE writes it anew" },
			            "the signer's state of %s is cut short: a signer would publish a zone with missing "
			            "names from it",
			            on->name);
	}
}

void check_backup2_stale(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct board_serial *s = &z->serial;
		const struct obs_zone *on = active_zone(b, z);
		const struct num *const places[] = { &s->published, &s->signed_at[b->active] };
		static const char *const what[] = { "is published", "is in its signed file" };

		if (on == NULL || !s->outbound[b->active].ok)
			continue;
		for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
			enum serial_order order;

			if (!places[k]->ok)
				continue;
			order = serial_compare((uint32_t)s->outbound[b->active].v, (uint32_t)places[k]->v);
			if (order == SERIAL_EQUAL || order == SERIAL_GREATER)
				continue;
			add_finding(b, c,
			            (struct about){ .severity = s->repairable ? SEV_WARN : SEV_STOP,
			                            .side = b->active,
			                            .zone = z->name,
			                            .value = number_text(b, s->outbound[b->active].v),
			                            .limit = number_text(b, places[k]->v),
			                            .source = on->backup2_path,
			                            .hint = s->repairable ? "the serial guard repairs it in the run"
			                                                  : "see serial-behind" },
			            "the signer's state of %s remembers %lld, %lld %s", z->name,
			            (long long)s->outbound[b->active].v, (long long)places[k]->v, what[k]);
			break;
		}
	}
}

static void serial_fault(struct board *b, const struct check *c, const struct board_zone *z, const char *limit,
                         const char *what)
{
	const struct board_serial *s = &z->serial;
	const char *hint =
	    "raise the unsigned serial above the published one; a jump of 2^31 or more needs two steps (RFC 1982)";

	if (s->repairable)
		hint = arena_printf(&b->arena, "the serial guard repairs it in the run: the first serial will be %lld",
		                    (long long)s->repaired.v);
	add_finding(b, c,
	            (struct about){
	                .severity = s->repairable ? SEV_WARN : SEV_STOP,
	                .side = b->standby,
	                .zone = z->name,
	                .value = s->predicted.ok ? number_text(b, s->predicted.v) : "none",
	                .limit = limit != NULL ? limit : arena_printf(&b->arena, "> %lld", (long long)s->published.v),
	                .source = "the signer's state, the unsigned zone, the policy and the public SOA",
	                .hint = hint },
	            "%s", what);
}

void check_serial_behind(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct board_serial *s = &z->serial;

		if (active_zone(b, z) == NULL)
			continue;
		if (s->no_order)
			serial_fault(
			    b, c, z, "2^31 apart: no serial is greater than each",
			    "the public name servers' serials are 2^31 apart: none is greater than each of them");
		else if (!s->published.ok || !s->predicted.ok) {
			/* keep-not-resignable says so where a forced serial moves it. */
			if (s->refuses && s->published.ok && !s->repairable)
				serial_fault(
				    b, c, z, NULL,
				    arena_printf(&b->arena,
				                 "%s would not sign %s: keep, and no serial can be forced above "
				                 "the published %lld",
				                 side_name(b, b->standby), z->name, (long long)s->published.v));
		} else if (s->predicted_order != SERIAL_GREATER)
			serial_fault(
			    b, c, z, NULL,
			    arena_printf(&b->arena, "%s would publish %s with serial %lld, %s the published %lld",
			                 side_name(b, b->standby), z->name, (long long)s->predicted.v,
			                 s->predicted_order == SERIAL_EQUAL       ? "equal to"
			                 : s->predicted_order == SERIAL_UNDEFINED ? "undefined (2^31 apart) against"
			                                                          : "below",
			                 (long long)s->published.v));
		else if (!s->repairable && s->target.ok)
			serial_fault(b, c, z, NULL,
			             arena_printf(&b->arena,
			                          "the serial of %s would not go on rising above the published %lld",
			                          z->name, (long long)s->published.v));
	}
}

void check_serial_unknown(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct obs_zone *on = active_zone(b, z);

		/* What makes it unknown has a finding of its own where a file is missing. */
		if (on == NULL || z->serial.predicted.ok || z->serial.refuses || !b->obs[b->active]->database.ok)
			continue;
		add_finding(
		    b, c,
		    (struct about){
		        .severity = SEV_UNKNOWN, .side = b->standby, .zone = z->name, .source = on->backup2_path },
		    "the serial that %s would publish for %s cannot be predicted", side_name(b, b->standby), z->name);
	}
}

void check_keep_not_resignable(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct obs_zone *on = active_zone(b, z);
		const struct obs_policy *p =
		    on != NULL && on->policy != NULL ? observation_policy(b->obs[b->active], on->policy) : NULL;

		if (p != NULL && p->serial == SERIAL_KEEP && !on->unsigned_serial.ok)
			add_finding(
			    b, c,
			    (struct about){ .severity =
			                        on->unsigned_know.ok || on->unsigned_know.bad ? SEV_WARN : SEV_UNKNOWN,
			                    .side = b->active,
			                    .zone = z->name,
			                    .source = on->unsigned_path,
			                    .hint = "see unsigned-unreadable" },
			    "whether %s, which keeps its serial, can be signed again is not known: its unsigned "
			    "serial is not",
			    z->name);
		if (p == NULL || p->serial != SERIAL_KEEP || !z->serial.unsigned_active.ok || !z->serial.published.ok ||
		    serial_compare((uint32_t)z->serial.unsigned_active.v, (uint32_t)z->serial.published.v) ==
		        SERIAL_GREATER)
			continue;
		add_finding(
		    b, c,
		    (struct about){ .severity = SEV_WARN,
		                    .side = b->active,
		                    .zone = z->name,
		                    .value = number_text(b, z->serial.unsigned_active.v),
		                    .limit = arena_printf(&b->arena, "> %lld", (long long)z->serial.published.v),
		                    .source = on->unsigned_path,
		                    .hint = "raise the serial of the unsigned zone; neither side re-signs it before" },
		    "%s keeps its serial and cannot be signed again; its signatures end from %s on", z->name,
		    z->first_expiry.ok ? time_value(b, z->first_expiry.v) : "a time that is not known");
	}
}

/* Whether the signer can sign @on at all: a keep zone rests while its unsigned serial has not risen, which
 * keep-not-resignable says. */
static bool may_be_signed(const struct obs_zone *on, const struct obs_policy *p)
{
	return p->serial != SERIAL_KEEP || !on->unsigned_serial.ok || !on->backup2.know.ok ||
	       serial_compare((uint32_t)on->unsigned_serial.v, on->backup2.outbound) == SERIAL_GREATER;
}

/* No word of the signer says that it fails: `running` says yes, and its queue has a task all the same. What it does not
 * do shows in the signatures: it would have renewed those with less left than the policy lets any have. */
static void check_renewal(struct board *b, const struct check *c, const struct board_zone *z,
                          const struct obs_policy *p)
{
	const struct observation *o = b->obs[b->active];
	const struct obs_signed *s = &z->on[b->active]->signed_zone;
	int64_t least = board_first_floor(b, z), late = p->resign / 10 > 60 ? p->resign / 10 : 60;
	int64_t left = s->first_expiry - o->at - (o->clock_offset.ok ? o->clock_offset.v / 1000 : 0);

	/* A run takes its time, and the next is counted from its end. */
	if (least == 0 || left >= least - late)
		return;
	add_finding(b, c,
	            (struct about){ .severity = left < least - late - p->resign ? SEV_STOP : SEV_WARN,
	                            .side = b->active,
	                            .zone = z->name,
	                            .value = left > 0 ? duration_value(b, left) : "0",
	                            .limit = arena_printf(&b->arena, ">= %s", duration_value(b, least)),
	                            .source = z->on[b->active]->signed_path,
	                            .hint = "see the signer's log; a missing key and an unreadable input are the "
	                                    "usual reasons; ods-signer sign ZONE tries again" },
	            "the signer of %s has not renewed %s: policy %s lets it have %s left at least",
	            side_name(b, b->active), s->first_rrset != NULL ? s->first_rrset : z->name, p->name,
	            duration_value(b, least));
}

void check_zone_not_signing(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	if (o == NULL || o->signer.running != TRI_YES || o->signer.answers != TRI_YES)
		return;
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = active_zone(b, &b->zones[i]);
		const struct obs_policy *p =
		    on != NULL && on->policy != NULL ? observation_policy(o, on->policy) : NULL;

		if (p != NULL && on->signed_zone.know.ok && on->signed_zone.first_expiry > 0 && may_be_signed(on, p))
			check_renewal(b, c, &b->zones[i], p);
	}
}
