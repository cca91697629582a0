/* style.h -- what a cell means. A theme says how each looks (theme.h); a view names only these. */
#ifndef ODSF_TUI_CONSOLE_STYLE_H
#define ODSF_TUI_CONSOLE_STYLE_H

/* The one list: enum, name in theme files, letter in surface_dump(), and what the theme file's comment says it is. */
#define ODSF_STYLE_LIST(X)                                                \
	X(STYLE_TEXT, "text", '.', "plain text")                          \
	X(STYLE_DIM, "dim", 'd', "what matters less")                     \
	X(STYLE_TITLE, "title", 't', "the first line")                    \
	X(STYLE_FRAME, "frame", 'f', "rules between parts")               \
	X(STYLE_HEADING, "heading", 'h', "headings of columns and parts") \
	X(STYLE_SELECTED, "selected", 's', "the line under the cursor")   \
	X(STYLE_KEY, "key", 'k', "a key in the last line")                \
	X(STYLE_GOOD, "good", 'g', "severity ok")                         \
	X(STYLE_WARN, "warn", 'w', "severity warn")                       \
	X(STYLE_STOP, "stop", 'x', "severity stop")                       \
	X(STYLE_UNKNOWN, "unknown", 'u', "what could not be observed")    \
	X(STYLE_STALE, "stale", 'o', "a value that is old")               \
	X(STYLE_ARMED, "armed", 'A', "the word ARMED")                    \
	X(STYLE_RUN, "run", 'R', "a run in progress")                     \
	X(STYLE_RECORDING, "recording", 'C', "the word RECORDING")        \
	X(STYLE_PROMPT, "prompt", 'p', "a question to the operator")

enum style {
#define X(id, name, letter, help) id,
	ODSF_STYLE_LIST(X)
#undef X
	    STYLE_COUNT
};

const char *style_name(enum style style);
char style_letter(enum style style);

#endif
