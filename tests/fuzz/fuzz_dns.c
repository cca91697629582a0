/* What a name server answers: any octets for a message are refused, or read into records; and whatever records it sends
 * where others were asked for, what is said of the zone and its DS is whole. The first octet picks whether it answers
 * SOA, DNSKEY, NS or DS; it says nothing to the other questions. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/pair/public.h"
#include "remote/dns/message.h"
#include "tests/fuzz/scratch.h"

static const char *const types[] = { "SOA", "DNSKEY", "NS", "DS" };

struct answering {
	struct resolver resolver; /* first: ops get this */
	const char *type;
	uint8_t *message;
	size_t len;
};

static enum rc query(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                     struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	static const char *soa[] = { "example. 60 IN SOA ns. hm. 7 1 1 1 1" };
	struct answering *s = (struct answering *)r;
	struct dns_question q;
	ldns_pkt *pkt = NULL;
	enum rc rc = dns_question_make(&q, zone, type, e);

	(void)timeout_ms;
	(void)c;
	*a = (struct dns_answer){ 0 };
	if (rc == RC_OK && strcmp(s->type, type) != 0) {
		*a = (struct dns_answer){ .authoritative = true, .records = soa, .record_count = 1 };
	} else if (rc == RC_OK) {
		s->message[0] = (uint8_t)(q.id >> 8);
		s->message[1] = (uint8_t)q.id;
		rc = dns_answer_parse(&pkt, &q, s->message, s->len, true, server, e);
		if (rc == RC_OK)
			dns_answer_take(a, pkt, arena);
	}
	ldns_pkt_free(pkt);
	dns_question_clear(&q);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct resolver_ops ops = { .query = query };
	static const char *const names[] = { "example" };
	static char server[] = "192.0.2.53", zone[] = "example", *servers[] = { server };
	static struct parent_config parents[] = { { zone, server } };
	static const struct pair_config pair = {
		.name_servers = servers, .name_server_count = 1, .parents = parents, .parent_count = 1
	};
	struct answering s = { .resolver = { &ops } };
	struct public_view v;

	if (size < 3)
		return 0;
	s.type = types[data[0] % 4];
	s.len = size - 1;
	s.message = xcalloc(1, s.len);
	memcpy(s.message, data + 1, s.len);
	public_observe(&v, &pair, &s.resolver, names, 1, clock_mono_ms() + 10000, NULL);
	if (v.zone_count != 1 || v.ds_count != 1)
		abort();
	if (v.zones[0].know.ok ? !v.zones[0].serial.ok : v.zones[0].know.why == NULL)
		abort();
	if (!v.ds[0].know.ok && v.ds[0].know.why == NULL)
		abort();
	public_view_clear(&v);
	free(s.message);
	return 0;
}
