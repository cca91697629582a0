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
