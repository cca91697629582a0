#include "core/zone/serial.h"

#include <time.h>

static const char *const mode_names[] = {
	[SERIAL_COUNTER] = "counter",
	[SERIAL_DATECOUNTER] = "datecounter",
	[SERIAL_UNIXTIME] = "unixtime",
	[SERIAL_KEEP] = "keep",
};

const char *serial_mode_name(enum serial_mode mode)
{
	return mode_names[mode];
}

enum serial_order serial_compare(uint32_t a, uint32_t b)
{
	uint32_t ahead = a - b;

	if (ahead == 0)
		return SERIAL_EQUAL;
	if (ahead == 0x80000000u)
		return SERIAL_UNDEFINED;
	return ahead < 0x80000000u ? SERIAL_GREATER : SERIAL_LESS;
}

/* YYYYMMDD00 of the daemon's local day. */
static uint32_t date_serial(int64_t now, int utc_offset)
{
	time_t local = (time_t)(now + utc_offset);
	struct tm tm = { 0 };

	gmtime_r(&local, &tm);
	return (uint32_t)(((tm.tm_year + 1900) * 100 + tm.tm_mon + 1) * 100 + tm.tm_mday) * 100;
}

bool serial_next(const struct serial_state *s, uint32_t *next)
{
	/* A plain maximum, as the signer has it, and not RFC 1982's: it is wrong around 2^31, and so must this be. */
	uint32_t prev = s->have_outbound && s->outbound > s->inbound ? s->outbound : s->inbound;
	uint32_t soa = 0, update;

	switch (s->mode) {
	case SERIAL_COUNTER:
		soa = s->inbound + 1;
		break;
	case SERIAL_DATECOUNTER:
		soa = date_serial(s->now, s->utc_offset);
		break;
	case SERIAL_UNIXTIME:
		soa = (uint32_t)s->now;
		break;
	case SERIAL_KEEP:
		if (s->have_outbound && serial_compare(s->inbound, s->outbound) != SERIAL_GREATER)
			return false;
		*next = s->inbound;
		return true;
	}
	if (serial_compare(soa, prev) != SERIAL_GREATER)
		soa = prev + 1;
	update = soa - prev;
	*next = s->have_outbound && update > 0x7fffffffu ? prev + 0x7fffffffu : soa;
	return true;
}
