#include "tui/command/run_json.h"

#include "core/base/clock.h"

/* clang-format off */
#define RUN(name, expression) \
	static json_t *run_##name(const void *whole, const void *item) \
	{ \
		const struct journal_run *r = item; \
\
		(void)whole; \
		return expression; \
	}
#define ENTRY(name, expression) \
	static json_t *entry_##name(const void *whole, const void *item) \
	{ \
		const struct journal_entry *n = item; \
\
		(void)whole; \
		return expression; \
	}
/* clang-format on */

static json_t *filled(const char *text)
{
	return text[0] != '\0' ? json_text(text) : NULL;
}

RUN(run, json_text(r->id))
RUN(kind, json_text(r->kind))
RUN(pair, json_text(r->pair))
RUN(from, json_text(r->from))
RUN(to, json_text(r->to))
RUN(plan_id, json_text(r->plan_id))
RUN(operator, json_text(r->operator_name))
RUN(reason, filled(r->reason))
RUN(version, json_text(r->version))
RUN(started, json_time(r->started_ms / 1000))
RUN(ended, r->ended_ms != 0 ? json_time(r->ended_ms / 1000) : NULL)
RUN(outcome, json_text(outcome_name(r->outcome)))
RUN(step, filled(r->step))

static const struct json_field run_fields[] = {
	{ "run", run_run },           { "kind", run_kind },     { "pair", run_pair },
	{ "from", run_from },         { "to", run_to },         { "plan_id", run_plan_id },
	{ "operator", run_operator }, { "reason", run_reason }, { "version", run_version },
	{ "started", run_started },   { "ended", run_ended },   { "outcome", run_outcome },
	{ "step", run_step },
};

ENTRY(seq, json_integer(n->seq))
ENTRY(at, json_time(n->at_ms / 1000))
ENTRY(step, n->step != NULL ? filled(n->step) : NULL)
ENTRY(attempt, json_integer(n->attempt))
ENTRY(phase, json_text(phase_name(n->phase)))
ENTRY(rc, json_text(rc_name(n->rc)))
ENTRY(instance, json_text_or_absent(n->host))
ENTRY(text, json_text(n->text != NULL ? n->text : ""))
ENTRY(took_ms, json_integer(n->took_ms))

static const struct json_field entry_fields[] = {
	{ "seq", entry_seq },           { "at", entry_at },       { "step", entry_step },
	{ "attempt", entry_attempt },   { "phase", entry_phase }, { "rc", entry_rc },
	{ "instance", entry_instance }, { "text", entry_text },   { "took_ms", entry_took_ms },
};

json_t *run_json(const struct journal_run *r)
{
	return JSON_BY(run_fields, NULL, r);
}

json_t *entry_json(const struct journal_entry *n)
{
	return JSON_BY(entry_fields, NULL, n);
}
