#include "core/pair/resolver.h"

#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#include "core/base/str.h"
#include "core/zone/rr.h"

/* The type alone, so that nothing else is parsed: what is sent and was not asked for is no business of ours. */
static bool says_type(const char *text, const char *type)
{
	char word[24] = "";

	return sscanf(text, "%*s %*s %*s %23s", word) == 1 && strcmp(word, type) == 0;
}

/* Whether a record is of @zone and @type, or (@signature) a signature over such. */
static bool is_asked_for(const char *text, const ldns_rdf *zone, const char *type, bool *signature)
{
	bool is;
	ldns_rr *rr;

	*signature = says_type(text, "RRSIG");
	if (!*signature && !says_type(text, type))
		return false;
	rr = rr_parse(text);
	is = rr != NULL && ldns_dname_compare(ldns_rr_owner(rr), zone) == 0 &&
	     (!*signature || ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == ldns_get_rr_type_by_name(type));
	ldns_rr_free(rr);
	return is;
}

/* How many of @type are left, signatures not counted. */
static size_t drop_the_rest(struct dns_answer *a, const char *zone, const char *type)
{
	ldns_rdf *name = ldns_dname_new_frm_str(zone);
	size_t kept = 0, signatures = 0;

	for (size_t i = 0; name != NULL && i < a->record_count; i++) {
		bool signature;

		if (!is_asked_for(a->records[i], name, type, &signature))
			continue;
		a->records[kept++] = a->records[i];
		signatures += signature;
	}
	a->record_count = kept;
	ldns_rdf_deep_free(name);
	return kept - signatures;
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
	size_t count;
	enum rc rc = r->ops->query(r, server, zone, type, timeout_ms, arena, a, c, e);

	if (rc != RC_OK)
		return rc;
	if (a->rcode != 0) {
		code = ldns_lookup_by_id(ldns_rcodes, a->rcode);
		return not_served(server, zone, code != NULL ? code->name : arena_printf(arena, "code %d", a->rcode),
		                  e);
	}
	count = drop_the_rest(a, zone, type);
	if (!a->authoritative && !(ds && count > 0))
		return not_served(server, zone, "not authoritative", e);
	if (ds && count == 0 && a->denied_by != NULL && name_equal(a->denied_by, zone))
		return err_set(e, RC_UNKNOWN, "name server %s serves %s itself, which knows nothing of its DS", server,
		               zone);
	if (strcmp(type, "SOA") == 0 && count == 0)
		return err_set(e, RC_UNKNOWN, "name server %s has no SOA record of %s", server, zone);
	return RC_OK;
}
