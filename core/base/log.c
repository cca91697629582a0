#include "core/base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"

struct log {
	pthread_mutex_t lock;
	struct log_line *ring;
	size_t capacity, count;
	uint64_t last;
	struct buf partial; /* of log_octets(): a line that has not ended yet */
};

const char *log_level_name(enum log_level level)
{
	static const char *const names[] = { "info", "warn", "error" };

	return names[level];
}

struct log *log_new(size_t lines)
{
	struct log *log = xcalloc(1, sizeof *log);

	pthread_mutex_init(&log->lock, NULL);
	log->capacity = lines > 0 ? lines : 1;
	log->ring = xcalloc(log->capacity, sizeof *log->ring);
	return log;
}

void log_free(struct log **log)
{
	if (*log == NULL)
		return;
	pthread_mutex_destroy(&(*log)->lock);
	buf_free(&(*log)->partial);
	free((*log)->ring);
	free(*log);
	*log = NULL;
}

/* With the lock held. */
static void add(struct log *log, enum log_level level, const char *from, const char *text, size_t len)
{
	struct log_line *line = &log->ring[log->last % log->capacity];
	struct buf safe = { 0 };

	str_escape(&safe, text, len, LOG_TEXT - 8);
	*line = (struct log_line){ .at = clock_now(), .number = ++log->last, .level = level };
	str_copy(line->from, sizeof line->from, from);
	str_copy(line->text, sizeof line->text, buf_str(&safe));
	if (log->count < log->capacity)
		log->count++;
	buf_free(&safe);
}

void log_add(struct log *log, enum log_level level, const char *from, const char *fmt, ...)
{
	char text[2 * LOG_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&log->lock);
	add(log, level, from, text, strlen(text));
	pthread_mutex_unlock(&log->lock);
}

void log_octets(struct log *log, const char *from, const char *p, size_t len)
{
	pthread_mutex_lock(&log->lock);
	for (size_t i = 0; i < len; i++) {
		bool end = p[i] == '\n';

		if (!end)
			buf_addc(&log->partial, p[i]);
		if ((end || log->partial.len >= LOG_TEXT) && log->partial.len > 0) {
			add(log, LOG_LEVEL_INFO, from, buf_str(&log->partial), log->partial.len);
			buf_reset(&log->partial);
		}
	}
	pthread_mutex_unlock(&log->lock);
}

uint64_t log_last(const struct log *log)
{
	struct log *l = (struct log *)log;
	uint64_t last;

	pthread_mutex_lock(&l->lock);
	last = l->last;
	pthread_mutex_unlock(&l->lock);
	return last;
}

size_t log_count(const struct log *log)
{
	struct log *l = (struct log *)log;
	size_t count;

	pthread_mutex_lock(&l->lock);
	count = l->count;
	pthread_mutex_unlock(&l->lock);
	return count;
}

bool log_get(const struct log *log, size_t back, struct log_line *line)
{
	struct log *l = (struct log *)log;
	bool found;

	pthread_mutex_lock(&l->lock);
	found = back < l->count;
	if (found)
		*line = l->ring[(l->last - 1 - back) % l->capacity];
	pthread_mutex_unlock(&l->lock);
	return found;
}
