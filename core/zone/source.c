#include "core/zone/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

static void start(struct zsource *s, const char *name, struct cancel *c)
{
	memset(s, 0, sizeof *s);
	s->name = name;
	s->cancel = c;
	s->fd = s->spool = -1;
	s->stop = UINT64_MAX;
	s->line = 1;
	s->cap = SOURCE_BUFFER;
	s->buf = xcalloc(1, s->cap + SOURCE_SLACK);
	s->p = s->end = s->buf;
}

enum rc source_fault(const struct zsource *s, struct err *e, uint64_t line, const char *text, size_t len,
                     const char *fmt, ...)
{
	struct buf name = { 0 }, quoted = { 0 };
	char sentence[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	if (file_map_lost(&s->map)) { /* what is wrong with the text is only that it is not there */
		(void)snprintf(sentence, sizeof sentence, "it became shorter while it was read");
		text = NULL;
		line = 0;
	}
	str_escape(&name, s->name, strlen(s->name), 60);
	if (text != NULL) {
		const char *nl = memchr(text, '\n', len);

		str_escape(&quoted, text, nl != NULL ? (size_t)(nl - text) : len, 48);
	}
	if (line == 0)
		(void)err_set(e, RC_PARSE, "%s: %s", buf_str(&name), sentence);
	else if (text == NULL)
		(void)err_set(e, RC_PARSE, "%s:%llu: %s", buf_str(&name), (unsigned long long)line, sentence);
	else
		(void)err_set(e, RC_PARSE, "%s:%llu: %s: \"%s\"", buf_str(&name), (unsigned long long)line, sentence,
		              buf_str(&quoted));
	buf_free(&name);
	buf_free(&quoted);
	return RC_PARSE;
}

enum rc source_fd(struct zsource *s, int fd, const char *name, struct cancel *c, struct err *e)
{
	struct stat st;

	start(s, name, c);
	if (fstat(fd, &st) != 0)
		return source_fault(s, e, 0, NULL, 0, "%s", strerrordesc_np(errno));
	if (S_ISDIR(st.st_mode))
		return source_fault(s, e, 0, NULL, 0, "is a directory, not a zone file");
	s->fd = fd;
	s->regular = S_ISREG(st.st_mode);
	s->size = s->regular ? (uint64_t)st.st_size : 0;
	s->changed = st.st_mtim;
	return RC_OK;
}

void source_fn(struct zsource *s, source_read_fn read_fn, void *ctx, const char *name, struct cancel *c)
{
	start(s, name, c);
	s->read = read_fn;
	s->ctx = ctx;
}

void source_part(struct zsource *s, const struct zsource *whole, uint64_t from, uint64_t to)
{
	start(s, whole->name, whole->cancel);
	s->fd = whole->regular ? whole->fd : whole->spool;
	s->meter = whole->meter;
	s->regular = true;
	s->size = whole->size;
	s->changed = whole->changed;
	s->next = from;
	s->stop = to;
}

enum rc source_spool(struct zsource *s, struct err *e)
{
	const char *dir = getenv("TMPDIR");

	if (s->regular)
		return RC_OK;
	if (dir == NULL || dir[0] != '/')
		dir = "/tmp";
	s->spool = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->spool < 0)
		return err_sys(e, errno, "%s: no temporary file can be made there", dir);
	return RC_OK;
}

void source_kept(struct zsource *s, int fd)
{
	s->spool = fd;
	s->kept = true;
}

void source_clear(struct zsource *s)
{
	free(s->buf);
	file_map_close(&s->map);
	if (s->spool >= 0 && !s->kept)
		close(s->spool);
	memset(s, 0, sizeof *s);
	s->fd = s->spool = -1;
}

uint64_t source_offset(const struct zsource *s)
{
	return s->next - (uint64_t)(s->end - s->p);
}

static enum rc wait_readable(const struct zsource *s, struct err *e)
{
	struct pollfd fds[2] = { { .fd = s->fd, .events = POLLIN }, { .fd = cancel_fd(s->cancel), .events = POLLIN } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "%s: cannot wait for it", s->name);
	return cancel_raised(s->cancel) ? err_set(e, RC_CANCELLED, "interrupted") : RC_OK;
}

static enum rc read_some(struct zsource *s, char *to, size_t room, ssize_t *n, struct err *e)
{
	enum rc rc = RC_OK;

	if (s->stop - s->next < room)
		room = (size_t)(s->stop - s->next);
	*n = 0;
	if (room == 0)
		return RC_OK;
	if (s->read != NULL) {
		*n = s->read(s->ctx, to, room, e);
		return *n < 0 ? err_in(e, "%s", s->name) : RC_OK;
	}
	if (!s->regular)
		rc = wait_readable(s, e);
	while (rc == RC_OK) {
		*n = s->regular ? pread(s->fd, to, room, (off_t)s->next) : read(s->fd, to, room);
		if (*n >= 0)
			return RC_OK;
		if (errno == EAGAIN)
			rc = wait_readable(s, e);
		else if (errno != EINTR)
			return source_fault(s, e, 0, NULL, 0, "%s", strerrordesc_np(errno));
	}
	return rc;
}

static enum rc keep_copy(const struct zsource *s, const char *p, size_t len, struct err *e)
{
	uint64_t at = s->next;

	while (len > 0) {
		ssize_t n = pwrite(s->spool, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, errno, "%s: the copy in the temporary directory", s->name);
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return RC_OK;
}

enum rc source_octets(const struct zsource *whole, uint64_t from, size_t len, struct buf *out, struct err *e)
{
	int fd = whole->regular ? whole->fd : whole->spool;
	size_t have = 0;

	if (out->cap < len + SOURCE_SLACK + 1) {
		out->cap = len + SOURCE_SLACK + 1;
		out->p = xrealloc(out->p, out->cap);
	}
	while (have < len) {
		ssize_t n = pread(fd, out->p + have, len - have, (off_t)(from + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return source_fault(whole, e, 0, NULL, 0, "%s", strerrordesc_np(errno));
		if (n == 0)
			break;
		have += (size_t)n;
	}
	out->len = have;
	memset(out->p + have, 0, SOURCE_SLACK + 1);
	return RC_OK;
}

void source_text(struct zsource *s, const struct buf *text, const char *name)
{
	memset(s, 0, sizeof *s);
	s->name = name;
	s->fd = s->spool = -1;
	s->line = 1;
	s->eof = true;
	s->p = text->p;
	s->end = text->p + text->len;
	s->next = text->len;
}

/* @n octets more lie before the end. */
static void advance(struct zsource *s, size_t n)
{
	s->next += n;
	if (s->meter != NULL && n > 0) {
		uint64_t octets = atomic_fetch_add(&s->meter->octets, n) + n;

		if (s->meter->tell != NULL)
			s->meter->tell(s->meter->ctx, octets);
	}
}

static enum rc shorter(const struct zsource *s, struct err *e)
{
	return source_fault(s, e, 0, NULL, 0, "it became shorter while it was read");
}

_Static_assert(SOURCE_RECORD_MAX <= SOURCE_WINDOW / 2, "a window is mostly new");

/* The next window as a map, where so much is left of the file that the slack is in it too. The one before is given back
 * first: two at a time would be twice the memory. */
static bool map_more(struct zsource *s, size_t *left)
{
	uint64_t stop = s->stop < s->size ? s->stop : s->size, from = s->next - *left;

	if (!s->regular || stop < from + SOURCE_WINDOW + SOURCE_SLACK)
		return false;
	file_map_close(&s->map);
	if (!file_map_open(&s->map, s->fd, from, SOURCE_WINDOW + SOURCE_SLACK)) {
		/* What was left is read again. */
		s->next = from;
		s->p = s->end = s->buf;
		*left = 0;
		return false;
	}
	s->p = s->map.p;
	s->end = s->p + SOURCE_WINDOW;
	advance(s, SOURCE_WINDOW - *left);
	return true;
}

/* Moves what is left to the start of the buffer, which has as much room again. */
static enum rc make_room(struct zsource *s, size_t left, struct err *e)
{
	char *old = s->buf;

	if (left * 2 > s->cap) {
		s->cap = left * 4 < SOURCE_RECORD_MAX + SOURCE_BUFFER ? left * 4 : SOURCE_RECORD_MAX + SOURCE_BUFFER;
		s->buf = xrealloc(NULL, s->cap + SOURCE_SLACK);
	}
	if (left > 0 && s->p != s->buf)
		memmove(s->buf, s->p, left);
	if (s->buf != old)
		free(old);
	s->p = s->buf;
	s->end = s->buf + left;
	if (file_map_lost(&s->map))
		return shorter(s, e);
	file_map_close(&s->map);
	return RC_OK;
}

enum rc source_same(const struct zsource *s, struct err *e)
{
	struct stat st;

	if (!s->regular || s->size == 0)
		return RC_OK;
	if (fstat(s->fd, &st) == 0 && (uint64_t)st.st_size == s->size && st.st_mtim.tv_sec == s->changed.tv_sec &&
	    st.st_mtim.tv_nsec == s->changed.tv_nsec)
		return RC_OK;
	return source_fault(s, e, 0, NULL, 0, "it was changed while it was read: read it again");
}

/* All of it was read, and is the file as it was when it was opened. */
static enum rc check_same(const struct zsource *s, struct err *e)
{
	if (s->regular && s->next < s->size && s->next < s->stop)
		return shorter(s, e);
	return source_same(s, e);
}

enum rc source_more(struct zsource *s, struct err *e)
{
	size_t left = (size_t)(s->end - s->p);
	ssize_t n = 0;
	enum rc rc;

	if (s->eof)
		return RC_OK;
	if (cancel_raised(s->cancel))
		return err_set(e, RC_CANCELLED, "interrupted");
	if (file_map_lost(&s->map))
		return shorter(s, e);
	if (left >= SOURCE_RECORD_MAX)
		return source_fault(s, e, s->line, s->p, 200, "longer than %d octets: no record is", SOURCE_RECORD_MAX);
	if (map_more(s, &left))
		return RC_OK;
	rc = make_room(s, left, e);
	if (rc == RC_OK)
		rc = read_some(s, s->buf + left, s->cap - left, &n, e);
	if (rc == RC_OK && n > 0 && s->spool >= 0 && !s->kept)
		rc = keep_copy(s, s->buf + left, (size_t)n, e);
	if (rc != RC_OK)
		return rc;
	advance(s, (size_t)n);
	s->end += n;
	s->eof = n == 0;
	memset(s->buf + left + n, 0, SOURCE_SLACK);
	return s->eof ? check_same(s, e) : RC_OK;
}
