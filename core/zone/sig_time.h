/* sig_time.h -- the times of an RRSIG: 32 bits that wrap (RFC 4034 section 3.1.5). */
#ifndef ODSF_CORE_ZONE_SIG_TIME_H
#define ODSF_CORE_ZONE_SIG_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An RRSIG's time: YYYYMMDDHHmmSS, or seconds. False: neither. */
bool sig_time_from_text(const char *text, size_t len, uint32_t *t);
/* The instant that the 32 bits @t mean near @now (RFC 4034 section 3.1.5). */
int64_t sig_time_near(uint32_t t, int64_t now);

#endif
