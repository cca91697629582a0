#!/bin/bash
# The real console in tmux at 80x24, by keys only: a switchover from alpha to bravo that is left and taken up again, and
# back with a wait that is broken off. What came of it is looked at from outside.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh
# shellcheck source=tests/integration/pair.sh
. ./pair.sh

STEPS=24 CLIENT=$WORK/client
export TMUX_TMPDIR=$WORK LC_ALL=C.UTF-8
unset TMUX
terminal() { tmux -L keys -f /dev/null "$@"; }

ended() {
	local status=$?
	public_server CONT >/dev/null 2>&1
	terminal kill-server 2>/dev/null
	(exit $status)
	finish
}
trap ended EXIT

# --- the hands and eyes
open_console() {
	rm -f "$WORK/status"
	cat >"$CLIENT" <<-END
		"$ODS_FAILOVER" range enter "$ODS_FAILOVER" -c "$CONFIG"
		echo \$? >"$WORK/status.part"
		mv "$WORK/status.part" "$WORK/status"
	END
	terminal new-session -d -s c -x 80 -y 24 "bash '$CLIENT'" && shown 60 'ACTIVE  '
}
screen() { terminal capture-pane -p -t c; }
press() { terminal send-keys -t c "$@"; }
type_in() { terminal send-keys -t c -l "$1"; }
# sees TEXT...: all of them are on one screen, which is in $SCREEN then
sees() {
	local text
	SCREEN=$(screen) || return
	for text; do [[ $SCREEN == *"$text"* ]] || return; done
}
unseen() { ! sees "$1"; }
# shown SECONDS TEXT...: waits for them
shown() {
	await "$1" sees "${@:2}" && return
	echo "not seen within $1 s: ${*:2}"
	echo "$SCREEN"
	return 1
}
# left STATUS: the console ends with it
left() {
	await 60 test -e "$WORK/status" || {
		echo 'the console does not end'
		screen
		return 1
	}
	echo "status $(cat "$WORK/status"), expected $1"
	[ "$(cat "$WORK/status")" -eq "$1" ]
}
arm() {
	press A && shown 10 'Why is the console armed?' && type_in 'integration test' && shown 10 '> integration test' &&
		press Enter && shown 10 ' ARMED '
}
# approve UNTIL...: says a to each step that asks, once, until all of UNTIL is on the screen
approve() {
	local asked answered='' end=$((SECONDS + 500))
	while [ $SECONDS -lt $end ]; do
		sees "$@" && return
		if [[ $SCREEN =~ 'a try again'|': run '[^$'\n']*' stopped' ]]; then
			echo "$SCREEN"
			return 1
		fi
		asked=''
		! [[ $SCREEN =~ $'\n'' Step '([0-9]+)" of $STEPS: " ]] || asked=${BASH_REMATCH[1]}
		if [ "$asked" != "$answered" ] && [[ $SCREEN == *$'\n'' a approve   s stop'* ]]; then
			answered=$asked
			press a
		elif [[ $SCREEN == *'Kill exactly that process?'* ]]; then # see BEFOREHAND in support.sh
			echo '# a daemon hung as it was stopped and is ended by its pid'
			press a
			await 20 unseen 'Kill exactly that process?'
		fi
		sleep 0.2
	done
	echo "not seen: $*"
	echo "$SCREEN"
	return 1
}
# named NAME: a, the name, Enter
named() { press a && shown 10 'no way back' 'Enter ok   Esc cancel' && type_in "$1" && shown 10 "> $1" && press Enter; }

# --- what is tried
read_only() { press c && shown 60 'switchover alpha → bravo  plan ' && press S && shown 10 'read-only: A arms it'; }
begun() { # FROM TO
	press S && shown 10 "Begin the switchover from $1 to $2" && press b && shown 30 " RUN $1 → $2"
}
left_midway() {
	approve "Step 6 of $STEPS:" && press q && shown 10 'A run is open' && press Escape && shown 10 "Step 6 of $STEPS:" &&
		press q && shown 10 's stop here, and leave' && press s && left 5
}
marked_stopped() { ods journal --json | jq -e '[.. | objects | select(.outcome? == "stopped")] | length == 1'; }
taken_up() {
	open_console && press c && arm && press R && shown 10 'Go on with the ' && press g &&
		approve "Step 6 of $STEPS:" "5 of $STEPS done"
}
signer_is_down() { host "$1" /usr/local/lib/ods-failover/far alive signer | grep -qx '=running no'; }
wrong_name() {
	approve 'a approve (asks for a name)' && named bravo && shown 10 'Refused: that is not the name' "Step 17 of $STEPS:" &&
		signer_is_down bravo
}
finished() { approve "$STEPS of $STEPS done" "Next: o shows the pair as it is now" && press o && shown 60 "ACTIVE   $1" "STANDBY  $2"; }
ends() { press q && left 0; }

# public_server STOP|CONT: stopped, it answers nobody
# shellcheck disable=SC2016 # for the shell inside
public_server() { host ns1 sh -c 'kill -"$1" $(busybox pidof nsd)' sh "$1"; }
watched() {
	approve 'a approve (asks for a name)' && named bravo && approve "17 of $STEPS done" && public_server STOP &&
		approve 'Verify what the public sees' "0 of ${#ZONES[@]} zones public" 'x break off'
}
broken_off() { press x && shown 30 'stopped: run ' 'R goes on with it'; }
gone_on() { public_server CONT && press R && shown 10 'Go on with the ' && press g && shown 30 ' RUN '; }

# by_keys NAME COMMAND...: as check; what comes after it has nothing to stand on when it fails
by_keys() {
	local failed=$FAILED
	check "$@"
	[ "$FAILED" -eq "$failed" ] || exit 1
}
all_kept() { [ -s "$1" ] && [ -z "$(comm -23 "$1" "$2")" ]; }
outside() { # FROM TO ADDRESS N: by other tools, from outside
	check "every zone verifies, and the public server has the signatures of $2" verify_zones "$2" "$3"
	public_serials >"$WORK/serials.$4"
	check 'every public serial is greater' all_greater "$WORK/serials.$(($4 - 1))" "$WORK/serials.$4"
	# The stock of keys is filled on the old active, before the snapshot: what it has then is what the new one has.
	keys_of "$1" >"$WORK/keys.old"
	keys_of "$2" >"$WORK/keys.$4"
	check 'no key was generated on the new active, or lost' same "$WORK/keys.old" "$WORK/keys.$4"
	check 'every key of before the run is still there' all_kept "$WORK/keys.0" "$WORK/keys.$4"
	states_of "$2" >"$WORK/states.$4"
	check 'every key has the state that it had' same "$WORK/states.0" "$WORK/states.$4"
	check 'every key is backed up' all_backed_up "$2"
	check "$1 is down and cannot start by itself" down_and_fenced "$1"
}

raised
printf '%s\n' "${ZONES[@]}" >"$WORK/zones"
check 'there are 12 zones' test "${#ZONES[@]}" -eq 12
public_serials >"$WORK/serials.0"
keys_of alpha >"$WORK/keys.0"
states_of alpha >"$WORK/states.0"

by_keys 'the console opens on the pair' open_console
by_keys 'read-only, a run is refused' read_only
by_keys 'A and a reason arm it' arm
by_keys 'S and b begin the switchover from alpha to bravo' begun alpha bravo
by_keys 'q in the middle asks, Esc goes on, s leaves it stopped with 5' left_midway
check 'the journal has it as stopped' marked_stopped
by_keys 'R and g take it up, with what was done shown as done' taken_up
by_keys 'a wrong name is refused, and the signer stays down' wrong_name
by_keys 'the right name is taken' named alpha
by_keys 'bravo is the active, on the screen as well' finished bravo alpha
by_keys 'q ends with 0' ends
outside alpha bravo 10.77.1.20 1

by_keys 'the console opens again' open_console
by_keys 'A and a reason arm it again' arm
by_keys 'the plan goes back' eval 'press c && shown 60 "switchover bravo → alpha  plan "'
by_keys 'S and b begin the switchover from bravo to alpha' begun bravo alpha
by_keys 'the wait for a silent name server is watched' watched
by_keys 'x breaks it off at once, resumable' broken_off
by_keys 'R and g go on with it' gone_on
by_keys 'alpha is the active, on the screen as well' finished alpha bravo
by_keys 'q ends with 0 again' ends
outside bravo alpha 10.77.1.10 2
