#include "tui/console/model.h"

#include <stddef.h>
#include <string.h>

bool model_armed(const struct model *m)
{
	return m->armed_until > m->now;
}

bool model_look_is_old(const struct model *m)
{
	return m->board != NULL && (m->now - m->board->at > STALE_SECONDS || m->board->at <= m->run.acted_at);
}

bool model_stale(const struct model *m)
{
	return m->facts != NULL && (m->facts != m->board || model_look_is_old(m));
}

bool model_only_looks(const struct model *m)
{
	enum step_status now;

	if (m->run.current >= m->run.step_count)
		return true;
	now = m->run.steps[m->run.current].status;
	return now != ST_RUNNING && now != ST_UNDOING && now != ST_UNSURE;
}

const struct journal_run *model_unfinished(const struct model *m)
{
	const struct journal_copy *copy = m->journal;

	if (copy == NULL || m->recording || m->run.open)
		return NULL;
	for (size_t i = 0; i < copy->run_count; i++) {
		const struct journal_run *r = &copy->runs[i];

		if (strcmp(r->pair, m->pair->name) == 0)
			return r->outcome == OUTCOME_OPEN || r->outcome == OUTCOME_STOPPED ? r : NULL;
	}
	return NULL;
}

bool model_slack(const struct model *m, int64_t *seconds)
{
	if (m->facts == NULL || !m->facts->slack.seconds.ok)
		return false;
	*seconds = m->facts->slack.last_safe_start - m->now;
	return true;
}
