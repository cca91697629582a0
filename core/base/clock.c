#include "core/base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/str.h"

int64_t clock_now(void)
{
	const char *frozen = getenv("ODSF_NOW");
	uint64_t t;

	if (frozen != NULL && str_u64(frozen, INT64_MAX, &t))
		return (int64_t)t;
	return (int64_t)time(NULL);
}

int64_t clock_mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_boot_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void format(char *out, size_t cap, const char *fmt, int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;

	if (gmtime_r(&tt, &tm) == NULL || strftime(out, cap, fmt, &tm) == 0)
		(void)snprintf(out, cap, "?");
}

void time_text(char out[TIME_TEXT], int64_t t)
{
	format(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", t);
}

void time_short(char out[TIME_TEXT], int64_t t)
{
	format(out, TIME_TEXT, "%a %H:%MZ", t);
}

bool time_parse(const char *s, int64_t *t)
{
	struct tm tm = { 0 };
	const char *end;

	end = strptime(s, strchr(s, '-') != NULL ? "%Y-%m-%dT%H:%M:%SZ" : "%Y%m%d%H%M%S", &tm);
	if (end == NULL || *end != '\0')
		return false;
	*t = (int64_t)timegm(&tm);
	return true;
}

void duration_text(char out[DURATION_TEXT], int64_t seconds)
{
	const char *sign = seconds < 0 ? "-" : "";
	uint64_t s = seconds < 0 ? (uint64_t) - (seconds + 1) + 1 : (uint64_t)seconds;

	if (s < 3600)
		(void)snprintf(out, DURATION_TEXT, "%s%um%02us", sign, (unsigned)(s / 60), (unsigned)(s % 60));
	else if (s < (uint64_t)100 * 3600)
		(void)snprintf(out, DURATION_TEXT, "%s%uh%02um", sign, (unsigned)(s / 3600), (unsigned)(s / 60 % 60));
	else
		(void)snprintf(out, DURATION_TEXT, "%s%llud%02uh", sign, (unsigned long long)(s / 86400),
		               (unsigned)(s / 3600 % 24));
}

struct unit {
	char letter;
	int64_t seconds;
};

static const struct unit date_units[] = { { 'Y', 31536000 }, { 'M', 2678400 }, { 'W', 604800 }, { 'D', 86400 } };
static const struct unit time_units[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 } };

/* Reads "NX" pairs whose letters come in the order of @units; false on anything else. */
static bool read_units(const char **s, const struct unit *units, size_t count, int64_t *sum, bool *any)
{
	size_t next = 0;

	while (isdigit((unsigned char)**s)) {
		char *end;
		long long n = strtoll(*s, &end, 10);

		while (next < count && units[next].letter != *end)
			next++;
		if (next == count || n > 1000000)
			return false;
		*sum += n * units[next++].seconds;
		*s = end + 1;
		*any = true;
	}
	return true;
}

bool duration_parse(const char *s, int64_t *seconds)
{
	int64_t sum = 0;
	bool any = false;

	if (*s++ != 'P' || !read_units(&s, date_units, sizeof date_units / sizeof *date_units, &sum, &any))
		return false;
	if (*s == 'T') {
		bool any_time = false;

		s++;
		if (!read_units(&s, time_units, sizeof time_units / sizeof *time_units, &sum, &any_time) || !any_time)
			return false;
		any = true;
	}
	if (*s != '\0' || !any)
		return false;
	*seconds = sum;
	return true;
}

int utc_offset_of(const char *s)
{
	uint64_t v;

	if (s == NULL || (*s != '+' && *s != '-') || strlen(s) != 5 || !str_u64(s + 1, 2359, &v))
		return 0;
	return (*s == '-' ? -1 : 1) * ((int)(v / 100) * 3600 + (int)(v % 100) * 60);
}
