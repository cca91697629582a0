/* clock.h -- time as the operator reads it. All times are UTC seconds since the epoch, durations are seconds. */
#ifndef ODSF_CORE_BASE_CLOCK_H
#define ODSF_CORE_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wall clock. The environment variable ODSF_NOW (epoch seconds) freezes it, for tests. */
int64_t clock_now(void);
int64_t clock_mono_ms(void); /* monotonic milliseconds: deadlines and measured durations */
int64_t clock_boot_ms(void); /* the same, and it goes on while the machine sleeps: what others count on meanwhile */

enum { TIME_TEXT = 24, DURATION_TEXT = 32 };

/* "2026-11-24T03:12:45Z" */
void time_text(char out[TIME_TEXT], int64_t t);
/* "Thu 16:16Z": what a screen shows for times within a week */
void time_short(char out[TIME_TEXT], int64_t t);
/* Reads the form of time_text(), or YYYYMMDDhhmmss as RRSIG has it; false when it is neither. */
bool time_parse(const char *s, int64_t *t);
/* "+0130", as `date +%z` has it, in seconds east of UTC; 0 when it is not that, or NULL. */
int utc_offset_of(const char *s);

/* "61h04m", "2d03h", "4m12s", "-3m00s": for screens */
void duration_text(char out[DURATION_TEXT], int64_t seconds);
/* ISO 8601 subset of ods-timing(5): P1Y2M3W4DT5H6M7S; a month is 31 days, a year 365 days. */
bool duration_parse(const char *s, int64_t *seconds);

#endif
