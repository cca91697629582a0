#include "core/opendnssec/zonelist.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/opendnssec/xml.h"

enum zone_adapter zone_adapter(const char *type)
{
	if (!type || !*type)
		return ZONE_ADAPTER_NONE;
	if (strcasecmp(type, "File") == 0)
		return ZONE_ADAPTER_FILE;
	return strcasecmp(type, "DNS") == 0 ? ZONE_ADAPTER_DNS : ZONE_ADAPTER_OTHER;
}

static enum zone_adapter parse_adapter(struct arena *a, xmlNode *side, const char **uri)
{
	xmlNode *file = xml_child(side, "File"), *adapter = xml_child(side, "Adapter");
	enum zone_adapter kind = ZONE_ADAPTER_NONE;

	if (file) {
		kind = ZONE_ADAPTER_FILE;
		*uri = xml_text(a, file);
	} else if (adapter) {
		const char *type = xml_attribute(a, adapter, "type");

		kind = type ? zone_adapter(type) : ZONE_ADAPTER_OTHER;
		*uri = xml_text(a, adapter);
	}
	return kind;
}

static const char *without_dot(struct arena *a, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	return n > 1 && name[n - 1] == '.' ? arena_strndup(a, name, n - 1) : name;
}

static int by_name(const void *x, const void *y)
{
	const struct zonelist_zone *const *a = x, *const *b = y;

	return strcasecmp((*a)->name, (*b)->name);
}

static enum rc refuse_doubles(const struct zonelist *l, const char *file, struct err *e)
{
	struct arena a = { 0 };
	const struct zonelist_zone **order = arena_alloc(&a, (l->zone_count + 1) * sizeof *order);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < l->zone_count; i++)
		order[i] = &l->zones[i];
	qsort(order, l->zone_count, sizeof *order, by_name);
	for (size_t i = 1; i < l->zone_count && rc == RC_OK; i++) {
		if (by_name(&order[i - 1], &order[i]) == 0)
			rc = err_set(e, RC_PARSE, "%s: line %ld: a zone that is there twice, at line %ld too", file,
			             order[i]->line, order[i - 1]->line);
	}
	arena_free(&a);
	return rc;
}

enum rc zonelist_parse(struct zonelist *l, struct arena *a, const char *file, const char *text, size_t len,
                       struct err *e)
{
	xmlDoc *doc = NULL;
	xmlNode *root;
	size_t n = 0;
	enum rc rc;

	memset(l, 0, sizeof *l);
	rc = xml_parse(&doc, file, "ZoneList", text, len, e);
	if (rc != RC_OK)
		return rc;
	root = xmlDocGetRootElement(doc);
	for (xmlNode *z = xml_child(root, "Zone"); z; z = xml_next(z, "Zone"))
		n++;
	if (n)
		l->zones = arena_alloc(a, n * sizeof *l->zones);
	for (xmlNode *z = xml_child(root, "Zone"); z && rc == RC_OK; z = xml_next(z, "Zone")) {
		struct zonelist_zone *to = &l->zones[l->zone_count++];

		to->line = xmlGetLineNo(z);
		to->name = without_dot(a, xml_attribute(a, z, "name"));
		to->policy = xml_text(a, xml_child(z, "Policy"));
		to->signconf = xml_text(a, xml_child(z, "SignerConfiguration"));
		to->input = parse_adapter(a, xml_path(z, "Adapters/Input"), &to->input_uri);
		to->output = parse_adapter(a, xml_path(z, "Adapters/Output"), &to->output_uri);
		if (!to->name || !*to->name)
			rc = err_set(e, RC_PARSE, "%s: line %ld: a Zone without a name", file, to->line);
	}
	if (rc == RC_OK)
		rc = refuse_doubles(l, file, e);
	xml_free(&doc);
	return rc;
}
