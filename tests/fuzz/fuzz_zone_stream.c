/* The answer of the far side's "zone": any octets, in pieces of any size, give at most what their head announced, and
 * the same whatever the pieces. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/pair/zone_stream.h"

struct taken {
	uint64_t octets;
	uint32_t sum;
};

static enum rc take(void *ctx, const void *p, size_t len, struct err *e)
{
	struct taken *t = ctx;

	(void)e;
	for (size_t i = 0; i < len; i++)
		t->sum = t->sum * 31 + ((const uint8_t *)p)[i];
	t->octets += len;
	return RC_OK;
}

static enum rc all(const uint8_t *data, size_t size, size_t piece, struct taken *t)
{
	struct zone_stream *s = zone_stream_new(take, t);
	const struct zone_stream_head *head;
	char digest[ZONE_DIGEST];
	struct err e = { 0 };
	enum rc rc = RC_OK;

	for (size_t at = 0; rc == RC_OK && at < size; at += piece)
		rc = zone_stream_take(s, data + at, size - at < piece ? size - at : piece, &e);
	head = zone_stream_head(s);
	if (t->octets > (head != NULL ? head->size : 0))
		abort();
	if (rc == RC_OK)
		rc = zone_stream_end(s, digest, &e);
	if (rc == RC_OK && !head->same && t->octets != head->size)
		abort();
	zone_stream_free(&s);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taken whole = { 0 }, pieces = { 0 };
	enum rc rc = all(data, size, size > 0 ? size : 1, &whole);

	if (all(data, size, 3, &pieces) != rc)
		abort();
	if (rc == RC_OK && (whole.octets != pieces.octets || whole.sum != pieces.sum))
		abort();
	return 0;
}
