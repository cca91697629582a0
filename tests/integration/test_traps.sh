#!/bin/bash
# shellcheck disable=SC2015,SC2016 # meant as they run
# What else loses zones, keys or time, on the real pair: a standby full of leftovers, a run that is gone on with from elsewhere,
# and daemons that are told something at the wrong moment.
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

FAR=/usr/local/lib/ods-failover/far
STATE=/var/lib/opendnssec
raised
ods() { console -c "$CONFIG" "$@"; }
elsewhere() { desk env XDG_STATE_HOME="$WORK/elsewhere" "$ODS_FAILOVER" -c "$CONFIG" "$@"; }
mkdir "$WORK/elsewhere"
far() { # HOST VERB...: its answer into $WORK/far, its status
	local name=$1
	shift
	host "$name" $FAR "$@" >"$WORK/far" </dev/null
}
fact() { sed -n "s/^=$1 //p" "$WORK/far" | head -n 1; }
answer_is() { [ "$(fact "$1")" = "$2" ] || { cat "$WORK/far"; return 1; }; }

# --- an earlier life has left its things on the standby
only_here=only.bravo.example
leftovers() {
	host alpha cat $STATE/signer/counter.example.backup2 | sed '3s/internal .*/internal 17 outbound 17/' |
		host bravo sh -c "cat >$STATE/signer/counter.example.backup2" || return
	host bravo sh -ec "
		cd $STATE
		cut -c1-40 signer/counter.example.backup2 >signer/date.example.backup2
		echo x >signer/counter.example.ixfr; echo x >signer/counter.example.axfr; echo x >signer/gone.example.backup2
		echo '; of another time' >signed/counter.example; echo x >signed/gone.example; echo x >tmp/left
		echo 'not a journal' >db/kasp.db-journal
		printf '%s' '<ZoneList><Zone name=\"$only_here\"><Policy>counter</Policy><SignerConfiguration>$STATE/signconf/$only_here.xml</SignerConfiguration><Adapters><Input><Adapter type=\"File\">$STATE/unsigned/$only_here</Adapter></Input><Output><Adapter type=\"File\">$STATE/signed/$only_here</Adapter></Output></Adapters></Zone></ZoneList>' >enforcer/zones.xml
		echo x >signconf/$only_here.xml; echo x >unsigned/$only_here; echo x >signed/$only_here; echo x >signer/$only_here.backup2
		chown -R root:root signer signed signconf enforcer db; chmod 0700 signer db
		test -e /etc/opendnssec/prevent-startup"
}
check 'the standby gets leftovers, owned by nobody of OpenDNSSEC' leftovers
look() {
	ods status --json >"$WORK/status.json"
	jq -e '[.findings[] | select(.severity == "stop" or .severity == "unknown")] | length == 0' "$WORK/status.json" || {
		jq -c '.findings[] | select(.severity == "stop" or .severity == "unknown")' "$WORK/status.json"
		return 1
	}
}
check 'what a switchover replaces on a cold standby is no stop and no unknown' look
serial_of() { jq -r --arg zone "$1" '.zones[] | select(.name == $zone) | .serial.predicted' "$WORK/status.json"; }
not_from_leftovers() { [ "$(serial_of counter.example)" = 1003 ] && [ "$(serial_of date.example)" != null ]; }
check 'serials are predicted from the state of the active, not from leftovers' not_from_leftovers

# --- kasp.xml is only read when it is imported
kasp_is() { # SEVERITY [TEXT]
	ods status --json >"$WORK/status.json"
	jq -e --arg severity "$1" --arg text "${2-}" '[.findings[] | select(.id == "kasp-differs")] | length == 1 and
		(.[0] | .instance == "alpha" and .severity == $severity and (.text | contains($text)))' "$WORK/status.json" || {
		jq -c '.findings[] | select(.id == "kasp-differs")' "$WORK/status.json"
		return 1
	}
}
kasp_edit() { host alpha sed -i "$1" /etc/opendnssec/kasp.xml; }
kasp_import() { host alpha timeout 60 ods-enforcer policy import </dev/null; }
written_otherwise() {
	kasp_is ok && host alpha cp -p /etc/opendnssec/kasp.xml /root/kasp.kept && kasp_edit 's|PT1H<|PT3600S<|; s|>P60D|>P1M29D|; s|<Purge>|<!-- keys -->\n&|' &&
		kasp_is ok && host alpha ods-enforcer policy export --all </dev/null >"$WORK/export" && host alpha sh -c 'cat >/etc/opendnssec/kasp.xml' <"$WORK/export" &&
		kasp_is ok && host alpha cp -p /root/kasp.kept /etc/opendnssec/kasp.xml
}
check 'kasp.xml says what the database has, however it is written' written_otherwise
not_imported() {
	kasp_edit 's|<Purge>P14D|<Purge>P15D|' && kasp_is warn 'counter Keys/Purge P15D (P14D in the database)' && kasp_import && kasp_is ok &&
		host alpha cp -p /root/kasp.kept /etc/opendnssec/kasp.xml && kasp_is warn 'counter Keys/Purge P14D (P15D in the database)' && kasp_import && kasp_is ok
}
check 'a kasp.xml that was changed is a warning until it is imported' not_imported

# --- a run that stops, and a console elsewhere that may not go on while somebody else holds the lease
begun() {
	is 5 carried ods run switchover "${BEFOREHAND[@]}" --confirm alpha --reason 'traps' --until copy || return
	RUN=$(ods journal --json | jq -r '.. | objects | select(has("run")) | .run' | head -n 1)
	[ -n "$RUN" ]
}
check 'a run that stops behind a step ends with 5' begun
lease() { # take|release: as a living console elsewhere
	local name
	for name in alpha bravo; do far $name lease "$1" "$RUN" 600 jo faraway 4711 'at it' || return; done
}
entries() { # CONSOLE: digest of the journal as it shows it
	"$1" journal "$RUN" --json | sha256sum
}
refused() { # resume|undo
	local before
	lease take || return
	# The first one fetches the mirrored journal; the second has to find it as it was.
	is 4 elsewhere "$1" "$RUN" --yes --confirm alpha --reason 'elsewhere' || return
	before=$(entries elsewhere)
	is 4 elsewhere "$1" "$RUN" --yes --confirm alpha --reason 'elsewhere' || return
	lease release && [ "$(entries elsewhere)" = "$before" ] && [ "$before" = "$(entries ods)" ]
}
check 'resume is refused while another console holds the lease, and writes nothing' refused resume
check 'undo as well' refused undo
further() { is 5 carried ods resume "$RUN" "${BEFOREHAND[@]}" --confirm alpha --reason 'traps' --until prove-keys; }
check 'the console that began goes one step further' further
finished() {
	carried elsewhere resume "$RUN" "${BEFOREHAND[@]}" --confirm alpha --reason 'from elsewhere'
	local status=$?
	[ $status -eq 6 ] || [ $status -eq 0 ]
}
check 'the one that was refused goes on with it to the end' finished

# --- nothing of the leftovers is left, or served
clean() {
	host bravo sh -c "cd $STATE && ls signer signed signconf db enforcer" >"$WORK/left"
	! grep -E 'gone|only|ixfr|axfr|kasp\.db-|~o~' "$WORK/left" && [ "$(grep -c '\.backup2$' "$WORK/left")" -eq 12 ] &&
		! host bravo grep -q 'of another time' $STATE/signed/counter.example
}
check 'the working directories hold the twelve zones and nothing else' clean
zones_equal() {
	host bravo timeout 20 ods-signer zones </dev/null | sed -n 's/^- //p' | sort | diff - <(printf '%s\n' "${ZONES[@]}" | sort) &&
		host bravo timeout 20 ods-enforcer zone list </dev/null 2>/dev/null >"$WORK/list" && ! grep -q $only_here "$WORK/list"
}
check 'the zone that only the standby had is signed by nobody' zones_equal
kept_aside() {
	host bravo find "/var/lib/ods-failover/aside/$RUN/old" -type f | wc -l | grep -qvx 0 &&
		host bravo sh -c "grep -rlx 'not a journal' /var/lib/ods-failover/aside/$RUN/old" | grep -q .
}
check 'the old state is kept aside, its cut off journal with it' kept_aside
owned() {
	local wrong
	[ "$(host alpha id -u opendnssec)" != "$(host bravo id -u opendnssec)" ] || return
	wrong=$(host bravo find $STATE/signer $STATE/signed $STATE/signconf $STATE/db $STATE/enforcer /var/lib/softhsm/tokens \
		-mindepth 1 ! -user opendnssec)
	echo "$wrong"
	[ -z "$wrong" ] && host bravo setpriv --reuid opendnssec --regid opendnssec --init-groups \
		sh -c "test -w $STATE/db && test -w $STATE/db/kasp.db && test -w $STATE/signer && test -w $STATE/signed && test -w $STATE/enforcer"
}
check 'all is owned by the user of that name here, whose number is another' owned
startable() { ! host bravo test -e /etc/opendnssec/prevent-startup && host alpha test -e /etc/opendnssec/prevent-startup; }
check 'prevent-startup is lifted on the new active, and stands on the old one' startable
every_zone() {
	local zone
	for zone in "${ZONES[@]}"; do
		transfer 10.77.1.53 "$zone" "$WORK/zone" && ldns-verify-zone -V 1 "$WORK/zone" || return
	done
}
check 'every public zone verifies' every_zone

# --- daemons at the wrong moment
connected() { [ "$(host bravo awk '$8 ~ /engine.sock$/ && $6 == "03" { n++ } END { print n + 0 }' /proc/net/unix)" -gt 0 ]; }
idle_client() {
	local client status
	host bravo touch /run/hold
	host bravo perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => "/run/opendnssec/engine.sock") or exit 1;
		select(undef, undef, undef, 0.1) while -e "/run/hold"' </dev/null &
	client=$!
	await 10 connected || {
		host bravo rm /run/hold
		return 1
	}
	far bravo stop signer 6
	status=$?
	host bravo rm /run/hold
	wait $client
	[ $status -eq 3 ] && answer_is running yes && answer_is clients 1 && grep -q 'client connection' "$WORK/far"
}
check 'a client that idles on the socket keeps the signer from ending, and is named' idle_client
ends() { far bravo alive signer && answer_is running no; }
check 'what it was told before takes effect once the client is gone' await 30 ends
early() { # told in its first moments, a signer would die of it
	local tries
	for tries in 1 2 3; do
		far bravo stop signer 30 || far bravo kill signer "$(fact pid)" || return
		host bravo sh -c 'rm -f /run/opendnssec/engine.sock; (umask 022; setsid ods-signerd -c /etc/opendnssec/conf.xml) </dev/null >/dev/null 2>&1' || return
		await 10 host bravo test -S /run/opendnssec/engine.sock || return
		far bravo signer update-all
		far bravo alive signer && answer_is running yes || {
			echo "dead in trial $tries"
			return 1
		}
	done
}
check 'an update in the first moments of a signer does not end it' early
no_second() {
	local pid
	far bravo alive signer && pid=$(fact pid) || return
	host bravo rm -f /run/opendnssec/signerd.pid /run/opendnssec/engine.sock
	far bravo start signer 5
	answer_is processes 1 && answer_is pid "$pid" || return
	far bravo alive enforcer && pid=$(fact pid) || return
	host bravo rm -f /run/opendnssec/enforcerd.pid /run/opendnssec/enforcer.sock
	far bravo start enforcer 5
	answer_is processes 1 && answer_is pid "$pid"
}
check 'beside a living daemon without run files no second one is started' no_second
revived() { # by pid, as nobody can ask them any more
	local daemon
	for daemon in signer enforcer; do
		far bravo alive $daemon && far bravo kill $daemon "$(fact pid)" || return
	done
	for daemon in enforcer signer; do far bravo start $daemon 60 && answer_is running yes || return; done
}
check 'ended by their pids and started again they answer' revived
not_withdrawn() {
	local pid
	far bravo alive signer && pid=$(fact pid) || return
	host bravo kill -STOP "$pid" || return
	far bravo stop signer 3
	[ $? -eq 3 ] && answer_is running yes && grep -q 'may still take effect' "$WORK/far" || {
		host bravo kill -CONT "$pid"
		return 1
	}
	host bravo kill -CONT "$pid"
	await 30 ends
}
check 'a stop that got no answer in time is not called undone: it takes effect later' not_withdrawn
