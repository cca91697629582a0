#!/usr/bin/env bats
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

zone=$BATS_TEST_DIRNAME/../fixtures/snap2/signed/example.com

@test "a zone that verifies as of its time gives 0" {
	odsf verify --file "$zone" --at 2026-11-24T03:00:00Z
	expect 0
	grep -q 'example.com serial 2002 as of 2026-11-24T03:00:00Z: verifies, 11 signatures verified, 0 failed' <<<"$out"
	odsf verify --file "$zone" --at 2026-11-24T03:00:00Z --json
	expect 0
	json '.schema == 1 and .zone == "example.com" and .at == "2026-11-24T03:00:00Z" and .ok == true'
	json '.signatures == {verified: 11, failed: 0} and .failures == []'
}

@test "a zone whose signatures have expired gives 2, with each failure" {
	odsf verify --file "$zone" --at 2027-01-01T00:00:00Z --json
	expect 2
	json '.ok == false and .signatures.failed == 11 and (.failures | length) == 11'
	json '.failures[] | select(.type == "SOA") | .owner == "example.com" and (.text | contains("expired"))'
}

@test "a zone that was changed gives 2" {
	sed 's/^\(www[^;]*A\t\)[0-9.]*/\1192.0.2.99/' "$zone" >"$BATS_TEST_TMPDIR/zone"
	run ! cmp -s "$zone" "$BATS_TEST_TMPDIR/zone"
	odsf verify --file "$BATS_TEST_TMPDIR/zone" --at 2026-11-24T03:00:00Z
	expect 2
	grep -q 'www.example.com A' <<<"$out"
}

@test "what is missing, cut short, or no zone gives 3" {
	odsf verify --file "$BATS_TEST_TMPDIR/none"
	expect 3 'No such file'
	head -c 3000 "$zone" >"$BATS_TEST_TMPDIR/zone"
	odsf verify --file "$BATS_TEST_TMPDIR/zone"
	expect 3
	head -c 3000 /dev/urandom >"$BATS_TEST_TMPDIR/zone"
	odsf verify --file "$BATS_TEST_TMPDIR/zone"
	expect 3
	: >"$BATS_TEST_TMPDIR/zone"
	odsf verify --file "$BATS_TEST_TMPDIR/zone"
	expect 3
}

@test "a file and zones of the pair, or a time that is none, is bad usage; without a file there has to be a pair" {
	odsf verify --file "$zone" example.org
	expect 64 'not both'
	odsf verify
	expect 78 'failover.xml'
	odsf verify --file "$zone" --at yesterday
	expect 64 '--at is no time'
}
