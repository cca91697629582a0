# signing.sh -- brings the active instance to life: keys for all zones, backed up; then the signer; then every zone served.
# The order is the daemons' own need: a signer that starts while keys are still allotted leaves key sets half signed, and
# one that is told anything in its first moments dies. Sourced by instance.sh.
# shellcheck shell=bash

enforcer_answers() { timeout 5 ods-enforcer running >/dev/null 2>&1; }
signer_answers() { timeout 5 ods-signer running >/dev/null 2>&1; }

# Every zone has its KSK and its ZSK. The enforcer looks for the keys of a zone before it has made all of them, and again
# only after a minute: it is told to look at once.
keys_allotted() {
	[ "$(timeout 5 ods-enforcer key list -d -p 2>/dev/null | grep -c ';1;1;')" -lt $((zones * 2)) ] || return 0
	! enforcer_idle || timeout 10 ods-enforcer enforce >/dev/null 2>&1
	return 1
}

# Idle, with a task for each zone at least: an idle enforcer without tasks has not begun.
enforcer_idle() {
	local text
	text=$(timeout 5 ods-enforcer queue 2>/dev/null) || return
	[[ $text == *'All worker threads idle.'* && $text != *'scheduled immediately'* ]] || return
	[[ $text =~ There\ (is|are)\ ([0-9]+)\ task ]] && [ "${BASH_REMATCH[2]}" -ge "$zones" ]
}

signer_busy() { timeout 5 ods-signer queue 2>/dev/null | grep -q '^On '; }

# All keys are backed up: none is left that needs it.
backed_up() {
	local text
	text=$(timeout 10 ods-enforcer backup list 2>/dev/null) || return
	[[ $text == *Done* ]] && ! grep -qE 'Required|Prepared' <<<"${text//Not Required/}"
}

served() { # SERVER-ADDRESS: it gives a signed SOA for every zone
	local name
	while read -r name; do
		dig +short +norecurse +dnssec +time=1 +tries=1 "@$1" "$name." SOA 2>/dev/null | grep -q '^SOA 13 ' || return
	done < <(zone_names)
}

fail() {
	echo "instance: $*" >&2
	tail -n 20 /var/log/syslog >&2
	exit 1
}

signing() {
	local zones
	zones=$(zone_names | wc -l)
	write_zones /var/lib/opendnssec/unsigned
	chown -R opendnssec:opendnssec /var/lib/opendnssec/unsigned
	write_zonelist /etc/opendnssec/zonelist.xml

	stage keys
	ods-enforcerd </dev/null >/run/range/enforcerd 2>&1
	await 20 enforcer_answers || fail "the enforcer does not answer"
	timeout 60 ods-enforcer policy import </dev/null >/run/range/import 2>&1 || fail "the policies are not accepted"
	timeout 60 ods-enforcer zonelist import </dev/null >>/run/range/import 2>&1 || fail "the zone list is not accepted"
	await 60 keys_allotted || fail "not every zone got its keys"
	await 60 enforcer_idle || fail "the enforcer does not come to rest"

	stage backup
	timeout 30 ods-enforcer backup prepare </dev/null >>/run/range/import 2>&1 || fail "backup prepare failed"
	timeout 30 ods-enforcer backup commit </dev/null >>/run/range/import 2>&1 || fail "backup commit failed"
	await 30 backed_up || fail "not every key is backed up"
	await 60 enforcer_idle || fail "the enforcer does not come to rest"

	stage signing
	ods-signerd </dev/null >/run/range/signerd 2>&1
	await 20 signer_busy || fail "the signer does not begin"
	await 120 served 127.0.0.1 || fail "not every zone was signed and served"

	stage public
	await 60 served 10.77.1.53 || fail "the public name server did not take every zone"
}
