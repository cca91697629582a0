/* message.h -- one question made, one answer checked, in ldns's terms. */
#ifndef ODSF_REMOTE_DNS_MESSAGE_H
#define ODSF_REMOTE_DNS_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include <ldns/ldns.h>

#include "core/base/err.h"
#include "core/pair/resolver.h"

struct dns_question {
	ldns_rdf *name;
	ldns_rr_type type;
	uint16_t id;
	uint8_t *wire; /* ldns's allocation */
	size_t len;
};

/* A question with a random id, RD clear; with EDNS (1232 octets, DO) unless it is a transfer. RC_USAGE: no such name or
 * type. Free with dns_question_clear() whatever is returned. */
MUST_CHECK enum rc dns_question_make(struct dns_question *q, const char *zone, const char *type, struct err *e);
void dns_question_clear(struct dns_question *q);

/* Parses an answer and checks that it is one to @q: id, QR, question (@first only: later messages of a transfer may
 * have none). RC_PARSE otherwise. The caller frees the packet with ldns_pkt_free(). */
MUST_CHECK enum rc dns_answer_parse(ldns_pkt **pkt, const struct dns_question *q, const uint8_t *wire, size_t len,
                                    bool first, const char *server, struct err *e);

/* What core is told of an answer, in @arena. @a was zeroed. */
void dns_answer_take(struct dns_answer *a, const ldns_pkt *pkt, struct arena *arena);

#endif
