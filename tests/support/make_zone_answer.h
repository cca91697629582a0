/* make_zone_answer.h -- what the far side's "zone" answers of a file, whole (docs/far.md). */
#ifndef ODSF_TESTS_SUPPORT_MAKE_ZONE_ANSWER_H
#define ODSF_TESTS_SUPPORT_MAKE_ZONE_ANSWER_H

#include "core/base/buf.h"

/* Appends it, of a file that holds @text, as it is; its identity follows from @text. */
void make_zone_answer(struct buf *out, const char *text);

#endif
