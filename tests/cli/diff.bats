#!/usr/bin/env bats
# Two zone files by what they mean. Real signers make the zones; what the exact tools say of them is the measure.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

fixtures=$BATS_TEST_DIRNAME/../fixtures

# sign NAME INCEPTION EXPIRATION OPTION...: the zone of standard input, with the keys that are there
sign() {
	cat >"$1.unsigned"
	[ -e keys ] || {
		dnssec-keygen -q -a ECDSAP256SHA256 -f KSK example.test >keys
		dnssec-keygen -q -a ECDSAP256SHA256 example.test >>keys
	}
	cat K*.key >>"$1.unsigned"
	dnssec-signzone -q -z -s "$2" -e "$3" -o example.test -f "$1" "${@:4}" "$1.unsigned" >"$1.log" 2>&1 || {
		cat "$1.log"
		return 1
	}
}

# exact A B: what ldns makes of both, without times and signatures, is the same
exact() {
	diff <(ldns-read-zone -0 -z "$1" | sed 's/ 20[0-9]* 36/ S 36/') <(ldns-read-zone -0 -z "$2" | sed 's/ 20[0-9]* 36/ S 36/') >/dev/null
}

@test "two signings of one zone differ in timing alone, in any layout" {
	cd "$BATS_TEST_TMPDIR"
	for denial in '' '-3 abcd -H 2' '-3 - -A'; do
		# shellcheck disable=SC2086 # options are words
		plain_zone | sign a 20261101000000 20261201000000 -O full $denial
		# shellcheck disable=SC2086
		plain_zone | sed 's/2026112401/2026112402/' | sign b 20261102000000 20261205000000 -O text $denial
		odsf diff --files a b --json
		expect 0
		json '.zones[0] | .name == "example.test" and .equal == true and .counts.timing > 10'
		json '.zones[0] | [.counts.data, .counts.keys, .counts.coverage, .counts.denial] | add == 0'
		json '.zones[0].serial | .left == 2026112401 and .right == 2026112402 and .order == "less"'
		exact a b
		ldns-read-zone -z b >c
		odsf diff --files b c
		expect 0
		grep -q '^example.test: equal; data 0, keys 0, coverage 0, denial 0, timing 0$' <<<"$out"
		named-compilezone -q -i none -k ignore -o d example.test a
		odsf diff --files a d
		expect 0
		grep -q 'timing 0$' <<<"$out"
	done
}

@test "one change in the zone is one difference, with everything that follows from it" {
	cd "$BATS_TEST_TMPDIR"
	for denial in '' '-3 abcd -H 2' '-3 - -A'; do
		# shellcheck disable=SC2086
		plain_zone | sign a 20261101000000 20261201000000 -O full $denial
		while IFS='|' read -r change sentence; do
			# shellcheck disable=SC2086
			plain_zone | sed "$change" | sign b 20261102000000 20261205000000 -O full $denial
			if exact a b; then false; fi
			odsf diff --files a b --json
			expect 1
			json '.zones[0].counts | .data == 1 and .keys + .coverage + .denial == 0'
			json ".zones[0].changes[] | select(.band == \"data\") | .text | startswith(\"$sentence\")"
			odsf diff --files b a
			expect 1
		done <<'END'
/^mail AAAA/d|b lacks mail.example.test. AAAA
/^www/d|b lacks www.example.test. A
/^a.b.c.ent/d|b lacks a.b.c.ent.example.test. A
/^sec DS/d|b lacks sec.example.test. DS
$a new.x.y A 192.0.2.77|a lacks new.x.y.example.test. A
s/^www 300/www 301/|www.example.test. A has TTL 300 on a, 301 on b
s/192.0.2.4$/192.0.2.5/|www.example.test. A differs: only a has 192.0.2.4; only b has 192.0.2.5
s/1209600 300/1209600 299/|example.test. SOA differs
END
	done
}

@test "other keys" {
	cd "$BATS_TEST_TMPDIR"
	plain_zone | sign a 20261101000000 20261201000000 -O full
	mkdir other
	cp keys K* other/
	(
		cd other
		dnssec-keygen -q -a ECDSAP256SHA256 example.test >>keys
		plain_zone | sign b 20261101000000 20261201000000 -O full
	)
	odsf diff --files a other/b --json
	expect 1
	json '.zones[0].counts | .keys == 1 and .data + .denial == 0 and .coverage > 5'
	json '.zones[0].changes[] | select(.band == "keys") | .type == "DNSKEY" and .left == [] and (.right | length) == 1'
}

@test "NSEC3 parameters, and NSEC against NSEC3, are one difference each" {
	cd "$BATS_TEST_TMPDIR"
	plain_zone | sign nsec 20261101000000 20261201000000 -O full
	plain_zone | sign salt1 20261101000000 20261201000000 -O full -3 abcd -H 2
	plain_zone | sign salt2 20261101000000 20261201000000 -O full -3 abce -H 2
	plain_zone | sign iter 20261101000000 20261201000000 -O full -3 abcd -H 3
	plain_zone | sign optout 20261101000000 20261201000000 -O full -3 abcd -H 2 -A
	while read -r left right sentence; do
		odsf diff --files "$left" "$right" --json
		expect 1
		json '.zones[0].counts | .denial == 1 and .data + .keys + .coverage == 0'
		json ".zones[0].changes[] | select(.band == \"denial\") | .text == \"$sentence: each side's chain is complete\""
	done <<'END'
salt1 salt2 NSEC3 salt differs: abcd on salt1, abce on salt2
salt1 iter NSEC3 iterations differ: 2 on salt1, 3 on iter
salt1 optout NSEC3 opt-out differs: not set on salt1, set on optout
nsec salt1 nsec denies with NSEC, salt1 with NSEC3
optout nsec optout denies with NSEC3, nsec with NSEC
END
	# A name that one side lacks is told once, as data; a hole in a chain, of its side.
	plain_zone | sed '/^www/d' | sign fewer 20261101000000 20261201000000 -O full -3 abce -H 2
	odsf diff --files salt1 fewer --json
	json '.zones[0].counts | .denial == 1 and .data == 1'
	name=$(ldns-nsec3-hash -t 2 -s abce www.example.test. | cut -d . -f 1)
	sed -i "/^$name/Id" salt2
	odsf diff --files salt1 salt2 --json
	json '[.zones[0].changes[] | select(.band == "denial") | .text] | (.[0] | endswith("the chain of salt1 is complete, that of salt2 is not"))
		and any(. == "on salt2, www.example.test: has no NSEC3 record: the chain does not hold it")'
}

@test "the signer's own files: two snapshots, and a state file against the signed one" {
	odsf diff --files "$fixtures/snap1/signed/example.com" "$fixtures/snap2/signed/example.com" --json
	expect 1
	json '.zones[0].counts == {data: 0, keys: 1, coverage: 0, denial: 0, timing: 7}'
	json '.zones[0].changes[0].text | endswith("DNSKEY sets differ: only '"$fixtures"'/snap2/signed/example.com has key 63875 (ZSK, algorithm 13)")'
	odsf diff --files "$fixtures/snap2/signer/example.com.backup2" "$fixtures/snap2/signed/example.com"
	expect 0
	grep -q 'timing 0$' <<<"$out"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	cat "$fixtures/snap2/signed/example.com" >"$BATS_TEST_TMPDIR/pipe" &
	odsf diff --files "$BATS_TEST_TMPDIR/pipe" "$fixtures/snap1/signed/example.com"
	expect 1
}

@test "what is no whole zone gives 3 and one sentence" {
	good=$fixtures/snap2/signed/example.com
	head -c 3000 "$good" >"$BATS_TEST_TMPDIR/cut"
	: >"$BATS_TEST_TMPDIR/empty"
	head -n -1 "$fixtures/snap2/signer/example.com.backup2" >"$BATS_TEST_TMPDIR/x.backup2"
	truncate -s 1G "$BATS_TEST_TMPDIR/line"
	for bad in cut empty x.backup2 line none .; do
		for order in 1 2; do
			if [ $order = 1 ]; then
				odsf diff --files "$BATS_TEST_TMPDIR/$bad" "$good"
			else
				odsf diff --files "$good" "$BATS_TEST_TMPDIR/$bad"
			fi
			expect 3 "$BATS_TEST_TMPDIR"
			[ "$(wc -l <<<"$err")" -eq 1 ]
			[ -z "$out" ]
		done
	done
	odsf diff --files /dev/urandom /dev/urandom
	expect 3 /dev/urandom
	measured diff --files "$BATS_TEST_TMPDIR/line" "$good"
	expect 3 'longer than 1048576 octets'
	[ "$peak" -lt 150000 ]
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	for order in 1 2; do
		head -c 3000 "$good" >"$BATS_TEST_TMPDIR/pipe" &
		if [ $order = 1 ]; then
			odsf diff --files "$BATS_TEST_TMPDIR/pipe" "$good"
		else
			odsf diff --files "$good" "$BATS_TEST_TMPDIR/pipe"
		fi
		wait
		expect 3 "$BATS_TEST_TMPDIR/pipe" 'cut short'
		[ "$(wc -l <<<"$err")" -eq 1 ]
	done
	odsf diff --files "$good"
	expect 64 'diff needs two files'
}
