/* Results that are no findings: a check that found nothing says ok, but only where it could have found something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/pair/finding_make.h"

struct subject { /* what one result is about; NULL for what it is not */
	const char *instance, *zone;
	int64_t at;
	bool seen;     /* the instances that it takes were observed */
	bool compared; /* it rests on what was found about the other instance as well */
};

struct saying {
	const struct board *b;
	finding_fn *say;
	void *ctx;
	const char **rests; /* room for the ids of all checks */
};

/* A finding about the whole pair, or about all of an instance, is about its zones as well. */
static bool concerns(const struct finding *f, const struct subject *s)
{
	if (f->zone != NULL && s->zone != NULL)
		return strcmp(f->zone, s->zone) == 0;
	return f->instance == NULL || s->instance == NULL || strcmp(f->instance, s->instance) == 0;
}

static bool has_found(const struct board *b, const char *id, const struct subject *s)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (b->findings[i].id == id && concerns(&b->findings[i], s))
			return true;
	return false;
}

static bool is_among(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* The checks that @rests_on names, those that these rest on, and so on, each once, behind the @count that are there. */
static size_t add_rests(const char **ids, size_t count, const char *rests_on)
{
	while (rests_on != NULL) {
		size_t len = strcspn(rests_on, " ");

		for (size_t i = 0; i < check_count; i++)
			if (strlen(checks[i].id) == len && strncmp(checks[i].id, rests_on, len) == 0 &&
			    !is_among(ids, count, checks[i].id)) {
				ids[count++] = checks[i].id;
				count = add_rests(ids, count, checks[i].rests_on);
			}
		rests_on = rests_on[len] == ' ' ? rests_on + len + 1 : NULL;
	}
	return count;
}

/* Those of them that found anything at all: there are few. */
static size_t resolve(const struct saying *w, const char *rests_on)
{
	size_t all = add_rests(w->rests, 0, rests_on), count = 0;

	for (size_t i = 0; i < all; i++)
		for (size_t k = 0; k < w->b->finding_count; k++)
			if (w->b->findings[k].id == w->rests[i]) {
				w->rests[count++] = w->rests[i];
				break;
			}
	return count;
}

static void say_result(const struct saying *w, const struct check *c, size_t count, const struct subject *s)
{
	const struct subject both = { .zone = s->zone };
	struct finding f = { .id = c->id, .severity = SEV_OK, .instance = s->instance, .zone = s->zone, .at = s->at };
	char text[256];

	if (has_found(w->b, c->id, s))
		return;
	(void)snprintf(text, sizeof text, "not so: %s", c->title);
	if (!s->seen) {
		f.severity = SEV_UNKNOWN;
		(void)snprintf(text, sizeof text, "not known, as an instance could not be observed: %s", c->title);
	}
	for (size_t i = 0; i < count && f.severity == SEV_OK; i++)
		if (has_found(w->b, w->rests[i], s->compared ? &both : s)) {
			f.severity = SEV_UNKNOWN;
			(void)snprintf(text, sizeof text, "not known, because of %s: %s", w->rests[i], c->title);
		}
	f.text = text;
	w->say(w->ctx, &f);
}

static struct subject instance_subject(const struct board *b, int side)
{
	return (
	    struct subject){ .instance = side_name(b, side), .at = b->obs[side]->at, .seen = seen(b, side) != NULL };
}

static void say_zones(const struct saying *w, const struct check *c, size_t count)
{
	const struct board *b = w->b;

	for (size_t i = 0; i < b->zone_count; i++) {
		struct subject s = instance_subject(b, b->active);

		if (b->zones[i].on[b->active] == NULL)
			continue;
		s.zone = b->zones[i].name;
		say_result(w, c, count, &s);
	}
}

static void say_check(const struct saying *w, const struct check *c)
{
	const struct board *b = w->b;
	size_t count = resolve(w, c->rests_on);
	struct subject s = { .at = b->at, .seen = seen(b, 0) != NULL && seen(b, 1) != NULL };

	switch (c->scope) {
	case SCOPE_PAIR:
		say_result(w, c, count, &s);
		break;
	case SCOPE_INSTANCES:
		for (int side = 0; side < 2; side++) {
			s = instance_subject(b, side);
			say_result(w, c, count, &s);
		}
		break;
	case SCOPE_ACTIVE:
		s = instance_subject(b, b->active);
		say_result(w, c, count, &s);
		break;
	case SCOPE_COPY:
		if (b->kind != KIND_FAILOVER)
			break;
		/* fallthrough */
	case SCOPE_STANDBY:
		s = instance_subject(b, b->standby);
		say_result(w, c, count, &s);
		break;
	case SCOPE_COMPARED:
		s = instance_subject(b, b->standby);
		s.seen = seen(b, 0) != NULL && seen(b, 1) != NULL;
		s.compared = true;
		say_result(w, c, count, &s);
		break;
	case SCOPE_ZONES:
		say_zones(w, c, count);
		break;
	case SCOPE_PARENTS:
		for (size_t i = 0; i < b->ds_count; i++) {
			s = instance_subject(b, b->active);
			s.zone = b->ds[i].zone;
			say_result(w, c, count, &s);
		}
		break;
	}
}

void findings_each(const struct board *b, finding_fn *say, void *ctx)
{
	struct saying w = { .b = b, .say = say, .ctx = ctx, .rests = xcalloc(check_count, sizeof *w.rests) };

	for (size_t i = 0; i < b->finding_count; i++)
		say(ctx, &b->findings[i]);
	for (size_t i = 0; i < check_count; i++)
		say_check(&w, &checks[i]);
	free(w.rests);
}
