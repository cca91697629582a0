#!/bin/bash
# The trap of serials on the real pair: what is published is ahead of what a restore would give, in each of the four serial
# modes, at RFC 1982's edge, and with a standby whose day is another. No public serial goes backwards or comes twice.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

SERVER=10.77.1.53
STATE=/var/lib/opendnssec
# One zone for each mode has the trap; the others: a wrap that holds, one that does not, a day that is another.
COUNTER=counter.example DATECOUNTER=date.example UNIXTIME=time.example KEEP=keep.example
WRAPS=xn--bcher-kva.example BROKEN=records.example DAY=wild.example

raised
ods() { console -c "$CONFIG" "$@"; }

# --- what the public server serves, the whole time: "TIME ZONE SERIAL SIGNATURE-OF-THE-SOA" a line for each look
watch_public() {
	# shellcheck disable=SC2016 # for the shell at the desk
	desk bash -c '
		look=$1 server=$2
		shift 2
		while [ -e "$look" ]; do
			kdig +noall +answer +dnssec +norec +noidn +time=1 +retry=0 @"$server" "$@" 2>/dev/null |
				awk -v at="$EPOCHREALTIME" "
					\$4 == \"SOA\" { serial[\$1] = \$7 }
					\$4 == \"RRSIG\" && \$5 == \"SOA\" {
						text = \"\"; for (i = 13; i <= NF; i++) text = text \$i
						print at, \$1, serial[\$1], text
					}"
			sleep 1
		done' watch "$WORK/watching" "$SERVER" "${QUESTIONS[@]}" >>"$WORK/seen" 2>/dev/null &
	WATCHER=$!
}
QUESTIONS=()
for zone in "${ZONES[@]}"; do QUESTIONS+=(-q "$zone." -t SOA); done
: >"$WORK/watching"
watch_public
watched() { # ZONE...: each was seen since now
	local zone lines
	lines=$(wc -l <"$WORK/seen")
	for zone; do await 20 seen_after "$lines" "$zone" || return; done
}
seen_after() { tail -n +$(($1 + 1)) "$WORK/seen" | grep -qF " $2. "; }

# never_back FILE: in lines "TIME ZONE SERIAL SIGNATURE" each zone's serial only rises (RFC 1982), and a serial has one content
never_back() {
	local at zone serial signature bad=0
	local -A last=() content=()
	while read -r at zone serial signature; do
		if [ -n "${last[$zone]:-}" ] && [ "${last[$zone]}" != "$serial" ] && ! serial_greater "$serial" "${last[$zone]}"; then
			echo "$zone went from ${last[$zone]} to $serial at $at"
			bad=1
		fi
		if [ -n "${content[$zone $serial]:-}" ] && [ "${content[$zone $serial]}" != "$signature" ]; then
			echo "$zone had serial $serial twice, with different content, at $at"
			bad=1
		fi
		last[$zone]=$serial content[$zone $serial]=$signature
	done <"$1"
	[ ${#last[@]} -gt 0 ] && return $bad
}
# What the public server itself says that it took over, each transfer: nothing can have been missed between two looks.
taken_over() {
	host ns1 sed -n 's/.* zone \([^ ]*\) serial \([0-9]*\) is updated to \([0-9]*\)$/log \1. \3 x/p' /var/log/syslog
}
judge_can_fail() { # the judge of serials finds what it is for
	printf '1 a. 5 x\n2 a. 4 y\n' >"$WORK/lie" && ! never_back "$WORK/lie" &&
		printf '1 a. 5 x\n2 a. 5 y\n' >"$WORK/lie" && ! never_back "$WORK/lie" &&
		printf '1 a. 1 x\n2 a. 2147483649 y\n' >"$WORK/lie" && ! never_back "$WORK/lie" &&
		printf '1 a. 4294967295 x\n2 a. 0 y\n2 a. 0 y\n3 a. 2147483647 z\n' >"$WORK/lie" && never_back "$WORK/lie"
}
check 'the judge of serials finds one that goes back, one that comes twice, and takes a wrap' judge_can_fail

# --- the traps
given() { is_now=$(serial $SERVER "$1") && [ -n "$is_now" ]; } # an answer, into is_now; no answer is none
# signed_again ZONE [SERIAL]: the active signs it, and the public server takes it over
signed_again() {
	local was is_now
	await 20 given "$1" || return
	was=$is_now
	host alpha timeout 20 ods-signer sign "$1" ${2:+--serial "$2"} </dev/null >/dev/null || return
	await 30 moved "$1" "$was" || {
		echo "$1 stays at $was"
		return 1
	}
}
moved() { # ZONE SERIAL: the public server has another one
	local now
	now=$(serial $SERVER "$1")
	[ -n "$now" ] && [ "$now" != "$2" ]
}
unsigned_serial() { # HOST ZONE SERIAL
	host "$1" sed -i "s/\(IN SOA [^ ]* [^ ]* \)[0-9]*/\1$3/" $STATE/unsigned/"$2"
}
outbound() { host alpha sed -n '3s/.* outbound //p' "$STATE/signer/$1.backup2"; }

# A signer that cannot write its directory publishes, and remembers nothing of it (a killed one does the same).
spring() {
	local zone
	host alpha chown root $STATE/signer || return
	for zone in $COUNTER $UNIXTIME; do
		signed_again "$zone" && signed_again "$zone" && signed_again "$zone" || return
	done
	signed_again $DATECOUNTER "$ahead" && signed_again $KEEP "$keep_ahead" && await 30 signer_idle || return
	host alpha chown opendnssec $STATE/signer
	echo "outbound: $(outbound $COUNTER) $(outbound $KEEP)"
	[ "$(outbound $COUNTER)" = 1002 ] && [ "$(outbound $KEEP)" = 2024010100 ]
}
# It writes what it remembers behind what it publishes: over when every zone's next task waits.
signer_idle() { [ "$(host alpha timeout 20 ods-signer queue </dev/null | grep -c ' I will .*sign.* zone ')" -eq ${#ZONES[@]} ]; }
# Tomorrow's date on the standby, whatever the hour: its zone is 23:59 ahead. The published serial is beyond even that.
other_day() {
	echo 'Zone Ahead 23:59 - AHEAD' | zic -d "$WORK/zone" - || return
	host bravo sh -c 'rm -f /etc/localtime; cat >/etc/localtime' <"$WORK/zone/Ahead"
	tomorrow=$(host bravo date +%Y%m%d)00
	ahead=$(($(host bravo date -d '2 days' +%Y%m%d) * 100 + 5))
	[ "$tomorrow" -gt "$(host alpha date +%Y%m%d)00" ]
}
keep_ahead=2024010105
check 'the standby has another day' other_day
unsigned_serial alpha $UNIXTIME 2140000000 # beyond the Unix time: this mode counts then, and is no safer than counter
check 'the public server has serials that the signer of alpha does not remember' spring
edge() { # half way is looked at as well: from before it to after it is more than 2^31
	unsigned_serial alpha $WRAPS 100 && signed_again $WRAPS 2147483680 && watched $WRAPS && signed_again $WRAPS 4294967294 || return
	signed_again $BROKEN 2147483700 && watched $BROKEN && unsigned_serial alpha $BROKEN 4294967290 && signed_again $BROKEN 4294967294 &&
		signed_again $BROKEN && signed_again $BROKEN || return
	[ "$(serial $SERVER $WRAPS)" = 4294967294 ] && [ "$(serial $SERVER $BROKEN)" = 0 ]
}
check 'two zones stand at the edge of the number space' edge

# --- what check, status and plan say
look() { ods status --json >"$WORK/status.json"; }
# says ID ZONE SEVERITY VALUE LIMIT: one finding, as it must be
says() {
	jq -e --arg id "$1" --arg zone "$2" --arg severity "$3" --arg value "$4" --arg limit "$5" \
		'[.findings[] | select(.id == $id and .zone == $zone)] | length == 1 and
		.[0].severity == $severity and .[0].value == $value and .[0].limit == $limit' "$WORK/status.json" ||
		{
			jq -c --arg zone "$2" '.findings[] | select(.zone == $zone)' "$WORK/status.json"
			return 1
		}
}
predicted() { [ "$(jq -r --arg zone "$1" '.zones[] | select(.name == $zone) | .serial.predicted' "$WORK/status.json")" = "$2" ]; }
check 'status ends with 2 while one zone cannot be repaired' is 2 look
check 'counter: warn, with the serial that a restore would give' says serial-behind $COUNTER warn 1003 '> 1005'
check 'unixtime: warn, counted from the unsigned serial' says serial-behind $UNIXTIME warn 2140000001 '> 2140000003'
check 'datecounter: warn, by the day of the standby' says serial-behind $DATECOUNTER warn "$tomorrow" "> $ahead"
check 'keep: warn, it cannot be signed again' says keep-not-resignable $KEEP warn 2024010100 "> $keep_ahead"
check 'beyond the wrap: stop, the signer itself would go back' says serial-behind $BROKEN stop 4294967291 '> 0'
check 'datecounter without a trap: predicted by the day of the standby' predicted $DAY "$tomorrow"
check 'a wrap that holds is predicted, and no finding' predicted $WRAPS 101
no_wrap_finding() { ! jq -e --arg zone $WRAPS '.findings[] | select(.zone == $zone and .severity != "ok")' "$WORK/status.json"; }
check 'and it has no finding' no_wrap_finding
repair_said() {
	ods check >"$WORK/check"
	tr -s ' \n' ' ' <"$WORK/check" >"$WORK/check.line"
	grep -q 'the serial guard repairs it in the run: the first serial will be 1006' "$WORK/check.line" &&
		grep -q "the first serial will be $((ahead + 1))" "$WORK/check.line" &&
		grep -q 'raise the unsigned serial above the published one' "$WORK/check.line"
}
check 'check names the repair of each' repair_said
first_end() { # ZONE FILE: when its first signature ends, as the tools write times
	awk '$4 == "RRSIG" { print $9 }' "$2" | sort | head -n 1 |
		sed 's/\(....\)\(..\)\(..\)\(..\)\(..\)\(..\)/\1-\2-\3T\4:\5:\6Z/'
}
day_said() {
	transfer $SERVER $KEEP "$WORK/keep" && end=$(first_end $KEEP "$WORK/keep") && [ -n "$end" ] &&
		grep -q "$KEEP keeps its serial and cannot be signed again; its signatures end from $end on" "$WORK/check.line"
}
check 'keep: check names the day on which its signatures end' day_said
refused_untouched() {
	local before
	before=$(host alpha sh -c 'sha256sum /var/lib/opendnssec/signer/* /var/lib/opendnssec/db/kasp.db')
	is 2 ods run switchover --yes --confirm alpha --reason 'the serial trap' || return
	[ "$(host alpha sh -c 'sha256sum /var/lib/opendnssec/signer/* /var/lib/opendnssec/db/kasp.db')" = "$before" ] &&
		host alpha /usr/local/lib/ods-failover/far alive signer | grep -qx '=running yes'
}
check 'a run is refused over it, and nothing is touched' refused_untouched
mended() { unsigned_serial alpha $BROKEN 10 && signed_again $BROKEN && [ "$(serial $SERVER $BROKEN)" = 11 ] && is 1 look; }
check 'with the unsigned serial raised over the wrap nothing says stop any more' mended

# --- the run
serials() { # every public serial now, "ZONE SERIAL"
	local zone is_now
	for zone in "${ZONES[@]}"; do await 20 given "$zone" && echo "$zone $is_now"; done
}
serials >"$WORK/before"
watched_all() { watched "${ZONES[@]}"; }
check 'every zone is watched' watched_all
switched() { is 6 carried ods run switchover "${BEFOREHAND[@]}" --confirm alpha --reason 'the serial trap'; }
check 'the switchover ends with 6: a keep zone is left to do' switched
check 'every zone is still watched' watched_all
serials >"$WORK/after"
all_greater() { # FILE FILE
	local zone was now bad=0
	while read -r zone was now; do
		serial_greater "$now" "$was" || {
			echo "$zone: $was, then $now"
			bad=1
		}
	done < <(join <(sort "$1") <(sort "$2"))
	[ "$(join <(sort "$1") <(sort "$2") | wc -l)" -eq 12 ] && return $bad
}
check 'every public serial is greater than before the run' all_greater "$WORK/before" "$WORK/after"
check 'no serial that was looked at went back or came twice' never_back "$WORK/seen"
taken_over >"$WORK/taken"
check 'nor did any that the public server took over' never_back "$WORK/taken"
after() { [ "$(taken_over | awk -v z="$1." '$2 == z { print $3 }' | grep -xA1 "$2" | tail -n 1)" = "$3" ]; } # ZONE SERIAL NEXT
check 'counter: the first serial is the one that was said' after $COUNTER 1005 1006
check 'unixtime: the first serial is the one that was said' after $UNIXTIME 2140000003 2140000004
check 'datecounter: the first serial is the one that was said' after $DATECOUNTER "$ahead" $((ahead + 1))
check 'keep: it was moved by one' after $KEEP $keep_ahead $((keep_ahead + 1))
check 'the wrap: the first serial is the one that was said' after $WRAPS 4294967294 101
was_day=$(awk -v z=$DAY '$1 == z { print $2 }' "$WORK/before")
check "the standby's day: the first serial is the one that was said" after $DAY "$was_day" "$tomorrow"
signatures() { # ZONE: those of the public server are of the new active, and verify
	transfer $SERVER "$1" "$WORK/public" && transfer 10.77.1.20 "$1" "$WORK/active" || return
	diff <(awk '$4 == "RRSIG"' "$WORK/active" | tr -s '\t ' ' ' | sort) <(awk '$4 == "RRSIG"' "$WORK/public" | tr -s '\t ' ' ' | sort) &&
		ldns-verify-zone -V 1 "$WORK/public"
}
all_signatures() {
	local zone
	for zone in "${ZONES[@]}"; do
		signatures "$zone" || {
			echo "$zone"
			return 1
		}
	done
}
check 'the public server has the signatures of bravo, and every zone verifies' all_signatures

# --- keep: what is left to be done, and by when
keep_said() {
	local end
	transfer $SERVER $KEEP "$WORK/keep" && end=$(first_end $KEEP "$WORK/keep") || return
	tr -s ' \n' ' ' <"$WORK/run" | grep -q "$KEEP keeps its serial: it was moved by force to $((keep_ahead + 1)) and cannot be re-signed until the unsigned serial on bravo is raised above that; its first signature runs out $end" || {
		grep "$KEEP" "$WORK/run"
		echo "its first signature ends $end"
		return 1
	}
	is 1 look && says keep-not-resignable $KEEP warn 2024010100 "> $((keep_ahead + 1))"
}
check 'keep: the run and the findings name the day on which its signatures end' keep_said
stuck() { # the fact behind it: a plain sign does not move the zone
	host bravo timeout 20 ods-signer sign $KEEP </dev/null >/dev/null &&
		await 30 host bravo grep -q "cannot keep SOA SERIAL from input zone.*(2024010100): previous output SOA SERIAL is $((keep_ahead + 1))" /var/log/syslog &&
		[ "$(serial $SERVER $KEEP)" = $((keep_ahead + 1)) ]
}
check 'keep: the signer does not sign it again, and nothing lower is published' stuck
freed() {
	unsigned_serial bravo $KEEP $((keep_ahead + 20))
	look
	! jq -e '.findings[] | select(.id == "keep-not-resignable" and .severity != "ok")' "$WORK/status.json" || return
	host bravo timeout 20 ods-signer sign $KEEP </dev/null >/dev/null && await 30 moved $KEEP $((keep_ahead + 1)) &&
		[ "$(serial $SERVER $KEEP)" = $((keep_ahead + 20)) ]
}
check 'keep: with its unsigned serial raised the finding is gone, and it is signed again' freed

rm -f "$WORK/watching"
wait "$WATCHER"
check 'to the end no serial that was looked at went back or came twice' never_back "$WORK/seen"
taken_over >"$WORK/taken"
check 'nor any that was taken over' never_back "$WORK/taken"
echo "# $(wc -l <"$WORK/seen") looks, $(wc -l <"$WORK/taken") transfers"
