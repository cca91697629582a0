#!/bin/bash
# Comparison, expiry and verification of large zones against their peers, on the same files in turn:
#   tests/bench/zones.sh [--sizes "10000 100000 1000000"] [--peers] [--keep DIR] PROGRAM
# Makes registry zones (NSEC3 with opt-out) and host zones (NSEC), signs each twice (dnssec-signzone, ldns-signzone) and lays
# them out as the signer does; prints CPU seconds, seconds on the wall and peak memory of ours and of the peers, as medians of three, with
# their ratios; plants a difference of every band and fails if one is missed or invented. --peers: the slow ones as well
# (ldns-compare-zones, ldns-read-zone, ldns-verify-zone, kzonecheck), and every verdict against the exact pipeline. With --keep the zones stay for the next time. What is
# measured is held against its limits, those of time where a zone is large enough; it fails when one is passed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sizes='10000 100000 1000000' peers='' dir=''
while [ $# -gt 1 ]; do
	case $1 in
	--sizes) sizes=$2 && shift 2 ;;
	--peers) peers=yes && shift ;;
	--keep) dir=$2 && shift 2 ;;
	*) echo "zones.sh: what is $1?" >&2 && exit 64 ;;
	esac
done
program=$(realpath "$1")
build=$(dirname "$program")/tests # of the same build
measure=$build/bench-measure ldns_parse=$build/bench-ldns-parse layout=$build/bench-signer-layout
[ -n "$dir" ] || {
	dir=$(mktemp -d "${TMPDIR:-/tmp}/ods-failover-zones.XXXXXX")
	trap 'rm -rf "$dir"' EXIT
}
mkdir -p "$dir"
cd "$dir"
export LC_ALL=C TZ=UTC

day() { # DAYS: from now, as a signature has it
	date -u -d "$1 days" +%Y%m%d000000
}

# sign KIND SIZE OUT FROM TO: a signing of KIND-SIZE, valid from day FROM to day TO, in the layout of the signer
sign() {
	if [ "$1" = hosts ]; then
		# shellcheck disable=SC2046 # keys are words
		ldns-signzone -i "$(day "$4")" -e "$(day "$5")" -f "$3.part" "$1-$2" $(cat corp.example.keys)
	else # ldns-signzone sets the flag, and lets nothing out; dnssec-signzone writes names as its threads end
		cat "$1-$2" Ktld.*.key >"$3.keys"
		dnssec-signzone -q -x -A -3 "$salt" -H 1 -O full -s "$(day "$4")" -e "$(day "$5")" -o tld -f "$3.bind" "$3.keys" >/dev/null
		ldns-read-zone -c -z "$3.bind" | "$layout" "$salt" 1 >"$3.part"
		rm "$3.keys" "$3.bind"
	fi
	mv "$3.part" "$3"
}
salt=0123456789abcdef

# zone KIND SIZE: KIND-SIZE.a and .b, two signings
zone() {
	local name=tld
	[ "$1" = delegations ] || name=corp.example
	[ -e "$name.keys" ] || {
		ldns-keygen -a ECDSAP256SHA256 -k $name
		ldns-keygen -a ECDSAP256SHA256 $name
	} >"$name.keys"
	[ -e "$1-$2.b" ] && return
	awk -v kind="$1" -v records="$2" -f "$here/make_zone.awk" >"$1-$2"
	sign "$1" "$2" "$1-$2.a" -5 9
	sign "$1" "$2" "$1-$2.b" -4 10
}

# measure COMMAND...: sets cpu, wall (microseconds) and peak (KiB), medians of $times or three; whatever its status
measure() {
	local n=${times:-3}
	for _ in $(seq "$n"); do "$measure" "$@"; done >figures
	cpu=$(median 1) wall=$(median 2) peak=$(median 3)
}
median() { cut -d ' ' -f "$1" figures | sort -n | sed -n $((($(wc -l <figures) + 1) / 2))p; } # FIELD

# within WHAT VALUE LIMIT: the value is not above its limit
within() {
	local verdict=within
	awk -v v="$2" -v l="$3" 'BEGIN { exit !(v <= l) }' || {
		verdict='ABOVE ITS LIMIT'
		failed=1
	}
	printf '%s: %s, at most %s: %s\n' "$1" "$2" "$3" "$verdict" | tee -a limits
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", a / (b > 0 ? b : 1) }'; } # A B
# Where starting the program is no part of the time any more: of verify, and of what reads at the speed of the disk.
large() { [ "$size" -ge 100000 ]; }
largest() { [ "$size" -ge 1000000 ]; }

row() { # NAME BASE
	awk -v name="$1" -v cpu="$cpu" -v wall="$wall" -v peak="$peak" -v base="$2" 'BEGIN {
		printf "| %-44s | %9.1f | %9.1f | %9d | %9.2f |\n", name, cpu / 1000, wall / 1000, peak / 1024, cpu / base }'
}

# What of verify is libcrypto's: signatures by the rate of the same minute.
verification() {
	local name=tld signatures rate floor ours ours_wall times=$times
	[ "$kind" = delegations ] || name=corp.example
	! large || times=3
	[ "$size" -lt 1000000 ] || times=1
	signatures=$("$program" verify --file "$a" --json | jq '.signatures.verified')
	rate=$(openssl speed -seconds 2 ecdsap256 2>/dev/null | awk 'END { print $NF }')
	floor=$(awk -v n="$signatures" -v r="$rate" 'BEGIN { print int(n / r * 1000000) }')
	printf '\n%s signatures, %s verified a second by openssl speed: %s ms\n\n' "$signatures" "$rate" "$((floor / 1000))"
	printf '| %-44s | %9s | %9s | %9s | %9s |\n| --- | --: | --: | --: | --: |\n' command 'CPU ms' 'wall ms' 'peak MiB' 'of openssl'
	measure "$program" verify --file "$a"
	ours=$cpu ours_wall=$wall
	row 'verify --file A' "$floor"
	! large || within "verify, $kind $size, CPU of openssl's" "$(ratio "$cpu" "$floor")" 1.15
	within "verify, $kind $size, MiB" "$((peak / 1024))" 48
	printf 'verify %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$signatures" 'BEGIN { printf "%.1f", c / n }')" >>linear
	measure dnssec-verify -q -o $name "$a"
	row 'dnssec-verify A' "$floor"
	! large || within "verify, $kind $size, CPU of dnssec-verify's" "$(ratio "$ours" "$cpu")" 0.85
	! large || within "verify, $kind $size, wall of dnssec-verify's" "$(ratio "$ours_wall" "$wall")" 0.5
	[ -z "$peers" ] || {
		measure ldns-verify-zone -V0 "$a"
		row 'ldns-verify-zone A' "$floor"
		measure kzonecheck -d on -o $name "$a"
		row 'kzonecheck A' "$floor"
	}
}

# What is compared in another order: each name's records the other way round, and all of them anyhow.
reordered() { # FILE
	awk -F '\t' '
		$1 != owner { for (i = n; i > 0; i--) print line[i]; n = 0; owner = $1 }
		{ line[++n] = $0 }
		END { for (i = n; i > 0; i--) print line[i] }' "$1"
}
# orders PEER-CPU: PEER-CPU is that of ldns-compare-zones on the same records, or nothing
orders() {
	local records
	records=$(wc -l <"$a")
	reordered "$b" >order
	"$program" diff --files "$a" order >/dev/null || failed=1
	measure "$program" diff --files "$a" order
	row 'diff --files A, B reordered within names' "$base"
	[ -z "$1" ] || ! largest || within "diff, $kind $size, names reordered, CPU of ldns-compare-zones'" "$(ratio "$cpu" "$1")" 0.05
	shuf --random-source="$a" "$b" >order
	"$program" diff --files "$a" order >/dev/null || failed=1
	measure "$program" diff --files "$a" order
	row 'diff --files A, B shuffled' "$base"
	[ -z "$1" ] || ! largest || within "diff, $kind $size, shuffled, CPU of ldns-compare-zones'" "$(ratio "$cpu" "$1")" 0.125
	! largest || within "diff, $kind $size, shuffled, octets a record" "$((peak * 1024 / records))" 100
	rm -f order
}

# exact A B: what ldns makes of both, canonical, sorted, without times and signatures, is the same
exact() { diff -q <(ldns-read-zone -c -0 -z "$1") <(ldns-read-zone -c -0 -z "$2") >/dev/null; }
# same_verdict NAME A B: the exact pipeline sees a difference where ours does, and none where ours does not
same_verdict() {
	local theirs=0 ours=0
	[ -n "$peers" ] || return 0
	exact "$2" "$3" || theirs=1
	"$program" diff --files "$2" "$3" >/dev/null || ours=$?
	if [ $theirs -eq $ours ]; then
		echo "as the exact pipeline says: $1: $ours"
	else
		echo "THE EXACT PIPELINE SAYS $theirs of $1, ours $ours"
		failed=1
	fi
}

failed=0
: >linear
: >limits
for size in $sizes; do
	for kind in delegations hosts; do
		zone $kind "$size"
		times=3
		large || times=15 # they are over in a moment
		a=$kind-$size.a b=$kind-$size.b
		printf '\n%s, %s records, %s MB\n\n' "$kind" "$(wc -l <"$a")" "$(($(wc -c <"$a") / 1000000))"
		printf '| %-44s | %9s | %9s | %9s | %9s |\n| --- | --: | --: | --: | --: |\n' command 'CPU ms' 'wall ms' 'peak MiB' 'of wc -l'
		measure wc -l "$a" "$b"
		base=$cpu
		row 'wc -l A B' "$base"
		measure "$program" diff --files "$a" "$b"
		row 'diff --files A B' "$base"
		ours=$cpu ours_wall=$wall
		! largest || within "diff, $kind $size, CPU of wc -l's" "$(ratio "$cpu" "$base")" 2
		within "diff, $kind $size, MiB" "$((peak / 1024))" 32
		printf 'diff %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$(wc -l <"$a")" 'BEGIN { printf "%.3f", c / n }')" >>linear
		measure taskset -c 0 "$program" diff --files "$a" "$b"
		row 'diff --files A B, on one core' "$base"
		! largest || within "diff, $kind $size, wall of one core's" "$(ratio "$ours_wall" "$wall")" 0.75
		measure "$program" diff --files "$a" "$a"
		row 'diff --files A A' "$base"
		peer=
		[ -z "$peers" ] || {
			times=1 measure ldns-compare-zones -e "$a" "$b"
			row 'ldns-compare-zones -e A B' "$base"
			peer=$cpu
			! largest || within "diff, $kind $size, CPU of ldns-compare-zones'" "$(ratio "$ours" "$cpu")" 0.0033
			# shellcheck disable=SC2016 # the inner shell expands
			times=1 measure bash -c 'diff <(ldns-read-zone -0 -z "$1") <(ldns-read-zone -0 -z "$2")' bash "$a" "$b"
			row 'ldns-read-zone -0 -z A, B; diff' "$base"
		}
		# shellcheck disable=SC2016
		times=1 measure bash -c 'diff <(sort "$1") <(sort "$2")' bash "$a" "$b"
		row 'sort A, B; diff' "$base"
		orders "$peer"
		measure wc -l "$a"
		base=$cpu
		row 'wc -l A' "$base"
		measure "$program" expiry --file "$a"
		row 'expiry --file A' "$base"
		ours=$cpu
		! largest || within "expiry, $kind $size, CPU of wc -l's" "$(ratio "$cpu" "$base")" 3
		within "expiry, $kind $size, MiB" "$((peak / 1024))" 16
		printf 'expiry %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$(wc -l <"$a")" 'BEGIN { printf "%.3f", c / n }')" >>linear
		[ -z "$peers" ] || {
			times=1 measure "$ldns_parse" "$a"
			row 'a loop of ldns_rr_new_frm_fp_l over A' "$base"
			! largest || within "expiry, $kind $size, CPU of an ldns parse loop's" "$(ratio "$ours" "$cpu")" 0.02
		}
		measure sha256sum "$a"
		row 'sha256sum A' "$base"
		verification
	done
done
printf '\nmicroseconds of CPU a record (diff, expiry), a signature (verify)\n\n'
sort -k 1,2 -s linear
while read -r what kind _ most least; do
	within "$what, $kind, a record of the largest zone to one of the smallest" "$(ratio "$most" "$least")" 1.15
done < <(awk '!(($1, $2) in first) { first[$1, $2] = $4 } { last[$1 " " $2 " x"] = $4 " " first[$1, $2] } END { for (k in last) print k, last[k] }' linear | sort)

# planted NAME SED-SCRIPT COUNTS: of data, keys, coverage, denial, the changed copy against the other signing
planted() {
	local said
	sed "$2" "$a" >planted
	cmp -s "$a" planted && echo "not planted: $1" && failed=1
	said=$("$program" diff --files planted "$b" --json | tr -d ' \n' | sed 's/.*"counts":{"data":\([0-9]*\),"keys":\([0-9]*\),"coverage":\([0-9]*\),"denial":\([0-9]*\),.*/\1 \2 \3 \4/')
	if [ "$said" = "$3" ]; then
		echo "found: $1: $3"
	else
		echo "MISSED OR INVENTED: $1: $said and not $3"
		failed=1
	fi
	same_verdict "$1" planted "$b"
}

# broken NAME SED-SCRIPT STATUS [REASON]: of verify, for the changed file; one of the failures has the reason
broken() {
	local status=0 said
	sed "$2" "$a" >planted
	[ -z "$2" ] || ! cmp -s "$a" planted || { echo "not planted: $1" && failed=1; }
	said=$("$program" verify --file planted 2>&1) || status=$?
	if [ $status -eq "$3" ] && grep -q -- "${4:-}" <<<"$said"; then
		echo "verify: $1: $3${4:+, $4}"
	else
		echo "MISSED OR INVENTED by verify: $1: $status and not $3${4:+, $4}: $said"
		failed=1
	fi
}

smallest=${sizes%% *}
for kind in delegations hosts; do
	a=$kind-$smallest.a b=$kind-$smallest.b
	line=$(grep -n "	NS	\|	A	" "$a" | sed -n 50p | cut -d : -f 1)
	signed=$(awk -F '\t' 'NR > 60 && $4 == "RRSIG" && $5 !~ /^NSEC/ { print NR; exit }' "$a")
	chain=$(awk -F '\t' 'NR > 60 && $4 ~ /^NSEC3?$/ { print NR; exit }' "$a")
	printf '\n%s\n' "$kind"
	same_verdict 'two signings' "$a" "$b"
	reordered "$b" >order
	same_verdict 'names reordered' "$a" order
	shuf --random-source="$a" "$b" >order
	same_verdict 'all of it shuffled' "$a" order
	sed "${line}s/	[0-9]*	IN/	77	IN/" order >planted
	same_verdict 'shuffled, and a TTL' planted order
	awk -F '\t' '$4 ~ /^NSEC3$/ || ($4 == "RRSIG" && $5 ~ /^NSEC3 /) { chain = chain $0 "\n"; next } { print } END { printf "%s", chain }' "$b" >order
	same_verdict 'the chain at the end' "$a" order
	planted 'a TTL' "${line}s/	[0-9]*	IN/	77	IN/" '1 0 0 0'
	planted 'a record' "${line}d" '1 0 0 0'
	planted 'a key' '/DNSKEY	256/d' '0 1 0 0'
	planted 'a signature' "${signed}d" '0 0 1 0'
	planted 'types of the chain' "${chain}s/RRSIG/HINFO RRSIG/; ${chain}s/ NS \$/ NS HINFO /" '0 0 0 1'
	planted 'a link of the chain' "${chain}d" '0 0 0 1'
	broken 'as it is' '' 0
	broken 'a signature' "${signed}d" 2
	broken 'octets of a signature' "${signed}s/[A-M]\([^ ]*\)\$/Z\1/" 2
	broken 'a key' '/DNSKEY	256/d' 2
	broken 'types of the chain' "${chain}s/RRSIG/HINFO RRSIG/; ${chain}s/ NS \$/ NS HINFO /" 2
	broken 'a link of the chain' "${chain}d" 2
	broken 'a TTL that is longer' "$((signed - 1))s/	[0-9]*	IN/	999999	IN/" 2
	planted 'case, and a comment' "${line}s/	IN	.*/&	; x/; ${line}y/abcd/ABCD/" '0 0 0 0'
done
printf '\nlimits\n\n'
cat limits
exit $failed
