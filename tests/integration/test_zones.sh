#!/bin/bash
# What the two instances have signed, compared on the real pair. bravo signs the same zones with the same keys, from a copy of
# alpha's state; then one record, one TTL, one key and one policy are changed there: exactly that is found, in its band, by
# the command and on the screen.
# shellcheck disable=SC2015,SC2016 # meant as they run
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

export TMUX_TMPDIR=$WORK LC_ALL=C.UTF-8
unset TMUX
terminal() { tmux -L zones -f /dev/null "$@"; }
ended() {
	local status=$?
	terminal kill-server 2>/dev/null
	[ ! -s "$WORK/parent.pid" ] || kill "$(cat "$WORK/parent.pid")" 2>/dev/null
	(exit $status)
	finish
}
trap ended EXIT

raised
ods() { console -c "$CONFIG" "$@"; }
STATE=/var/lib/opendnssec

# ---- a standby that has nothing yet

nothing_to_compare() {
	is 3 ods diff counter.example >"$WORK/said" && cat "$WORK/said" && grep -q 'bravo does not have the zone' "$WORK/said" &&
		is 3 ods diff --json counter.example >"$WORK/json" &&
		jq -e '.zones | length == 1 and .[0].equal == null and .[0].changes == [] and (.[0].why | test("bravo"))' "$WORK/json"
}
check 'a standby without the zone is said as such' nothing_to_compare

# ---- against a name server: the active is there

published() {
	is 0 ods diff --server 10.77.1.53 --json >"$WORK/json" &&
		jq -e --argjson n ${#ZONES[@]} '.left == "alpha" and .right == "10.77.1.53" and (.zones | length == $n) and all(.zones[]; .equal)' "$WORK/json"
}
check 'what the public name server gives is what alpha has signed' published
not_given() {
	is 3 ods diff --server 10.77.1.1 counter.example >"$WORK/said" && cat "$WORK/said" &&
		grep -q '^? counter.example: .*name server 10.77.1.1 cannot be reached' "$WORK/said" &&
		is 64 ods diff --server 10.77.1.53 nosuch.example
}
check 'a name server that does not give it leaves it unknown' not_given

# ---- bravo signs too

# Not of keep.example: its signer would have nothing to write until the unsigned serial is raised.
same_state() {
	host bravo sh -c 'rm -rf /var/lib/softhsm/tokens/*' &&
		host alpha tar -C / --exclude keep.example.backup2 -cf - $STATE/{db,enforcer/zones.xml,signconf,signer,unsigned} /var/lib/softhsm/tokens 2>/dev/null |
		host bravo tar -C / -xpf - && host bravo timeout 60 ods-control signer start </dev/null >"$WORK/signer" 2>&1
}
signs_all() {
	local zone
	for zone in "${ZONES[@]}"; do
		host bravo test -s "$STATE/signed/${zone//\//-}" || return
	done
}
both_sign() {
	same_state || return
	host bravo timeout 20 ods-signer sign --all </dev/null
	await 60 signs_all
}
check 'bravo signs what alpha signs' both_sign

# counts ZONE: "data keys coverage denial" of it
counts() { jq -r --arg z "$1" '.zones[] | select(.name == $z).counts | "\(.data) \(.keys) \(.coverage) \(.denial)"' "$WORK/json"; }
all_equal() {
	is 0 ods diff --json >"$WORK/json" &&
		jq -e --argjson n ${#ZONES[@]} '.left == "alpha" and .right == "bravo" and (.zones | length == $n) and
			all(.zones[]; .equal and .counts.data + .counts.keys + .counts.coverage + .counts.denial == 0)' "$WORK/json"
}
check 'two signings of all zones differ in timing alone' all_equal

kept() { find "$XDG_STATE_HOME/ods-failover/zones" -name '*.zone' -printf '%i %f\n' | sort -k 2; }
not_again() {
	kept >"$WORK/kept.before"
	[ "$(wc -l <"$WORK/kept.before")" -eq $((2 * ${#ZONES[@]})) ] && is 0 ods diff && kept | diff "$WORK/kept.before" - &&
		! find "$XDG_STATE_HOME/ods-failover/zones" -type f ! -perm 0600 | grep .
}
check 'what did not change is not fetched again, and nobody else can read it' not_again

# ---- one change each, on bravo

on_bravo() { host bravo sh -ec "$1" </dev/null; }
# signed_anew ZONE COMMAND: changes something, and waits until bravo has signed the zone again
signed_anew() {
	local was
	was=$(on_bravo "stat -c %i $STATE/signed/$1")
	on_bravo "$2; timeout 20 ods-signer update $1; timeout 20 ods-signer sign $1"
	await 30 other_file "$1" "$was"
}
other_file() { [ "$(on_bravo "stat -c %i $STATE/signed/$1")" != "$2" ]; }
other_key=$(host alpha sed -n 's/.*<Locator>\(.*\)<\/Locator>.*/\1/p' $STATE/signconf/short.example.xml | head -n 1)
changes() {
	signed_anew counter.example "sed -i '/^www IN AAAA/d' $STATE/unsigned/counter.example" &&
		signed_anew short.example "sed -i 's/^mail IN A /mail 60 IN A /' $STATE/unsigned/short.example" &&
		signed_anew time.example "sed -i 's|</Keys>|<Key><Flags>256</Flags><Algorithm>13</Algorithm><Locator>$other_key</Locator><Publish/></Key></Keys>|' \
			$STATE/signconf/time.example.xml" &&
		signed_anew wild.example "sed -i 's|<Salt>.*</Salt>|<Salt>cafe</Salt>|' $STATE/signconf/wild.example.xml"
}
check 'one record, one TTL, one key, one policy are changed' changes

found() {
	is 1 ods diff --json >"$WORK/json" || return
	jq -c '.zones[] | select(.equal | not) | [.name, .counts, [.changes[] | select(.band != "timing") | .text]]' "$WORK/json"
	[ "$(jq -r '[.zones[] | select(.equal | not).name] | sort | join(" ")' "$WORK/json")" = \
		'counter.example short.example time.example wild.example' ] &&
		[ "$(counts counter.example)" = '1 0 0 0' ] && [ "$(counts short.example)" = '1 0 0 0' ] &&
		[ "$(counts time.example)" = '0 1 0 0' ] && [ "$(counts wild.example)" = '0 0 0 1' ]
}
check 'diff --json has exactly that, each in its band' found
# change ZONE BAND FILTER: the one change of that band is so
change() { jq -e --arg z "$1" --arg b "$2" "[.zones[] | select(.name == \$z).changes[] | select(.band == \$b)] | length == 1 and (.[0] | $3)" "$WORK/json"; }
check 'the record that bravo lacks' change counter.example data \
	'.owner == "www.counter.example" and .type == "AAAA" and (.left | length) == 1 and .right == []'
check 'the TTL' change short.example data \
	'.owner == "mail.short.example" and .type == "A" and (.left[0] | startswith("300 ")) and (.right[0] | startswith("60 "))'
check 'the key' change time.example keys '.type == "DNSKEY" and .left == [] and (.right | length) == 1'
check 'the policy' change wild.example denial '.text | test("salt")'

bravo_gives() { transfer 10.77.1.20 counter.example "$WORK/given" && ! grep -q '^www.*AAAA' "$WORK/given"; }
as_bravo_serves() {
	await 30 bravo_gives && is 1 ods diff --server 10.77.1.20 --json counter.example short.example >"$WORK/served" &&
		jq -e '.left == "alpha" and .right == "10.77.1.20" and ([.zones[].counts.data] == [1, 1]) and
			(.zones[0].changes[] | select(.band == "data").text | startswith("10.77.1.20 lacks www.counter.example. AAAA"))' "$WORK/served"
}
check 'what the name server of bravo gives differs just so' as_bravo_serves

only_changed_ones_came() {
	kept | diff "$WORK/kept.before" - >"$WORK/kept.diff"
	[ "$(grep -c '^>' "$WORK/kept.diff")" -eq 4 ]
}
check 'only what changed was fetched again' only_changed_ones_came
status_says() {
	ods status --json >"$WORK/json"
	jq -e '[.zones[] | select(.diff != null)] | length > 0' "$WORK/json" && jq -r '.zones[] | select(.name == "counter.example").diff | tostring' "$WORK/json" |
		grep -q '"data":1' && jq -e '.zones[] | select(.name == "big.example").diff | .data == 0 and .keys == 0' "$WORK/json"
}
check 'status --json has it too' status_says
runs_out() { is 0 ods expiry --json short.example >"$WORK/json" && jq -e '.instance == "alpha" and .zones[0].first != null and (.zones[0].histogram | length) > 0 and
	(.zones[0] | .floor > 0 and .below_floor == 0 and (.first | fromdateiso8601) >= (.floor + now - 60))' "$WORK/json"; }
check 'expiry is that of the active, and above the floor of its policy' runs_out
both_verify() {
	is 0 ods verify --json short.example >"$WORK/json" &&
		jq -e '[.zones[] | [.instance, .ok]] == [["alpha", true], ["bravo", true]]' "$WORK/json"
}
check 'both sides verify' both_verify

# ---- with a parent

# parent_of DS...: a parent of short.example at the desk that gives these DS, and a pair that is told of it
parent_of() {
	local pid
	printf '$ORIGIN example.\n$TTL 60\n@ SOA ns.example. hm.example. 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\nshort NS ns.short\nns.short A 127.0.0.1\n' >"$WORK/example"
	printf '%s\n' "$@" >>"$WORK/example"
	cat >"$WORK/parent.conf" <<-END
		server:
		  ip-address: 10.77.1.1@5399
		  username: ""
		  zonesdir: "$WORK"
		  database: ""
		  zonelistfile: "$WORK/parent.list"
		  xfrdfile: "$WORK/parent.xfrd"
		  xfrdir: "$WORK"
		  pidfile: "$WORK/parent.pid"
		  server-count: 1
		remote-control:
		  control-enable: no
		zone:
		  name: example
		  zonefile: example
	END
	[ ! -s "$WORK/parent.pid" ] || {
		pid=$(cat "$WORK/parent.pid")
		kill "$pid"
		await 10 is 1 kill -0 "$pid"
	}
	desk nsd -c "$WORK/parent.conf" </dev/null >"$WORK/parent.log" 2>&1 && await 10 parent_answers || return
	sed 's|</NameServer>|&<Parent zone="short.example">[10.77.1.1]:5399</Parent>|' "$CONFIG" >"$WORK/with-parent.xml"
}
parent_answers() { [ -n "$(desk dig +short +norec +time=1 -p 5399 @10.77.1.1 example SOA)" ]; }
with_parent() { console -c "$WORK/with-parent.xml" "$@"; }
ds_of_short() {
	transfer 10.77.1.10 short.example "$WORK/short" && awk '$4 == "DNSKEY" && $5 == 257' "$WORK/short" >"$WORK/short.ksk" &&
		ldns-key2ds -n -2 "$WORK/short.ksk" >"$WORK/short.ds" && [ -s "$WORK/short.ds" ]
}
right_ds() {
	ds_of_short && parent_of "$(cat "$WORK/short.ds")" &&
		is 0 with_parent verify --json short.example >"$WORK/json" && jq -e '[.zones[] | .ok, .ds] == [true, 1, true, 1]' "$WORK/json" &&
		with_parent keys --json short.example >"$WORK/json" && jq -e '[.keys[] | select(.role == "ksk").ds] == [true]' "$WORK/json" || return
	with_parent status --json >"$WORK/json"
	jq -e '[.findings[] | select(.id == "ds-differs" and .severity != "ok")] == []' "$WORK/json"
}
check 'the DS of the parent is that of the KSK' right_ds
# Of the right key tag and algorithm.
wrong_ds() {
	parent_of "$(sed 's/[0-9a-f]\{8\}$/00000000/' "$WORK/short.ds")" &&
		is 2 with_parent verify --json short.example >"$WORK/json" && jq -e 'all(.zones[]; .ok == false and .failures[0].type == "DS")' "$WORK/json" &&
		with_parent keys --json short.example >"$WORK/json" && jq -e '[.keys[] | select(.role == "ksk").ds] == [false]' "$WORK/json" || return
	with_parent status --json >"$WORK/json"
	jq -e '[.findings[] | select(.id == "ds-differs" and .severity == "stop").zone] == ["short.example"]' "$WORK/json"
}
check 'a DS of another digest is a stop, and the zone does not verify' wrong_ds
no_parent() {
	kill "$(cat "$WORK/parent.pid")"
	is 3 with_parent verify --json short.example >"$WORK/json" && jq -e 'all(.zones[]; .ok and .ds == null)' "$WORK/json" &&
		is 3 with_parent verify short.example >"$WORK/said" && grep -q '^? short.example: the DS at its parent is not known: ' "$WORK/said"
}
check 'a parent that is silent leaves it unknown' no_parent

# ---- on the screen

screen() { terminal capture-pane -p -t c; }
press() { terminal send-keys -t c "$@"; }
sees() {
	local text
	screen >"$WORK/screen" || return
	for text; do grep -qE -- "$text" "$WORK/screen" || return; done
}
shown() {
	await "$1" sees "${@:2}" && return
	echo "not seen within $1 s: ${*:2}"
	cat "$WORK/screen"
	return 1
}
opened() {
	terminal new-session -d -s c -x 80 -y 24 "'$ODS_FAILOVER' range enter '$ODS_FAILOVER' -c '$CONFIG'" && shown 60 'Zones [0-9]'
}
check 'the console opens' opened
# zone_shows ZONE TEXT...: its screen has them, by keys, unarmed
zone_shows() {
	press o && shown 10 'Overview' && press / && shown 10 'earch' && terminal send-keys -t c -l "$1" && press Enter && press d &&
		shown 30 "Difference ── $1 .*compared" "${@:2}" 'READ-ONLY' 'Signatures by time left \(alpha\)'
}
check 'its screen: the record' zone_shows counter.example 'data 1 ── keys 0 ── coverage 0 ── denial 0' 'data .*bravo lacks www\.counter\.example'
check 'its screen: the TTL' zone_shows short.example 'data 1 ── keys 0 ── coverage 0 ── denial 0' 'data .*mail\.short\.example.*TTL'
check 'its screen: the key' zone_shows time.example 'data 0 ── keys 1 ── coverage 0 ── denial 0' 'keys .*time\.example'
check 'its screen: the policy' zone_shows wild.example 'data 0 ── keys 0 ── coverage 0 ── denial 1' 'denial .*salt'
check 'its screen: nothing' zone_shows date.example 'data 0 ── keys 0 ── coverage 0 ── denial 0' '✓ the same but for'
both_sides() {
	zone_shows short.example 'data 1 ' && press Enter &&
		shown 20 '─ Name ── mail\.short\.example' '^ All its records' '^ A: DIFFERS' '^ ! alpha +300 A ' '^ ! bravo +60 A '
}
check 'a name shows both its sides, whole' both_sides
kept_in_mind() { press Escape && shown 10 '─ Difference ' && press Escape && shown 10 '─ Overview ' && press Enter && shown 10 '─ Zone ── short\.example' '^ ! (STALE, )?compared .*: data 1  keys 0  coverage 0  denial 0'; }
check 'what came of a comparison stands on the screen of the zone' kept_in_mind
