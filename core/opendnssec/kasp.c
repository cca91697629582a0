#include "core/opendnssec/kasp.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/opendnssec/xml.h"

/* clang-format off: a row a line */
const struct kasp_row kasp_rows[KASP_VALUES] = {
	{ "Signatures/Resign", KASP_DURATION, 0, true },
	{ "Signatures/Refresh", KASP_DURATION, 0, true },
	{ "Signatures/Jitter", KASP_DURATION, 0, true },
	{ "Signatures/InceptionOffset", KASP_DURATION, 0, true },
	{ "Signatures/Validity/Default", KASP_DURATION, 0, true },
	{ "Signatures/Validity/Denial", KASP_DURATION, 0, true },
	{ "Signatures/Validity/Keyset", KASP_DURATION, KASP_KEPT, false },
	{ "Signatures/MaxZoneTTL", KASP_DURATION, 86400, false },
	{ "Denial", KASP_DENIAL, 0, true },
	{ "Denial/NSEC3/OptOut", KASP_FLAG, 0, false },
	{ "Denial/NSEC3/TTL", KASP_DURATION, 0, false },
	{ "Denial/NSEC3/Resalt", KASP_DURATION, KASP_KEPT, false },
	{ "Denial/NSEC3/Hash/Algorithm", KASP_NUMBER, KASP_KEPT, false },
	{ "Denial/NSEC3/Hash/Iterations", KASP_NUMBER, KASP_KEPT, false },
	{ "Denial/NSEC3/Hash/Salt@length", KASP_NUMBER, KASP_KEPT, false },
	{ "Keys/TTL", KASP_DURATION, 0, true },
	{ "Keys/RetireSafety", KASP_DURATION, 0, true },
	{ "Keys/PublishSafety", KASP_DURATION, 0, true },
	{ "Keys/ShareKeys", KASP_FLAG, 0, false },
	{ "Keys/Purge", KASP_DURATION, 0, false },
	{ "Zone/PropagationDelay", KASP_DURATION, 0, true },
	{ "Zone/SOA/TTL", KASP_DURATION, 0, true },
	{ "Zone/SOA/Minimum", KASP_DURATION, 0, true },
	{ "Zone/SOA/Serial", KASP_SERIAL, 0, true },
	{ "Parent/RegistrationDelay", KASP_DURATION, KASP_KEPT, false },
	{ "Parent/PropagationDelay", KASP_DURATION, 0, true },
	{ "Parent/DS/TTL", KASP_DURATION, 0, true },
	{ "Parent/SOA/TTL", KASP_DURATION, 0, true },
	{ "Parent/SOA/Minimum", KASP_DURATION, 0, true },
	{ "Passthrough", KASP_FLAG, 0, false },
};

const struct kasp_row kasp_key_rows[KASP_KEY_VALUES] = {
	{ "Algorithm", KASP_NUMBER, 0, true },     { "Algorithm@length", KASP_NUMBER, 0, false },
	{ "Lifetime", KASP_DURATION, 0, true },    { "Standby", KASP_NUMBER, 0, false },
	{ "ManualRollover", KASP_FLAG, 0, false }, { "RFC5011", KASP_FLAG, 0, false },
	{ "RollType", KASP_ROLL, 0, false },
};

/* POLICY_KEY_MINIMIZE_* of policy_key_ext.h; of each role the first is what is meant where none is said. */
static const struct {
	int role;
	const char *element, *word;
	int64_t minimize;
} rolls[] = {
	{ KASP_KSK, "KskRollType", "KskDoubleSignature", 4 }, { KASP_KSK, "KskRollType", "KskDoubleDS", 2 },
	{ KASP_KSK, "KskRollType", "KskDoubleRRset", 0 },     { KASP_ZSK, "ZskRollType", "ZskPrePublication", 1 },
	{ KASP_ZSK, "ZskRollType", "ZskDoubleRRsig", 2 },     { KASP_ZSK, "ZskRollType", "ZskDoubleSignature", 0 },
	{ KASP_CSK, "CskRollType", "CskPrePublication", 5 },  { KASP_CSK, "CskRollType", "CskDoubleSignature", 4 },
	{ KASP_CSK, "CskRollType", "CskDoubleDS", 2 },        { KASP_CSK, "CskRollType", "CskSingleSignature", 1 },
	{ KASP_CSK, "CskRollType", "CskDoubleRRset", 0 },
};
/* clang-format on */
enum { ROLLS = sizeof rolls / sizeof *rolls };

static const char *const serials[] = { "counter", "datecounter", "unixtime", "keep" }; /* enum serial_mode */
enum { SERIALS = sizeof serials / sizeof *serials };

/* ---- one value ---- */

static bool number_of(const char *s, int64_t *v)
{
	uint64_t n;

	if (s == NULL || !str_u64(s, UINT32_MAX, &n))
		return false;
	*v = (int64_t)n;
	return true;
}

static bool serial_of(const char *s, int64_t *v)
{
	for (int64_t i = 0; s != NULL && i < SERIALS; i++)
		if (strcmp(serials[i], s) == 0) {
			*v = i;
			return true;
		}
	return false;
}

static bool denial_of(const xmlNode *denial, int64_t *v)
{
	*v = xml_child(denial, "NSEC3") != NULL;
	return *v != 0 || xml_child(denial, "NSEC") != NULL;
}

/* What @node says, whose text or attribute @s is. */
static bool value_of(const struct kasp_row *row, const xmlNode *node, const char *s, int64_t *v)
{
	switch (row->form) {
	case KASP_DURATION:
		return xml_duration(node, v);
	case KASP_NUMBER:
		return number_of(s, v);
	case KASP_FLAG:
		*v = 1;
		return true;
	case KASP_DENIAL:
		return denial_of(node, v);
	case KASP_SERIAL:
		return serial_of(s, v);
	case KASP_ROLL:
		break; /* read_roll() */
	}
	return false;
}

static enum rc read_value(const struct kasp_row *row, struct arena *a, const char *file, xmlNode *parent, int64_t *v,
                          struct err *e)
{
	size_t len = strcspn(row->path, "@");
	const char *attribute = row->path[len] == '@' ? row->path + len + 1 : NULL, *s = NULL;
	xmlNode *node = xml_path(parent, arena_strndup(a, row->path, len));

	if (node != NULL)
		s = attribute != NULL ? xml_attribute(a, node, attribute) : xml_text(a, node);
	if (node == NULL || (attribute != NULL && s == NULL)) {
		*v = row->without;
		return !row->needed ? RC_OK
		                    : err_set(e, RC_PARSE, "%s: line %ld: a %s without %s", file, xmlGetLineNo(parent),
		                              (const char *)parent->name, row->path);
	}
	if (value_of(row, node, s, v))
		return RC_OK;
	return err_set(e, RC_PARSE, "%s: line %ld: %s is of no use", file, xmlGetLineNo(node), row->path);
}

static enum rc read_roll(struct arena *a, const char *file, int role, xmlNode *key, int64_t *v, struct err *e)
{
	size_t i = 0;
	xmlNode *node;
	const char *s;

	while (rolls[i].role != role)
		i++;
	*v = rolls[i].minimize;
	node = xml_child(key, rolls[i].element);
	if (node == NULL)
		return RC_OK;
	s = xml_text(a, node);
	for (; s != NULL && i < ROLLS && rolls[i].role == role; i++)
		if (strcmp(rolls[i].word, s) == 0) {
			*v = rolls[i].minimize;
			return RC_OK;
		}
	return err_set(e, RC_PARSE, "%s: line %ld: %s is of no use", file, xmlGetLineNo(node),
	               (const char *)node->name);
}

/* ---- a policy ---- */

static int role_of(const xmlNode *n)
{
	static const char *const names[] = { [KASP_KSK] = "KSK", [KASP_ZSK] = "ZSK", [KASP_CSK] = "CSK" };

	for (int role = KASP_KSK; n->type == XML_ELEMENT_NODE && role <= KASP_CSK; role++)
		if (strcmp(names[role], (const char *)n->name) == 0)
			return role;
	return 0;
}

static enum rc read_key(struct kasp_key *to, struct arena *a, const char *file, xmlNode *key, struct err *e)
{
	enum rc rc = RC_OK;

	to->role = role_of(key);
	to->repository = xml_text(a, xml_child(key, "Repository"));
	if (to->repository == NULL)
		return err_set(e, RC_PARSE, "%s: line %ld: a %s without Repository", file, xmlGetLineNo(key),
		               (const char *)key->name);
	for (size_t i = 0; rc == RC_OK && i < KASP_KEY_VALUES; i++)
		rc = kasp_key_rows[i].form == KASP_ROLL
		         ? read_roll(a, file, to->role, key, &to->values[i], e)
		         : read_value(&kasp_key_rows[i], a, file, key, &to->values[i], e);
	return rc;
}

static enum rc read_policy(struct kasp_policy *to, struct arena *a, const char *file, xmlNode *policy, struct err *e)
{
	const xmlNode *keys = xml_child(policy, "Keys");
	enum rc rc = RC_OK;
	size_t n = 0;

	to->line = xmlGetLineNo(policy);
	to->name = xml_attribute(a, policy, "name");
	if (to->name == NULL || to->name[0] == '\0')
		return err_set(e, RC_PARSE, "%s: line %ld: a Policy without a name", file, to->line);
	for (size_t i = 0; rc == RC_OK && i < KASP_VALUES; i++)
		rc = read_value(&kasp_rows[i], a, file, policy, &to->values[i], e);
	for (const xmlNode *k = keys != NULL ? keys->children : NULL; k != NULL; k = k->next)
		n += role_of(k) != 0;
	to->keys = arena_alloc(a, (n + 1) * sizeof *to->keys);
	for (xmlNode *k = keys != NULL ? keys->children : NULL; rc == RC_OK && k != NULL; k = k->next)
		if (role_of(k) != 0)
			rc = read_key(&to->keys[to->key_count++], a, file, k, e);
	return rc;
}

static int by_name(const void *x, const void *y)
{
	const struct kasp_policy *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

static enum rc refuse_doubles(const struct kasp *k, struct arena *a, const char *file, struct err *e)
{
	const struct kasp_policy **order = arena_alloc(a, (k->policy_count + 1) * sizeof *order);

	for (size_t i = 0; i < k->policy_count; i++)
		order[i] = &k->policies[i];
	qsort(order, k->policy_count, sizeof *order, by_name);
	for (size_t i = 1; i < k->policy_count; i++)
		if (by_name(&order[i - 1], &order[i]) == 0)
			return err_set(e, RC_PARSE, "%s: line %ld: a policy that is there twice, at line %ld too", file,
			               order[i]->line, order[i - 1]->line);
	return RC_OK;
}

enum rc kasp_parse(struct kasp *k, struct arena *a, const char *file, const char *text, size_t len, struct err *e)
{
	xmlDoc *doc = NULL;
	xmlNode *root;
	size_t n = 0;
	enum rc rc;

	memset(k, 0, sizeof *k);
	rc = xml_parse(&doc, file, "KASP", text, len, e);
	if (rc != RC_OK)
		return rc;
	root = xmlDocGetRootElement(doc);
	for (xmlNode *p = xml_child(root, "Policy"); p != NULL; p = xml_next(p, "Policy"))
		n++;
	k->policies = arena_alloc(a, (n + 1) * sizeof *k->policies);
	for (xmlNode *p = xml_child(root, "Policy"); p != NULL && rc == RC_OK; p = xml_next(p, "Policy"))
		rc = read_policy(&k->policies[k->policy_count++], a, file, p, e);
	if (rc == RC_OK)
		rc = refuse_doubles(k, a, file, e);
	xml_free(&doc);
	return rc;
}

/* ---- as text ---- */

/* In the greatest unit that says it exactly, as most of the file's are written. */
static const char *duration_of(int64_t seconds, struct arena *a)
{
	static const struct {
		const char *head;
		char letter;
		int64_t seconds;
	} units[] = { { "P", 'D', 86400 }, { "PT", 'H', 3600 }, { "PT", 'M', 60 }, { "PT", 'S', 1 } };
	size_t i = 0;

	while (units[i].seconds > 1 && (seconds == 0 || seconds % units[i].seconds != 0))
		i++;
	return arena_printf(a, "%s%lld%c", units[i].head, (long long)(seconds / units[i].seconds), units[i].letter);
}

static const char *roll_of(int role, int64_t minimize)
{
	for (size_t i = 0; i < ROLLS; i++)
		if (rolls[i].role == role && rolls[i].minimize == minimize)
			return rolls[i].word;
	return "another";
}

const char *kasp_value_text(const struct kasp_row *row, int role, int64_t value, struct arena *a)
{
	switch (row->form) {
	case KASP_DURATION:
		return duration_of(value, a);
	case KASP_FLAG:
		return value != 0 ? "set" : "not set";
	case KASP_DENIAL:
		return value != 0 ? "NSEC3" : "NSEC";
	case KASP_SERIAL:
		return value >= 0 && value < SERIALS ? serials[value] : "another";
	case KASP_ROLL:
		return roll_of(role, value);
	case KASP_NUMBER:
		break;
	}
	return arena_printf(a, "%lld", (long long)value);
}
