#!/bin/bash
# Comparison, expiry and verification of large zones against their peers, on the same files in turn:
#   tests/bench/zones.sh [--sizes "10000 100000 1000000"] [--peers] [--keep DIR] PROGRAM
# Makes registry zones (NSEC3 with opt-out) and host zones (NSEC), signs each twice with ldns-signzone, whose layout is that
# of the signer; prints CPU seconds, seconds on the wall and peak memory of ours and of the peers, as medians of three, with
# their ratios; plants a difference of every band and fails if one is missed or invented. --peers: the slow ones as well
# (ldns-compare-zones, ldns-read-zone twice and diff). With --keep the zones stay for the next time.
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

row() { # NAME BASE
	printf '| %-44s | %8d | %8d | %9d | %8s |\n' "$1" "$cpu" "$wall" "$((peak / 1024))" \
		"$(awk -v a="$cpu" -v b="$2" 'BEGIN { printf "%.2f", a / b }')"
}

# What of verify is libcrypto's: signatures by the rate of the same minute.
verification() {
	local name=tld signatures rate floor ours times=1
	[ "$kind" = delegations ] || name=corp.example
	[ "$size" -ge 1000000 ] || times=3
	signatures=$("$program" verify --file "$a" --json | jq '.signatures.verified')
	rate=$(openssl speed -seconds 2 ecdsap256 2>/dev/null | awk 'END { print $NF }')
	floor=$(awk -v n="$signatures" -v r="$rate" 'BEGIN { print int(n / r * 1000) }')
	printf '\n%s signatures, %s verified a second by openssl speed: %s ms\n\n' "$signatures" "$rate" "$floor"
	printf '| %-44s | %8s | %8s | %9s | %8s |\n| --- | --: | --: | --: | --: |\n' command 'CPU ms' 'wall ms' 'peak MiB' 'of openssl'
	measure "$program" verify --file "$a"
	ours=$cpu
	row 'verify --file A' "$floor"
	printf 'verify %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$signatures" 'BEGIN { printf "%.1f", c * 1000 / n }')" >>linear
	measure dnssec-verify -q -o $name "$a"
	row 'dnssec-verify A' "$floor"
	printf 'CPU of dnssec-verify: %s\n' "$(awk -v a="$ours" -v b="$cpu" 'BEGIN { printf "%.2f", a / b }')"
	[ -z "$peers" ] || {
		measure ldns-verify-zone -V0 "$a"
		row 'ldns-verify-zone A' "$floor"
		measure kzonecheck -d on -o $name "$a"
		row 'kzonecheck A' "$floor"
	}
}

: >linear
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
		printf 'diff %s %s %s\n' "$kind" "$size" "$(awk -v c="$cpu" -v n="$(wc -l <"$a")" 'BEGIN { printf "%.3f", c * 1000 / n }')" >>linear
		measure "$program" diff --files "$a" "$a"
		row 'diff --files A A' "$base"
		[ -z "$peers" ] || {
			measure ldns-compare-zones -e "$a" "$b"
			row 'ldns-compare-zones -e A B' "$base"
			# shellcheck disable=SC2016 # the inner shell expands
			measure bash -c 'diff <(ldns-read-zone -0 -z "$1") <(ldns-read-zone -0 -z "$2")' bash "$a" "$b"
			row 'ldns-read-zone -0 -z A, B; diff' "$base"
		}
		measure wc -l "$a"
		base=$cpu
		row 'wc -l A' "$base"
		measure "$program" expiry --file "$a"
		row 'expiry --file A' "$base"
		measure sha256sum "$a"
		row 'sha256sum A' "$base"
		verification
	done
done
printf '\nmicroseconds of CPU a record (diff), a signature (verify)\n\n'
sort -k 1,2 -s linear

failed=0
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
exit $failed
