#!/usr/bin/env bats
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

@test "a valid file is described, no host touched" {
	odsf -c "$good" config check
	expect 0
	grep -q 'pair main, cold' <<<"$out"
	grep -q 'active   alpha: 192.0.2.10' <<<"$out"
	odsf -c "$good" config check --json
	expect 0
	json '.schema == 1 and .ok == true and .pairs[0].name == "main" and .pairs[0].margin == 3600'
	json '[.pairs[0].instances[].name] == ["alpha", "bravo"] and .pairs[0].instances[0].role == "active"'
	json '.pairs[0].instances[0] | has("port") | not'
}

@test "an unknown element is refused with file, line and what is allowed" {
	bad 's/<Host>192.0.2.10/<Hots>x<\/Hots>&/'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 "$BATS_TEST_TMPDIR/bad.xml:4: unknown element Hots in Instance" 'Host, Port, User, IdentityFile'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check --json
	expect 78
	json '.ok == false and (.error | contains(":4:")) and (.hint | contains("Host"))'
}

@test "a bad duration is refused" {
	bad 's/<Mode>/<Margin>1h<\/Margin>&/'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:7: Margin may not be "1h"' 'PT30M'
}

@test "two actives are refused" {
	bad 's/standby/active/'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:6: both instances of pair main are active' 'role="standby"'
}

@test "a missing host is refused" {
	bad 's/<Host>192.0.2.20<.Host>//'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:6: Instance lacks Host'
}

@test "a missing instance is refused" {
	bad '/bravo/d'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:2: Pair has 1 Instance, needs 2'
}

@test "the same host twice is refused" {
	bad 's/192.0.2.20/192.0.2.10/'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'the same host'
}

@test "an unknown mode is refused" {
	bad 's/cold/hot/'
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:7: Mode may not be "hot"' 'cold, warm, dual'
}

@test "what is no XML, empty, or declares entities is refused in one sentence" {
	: >"$BATS_TEST_TMPDIR/bad.xml"
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'bad.xml:1: not well-formed XML'
	[ "$(wc -l <<<"$err")" -le 2 ]
	head -c 100000 /dev/urandom >"$BATS_TEST_TMPDIR/bad.xml"
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'not well-formed XML'
	[ "$(wc -l <<<"$err")" -le 2 ]
	{
		echo '<!DOCTYPE Failover [<!ENTITY m SYSTEM "/etc/hostname">]>'
		sed 's/cold/\&m;/' "$good"
	} >"$BATS_TEST_TMPDIR/bad.xml"
	odsf -c "$BATS_TEST_TMPDIR/bad.xml" config check
	expect 78 'document type'
}

@test "a file that is missing, a directory or nowhere is named" {
	odsf -c "$BATS_TEST_TMPDIR/none.xml" config check
	expect 78 'none.xml: No such file or directory' '-c'
	odsf -c "$BATS_TEST_TMPDIR" config check
	expect 78 'Is a directory'
	odsf config check
	expect 78 'no failover.xml' "$HOME/.config/ods-failover/failover.xml"
}

@test "the file is found by environment, then by home" {
	ODS_FAILOVER_CONFIG=$good odsf config check
	expect 0
	mkdir -p "$HOME/.config/ods-failover"
	cp "$good" "$HOME/.config/ods-failover/failover.xml"
	odsf config check
	expect 0
	XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/nowhere ODS_FAILOVER_CONFIG='' odsf config check
	expect 78 "$BATS_TEST_TMPDIR/nowhere/ods-failover/failover.xml"
}

@test "an unknown pair is refused with the names of all" {
	odsf -c "$good" -p other config check
	expect 64 'no pair "other"' 'there is: main'
}
