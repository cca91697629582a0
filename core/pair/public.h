/* public.h -- what the public name servers, and the parent's, say of the zones. */
#ifndef ODSF_CORE_PAIR_PUBLIC_H
#define ODSF_CORE_PAIR_PUBLIC_H

#include "core/pair/board.h"

struct public_view { /* free with public_view_clear() */
	struct arena arena;
	struct public_zone *zones;
	size_t zone_count;
	struct public_ds *ds;
	size_t ds_count;
};

/* Asks every name server of @pair for SOA, DNSKEY and NS of each of @names, and the configured parents for DS; several
 * questions at a time, over by @until_ms of clock_mono_ms(). A server that was silent once is not asked again: the rest
 * of its answers are unknown for that reason. */
void public_observe(struct public_view *v, const struct pair_config *pair, struct resolver *resolver,
                    const char *const *names, size_t count, int64_t until_ms, struct cancel *c);
void public_view_clear(struct public_view *v);

#endif
