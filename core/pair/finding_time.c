/* Checks against time, and of what the public sees. */
#include <string.h>

#include "core/pair/finding_make.h"

static void expired(struct board *b, const struct check *c, int side, const char *zone, int64_t expiry,
                    const char *rrset, const char *source)
{
	if (expiry != 0 && expiry <= b->at)
		add_finding(
		    b, c,
		    (struct about){
		        .severity = SEV_STOP,
		        .side = side,
		        .zone = zone,
		        .value = time_value(b, expiry),
		        .limit = time_value(b, b->at),
		        .source = source,
		        .hint = "validators fail now: sign with the side that can, or take the DS out at the parent" },
		    "the signature of %s expired at %s", rrset != NULL ? rrset : zone, time_value(b, expiry));
}

void check_signatures_expired(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct obs_zone *on = seen(b, b->active) != NULL ? z->on[b->active] : NULL;

		if (on != NULL && on->signed_zone.know.ok)
			expired(b, c, b->active, z->name, on->signed_zone.first_expiry, on->signed_zone.first_rrset,
			        on->signed_path);
		for (size_t k = 0; k < z->public_count; k++)
			if (z->public_zones[k]->know.ok)
				expired(b, c, NEITHER, z->name, z->public_zones[k]->first_expiry,
				        z->public_zones[k]->first_rrset, z->public_zones[k]->server);
	}
}

static void in_future(struct board *b, const struct check *c, int side, const char *zone, int64_t inception,
                      const char *rrset, const char *source)
{
	if (inception > b->at)
		add_finding(b, c,
		            (struct about){ .severity = SEV_STOP,
		                            .side = side,
		                            .zone = zone,
		                            .value = time_value(b, inception),
		                            .limit = time_value(b, b->at),
		                            .source = source,
		                            .hint = "the clock of the signer was ahead: correct it, then sign again" },
		            "a signature of %s is valid from %s on only", rrset != NULL ? rrset : zone,
		            time_value(b, inception));
}

void check_inception_future(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct obs_zone *on = seen(b, b->active) != NULL ? z->on[b->active] : NULL;

		if (on != NULL && on->signed_zone.know.ok)
			in_future(b, c, b->active, z->name, on->signed_zone.last_inception,
			          on->signed_zone.last_inception_rrset, on->signed_path);
		for (size_t k = 0; k < z->public_count; k++)
			if (z->public_zones[k]->know.ok)
				in_future(b, c, NEITHER, z->name, z->public_zones[k]->last_inception, NULL,
				          z->public_zones[k]->server);
	}
}

static void slack_fault(struct board *b, const struct check *c, const struct board_zone *z, enum severity severity,
                        const char *text)
{
	add_finding(
	    b, c,
	    (struct about){ .severity = severity,
	                    .side = NEITHER,
	                    .zone = z->name,
	                    .value = duration_value(b, z->slack.v),
	                    .limit = severity == SEV_STOP ? "0" : duration_value(b, b->slack.margin),
	                    .source = arena_printf(
	                        &b->arena, "first expiry %s (%s), failover %s (%s), margin %s",
	                        time_value(b, z->first_expiry.v), z->first_rrset != NULL ? z->first_rrset : "?",
	                        duration_value(b, b->slack.failover_time),
	                        b->slack.measured ? "measured" : "configured", duration_value(b, b->slack.margin)),
	                    .hint = severity == SEV_STOP ? "sign the zone where it is first, if that side still can"
	                                                 : "do not wait long with a start" },
	    "%s", text);
}

void check_slack_negative(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		if (z->slack.ok && z->slack.v < 0)
			slack_fault(b, c, z, SEV_STOP,
			            arena_printf(&b->arena, "too late by %s: %s may run out before a run ends",
			                         duration_value(b, -z->slack.v),
			                         z->first_rrset != NULL ? z->first_rrset : z->name));
	}
}

void check_slack_low(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		if (z->slack.ok && z->slack.v >= 0 && z->slack.v < b->slack.margin)
			slack_fault(b, c, z, SEV_WARN,
			            arena_printf(&b->arena, "%s left for a safe start: %s runs out first",
			                         duration_value(b, z->slack.v),
			                         z->first_rrset != NULL ? z->first_rrset : z->name));
	}
}

void check_expiry_unknown(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];

		/* A file that cannot be used has a finding of its own. */
		if (!z->first_expiry.ok && seen(b, b->active) != NULL && z->on[b->active] != NULL &&
		    z->on[b->active]->signed_zone.know.ok)
			add_finding(b, c, (struct about){ .severity = SEV_UNKNOWN, .side = b->active, .zone = z->name },
			            "when the signatures of %s run out is not known: none was found", z->name);
	}
}

static bool answers_none(const struct board *b, const char *server)
{
	for (size_t i = 0; i < b->public_count; i++)
		if (strcmp(b->public_zones[i].server, server) == 0 && b->public_zones[i].know.ok)
			return false;
	return true;
}

static const char *why_silent(const struct board *b, const char *server)
{
	for (size_t i = 0; i < b->public_count; i++)
		if (strcmp(b->public_zones[i].server, server) == 0 && b->public_zones[i].know.why != NULL)
			return b->public_zones[i].know.why;
	return "it was not asked";
}

static const char silent_hint[] =
    "nothing is known of what it publishes; mend the way to it, or take it out of failover.xml, then look again";

void check_name_server_silent(struct board *b, const struct check *c)
{
	for (size_t s = 0; s < b->pair->name_server_count && b->zone_count > 0; s++) {
		const char *server = b->pair->name_servers[s];

		if (answers_none(b, server)) {
			add_finding(
			    b, c,
			    (struct about){
			        .severity = SEV_UNKNOWN, .side = NEITHER, .source = server, .hint = silent_hint },
			    "name server %s says nothing of any zone: %s", server, why_silent(b, server));
			continue;
		}
		for (size_t i = 0; i < b->zone_count; i++)
			for (size_t k = 0; k < b->zones[i].public_count; k++) {
				const struct public_zone *p = b->zones[i].public_zones[k];

				if (strcmp(p->server, server) == 0 && !p->know.ok)
					add_finding(b, c,
					            (struct about){ .severity = SEV_UNKNOWN,
					                            .side = NEITHER,
					                            .zone = b->zones[i].name,
					                            .source = p->know.source,
					                            .hint = silent_hint },
					            "%s",
					            p->know.why != NULL ? p->know.why
					                                : "a public name server did not answer");
			}
	}
}

void check_name_server_behind(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		const struct num *here = &z->serial.signed_at[b->active];

		for (size_t k = 0; here->ok && k < z->public_count; k++) {
			const struct public_zone *p = z->public_zones[k];
			enum serial_order order;

			if (!p->know.ok || !p->serial.ok)
				continue;
			order = serial_compare((uint32_t)p->serial.v, (uint32_t)here->v);
			if (order != SERIAL_LESS && order != SERIAL_UNDEFINED)
				continue;
			add_finding(
			    b, c,
			    (struct about){ .severity = SEV_WARN,
			                    .side = NEITHER,
			                    .zone = z->name,
			                    .value = number_text(b, p->serial.v),
			                    .limit = number_text(b, here->v),
			                    .source = arena_printf(&b->arena, "%s SOA at %s", z->name, p->server),
			                    .hint = order == SERIAL_UNDEFINED
			                                ? "the two are 2^31 apart: it will not transfer by itself"
			                                : "wait for its next transfer; look at its log if it stays" },
			    "name server %s has serial %lld of %s, the active has %lld", p->server,
			    (long long)p->serial.v, z->name, (long long)here->v);
		}
	}
}

void check_no_name_server(struct board *b, const struct check *c)
{
	if (b->pair->name_server_count == 0)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = NEITHER,
		                            .source = "failover.xml",
		                            .hint = "name at least one public server there: <NameServer>" },
		            "no public name server is configured: what is published is not seen, and serials are "
		            "guarded by the instances only");
}
