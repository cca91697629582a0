/* source.h -- the octets of a zone file as a window that moves over them: a file, a part of one, a pipe, or whatever a
 * function reads (a remote channel). Memory is bounded by SOURCE_RECORD_MAX whatever comes. One thread at a time;
 * several sources may read one regular file. */
#ifndef ODSF_CORE_ZONE_SOURCE_H
#define ODSF_CORE_ZONE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/cancel.h"
#include "core/base/err.h"
#include "core/base/file_map.h"

enum {
	SOURCE_BUFFER = 256 * 1024,      /* stays in the second level cache */
	SOURCE_WINDOW = 4096 * 1024,     /* of a regular file, which is not copied; each end of one costs both cores */
	SOURCE_RECORD_MAX = 1024 * 1024, /* one record, all its lines: 65535 octets written as \DDD take a quarter */
	SOURCE_SLACK = 1024,             /* octets behind the window that may be read, never used: no owner, head of
	                                    an RRSIG record or chain of an NSEC3 record reaches further */
};

/* Reads at most @len octets; 0 at the end; -1 with *e set. */
typedef ssize_t (*source_read_fn)(void *ctx, void *buf, size_t len, struct err *e);

/* How far reading got, over all sources that share it; zero-initialised is none. */
struct source_meter {
	atomic_uint_fast64_t octets;              /* read so far, second looks too; any thread may look */
	void (*tell)(void *ctx, uint64_t octets); /* after each read, on the reading thread; NULL: nobody */
	void *ctx;
};

struct zsource {
	const char *name; /* shown in errors; borrowed */
	const char *p;    /* what is not taken yet, up to end */
	const char *end;
	bool eof;      /* nothing comes behind end */
	uint64_t line; /* of p, from 1; its user counts */

	int fd;                  /* borrowed; -1 with a function */
	bool regular;            /* read by position: the descriptor's own stays */
	int spool;               /* what was read of a pipe, for a second look; -1 for none */
	bool kept;               /* the spool is somebody else's, who writes it */
	uint64_t next;           /* position of the next octet to read */
	uint64_t stop;           /* position to end at */
	uint64_t size;           /* of a regular file when it was opened; 0 unknown */
	struct timespec changed; /* then */
	source_read_fn read;
	void *ctx;
	struct cancel *cancel;
	struct source_meter *meter; /* NULL: none; set it behind source_fd() or source_fn() */
	char *buf;
	size_t cap;
	struct file_map map; /* what the window lies in when not in buf */
};

/* @fd stays the caller's. RC_PARSE when it is no file that can be read (a directory). */
MUST_CHECK enum rc source_fd(struct zsource *s, int fd, const char *name, struct cancel *c, struct err *e);
void source_fn(struct zsource *s, source_read_fn read, void *ctx, const char *name, struct cancel *c);
/* Octets [@from, @to) of the regular file, or of the spool, that @whole reads. */
void source_part(struct zsource *s, const struct zsource *whole, uint64_t from, uint64_t to);
/* Keeps what is read in an unlinked file of the temporary directory, so that source_part() works for a pipe too. Before
 * the first read. */
MUST_CHECK enum rc source_spool(struct zsource *s, struct err *e);
/* What the function of @s gives stands in the regular file @fd too, at the same place, before it is given: for a second
 * look. @fd stays the caller's. */
void source_kept(struct zsource *s, int fd);
void source_clear(struct zsource *s);

/* Octets [@from, @from + @len) of what @whole reads, as far as they are there; readable SOURCE_SLACK beyond. */
MUST_CHECK enum rc source_octets(const struct zsource *whole, uint64_t from, size_t len, struct buf *out,
                                 struct err *e);
/* All of @text, borrowed; made by source_octets(). Nothing to clear. */
void source_text(struct zsource *s, const struct buf *text, const char *name);

/* Makes the window longer by at least one octet, or sets eof. What lies before p is lost, p moves. RC_PARSE: the record
 * at p is longer than is allowed, or cannot be read; or the file is another one than it was. */
MUST_CHECK enum rc source_more(struct zsource *s, struct err *e);

/* The regular file is the one that it was when it was opened; others are. source_more() asks that at the end, whoever
 * looks again by source_octets() asks it behind the last look. RC_PARSE: it was written to. */
MUST_CHECK enum rc source_same(const struct zsource *s, struct err *e);

/* Has what stands some lines behind @p brought near, which the processor does by itself within a page alone. Inline
 * whatever it costs: a call that has no effect is left out by compilers. */
__attribute__((always_inline)) static inline void source_ahead(const char *p)
{
	enum {
		AHEAD = 1536,
		LINE = 64,
		LINES = 5
	}; /* of the cache; the longest usual record is shorter than so many */

	for (size_t i = 0; i < LINES; i++)
		__builtin_prefetch(p + AHEAD + i * LINE);
}

/* Position of p in the stream. */
uint64_t source_offset(const struct zsource *s);

/* "NAME:LINE: SENTENCE: "text"", the text from @text escaped and cut at @len or the end of its line; RC_PARSE. @text
 * NULL: without. */
enum rc source_fault(const struct zsource *s, struct err *e, uint64_t line, const char *text, size_t len,
                     const char *fmt, ...) PRINTF(6, 7);

#endif
