#include <string.h>
#include <stdlib.h>

#include <jansson.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/plan.h"

static const char *const risk_names[] = {
	[RISK_READ] = "read",
	[RISK_REVERSIBLE] = "reversible",
	[RISK_FINAL] = "final",
};

static json_t *sentences(const char *const *list, size_t count)
{
	json_t *a = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(a, json_string(list[i]));
	return a;
}

/* A step's command may have several lines, one a command. */
static json_t *commands(const char *text)
{
	json_t *a = json_array();

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		(void)json_array_append_new(a, json_stringn(text, n));
		text += n + (text[n] == '\n');
	}
	return a;
}

char *plan_json(const struct plan *plan)
{
	json_t *o = json_object(), *steps = json_array(), *machines = json_object();
	char now[TIME_TEXT];
	char *text;

	time_text(now, clock_now());
	(void)json_object_set_new(o, "schema", json_integer(1));
	(void)json_object_set_new(o, "pair", json_string(plan->pair->name));
	(void)json_object_set_new(o, "at", json_string(now));
	(void)json_object_set_new(o, "plan_id", json_string(plan->id));
	(void)json_object_set_new(o, "kind", json_string(run_kind_name(plan->kind)));
	(void)json_object_set_new(o, "from", json_string(plan->from));
	(void)json_object_set_new(o, "to", json_string(plan->to));
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *s = &plan->steps[i];
		json_t *row = json_object();

		(void)json_object_set_new(row, "id", json_string(s->step->id));
		(void)json_object_set_new(row, "title", json_string(s->step->title));
		(void)json_object_set_new(row, "why", json_string(s->step->why));
		(void)json_object_set_new(row, "instance", json_string(s->instance));
		(void)json_object_set_new(row, "command", commands(s->command));
		(void)json_object_set_new(row, "risk", json_string(risk_names[s->step->risk]));
		(void)json_object_set_new(row, "by_hand", json_string(s->by_hand));
		(void)json_array_append_new(steps, row);
	}
	(void)json_object_set_new(o, "steps", steps);
	for (int i = 0; i < 2; i++)
		(void)json_object_set_new(machines, plan->pair->instance[i].name, json_string(plan->machines[i]));
	(void)json_object_set_new(o, "machines", machines);
	(void)json_object_set_new(o, "zones", sentences(plan->zones, plan->zone_count));
	(void)json_object_set_new(o, "refusals", sentences(plan->refusals, plan->refusal_count));
	(void)json_object_set_new(o, "unrehearsed", sentences(plan->unrehearsed, plan->unrehearsed_count));
	text = json_dumps(o, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(o);
	return text != NULL ? text : xstrdup("{}");
}

static const char *get(struct plan *p, const json_t *o, const char *key)
{
	return arena_strdup(&p->arena, json_string_value(json_object_get(o, key)));
}

static void get_sentences(struct plan *p, const json_t *o, const char *key, const char ***list, size_t *count)
{
	const json_t *a = json_object_get(o, key);

	*list = arena_alloc(&p->arena, (json_array_size(a) + 1) * sizeof **list);
	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *s = json_string_value(json_array_get(a, i));

		if (s != NULL)
			(*list)[(*count)++] = arena_strdup(&p->arena, s);
	}
}

static enum rc get_steps(struct plan *p, const json_t *o, struct err *e)
{
	const struct step_table *table = step_table(p->kind);
	const json_t *a = json_object_get(o, "steps");

	p->steps = arena_alloc(&p->arena, (json_array_size(a) + 1) * sizeof *p->steps);
	for (size_t i = 0; i < json_array_size(a); i++) {
		const json_t *row = json_array_get(a, i);
		const char *id = json_string_value(json_object_get(row, "id"));
		const struct step *step = id != NULL && table != NULL ? step_find(table, id) : NULL;
		char *s;

		if (step == NULL)
			return err_set(e, RC_PARSE, "the plan has a step that this version does not know: %s",
			               id != NULL ? id : "?");
		p->steps[i].step = step;
		p->steps[i].instance = get(p, row, "instance");
		p->steps[i].by_hand = get(p, row, "by_hand");
		s = plan_words(p, step->command, NULL);
		p->steps[i].command = arena_strdup(&p->arena, s);
		free(s);
		p->step_count++;
		if (p->steps[i].instance == NULL || p->steps[i].by_hand == NULL)
			return err_set(e, RC_PARSE, "the plan's step %s is not whole", id);
	}
	return RC_OK;
}

static enum rc get_plan(struct plan *p, const json_t *o, struct err *e)
{
	const char *kind = json_string_value(json_object_get(o, "kind")),
	           *id = json_string_value(json_object_get(o, "plan_id"));

	p->from = get(p, o, "from");
	p->to = get(p, o, "to");
	if (kind == NULL || !run_kind_parse(kind, &p->kind) || id == NULL || !str_copy(p->id, sizeof p->id, id) ||
	    p->from == NULL || p->to == NULL)
		return err_set(e, RC_PARSE, "the plan is not whole");
	p->from_index = p->to_index = -1;
	for (int i = 0; i < 2; i++) {
		p->machines[i] = get(p, json_object_get(o, "machines"), p->pair->instance[i].name);
		if (strcmp(p->pair->instance[i].name, p->from) == 0)
			p->from_index = i;
		if (strcmp(p->pair->instance[i].name, p->to) == 0)
			p->to_index = i;
	}
	if (p->from_index < 0 || p->to_index < 0 || p->from_index == p->to_index)
		return err_set(e, RC_PARSE, "the plan goes from %s to %s, which the configuration does not have",
		               p->from, p->to);
	get_sentences(p, o, "zones", &p->zones, &p->zone_count);
	get_sentences(p, o, "refusals", &p->refusals, &p->refusal_count);
	get_sentences(p, o, "unrehearsed", &p->unrehearsed, &p->unrehearsed_count);
	return get_steps(p, o, e);
}

enum rc plan_from_json(struct plan **plan, const struct pair_config *pair, const char *json, struct err *e)
{
	struct plan *p = xcalloc(1, sizeof *p);
	json_t *o = json_loads(json, 0, NULL);
	enum rc rc;

	*plan = NULL;
	p->pair = pair;
	rc = o != NULL ? get_plan(p, o, e) : err_set(e, RC_PARSE, "the plan is not JSON");
	json_decref(o);
	if (rc != RC_OK)
		plan_free(&p);
	*plan = p;
	return rc;
}
