#!/bin/bash
# Comparison, expiry and verification of large zones against their peers, on the same files in turn:
#   tests/bench/zones.sh [--sizes "10000 100000 1000000"] [--peers] [--keep DIR] PROGRAM
# Makes registry zones (NSEC3 with opt-out) and host zones (NSEC), signs each twice with ldns-signzone, whose layout is that
# of the signer; prints CPU seconds, seconds on the wall and peak memory of ours and of the peers, as medians of three, with
# their ratios; plants a difference of every band and fails if one is missed or invented. --peers: the slow ones as well
# (ldns-compare-zones, ldns-read-zone, ldns-verify-zone, kzonecheck). With --keep the zones stay for the next time. What is
# measured is held against its limits, those of time from 100000 records on; it fails when one is passed.
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

# zone KIND SIZE: KIND-SIZE.a and .b, two signings
zone() {
	local name=tld options='-n -p -s 0123456789abcdef -t 1'
	[ "$1" = delegations ] || name=corp.example options=
	[ -e "$name.keys" ] || {
		ldns-keygen -a ECDSAP256SHA256 -k $name
		ldns-keygen -a ECDSAP256SHA256 $name
	} >"$name.keys"
	[ -e "$1-$2.b" ] && return
	awk -v kind="$1" -v records="$2" -f "$here/make_zone.awk" >"$1-$2"
	# shellcheck disable=SC2046,SC2086 # options and keys are words
	ldns-signzone $options -i "$(day -5)" -e "$(day 9)" -f "$1-$2.a" "$1-$2" $(cat "$name.keys")
	# shellcheck disable=SC2046,SC2086
	ldns-signzone $options -i "$(day -4)" -e "$(day 10)" -f "$1-$2.part" "$1-$2" $(cat "$name.keys")
	mv "$1-$2.part" "$1-$2.b"
}

# measure COMMAND...: sets cpu, wall (milliseconds) and peak (KiB), medians of $times or three; whatever its status
measure() {
	local run
	: >"$dir/figures"
	for run in $(seq "${times:-3}"); do
		/usr/bin/time -q -o "$dir/run.$run" -f '%U %S %e %M' "$@" >/dev/null 2>&1 || :
		cat "$dir/run.$run" >>"$dir/figures"
	done
	cpu=$(awk '{ print int(($1 + $2) * 1000 + .5) }' "$dir/figures" | sort -n | sed -n $(((${times:-3} + 1) / 2))p)
	wall=$(awk '{ print int($3 * 1000 + .5) }' "$dir/figures" | sort -n | sed -n $(((${times:-3} + 1) / 2))p)
	peak=$(awk '{ print $4 }' "$dir/figures" | sort -n | sed -n $(((${times:-3} + 1) / 2))p)
	[ "$cpu" -gt 0 ] || cpu=1
}

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
large() { [ "$size" -ge 100000 ]; }

row() { # NAME BASE
	printf '| %-44s | %8d | %8d | %9d | %8s |\n' "$1" "$cpu" "$wall" "$((peak / 1024))" \
		"$(awk -v a="$cpu" -v b="$2" 'BEGIN { printf "%.2f", a / b }')"
}

# What of verify is libcrypto's: signatures by the rate of the same minute.
verification() {
	local name=tld signatures rate floor ours ours_wall times=1
	[ "$kind" = delegations ] || name=corp.example
	[ "$size" -ge 1000000 ] || times=3
	signatures=$("$program" verify --file "$a" --json | jq '.signatures.verified')
	rate=$(openssl speed -seconds 2 ecdsap256 2>/dev/null | awk 'END { print $NF }')
	floor=$(awk -v n="$signatures" -v r="$rate" 'BEGIN { print int(n / r * 1000) }')
	printf '\n%s signatures, %s verified a second by openssl speed: %s ms\n\n' "$signatures" "$rate" "$floor"
	printf '| %-44s | %8s | %8s | %9s | %8s |\n| --- | --: | --: | --: | --: |\n' command 'CPU ms' 'wall ms' 'peak MiB' 'of openssl'
	measure "$program" verify --file "$a"
	ours=$cpu ours_wall=$wall
	row 'verify --file A' "$floor"
	! large || within "verify, $kind $size, CPU of openssl's" "$(ratio "$cpu" "$floor")" 1.15
	within "verify, $kind $size, MiB" "$((peak / 1024))" 48
	printf 'verify %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$signatures" 'BEGIN { printf "%.1f", c * 1000 / n }')" >>linear
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
	[ -z "$1" ] || ! large || within "diff, $kind $size, names reordered, CPU of ldns-compare-zones'" "$(ratio "$cpu" "$1")" 0.05
	shuf --random-source="$a" "$b" >order
	"$program" diff --files "$a" order >/dev/null || failed=1
	measure "$program" diff --files "$a" order
	row 'diff --files A, B shuffled' "$base"
	[ -z "$1" ] || ! large || within "diff, $kind $size, shuffled, CPU of ldns-compare-zones'" "$(ratio "$cpu" "$1")" 0.125
	! large || within "diff, $kind $size, shuffled, octets a record" "$((peak * 1024 / records))" 100
	rm -f order
}

failed=0
: >linear
: >limits
for size in $sizes; do
	for kind in delegations hosts; do
		zone $kind "$size"
		a=$kind-$size.a b=$kind-$size.b
		printf '\n%s, %s records, %s MB\n\n' "$kind" "$(wc -l <"$a")" "$(($(wc -c <"$a") / 1000000))"
		printf '| %-44s | %8s | %8s | %9s | %8s |\n| --- | --: | --: | --: | --: |\n' command 'CPU ms' 'wall ms' 'peak MiB' 'of wc -l'
		measure wc -l "$a" "$b"
		base=$cpu
		row 'wc -l A B' "$base"
		measure "$program" diff --files "$a" "$b"
		row 'diff --files A B' "$base"
		ours=$cpu ours_wall=$wall
		! large || within "diff, $kind $size, CPU of wc -l's" "$(ratio "$cpu" "$base")" 2
		within "diff, $kind $size, MiB" "$((peak / 1024))" 32
		printf 'diff %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$(wc -l <"$a")" 'BEGIN { printf "%.3f", c * 1000 / n }')" >>linear
		measure taskset -c 0 "$program" diff --files "$a" "$b"
		row 'diff --files A B, on one core' "$base"
		! large || within "diff, $kind $size, wall of one core's" "$(ratio "$ours_wall" "$wall")" 0.75
		measure "$program" diff --files "$a" "$a"
		row 'diff --files A A' "$base"
		peer=
		[ -z "$peers" ] || {
			times=1 measure ldns-compare-zones -e "$a" "$b"
			row 'ldns-compare-zones -e A B' "$base"
			peer=$cpu
			! large || within "diff, $kind $size, CPU of ldns-compare-zones'" "$(ratio "$ours" "$cpu")" 0.0033
			# shellcheck disable=SC2016 # the inner shell expands
			times=1 measure bash -c 'diff <(ldns-read-zone -0 -z "$1") <(ldns-read-zone -0 -z "$2")' bash "$a" "$b"
			row 'ldns-read-zone -0 -z A, B; diff' "$base"
		}
		orders "$peer"
		measure wc -l "$a"
		base=$cpu
		row 'wc -l A' "$base"
		measure "$program" expiry --file "$a"
		row 'expiry --file A' "$base"
		ours=$cpu
		! large || within "expiry, $kind $size, CPU of wc -l's" "$(ratio "$cpu" "$base")" 3
		within "expiry, $kind $size, MiB" "$((peak / 1024))" 16
		printf 'expiry %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$(wc -l <"$a")" 'BEGIN { printf "%.3f", c * 1000 / n }')" >>linear
		[ -z "$peers" ] || {
			times=1 measure ldns-read-zone "$a"
			row 'ldns-read-zone A' "$base"
			! large || within "expiry, $kind $size, CPU of ldns-read-zone's" "$(ratio "$ours" "$cpu")" 0.02
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

# same_verdict SAID: the exact pipeline sees a difference where ours does, and none where ours does not
same_verdict() {
	local exact=0 ours=1
	[ -n "$peers" ] || return 0
	[ "$1" != '0 0 0 0' ] || ours=0
	diff -q <(ldns-read-zone -c -0 -z planted) <(ldns-read-zone -c -0 -z "$b") >/dev/null || exact=1
	[ $exact -eq $ours ] || {
		echo "THE EXACT PIPELINE SAYS $exact, ours $ours"
		failed=1
	}
}
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
	same_verdict "$said"
}

# broken NAME SED-SCRIPT STATUS: of verify, for the changed file
broken() {
	local status=0
	sed "$2" "$a" >planted
	[ -z "$2" ] || ! cmp -s "$a" planted || { echo "not planted: $1" && failed=1; }
	"$program" verify --file planted >/dev/null 2>&1 || status=$?
	if [ $status -eq "$3" ]; then
		echo "verify: $1: $3"
	else
		echo "MISSED OR INVENTED by verify: $1: $status and not $3"
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
	planted 'a TTL' "${line}s/	[0-9]*	IN/	77	IN/" '1 0 0 0'
	planted 'a record' "${line}d" '1 0 0 0'
	planted 'a key' '/DNSKEY	256/d' '0 1 0 0'
	planted 'a signature' "${signed}d" '0 0 1 0'
	planted 'types of the chain' "${chain}s/RRSIG/HINFO RRSIG/; ${chain}s/ NS \$/ NS HINFO /" '0 0 0 1'
	planted 'a link of the chain' "${chain}d" '0 0 0 1'
	broken 'as it is' '' 0
	broken 'a signature' "${signed}d" 2
	broken 'octets of a signature' "${signed}s/\([A-Za-z]\)\([A-Za-z]\)\(.....=*\)\$/\2\1x\3/; ${signed}s/x\(.....=*\)\$/\1/" 2
	broken 'a key' '/DNSKEY	256/d' 2
	broken 'types of the chain' "${chain}s/RRSIG/HINFO RRSIG/; ${chain}s/ NS \$/ NS HINFO /" 2
	broken 'a link of the chain' "${chain}d" 2
	broken 'a TTL that is longer' "$((signed - 1))s/	[0-9]*	IN/	999999	IN/" 2
	planted 'case, and a comment' "${line}s/	IN	.*/&	; x/; ${line}y/abcd/ABCD/" '0 0 0 0'
done
printf '\nlimits\n\n'
cat limits
exit $failed
