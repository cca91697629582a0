#include "make_observed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/pair/far.h"
#include "tests/support/fixture.h"

/* When the console asked and had the answer, by its own clock, which is right by those of the hosts. */
static const int64_t asked_ms[2][2] = {
	{ INT64_C(1795538309900), INT64_C(1795538314240) },
	{ INT64_C(1795538314300), INT64_C(1795538317640) },
};

static struct observation *parse(const struct observed_pair *p, int side)
{
	struct far_answer a;
	struct err e = { 0 };
	struct observation *o;

	if (far_parse(&a, "observe", p->text[side].p, p->text[side].len, &e) != RC_OK) {
		(void)fprintf(stderr, "%s\n", e.text);
		exit(70);
	}
	o = observation_parse(&p->pair.instance[side], &a, asked_ms[side][0], asked_ms[side][1]);
	far_answer_clear(&a);
	return o;
}

/* What a name server gives that has all that the active signed. */
static void make_public(struct observed_pair *p)
{
	struct observation *o = parse(p, OBSERVED_ALPHA);
	struct arena *a = &p->arena;

	p->pub = arena_alloc(a, (o->zone_count + 1) * sizeof *p->pub);
	for (size_t i = 0; i < o->zone_count; i++) {
		const struct obs_signed *s = &o->zones[i].signed_zone;
		struct public_zone *z = &p->pub[p->pub_count++];

		*z = (struct public_zone){
			.server = p->pair.name_servers[0],
			.zone = arena_strdup(a, o->zones[i].name),
			.know = { .ok = true, .source = "SOA at 192.0.2.53" },
			.serial = s->serial,
			.dnskeys = arena_alloc(a, (s->dnskey_count + 1) * sizeof *z->dnskeys),
			.dnskey_tags = arena_alloc(a, (s->dnskey_count + 1) * sizeof *z->dnskey_tags),
			.dnskey_count = s->dnskey_count,
			.first_expiry = s->first_expiry + 60,
			.first_rrset = arena_strdup(a, s->first_rrset),
			.last_inception = s->last_inception,
			.took_ms = 3,
		};
		for (size_t k = 0; k < s->dnskey_count; k++) {
			z->dnskeys[k] = arena_strdup(a, s->dnskeys[k]);
			z->dnskey_tags[k] = s->dnskey_tags[k];
		}
	}
	observation_unref(&o);
}

struct observed_pair *observed_new(void)
{
	static const char *const files[] = { "observe/active.far", "observe/standby.far" };
	struct observed_pair *p = xcalloc(1, sizeof *p);

	p->pair.name = arena_strdup(&p->arena, "main");
	for (int i = 0; i < 2; i++) {
		struct instance_config *c = &p->pair.instance[i];

		c->name = arena_strdup(&p->arena, i == OBSERVED_ALPHA ? "alpha" : "bravo");
		c->role = i == OBSERVED_ALPHA ? ROLE_ACTIVE : ROLE_STANDBY;
		c->host = arena_strdup(&p->arena, i == OBSERVED_ALPHA ? "192.0.2.10" : "192.0.2.20");
		c->configuration = arena_strdup(&p->arena, "/etc/opendnssec/conf.xml");
		p->text[i] = fixture(files[i]);
	}
	p->pair.mode = MODE_COLD;
	p->pair.name_servers = arena_alloc(&p->arena, 2 * sizeof *p->pair.name_servers);
	p->pair.name_servers[0] = arena_strdup(&p->arena, "192.0.2.53");
	p->pair.name_server_count = 1;
	p->pair.failover_time = 600;
	p->pair.margin = 600;
	p->kind = KIND_SWITCHOVER;
	p->now = OBSERVED_NOW;
	make_public(p);
	return p;
}

void observed_free(struct observed_pair **p)
{
	board_unref(&(*p)->board);
	buf_free(&(*p)->text[0]);
	buf_free(&(*p)->text[1]);
	arena_free(&(*p)->arena);
	free(*p);
	*p = NULL;
}

struct piece { /* of an answer: where it begins, and what follows it */
	size_t from, to;
};

static void put(struct observed_pair *p, int side, struct piece at, const char *text)
{
	struct buf *old = &p->text[side], out = { 0 };

	buf_add(&out, old->p, at.from);
	buf_adds(&out, text);
	buf_add(&out, old->p + at.to, old->len - at.to);
	buf_free(old);
	*old = out;
}

static const char *find(const struct observed_pair *p, int side, const char *what)
{
	return strstr(buf_str(&p->text[side]), what);
}

void observed_replace(struct observed_pair *p, int side, const char *from, const char *to)
{
	const char *at = find(p, side, from);
	size_t begin;

	if (at == NULL) {
		(void)fprintf(stderr, "the answer has no \"%s\"\n", from);
		exit(70);
	}
	begin = (size_t)(at - p->text[side].p);
	put(p, side, (struct piece){ begin, begin + strlen(from) }, to);
}

static struct piece end_of_answer(const struct observed_pair *p, int side)
{
	size_t at = (size_t)(find(p, side, "\nodsf1 end ") + 1 - p->text[side].p);

	return (struct piece){ at, at };
}

void observed_fact(struct observed_pair *p, int side, const char *key, const char *value)
{
	char *mark = xasprintf("\n=%s ", key), *line = value != NULL ? xasprintf("=%s %s\n", key, value) : xstrdup("");
	const char *at = find(p, side, mark);
	struct piece is = end_of_answer(p, side);

	if (at != NULL) {
		is.from = (size_t)(at + 1 - p->text[side].p);
		is.to = (size_t)(strchr(at + 1, '\n') + 1 - p->text[side].p);
	}
	put(p, side, is, line);
	free(mark);
	free(line);
}

/* From its '@' to behind its '.' line. */
static bool section(const struct observed_pair *p, int side, const char *name, struct piece *is)
{
	char *mark = xasprintf("\n@%s\n", name);
	const char *at = find(p, side, mark), *dot;

	free(mark);
	if (at == NULL)
		return false;
	dot = strstr(at + 1, "\n.");
	is->from = (size_t)(at + 1 - p->text[side].p);
	is->to = (size_t)(strchr(dot + 1, '\n') + 1 - p->text[side].p);
	return true;
}

void observed_section(struct observed_pair *p, int side, const char *name, const char *payload, int status)
{
	char *text = payload != NULL ? xasprintf("@%s\n%s.%d\n", name, payload, status) : xstrdup("");
	struct piece is;

	if (!section(p, side, name, &is))
		is = end_of_answer(p, side);
	put(p, side, is, text);
	free(text);
}

char *observed_payload(const struct observed_pair *p, int side, const char *name)
{
	struct piece is;
	const char *from, *to;

	if (!section(p, side, name, &is)) {
		(void)fprintf(stderr, "the answer has no section %s\n", name);
		exit(70);
	}
	from = strchr(p->text[side].p + is.from, '\n') + 1;
	to = strstr(from - 1, "\n.") + 1;
	return xasprintf("%.*s", (int)(to - from), from);
}

struct board *observed_board(struct observed_pair *p)
{
	struct observation *obs[2] = { parse(p, OBSERVED_ALPHA), parse(p, OBSERVED_BRAVO) };

	board_unref(&p->board);
	p->board = board_make(&p->pair, obs, p->pub, p->pub_count, NULL, 0, (struct measured){ 0 }, p->kind, p->now);
	observation_unref(&obs[0]);
	observation_unref(&obs[1]);
	return p->board;
}
