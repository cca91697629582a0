/* log.h -- the last lines of what happened, in memory: what libraries print, what the console noticed. Never a secret:
 * who adds a line answers for that. Lines are escaped and cut as they come in. Any thread. */
#ifndef ODSF_CORE_BASE_LOG_H
#define ODSF_CORE_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum { LOG_TEXT = 400 };

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };
const char *log_level_name(enum log_level level); /* "info", "warn", "error" */

struct log_line {
	int64_t at;
	uint64_t number; /* 1 for the first ever; a gap means nothing, older ones are simply gone */
	enum log_level level;
	char from[16]; /* "console", "stderr", an instance's name */
	char text[LOG_TEXT];
};

struct log;

struct log *log_new(size_t lines);
void log_free(struct log **log);

void log_add(struct log *log, enum log_level level, const char *from, const char *fmt, ...) PRINTF(4, 5);
/* Takes octets as they come from a pipe: a line is added at each newline, or when it grows too long. One thread at a
 * time for each @from. */
void log_octets(struct log *log, const char *from, const char *p, size_t len);

uint64_t log_last(const struct log *log); /* number of the newest line; 0 when empty: has anything come since? */
size_t log_count(const struct log *log);
/* Copies the line @back lines before the newest (0: the newest); false when there is none. */
bool log_get(const struct log *log, size_t back, struct log_line *line);

#endif
