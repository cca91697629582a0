#!/usr/bin/env bats
# Whole zones, signed by other tools and broken in each way at least once: verify says what ldns-verify-zone,
# dnssec-verify and kzonecheck say. Where those disagree among themselves, the RFC that decides is quoted.
# shellcheck source=tests/cli/support.bash
source "$BATS_TEST_DIRNAME/support.bash"

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	for algorithm in RSASHA1 RSASHA1_NSEC3 RSASHA256 RSASHA512 ECDSAP256SHA256 ECDSAP384SHA384 ED25519 ED448; do
		bits=
		case $algorithm in RSA*) bits='-b 1024' ;; esac
		# shellcheck disable=SC2086 # options are words
		{
			ldns-keygen -a $algorithm $bits -k example.test
			ldns-keygen -a $algorithm $bits example.test
		} >$algorithm.keys
	done
	unset algorithm
	cat >zone <<'ZONE'
example.test. 3600 IN SOA ns1.example.test. host.example.test. 2026112401 3600 900 1209600 300
example.test. 3600 IN NS ns1.example.test.
example.test. 3600 IN NS ns.sub.example.test.
ns1.example.test. 3600 IN A 192.0.2.1
mail.example.test. 3600 IN A 192.0.2.2
mail.example.test. 3600 IN MX 10 MAIL.Example.TEST.
*.wild.example.test. 3600 IN TXT "w"
a.b.c.ent.example.test. 3600 IN A 192.0.2.3
sub.example.test. 3600 IN NS ns.sub.example.test.
ns.sub.example.test. 3600 IN A 192.0.2.9
sec.example.test. 3600 IN NS ns1.example.test.
sec.example.test. 3600 IN DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000
x.y.insec.example.test. 3600 IN NS ns1.example.test.
ZONE
	sign good
	sign good3 -n -s abcd -t 3
	sign optout -n -p -t 0
	{ cat zone && echo 'mail.example.test. 3600 IN TXT "more"' && echo 'mb.example.test. 3600 IN A 192.0.2.4'; } >zone.more
	from=zone.more sign more
	from=zone.more sign more3 -n -s abcd -t 3
}

# sign OUT [OPTION]...: $from or zone by the keys of $algorithm or ECDSAP256SHA256
sign() {
	local out=$1
	shift
	# shellcheck disable=SC2046 # keys are words
	ldns-signzone "$@" -f "$out" "${from:-zone}" $(cat "${algorithm:-ECDSAP256SHA256}.keys")
}

setup() {
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
	cd "$BATS_FILE_TMPDIR" || return
}

# all FILE EXPECTED [LDNS BIND KNOT]: ours says EXPECTED; the tools say the same, or what is given for each
all() {
	local said tools
	odsf verify --file "$1"
	case $status in 0) said=good ;; 2) said=bad ;; *) said=$status ;; esac
	ldns-verify-zone "$1" >"$BATS_TEST_TMPDIR/ldns" 2>&1 && said+=' good' || said+=' bad'
	dnssec-verify -q -o example.test "$1" >"$BATS_TEST_TMPDIR/bind" 2>&1 && said+=' good' || said+=' bad'
	kzonecheck -d on -o example.test "$1" >"$BATS_TEST_TMPDIR/knot" 2>&1 && said+=' good' || said+=' bad'
	tools="${3:-$2} ${4:-$2} ${5:-$2}"
	[ "$said" = "$2 $tools" ] || {
		echo "$1: ours, ldns, bind, knot say $said and not $2 $tools"
		tail -n 3 "$BATS_TEST_TMPDIR"/{ldns,bind,knot}
		return 1
	}
}

says() { # TEXT: among the failures of the last odsf
	grep -qF -- "$1" <<<"$out" || {
		echo "not said: $1"
		return 1
	}
}

# edit FROM SED-SCRIPT: broken is FROM changed, and it is changed
edit() {
	sed -E "$2" "$1" >broken
	! cmp -s "$1" broken
}

# splice TYPE OWNER FROM OTHER: broken is FROM with the RRset of OTHER in place of its own, signatures too
splice() {
	awk -v type="$1" -v owner="$2" 'FILENAME == ARGV[1] { if ($1 == owner && ($4 == type || ($4 == "RRSIG" && $5 == type))) other = other $0 "\n"; next }
		$1 == owner && ($4 == type || ($4 == "RRSIG" && $5 == type)) { printf "%s", other; other = ""; next }
		{ print }
		END { printf "%s", other }' "$4" "$3" >broken
	! cmp -s "$3" broken
}

owner3() { # NAME: of its NSEC3 in good3 and more3
	ldns-nsec3-hash -t 3 -s abcd "$1" | sed 's/\.*$/.example.test./'
}

@test "every algorithm, NSEC" {
	for algorithm in RSASHA1 RSASHA256 RSASHA512 ECDSAP256SHA256 ECDSAP384SHA384 ED25519 ED448; do
		sign signed
		all signed good
	done
}

@test "NSEC3, with opt-out and without, by algorithm 7 too; empty non-terminals and wildcards" {
	all good3 good
	all optout good
	algorithm=RSASHA1_NSEC3 sign signed -n -t 2 -s 00ff
	all signed good
}

@test "any order of the records" {
	sort -R --random-source=<(yes) good3 >broken
	odsf verify --file broken
	expect 0
	awk '{ print > ($4 == "NSEC3" || $5 == "NSEC3" ? "last" : "first") }' good3
	cat first last >broken
	odsf verify --file broken
	expect 0
	odsf verify --file <(cat broken)
	expect 0
}

@test "a record, its signature, the key, the time" {
	edit good 's/^(mail.*A\t192\.0\.2\.)2$/\13/'
	all broken bad
	says 'mail.example.test A: the signature does not verify (key'
	edit good 's/^(mail.*RRSIG\tA .*example.test\. )..../\1AAAA/'
	all broken bad
	says 'mail.example.test A: the signature does not verify'
	edit good '/^mail.*RRSIG\tMX/d'
	all broken bad
	says 'mail.example.test MX: is not signed with algorithm 13'
	edit good '/DNSKEY\t256/d'
	all broken bad
	says 'mail.example.test A: the key that made the signature is not in the DNSKEY set'
	edit good 's/^(mail.*A\t192\.0\.2\.)2$/&\n\19/'
	all broken bad
	sign broken -i 20200101000000 -e 20200201000000
	all broken bad
	says 'the signature has expired'
	odsf verify --file broken --at 2020-01-15T00:00:00Z
	expect 0
	sign broken -i 20900101000000 -e 20900201000000
	all broken bad
	says 'its inception is in the future'
}

@test "what is not signed and what must not be" {
	{ cat good && echo 'extra.example.test. 3600 IN A 192.0.2.8'; } >broken
	all broken bad
	says 'extra.example.test A: is not signed'
	says 'extra.example.test NSEC: has no NSEC record'
	# RFC 4035 section 2.2: "the NS RRset that appears at the zone apex name MUST be signed, but the NS RRsets that appear
	# at delegation points MUST NOT be signed. Glue address RRsets associated with delegations MUST NOT be signed."
	grep -v '^sub' zone >zone.cut
	from=zone.cut sign cut
	{ cat good && grep '^ns.sub.*RRSIG	A' cut; } >broken
	odsf verify --file broken
	expect 2
	says 'ns.sub.example.test A: is signed, but the zone does not answer for it'
	edit good '/^sec.*DS\t/d'
	odsf verify --file broken
	expect 2
}

@test "the labels of a wildcard" {
	# RFC 4035 section 2.2: "The value of the RRSIG RR's Labels field is equal to the number of labels in the RRset owner
	# name, not counting the null root label and not counting the leftmost label if it is a wildcard." What a name server
	# made of a wildcard has fewer, verifies, and is not what a zone holds.
	edit good 's/\*\.wild/name.wild/'
	odsf verify --file broken
	expect 2
	says 'name.wild.example.test TXT: the label count does not fit the owner'
}

@test "every algorithm of the DNSKEY set signs every RRset" {
	# RFC 4035 section 2.2: "There MUST be an RRSIG for each RRset using at least one DNSKEY of each algorithm in the zone
	# apex DNSKEY RRset."
	key=$(tail -n 1 ED25519.keys)
	{ cat zone && sed 's/IN/3600 IN/' "$key.key"; } >zone.two
	from=zone.two sign broken
	odsf verify --file broken
	expect 2
	says 'mail.example.test A: is not signed with algorithm 15'
	# shellcheck disable=SC2046 # keys are words
	ldns-signzone -f signed zone $(cat ECDSAP256SHA256.keys ED25519.keys)
	all signed good
}

@test "an algorithm leaves: its keys are gone, its signatures stay for the caches" {
	# RFC 6781 section 4.1.4 takes the keys away before the signatures. RFC 6840 section 5.11: "This requirement applies to
	# servers, not validators. Validators SHOULD accept any single valid path."
	# shellcheck disable=SC2046 # keys are words
	ldns-signzone -f both zone $(cat ECDSAP256SHA256.keys ED25519.keys)
	{ cat good && grep 'RRSIG.* 15 ' both | grep -v 'RRSIG	DNSKEY'; } >leaving
	all leaving good
	# The keys of one algorithm are held, and those of two signed.
	grep 'DNSKEY	.* 13 ' both | grep -v RRSIG >held
	odsf verify --file both --keys held
	expect 0
	# A signature by a key that is gone stands for no other.
	edit leaving '/^mail.*RRSIG	A 13/d'
	all broken bad
	says 'mail.example.test A: the key that made the signature is not in the DNSKEY set'
}

@test "the TTL is the one that was signed" {
	# RFC 4035 section 2.2: "The RRSIG Original TTL field is equal to the TTL of the RRset."
	for ttl in 1800 7200; do
		edit good "s/^(mail.*	)3600(	IN	A)/\1$ttl\2/"
		all broken bad good bad bad
		says 'mail.example.test A: the TTL is not the one that was signed'
	done
}

@test "a DNAME record of the apex hides what is below, and not its NSEC3 records" {
	{ grep 'SOA\|NS	*ns1\|NS ns1.example' zone | sed 's/ns1.example.test/ns1.example.net/' | grep '^example' && echo 'example.test. 3600 IN DNAME example.net.'; } >zone.dname
	from=zone.dname sign signed -n -s abcd
	all signed good
	edit signed '/RRSIG	NSEC3 /d'
	all broken bad
	{ cat zone.dname && echo 'www.example.test. 3600 IN A 192.0.2.1'; } >zone.below
	from=zone.below sign signed
	# RFC 6672 section 2.4 forbids such a name; nobody signs it, and nobody but kzonecheck minds.
	all signed good good good bad
}

@test "the next name of NSEC in the letters that were signed, however they are written" {
	sed 's/^mail/Mail/; s/^ns1/NS1/' zone >zone.case
	sed 's/IN/3600 IN/' "$(head -n 1 ECDSAP256SHA256.keys).key" "$(tail -n 1 ECDSAP256SHA256.keys).key" >>zone.case
	dnssec-signzone -q -O full -o example.test -f signed zone.case
	grep -q 'NSEC	Mail' signed
	all signed good
	ldns-read-zone -u NSEC signed >generic
	grep -q 'TYPE47	\\#' generic
	odsf verify --file generic
	expect 0
	edit signed 's/NSEC	Mail/NSEC	\\077ail/'
	odsf verify --file broken
	expect 0
	edit signed 's/NSEC	Mail/NSEC	mail/'
	odsf verify --file broken
	expect 2
}

@test "the NSEC chain: a hole, a wrong next name, wrong types" {
	edit good '/^mail.*NSEC/d'
	all broken bad
	says 'mail.example.test NSEC: has no NSEC record: the chain is broken here'
	splice NSEC mail.example.test. good more
	all broken bad
	says 'mail.example.test NSEC: the NSEC record points to mb.example.test, the next name is ns1.example.test'
	says 'mail.example.test NSEC: the NSEC record names other types than there are'
}

@test "the NSEC3 chain: a hole, a wrong next name, wrong types, an empty non-terminal" {
	edit good3 "/^$(owner3 mail.example.test.)/d"
	all broken bad
	says 'mail.example.test NSEC3: has no NSEC3 record: the chain does not hold it'
	says 'the NSEC3 record does not point to the next one'
	splice NSEC3 "$(owner3 mail.example.test.)" good3 more3
	all broken bad
	says 'mail.example.test NSEC3: its NSEC3 record names other types than there are'
	edit good3 "/^$(owner3 b.c.ent.example.test.)/d"
	odsf verify --file broken
	expect 2
	says 'b.c.ent.example.test NSEC3: is an empty non-terminal without an NSEC3 record'
	{ cat good3 && grep "^$(owner3 mb.example.test.)" more3; } >broken
	odsf verify --file broken
	expect 2
	says 'NSEC3: the NSEC3 record belongs to no name of the zone'
}

@test "opt-out covers insecure delegations, and nothing else" {
	{ cat optout && echo 'new.example.test. 3600 IN NS ns1.example.test.'; } >broken
	all broken good
	{ cat good3 && echo 'new.example.test. 3600 IN NS ns1.example.test.'; } >broken
	odsf verify --file broken
	expect 2
	says 'new.example.test NSEC3: has no NSEC3 record'
}

@test "the digest of the zone" {
	sign digest -z simple:sha384
	odsf verify --file digest
	expect 0
	sort -R --random-source=<(yes) digest >broken
	odsf verify --file broken
	expect 0
	sign digest3 -n -s abcd -t 3 -z sha512
	odsf verify --file digest3
	expect 0
	# RFC 8976 section 3.3.1: glue is part of the digest, although nothing signs it.
	edit digest 's/192\.0\.2\.9$/192.0.2.10/'
	odsf verify --file broken
	expect 2
	says 'ZONEMD: the digest of the zone is not the one that the ZONEMD record has'
	run ! ldns-verify-zone -ZZ broken
	ldns-verify-zone -ZZ digest
	ldns-verify-zone -ZZ digest3
}

@test "the keys that caches hold: valid alone, and broken for everyone who has the old ones" {
	algorithm=ED25519 sign signed
	all signed good
	grep DNSKEY good | grep -v RRSIG >held
	odsf verify --file signed --keys held
	expect 2
	says 'the key that made the signature is not in the DNSKEY set'
	odsf verify --file good --keys held
	expect 0
	cat "$(head -n 1 ECDSAP256SHA256.keys).ds" >held
	odsf verify --file good --keys held
	expect 0
	odsf verify --file signed --keys held
	expect 2
	says 'no DS record names a key that signs the DNSKEY set'
	# RFC 4509 section 3: "Validator implementations SHOULD ignore DS RRs containing SHA-1 digests if DS RRs with SHA-256
	# digests are present in the DS RRset."
	ldns-key2ds -n -f -1 "$(head -n 1 ECDSAP256SHA256.keys).key" >held
	odsf verify --file good --keys held
	expect 0
	sed 's/ 13 1 .*/ 13 2 0000000000000000000000000000000000000000000000000000000000000000/' held >other
	cat other >>held
	odsf verify --file good --keys held
	expect 2
	# The DS of a key that is in the set and does not sign it.
	ldns-key2ds -n -f -2 "$(tail -n 1 ECDSAP256SHA256.keys).key" >held
	odsf verify --file good --keys held
	expect 2
}

@test "keys that are of another zone prove nothing" {
	echo 'other.test. IN DNSKEY 257 3 13 AAECAw==' >held
	odsf verify --file good --keys held
	expect 3 'none of example.test among them'
}
