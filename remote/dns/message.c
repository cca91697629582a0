#include "remote/dns/message.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "core/zone/rr.h"

enum { EDNS_SIZE = 1232 };

enum rc dns_question_make(struct dns_question *q, const char *zone, const char *type, struct err *e)
{
	ldns_pkt *pkt = NULL;
	enum rc rc = RC_OK;

	memset(q, 0, sizeof *q);
	q->type = ldns_get_rr_type_by_name(type);
	if (q->type == 0 || strlen(zone) > LDNS_MAX_DOMAINLEN * 4 ||
	    ldns_str2rdf_dname(&q->name, zone) != LDNS_STATUS_OK)
		return err_set(e, RC_USAGE, "\"%.100s %.20s\" cannot be asked for: no domain name or no record type",
		               zone, type);
	if (getrandom(&q->id, sizeof q->id, 0) != sizeof q->id)
		return err_sys(e, errno, "getrandom");
	pkt = ldns_pkt_query_new(ldns_rdf_clone(q->name), q->type, LDNS_RR_CLASS_IN, 0);
	if (pkt == NULL)
		return err_set(e, RC_NOMEM, "no memory for a DNS question");
	ldns_pkt_set_id(pkt, q->id);
	if (q->type != LDNS_RR_TYPE_AXFR) {
		ldns_pkt_set_edns_udp_size(pkt, EDNS_SIZE);
		ldns_pkt_set_edns_do(pkt, true);
	}
	if (ldns_pkt2wire(&q->wire, pkt, &q->len) != LDNS_STATUS_OK)
		rc = err_set(e, RC_USAGE, "\"%.100s\" does not fit a DNS question", zone);
	ldns_pkt_free(pkt);
	return rc;
}

void dns_question_clear(struct dns_question *q)
{
	ldns_rdf_deep_free(q->name);
	LDNS_FREE(q->wire);
	memset(q, 0, sizeof *q);
}

static bool asks_the_same(const ldns_pkt *pkt, const struct dns_question *q)
{
	const ldns_rr_list *list = ldns_pkt_question(pkt);
	const ldns_rr *rr = ldns_rr_list_rr_count(list) == 1 ? ldns_rr_list_rr(list, 0) : NULL;

	return rr != NULL && ldns_rr_get_type(rr) == q->type && ldns_dname_compare(ldns_rr_owner(rr), q->name) == 0;
}

static bool whole(const ldns_rr_list *list)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (!rr_whole(ldns_rr_list_rr(list, i)))
			return false;
	return true;
}

enum rc dns_answer_parse(ldns_pkt **pkt, const struct dns_question *q, const uint8_t *wire, size_t len, bool first,
                         const char *server, struct err *e)
{
	ldns_pkt *p = NULL;

	*pkt = NULL;
	if (ldns_wire2pkt(&p, wire, len) != LDNS_STATUS_OK)
		return err_set(e, RC_PARSE, "name server %s answers what is no DNS message", server);
	if (!whole(ldns_pkt_answer(p)) || !whole(ldns_pkt_authority(p))) {
		ldns_pkt_free(p);
		return err_set(e, RC_PARSE, "name server %s answers with a record that has fields missing", server);
	}
	if (ldns_pkt_id(p) != q->id || !ldns_pkt_qr(p) ||
	    ((first || ldns_pkt_qdcount(p) > 0) && ldns_pkt_get_rcode(p) == LDNS_RCODE_NOERROR &&
	     !asks_the_same(p, q))) {
		ldns_pkt_free(p);
		return err_set(e, RC_PARSE, "name server %s answers another question than was asked", server);
	}
	*pkt = p;
	return RC_OK;
}

/* The record without the newline that ldns ends it with; ldns's allocation. */
static char *record_text(const ldns_rr *rr)
{
	char *text = ldns_rr2str(rr);

	if (text != NULL)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static const char *denied_by(const ldns_pkt *pkt, struct arena *arena)
{
	const ldns_rr_list *list = ldns_pkt_authority(pkt);

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		char *name = ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA ? ldns_rdf2str(ldns_rr_owner(rr)) : NULL;
		const char *kept = arena_strdup(arena, name);

		LDNS_FREE(name);
		if (kept != NULL)
			return kept;
	}
	return NULL;
}

void dns_answer_take(struct dns_answer *a, const ldns_pkt *pkt, struct arena *arena)
{
	const ldns_rr_list *list = ldns_pkt_answer(pkt);
	size_t count = ldns_rr_list_rr_count(list);

	a->authoritative = ldns_pkt_aa(pkt);
	a->rcode = (int)ldns_pkt_get_rcode(pkt);
	a->denied_by = denied_by(pkt, arena);
	a->records = arena_alloc(arena, (count + 1) * sizeof *a->records);
	for (size_t i = 0; i < count; i++) {
		char *text = record_text(ldns_rr_list_rr(list, i));

		if (text != NULL)
			a->records[a->record_count++] = arena_strdup(arena, text);
		LDNS_FREE(text);
	}
}
