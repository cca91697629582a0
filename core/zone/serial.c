#include "core/zone/serial.h"

#include <time.h>

enum serial_order serial_compare(uint32_t a, uint32_t b)
{
	uint32_t ahead = a - b;

	if (ahead == 0)
		return SERIAL_EQUAL;
	if (ahead == UINT32_C(1) << 31)
		return SERIAL_UNDEFINED;
	return ahead < UINT32_C(1) << 31 ? SERIAL_GREATER : SERIAL_LESS;
}

/* The signer's DNS_SERIAL_GT: a distance of exactly 2^31 is not greater. */
static bool greater(uint32_t a, uint32_t b)
{
	return serial_compare(a, b) == SERIAL_GREATER;
}

/* YYYYMMDD00 of the day where the daemon runs. */
static uint32_t date_serial(int64_t now, int utc_offset)
{
	time_t local = (time_t)(now + utc_offset);
	struct tm tm;

	if (gmtime_r(&local, &tm) == NULL)
		return 0;
	return (uint32_t)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday) * 100;
}

bool serial_next(const struct serial_state *s, uint32_t *next)
{
	/* The signer takes the plain greater one here, not RFC 1982's: behind a wrap it counts from the wrong side. */
	uint32_t prev = s->have_outbound && s->outbound > s->inbound ? s->outbound : s->inbound;
	uint32_t candidate = 0;

	switch (s->mode) {
	case SERIAL_KEEP:
		if (s->have_outbound && !greater(s->inbound, s->outbound))
			return false;
		*next = s->inbound;
		return true;
	case SERIAL_COUNTER:
		candidate = s->inbound + 1;
		break;
	case SERIAL_DATECOUNTER:
		candidate = date_serial(s->now, s->utc_offset);
		break;
	case SERIAL_UNIXTIME:
		candidate = (uint32_t)s->now;
		break;
	}
	*next = greater(candidate, prev) ? candidate : prev + 1;
	return true;
}

bool serial_greatest(const uint32_t *serials, size_t count, uint32_t *greatest)
{
	for (size_t i = 0; i < count; i++) {
		bool all = true;

		for (size_t k = 0; k < count && all; k++)
			all = serials[i] == serials[k] || greater(serials[i], serials[k]);
		if (all) {
			*greatest = serials[i];
			return true;
		}
	}
	return false;
}

/* How far ahead the signer is followed after the guard: more signs than any secondary is left behind by. */
enum { SIGNS_AHEAD = 64, SIGN_EVERY_S = 3600 };

bool serial_holds(const struct serial_state *s, uint32_t published, uint32_t *first)
{
	struct serial_state at = *s;

	for (int i = 0; i < SIGNS_AHEAD; i++) {
		uint32_t next;

		if (!serial_next(&at, &next) || !greater(next, published) ||
		    (at.have_outbound && !greater(next, at.outbound)))
			return false;
		if (i == 0)
			*first = next;
		if (at.mode == SERIAL_KEEP)
			return true;
		at.have_outbound = true;
		at.outbound = next;
		at.now += SIGN_EVERY_S;
	}
	return true;
}

bool serial_guard_holds(const struct serial_state *s, uint32_t target, uint32_t published, uint32_t *first)
{
	struct serial_state at = *s;

	at.have_outbound = true;
	at.outbound = target;
	if (at.mode == SERIAL_KEEP && !greater(at.inbound, target)) {
		/* `ods-signer sign ZONE --serial N`: N has to exceed the plain maximum of the two. */
		*first = target + 1;
		return greater(*first, at.inbound > target ? at.inbound : target) && greater(*first, published);
	}
	return serial_holds(&at, published, first) && serial_holds(&at, target, first);
}

const char *serial_mode_name(enum serial_mode mode)
{
	static const char *const names[] = { "counter", "datecounter", "unixtime", "keep" };

	return (unsigned)mode < sizeof names / sizeof *names ? names[mode] : "?";
}
