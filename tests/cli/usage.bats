#!/usr/bin/env bats
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

@test "--help prints every command and ends with 0" {
	odsf --help
	expect 0
	[ -z "$err" ]
	for command in status check keys plan run resume undo journal verify doctor config range; do
		grep -q "^  $command " <<<"$out"
	done
	odsf -h
	expect 0
}

@test "--help fits into 80 columns" {
	odsf --help
	[ "$(awk 'length > 80' <<<"$out" | wc -l)" -eq 0 ]
}

@test "every command has --help, with its options, within 80 columns" {
	odsf --help
	commands=$(sed -n 's/^  \([a-z]\{3,\}\) .*/\1/p' <<<"$out")
	[ "$(wc -w <<<"$commands")" -ge 2 ]
	for command in $commands; do
		odsf "$command" --help
		expect 0
		grep -q "^usage: ods-failover $command" <<<"$out"
		[ "$(awk 'length > 80' <<<"$out" | wc -l)" -eq 0 ]
	done
}

@test "--version at every level" {
	odsf --version
	expect 0
	[[ $out =~ ^ods-failover\ [0-9.]+$ ]]
	odsf config --version
	expect 0
}

@test "an unknown command is refused with the nearest and the list" {
	odsf confg
	expect 64 'unknown command confg' 'did you mean config?' 'commands: '
	[ -z "$out" ]
	odsf zzzzzz
	expect 64 'unknown command zzzzzz'
	[[ $err != *'did you mean'* ]]
}

@test "an unknown option is refused with the nearest" {
	odsf --jsn config check
	expect 64 'unknown option --jsn; did you mean --json?'
	odsf config check --pear x
	expect 64 'did you mean --pair?'
	odsf -x
	expect 64 'unknown option -x'
}

@test "a name server's address that is none is said before anything is looked at" {
	for server in ns1.example.org 192.0.2 '[192.0.2.53]:0' "$(printf '\033]0;x')"; do
		for command in diff verify; do
			odsf "$command" --server "$server" example.org --config "$good"
			expect 64 "is no name server's address"
			[[ $err != *$'\033'* ]]
		done
	done
}

@test "escape sequences of a word are not sent to the terminal" {
	odsf "$(printf '\033]0;x\007')"
	expect 64 '\x1b]0;x\x07'
	[ "$(tr -d '\n' <<<"$err" | tr -dc '\000-\037' | wc -c)" -eq 0 ]
}

@test "an option of another command is refused" {
	odsf config check --yes
	expect 64 'config takes no --yes'
}

@test "a value that is missing or not wanted is refused" {
	odsf config check -c
	expect 64 '-c needs a value: FILE'
	odsf config check --json=yes
	expect 64 '--json takes no value'
}

@test "words too few or too many are refused with the usage" {
	odsf config
	expect 64 'config needs check' 'usage: ods-failover config check'
	odsf config check more
	expect 64 'does not take "more"'
	odsf config chekc
	expect 64 'did you mean check?'
	odsf range
	expect 64 'range needs a word'
}

@test "--json without a command is refused" {
	odsf --json
	expect 64 'needs a command'
}

@test "options may stand before and behind the command" {
	odsf -c "$good" config check
	expect 0
	odsf config check -c "$good"
	expect 0
	odsf config "--config=$good" check
	expect 0
	odsf config check "-c$good"
	expect 0
}

@test "a full disk under standard output is an error" {
	status=0
	"$ODS_FAILOVER" --help >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
	err=$(cat "$BATS_TEST_TMPDIR/err")
	expect 70 'cannot write to standard output'
}

@test "closed standard descriptors are no harm" {
	status=0
	"$ODS_FAILOVER" --help >&- 2>"$BATS_TEST_TMPDIR/err" || status=$?
	err=$(cat "$BATS_TEST_TMPDIR/err")
	expect 70 'cannot write to standard output'
	status=0
	"$ODS_FAILOVER" --version <&- 2>&- >"$BATS_TEST_TMPDIR/out" || status=$?
	expect 0
	grep -q ods-failover "$BATS_TEST_TMPDIR/out"
	status=0
	"$ODS_FAILOVER" nonsense <&- >&- 2>&- || status=$?
	expect 64
}

@test "a pipe that is closed early ends the program quietly" {
	exec 7> >(true)
	wait $!
	"$ODS_FAILOVER" --help >&7 2>"$BATS_TEST_TMPDIR/err" || true
	exec 7>&-
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
}
