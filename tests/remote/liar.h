/* liar.h -- a name server that misbehaves as a test wants it to, on loopback, UDP and TCP on one port. */
#ifndef ODSF_TESTS_REMOTE_LIAR_H
#define ODSF_TESTS_REMOTE_LIAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ldns/ldns.h>

struct liar;

/* One question, and whoever put it. */
struct liar_talk {
	int fd;
	bool stream;
	ldns_pkt *question;
	const void *peer; /* of a datagram */
	const struct liar *liar;
};

/* What it does with a question; runs in the liar's own thread. NULL: it listens, and never says anything. */
typedef void (*liar_fn)(struct liar_talk *t);

struct liar *liar_new(liar_fn fn);
void liar_free(struct liar **liar);
const char *liar_address(const struct liar *liar); /* "[127.0.0.1]:PORT" */

/* False once nobody listens any more. */
bool liar_say(struct liar_talk *t, const void *octets, size_t len);
/* An authoritative answer to the question with @records (zone text, ended by NULL) in its answer section; changed by
 * @change before it is sent, unless that is NULL. */
bool liar_answer(struct liar_talk *t, void (*change)(ldns_pkt *), const char *const *records);
/* The same message over and over on a stream, faster than it can be read, until nobody listens any more. */
void liar_answer_without_end(struct liar_talk *t, const char *const *records);
/* Says nothing more on a stream until nobody listens any more, or the liar is freed. */
void liar_keep_silent(const struct liar_talk *t);

#endif
