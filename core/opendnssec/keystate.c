#include "core/opendnssec/keystate.h"

#include <string.h>
#include <strings.h>

enum { ROLE_IS_KSK = 1, ROLE_IS_ZSK = 2, ROLE_IS_CSK = 3, DS_UNKNOWN = -1, DS_SEEN = 3 };
enum word { WORD_GENERATE, WORD_PUBLISH, WORD_READY, WORD_ACTIVE, WORD_RETIRE, WORD_MIXED, WORD_UNKNOWN };

static const char *const words[] = { "generate", "publish", "ready", "active", "retire", "mixed", "unknown" };
static const char *const states[] = { "hidden", "rumoured", "omnipresent", "unretentive", "NA" };

static bool either(int a, int b, int state)
{
	return a == state || b == state;
}

/* @upper is the record nearer to the parent: DS over DNSKEY for a KSK, DNSKEY over RRSIG for a ZSK. */
static enum word judge(int upper, int lower, bool introducing, int ds_at_parent)
{
	bool validators_have_lower = lower == STATE_OMNIPRESENT;
	bool known_somewhere = either(upper, lower, STATE_OMNIPRESENT) || either(upper, lower, STATE_RUMOURED);

	if (validators_have_lower &&
	    (upper == STATE_OMNIPRESENT || (upper == STATE_RUMOURED && ds_at_parent == DS_SEEN)))
		return WORD_ACTIVE;
	if (introducing) {
		if (upper == STATE_HIDDEN && lower == STATE_HIDDEN)
			return WORD_GENERATE;
		if (either(upper, lower, STATE_HIDDEN))
			return WORD_PUBLISH;
		return known_somewhere ? WORD_READY : WORD_UNKNOWN;
	}
	if (either(upper, lower, STATE_UNRETENTIVE))
		return WORD_RETIRE;
	return known_somewhere ? WORD_READY : WORD_RETIRE;
}

const char *keystate_word(const struct keystate *k)
{
	enum word as_ksk = judge(k->ds, k->dnskey, k->introducing, k->ds_at_parent);
	enum word as_zsk = judge(k->dnskey, k->rrsig, k->introducing, DS_UNKNOWN);

	switch (k->role) {
	case ROLE_IS_KSK:
		return words[as_ksk];
	case ROLE_IS_ZSK:
		return words[as_zsk];
	case ROLE_IS_CSK:
		return words[as_ksk == as_zsk ? as_ksk : WORD_MIXED];
	default:
		return words[WORD_UNKNOWN];
	}
}

const char *record_state_name(int state)
{
	return state >= STATE_HIDDEN && state <= STATE_NA ? states[state] : "unknown";
}

bool record_state_parse(const char *name, int *state)
{
	for (int i = STATE_HIDDEN; i <= STATE_NA; i++) {
		if (strcasecmp(name, states[i]) == 0) {
			*state = i;
			return true;
		}
	}
	return false;
}
