#include "tui/command/text_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/command/columns.h"
#include "tui/command/say.h"

static const char *mark_of(bool good, bool known)
{
	return severity_mark(!known ? SEV_UNKNOWN : good ? SEV_OK : SEV_STOP);
}

static const char *tri_mark(enum tri t)
{
	return mark_of(t == TRI_YES, t != TRI_UNKNOWN);
}

static void number_text(char out[24], struct num n)
{
	(void)snprintf(out, 24, n.ok ? "%lld" : "?", (long long)n.v);
}

void print_slack(const struct board *b)
{
	const struct slack *s = &b->slack;
	char text[DURATION_TEXT], when[TIME_TEXT], first[TIME_TEXT], needs[DURATION_TEXT];

	if (!s->seconds.ok) {
		printf("SLACK unknown: no expiry of a signature could be observed\n");
		return;
	}
	duration_text(text, s->seconds.v);
	time_text(when, s->last_safe_start);
	time_text(first, s->first_expiry);
	duration_text(needs, s->failover_time);
	printf("SLACK %s%s%s%s   last safe start %s\n",
	       severity_colour(stdout, s->seconds.v < 0 ? SEV_STOP
	                               : s->at_most     ? SEV_UNKNOWN
	                                                : SEV_OK),
	       s->at_most ? "at most " : "", text, colour_off(stdout), when);
	if (s->at_most)
		printf("      what expires first on the active is not known: it was not seen\n");
	printf("      first to expire: ");
	print_escaped(stdout, s->rrset != NULL ? s->rrset : (s->zone != NULL ? s->zone : "?"), 40);
	printf(" at %s\n      a failover takes %s (%s)\n", first, needs, s->measured ? "measured" : "configured");
}

static const char *running(const struct observation *o, const struct obs_daemon *d)
{
	if (!o->reachable || d->running == TRI_UNKNOWN)
		return "?";
	if (d->running == TRI_NO)
		return "off";
	return d->answers == TRI_NO ? "HUNG" : "run";
}

static const char *observed_role(const struct board *b, int k)
{
	if (b->observed_role[k] == ROLE_ACTIVE || b->observed_role[k] == ROLE_STANDBY)
		return role_name((enum role)b->observed_role[k]);
	return b->observed_role[k] == 2 ? "none" : "?";
}

void print_instances(const struct board *b)
{
	static const struct column columns[] = {
		{ "role", 'l', 0 },     { "instance", 'l', 16 }, { "host", 'l', 20 },    { "seen as", 'l', 0 },
		{ "enforcer", 'l', 0 }, { "signer", 'l', 0 },    { "version", 'l', 10 }, { "clock", 'r', 0 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);

	for (int n = 0; n < 2; n++) {
		int k = n == 0 ? b->active : b->standby;
		const struct observation *o = b->obs[k];

		columns_add(c, "%s", n == 0 ? "ACTIVE" : "STANDBY");
		columns_add(c, "%s", b->pair->instance[k].name);
		columns_add(c, "%s", b->pair->instance[k].host);
		columns_add(c, "%s", observed_role(b, k));
		columns_add(c, "%s", running(o, &o->enforcer));
		columns_add(c, "%s", running(o, &o->signer));
		columns_add(c, "%s", o->version != NULL ? o->version : "?");
		if (o->clock_offset.ok)
			columns_add(c, "%+.1f±%.1fs", (double)o->clock_offset.v / 1000.0,
			            (double)o->clock_uncertainty / 1000.0);
		else
			columns_add(c, "?");
	}
	columns_print(c, stdout, 0);
	columns_free(&c);
	for (int k = 0; k < 2; k++)
		if (!b->obs[k]->reachable) {
			printf("%s was not observed: ", b->pair->instance[k].name);
			print_escaped(stdout, b->obs[k]->why != NULL ? b->obs[k]->why : "no answer", 240);
			putchar('\n');
		}
}

static void octets_text(char out[24], struct num octets)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double n = (double)octets.v / 1024;
	size_t u = 0;

	while (n >= 1024 && u + 1 < sizeof units / sizeof *units) {
		n /= 1024;
		u++;
	}
	if (octets.ok)
		(void)snprintf(out, 24, "%.1f %s", n, units[u]);
	else
		(void)snprintf(out, 24, "?");
}

void print_kept_aside(const struct board *b)
{
	static const struct column columns[] = {
		{ "kept aside", 'l', 16 }, { "run", 'l', 0 },  { "put aside", 'l', 0 },
		{ "state", 'l', 0 },       { "size", 'r', 0 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);
	size_t rows = 0;

	for (int k = 0; k < 2; k++) {
		const struct observation *o = b->obs[k];

		for (size_t i = 0; o->reachable && i < o->aside_count; i++) {
			char when[TIME_TEXT], octets[24];

			rows++;
			time_short(when, o->asides[i].at);
			octets_text(octets, o->asides[i].octets);
			columns_add(c, "%s", b->pair->instance[k].name);
			columns_add(c, "%s", o->asides[i].run);
			columns_add(c, "%s", when);
			columns_add(c, "%s", o->asides[i].state);
			columns_add(c, "%s", octets);
		}
	}
	if (rows > 0) {
		putchar('\n');
		columns_print(c, stdout, 0);
	}
	columns_free(&c);
	for (int k = 0; k < 2; k++)
		if (b->obs[k]->reachable && !b->obs[k]->asides_know.ok) {
			printf("What earlier runs put aside on %s is not known: ", b->pair->instance[k].name);
			print_escaped(stdout, b->obs[k]->asides_know.why, 200);
			putchar('\n');
		}
}

/* "=" where each server has the active's serial, how far the last one is behind, "?" where one is silent. */
static void public_word(char out[24], const struct board *b, const struct board_zone *z)
{
	struct num ours = z->serial.signed_at[b->active];
	bool equal = true;

	(void)snprintf(out, 24, "%s", z->public_count == 0 ? "-" : "?");
	if (!ours.ok || z->public_count == 0)
		return;
	for (size_t i = 0; i < z->public_count; i++) {
		const struct public_zone *p = z->public_zones[i];
		int64_t ahead;

		if (!p->know.ok || !p->serial.ok) {
			(void)snprintf(out, 24, "?");
			return;
		}
		ahead = (int32_t)((uint32_t)p->serial.v - (uint32_t)ours.v);
		if (ahead != 0) {
			(void)snprintf(out, 24, "%+lld", (long long)ahead);
			equal = false;
		}
	}
	if (equal)
		(void)snprintf(out, 24, "=");
}

void print_zones(const struct board *b)
{
	static const struct column columns[] = {
		{ "", 'l', 0 },       { "zone", 'l', 24 },        { "serial", 'r', 0 },
		{ "public", 'r', 7 }, { "first expiry", 'l', 0 }, { "slack", 'r', 0 },
		{ "keys", 'l', 8 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < b->zone_count; i++) {
		const struct board_zone *z = &b->zones[i];
		char serial[24], public[24], when[TIME_TEXT], slack[DURATION_TEXT];

		number_text(serial, z->serial.signed_at[b->active]);
		public_word(public, b, z);
		(void)str_copy(when, sizeof when, "?");
		(void)str_copy(slack, sizeof slack, "?");
		if (z->first_expiry.ok)
			time_short(when, z->first_expiry.v);
		if (z->slack.ok)
			duration_text(slack, z->slack.v);
		columns_add(c, "%s", severity_mark(z->worst));
		columns_add(c, "%s", z->name);
		columns_add(c, "%s", serial);
		columns_add(c, "%s", public);
		columns_add(c, "%s", when);
		columns_add(c, "%s", slack);
		columns_add(c, "%s", z->keys_word != NULL ? z->keys_word : "?");
	}
	columns_print(c, stdout, 0);
	columns_free(&c);
}

void print_findings(const struct board *b)
{
	size_t shown = 0;

	for (size_t i = 0; i < b->finding_count; i++) {
		const struct finding *f = &b->findings[i];
		struct buf line = { 0 };
		int column;

		if (f->severity == SEV_OK)
			continue;
		shown++;
		printf("%s%s %-7s%s ", severity_colour(stdout, f->severity), severity_mark(f->severity),
		       severity_name(f->severity), colour_off(stdout));
		column = 10;
		buf_addf(&line, "%s:", f->id);
		if (f->zone != NULL) {
			buf_addc(&line, ' ');
			str_escape(&line, f->zone, strlen(f->zone), 80);
			buf_addc(&line, ':');
		}
		buf_addc(&line, ' ');
		str_escape(&line, f->text, strlen(f->text), 400);
		print_wrapped(stdout, buf_str(&line), 10, column);
		buf_free(&line);
		if (f->hint != NULL && f->hint[0] != '\0') {
			buf_adds(&line, "next: ");
			str_escape(&line, f->hint, strlen(f->hint), 400);
			printf("%10s", "");
			print_wrapped(stdout, buf_str(&line), 10, 10);
			buf_free(&line);
		}
	}
	if (shown == 0)
		puts("no findings");
}

static const char *role_word(enum key_role role)
{
	static const char *const names[] = { [KEY_KSK] = "KSK", [KEY_ZSK] = "ZSK", [KEY_CSK] = "CSK" };

	return role >= KEY_KSK && role <= KEY_CSK ? names[role] : "?";
}

static const char *backup_word(enum backup_state s)
{
	static const char *const names[] = {
		[BACKUP_NOT_REQUIRED] = "not needed",
		[BACKUP_REQUIRED] = "REQUIRED",
		[BACKUP_PREPARED] = "prepared",
		[BACKUP_DONE] = "done",
		[BACKUP_UNKNOWN] = "?",
	};

	return names[s];
}

static bool wanted(const struct obs_key *k, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (k->zone != NULL && name_equal(k->zone, names[i]))
			return true;
	return count == 0;
}

void print_keys(const struct board *b, char *const *zones, size_t count)
{
	const struct column columns[] = {
		{ "zone", 'l', 22 },
		{ "role", 'l', 0 },
		{ "tag", 'r', 0 },
		{ "alg", 'r', 0 },
		{ "state", 'l', 8 },
		{ "backup", 'l', 0 },
		{ b->pair->instance[b->active].name, 'l', 6 },
		{ b->pair->instance[b->standby].name, 'l', 6 },
		{ "DNS", 'l', 0 },
		{ "DS", 'l', 0 },
	};
	struct columns *c = columns_new(columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < b->key_count; i++) {
		const struct board_key *k = &b->keys[i];

		if (!wanted(k->key, zones, count))
			continue;
		columns_add(c, "%s", k->key->zone != NULL ? k->key->zone : "-");
		columns_add(c, "%s", role_word(k->key->role));
		columns_add(c, "%d", k->key->key_tag);
		columns_add(c, "%d", k->key->algorithm);
		columns_add(c, "%s", k->key->state != NULL ? k->key->state : "?");
		columns_add(c, "%s", backup_word(k->key->backup));
		columns_add(c, "%s", tri_mark(k->in_hsm[b->active]));
		columns_add(c, "%s", tri_mark(k->in_hsm[b->standby]));
		columns_add(c, "%s", k->published == TRI_NO ? "-" : tri_mark(k->published));
		columns_add(c, "%s", k->key->role == KEY_ZSK || k->ds == TRI_NO ? "-" : tri_mark(k->ds));
	}
	columns_print(c, stdout, 0);
	columns_free(&c);
}
