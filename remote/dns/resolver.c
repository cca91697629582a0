#include "remote/dns/resolver.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "remote/dns/address.h"
#include "remote/dns/message.h"
#include "remote/dns/wait.h"
#include "remote/replay/recording.h"

enum { UDP_TRIES = 3, MESSAGE_MAX = 65535, TRANSFER_MAX = 1000000 /* messages */, SHOWN_MAX = 80 };

/* Opens a socket towards @server; a stream socket is connected when this returns RC_OK. */
static enum rc open_socket(const struct dns_wait *w, int kind, int *fd, struct err *e)
{
	struct sockaddr_storage to;
	socklen_t len;
	int sys = 0;
	socklen_t sys_len = sizeof sys;
	enum rc rc = address_parse(w->server, &to, &len, e);

	*fd = -1;
	if (rc == RC_OK)
		rc = dns_going_on(w, e);
	if (rc != RC_OK)
		return rc;
	*fd = socket(to.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return err_sys(e, errno, "socket");
	if (connect(*fd, (struct sockaddr *)&to, len) == 0)
		return RC_OK;
	if (errno != EINPROGRESS)
		return err_set(e, RC_CONNECT, "name server %s cannot be reached: %s", w->server,
		               strerrordesc_np(errno));
	rc = dns_poll(w, *fd, POLLOUT, e);
	if (rc != RC_OK)
		return rc;
	if (getsockopt(*fd, SOL_SOCKET, SO_ERROR, &sys, &sys_len) < 0)
		sys = errno;
	return sys == 0
	           ? RC_OK
	           : err_set(e, RC_CONNECT, "name server %s cannot be reached: %s", w->server, strerrordesc_np(sys));
}

static void close_socket(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* One try over UDP. What is no answer to the question is dropped, as a resolver must (RFC 5452 section 9.1); @stray
 * then says what it was. */
static enum rc ask_udp(const struct dns_wait *w, const struct dns_question *q, ldns_pkt **pkt, struct err *stray,
                       struct err *e)
{
	uint8_t wire[4096];
	int fd;
	enum rc rc = open_socket(w, SOCK_DGRAM, &fd, e);

	if (rc == RC_OK && send(fd, q->wire, q->len, MSG_NOSIGNAL) != (ssize_t)q->len)
		rc = err_set(e, RC_CONNECT, "name server %s cannot be reached: %s", w->server, strerrordesc_np(errno));
	while (rc == RC_OK) {
		ssize_t n;

		rc = dns_poll(w, fd, POLLIN, e);
		if (rc != RC_OK)
			break;
		n = recv(fd, wire, sizeof wire, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0) {
			rc = err_set(e, RC_CONNECT, "name server %s cannot be reached: %s", w->server,
			             strerrordesc_np(errno));
			break;
		}
		if (dns_answer_parse(pkt, q, wire, (size_t)n, true, w->server, stray) == RC_OK)
			break;
	}
	close_socket(&fd);
	return rc;
}

/* Reads one length-prefixed message of a stream into @wire of MESSAGE_MAX octets (RFC 1035 section 4.2.2). */
static enum rc read_message(const struct dns_wait *w, int fd, uint8_t *wire, size_t *len, struct err *e)
{
	uint8_t prefix[2];
	enum rc rc = dns_read_all(w, fd, prefix, sizeof prefix, e);

	*len = (size_t)prefix[0] << 8 | prefix[1];
	return rc == RC_OK ? dns_read_all(w, fd, wire, *len, e) : rc;
}

static enum rc send_message(const struct dns_wait *w, int fd, const struct dns_question *q, struct err *e)
{
	uint8_t prefix[2] = { (uint8_t)(q->len >> 8), (uint8_t)q->len };
	enum rc rc = dns_write_all(w, fd, prefix, sizeof prefix, e);

	return rc == RC_OK ? dns_write_all(w, fd, q->wire, q->len, e) : rc;
}

static enum rc ask_tcp(const struct dns_wait *w, const struct dns_question *q, ldns_pkt **pkt, struct err *e)
{
	uint8_t *wire = xcalloc(1, MESSAGE_MAX);
	size_t len = 0;
	int fd;
	enum rc rc = open_socket(w, SOCK_STREAM, &fd, e);

	if (rc == RC_OK)
		rc = send_message(w, fd, q, e);
	if (rc == RC_OK)
		rc = read_message(w, fd, wire, &len, e);
	if (rc == RC_OK)
		rc = dns_answer_parse(pkt, q, wire, len, true, w->server, e);
	close_socket(&fd);
	free(wire);
	return rc;
}

static enum rc exchange(struct dns_wait *w, int timeout_ms, const struct dns_question *q, ldns_pkt **pkt, struct err *e)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	struct err stray = { 0 };
	enum rc rc = RC_TIMEOUT;

	for (int i = 0; i < UDP_TRIES && rc == RC_TIMEOUT; i++) {
		w->until_ms = i + 1 < UDP_TRIES ? clock_mono_ms() + timeout_ms / UDP_TRIES : end;
		rc = ask_udp(w, q, pkt, &stray, e);
	}
	if (rc == RC_TIMEOUT && stray.rc != RC_OK)
		return err_set(e, rc, "%s", stray.text);
	w->until_ms = end;
	if (rc == RC_OK && ldns_pkt_tc(*pkt)) {
		ldns_pkt_free(*pkt);
		*pkt = NULL;
		rc = ask_tcp(w, q, pkt, e);
	}
	return rc;
}

static enum rc query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                     struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	struct dns_wait w = { .server = server, .cancel = c };
	struct dns_question q;
	ldns_pkt *pkt = NULL;
	enum rc rc = dns_question_make(&q, zone, type, e);

	(void)r;
	memset(a, 0, sizeof *a);
	if (rc == RC_OK)
		rc = exchange(&w, timeout_ms, &q, &pkt, e);
	if (rc == RC_OK)
		dns_answer_take(a, pkt, arena);
	recording_keep_dns(server, zone, type, a, rc, e);
	ldns_pkt_free(pkt);
	dns_question_clear(&q);
	return rc;
}

/* What is told of a transfer between its messages. */
struct transfer {
	host_sink_fn sink;
	void *ctx;
	const char *server, *zone;
	const ldns_rdf *name; /* of the zone */
	ldns_rr *soa;         /* the first record */
	bool over;            /* the same one came again (RFC 5936 section 2.2) */
};

/* Whether @name is @zone or stands below it; octet by octet, for it is asked of every record. The length of a label is
 * below 'A', so that to fold it changes nothing. */
static bool stands_in(const ldns_rdf *name, const ldns_rdf *zone)
{
	const uint8_t *n = ldns_rdf_data(name), *z = ldns_rdf_data(zone);
	size_t n_len = ldns_rdf_size(name), z_len = ldns_rdf_size(zone), at = 0;

	while (n_len - at > z_len && n[at] != 0)
		at += (size_t)n[at] + 1;
	if (n_len - at != z_len)
		return false;
	for (size_t i = 0; i < z_len; i++)
		if (tolower(n[at + i]) != tolower(z[i]))
			return false;
	return true;
}

static enum rc check_record(struct transfer *t, const ldns_rr *rr, struct err *e)
{
	bool soa = ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA;
	struct buf shown = { 0 };
	char *owner;
	enum rc rc;

	if (t->soa == NULL && !soa)
		return err_set(e, RC_PARSE, "name server %s begins a transfer without a SOA record", t->server);
	if (soa && ldns_dname_compare(ldns_rr_owner(rr), t->name) != 0)
		return err_set(e, RC_PARSE, "name server %s transfers another zone than %s", t->server, t->zone);
	if (soa && t->soa != NULL && ldns_rr_compare(rr, t->soa) != 0)
		return err_set(e, RC_PARSE, "%s changed while it was transferred from name server %s", t->zone,
		               t->server);
	if (soa || stands_in(ldns_rr_owner(rr), t->name))
		return RC_OK;
	owner = ldns_rdf2str(ldns_rr_owner(rr));
	str_escape(&shown, owner, strlen(owner), SHOWN_MAX);
	rc = err_set(e, RC_PARSE, "name server %s transfers a record of %s, which is not of %s", t->server,
	             buf_str(&shown), t->zone);
	buf_free(&shown);
	LDNS_FREE(owner);
	return rc;
}

static enum rc give_record(struct transfer *t, const ldns_rr *rr, struct err *e)
{
	char *text = ldns_rr2str(rr);
	bool kept;

	if (text == NULL)
		return err_set(e, RC_PARSE, "name server %s transfers a record that has no text form", t->server);
	kept = t->sink(t->ctx, text, strlen(text));
	LDNS_FREE(text);
	return kept ? RC_OK : err_set(e, RC_CANCELLED, "the transfer from name server %s was stopped", t->server);
}

static enum rc give_records(struct transfer *t, const ldns_pkt *pkt, struct err *e)
{
	const ldns_rr_list *list = ldns_pkt_answer(pkt);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ldns_rr_list_rr_count(list) && !t->over; i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		bool soa = ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA;

		rc = check_record(t, rr, e);
		t->over = rc == RC_OK && soa && t->soa != NULL;
		if (rc != RC_OK || t->over)
			break;
		if (soa)
			t->soa = ldns_rr_clone(rr);
		rc = give_record(t, rr, e);
	}
	return rc;
}

static enum rc check_rcode(const ldns_pkt *pkt, const struct transfer *t, struct err *e)
{
	ldns_pkt_rcode rcode = ldns_pkt_get_rcode(pkt);
	const ldns_lookup_table *row = ldns_lookup_by_id(ldns_rcodes, (int)rcode);

	if (rcode == LDNS_RCODE_NOERROR && (t->soa != NULL || ldns_pkt_ancount(pkt) > 0))
		return RC_OK;
	return err_set(e, RC_BLOCKED, "name server %s refuses the transfer of %s (%s)", t->server, t->zone,
	               rcode == LDNS_RCODE_NOERROR ? "an empty answer"
	               : row != NULL               ? row->name
	                                           : "an unknown code");
}

static enum rc transfer(struct resolver *r, const char *server, const char *zone, int timeout_ms, host_sink_fn sink,
                        void *ctx, struct cancel *c, struct err *e)
{
	struct dns_wait w = { .server = server, .until_ms = clock_mono_ms() + timeout_ms, .cancel = c };
	struct transfer t = { .sink = sink, .ctx = ctx, .server = server, .zone = zone };
	uint8_t *wire = xcalloc(1, MESSAGE_MAX);
	struct dns_question q;
	int fd = -1;
	enum rc rc = dns_question_make(&q, zone, "AXFR", e);

	(void)r;
	if (rc == RC_OK)
		rc = open_socket(&w, SOCK_STREAM, &fd, e);
	if (rc == RC_OK)
		rc = send_message(&w, fd, &q, e);
	t.name = q.name;
	for (int messages = 0; rc == RC_OK && !t.over; messages++) {
		ldns_pkt *pkt = NULL;
		size_t len = 0;

		w.until_ms = clock_mono_ms() + timeout_ms;
		rc = messages < TRANSFER_MAX ? read_message(&w, fd, wire, &len, e)
		                             : err_set(e, RC_PARSE, "name server %s does not end its transfer", server);
		if (rc == RC_OK)
			rc = dns_answer_parse(&pkt, &q, wire, len, messages == 0, server, e);
		if (rc == RC_OK)
			rc = check_rcode(pkt, &t, e);
		if (rc == RC_OK)
			rc = give_records(&t, pkt, e);
		ldns_pkt_free(pkt);
	}
	close_socket(&fd);
	ldns_rr_free(t.soa);
	dns_question_clear(&q);
	free(wire);
	return rc;
}

static void free_resolver(struct resolver **r)
{
	free(*r);
	*r = NULL;
}

static const struct resolver_ops ops = { .query = query, .transfer = transfer, .free = free_resolver };

struct resolver *resolver_dns_new(void)
{
	struct resolver *r = xcalloc(1, sizeof *r);

	r->ops = &ops;
	return r;
}
