#include "tui/command/plan_text.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/str.h"
#include "tui/command/say.h"

enum { LABEL = 13 };

/* "   label     text": each line of @text wrapped behind the label's column. */
static void labelled(FILE *out, const char *label, const char *text)
{
	const char *line = text;

	while (line != NULL && *line != '\0') {
		size_t n = strcspn(line, "\n");
		struct buf shown = { 0 };

		str_escape(&shown, line, n, 600);
		(void)fprintf(out, "   %-*s", LABEL - 3, line == text ? label : "");
		print_wrapped(out, buf_str(&shown), LABEL, LABEL);
		buf_free(&shown);
		line += n;
		line += *line == '\n';
	}
}

void print_step(FILE *out, const struct plan *p, size_t index)
{
	const struct plan_step *s = &p->steps[index];
	char *expected = plan_words(p, s->step->expected, NULL),
	     *undo = s->step->undo_text != NULL ? plan_words(p, s->step->undo_text, NULL) : NULL;

	(void)fprintf(out, "%2zu %s  (%s", index + 1, s->step->title, s->instance);
	(void)fprintf(out, "%s)\n", s->step->risk == RISK_FINAL ? "; has no undo" : "");
	labelled(out, "id", s->step->id);
	labelled(out, "why", s->step->why);
	labelled(out, "command", s->command);
	labelled(out, "expected", expected);
	labelled(out, "by hand", s->by_hand);
	labelled(out, "undo", undo);
	free(expected);
	free(undo);
}

void print_plan(const struct plan *p)
{
	printf("plan %s\n%s of pair %s: %s to %s, %zu steps, %zu zones\n\n", p->id, run_kind_name(p->kind),
	       p->pair->name, p->from, p->to, p->step_count, p->zone_count);
	for (size_t i = 0; i < p->step_count; i++) {
		if (p->steps[i].step->final)
			puts("-- no way back beyond this line --\n");
		print_step(stdout, p, i);
		putchar('\n');
	}
	for (size_t i = 0; i < p->unrehearsed_count; i++) {
		printf("%s not rehearsed: ", severity_mark(SEV_UNKNOWN));
		print_escaped(stdout, p->unrehearsed[i], 300);
		putchar('\n');
	}
	if (p->unrehearsed_count == 0 && p->refusal_count == 0)
		puts("everything was rehearsed");
}
