#include "core/zone/sig_time.h"

static bool digits(const char *text, size_t len, uint64_t *v)
{
	*v = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*v = *v * 10 + (uint64_t)(text[i] - '0');
	}
	return len > 0;
}

/* Days from 1970-01-01 to the date of the Gregorian calendar. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, year_of_era, day_of_year;

	y -= m <= 2;
	era = y / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

bool sig_time_from_text(const char *text, size_t len, uint32_t *t)
{
	static const uint8_t month_days[13] = { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t v, y, m, d, hh, mm, ss;

	if (len > 14 || !digits(text, len, &v))
		return false;
	if (len <= 10) {
		*t = (uint32_t)v;
		return v <= UINT32_MAX;
	}
	if (len != 14)
		return false;
	ss = v % 100;
	mm = v / 100 % 100;
	hh = v / 10000 % 100;
	d = v / 1000000 % 100;
	m = v / 100000000 % 100;
	y = v / 10000000000;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > month_days[m] || hh > 23 || mm > 59 || ss > 60)
		return false;
	*t = (uint32_t)(days_of((int64_t)y, (int64_t)m, (int64_t)d) * 86400 + (int64_t)(hh * 3600 + mm * 60 + ss));
	return true;
}

int64_t sig_time_near(uint32_t t, int64_t now)
{
	uint32_t away = t - (uint32_t)now;

	return away <= INT32_MAX ? now + (int64_t)away : now - (int64_t)(uint32_t)(0u - away);
}
