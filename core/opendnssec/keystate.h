/* keystate.h -- the words that OpenDNSSEC 2.1 puts on the states of a key. */
#ifndef ODSF_CORE_OPENDNSSEC_KEYSTATE_H
#define ODSF_CORE_OPENDNSSEC_KEYSTATE_H

#include <stdbool.h>

enum record_state { STATE_HIDDEN, STATE_RUMOURED, STATE_OMNIPRESENT, STATE_UNRETENTIVE, STATE_NA }; /* keyState.state */

struct keystate {
	int role;              /* keyData.role: 1 KSK, 2 ZSK, 3 CSK */
	int ds, dnskey, rrsig; /* enum record_state */
	bool introducing;      /* keyData.introducing */
	int ds_at_parent;      /* keyData.dsAtParent: 0 unsubmitted 1 submit 2 submitted 3 seen 4 retract 5 retracted */
};

/* The word of `ods-enforcer key list`: generate publish ready active retire mixed unknown
 * (OpenDNSSEC 2.1.12 enforcer/src/keystate/keystate_list_cmd.c, keystate() and map_keystate()). */
const char *keystate_word(const struct keystate *k);

const char *record_state_name(int state); /* "hidden"… "NA"; "unknown" for another number */
bool record_state_parse(const char *name, int *state);

#endif
