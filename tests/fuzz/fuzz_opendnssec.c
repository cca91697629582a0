/* OpenDNSSEC's XML files as a host may have them. The first octet chooses: 'c' conf.xml, 'z' zonelist.xml or zones.xml,
 * 'k' kasp.xml, else a signconf. addns.xml is not read by the console. */
#include <stdlib.h>

#include "core/opendnssec/conf.h"
#include "core/opendnssec/kasp_change.h"
#include "core/opendnssec/signconf.h"
#include "core/opendnssec/zonelist.h"
#include "tests/fuzz/scratch.h"

static enum rc read_conf(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct conf c;
	enum rc rc = conf_parse(&c, a, "conf.xml", text, len, e);

	if (rc == RC_OK && (!c.policy_file || !c.zonelist_file || !c.enforcer.user || !c.signer.directory ||
	                    (c.mysql ? c.sqlite_path != NULL : c.sqlite_path == NULL)))
		abort();
	return rc;
}

static enum rc read_zonelist(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct zonelist l;
	enum rc rc = zonelist_parse(&l, a, "zonelist.xml", text, len, e);

	for (size_t i = 0; rc == RC_OK && i < l.zone_count; i++)
		if (!l.zones[i].name || l.zones[i].name[0] == '\0')
			abort();
	return rc;
}

/* Nothing of it is new in a database that has it all. */
static enum rc read_kasp(struct arena *a, const char *text, size_t len, struct err *e)
{
	const struct kasp none = { 0 };
	struct kasp_change *changes;
	struct kasp k;
	enum rc rc = kasp_parse(&k, a, "kasp.xml", text, len, e);

	if (rc == RC_OK && kasp_changes(&k, &none, a, &changes) != k.policy_count)
		abort();
	if (rc == RC_OK && kasp_changes(&k, &k, a, &changes) != 0)
		abort();
	return rc;
}

static enum rc read_signconf(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct signconf s;
	enum rc rc = signconf_parse(&s, a, "example.org.xml", text, len, e);

	if (rc == RC_OK && !s.zone)
		abort();
	for (size_t i = 0; rc == RC_OK && i < s.key_count; i++)
		if (!s.keys[i].locator)
			abort();
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct arena a = { 0 };
	struct err e = { 0 };
	enum rc rc;

	if (size == 0)
		return 0;
	rc = data[0] == 'c'   ? read_conf(&a, text, size - 1, &e)
	     : data[0] == 'z' ? read_zonelist(&a, text, size - 1, &e)
	     : data[0] == 'k' ? read_kasp(&a, text, size - 1, &e)
	                      : read_signconf(&a, text, size - 1, &e);
	if (rc != RC_OK && (rc != RC_PARSE || e.text[0] == '\0'))
		abort();
	arena_free(&a);
	return 0;
}
