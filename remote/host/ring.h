/* ring.h -- octets on their way from one worker thread to another, in memory, never more than a fixed amount: whoever
 * is faster waits. */
#ifndef ODSF_REMOTE_HOST_RING_H
#define ODSF_REMOTE_HOST_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/wait.h"

struct ring;

enum ring_state { RING_DATA, RING_EMPTY, RING_ENDED, RING_BROKEN };

struct ring *ring_new(size_t capacity);
void ring_free(struct ring **r);

/* Writer. Blocks while it is full; false when the reader is gone or @w is over. */
bool ring_put(struct ring *r, const void *p, size_t len, const struct wait *w);
void ring_end(struct ring *r, bool whole); /* nothing more comes; @whole false: what came is cut short */

/* Reader. RING_DATA: at most @room octets at *@p, valid until the next call. */
enum ring_state ring_get(struct ring *r, size_t room, const void **p, size_t *len);
int ring_fd(const struct ring *r); /* readable while ring_get() would not say RING_EMPTY */
void ring_close(struct ring *r);   /* wants no more: the writer stops */

#endif
