#!/usr/bin/env bats
# doctor on a recorded pair: what a host lacks, and what to install for it.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

# lacking TOOL...: a recording in which bravo lacks these
lacking() {
	cp -R "$BATS_TEST_DIRNAME/../../remote/replay/recording" "$BATS_TEST_TMPDIR/pair"
	for tool; do sed -i "s/^=tool $tool yes\$/=tool $tool no/" "$BATS_TEST_TMPDIR/pair/bravo/hello.far"; done
}

@test "doctor names the packages of what is missing, each once" {
	lacking ods-enforcer ods-enforcerd sqlite3 mount
	odsf doctor --replay="$BATS_TEST_TMPDIR/pair"
	expect 2
	for tool in ods-enforcer ods-enforcerd sqlite3 mount; do grep -qx "  ✗ $tool is not there" <<<"$out"; done
	grep -qx '  on Debian: apt-get install opendnssec-enforcer-sqlite3 sqlite3 mount' <<<"$out"
	grep -qx '  on RHEL: dnf install opendnssec sqlite util-linux' <<<"$out"
	odsf doctor --json --replay="$BATS_TEST_TMPDIR/pair"
	expect 2
	json '.instances[0].missing - ["sv"] == [] and .instances[0].packages == {debian: [], rhel: []}'
	json '.instances[1].missing - ["sv"] == ["ods-enforcer", "ods-enforcerd", "sqlite3", "mount"]'
	json '.instances[1].packages.debian == ["opendnssec-enforcer-sqlite3", "sqlite3", "mount"]'
}

@test "what only helps leaves the status 0" {
	lacking softhsm2-util setpriv
	odsf doctor --replay="$BATS_TEST_TMPDIR/pair"
	expect 0
	grep -qx '  ! softhsm2-util is not there' <<<"$out"
	grep -qx '  on Debian: apt-get install util-linux softhsm2' <<<"$out"
}

@test "a plan is refused where a step would lack a tool" {
	lacking unshare
	odsf plan switchover --replay="$BATS_TEST_TMPDIR/pair" --json
	expect 4
	json '.refusals == ["bravo: unshare is not installed"]'
}
