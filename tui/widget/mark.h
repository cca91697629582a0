/* mark.h -- how a state is said: a mark, a word and a style, so that colour only repeats it; and figures with their
 * age. */
#ifndef ODSF_TUI_WIDGET_MARK_H
#define ODSF_TUI_WIDGET_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/pair/finding.h"
#include "core/pair/observation.h"
#include "core/run/engine.h"
#include "tui/console/style.h"

enum { FIGURE = 64 };

const char *mark_of(enum severity s); /* "✓" "!" "✗" "?" */
const char *word_of(enum severity s); /* "ok" "warn" "STOP" "unknown" */
enum style style_of(enum severity s);

/* "  ✗ 1 STOP  ! 2 warn", appended: how many of each severity, @n by enum severity; nothing of what is ok. */
void counts_text(const size_t n[4], struct buf *out);

const char *mark_of_tri(enum tri t); /* "✓" "✗" "?" */
enum style style_of_tri(enum tri t);

const char *mark_of_step(enum step_status s);
const char *word_of_step(enum step_status s);
enum style style_of_step(enum step_status s);
/* Something is being done or looked at: neither waiting nor over. */
bool step_is_active(enum step_status s);

/* "12s ago", "3m ago", "2h13m ago"; "now" below two seconds */
void age_text(char out[FIGURE], int64_t age);
/* "12s", "3m15s", "2h13m" */
void lasted_text(char out[FIGURE], int64_t seconds);
/* "Thu 16:16Z" within six days of @now, "24 Dec 16:16Z" within 300, "2027-12-24" beyond */
void when_text(char out[FIGURE], int64_t now, int64_t t);
/* The number, or "?" */
void num_text(char out[FIGURE], struct num n);
/* "18.2 MiB" */
void size_text(char out[FIGURE], uint64_t n);

#endif
