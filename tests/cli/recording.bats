#!/usr/bin/env bats
# The recorded pair that comes with the program: shown as it was, with the time that it was, and never acted upon; and `try` on a
# machine where no range can be raised.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

top=$BATS_TEST_DIRNAME/../..
recording=$top/remote/replay/recording

@test "status shows the pair as of its time, on any day" {
	odsf --replay status --json
	[ "$status" -eq 2 ] || [ "$status" -eq 1 ]
	expect "$status" "a RECORDING of $(cat "$recording/recorded")"
	json ".at == \"$(cat "$recording/recorded")\""
	json '[.instances[] | .name, .reachable, .role] == ["alpha", true, "active", "bravo", true, "standby"]'
	json '[.instances[].clock_offset | . > -1 and . < 1] | all'
	json '[.instances[].host_key | startswith("SHA256:")] | all'
	json '.zones | length == 12'
	# Slack is what it was: the first expiry less the time of the recording, a failover and the margin.
	json '.slack.seconds > 0 and .slack.seconds ==
		(.zones | map(.expiry.first | fromdateiso8601) | min) - (.at | fromdateiso8601) - .slack.failover_time.seconds - 1800'
	first=$out
	odsf status --json --replay="$recording"
	[ "$out" = "$first" ]
}

@test "status lists what earlier runs put aside, and says where that is not known" {
	cp -R "$recording" "$BATS_TEST_TMPDIR/aside"
	sed -i 's/^@aside$/&\n|20261124-154102-desk-00c0ffee 1795534862 swapped 1331200\n|20261124-144102-desk-00c0ffee 1795531262 back -/' \
		"$BATS_TEST_TMPDIR/aside/bravo/observe.far"
	sed -i '/^@aside$/,/^\.0$/d' "$BATS_TEST_TMPDIR/aside/alpha/observe.far"
	odsf status --replay="$BATS_TEST_TMPDIR/aside"
	grep -q '^bravo  *20261124-154102-desk-00c0ffee  *.*15:41Z*  *swapped  *1.3 MiB$' <<<"$out"
	grep -q '^bravo  *20261124-144102-desk-00c0ffee  *.* back  *?$' <<<"$out"
	grep -q '^What earlier runs put aside on alpha is not known: ' <<<"$out"
	odsf status --json --replay="$BATS_TEST_TMPDIR/aside"
	json '.instances[1].kept_aside == [
		{run: "20261124-154102-desk-00c0ffee", at: "2026-11-24T15:41:02Z", state: "swapped", octets: 1331200},
		{run: "20261124-144102-desk-00c0ffee", at: "2026-11-24T14:41:02Z", state: "back", octets: null}]'
	json '.instances[0] | has("kept_aside") and .kept_aside == null'
	odsf status --json --replay
	json '[.instances[].kept_aside] == [[], []]'
}

@test "there is something to see in it, and nothing unknown" {
	odsf --replay check --json
	json '[.findings[] | select(.severity != "ok") | .id] | contains(["name-server-behind"])'
	json '[.findings[] | select(.severity == "unknown")] == []'
	json '[.findings[] | select(.id == "name-server-behind" and .severity == "warn").zone] == ["date.example"]'
}

@test "keys and plan are those of the recording" {
	odsf --replay keys --json
	expect 0 'a RECORDING of '
	json '.keys | length == 24 and all(.backup == "done" and .in_hsm.alpha)'
	odsf --replay plan switchover --json
	expect 0 'a RECORDING of '
	json '.from == "alpha" and .to == "bravo" and (.steps | length) > 20 and .refusals == []'
	# Login, sudo, tools and disk space were rehearsed, out of the recording.
	json '.unrehearsed | any(test("login|space|recording")) | not'
}

@test "nothing can be done in it, and nothing of it is kept" {
	for words in 'run switchover --yes --confirm alpha' 'resume --yes --confirm alpha' 'undo --yes'; do
		# shellcheck disable=SC2086 # words
		odsf --replay $words
		expect 4 record
	done
	odsf run switchover --replay
	expect 4 record
	[ -z "$(find "$BATS_TEST_TMPDIR/state" -type f 2>/dev/null)" ]
}

@test "the journal of this machine is not the recorded pair's" {
	odsf --replay journal
	[ -z "$out" ] || ! grep -q '^20' <<<"$out"
}

@test "a recording that is not there is said" {
	odsf --replay="$BATS_TEST_TMPDIR/none" status
	expect 78 "$BATS_TEST_TMPDIR/none/failover.xml"
}

@test "the recording is small, and holds no secret and no place of the machine it was made on" {
	[ "$(find "$recording" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -lt 400000 ]
	run grep -rnE '<PIN>[^<]|<Password>[^<]|<Secret>|PRIVATE KEY|IdentityFile|KnownHosts|/run/ods-failover-|/tmp/|/home/' "$recording"
	echo "$output"
	[ "$status" -eq 1 ]
	grep -rq '<PIN' "$recording/alpha/observe.far"
}

# without_rights COMMAND...: as root that may make no namespace
without_rights() { setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$@"; }

# clone: what try needs, with the program built already, and a cmake that has nothing to do
clone() {
	there=$BATS_TEST_TMPDIR/clone
	mkdir -p "$there/.ci" "$there/bin" "$there/build/try/share"
	cp "$top/try" "$there/try"
	printf '#!/bin/sh\n' >"$there/.ci/install"
	printf '#!/bin/sh\n' >"$there/bin/cmake"
	chmod +x "$there/.ci/install" "$there/bin/cmake"
	cp "$ODS_FAILOVER" "$there/build/try/ods-failover"
	data=$(dirname "$ODS_FAILOVER")/share/ods-failover
	[ -d "$data" ] || data=$(dirname "$ODS_FAILOVER")/../share/ods-failover
	ln -s "$(realpath "$data")" "$there/build/try/share/ods-failover"
	export ODSF_RANGE_DIR=/run/odsf-recording-test.$$ TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$TMPDIR"
	tried=(env "PATH=$there/bin:$PATH" "$there/try")
}

# nothing_left: of the range and of try itself
nothing_left() { [ ! -e "$ODSF_RANGE_DIR" ] && [ ! -e "$ODSF_RANGE_DIR.lock" ] && [ -z "$(ls -A "$TMPDIR")" ]; }

@test "try without the right to make namespaces names it, and is refused without a terminal" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can try without a right that root has'
	clone
	run without_rights timeout 60 "${tried[@]}" --headless </dev/null
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *'it lacks the right to make mount namespaces (CAP_SYS_ADMIN'* ]]
	nothing_left
}

@test "try without the right to make namespaces opens the recorded pair" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can try without a right that root has'
	clone
	# script gives it a terminal; q comes when the screen is there
	mkfifo "$BATS_TEST_TMPDIR/keys"
	without_rights timeout 60 script -qec "stty cols 100 rows 30; TERM=xterm $(printf '%q ' "${tried[@]}")" \
		"$BATS_TEST_TMPDIR/screen" <"$BATS_TEST_TMPDIR/keys" >/dev/null 2>&1 &
	trial=$!
	exec 8>"$BATS_TEST_TMPDIR/keys"
	for _ in $(seq 600); do
		! grep -q 'date.example' "$BATS_TEST_TMPDIR/screen" 2>/dev/null || break
		sleep 0.1
	done
	printf q >&8
	status=0
	wait $trial || status=$?
	exec 8>&-
	tr -d '\033' <"$BATS_TEST_TMPDIR/screen" | tail -c 3000
	[ "$status" -eq 0 ]
	grep -q 'CAP_SYS_ADMIN' "$BATS_TEST_TMPDIR/screen"
	grep -q 'RECORDING of ' "$BATS_TEST_TMPDIR/screen"
	nothing_left
}

@test "try says at once that it needs a terminal, and what does without" {
	clone
	run timeout 60 "${tried[@]}" </dev/null
	[ "$status" -eq 64 ]
	[[ $output == *'./try --headless'* ]]
	run timeout 60 "${tried[@]}" --sideways </dev/null
	[ "$status" -eq 64 ]
	nothing_left
}

@test "a recording without signed zones: nothing was compared, and that is not taken for good" {
	odsf --replay diff --json
	expect 3
	jq -e '.zones | length > 0 and all(.[]; .equal == null and .changes == [] and (.why | length) > 0)' <<<"$out"
	odsf --replay expiry
	expect 3
	odsf --replay diff nonesuch
	expect 64 'no zone nonesuch'
}

@test "a zone that there is not ends the command, whatever else is named" {
	for command in diff expiry verify; do
		odsf --replay "$command" short.example nosuch.example
		expect 64 'no zone nosuch.example'
		[ -z "$out" ]
	done
}
