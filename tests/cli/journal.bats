#!/usr/bin/env bats
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

@test "without any run the journal is empty, and nothing is made" {
	odsf journal
	expect 0
	[ "$out" = 'no runs yet' ]
	odsf journal --json
	expect 0
	json '. == {schema: 1, runs: []}'
	[ ! -e "$XDG_STATE_HOME/ods-failover/journal.db" ]
}

@test "an unknown run is bad usage" {
	odsf journal 20261124-nothing
	expect 64 'no run 20261124-nothing'
}

@test "a journal that is no database is named" {
	mkdir -p "$XDG_STATE_HOME/ods-failover"
	head -c 9000 /dev/urandom >"$XDG_STATE_HOME/ods-failover/journal.db"
	odsf journal
	expect 70 'journal.db'
}

# mirrored INSTANCE RUN...: a recording in which that instance has the mirrored journals of these
mirrored() {
	local instance=$1
	shift
	{
		printf 'odsf1 begin journal\n@journal\n'
		for run; do printf '|%s 4711 1795538310\n' "$run"; done
		printf '.0\nodsf1 end journal 0\n'
	} >"$BATS_TEST_TMPDIR/pair/$instance/$listed"
}

@test "the runs that the instances have the mirrored journals of are listed when it is asked for" {
	cp -R "$BATS_TEST_DIRNAME/../../remote/replay/recording" "$BATS_TEST_TMPDIR/pair"
	listed=journal-list.far
	mirrored alpha 20261123-120000-elsewhere-00000001 20261124-120000-elsewhere-00000002
	odsf journal --instances --json --replay="$BATS_TEST_TMPDIR/pair"
	expect 3 'what bravo has is not known'
	json '.runs == [] and .mirrored == [
		{run: "20261124-120000-elsewhere-00000002", on: {alpha: true, bravo: null}, here: false},
		{run: "20261123-120000-elsewhere-00000001", on: {alpha: true, bravo: null}, here: false}]'
	mirrored bravo 20261124-120000-elsewhere-00000002
	odsf journal --instances --replay="$BATS_TEST_TMPDIR/pair"
	expect 0
	grep -qx 'no runs yet' <<<"$out"
	grep -qE '^20261124-120000-elsewhere-00000002 +yes +yes +no$' <<<"$out"
	grep -qE '^20261123-120000-elsewhere-00000001 +yes +no +no$' <<<"$out"
	odsf journal 2026 --instances --replay="$BATS_TEST_TMPDIR/pair"
	expect 64 'not both'
	odsf journal --json --replay="$BATS_TEST_TMPDIR/pair"
	json 'has("mirrored") | not'
}
