#!/usr/bin/env bats
# One zone, signed with the same keys by the signers of BIND, ldns and Knot, as they lay it out, as BIND compiles it, and as a name
# server transfers it: whichever made either side, nothing but timing differs; and a change is found between any two.
# (The files of OpenDNSSEC's own signer: diff.bats, and the real pair in tests/integration/test_zones.sh.)
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

# The keys are Knot's: it takes no others without its daemon's package. The other two read them in BIND's form.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	plain_zone >zone
	knot zone off knot.nsec
	knot zone on knot.nsec3
	local pem public flags
	for pem in kasp/keys/keys/*.pem; do
		public=$(openssl pkey -in "$pem" -pubout -outform DER | tail -c 64 | base64 -w 0)
		flags=$(awk -v key="$public" '$3 == "DNSKEY" && $7 == key { print $4; exit }' knot.nsec)
		printf 'example.test. 3600 IN DNSKEY %s 3 13 %s\n' "$flags" "$public" >"Kkey$flags.key"
		printf 'Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: %s\n' "$(openssl pkey -in "$pem" -noout -text |
			sed -n '/^priv:/,/^pub:/s/^ //p' | tr -d ' :\n' | tr a-f A-F | basenc --base16 -d | tail -c 32 | base64 -w 0)" >"Kkey$flags.private"
		cp "Kkey$flags.key" "Kexample.test.+013+$(tag "$flags").key"
		cp "Kkey$flags.private" "Kexample.test.+013+$(tag "$flags").private"
	done
	all_signers zone ''
	sed '/^mail AAAA/d' zone >changed
	knot changed off knot.changed.nsec
	knot changed on knot.changed.nsec3
	all_signers changed changed.
}

# tag FLAGS: of the key with those flags, by the signatures of Knot: the DNSKEY set is signed by the KSK, all else by the ZSK
tag() {
	if [ "$1" = 257 ]; then
		awk '$3 == "RRSIG" && $4 == "DNSKEY" { printf "%05d", $10; exit }' knot.nsec
	else
		awk '$3 == "RRSIG" && $4 == "SOA" { printf "%05d", $10; exit }' knot.nsec
	fi
}

# knot ZONE NSEC3 OUT: signed by Knot; its keys stay the same
knot() {
	mkdir -p kasp made
	cat >knot.conf <<END
database:
  storage: $PWD/kasp
policy:
  - id: p
    algorithm: ecdsap256sha256
    cds-cdnskey-publish: none
    dnskey-ttl: 3600
    nsec3: $2
    nsec3-iterations: 0
    nsec3-salt-length: 0
zone:
  - domain: example.test
    file: $PWD/$1
    dnssec-signing: on
    dnssec-policy: p
END
	kzonesign -c knot.conf -o made example.test >knot.log 2>&1 || {
		cat knot.log
		return 1
	}
	mv "made/$1" "$3"
}

# all_signers ZONE PREFIX: BIND's and ldns' of it, NSEC and NSEC3, and other forms of those
all_signers() {
	local keys=()
	mapfile -t keys < <(printf '%s\n' Kexample.test.+013+*.key | sed 's/\.key$//')
	cat "$1" Kexample.test.*.key >with-keys
	dnssec-signzone -q -x -O full -o example.test -f "bind.$2nsec" with-keys
	dnssec-signzone -q -x -O text -3 - -H 0 -o example.test -f "bind.$2nsec3" with-keys
	ldns-signzone -f "ldns.$2nsec" "$1" "${keys[@]}"
	ldns-signzone -n -t 0 -f "ldns.$2nsec3" "$1" "${keys[@]}"
	named-compilezone -q -i none -k ignore -o "compiled.$2nsec" example.test "ldns.$2nsec"
	named-compilezone -q -i none -k ignore -o "compiled.$2nsec3" example.test "ldns.$2nsec3"
}

setup() {
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
	cd "$BATS_FILE_TMPDIR" || return
}

signers=(bind ldns knot compiled)

@test "whichever signer made either side, timing alone differs" {
	local denial a b
	for denial in nsec nsec3; do
		for a in "${signers[@]}"; do
			for b in "${signers[@]}"; do
				odsf diff --files "$a.$denial" "$b.$denial"
				expect 0
				grep -q ': equal; data 0, keys 0, coverage 0, denial 0' <<<"$out"
			done
		done
	done
}

@test "a record that one side lacks is one difference between any two of them" {
	local denial a b
	for denial in nsec nsec3; do
		for a in "${signers[@]}"; do
			for b in bind ldns knot compiled; do
				odsf diff --files "$a.$denial" "$b.changed.$denial" --json
				expect 1
				json '.zones[0].counts | .data == 1 and .keys + .coverage + .denial == 0'
				json '.zones[0].changes[0] | .owner == "mail.example.test" and .type == "AAAA" and .right == []'
			done
		done
	done
}

@test "every one of them verifies" {
	local file
	for file in {bind,ldns,knot,compiled}.{,changed.}nsec{,3}; do
		odsf verify --file "$file"
		expect 0
	done
}

# What a name server transfers: the SOA comes twice, and dig puts comments and blank lines around.
@test "a transfer is the zone that it is of" {
	port=$((20000 + RANDOM % 20000))
	cat >nsd.conf <<END
server:
	ip-address: 127.0.0.1@$port
	username: ""
	chroot: ""
	zonesdir: "$PWD"
	database: ""
	pidfile: "$PWD/nsd.pid"
	xfrdfile: "$PWD/xfrd.state"
	zonelistfile: "$PWD/zone.list"
	xfrdir: "$PWD"
	logfile: "$PWD/nsd.log"
remote-control:
	control-enable: no
zone:
	name: example.test
	zonefile: $PWD/bind.nsec3
	provide-xfr: 127.0.0.1 NOKEY
END
	nsd -d -c nsd.conf </dev/null >nsd.out 2>&1 3>&- &
	pid=$!
	until dig +time=1 +tries=1 -p "$port" @127.0.0.1 example.test SOA | grep -q 'status: NOERROR'; do
		kill -0 $pid
	done
	dig +time=5 -p "$port" @127.0.0.1 example.test AXFR >transferred
	kill $pid
	wait $pid || :
	grep -q 'XFR size' transferred
	odsf diff --files bind.nsec3 transferred
	expect 0
	grep -q 'timing 0$' <<<"$out"
	odsf diff --files knot.nsec3 transferred
	expect 0
	odsf verify --file transferred
	expect 0
	odsf expiry --file transferred
	expect 0
}
