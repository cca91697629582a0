/* zone_stream.h -- the answer of the far side's "zone" taken apart while it arrives (docs/far.md): what it says of the
 * file, the file's octets, decoded, and the digest behind them. Bounded memory whatever comes. */
#ifndef ODSF_CORE_PAIR_ZONE_STREAM_H
#define ODSF_CORE_PAIR_ZONE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum { ZONE_IDENTITY = 200, ZONE_DIGEST = 65 };

struct zone_stream_head {
	uint64_t size;                /* of the file */
	char identity[ZONE_IDENTITY]; /* another one whenever the file is */
	bool same;                    /* it is the one that was named: no octets come */
	bool compressed;
};

struct zone_stream;

/* Takes some of the file's octets; not RC_OK ends it with that. */
typedef enum rc (*zone_stream_fn)(void *ctx, const void *p, size_t len, struct err *e);

struct zone_stream *zone_stream_new(zone_stream_fn take, void *ctx);
void zone_stream_free(struct zone_stream **s);
/* RC_PARSE when this is no such answer, or more comes than it announced. */
MUST_CHECK enum rc zone_stream_take(struct zone_stream *s, const void *p, size_t len, struct err *e);
/* NULL before it came whole. */
const struct zone_stream_head *zone_stream_head(const struct zone_stream *s);
/* Nothing more comes: RC_PARSE unless the file came whole with the digest that was told. @digest of it, hexadecimal; ""
 * when no octets came because it is the same. */
MUST_CHECK enum rc zone_stream_end(struct zone_stream *s, char digest[ZONE_DIGEST], struct err *e);

#endif
