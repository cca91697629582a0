/* resolver.h -- core's port to name servers, by ldns's wire format over sockets of our own, so that every wait has a
 * deadline and can be cancelled. */
#ifndef ODSF_REMOTE_DNS_RESOLVER_H
#define ODSF_REMOTE_DNS_RESOLVER_H

#include "core/pair/resolver.h"

/* Any thread may use it; it holds no connection between two calls. Free it with its own ops->free().
 * Errors of query and transfer: RC_USAGE a server or zone name that is none; RC_CONNECT refused or no route; RC_TIMEOUT
 * silent, or nothing came by UDP but what is no answer, which the sentence then says; RC_CANCELLED; RC_PARSE an answer
 * that is none by TCP, or a transfer that is cut short, of another zone, or of two serials; RC_BLOCKED the server
 * refuses. */
struct resolver *resolver_dns_new(void);

#endif
