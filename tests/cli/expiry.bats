#!/usr/bin/env bats
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

export ODSF_NOW=1795489200 # 2026-11-24T03:00:00Z
zone=$BATS_TEST_DIRNAME/../fixtures/snap2/signed/example.com

@test "the first signature to expire, its RRset, and how many when" {
	odsf expiry --file "$zone"
	expect 0
	grep -q '^example.com serial 2002: the first signature to expire is that of example.com NSEC3PARAM, 2026-11-24T03:07:26Z' <<<"$out"
	odsf expiry --file "$zone" --json
	expect 0
	json '.schema == 1 and (.zones | length) == 1'
	json '.zones[0] | .name == "example.com" and .first == "2026-11-24T03:07:26Z" and .rrset == "example.com NSEC3PARAM"'
	json '.zones[0] | ([.histogram[].count] | add) == 11 and .signatures == 11 and .expired == 0 and .uncovered == 0'
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	cat "$zone" >"$BATS_TEST_TMPDIR/pipe" &
	first=$out
	odsf expiry --file "$BATS_TEST_TMPDIR/pipe" --json
	expect 0
	[ "$out" = "$first" ]
}

@test "signatures that a zone lacks are found" {
	grep -v '^www.*RRSIG' "$zone" >"$BATS_TEST_TMPDIR/zone"
	odsf expiry --file "$BATS_TEST_TMPDIR/zone" --json
	expect 0
	json '.zones[0] | .uncovered == 1 and .uncovered_rrset == "www.example.com A"'
}

@test "what is no whole zone gives 3, one sentence, and little memory" {
	head -c 3000 "$zone" >"$BATS_TEST_TMPDIR/zone"
	odsf expiry --file "$BATS_TEST_TMPDIR/zone"
	expect 3 'cut short'
	: >"$BATS_TEST_TMPDIR/zone"
	odsf expiry --file "$BATS_TEST_TMPDIR/zone"
	expect 3 'empty'
	odsf expiry --file "$BATS_TEST_TMPDIR/none"
	expect 3 'No such file'
	odsf expiry --file "$BATS_TEST_TMPDIR"
	expect 3 'is a directory'
	odsf expiry --file /dev/urandom
	expect 3 '/dev/urandom:'
	truncate -s 1G "$BATS_TEST_TMPDIR/line"
	measured expiry --file "$BATS_TEST_TMPDIR/line"
	expect 3 'longer than 1048576 octets'
	[ "$peak" -lt 100000 ]
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	head -c 3000 "$zone" >"$BATS_TEST_TMPDIR/pipe" &
	odsf expiry --file "$BATS_TEST_TMPDIR/pipe"
	expect 3 'cut short'
	[ "$(wc -l <<<"$err")" -eq 1 ]
}

@test "a file and zones of the pair are bad usage, and without a file there has to be a pair" {
	odsf expiry --file "$BATS_TEST_TMPDIR/zone" example.org
	expect 64 'not both'
	odsf expiry
	expect 78 'failover.xml'
}
