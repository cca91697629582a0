#include "core/run/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/pair/refusal.h"
#include "core/pair/room.h"
#include "core/run/host_tool.h"
#include "core/run/journal_db.h"

static void add_sentence(struct plan *p, const char ***list, size_t *count, const char *sentence)
{
	const char **grown = arena_alloc(&p->arena, (*count + 1) * sizeof *grown);

	if (*count > 0)
		memcpy(grown, *list, *count * sizeof *grown);
	grown[(*count)++] = arena_strdup(&p->arena, sentence);
	*list = grown;
}

char *plan_words(const struct plan *plan, const char *text, const char *run)
{
	const struct {
		const char *word, *value;
	} words[] = {
		{ "%old", plan->from }, { "%new", plan->to }, { "%losing", plan->from },
		{ "%run", run },        { "%snap", run },
	};
	struct buf out = { 0 };

	while (*text != '\0') {
		size_t taken = 0;

		for (size_t i = 0; taken == 0 && i < sizeof words / sizeof *words; i++)
			if (strncmp(text, words[i].word, strlen(words[i].word)) == 0) {
				buf_adds(&out, words[i].value != NULL ? words[i].value : "RUN");
				taken = strlen(words[i].word);
			}
		if (taken == 0)
			buf_addc(&out, *text);
		text += taken > 0 ? taken : 1;
	}
	return buf_take(&out);
}

static const char *words(struct plan *p, const char *text)
{
	char *s = plan_words(p, text, NULL);
	const char *kept = arena_strdup(&p->arena, s);

	free(s);
	return kept;
}

static const char *where(struct plan *p, enum step_where w)
{
	switch (w) {
	case ON_OLD_ACTIVE:
		return p->from;
	case ON_NEW_ACTIVE:
		return p->to;
	case ON_BOTH:
		return arena_printf(&p->arena, "%s,%s", p->from, p->to);
	case ON_PUBLIC:
		return "public";
	case ON_CONSOLE:
		break;
	}
	return "console";
}

static void set_steps(struct plan *p, const struct step *const *steps, size_t count)
{
	p->steps = arena_alloc(&p->arena, (count + 1) * sizeof *p->steps);
	p->step_count = count;
	for (size_t i = 0; i < count; i++) {
		p->steps[i].step = steps[i];
		p->steps[i].instance = where(p, steps[i]->where);
		p->steps[i].command = words(p, steps[i]->command);
		p->steps[i].by_hand = words(p, steps[i]->by_hand);
	}
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the lines sorted, so that the order in which a host lists things does not matter. */
static void add_sorted(struct buf *out, const char **lines, size_t count)
{
	qsort(lines, count, sizeof *lines, compare_text);
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s\n", lines[i]);
}

static void add_observed(struct plan *p, struct buf *out, const struct observation *o)
{
	const char **lines;
	size_t n = 0;

	lines = xcalloc(o->zone_count + o->key_count + o->policy_count + 1, sizeof *lines);
	for (size_t i = 0; i < o->zone_count; i++)
		lines[n++] = arena_printf(&p->arena, "zone %s %s", o->zones[i].name,
		                          o->zones[i].policy != NULL ? o->zones[i].policy : "?");
	for (size_t i = 0; i < o->key_count; i++)
		lines[n++] = arena_printf(&p->arena, "key %s %s", o->keys[i].cka_id,
		                          o->keys[i].zone != NULL ? o->keys[i].zone : "-");
	for (size_t i = 0; i < o->policy_count; i++)
		lines[n++] = arena_printf(&p->arena, "policy %s %s", o->policies[i].name,
		                          o->policies[i].digest != NULL ? o->policies[i].digest : "?");
	add_sorted(out, lines, n);
	free(lines);
}

/* What must be the same when the plan is carried out. No time and no serial: every re-sign would void it. */
static void set_id(struct plan *p, const struct board *b)
{
	struct buf text = { 0 };

	buf_addf(&text, "odsf-plan 1\npair %s\nkind %s\nfrom %s\nto %s\n", p->pair->name, run_kind_name(p->kind),
	         p->from, p->to);
	for (size_t i = 0; i < p->step_count; i++)
		buf_addf(&text, "step %s\n", p->steps[i].step->id);
	for (int i = 0; i < 2; i++) {
		const struct observation *o = b->obs[i];

		buf_addf(&text, "version %s %s %s\n", p->pair->instance[i].name, o->version != NULL ? o->version : "?",
		         o->softhsm_version != NULL ? o->softhsm_version : "?");
	}
	add_observed(p, &text, b->obs[p->from_index]);
	sha256_hex(p->id, buf_str(&text), text.len);
	buf_free(&text);
}

static enum rc set_direction(struct plan *p, const struct board *b, const char *to, struct err *e)
{
	p->to_index = -1;
	if (to == NULL)
		p->to_index = b->standby;
	for (int i = 0; to != NULL && i < 2; i++)
		if (strcmp(b->pair->instance[i].name, to) == 0)
			p->to_index = i;
	if (p->to_index < 0)
		return err_set(e, RC_USAGE, "there is no instance %s in pair %s: it has %s and %s", to, b->pair->name,
		               b->pair->instance[0].name, b->pair->instance[1].name);
	p->from_index = 1 - p->to_index;
	p->from = arena_strdup(&p->arena, b->pair->instance[p->from_index].name);
	p->to = arena_strdup(&p->arena, b->pair->instance[p->to_index].name);
	if (p->to_index == b->active)
		return err_set(e, RC_BLOCKED, "%s is the active already", p->to);
	return RC_OK;
}

/* A digest, as the id of a machine is not for everybody's eyes (machine-id(5)). Containers may share it with their
 * host. */
void plan_machine(char out[17], const char *machine_id, const char *hostname)
{
	char digest[65], *text;

	out[0] = '\0';
	if (hostname == NULL)
		return;
	text = xasprintf("%s %s", machine_id != NULL ? machine_id : "unknown", hostname);
	sha256_hex(digest, text, strlen(text));
	(void)str_copy(out, 17, digest);
	free(text);
}

static void set_machines(struct plan *p, const struct board *b)
{
	for (int i = 0; i < 2; i++) {
		char machine[17];

		plan_machine(machine, b->obs[i]->machine_id, b->obs[i]->hostname);
		p->machines[i] = arena_strdup(&p->arena, machine);
	}
}

static void set_zones(struct plan *p, const struct observation *o)
{
	p->zones = arena_alloc(&p->arena, (o->zone_count + 1) * sizeof *p->zones);
	for (size_t i = 0; i < o->zone_count; i++)
		if (o->zones[i].in_database == TRI_YES)
			p->zones[p->zone_count++] = arena_strdup(&p->arena, o->zones[i].name);
	if (p->zone_count > 1)
		qsort(p->zones, p->zone_count, sizeof *p->zones, compare_text);
}

static void set_refusals(struct plan *p, const struct board *b)
{
	const struct step_table *table = step_table(p->kind);
	const char **sentences = NULL;
	size_t count;

	if (table == NULL) {
		char *s = xasprintf("a %s cannot be carried out yet", run_kind_name(p->kind));

		add_sentence(p, &p->refusals, &p->refusal_count, s);
		free(s);
	}
	count = board_refusals(b, p->kind, &p->arena, &sentences);
	for (size_t i = 0; i < count; i++)
		add_sentence(p, &p->refusals, &p->refusal_count, sentences[i]);
	/* A signer without zones has no task by which it is seen to be at work, and that shows only where it was
	 * started. */
	if (p->zone_count == 0 && b->obs[p->from_index]->reachable && b->obs[p->from_index]->database.ok)
		add_sentence(p, &p->refusals, &p->refusal_count,
		             arena_printf(&p->arena, "%s has no zone: there is nothing to switch over", p->from));
}

enum rc plan_make(struct plan **plan, const struct board *b, enum run_kind kind, const char *to, struct err *e)
{
	const struct step_table *table = step_table(kind);
	struct plan *p = xcalloc(1, sizeof *p);
	enum rc rc;

	*plan = NULL;
	p->kind = kind;
	p->pair = b->pair;
	rc = set_direction(p, b, to, e);
	if (rc != RC_OK) {
		plan_free(&p);
		return rc;
	}
	if (table != NULL) {
		const struct step **steps = xcalloc(table->count + 1, sizeof *steps);

		for (size_t i = 0; i < table->count; i++)
			steps[i] = &table->steps[i];
		set_steps(p, steps, table->count);
		free(steps);
	}
	set_machines(p, b);
	set_zones(p, b->obs[p->from_index]);
	set_refusals(p, b);
	set_id(p, b);
	*plan = p;
	return RC_OK;
}

void plan_free(struct plan **plan)
{
	struct arena arena;

	if (*plan == NULL)
		return;
	arena = (*plan)->arena;
	free(*plan);
	arena_free(&arena);
	*plan = NULL;
}

/* What no rehearsal can show, as sentences for the operator. */
static const char *const never_rehearsed[] = {
	"that the daemons of %old really stop: one may hang, and is then killed by its pid after asking",
	"that the copied keys sign on %new: proven in the run, before anything is put in place",
	"that the daemons of %new start on the copied state",
	"that the public name servers fetch the zones from %new",
};

static void unrehearsed(struct plan *p, const char *sentence)
{
	add_sentence(p, &p->unrehearsed, &p->unrehearsed_count, sentence);
}

/* @why of the failure: a login that does not work, or a far side that cannot be run, refuses the plan; a host that does
 * not answer cannot be rehearsed. */
static void tell_failure(struct plan *p, const char *instance, const char *what, enum rc rc, const struct err *why)
{
	char *s = xasprintf("%s: %s: %s", instance, what, why->text);

	if (rc == RC_AUTH || rc == RC_HOSTKEY || rc == RC_BLOCKED)
		add_sentence(p, &p->refusals, &p->refusal_count, s);
	else
		unrehearsed(p, s);
	free(s);
}

static void rehearse_tools(struct plan *p, int index, const struct far_answer *a)
{
	const char *instance = p->pair->instance[index].name;

	for (size_t t = 0; t < host_tool_count; t++) {
		const struct host_tool *tool = &host_tools[t];

		if (tool->need == TOOL_HELPS || (tool->need == TOOL_NEW_ACTIVE && index != p->to_index))
			continue;
		switch (host_tool_there(a, tool->name)) {
		case TRI_YES:
			break;
		case TRI_NO:
			add_sentence(p, &p->refusals, &p->refusal_count,
			             arena_printf(&p->arena, "%s: %s is not installed", instance, tool->name));
			break;
		case TRI_UNKNOWN:
			unrehearsed(p, arena_printf(&p->arena, "%s: the host did not say whether %s is installed",
			                            instance, tool->name));
			break;
		}
	}
}

static void rehearse_hello(struct plan *p, int index, struct host *h, struct cancel *c)
{
	const char *instance = h->config->name, *uid;
	struct far_answer a = { 0 };
	struct err why = { 0 };
	enum rc rc = host_do(h, &a, 30, c, &why, "hello", NULL);

	if (rc == RC_OK && a.status != FAR_OK)
		rc = err_set(&why, RC_REMOTE, "%s", a.sentence);
	if (rc != RC_OK) {
		tell_failure(p, instance, "login and sudo", rc, &why);
	} else {
		uid = far_fact(&a, "uid");
		if (uid == NULL || strcmp(uid, "0") != 0) {
			char *s =
			    xasprintf("%s: the far side does not run as root: sudo is missing or refused", instance);

			add_sentence(p, &p->refusals, &p->refusal_count, s);
			free(s);
		}
		rehearse_tools(p, index, &a);
	}
	far_answer_clear(&a);
}

/* What is free now; which other file systems a run writes to, the board's disk-small has looked at. */
static void rehearse_space(struct plan *p, struct host *h, struct cancel *c, uint64_t *state)
{
	const char *instance = h->config->name, *free_text, *state_text;
	struct far_answer a = { 0 };
	struct err why = { 0 };
	uint64_t room = 0;
	enum rc rc = host_do(h, &a, 60, c, &why, "space", NULL);

	if (rc == RC_OK && a.status != FAR_OK)
		rc = err_set(&why, RC_REMOTE, "%s", a.sentence);
	free_text = far_fact(&a, "free");
	state_text = far_fact(&a, "state");
	if (rc == RC_OK && (free_text == NULL || !str_u64(free_text, UINT64_MAX, &room)))
		rc = err_set(&why, RC_UNKNOWN, "the far side did not say how much is free");
	if (rc == RC_OK && *state == 0 && (state_text == NULL || !str_u64(state_text, UINT64_MAX / 4, state)))
		rc = err_set(&why, RC_UNKNOWN, "the far side did not say how large the state is");
	if (rc != RC_OK) {
		tell_failure(p, instance, "disk space", rc, &why);
	} else if (room / ROOM_COPIES < *state) {
		char *s = xasprintf("%s: %" PRIu64 " MiB are free where copies would lie, %" PRIu64 " MiB are needed",
		                    instance, room >> 20, (*state * ROOM_COPIES >> 20) + 1);

		add_sentence(p, &p->refusals, &p->refusal_count, s);
		free(s);
	}
	far_answer_clear(&a);
}

enum rc plan_rehearse(struct plan *plan, const struct board *b, struct host *hosts[2], struct cancel *c, struct err *e)
{
	const int order[2] = { plan->from_index, plan->to_index };
	uint64_t state = 0;

	for (int i = 0; i < 2; i++) {
		const struct observation *o = b->obs[order[i]];

		rehearse_hello(plan, order[i], hosts[order[i]], c);
		rehearse_space(plan, hosts[order[i]], c, &state);
		if (cancel_raised(c))
			return err_set(e, RC_CANCELLED, "the rehearsal was stopped");
		if (!o->reachable)
			unrehearsed(plan, arena_printf(&plan->arena, "%s: the paths of conf.xml: %s",
			                               plan->pair->instance[order[i]].name,
			                               o->why != NULL ? o->why : "not observed"));
		else if (!o->conf.know.ok)
			unrehearsed(plan, arena_printf(&plan->arena, "%s: the paths of conf.xml: %s",
			                               plan->pair->instance[order[i]].name, o->conf.know.why));
	}
	for (size_t i = 0; i < plan->pair->publish_count; i++)
		unrehearsed(plan, arena_printf(&plan->arena, "the command of Publish: %s", plan->pair->publish[i]));
	if (plan->pair->name_server_count == 0)
		unrehearsed(plan, "what the public sees: no NameServer is configured");
	for (size_t i = 0; i < sizeof never_rehearsed / sizeof *never_rehearsed; i++)
		unrehearsed(plan, words(plan, never_rehearsed[i]));
	return RC_OK;
}
