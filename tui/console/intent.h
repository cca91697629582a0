/* intent.h -- what a view asks the console to do; a view itself does nothing. */
#ifndef ODSF_TUI_CONSOLE_INTENT_H
#define ODSF_TUI_CONSOLE_INTENT_H

#include <stddef.h>

enum screen {
	SCREEN_OVERVIEW,
	SCREEN_ZONE,
	SCREEN_DIFFERENCE,
	SCREEN_KEYS,
	SCREEN_FINDINGS,
	SCREEN_CHECKLIST,
	SCREEN_JOURNAL,
	SCREEN_LOG,
	SCREEN_NAME,
	SCREEN_PAGER,
	SCREEN_COUNT
};

enum intent_kind {
	INTENT_OPEN,     /* @screen with @text: a zone's name, a finding's key, "ZONE OWNER"; "" all */
	INTENT_PAGER,    /* @title, @text */
	INTENT_SAY,      /* @text: one line, until the next key */
	INTENT_LOAD_RUN, /* @text: the run whose entries are wanted */
};

struct intent {
	enum intent_kind kind;
	enum screen screen;
	char *title, *text; /* owned */
};

enum { INTENTS_MAX = 4 };

struct intents {
	struct intent list[INTENTS_MAX];
	size_t count;
};

void intent_open(struct intents *in, enum screen screen, const char *text);
void intent_pager(struct intents *in, const char *title, char *text /* taken */);
void intent_say(struct intents *in, const char *text);
void intent_load_run(struct intents *in, const char *run);
void intents_clear(struct intents *in);

#endif
