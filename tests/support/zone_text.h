/* zone_text.h -- zone files as strings of a test, given to the scanner in pieces of any size. */
#ifndef ODSF_TESTS_SUPPORT_ZONE_TEXT_H
#define ODSF_TESTS_SUPPORT_ZONE_TEXT_H

#include <string.h>

#include "core/zone/scan.h"

struct zone_text {
	const char *text;
	size_t len, at, piece; /* at most that many octets a read */
};

static inline ssize_t zone_text_read(void *ctx, void *buf, size_t len, struct err *e)
{
	struct zone_text *t = ctx;

	(void)e;
	if (len > t->piece)
		len = t->piece;
	if (len > t->len - t->at)
		len = t->len - t->at;
	memcpy(buf, t->text + t->at, len);
	t->at += len;
	return (ssize_t)len;
}

/* A scanner over @t; scan_clear() it. */
static inline void zone_text_scan(struct zscan *s, struct zone_text *t)
{
	memset(s, 0, sizeof *s);
	source_fn(&s->source, zone_text_read, t, "zone", NULL);
}

#endif
