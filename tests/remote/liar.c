#include "liar.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/cancel.h"
#include "core/base/mem.h"

enum { QUESTION_MAX = 4096, MANY_OCTETS = 1024 * 1024 };

struct liar {
	int udp, tcp;
	liar_fn fn;
	struct cancel *end;
	pthread_t thread;
	char address[40];
};

bool liar_say(struct liar_talk *t, const void *octets, size_t len)
{
	uint8_t prefix[2] = { (uint8_t)(len >> 8), (uint8_t)len };

	if (!t->stream)
		return sendto(t->fd, octets, len, 0, t->peer, sizeof(struct sockaddr_in)) == (ssize_t)len;
	return send(t->fd, prefix, sizeof prefix, MSG_NOSIGNAL) == sizeof prefix &&
	       send(t->fd, octets, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static uint8_t *wire_of(const struct liar_talk *t, void (*change)(ldns_pkt *), const char *const *records, size_t *len)
{
	ldns_pkt *pkt = ldns_pkt_new();
	uint8_t *wire = NULL;

	ldns_pkt_set_id(pkt, ldns_pkt_id(t->question));
	ldns_pkt_set_qr(pkt, true);
	ldns_pkt_set_aa(pkt, true);
	(void)ldns_pkt_push_rr(pkt, LDNS_SECTION_QUESTION,
	                       ldns_rr_clone(ldns_rr_list_rr(ldns_pkt_question(t->question), 0)));
	for (; *records != NULL; records++) {
		ldns_rr *rr = NULL;

		if (ldns_rr_new_frm_str(&rr, *records, 0, NULL, NULL) != LDNS_STATUS_OK)
			abort();
		(void)ldns_pkt_push_rr(pkt, LDNS_SECTION_ANSWER, rr);
	}
	if (change != NULL)
		change(pkt);
	if (ldns_pkt2wire(&wire, pkt, len) != LDNS_STATUS_OK)
		abort();
	ldns_pkt_free(pkt);
	return wire;
}

bool liar_answer(struct liar_talk *t, void (*change)(ldns_pkt *), const char *const *records)
{
	size_t len = 0;
	uint8_t *wire = wire_of(t, change, records, &len);
	bool said = liar_say(t, wire, len);

	LDNS_FREE(wire);
	return said;
}

void liar_answer_without_end(struct liar_talk *t, const char *const *records)
{
	size_t len = 0;
	uint8_t *wire = wire_of(t, NULL, records, &len);
	uint8_t prefix[2] = { (uint8_t)(len >> 8), (uint8_t)len };
	struct buf many = { 0 };

	while (many.len < MANY_OCTETS) {
		buf_add(&many, prefix, sizeof prefix);
		buf_add(&many, wire, len);
	}
	while (send(t->fd, many.p, many.len, MSG_NOSIGNAL) == (ssize_t)many.len)
		continue;
	buf_free(&many);
	LDNS_FREE(wire);
}

void liar_keep_silent(const struct liar_talk *t)
{
	struct pollfd p[] = { { t->fd, POLLIN, 0 }, { cancel_fd(t->liar->end), POLLIN, 0 } };

	while (t->stream && poll(p, 2, -1) < 0)
		continue;
}

static void talk(const struct liar *l, struct liar_talk *t, const uint8_t *octets, size_t len)
{
	if (ldns_wire2pkt(&t->question, octets, len) != LDNS_STATUS_OK)
		return;
	if (ldns_pkt_qdcount(t->question) == 1)
		l->fn(t);
	ldns_pkt_free(t->question);
}

static void take_datagram(const struct liar *l)
{
	uint8_t octets[QUESTION_MAX];
	struct sockaddr_in peer;
	socklen_t peer_len = sizeof peer;
	ssize_t n = recvfrom(l->udp, octets, sizeof octets, 0, (struct sockaddr *)&peer, &peer_len);

	if (n > 0)
		talk(l, &(struct liar_talk){ .fd = l->udp, .peer = &peer, .liar = l }, octets, (size_t)n);
}

static void take_stream(const struct liar *l)
{
	uint8_t octets[QUESTION_MAX], prefix[2];
	int fd = accept(l->tcp, NULL, NULL);
	size_t len;

	if (fd < 0)
		return;
	if (recv(fd, prefix, sizeof prefix, MSG_WAITALL) == sizeof prefix) {
		len = (size_t)prefix[0] << 8 | prefix[1];
		if (len <= sizeof octets && recv(fd, octets, len, MSG_WAITALL) == (ssize_t)len)
			talk(l, &(struct liar_talk){ .fd = fd, .stream = true, .liar = l }, octets, len);
	}
	close(fd);
}

static void *work(void *arg)
{
	const struct liar *l = arg;

	while (!cancel_raised(l->end)) {
		struct pollfd p[] = { { l->udp, POLLIN, 0 }, { l->tcp, POLLIN, 0 }, { cancel_fd(l->end), POLLIN, 0 } };

		if (l->fn == NULL)
			p[0].fd = p[1].fd = -1;
		if (poll(p, sizeof p / sizeof *p, -1) < 0)
			continue;
		if ((p[0].revents & POLLIN) != 0)
			take_datagram(l);
		if ((p[1].revents & POLLIN) != 0)
			take_stream(l);
	}
	return NULL;
}

/* Both on the port that the first one got: nothing else is in this network. */
static int listen_on(int kind, uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) < 0 ||
	    (kind == SOCK_STREAM && listen(fd, 16) < 0) || getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		abort();
	*port = ntohs(at.sin_port);
	return fd;
}

struct liar *liar_new(liar_fn fn)
{
	struct liar *l = xcalloc(1, sizeof *l);
	uint16_t port = 0;

	l->fn = fn;
	l->tcp = listen_on(SOCK_STREAM, &port);
	l->udp = listen_on(SOCK_DGRAM, &port);
	l->end = cancel_new();
	(void)snprintf(l->address, sizeof l->address, "[127.0.0.1]:%u", port);
	if (pthread_create(&l->thread, NULL, work, l) != 0)
		abort();
	return l;
}

void liar_free(struct liar **liar)
{
	struct liar *l = *liar;

	cancel_raise(l->end);
	(void)pthread_join(l->thread, NULL);
	close(l->udp);
	close(l->tcp);
	cancel_free(&l->end);
	free(l);
	*liar = NULL;
}

const char *liar_address(const struct liar *liar)
{
	return liar->address;
}
