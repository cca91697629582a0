#!/usr/bin/env bats
# Whole zones, signed and broken by other tools: verify says what ldns-verify-zone and dnssec-verify say.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

make_zone() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >zone <<'ZONE'
$ORIGIN example.test.
$TTL 3600
@ SOA ns1 host 2026112401 3600 900 1209600 300
@ NS ns1
@ NS ns.sub
ns1 A 192.0.2.1
mail A 192.0.2.2
*.wild TXT "w"
a.b.c.ent A 192.0.2.3
sub NS ns.sub
ns.sub A 192.0.2.9
sec NS ns1
sec DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000
x.y.insec NS ns1
dn DNAME example.com.
ZONE
	dnssec-keygen -q -a "$1" -f KSK example.test >keys
	dnssec-keygen -q -a "$1" example.test >>keys
	cat zone K*.key >unsigned
	shift
	dnssec-signzone -q -O full -o example.test -f signed "$@" unsigned >signed.log
}

agree() { # STATUS: ours is that, and both tools agree with it
	odsf verify --file signed
	expect "$1"
	tools=0
	ldns-verify-zone signed >/dev/null 2>&1 && dnssec-verify -q -o example.test signed >/dev/null 2>&1 || tools=2
	[ "$tools" -eq "$1" ]
}

@test "NSEC, wildcard, delegations, empty non-terminals" {
	make_zone ECDSAP256SHA256
	agree 0
	sed -i 's/192\.0\.2\.2$/192.0.2.77/' signed
	agree 2
}

@test "NSEC3 with salt and iterations" {
	make_zone RSASHA256 -3 abcd -H 5
	agree 0
	sed -i '/^mail\./d' signed
	echo 'new.example.test. 3600 IN NS ns1.example.test.' >>signed
	agree 2
}

@test "NSEC3 with opt-out: an insecure delegation needs no record" {
	make_zone ED25519 -3 - -A -H 1
	agree 0
	echo 'new.example.test. 3600 IN NS ns1.example.test.' >>signed
	agree 0
	sed -i '/^sec\.example.*DS/d' signed
	agree 2
}

@test "a DS that is gone is found, where one of the tools is silent" {
	make_zone ED448
	agree 0
	sed -i '/^sec\.example.*DS/d' signed
	agree 2
}
