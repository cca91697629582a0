/* serial.h -- SOA serial arithmetic (RFC 1982) and what the signer would publish next
 * (OpenDNSSEC 2.1.12 signer/src/signer/namedb.c: namedb_update_serial). */
#ifndef ODSF_CORE_ZONE_SERIAL_H
#define ODSF_CORE_ZONE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum serial_order { SERIAL_LESS = -1, SERIAL_EQUAL = 0, SERIAL_GREATER = 1, SERIAL_UNDEFINED = 2 };
enum serial_mode { SERIAL_COUNTER, SERIAL_DATECOUNTER, SERIAL_UNIXTIME, SERIAL_KEEP }; /* as policy.zoneSoaSerial */

/* @a against @b; SERIAL_UNDEFINED when they are exactly 2^31 apart. */
enum serial_order serial_compare(uint32_t a, uint32_t b);

struct serial_state {
	enum serial_mode mode;
	bool have_outbound; /* a readable .backup2 */
	uint32_t outbound;
	uint32_t inbound; /* last unsigned SOA that the signer read, or the unsigned file's now */
	int64_t now;      /* epoch seconds on that host */
	int utc_offset;   /* seconds east of UTC of the daemon: datecounter counts local days */
};

/* The next serial that the signer would write. False: it would refuse to sign (keep, not greater). */
bool serial_next(const struct serial_state *s, uint32_t *next);

/* The one of @serials that is greater than, or equal to, every other by RFC 1982. False when there is none: the list is
 * empty, or two lie 2^31 apart, or they chase each other round the circle. */
bool serial_greatest(const uint32_t *serials, size_t count, uint32_t *greatest);

/* Whether the signer, going on from @s, stays greater than @published and than each of its own serials before, for the
 * next days of signing; @first is the first one. It need not: where the policy's own candidate lies most of 2^31 away,
 * a serial that was forced over it is followed by that candidate again. For keep only the first sign is asked about. */
bool serial_holds(const struct serial_state *s, uint32_t published, uint32_t *first);

/* Whether a signer that goes on from @s, its outbound serial set to @target by the guard, publishes above both @target
 * and @published and goes on rising; @first is what it publishes first. A zone under keep whose unsigned serial is not
 * above @target is moved by force, once, to @target + 1. By this both the board and the guard of a run judge. */
bool serial_guard_holds(const struct serial_state *s, uint32_t target, uint32_t published, uint32_t *first);

const char *serial_mode_name(enum serial_mode mode); /* "counter"… */

#endif
