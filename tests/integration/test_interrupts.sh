#!/bin/bash
# shellcheck disable=SC2015,SC2016 # meant as they run
# Links that end and an operator who interrupts, at any step of a run on the real pair: it goes on, or is taken back.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

SERVER=10.77.1.53
raised
ods() { console -c "$CONFIG" "$@"; }

public() {
	local zone is_now
	for zone in "${ZONES[@]}"; do
		is_now=$(serial $SERVER "$zone")
		[ -z "$is_now" ] || echo "$zone $is_now"
	done
}
run_pid=
reached() { # STEP
	local line
	while read -r line; do
		[[ ! $line =~ '> running'\ +$1(:| |$) ]] || return 0
	done <"$WORK/run"
	return 1
}
begin_until() { # STEP ARGUMENT...: a run in the background, at that step
	local step=$1
	shift
	: >"$WORK/run" # now, not when the run gets that far
	env --default-signal=INT,TERM "$ODS_FAILOVER" range enter "$ODS_FAILOVER" -c "$CONFIG" "$@" >"$WORK/run" 2>&1 </dev/null &
	run_pid=$!
	until reached "$step"; do
		kill -0 $run_pid 2>/dev/null || {
			cat "$WORK/run"
			return 1
		}
		sleep 0.05
	done
}
ended_with() { # STATUS WORDS
	local status
	wait "$run_pid"
	status=$?
	cat "$WORK/run"
	[ $status -eq "$1" ] && ! raw "$WORK/run" && tr -s ' \n' ' ' <"$WORK/run" | grep -qE "$2" || {
		echo "exit status $status, not $1"
		return 1
	}
}
# cut_links HOST: the operator's sessions there are ended, by the pids of their sshd
cut_links() {
	host "$1" sh -c 'n=0
		for process in /proc/[0-9]*; do
			if grep -qsa "^sshd: oper" "$process/cmdline"; then kill -KILL "${process#/proc/}" && n=1; fi
		done
		[ $n = 1 ]'
}
interrupted_at() { # STEP ARGUMENT...
	begin_until "$@" && kill -INT "$run_pid" && ended_with 130 'interrupted; the run is stopped and can go on go on with: ods-failover resume'
}
# Whether the deed was done is looked at over a new connection: it stops there, known or not.
cut_at() { # HOST STEP ARGUMENT...
	local at=$1
	shift
	begin_until "$@" --until "$1" && cut_links "$at" && ended_with 5 'connection was lost.* resume'
}
begun=(run switchover "${BEFOREHAND[@]}" --confirm alpha --reason 'the links of this run end')
on=(resume "${BEFOREHAND[@]}" --confirm alpha)
public >"$WORK/serials.before"
check 'Ctrl-C while the snapshot is copied: stopped midway, resumable' interrupted_at copy "${begun[@]}"
check 'undo takes it back' is 0 ods undo "${BEFOREHAND[@]}"
active_again() {
	host alpha timeout 20 ods-signer running </dev/null && host alpha timeout 20 ods-enforcer running </dev/null &&
		! host bravo busybox pidof ods-enforcerd ods-signerd && is 1 ods check
}
check 'alpha is the active again, and nothing is left to be said' active_again
check 'the link to alpha is cut while it takes the snapshot' cut_at alpha snapshot "${begun[@]}"
check 'resumed, the link to bravo is cut while the copy is put in place' cut_at bravo swap "${on[@]}"
check 'resumed, Ctrl-C while the enforcer is started' interrupted_at start-enforcer "${on[@]}"
# The deed may have been done: it is looked at over a new connection, and only what is not known there stops the run.
unsure() {
	begin_until start-signer "${on[@]}" && cut_links bravo || return
	wait "$run_pid"
	local status=$?
	cat "$WORK/run"
	grep -q 'unsure .*start-signer: .*outcome is unknown' "$WORK/run" && [ $status -ne 0 ] || return
	[ $status -ne 5 ] || {
		ods "${on[@]}" >"$WORK/run" 2>&1 </dev/null
		status=$?
		cat "$WORK/run"
	}
	[ $status -eq 6 ] # a keep zone is left to do
}
check 'resumed, the link to bravo is cut while the signer is started: it is looked for, and the run comes to its end' unsure
one_run() { [ "$(ods journal --json | jq '[.runs[] | select(.kind == "switchover")] | length')" -eq 2 ]; }
check 'the journal has the two runs' one_run
greater() {
	local zone was now n=0
	while read -r zone was; do
		now=$(serial $SERVER "$zone")
		serial_greater "$now" "$was" && transfer $SERVER "$zone" "$WORK/public" && transfer 10.77.1.20 "$zone" "$WORK/active" &&
			diff <(awk '$4 == "RRSIG"' "$WORK/active" | sort) <(awk '$4 == "RRSIG"' "$WORK/public" | sort) &&
			ldns-verify-zone -V 1 "$WORK/public" || {
			echo "$zone: $was, then $now"
			return 1
		}
		n=$((n + 1))
	done <"$WORK/serials.before"
	[ $n -eq 12 ]
}
check 'every zone is of bravo, with a greater serial, and verifies' greater
stopped() { ! host alpha busybox pidof ods-enforcerd ods-signerd && host alpha /usr/local/lib/ods-failover/far fenced | grep -qx '=fenced yes'; }
check 'alpha is down and fenced' stopped

