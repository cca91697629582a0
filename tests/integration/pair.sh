# pair.sh -- what the tests of a switchover look at, by other tools than ours. Sourced by bash, behind support.sh and raised().
# shellcheck shell=bash
# shellcheck disable=SC2015,SC2034 # meant as it runs; used by the tests

SERVER=10.77.1.53
ods() { console -c "$CONFIG" "$@"; }

no_stop_no_unknown() { ods status --json | jq -e '[.findings[] | select(.severity == "stop" or .severity == "unknown")] | length == 0'; }

public_serials() {
	local zone questions=()
	while read -r zone; do questions+=(-q "$zone." -t SOA); done <"$WORK/zones"
	desk kdig +norec +noidn +noall +answer +time=3 +retry=1 "@$SERVER" "${questions[@]}" |
		awk '$4 == "SOA" { sub(/\.$/, "", $1); print $1, $7 }'
}
# all_greater BEFORE AFTER: each serial of AFTER is greater than that of BEFORE (RFC 1982)
all_greater() {
	local zone was is
	[ "$(wc -l <"$1")" -eq "$(wc -l <"$WORK/zones")" ] || return
	while read -r zone was; do
		is=$(awk -v z="$zone" '$1 == z { print $2 }' "$2")
		[ -n "$is" ] && [ "$(((is - was) & 4294967295))" -gt 0 ] && [ "$(((is - was) & 4294967295))" -lt 2147483648 ] || {
			echo "$zone: $was, then $is"
			return 1
		}
	done <"$1"
}
keys_of() { host "$1" sqlite3 -readonly /var/lib/opendnssec/db/kasp.db 'SELECT locator, state FROM hsmKey ORDER BY locator'; }
states_of() { host "$1" /usr/local/lib/ods-failover/far keys | grep '^|'; }
same() { [ -s "$1" ] && diff "$1" "$2"; }
all_backed_up() {
	host "$1" timeout 20 ods-enforcer backup list </dev/null 2>/dev/null >"$WORK/backups"
	[ "$(grep -c 'Done *$' "$WORK/backups")" -gt 20 ] && ! grep -vE 'Done *$|^Locator|^$' "$WORK/backups"
}
verify_zones() { # HOST ADDRESS
	local zone
	while read -r zone; do
		desk dig +norec +noall +answer +onesoa +time=10 "@$2" "$zone" AXFR >"$WORK/zone"
		ldns-verify-zone "$WORK/zone" || {
			echo "$zone on $1 does not verify"
			return 1
		}
		[ "$(awk '$4 == "RRSIG" && $5 == "SOA" { print $13 $14 $15 $16 }' "$WORK/zone")" = \
			"$(desk dig +norec +noall +answer +dnssec "@$SERVER" "$zone" SOA | awk '$4 == "RRSIG" { print $13 $14 $15 $16 }')" ] || {
			echo "$zone: the public server does not serve the signatures of $1"
			return 1
		}
	done <"$WORK/zones"
}
down_and_fenced() {
	host "$1" /usr/local/lib/ods-failover/far alive signer | grep -qx '=running no' &&
		host "$1" /usr/local/lib/ods-failover/far alive enforcer | grep -qx '=running no' &&
		host "$1" /usr/local/lib/ods-failover/far fenced | grep -qx '=fenced yes'
}
