#include "core/pair/resolver.h"

#include <string.h>

#include <ldns/ldns.h>

#include "core/base/str.h"

static bool is_asked_for(const char *text, const ldns_rdf *zone, ldns_rr_type type)
{
	ldns_rr *rr = NULL;
	bool is;

	if (ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL) != LDNS_STATUS_OK)
		return false;
	is = ldns_dname_compare(ldns_rr_owner(rr), zone) == 0 &&
	     (ldns_rr_get_type(rr) == type ||
	      (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG && ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == type));
	ldns_rr_free(rr);
	return is;
}

static void drop_the_rest(struct dns_answer *a, const char *zone, const char *type)
{
	ldns_rdf *name = ldns_dname_new_frm_str(zone);
	ldns_rr_type number = ldns_get_rr_type_by_name(type);
	size_t kept = 0;

	for (size_t i = 0; name != NULL && i < a->record_count; i++)
		if (is_asked_for(a->records[i], name, number))
			a->records[kept++] = a->records[i];
	a->record_count = kept;
	ldns_rdf_deep_free(name);
}

static enum rc not_served(const char *server, const char *zone, const char *why, struct err *e)
{
	return err_set(e, RC_UNKNOWN, "name server %s does not serve %s (%s)", server, zone, why);
}

enum rc resolver_ask(struct resolver *r, const char *server, const char *zone, const char *type, int timeout_ms,
                     struct arena *arena, struct dns_answer *a, struct cancel *c, struct err *e)
{
	const ldns_lookup_table *code;
	bool ds = strcmp(type, "DS") == 0;
	enum rc rc = r->ops->query(r, server, zone, type, timeout_ms, arena, a, c, e);

	if (rc != RC_OK)
		return rc;
	if (a->rcode != 0) {
		code = ldns_lookup_by_id(ldns_rcodes, a->rcode);
		return not_served(server, zone, code != NULL ? code->name : arena_printf(arena, "code %d", a->rcode),
		                  e);
	}
	drop_the_rest(a, zone, type);
	if (!a->authoritative && !(ds && a->record_count > 0))
		return not_served(server, zone, "not authoritative", e);
	if (ds && a->record_count == 0 && a->denied_by != NULL && name_equal(a->denied_by, zone))
		return err_set(e, RC_UNKNOWN, "name server %s serves %s itself, which knows nothing of its DS", server,
		               zone);
	if (strcmp(type, "SOA") == 0 && a->record_count == 0)
		return err_set(e, RC_UNKNOWN, "name server %s has no SOA record of %s", server, zone);
	return RC_OK;
}
