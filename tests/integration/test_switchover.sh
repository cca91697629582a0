#!/bin/bash
# shellcheck disable=SC2015,SC2016 # meant as they run
# A planned switchover from alpha to bravo on the real daemons, looked at from outside, and back again.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck disable=SC2015,SC2016 # meant as they run
# shellcheck source=tests/integration/support.sh
. ./support.sh
# shellcheck source=tests/integration/pair.sh
. ./pair.sh

raised

# state HOST: digests and owners of all that OpenDNSSEC and we keep there, without what a mere list of keys touches
state() {
	host "$1" sh -c 'cd / && find etc/opendnssec var/lib/opendnssec var/lib/softhsm var/lib/ods-failover \( -type f -o -type d \) 2>/dev/null |
		grep -vE "^var/lib/softhsm/.*/([^/]*\.lock|generation|token\.object)$" | sort | while read -r f; do
			[ ! -f "$f" ] || sha256sum "$f"
			stat -c "%n %a %U %G" "$f"
		done'
}
queue() { host alpha timeout 20 ods-signer queue </dev/null | sed -n 's/^On \(.*\) I will \[sign\] zone \(.*\)$/\1;\2/p' >"$WORK/queue"; }
# resting: the signer of alpha has nothing in hand: a task for each zone waits for its time
resting() { queue && [ "$(wc -l <"$WORK/queue")" -eq 12 ]; }
# without_due: of two states, the lines that must be equal. A zone whose time to be signed again came in between, as the
# signer's own queue had it, changes by itself: its signed file and the signer's state of it, and nothing else.
without_due() {
	local on zone now pattern='/nothing/'
	now=$(host alpha date +%s)
	while IFS=';' read -r on zone; do
		[ "$(host alpha date -d "$on" +%s)" -gt "$now" ] || pattern+="|opendnssec/(signed/${zone//\//-}|signer/${zone//\//-}\.backup2)( |\$)"
	done <"$WORK/queue"
	[ "$pattern" = /nothing/ ] || echo "# signed again meanwhile: $pattern"
	grep -vE "$pattern" "$1" >"$1.still"
	grep -vE "$pattern" "$2" >"$2.still"
	diff "$1.still" "$2.still"
}
digests_see() { # a change in the signer's directories is seen
	local dir
	state alpha >"$WORK/alpha.before"
	for dir in signer signed; do
		host alpha sh -c "echo x >/var/lib/opendnssec/$dir/probe"
		state alpha >"$WORK/alpha.after"
		host alpha rm "/var/lib/opendnssec/$dir/probe"
		! without_due "$WORK/alpha.before" "$WORK/alpha.after" || return
	done
}
looks_change_nothing() {
	local word
	await 60 resting || return
	for word in alpha bravo; do state "$word" >"$WORK/$word.before"; done
	ods status --json >"$WORK/status.json"
	ods check >"$WORK/check"
	ods plan switchover --json >"$WORK/plan.json"
	for word in alpha bravo; do
		state "$word" >"$WORK/$word.after"
		without_due "$WORK/$word.before" "$WORK/$word.after" || return 1
	done
	[ "$(jq '.zones | length' "$WORK/status.json")" -eq 12 ]
}
# run_to NAME LOSER: 6, done with issues, is what a zone that keeps its serial leaves to be done
run_to() {
	carried ods run switchover --to "$1" "${BEFOREHAND[@]}" --confirm "$2" --reason 'integration test'
	local status=$?
	[ $status -eq 0 ] || [ $status -eq 6 ]
}
refused() { # STATUS ARGUMENT...
	local want=$1 status
	shift
	ods "$@"
	status=$?
	[ "$status" -eq "$want" ]
}
# aside_of HOST: what the last run put aside there is listed, and the pair was seen to have redundancy before anything older went
aside_of() {
	ods status --json >"$WORK/status.json"
	jq -e --arg host "$1" --arg run "$(ods journal --json | jq -r '.runs[0].run')" \
		'.instances[] | select(.name == $host).kept_aside[0] | .run == $run and .state == "swapped" and .octets > 100000' \
		"$WORK/status.json" >/dev/null || return
	! ods journal "$(ods journal --json | jq -r '.runs[0].run')" | grep -E 'is kept:|older copies stay'
}
# elsewhere: a machine that knows of no run sees those that the instances have
elsewhere() {
	mkdir "$WORK/elsewhere" && XDG_STATE_HOME=$WORK/elsewhere ods journal --instances --json >"$WORK/mirrored" &&
		jq -e --argjson runs "$(ods journal --json | jq '[.runs[].run]')" \
			'.runs == [] and [.mirrored[].run] == $runs and all(.mirrored[]; .on == {alpha: true, bravo: true} and (.here | not))' "$WORK/mirrored"
}

check 'status, check and plan change nothing' looks_change_nothing
check 'a change in the directories of the signer would have been seen' digests_see
check 'a fresh pair has no stop and no unknown' no_stop_no_unknown
jq -r '.zones[].name' "$WORK/status.json" >"$WORK/zones"
check 'run without --confirm is refused before anything is done' refused 4 run switchover --yes --reason x
check 'run with another name is refused' refused 4 run switchover --yes --confirm bravo --reason x
public_serials >"$WORK/serials.0"
check 'switchover from alpha to bravo' run_to bravo alpha
keys_of alpha >"$WORK/keys.alpha"
keys_of bravo >"$WORK/keys.bravo"
check 'no key was generated or lost' same "$WORK/keys.alpha" "$WORK/keys.bravo"
states_of alpha >"$WORK/states.alpha"
states_of bravo >"$WORK/states.bravo"
check 'every key has the state of the snapshot' same "$WORK/states.alpha" "$WORK/states.bravo"
check 'every key is backed up' all_backed_up bravo
check 'every zone verifies, and the public server has the signatures of bravo' verify_zones bravo 10.77.1.20
public_serials >"$WORK/serials.1"
check 'every public serial is greater' all_greater "$WORK/serials.0" "$WORK/serials.1"
check 'alpha is down and cannot start by itself' down_and_fenced alpha
check 'what stood on bravo is kept aside and listed' aside_of bravo
check 'the pair has no stop and no unknown with bravo active' no_stop_no_unknown
check 'switchover back from bravo to alpha' run_to alpha bravo
check 'every zone verifies, and the public server has the signatures of alpha' verify_zones alpha 10.77.1.10
public_serials >"$WORK/serials.2"
check 'every public serial is greater again' all_greater "$WORK/serials.1" "$WORK/serials.2"
check 'bravo is down and cannot start by itself' down_and_fenced bravo
check 'every key is backed up on alpha' all_backed_up alpha
check 'another machine sees which runs there were' elsewhere
