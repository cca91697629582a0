/* What is shown truly, and not carried out yet: plan and run refuse it (core/pair/refusal.h). */
#include <string.h>

#include "core/pair/finding_make.h"

void check_mode_unsupported(struct board *b, const struct check *c)
{
	if (b->pair->mode != MODE_COLD)
		add_finding(b, c,
		            (struct about){ .severity = SEV_WARN,
		                            .side = NEITHER,
		                            .value = mode_name(b->pair->mode),
		                            .limit = "cold",
		                            .source = "failover.xml" },
		            "the pair is %s: it is shown, and not switched over", mode_name(b->pair->mode));
}

void check_datastore_unsupported(struct board *b, const struct check *c)
{
	for (int i = 0; i < 2; i++) {
		const struct observation *o = seen(b, i);

		if (o != NULL && o->conf.know.ok && o->conf.datastore == DATASTORE_MYSQL)
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = i,
			                            .value = "MySQL",
			                            .limit = "SQLite",
			                            .source = o->conf.know.source },
			            "%s keeps its KASP database in MySQL: it is not copied yet", side_name(b, i));
	}
}

void check_adapter_unsupported(struct board *b, const struct check *c)
{
	for (size_t i = 0; i < b->zone_count; i++) {
		const struct obs_zone *on = seen(b, b->active) != NULL ? b->zones[i].on[b->active] : NULL;

		if (on != NULL && (on->input == ADAPTER_DNS || on->output == ADAPTER_DNS))
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = b->active,
			                            .zone = on->name,
			                            .value = "DNS",
			                            .limit = "File",
			                            .source = b->obs[b->active]->zones_xml.source },
			            "%s has a DNS adapter (%s): it is not switched over yet", on->name,
			            on->input != ADAPTER_DNS    ? "output"
			            : on->output != ADAPTER_DNS ? "input"
			                                        : "input and output");
		else if (on != NULL && (on->input == ADAPTER_UNKNOWN || on->output == ADAPTER_UNKNOWN))
			add_finding(b, c,
			            (struct about){ .severity = SEV_UNKNOWN,
			                            .side = b->active,
			                            .zone = on->name,
			                            .source = b->obs[b->active]->zones_xml.source },
			            "%s has an adapter that is neither File nor DNS", on->name);
	}
}

void check_hsm_unsupported(struct board *b, const struct check *c)
{
	const struct observation *o = seen(b, b->active);

	for (size_t i = 0; o != NULL && i < o->repository_count; i++)
		if (!o->repositories[i].softhsm)
			add_finding(b, c,
			            (struct about){ .severity = SEV_WARN,
			                            .side = b->active,
			                            .value = o->repositories[i].module,
			                            .limit = "SoftHSM",
			                            .source = o->conf.know.source },
			            "repository %s is not SoftHSM's: its keys cannot be copied, and are not proven yet",
			            o->repositories[i].name);
}
