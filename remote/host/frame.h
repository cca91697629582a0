/* frame.h -- takes what a host prints while it arrives: drops what stands before the frame, keeps what is in it, and
 * never more than its limits, whatever a host prints. */
#ifndef ODSF_REMOTE_HOST_FRAME_H
#define ODSF_REMOTE_HOST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/pair/host.h"

enum { FRAME_NOISE_MAX = 1024 * 1024 }; /* octets of login banners, shell start files … before the frame */

struct frame {
	const char *verb;
	uint64_t max;      /* octets of the frame */
	host_sink_fn sink; /* a raw verb: gets all behind the begin line. NULL: a framed verb, kept in @text */
	void *ctx;
	struct buf text;  /* from the begin line to the end line */
	struct buf line;  /* end of the line that is being read before the frame */
	struct buf noise; /* first octets of what stood before the frame, for a message */
	uint64_t noise_len, len;
	size_t checked; /* of @text, for the end line */
	bool begun, ended;
	bool too_long; /* why frame_take() said no; else the sink did */
};

/* False stops: one of the limits is passed, or the sink wants no more. */
bool frame_take(struct frame *f, const void *p, size_t len);
void frame_clear(struct frame *f);

#endif
