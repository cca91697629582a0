/* study.c -- when a zone is compared, and when that gives way; the names of a comparison. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/console/state.h"

void console_study(struct console *c, const char *zone)
{
	struct model *m = &c->model;

	if (m->run.open) {
		console_say(c, "A run is open and needs both hosts: zones are compared when it is over.");
		return;
	}
	model_study_begin(m, zone);
	c->restudy = m->facts == NULL || m->looking; /* then of what comes */
	if (!c->restudy)
		job_study(&c->jobs, m->facts, zone);
}

void console_study_again(struct console *c)
{
	if (!c->restudy || c->model.study.zone == NULL || c->model.facts == NULL || c->model.run.open)
		return;
	c->restudy = false;
	model_study_begin(&c->model, c->model.study.zone);
	job_study(&c->jobs, c->model.facts, c->model.study.zone);
}

void console_study_cancel(struct console *c)
{
	if (!c->model.study.working)
		return;
	job_study_cancel(&c->jobs);
	model_study_cancel(&c->model);
	c->restudy = false;
	c->dirty = true;
}

void console_study_news(struct console *c, struct study_news *news, bool over)
{
	if (news->number == atomic_load(&c->jobs.study_number) && c->model.study.working) {
		if (over) {
			model_study_end(&c->model, news->study);
			news->study = NULL;
		} else {
			model_study_progress(&c->model, &news->progress);
		}
	}
	study_news_free(news);
}

void console_name(struct console *c, const char *what)
{
	const struct zone_study *study = c->model.study.study;
	const char *owner = strchr(what, ' ');
	char *zone;

	if (owner == NULL || study == NULL || !study->compared)
		return;
	zone = xstrndup(what, (size_t)(owner - what));
	owner++;
	if (name_equal(zone, study->zone)) {
		model_name_begin(&c->model, owner);
		job_name(&c->jobs, zone, owner, study->difference.serials);
	}
	free(zone);
}

void console_name_cancel(struct console *c)
{
	if (!c->model.name.working)
		return;
	job_study_cancel(&c->jobs);
	c->model.name.working = false;
	c->model.name.cancelled = true;
	c->dirty = true;
}

void console_name_news(struct console *c, struct name_news *news)
{
	struct name_model *n = &c->model.name;

	if (news->number == atomic_load(&c->jobs.study_number) && n->working) {
		n->done = news->done;
		n->total = news->total;
		if (news->sides != NULL) {
			model_name_end(&c->model, news->sides);
			news->sides = NULL;
		}
	}
	name_news_free(news);
}
