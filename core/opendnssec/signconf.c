#include "core/opendnssec/signconf.h"

#include <string.h>

#include "core/base/str.h"
#include "core/opendnssec/xml.h"

static int small_number(struct arena *a, xmlNode *n, uint64_t max)
{
	const char *s = xml_text(a, n);
	uint64_t v;

	return s && str_u64(s, max, &v) ? (int)v : -1;
}

static enum rc parse_keys(struct signconf *s, struct arena *a, const char *file, xmlNode *keys, struct err *e)
{
	size_t n = 0;

	for (xmlNode *k = xml_child(keys, "Key"); k; k = xml_next(k, "Key"))
		n++;
	if (n)
		s->keys = arena_alloc(a, n * sizeof *s->keys);
	for (xmlNode *k = xml_child(keys, "Key"); k; k = xml_next(k, "Key")) {
		struct signconf_key *to = &s->keys[s->key_count++];

		to->flags = small_number(a, xml_child(k, "Flags"), 65535);
		to->algorithm = small_number(a, xml_child(k, "Algorithm"), 255);
		to->locator = xml_text(a, xml_child(k, "Locator"));
		to->ksk = xml_child(k, "KSK") != NULL;
		to->zsk = xml_child(k, "ZSK") != NULL;
		to->publish = xml_child(k, "Publish") != NULL;
		if (!to->locator || to->flags < 0 || to->algorithm < 0)
			return err_set(e, RC_PARSE, "%s: line %ld: a Key without %s", file, xmlGetLineNo(k),
			               !to->locator    ? "Locator"
			               : to->flags < 0 ? "Flags"
			                               : "Algorithm");
	}
	return RC_OK;
}

enum rc signconf_parse(struct signconf *s, struct arena *a, const char *file, const char *text, size_t len,
                       struct err *e)
{
	const struct {
		const char *path;
		int64_t *to;
	} timings[] = {
		{ "Signatures/Resign", &s->resign },
		{ "Signatures/Refresh", &s->refresh },
		{ "Signatures/Validity/Default", &s->validity },
		{ "Signatures/Validity/Denial", &s->validity_denial },
		{ "Signatures/Jitter", &s->jitter },
		{ "Signatures/InceptionOffset", &s->inception_offset },
	};
	xmlDoc *doc = NULL;
	xmlNode *zone;
	enum rc rc;

	memset(s, 0, sizeof *s);
	rc = xml_parse(&doc, file, "SignerConfiguration", text, len, e);
	if (rc != RC_OK)
		return rc;
	zone = xml_child(xmlDocGetRootElement(doc), "Zone");
	s->zone = xml_attribute(a, zone, "name");
	if (!s->zone)
		rc = err_set(e, RC_PARSE, "%s: line 1: no Zone with a name", file);
	for (size_t i = 0; i < sizeof timings / sizeof *timings && rc == RC_OK; i++) {
		if (!xml_duration(xml_path(zone, timings[i].path), timings[i].to))
			rc = err_set(e, RC_PARSE, "%s: line %ld: no %s, or not a duration", file, xmlGetLineNo(zone),
			             timings[i].path);
	}
	if (rc == RC_OK) {
		s->nsec3 = xml_path(zone, "Denial/NSEC3") != NULL;
		s->serial = xml_text(a, xml_path(zone, "SOA/Serial"));
		rc = parse_keys(s, a, file, xml_child(zone, "Keys"), e);
	}
	xml_free(&doc);
	return rc;
}
