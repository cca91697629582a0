#!/usr/bin/env bats
# The manual pages say what the tables of the program say. ODSF_UPDATE=1 writes their generated parts anew.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

docs=$BATS_TEST_DIRNAME/../../docs

# fill PAGE: the page with its generated parts as the program prints them
fill() {
	while IFS= read -r line; do
		printf '%s\n' "$line"
		case $line in
		'.\" generated: '*)
			"$ODS_FAILOVER" --manual "${line##*: }" || return 1
			while IFS= read -r line && [ "$line" != '.\" end' ]; do :; done
			printf '%s\n' "$line"
			;;
		esac
	done <"$1"
}

@test "the generated parts of the manual pages are those of the program" {
	for page in ods-failover.8 failover.xml.5; do
		fill "$docs/$page" >"$BATS_TEST_TMPDIR/$page"
		grep -q '^\.\\" generated: ' "$docs/$page"
		[ -z "${ODSF_UPDATE:-}" ] || cp "$BATS_TEST_TMPDIR/$page" "$docs/$page"
		diff -u "$docs/$page" "$BATS_TEST_TMPDIR/$page"
	done
}

@test "the example of failover.xml(5) is valid" {
	sed -n '/^<Failover>/,/^<.Failover>/p' "$docs/failover.xml.5" >"$BATS_TEST_TMPDIR/example.xml"
	odsf -c "$BATS_TEST_TMPDIR/example.xml" config check
	expect 0
}

@test "mandoc finds nothing to mend" {
	mandoc -Tlint -W warning "$docs/ods-failover.8" "$docs/failover.xml.5"
}

@test "an unknown part of the manual is refused" {
	odsf --manual nonsense
	expect 64
}
