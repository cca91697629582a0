#include "core/run/step_records.h"

#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/run/step_kit.h"
#include "core/run/step_zone.h"
#include "core/zone/rr.h"

enum { QUERY_MS = 5000 };

/* Whether a line can be of @type, without parsing it: a zone of millions of records has few that are asked for. */
static bool may_be(const char *line, size_t len, const char *type)
{
	return memmem(line, len, type, strlen(type)) != NULL;
}

static void add_line(ldns_rr_list *list, const char *line, size_t len, const ldns_rdf *owner, ldns_rr_type type)
{
	char *copy = xstrndup(line, len);
	ldns_rr *rr = rr_parse(copy);

	free(copy);
	if (rr == NULL)
		return;
	if ((type != 0 && ldns_rr_get_type(rr) != type) ||
	    (owner != NULL && ldns_dname_compare(ldns_rr_owner(rr), owner) != 0)) {
		ldns_rr_free(rr);
		return;
	}
	ldns_rr2canonical(rr);
	ldns_rr_set_ttl(rr, 0);
	(void)ldns_rr_list_push_rr(list, rr);
}

void records_add(ldns_rr_list *list, const char *text, const char *owner, ldns_rr_type type)
{
	ldns_rdf *name = owner != NULL ? ldns_dname_new_frm_str(owner) : NULL;
	char *word = type != 0 ? ldns_rr_type2str(type) : NULL;

	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, "\n");

		if (len > 0 && p[0] != ';' && (word == NULL || may_be(p, len, word)))
			add_line(list, p, len, name, type);
		p += len + (p[len] == '\n');
	}
	ldns_rdf_deep_free(name);
	free(word);
}

ldns_rr_list *records_signatures(const ldns_rr_list *list, ldns_rr_type covered)
{
	ldns_rr_list *out = ldns_rr_list_new();

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == covered)
			(void)ldns_rr_list_push_rr(out, ldns_rr_clone(rr));
	}
	return out;
}

static bool holds(const ldns_rr_list *list, const ldns_rr *rr)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_compare(ldns_rr_list_rr(list, i), rr) == 0)
			return true;
	return false;
}

bool records_within(const ldns_rr_list *part, const ldns_rr_list *whole)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(part); i++)
		if (!holds(whole, ldns_rr_list_rr(part, i)))
			return false;
	return true;
}

bool records_equal(const ldns_rr_list *a, const ldns_rr_list *b)
{
	return records_within(a, b) && records_within(b, a);
}

enum rc records_ask(struct step_ctx *c, const char *server, const char *zone, const char *type, ldns_rr_list *list,
                    struct err *e)
{
	struct arena arena = { 0 };
	struct dns_answer a = { 0 };
	enum rc rc = resolver_ask(c->resolver, server, zone, type, QUERY_MS, &arena, &a, c->cancel, e);

	for (size_t i = 0; rc == RC_OK && i < a.record_count; i++)
		records_add(list, a.records[i], zone, 0);
	arena_free(&arena);
	if (rc != RC_OK && rc != RC_CANCELLED) {
		(void)err_in(e, "%s %s at %s", zone, type, server);
		rc = RC_UNKNOWN;
	}
	return rc;
}

void records_of(ldns_rr_list *into, const ldns_rr_list *from, ldns_rr_type type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(from); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(from, i)) == type)
			(void)ldns_rr_list_push_rr(into, ldns_rr_clone(ldns_rr_list_rr(from, i)));
}

static enum rc keys_at(struct step_ctx *c, const char *server, const char *zone, ldns_rr_list *keys, bool first,
                       struct err *e)
{
	ldns_rr_list *all = ldns_rr_list_new(), *here = ldns_rr_list_new();
	enum rc rc = records_ask(c, server, zone, "DNSKEY", all, e);

	if (rc == RC_OK) {
		records_of(here, all, LDNS_RR_TYPE_DNSKEY);
		if (ldns_rr_list_rr_count(here) == 0)
			rc = err_set(e, RC_UNKNOWN, "%s has no DNSKEY at %s", zone, server);
		else if (first)
			records_of(keys, here, LDNS_RR_TYPE_DNSKEY);
		else if (!records_equal(keys, here))
			rc = err_set(e, RC_UNKNOWN, "the public servers give different DNSKEY sets of %s", zone);
	}
	ldns_rr_list_deep_free(all);
	ldns_rr_list_deep_free(here);
	return rc;
}

enum rc records_published_keys(struct step_ctx *c, const char *zone, ldns_rr_list *keys, struct err *e)
{
	struct zone_copy *copy = NULL;
	ldns_rr_list *apex;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->pair->name_server_count; i++)
		rc = keys_at(c, c->pair->name_servers[i], zone, keys, i == 0, e);
	if (rc != RC_OK || c->pair->name_server_count > 0)
		return rc;
	apex = ldns_rr_list_new();
	rc = signed_zone_open(c, c->old_active, zone, &copy, e);
	if (rc == RC_OK)
		rc = signed_zone_apex(copy, zone, apex, e);
	records_of(keys, apex, LDNS_RR_TYPE_DNSKEY);
	if (rc == RC_OK && ldns_rr_list_rr_count(keys) == 0)
		rc = err_set(e, RC_UNKNOWN, "the signed file of %s on %s has no DNSKEY", zone, c->plan->from);
	ldns_rr_list_deep_free(apex);
	zone_copy_free(&copy);
	return rc;
}
