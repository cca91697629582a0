/* screen_model.h -- a pair in one's hand: what the console would know at a given time, for tests of screens. */
#ifndef ODSF_TESTS_SUPPORT_SCREEN_MODEL_H
#define ODSF_TESTS_SUPPORT_SCREEN_MODEL_H

#include "tui/console/model.h"

enum { SCREEN_NOW = 1795489965 }; /* 2026-11-24T03:12:45Z */

/* Twelve zones, 25 keys, findings of every severity, a plan of eight steps; owned by the caller, valid until the next
 * call of screen_model(). */
struct model *screen_model(void);
void screen_model_free(struct model *m);

/* As if a run of it had come to step @step, and waited there with @question (ASK_NONE: the step runs). */
void screen_model_run(struct model *m, size_t step, enum question question);
void screen_model_journal(struct model *m);

/* A comparison of @zone (one of the twelve): what it came to, or while it works. */
enum screen_study { STUDY_DIFFERS, STUDY_EQUAL, STUDY_COLD, STUDY_BROKEN, STUDY_WORKS };
void screen_model_study(struct model *m, const char *zone, enum screen_study what);
/* mail.example.net of it is opened, and read but for @left per cent. */
void screen_model_name(struct model *m, int left);

#endif
