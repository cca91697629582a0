#!/bin/bash
# Hosts that misbehave, on the real pair: what is said of them, and that nothing is changed or concluded.
# shellcheck disable=SC2015,SC2016 # meant as they run
set -u
cd "$(dirname "$0")" || exit 70
# shellcheck source=tests/integration/support.sh
. ./support.sh

raised
ods() { console -c "$CONFIG" "$@"; }

# ---- faults, each undone -------------------------------------------------------------------------------------------

# put HOST PATH TEXT: another file stands there, in the mount namespace of that host alone
put() {
	host "$1" sh -c 'mkdir -p /run/fault && f=/run/fault/$(basename "$1") && cat >"$f" && chmod 755 "$f" && mount --bind "$f" "$1"' \
		put "$2" < <(printf '%b' "$3")
}
mend() { host "$1" umount "$2"; }
away() { host "$1" mv -T "$2" "$2.away"; } # HOST PATH
back() { host "$1" mv -T "$2.away" "$2"; }

# What must be as before: what we and OpenDNSSEC keep, without what a list of keys touches, and the daemons themselves.
instance() {
	host "$1" sh -c 'cd / && find etc/opendnssec var/lib/ods-failover var/lib/softhsm var/lib/opendnssec/unsigned -type f 2>/dev/null |
		grep -vE "/([^/]*\.lock|lock\.[a-z]*|generation|token\.object)$" | sort | xargs -r sha256sum
		for name in ods-enforcerd ods-signerd; do echo "$name" $(busybox pidof $name); done'
}

raw_can_fail() {
	printf 'a \033[31m b\n' >"$WORK/lie" && raw "$WORK/lie" && printf 'a \302\233 b\n' >"$WORK/lie" && raw "$WORK/lie" &&
		printf '✗ stop – …\n' >"$WORK/lie" && ! raw "$WORK/lie"
}
check 'what a terminal would obey is found' raw_can_fail

# says STATUS WORDS ARGUMENT...: it ends with STATUS within a minute and 1 GiB, says WORDS, and nothing raw
says() {
	local status=$1 words=$2 began=$SECONDS got
	shift 2
	(
		ulimit -v 1048576
		ods "$@"
	) >"$WORK/said.out" 2>"$WORK/said.err" </dev/null
	got=$?
	cat "$WORK/said.out" "$WORK/said.err"
	tr -s ' \n' ' ' <"$WORK/said.out" >"$WORK/said"
	tr -s ' \n' ' ' <"$WORK/said.err" >>"$WORK/said"
	[ "$got" -eq "$status" ] || {
		echo "exit status $got, not $status"
		return 1
	}
	[ $((SECONDS - began)) -le 62 ] || {
		echo "it took $((SECONDS - began)) s"
		return 1
	}
	! raw "$WORK/said.out" && ! raw "$WORK/said.err" && grep -qE "$words" "$WORK/said"
}

# scratch_bounded COMMAND...: meanwhile alpha's /run does not fill
scratch_bounded() {
	local status
	host alpha sh -c 'while [ -e "$1" ]; do df -k /run | awk "NR == 2 { print \$3 }"; sleep 0.1; done' measure \
		/run/fault/measuring >"$WORK/used" 2>/dev/null &
	"$@"
	status=$?
	host alpha rm -f /run/fault/measuring
	wait $!
	sort -n "$WORK/used" | tail -n 1
	[ "$(wc -l <"$WORK/used")" -gt 3 ] && [ "$(sort -n "$WORK/used" | tail -n 1)" -lt 200000 ] && return $status
}

instance alpha >"$WORK/alpha.before"
instance bravo >"$WORK/bravo.before"
as_before() {
	instance alpha | diff "$WORK/alpha.before" - && instance bravo | diff "$WORK/bravo.before" - &&
		grep -q 'ods-signerd [0-9]' "$WORK/alpha.before"
}

ENFORCER=/usr/sbin/ods-enforcer
next='next: '
host alpha sh -c 'mkdir -p /run/fault && : >/run/fault/measuring'
put alpha $ENFORCER '#!/bin/sh\nexec yes\n'
check 'a client that prints without end is not believed, and fills nothing' \
	scratch_bounded says 3 "daemon-unknown: .* enforcer of alpha .*$next" check
mend alpha $ENFORCER
put alpha $ENFORCER '#!/bin/sh\nhead -c 60000000 /dev/zero | tr "\\\\000" a\n'
check 'one huge line is not believed' says 3 "daemon-unknown: .* enforcer of alpha .*$next" status
mend alpha $ENFORCER
put alpha $ENFORCER '#!/bin/sh\nprintf "\\\\033[2J\\\\033]0;x\\\\007\\\\302\\\\233\\\\377\\\\000\\\\n" | tee /dev/stderr\n'
check 'binary and escape sequences are not believed, and do not reach the terminal' \
	says 3 "daemon-unknown: .* enforcer of alpha .*$next" check
check 'nor are they in --json' says 3 '"id": ?"daemon-unknown"' status --json
check 'and a run is refused' says 3 'refused by daemon-unknown' run switchover --yes --confirm alpha --reason x
mend alpha $ENFORCER
put alpha $ENFORCER '#!/bin/sh\nexit 0\n'
check 'a client that prints nothing is not believed' says 3 'printed nothing' check
mend alpha $ENFORCER
put alpha $ENFORCER '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 600; done\n'
check 'a client that hangs is ended, and its daemon said to give no answer' says 2 'daemon-hung: .* no answer within 3 s' check
mend alpha $ENFORCER
away alpha $ENFORCER
check 'ods-enforcer that is not there is a stop' says 2 "host-incomplete: alpha lacks ods-enforcer .*$next" check
back alpha $ENFORCER
away bravo $ENFORCER
check 'on the standby too, and a run is refused' says 2 'host-incomplete: bravo lacks ods-enforcer' \
	run switchover --yes --confirm alpha --reason x
back bravo $ENFORCER
put alpha /usr/bin/ods-hsmutil '#!/bin/sh\nexec yes\n'
check 'a list of keys without end is none' says 3 'hsm-unknown' check
mend alpha /usr/bin/ods-hsmutil

put alpha /etc/opendnssec/conf.xml '\033[31mthis is no XML\377\n'
check 'conf.xml that is no XML' says 2 "conf-unreadable: conf.xml of alpha .*$next" check
check 'with it a run is refused' says 2 'refused by conf-unreadable' run switchover --yes --confirm alpha --reason x
mend alpha /etc/opendnssec/conf.xml
away alpha /var/lib/opendnssec/db/kasp.db
check 'a database that is not there' says 2 "database-missing: the KASP database of alpha is missing .*$next" check
back alpha /var/lib/opendnssec/db/kasp.db
host alpha sed -i 's/^oper/#oper/' /etc/sudoers
check 'no sudo rule: unknown, and what to do' says 3 'sudo on alpha refuses oper.*' check
check 'with it a run is refused' says 3 'refused by instance-unreachable' run switchover --yes --confirm alpha --reason x
host alpha sed -i 's/^#oper/oper/' /etc/sudoers

# ---- keys of SSH, the name server ----------------------------------------------------------------------------------

with() { # SED-EXPRESSION: failover.xml, changed
	sed "$1" "$CONFIG" >"$WORK/failover.xml"
	! cmp -s "$CONFIG" "$WORK/failover.xml"
}
other() { console -c "$WORK/failover.xml" "$@"; }
ssh-keygen -q -t ed25519 -N '' -f "$WORK/key"
wrong_key() { with "0,/<IdentityFile>.*</s,<IdentityFile>.*<,<IdentityFile>$WORK/key<," && CONFIG=$WORK/failover.xml says 3 "$@"; }
check 'a wrong key: unknown, and what was tried' wrong_key 'instance-unreachable: alpha could not be observed: .*(key|login|refuse)' check
fingerprint() { ssh-keygen -lf "$1" | awk '{ print $2 }'; }
changed_key() {
	local is
	host alpha cat /etc/ssh/ssh_host_ed25519_key.pub >"$WORK/is.pub" 2>/dev/null
	is=$(awk '$1 ~ /10\.77\.1\.10/ { print $2, $3 }' "$ODSF_RANGE_DIR/known_hosts" | head -n 1)
	echo "$is" >"$WORK/is.pub"
	awk -v key="$(cut -d' ' -f1,2 "$WORK/key.pub")" '$1 ~ /10\.77\.1\.10/ { $0 = $1 " " key } { print }' "$ODSF_RANGE_DIR/known_hosts" >"$WORK/known"
	with "0,/<KnownHosts>.*</s,<KnownHosts>.*<,<KnownHosts>$WORK/known<," &&
		CONFIG=$WORK/failover.xml says 3 'instance-unreachable: alpha could not be observed' check &&
		tr -d ' \n' <"$WORK/said.out" | grep -F "$(fingerprint "$WORK/is.pub")" | grep -qF "$(fingerprint "$WORK/key.pub")"
}
check 'a changed host key is refused with both fingerprints' changed_key
silent() {
	local pids
	pids=$(host ns1 busybox pidof nsd) && [ -n "$pids" ] || return
	# shellcheck disable=SC2086 # numbers
	host ns1 kill -STOP $pids
	says 3 "name-server-silent: .*10\.77\.1\.53" check
	local status=$?
	# shellcheck disable=SC2086
	host ns1 kill -CONT $pids
	return $status
}
check 'a silent name server is unknown' silent
check 'after all of that both instances are as before' as_before
check 'and nothing is left to be said of them' is 1 ods check

