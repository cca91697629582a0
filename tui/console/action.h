/* action.h -- everything that a key can do. The one table: dispatch, the last line of the screen, help and the manual
 * are made of it. Two actions may share a key when no screen has both. */
#ifndef ODSF_TUI_CONSOLE_ACTION_H
#define ODSF_TUI_CONSOLE_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

/* id, name, keys (blank-separated), label in the last line, what it does */
#define ODSF_ACTION_LIST(X)                                                                                           \
	X(ACT_OPEN, "open", "Enter", "open", "Open the line under the cursor")                                        \
	X(ACT_BACK, "back", "Esc Left", "back", "Go back to the screen before")                                       \
	X(ACT_UP, "up", "Up", "", "Move the cursor up")                                                               \
	X(ACT_DOWN, "down", "Down", "", "Move the cursor down")                                                       \
	X(ACT_PAGE_UP, "page-up", "PgUp", "", "Move up by a screenful")                                               \
	X(ACT_PAGE_DOWN, "page-down", "PgDn Space", "", "Move down by a screenful")                                   \
	X(ACT_HOME, "home", "Home", "", "Go to the first line")                                                       \
	X(ACT_END, "end", "End", "", "Go to the last line")                                                           \
	X(ACT_SEARCH, "search", "/", "search", "Search the list; Enter alone goes to the next place")                 \
	X(ACT_NEXT_PART, "next-part", "Tab", "part", "Move the cursor to the other part of the screen")               \
	X(ACT_OVERVIEW, "overview", "o", "overview", "Show both instances, slack, zones and findings")                \
	X(ACT_KEYS, "keys", "k", "keys", "Show the keys: enforcer, backup, both HSMs, DNS, parent")                   \
	X(ACT_FINDINGS, "findings", "f", "findings", "Show what is wrong, with limit, source and what to do")         \
	X(ACT_DIFF, "diff", "d", "diff",                                                                              \
	  "Compare what both instances have signed of a zone, and see when it runs out")                              \
	X(ACT_CHECKLIST, "checklist", "c", "checklist", "Show the checklist: the plan, or the run in progress")       \
	X(ACT_JOURNAL, "journal", "j", "journal", "Show the record of the runs")                                      \
	X(ACT_LOG, "log", "l", "log", "Show what the console and its libraries said")                                 \
	X(ACT_REFRESH, "refresh", "r", "refresh", "Look at both instances and the name servers now; changes nothing") \
	X(ACT_ARM, "arm", "A", "arm",                                                                                 \
	  "Arm the console for runs (asks for a reason; ends by itself after 10 minutes without a key), or make it "  \
	  "read-only again")                                                                                          \
	X(ACT_START, "start", "S", "start",                                                                           \
	  "Begin the run of this plan, also in spite of a finding, with a reason; each of its steps still asks")      \
	X(ACT_RESUME, "resume", "R", "resume",                                                                        \
	  "Go on with the run that stopped; where its gate is ahead also in spite of a finding, with a reason")       \
	X(ACT_APPROVE, "approve", "a", "approve", "Do the step that waits; after a failure, try it again")            \
	X(ACT_STOP, "stop", "s", "stop", "Stop after the step in progress; the run can be resumed")                   \
	X(ACT_BREAK, "break", "x", "break off", "Break off the step in progress at once; the run can be resumed")     \
	X(ACT_CANCEL, "cancel", "x", "cancel", "Give up the comparison or the reading in progress at once")           \
	X(ACT_UNDO, "undo", "u", "undo", "Take the run back, newest step first, up to the point of no return")        \
	X(ACT_NOTE, "note", "n", "note", "Put a remark into the journal")                                             \
	X(ACT_PRINT, "print", "p", "by hand", "Show what to type by hand for the rest, without the console")          \
	X(ACT_HELP, "help", "? F1", "help", "Explain this screen, its keys, and the figure under the cursor")         \
	X(ACT_QUIT, "quit", "q", "quit", "Leave; during a run asks first")

enum action {
	ACT_NONE,
#define X(id, name, keys, label, help) id,
	ODSF_ACTION_LIST(X)
#undef X
	    ACT_COUNT
};

/* Keys that are no characters; a character is its code point. */
enum keycode {
	KEYCODE_NONE,
	KEYCODE_ENTER = 0x110000,
	KEYCODE_ESC,
	KEYCODE_TAB,
	KEYCODE_BACKSPACE,
	KEYCODE_DELETE,
	KEYCODE_UP,
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_F1,
	KEYCODE_CLEAR_LINE, /* Ctrl-U */
	KEYCODE_REDRAW,     /* Ctrl-L */
	KEYCODE_RESIZE,
};

struct action_row {
	const char *name, *keys, *label, *help;
};

const struct action_row *action_row(enum action a);
/* Which of @actions (ended by ACT_NONE) @key means; ACT_NONE when none. */
enum action action_of_key(const enum action *actions, uint32_t key);
/* The first key of @a, for the last line: "Enter", "k". */
void action_key(enum action a, char out[16]);
bool action_has_key(enum action a, uint32_t key);

/* All of them as rows of an mdoc(7) list, for ods-failover(8). */
void actions_manual(struct buf *out);

#endif
