/* plan: the checklist with its inputs frozen, rehearsed without effect. */
#include "core/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "tui/command/plan_text.h"
#include "tui/command/say.h"
#include "tui/command/sitting.h"

/* What a plan needs besides is said once for both forms, on stderr. */
static int plan_status(const struct plan *p, const struct board *b)
{
	for (size_t i = 0; i < p->refusal_count; i++) {
		struct buf shown = { 0 };

		str_escape(&shown, p->refusals[i], strlen(p->refusals[i]), 400);
		(void)say_refusal(0, NULL, "refused: %s", buf_str(&shown));
		buf_free(&shown);
	}
	if (p->refusal_count > 0)
		return rc_exit_code(RC_BLOCKED);
	for (int k = 0; k < 2; k++)
		if (!b->obs[k]->reachable) {
			say_unobserved(b, k);
			return rc_exit_code(RC_UNKNOWN);
		}
	return 0;
}

int command_plan(const struct args *args, const struct ports *ports)
{
	struct sitting s = { 0 };
	struct board *b = NULL;
	struct plan *plan = NULL;
	enum run_kind kind;
	struct err e = { 0 };
	int status = 0;
	enum rc rc = sitting_kind(args, &kind, &e);

	if (rc == RC_OK)
		rc = sitting_open(&s, args, ports, &e);
	if (rc == RC_OK) {
		b = sitting_observe(&s, kind, &e);
		rc = b != NULL ? plan_make(&plan, b, kind, args->to, &e) : RC_CANCELLED;
	}
	if (rc == RC_OK && plan->refusal_count == 0)
		rc = plan_rehearse(plan, b, s.hosts, s.cancel, &e);
	if (rc == RC_OK && cancel_raised(s.cancel))
		rc = err_set(&e, RC_CANCELLED, "interrupted; nothing was changed");
	if (rc == RC_OK) {
		if (args->json) {
			char *text = plan_json(plan);

			(void)puts(text);
			free(text);
		} else {
			print_plan(plan);
		}
		status = plan_status(plan, b);
	}
	plan_free(&plan);
	board_unref(&b);
	sitting_close(&s);
	return rc == RC_OK ? status : say_error(&e);
}
