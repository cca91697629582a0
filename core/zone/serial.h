/* serial.h -- SOA serial arithmetic (RFC 1982) and what the signer would publish next
 * (OpenDNSSEC 2.1.12 signer/src/signer/namedb.c: namedb_update_serial). */
#ifndef ODSF_CORE_ZONE_SERIAL_H
#define ODSF_CORE_ZONE_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

enum serial_order { SERIAL_LESS = -1, SERIAL_EQUAL = 0, SERIAL_GREATER = 1, SERIAL_UNDEFINED = 2 };
enum serial_mode { SERIAL_COUNTER, SERIAL_DATECOUNTER, SERIAL_UNIXTIME, SERIAL_KEEP };   /* as policy.zoneSoaSerial */

/* @a against @b; SERIAL_UNDEFINED when they are exactly 2^31 apart. */
enum serial_order serial_compare(uint32_t a, uint32_t b);

struct serial_state {
	enum serial_mode mode;
	bool     have_outbound;      /* a readable .backup2 */
	uint32_t outbound;
	uint32_t inbound;            /* last unsigned SOA that the signer read, or the unsigned file's now */
	int64_t  now;                /* epoch seconds on that host */
	int      utc_offset;         /* seconds east of UTC of the daemon: datecounter counts local days */
};

/* The next serial that the signer would write. False: it would refuse to sign (keep, not greater). */
bool serial_next(const struct serial_state *s, uint32_t *next);

const char *serial_mode_name(enum serial_mode mode);   /* "counter"… */

#endif
