/* address.h -- a name server as failover.xml writes it: "192.0.2.53", "2001:db8::53", "[addr]:port". */
#ifndef ODSF_REMOTE_DNS_ADDRESS_H
#define ODSF_REMOTE_DNS_ADDRESS_H

#include <sys/socket.h>

#include "core/base/err.h"

/* Numeric only: no look-up, so that nothing blocks and no zone of ours is needed to find its server. Port 53 when none
 * is given. RC_USAGE with what is allowed otherwise. */
MUST_CHECK enum rc address_parse(const char *server, struct sockaddr_storage *to, socklen_t *len, struct err *e);

#endif
