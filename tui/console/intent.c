#include "tui/console/intent.h"

#include <stdlib.h>

#include "core/base/mem.h"

static void add(struct intents *in, struct intent i)
{
	if (in->count < INTENTS_MAX) {
		in->list[in->count++] = i;
		return;
	}
	free(i.title);
	free(i.text);
}

void intent_open(struct intents *in, enum screen screen, const char *text)
{
	add(in, (struct intent){ .kind = INTENT_OPEN, .screen = screen, .text = xstrdup(text) });
}

void intent_pager(struct intents *in, const char *title, char *text)
{
	add(in, (struct intent){ .kind = INTENT_PAGER, .screen = SCREEN_PAGER, .title = xstrdup(title), .text = text });
}

void intent_say(struct intents *in, const char *text)
{
	add(in, (struct intent){ .kind = INTENT_SAY, .text = xstrdup(text) });
}

void intent_load_run(struct intents *in, const char *run)
{
	add(in, (struct intent){ .kind = INTENT_LOAD_RUN, .text = xstrdup(run) });
}

void intents_clear(struct intents *in)
{
	for (size_t i = 0; i < in->count; i++) {
		free(in->list[i].title);
		free(in->list[i].text);
	}
	*in = (struct intents){ 0 };
}
